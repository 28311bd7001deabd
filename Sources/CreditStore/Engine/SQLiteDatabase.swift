import FoundationEssentials
import GRDB

/// SQLite through GRDB: its pool, its write-ahead log, its statement cache.
public struct SQLiteDatabase: Database {
    private let pool: DatabasePool
    private let glances: SQLiteGlances

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
            // Counts only before a database's first page is written. Rows are short, and small pages are the less to write where
            // a delivery touches many of them.
            try db.execute(sql: "PRAGMA page_size = 4096")
            // The upper pages of the indexes; of a city's leaves four times as much would hold no more than one in fifty, four readers
            // have a cache each, and the system keeps pages, too.
            try db.execute(sql: "PRAGMA cache_size = -16384")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            glances = SQLiteGlances(path: path, configuration)
            // GRDB sets NORMAL when it turns on the write-ahead log, after our own preparation. FULL: what was acknowledged
            // survives a power cut.
            try pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = FULL")
                // A delivery touches pages all over the city; what does not fit is written to the log again and again. What more would
                // hold, a delivery of a whole city lacks elsewhere (decision 0034).
                try $0.execute(sql: "PRAGMA cache_size = -163840")
                // What it sorts may be the whole city, as when counts are made anew: that is for the disk, not for memory.
                try $0.execute(sql: "PRAGMA temp_store = FILE")
            }
        } catch { throw Self.translate(error) }
    }

    public func read<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        do {
            return try await pool.read { try SQLiteConnection.run(body, on: $0) }
        } catch { throw Self.translate(error) }
    }

    public func releaseMemory() { pool.releaseMemory() }

    public func glance<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        try Task.checkCancellation()
        do {
            return try glances.read { try SQLiteConnection.glance(body, on: $0) }
        } catch { throw Self.translate(error) }
    }

    public func ask<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        try Task.checkCancellation()
        do {
            return try glances.read { try SQLiteConnection.run(body, on: $0) }
        } catch { throw Self.translate(error) }
    }

    public func write<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        do {
            return try await pool.write { try SQLiteConnection.write(body, on: $0) }
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
        case .SQLITE_INTERRUPT: return CancellationError()
        case .SQLITE_NOTADB: return StoreError(.notOurs, "the file is not a database of this program")
        case .SQLITE_CORRUPT: return StoreError(.damaged, "the database file is damaged; restore the last backup")
        case .SQLITE_IOERR:
            return StoreError(.full, "the disk could not be written or read; nothing of this delivery was stored")
        default:
            return StoreError(.fault, "the database refused an operation (code \(error.extendedResultCode.rawValue))")
        }
    }
}
