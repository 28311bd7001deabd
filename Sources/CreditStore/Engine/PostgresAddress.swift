import CPostgres
import Glibc

/// Where a database is and how to get in: a `postgresql://` URL with everything that libpq accepts.
///
/// What the URL leaves out, libpq takes from its environment and `~/.pgpass`, so that a password need not stand in a
/// URL.
struct PostgresAddress: Sendable {
    private let url: String
    private let timeoutMs: Int
    private let setsLockTimeout: Bool

    /// The schema in which everything lives.
    static let schema = "chengxin"
    /// Milliseconds that a connection may take to be made, where the URL has no `connect_timeout`.
    private static let defaultTimeoutMs = 10_000

    init(_ url: String) throws {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://"),
            let options = PQconninfoParse(url, nil)
        else {
            throw StoreError(
                .unreachable, "the address of the database is no URL of the form postgresql://user@host:port/database")
        }
        defer { PQconninfoFree(options) }
        var given: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { given[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        self.url = url
        let seconds = given["connect_timeout"].flatMap { Int($0) } ?? 0
        timeoutMs = seconds > 0 ? seconds * 1000 : Self.defaultTimeoutMs
        setsLockTimeout = given["options"]?.contains("lock_timeout") ?? false
    }

    /// Makes a connection, ready for transactions. Blocks for the time that takes.
    func connect() throws -> PostgresConnection {
        // In order: defaults, which the URL may override; the URL; what it may not.
        let parameters = [
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "60000"), ("dbname", url), ("application_name", "chengxin"),
            ("client_encoding", "UTF8"),
        ]
        let handle = Self.withStrings(parameters.map(\.0)) { keywords in
            Self.withStrings(parameters.map(\.1)) { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let handle else { throw StoreError(.unreachable, "there is no memory for a database connection") }
        let connection = PostgresConnection(handle)
        // Also keeps the server's words, which hold data, out of every message from here on.
        PQsetErrorVerbosity(handle, PQERRORS_SQLSTATE)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        guard poll(handle) else { throw PostgresFailure(refused: handle).storeError(host: Self.host(handle)) }
        var settings = [
            "search_path = \(Self.schema)", "timezone = 'UTC'", "synchronous_commit = on",
            "standard_conforming_strings = on", "client_min_messages = warning",
        ]
        if !setsLockTimeout { settings.append("lock_timeout = '30s'") }
        try connection.execute(settings.map { "SET \($0);" }.joined())
        let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) }
        guard encoding == "UTF8" else {
            throw StoreError(.fault, "the database must have the encoding UTF8; create it with `createdb -E UTF8`")
        }
        return connection
    }

    /// Waits until the connection stands; false where it fails or takes too long.
    private func poll(_ handle: OpaquePointer) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(timeoutMs)
        var status = PGRES_POLLING_WRITING
        while PQstatus(handle) != CONNECTION_BAD {
            switch status {
            case PGRES_POLLING_OK: return true
            case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
                let events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT
                var waiting = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
                let left = (end - clock.now) / .milliseconds(1)
                guard left > 0 else { return false }
                if Glibc.poll(&waiting, 1, CInt(left.rounded(.up))) > 0 { status = PQconnectPoll(handle) }
            default: return false
            }
        }
        return false
    }

    /// The server as messages name it. No user, no password.
    private static func host(_ handle: OpaquePointer) -> String {
        func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
            pointer.map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        return "host \(text(PQhost(handle)) ?? "localhost"), port \(text(PQport(handle)) ?? "5432")"
    }

    /// Lends strings as C has them, with a null pointer at the end.
    private static func withStrings<T>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> T
    ) -> T {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
