import CreditModel
import GRDB
import GRDBSQLite

/// One GRDB connection. Lives only inside GRDB's own read and write closures. Rows are read through the C interface,
/// since one Swift value per column is what a bulk load cannot afford.
final class SQLiteConnection: Connection {
    let engine = Engine.sqlite
    private let handle: OpaquePointer
    private let statements: Statements
    /// The first failed statement: it ends the transaction, even where the caller goes on.
    private var failure: (any Error)?
    /// Whether a closure of `query` or `load` is running.
    private var isBusy = false
    /// Whether jobs can be handed over: where something is written.
    private let takesJobs: Bool
    /// Once a job was handed over: two threads use the handle from then on.
    private var jobs: StoringJobs?
    private var storing: SQLiteConnection?
    private var turn: (of: Turn, stores: Bool)?

    /// Where statements are kept once they are prepared.
    private enum Statements {
        /// GRDB keeps them beyond the transaction, and wants to be asked on its own thread.
        case kept(GRDB.Database)
        case own(OwnStatements)
    }

    private init(_ db: GRDB.Database, takesJobs: Bool = false) {
        handle = db.sqliteConnection!
        statements = .kept(db)
        self.takesJobs = takesJobs
    }

    /// The same connection for the thread that stores.
    private init(storingFor other: SQLiteConnection, _ turn: Turn) {
        handle = other.handle
        statements = .own(OwnStatements(handle))
        takesJobs = false
        self.turn = (turn, true)
    }

    /// Runs `body` in one snapshot on a connection that only reads and has no transaction open.
    ///
    /// GRDB would prepare the statements around it anew each time, which costs more than a glance at a few rows.
    static func glance<T>(_ body: (any Connection) throws -> T, on db: GRDB.Database) throws -> T {
        let connection = SQLiteConnection(db)
        try connection.run("BEGIN", [])
        defer {
            if sqlite3_get_autocommit(connection.handle) == 0 { _ = try? connection.run("COMMIT", []) }
        }
        let result = try body(connection)
        if let failure = connection.failure { throw failure }
        return result
    }

    static func run<T>(_ body: (any Connection) throws -> T, on db: GRDB.Database) throws -> T {
        let connection = SQLiteConnection(db)
        let result = try body(connection)
        if let failure = connection.failure { throw failure }
        return result
    }

    /// The same for a body that writes. However it ends, its jobs have ended, too, before GRDB keeps or undoes what was done.
    static func write<T>(_ body: (any Connection) throws -> T, on db: GRDB.Database) throws -> T {
        let connection = SQLiteConnection(db, takesJobs: true)
        defer { connection.endJobs() }
        let result = try body(connection)
        try connection.settle()
        if let failure = connection.failure { throw failure }
        return result
    }

    func later(_ order: JobOrder, _ job: @escaping (any Connection) throws -> Void) throws {
        guard takesJobs else { return try job(self) }
        let jobs = jobs ?? begunJobs()
        try jobs.add(order, job)
    }

    private func begunJobs() -> StoringJobs {
        let turn = Turn()
        self.turn = (turn, false)
        let storing = SQLiteConnection(storingFor: self, turn)
        self.storing = storing
        let jobs = StoringJobs(storing)
        self.jobs = jobs
        return jobs
    }

    func settle() throws { try jobs?.settle() }

    /// Waits for the jobs, and leaves nothing of the handle to what may be let go of on another thread later.
    private func endJobs() {
        // Where all went well, none is left.
        jobs?.abandon()
        try? settle()
        storing?.endStatements()
    }

    private func endStatements() { if case .own(let statements) = statements { statements.end() } }

    var isIdle: Bool { jobs?.isIdle ?? true }

    /// For a whole statement.
    private func inTurn<T>(_ body: () throws -> T) throws -> T {
        precondition(!isBusy, "a statement inside the rows of another: gather the rows first")
        return try inTurnOfRow(body)
    }

    private func inTurnOfRow<T>(_ body: () throws -> T) throws -> T {
        guard let turn else { return try body() }
        return turn.stores ? try turn.of.store(body) : try turn.of.ask(body)
    }

    @discardableResult
    func run(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try inTurn {
            let statement = try prepare(sql, arguments)
            defer { sqlite3_reset(statement) }
            let code = sqlite3_step(statement)
            guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failed(code) }
            return Int(sqlite3_changes(handle))
        }
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws {
        try inTurn { try ask(sql, arguments, body) }
    }

