import CreditModel
import GRDB
import GRDBSQLite

/// One GRDB connection. Lives only inside GRDB's own read and write closures. Rows are read through the C interface,
/// since one Swift value per column is what a bulk load cannot afford.
final class SQLiteConnection: Connection {
    let engine = Engine.sqlite
    private let db: GRDB.Database
    /// The first failed statement: it ends the transaction, even where the caller goes on.
    private var failure: (any Error)?
    /// Whether a closure of `query` or `load` is running.
    private var isBusy = false

    private init(_ db: GRDB.Database) { self.db = db }

    /// Runs `body` in one snapshot on a connection that only reads and has no transaction open.
    ///
    /// GRDB would prepare the statements around it anew each time, which costs more than a glance at a few rows.
    static func glance<T>(_ body: (any Connection) throws -> T, on db: GRDB.Database) throws -> T {
        let connection = SQLiteConnection(db)
        try connection.run("BEGIN", [])
        defer {
            if sqlite3_get_autocommit(db.sqliteConnection) == 0 { _ = try? connection.run("COMMIT", []) }
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

    @discardableResult
    func run(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try prepare(sql, arguments)
        defer { sqlite3_reset(statement) }
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failed(code) }
        return Int(sqlite3_changes(db.sqliteConnection))
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws {
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
        let places = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
        let names = columns.map { Self.quoted($0) }.joined(separator: ", ")
        let statement = try prepare("INSERT INTO \(Self.quoted(table)) (\(names)) VALUES (\(places))")
        defer { sqlite3_reset(statement) }
        isBusy = true
        defer { isBusy = false }
        while let row = try next() {
            try bind(row, to: statement)
            let code = sqlite3_step(statement)
            guard code == SQLITE_DONE else { throw failed(code) }
            sqlite3_reset(statement)
        }
    }

    func load(_ table: String, _ columns: [String], count: Int, _ write: (Int, any RowWriter) throws -> Void) throws {
        let places = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
        let names = columns.map { Self.quoted($0) }.joined(separator: ", ")
        let statement = try prepare("INSERT INTO \(Self.quoted(table)) (\(names)) VALUES (\(places))")
        defer { sqlite3_reset(statement) }
        isBusy = true
        defer { isBusy = false }
        let writer = SQLiteRowWriter(statement: statement)
        for index in 0..<count {
            writer.begin()
            try write(index, writer)
            precondition(writer.column == columns.count, "a row and the columns to load do not fit each other")
            guard writer.code == SQLITE_OK else { throw failed(writer.code) }
            let code = sqlite3_step(statement)
            guard code == SQLITE_DONE else { throw failed(code) }
            sqlite3_reset(statement)
        }
    }

    private func failed(_ code: CInt) -> any Error {
        failed(DatabaseError(resultCode: ResultCode(rawValue: code)))
    }

    private func failed(_ error: any Error) -> any Error {
        let error = SQLiteDatabase.translate(error)
        failure = failure ?? error
        return error
    }

    private func prepare(_ sql: String, _ arguments: [SQLValue]) throws -> OpaquePointer {
        let statement = try prepare(sql)
        try bind(arguments, to: statement)
        return statement
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        precondition(!isBusy, "a statement inside the rows of another: gather the rows first")
        do {
            return try db.cachedStatement(sql: sql).sqliteStatement
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
