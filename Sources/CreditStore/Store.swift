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
    public func transact<T: Sendable>(_ body: @Sendable @escaping (any RegistryTransaction) throws -> T) async throws -> T {
        try await database.write { try body(SQLRegistryTransaction(connection: $0)) }
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