    private func ask(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws {
        let statement = try prepare(sql, arguments)
        defer { sqlite3_reset(statement) }
        isBusy = true
        defer { isBusy = false }
        let row = SQLiteRow(statement: statement)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: if try !body(row) { return }
            case SQLITE_DONE: return
            case let code: throw failed(code)
            }
        }
    }

    func load(_ table: String, _ columns: [String], next: () throws -> [SQLValue]?) throws {
        let statement = try insertion(table, columns)
        isBusy = true
        defer { isBusy = false }
        while let row = try next() {
            try inTurnOfRow {
                try bind(row, to: statement)
                try insert(statement)
            }
        }
    }

    private func insertion(_ table: String, _ columns: [String]) throws -> OpaquePointer {
        let places = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
        let names = columns.map { Self.quoted($0) }.joined(separator: ", ")
        return try inTurn { try prepare("INSERT INTO \(Self.quoted(table)) (\(names)) VALUES (\(places))") }
    }

    private func insert(_ statement: OpaquePointer) throws {
        let code = sqlite3_step(statement)
        defer { sqlite3_reset(statement) }
        guard code == SQLITE_DONE else { throw failed(code) }
    }

    func load(_ table: String, _ columns: [String], count: Int, _ write: (Int, any RowWriter) throws -> Void) throws {
        let statement = try insertion(table, columns)
        isBusy = true
        defer { isBusy = false }
        let writer = SQLiteRowWriter(statement: statement)
        // Values are bound within the turn, too: SQLite copies them into memory of the connection.
        func load(_ index: Int) throws {
            writer.begin()
            try write(index, writer)
            precondition(writer.column == columns.count, "a row and the columns to load do not fit each other")
            guard writer.code == SQLITE_OK else { throw failed(writer.code) }
            try insert(statement)
        }
        if turn?.stores == true {
            for index in 0..<count { try inTurnOfRow { try load(index) } }
        } else {
            try inTurnOfRow { for index in 0..<count { try load(index) } }
        }
    }

    private func failed(_ code: CInt) -> any Error {
        failed(DatabaseError(resultCode: ResultCode(rawValue: code)))
    }

    private func failed(_ error: any Error) -> any Error {
        let error = SQLiteDatabase.translate(error)
        failure = failure ?? error
        turn?.of.note(error)
        return error
    }

    private func prepare(_ sql: String, _ arguments: [SQLValue]) throws -> OpaquePointer {
        let statement = try prepare(sql)
        try bind(arguments, to: statement)
        return statement
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        do {
            switch statements {
            case .kept(let db): return try db.cachedStatement(sql: sql).sqliteStatement
            case .own(let statements): return try statements.prepared(sql)
            }
        } catch { throw failed(error) }
    }

    private func bind(_ arguments: [SQLValue], to statement: OpaquePointer) throws {
        precondition(
            Int(sqlite3_bind_parameter_count(statement)) == arguments.count,
            "a statement and its arguments do not fit each other")
        for (index, argument) in arguments.enumerated() {
            let position = CInt(index + 1)
            // SQLITE_TRANSIENT: SQLite copies, since the buffers end with this call.
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            let code: CInt =
                switch argument {
                case .null: sqlite3_bind_null(statement, position)
                case .integer(let value): sqlite3_bind_int64(statement, position, value)
                case .real(let value): sqlite3_bind_double(statement, position, value)
                case .text(var value):
                    value.withUTF8 {
                        sqlite3_bind_text(
                            statement, position,
                            $0.baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
                                ?? Self.empty, CInt($0.count), transient)
                    }
                case .bytes(let value):
                    value.withUnsafeBytes {
                        sqlite3_bind_blob(
                            statement, position, $0.baseAddress ?? UnsafeRawPointer(Self.empty), CInt($0.count),
                            transient)
                    }
                }
            guard code == SQLITE_OK else { throw failed(code) }
        }
    }

    /// Where an empty string points to: SQLite takes a null pointer for NULL.
    nonisolated(unsafe) private static let empty: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.pointee = 0
        return UnsafePointer(pointer)
    }()
}

/// Statements of the thread that stores, for one transaction.
private final class OwnStatements {
    private let handle: OpaquePointer
    private var prepared: [String: OpaquePointer] = [:]

    init(_ handle: OpaquePointer) { self.handle = handle }

    func end() {
        for statement in prepared.values { sqlite3_finalize(statement) }
        prepared.removeAll()
    }

    func prepared(_ sql: String) throws -> OpaquePointer {
        if let statement = prepared[sql] { return statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        prepared[sql] = statement
        return statement
    }
}

/// Binds the values of a row as they come.
private final class SQLiteRowWriter: RowWriter {
    private let statement: OpaquePointer
    private(set) var column = 0
    /// The first code that was not right.
    private(set) var code = SQLITE_OK
    /// SQLite copies, since the buffers end with the call.
    private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(statement: OpaquePointer) { self.statement = statement }

    func begin() { column = 0 }

    private func next() -> CInt {
        column += 1
        return CInt(column)
    }

    private func note(_ result: CInt) { if result != SQLITE_OK, code == SQLITE_OK { code = result } }

    func null() { note(sqlite3_bind_null(statement, next())) }
    func integer(_ value: Int64) { note(sqlite3_bind_int64(statement, next(), value)) }

    func bytes(_ value: UnsafeRawBufferPointer) {
        guard let start = value.baseAddress else { return note(sqlite3_bind_zeroblob(statement, next(), 0)) }
        note(sqlite3_bind_blob(statement, next(), start, CInt(value.count), transient))
    }

    func text(_ value: UnsafeRawBufferPointer) {
        let start = value.baseAddress?.assumingMemoryBound(to: CChar.self)
        if let start {
            note(sqlite3_bind_text(statement, next(), start, CInt(value.count), transient))
        } else {
            note(sqlite3_bind_text(statement, next(), "", 0, transient))
        }
    }
}

private struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, CInt(column)) == SQLITE_NULL }
    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, CInt(column)) }
    func real(_ column: Int) -> Double { sqlite3_column_double(statement, CInt(column)) }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, CInt(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func text(_ column: Int, like known: String?) -> String {
        guard var known, let start = sqlite3_column_text(statement, CInt(column)) else { return text(column) }
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        let isSame = known.withUTF8 { $0.elementsEqual(UnsafeBufferPointer(start: start, count: count)) }
        return isSame ? known : text(column)
    }

    func digest(_ column: Int) -> Digest128? {
        guard let start = sqlite3_column_blob(statement, CInt(column)), sqlite3_column_bytes(statement, CInt(column)) >= 16
        else { return nil }
        return Digest128(beginning: UnsafeRawBufferPointer(start: start, count: 16))
    }

    func bytes(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, CInt(column)) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
