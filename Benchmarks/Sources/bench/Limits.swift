import Crypto
import GRDBSQLite
import Glibc

/// What the machine gives at best, measured beside the program: rows of 32 bytes through SQLite's C interface, and an append
/// to a file, both synchronised as often as the program does.
final class Limits {
    private let database: OpaquePointer
    private let statement: OpaquePointer
    private let file: Int32
    private var count: Int64 = 0

    init(folder: String) throws {
        var (database, statement): (OpaquePointer?, OpaquePointer?)
        guard sqlite3_open("\(folder)/limit.sqlite", &database) == SQLITE_OK, let database else {
            throw Failure(reason: "cannot create a database in \(folder)")
        }
        self.database = database
        let definition = """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
            CREATE TABLE leaf (place INTEGER PRIMARY KEY, seal BLOB NOT NULL) STRICT
            """
        guard sqlite3_exec(database, definition, nil, nil, nil) == SQLITE_OK,
            sqlite3_prepare_v2(database, "INSERT INTO leaf VALUES (?, ?)", -1, &statement, nil) == SQLITE_OK,
            let statement
        else { throw Failure(reason: "SQLite refuses the table of the limit") }
        self.statement = statement
        file = open("\(folder)/limit.bytes", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Failure(reason: "cannot create a file in \(folder)") }
    }

    deinit {
        close(file)
        sqlite3_finalize(statement)
        sqlite3_close(database)
    }

    /// One transaction of `leaves` rows.
    func insert(_ leaves: Int) throws {
        var seal = [UInt8](repeating: 0, count: 32)
        sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil)
        for _ in 0..<leaves {
            count += 1
            seal.withUnsafeMutableBytes { $0.storeBytes(of: count, as: Int64.self) }
            sqlite3_bind_int64(statement, 1, count)
            let code = seal.withUnsafeBytes { bytes in
                // No destructor: the bytes outlive the step.
                sqlite3_bind_blob(statement, 2, bytes.baseAddress, CInt(bytes.count), nil)
                return sqlite3_step(statement)
            }
            guard code == SQLITE_DONE else { throw Failure(reason: "SQLite refuses a row of the limit") }
            sqlite3_reset(statement)
        }
        guard sqlite3_exec(database, "COMMIT", nil, nil, nil) == SQLITE_OK else {
            throw Failure(reason: "SQLite refuses a commit of the limit")
        }
    }

    /// One write of `leaves` times 32 bytes, synchronised.
    func append(_ leaves: Int) throws {
        let bytes = [UInt8](repeating: 0x63, count: leaves * 32)
        guard write(file, bytes, bytes.count) == bytes.count, fdatasync(file) == 0 else {
            throw Failure(reason: "cannot write the file of the limit")
        }
    }

    /// A leaf hash of 33 bytes and a node of 65 bytes, as RFC 6962 has them, `count` times.
    static func hash(_ count: Int) {
        var state = [UInt8](repeating: 0, count: 65)
        for _ in 0..<count {
            let leaf = SHA256.hash(data: state[..<33])
            leaf.withUnsafeBytes { digest in state.withUnsafeMutableBytes { $0.copyMemory(from: digest) } }
            let node = SHA256.hash(data: state)
            node.withUnsafeBytes { digest in state.withUnsafeMutableBytes { $0.copyMemory(from: digest) } }
        }
    }
}
