import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices

/// The stores of one platform over one database.
public struct Store: Sendable {
    let database: any Database

    /// Creates the database of a new platform.
    public static func create(sqlite path: String) async throws -> Store {
        let database = try SQLiteDatabase.create(path: path)
        try await Migrations.run(database)
        return Store(database: database)
    }

    /// Opens the database of a platform, bringing an older schema up to date.
    public static func open(sqlite path: String) async throws -> Store {
        let database = try SQLiteDatabase.open(path: path)
        try await Migrations.run(database)
        return Store(database: database)
    }

    /// Runs one registry transaction.
    public func transact<T: Sendable>(_ body: @Sendable @escaping (any RegistryTransaction) throws -> T) async throws
        -> T
    {
        try await database.write { try body(SQLRegistryTransaction(connection: $0)) }
    }

    /// Unified codes whose check character is wrong and that an officer accepted, with who and why.
    public func codeOverrides() async throws -> [CodeOverride] {
        try await database.read { connection in
            try connection.rows("SELECT code, reason, officer, accepted_at FROM code_override ORDER BY code") {
                CodeOverride(
                    code: $0.text(0), reason: $0.text(1), officer: $0.text(2),
                    acceptedAt: Instant(milliseconds: $0.integer(3)))
            }
        }
    }

    /// Accepts a code; a code accepted before keeps its first reason. False where it was accepted already.
    public func accept(_ override: CodeOverride) async throws -> Bool {
        try await database.write { connection in
            try connection.run(
                """
                INSERT INTO code_override (code, reason, officer, accepted_at) VALUES ($1, $2, $3, $4) ON CONFLICT (code) DO NOTHING
                """,
                [
                    .text(override.code), .text(override.reason), .text(override.officer),
                    .integer(override.acceptedAt.milliseconds),
                ]) > 0
        }
    }

    /// Keeps the exact rules that batches were judged by. The same rules are kept once.
    public func keep(catalogue digest: String, edition: String, content: [UInt8], at instant: Instant) async throws {
        _ = try await database.write { connection in
            try connection.run(
                """
                INSERT INTO catalogue_version (digest, edition, loaded_at, content) VALUES ($1, $2, $3, $4)
                ON CONFLICT (digest) DO NOTHING
                """, [.text(digest), .text(edition), .integer(instant.milliseconds), .bytes(content)])
        }
    }
}
