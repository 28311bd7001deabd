import CPostgres

// What a transaction gathered is stored on another thread, while its own goes on.
extension PostgresConnection {
    func later(_ order: JobOrder, _ job: @escaping (any Connection) throws -> Void) throws {
        guard takesJobs else { return try job(self) }
        try (jobs ?? begunJobs()).add(order, job)
    }

    private func begunJobs() -> StoringJobs {
        let turn = Turn()
        let jobs = StoringJobs(PostgresStoring(self, turn))
        (self.turn, self.jobs) = (turn, jobs)
        return jobs
    }

    func settle() throws { try jobs?.settle() }

    var isIdle: Bool { jobs?.isIdle ?? true }

    /// Waits for what is being stored and begins nothing more: before the transaction is kept or undone.
    func endJobs() {
        jobs?.abandon()
        try? settle()
        (jobs, turn) = (nil, nil)
    }

    func inTurn<T>(_ body: () throws -> T) throws -> T {
        guard let turn else { return try body() }
        // Seen before the turn is waited for, which would not end. Set by the transaction's own thread alone.
        precondition(!isAsking, "a statement inside the rows of another: gather the rows first")
        isAsking = true
        defer { isAsking = false }
        return try turn.ask(body)
    }
}

/// The connection of a transaction for the thread that stores. Rows are written down in the form of COPY beside the statements of the
/// other thread, and copied by turns, so many at a time that a question does not wait long for its own.
private final class PostgresStoring: Connection {
    let engine = Engine.postgres
    // A transaction ends its jobs before it lets go of its connection.
    private unowned let connection: PostgresConnection
    private let turn: Turn
    private var types: [String: [Oid]] = [:]
    private let writer = PostgresRowWriter()

    /// Some twenty milliseconds of the server's.
    private static let rowsInTurn = 2_048

    init(_ connection: PostgresConnection, _ turn: Turn) { (self.connection, self.turn) = (connection, turn) }

    @discardableResult
    func run(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try turn.store { try connection.runAlone(sql, arguments) }
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws {
        try turn.store { try connection.queryAlone(sql, arguments, body) }
    }

    func load(_ table: String, _ columns: [String], next: () throws -> [SQLValue]?) throws {
        try turn.store { try connection.loadAlone(table, columns, next: next) }
    }

    func load(_ table: String, _ columns: [String], count: Int, _ write: (Int, any RowWriter) throws -> Void) throws {
        let types = try types(table, columns)
        var index = 0
        while index < count {
            var rows: [UInt8] = []
            let end = min(count, index + Self.rowsInTurn)
            while index < end {
                writer.begin(types)
                try write(index, writer)
                precondition(writer.isFull, "a row and the columns to load do not fit each other")
                rows += writer.buffer
                index += 1
            }
            var isFilled = false
            try turn.store {
                try connection.copy(table, columns, as: types) { buffer, _ in
                    if isFilled { return false }
                    buffer += rows
                    isFilled = true
                    return true
                }
            }
        }
    }

    private func types(_ table: String, _ columns: [String]) throws -> [Oid] {
        if let known = types[table] { return known }
        let found = try turn.store { try connection.types(table, columns) }
        types[table] = found
        return found
    }
}
