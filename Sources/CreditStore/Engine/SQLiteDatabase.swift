import FoundationEssentials
import GRDB
import GRDBSQLite

/// SQLite through GRDB: its pool, its write-ahead log, its statement cache. Rows are read through the C interface, since
/// one Swift value per column is what a bulk load cannot afford.
public struct SQLiteDatabase: Database {
    private let pool: DatabasePool

    /// Opens a database file that exists.
    /// - Throws: `StoreError.missing` where there is none: a wrong path must not make an empty city.
    public static func open(path: String) throws -> SQLiteDatabase {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(.missing, "there is no database here; create one with `chengxin init`")
        }
        // Looked at without writing a byte, since opening for writing would already change another program's file.
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let isOurs = try DatabaseQueue(path: path, configuration: configuration).read { db in
                try db.tableExists("schema_version")
            }
            if !isOurs { throw StoreError(.notOurs, "the database belongs to another program; it was not touched") }
        } catch { throw translate(error) }
        return try SQLiteDatabase(path: path)
    }

    /// Creates a database file.
    /// - Throws: `StoreError.exists` where one is there already.
    public static func create(path: String) throws -> SQLiteDatabase {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError(.exists, "there is a database already; it was not touched")
        }
        return try SQLiteDatabase(path: path)
    }

    private init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            // FULL: a delivery that was acknowledged survives a power cut.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cache_size = -65536")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
        } catch { throw Self.translate(error) }
    }

    public func read<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        do {
            return try await pool.read { try body(SQLiteConnection(db: $0)) }
        } catch { throw Self.translate(error) }
    }

    public func write<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        do {
            return try await pool.write { try body(SQLiteConnection(db: $0)) }
        } catch { throw Self.translate(error) }
    }

    /// Tells an operator what SQLite's codes mean. Other errors pass through untouched.
    static func translate(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
            return StoreError(.readOnly, "the data directory cannot be written; check its owner and permissions")
        case .SQLITE_FULL:
            return StoreError(
                .full, "the disk is full; nothing of this delivery was stored, free some space and send it again")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError(.busy, "another process is writing; try again when it is done")
        case .SQLITE_NOTADB: return StoreError(.notOurs, "the file is not a database of this program")
        case .SQLITE_CORRUPT: return StoreError(.damaged, "the database file is damaged; restore the last backup")
        case .SQLITE_IOERR:
            return StoreError(.full, "the disk could not be written or read; nothing of this delivery was stored")
        default:
            return StoreError(.fault, "the database refused an operation (code \(error.extendedResultCode.rawValue))")
        }
    }
}

/// One GRDB connection. Lives only inside GRDB's own read and write closures.
struct SQLiteConnection: Connection {
    let db: GRDB.Database

    @discardableResult
    func run(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try prepare(sql, arguments)
        defer { sqlite3_reset(statement) }
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code) }
        return Int(sqlite3_changes(db.sqliteConnection))
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws {
        let statement = try prepare(sql, arguments)
        defer { sqlite3_reset(statement) }
        let row = SQLiteRow(statement: statement)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: if try !body(row) { return }
            case SQLITE_DONE: return
            case let code: throw failure(code)
            }
        }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code))
    }

    private func prepare(_ sql: String, _ arguments: [SQLValue]) throws -> OpaquePointer {
        let statement = try db.cachedStatement(sql: sql).sqliteStatement
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
            guard code == SQLITE_OK else { throw failure(code) }
        }
        return statement
    }

    /// Where an empty string points to: SQLite takes a null pointer for NULL.
    nonisolated(unsafe) private static let empty: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.pointee = 0
        return UnsafePointer(pointer)
    }()
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

    func bytes(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, CInt(column)) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
