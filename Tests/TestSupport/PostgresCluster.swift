import Dispatch
import Foundation
import Glibc

/// A private PostgreSQL cluster of the test process: started on first use, reached through a socket in a temporary
/// directory, gone with the process.
///
/// A shell keeps it: it starts the server and then reads from a pipe whose other end only this process holds. When the
/// process ends, for whatever reason, the pipe ends, and the shell stops the server and removes the directory.
public final class PostgresCluster: Sendable {
    /// An empty database of one test, dropped when the test lets go of it.
    public final class Database: Sendable {
        public let name: String
        private let cluster: PostgresCluster

        fileprivate init(_ name: String, in cluster: PostgresCluster) {
            self.name = name
            self.cluster = cluster
        }

        deinit {
            let (name, cluster) = (name, cluster)
            PostgresCluster.drops.async { _ = try? cluster.psql("DROP DATABASE \(name) WITH (FORCE)", in: "postgres") }
        }

        /// How to reach it, as its owner.
        public var url: String { cluster.url(of: name) }

        /// Runs SQL as the owner of the cluster, outside the platform. Gives what it prints, fields apart by `|`.
        @discardableResult
        public func sql(_ text: String) async throws -> String {
            try await PostgresCluster.blocking { [name, cluster] in try cluster.psql(text, in: name) }
        }
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Where the programs of PostgreSQL 15 or later are.
    private static let programs: String? = {
        let base = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        let packaged = versions.compactMap { Int($0) }.filter { $0 >= 15 }.sorted(by: >).map { "\(base)/\($0)/bin" }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (packaged + path.split(separator: ":").map(String.init)).first { directory in
            ["initdb", "pg_ctl", "postgres", "psql"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: directory + "/" + $0)
            }
        }
    }()

    /// Whether PostgreSQL is installed; where it is not, tests that need it are skipped.
    public static var isAvailable: Bool { programs != nil }

    private static let shared = Result { try PostgresCluster() }
    /// Where this class waits for its programs: never on a cooperative thread.
    private static let queue = DispatchQueue(label: "chengxin.test.postgres", attributes: .concurrent)
    /// A drop waits for every session of the cluster that reads a COPY, so nothing may wait for a drop.
    private static let drops = DispatchQueue(label: "chengxin.test.postgres.drops")

    /// A fresh, empty database.
    public static func database() async throws -> Database {
        try await blocking {
            let cluster = try shared.get()
            let name = "t" + UUID().uuidString.replacing("-", with: "").lowercased()
            try cluster.psql("CREATE DATABASE \(name)", in: "postgres")
            return Database(name, in: cluster)
        }
    }

    private let programs: String
    private let directory: String
    /// Superuser of the cluster, whom the socket admits without a password; anyone else needs one.
    public static let owner = "chengxin"

    private init() throws {
        guard let programs = Self.programs else { throw Failure(description: "PostgreSQL is not installed") }
        self.programs = programs
        let line = try Self.startKeeper([
            // A session of its own, so that an interrupt at the terminal does not end the keeper before its work is
            // done.
            "/usr/bin/setsid", "/bin/sh", "-c", Self.script, "sh", programs, Self.owner,
        ])
        guard line.hasPrefix("ready ") else { throw Failure(description: "no PostgreSQL cluster: \(line)") }
        directory = String(line.dropFirst(6))
    }

    /// Starts the keeper and gives the first line it says. Its standard input stays open until this process ends.
    ///
    /// Spawned by hand, since the keeper outlives what other tests do: it must hold none of the pipes that they read to
    /// the end, and none of their children may hold the pipe that it reads.
    private static func startKeeper(_ arguments: [String]) throws -> String {
        var (input, output) = ([CInt](repeating: -1, count: 2), [CInt](repeating: -1, count: 2))
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw Failure(description: "no pipe: errno \(errno)") }
        for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        for other in 3..<CInt(min(sysconf(CInt(_SC_OPEN_MAX)), 4096)) {
            posix_spawn_file_actions_addclose(&actions, other)
        }
        let copies = arguments.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, arguments[0], &actions, nil, copies + [nil], environ)
        close(input[0])
        close(output[1])
        defer { close(output[0]) }
        guard code == 0 else { throw Failure(description: "no keeper: errno \(code)") }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(output[0], &byte, 1) == 1, byte != 0x0A { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    private func url(of database: String) -> String {
        "postgresql:///\(database)?host=\(directory)&user=\(Self.owner)"
    }

    @discardableResult
    private func psql(_ text: String, in database: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: programs + "/psql")
        process.arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url(of: database), "-c", text]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "psql refused: \(text)") }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    private static func blocking<T: Sendable>(_ body: @Sendable @escaping () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }

    /// The keeper. PostgreSQL refuses to run as root, so root starts it as the user that the package made.
    private static let script = """
        bin=$1 owner=$2
        trap '' INT TERM HUP
        dir=$(mktemp -d "${TMPDIR:-/tmp}/chengxin-postgres.XXXXXX") || exit 1
        cd "$dir"
        if [ "$(id -u)" = 0 ]; then
            chown postgres "$dir"
            as() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
        else
            as() { "$@"; }
        fi
        finish() {
            as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop
            cd /
            rm -rf "$dir"
        }
        start() {
            as "$bin/initdb" -D "$dir/data" -U "$owner" -A trust -E UTF8 --locale=C.UTF-8 --no-sync || return 1
            printf 'local all %s trust\\nlocal all all scram-sha-256\\n' "$owner" > "$dir/data/pg_hba.conf"
            printf '%s\\n' "listen_addresses = ''" "unix_socket_directories = '$dir'" "max_connections = 900" \\
                "fsync = off" "full_page_writes = off" "shared_buffers = 64MB" >> "$dir/data/postgresql.conf"
            as "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w start
        }
        if start > "$dir/start.log" 2>&1; then
            echo "ready $dir"
            cat > /dev/null
        else
            tail -n 1 "$dir/start.log"
        fi
        finish > /dev/null 2>&1
        """
}
