/// A PostgreSQL database (15 or later) through libpq. Everything of the platform lives in the schema `chengxin`.
///
/// Readers see snapshots (REPEATABLE READ); writers are alone through an advisory lock, which also holds among
/// processes.
public struct PostgresDatabase: Database {
    private let readers: PostgresPool
    private let writer: PostgresPool

    /// Connections for reading; one more writes.
    private static let readerLimit = 4

    /// Opens the database of a platform.
    /// - Parameter url: `postgresql://user@host:port/database?…`, with everything that libpq accepts.
    /// - Throws: `StoreError` with `unreachable`, `refused`, or `missing` where there is no database or no schema: a
    ///   wrong address must not make an empty city; `notOurs` where another program has such a schema.
    public static func open(url: String) async throws -> PostgresDatabase {
        let database = try PostgresDatabase(PostgresAddress(url))
        let schema = try await database.read { try Schema($0) }
        guard schema.tables > 0 else {
            throw StoreError(
                .missing, "the database has no schema \(PostgresAddress.schema); create one with `chengxin init`")
        }
        if !schema.isOurs { throw notOurs }
        return database
    }

    /// Makes the schema of a new platform in a database that exists.
    /// - Throws: `StoreError.exists` where the schema is there with tables; `notOurs` where they are another program's.
    public static func create(url: String) async throws -> PostgresDatabase {
        let database = try PostgresDatabase(PostgresAddress(url))
        try await database.write { connection in
            let schema = try Schema(connection)
            if schema.isOurs { throw StoreError(.exists, "there is a database already; it was not touched") }
            if schema.tables > 0 { throw notOurs }
            try connection.run("CREATE SCHEMA IF NOT EXISTS \(PostgresAddress.schema)", [])
        }
        return database
    }

    private init(_ address: PostgresAddress) {
        readers = PostgresPool(address, .reading, limit: Self.readerLimit)
        writer = PostgresPool(address, .writing, limit: 1)
    }

    public func read<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        try await readers.run(body)
    }

    public func write<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        try await writer.run(body)
    }

    private static var notOurs: StoreError {
        StoreError(
            .notOurs, "the schema \(PostgresAddress.schema) belongs to another program; it was not touched")
    }

    /// What is in the schema, looked at without touching it.
    private struct Schema {
        let tables: Int64
        let isOurs: Bool

        init(_ connection: any Connection) throws {
            let found = try connection.first(
                """
                SELECT count(*), count(*) FILTER (WHERE c.relname = 'schema_version')
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                """, [.text(PostgresAddress.schema)]
            ) { ($0.integer(0), $0.integer(1) > 0) }
            (tables, isOurs) = found ?? (0, false)
        }
    }
}
