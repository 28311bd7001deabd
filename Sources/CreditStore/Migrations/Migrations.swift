/// Brings a database to the schema that this program knows.
public enum Migrations {
    static let sqlite: [(number: Int64, statements: [String])] = [(1, SQLiteMigration001.statements)]

    /// Runs what is missing.
    /// - Throws: `StoreError.newer` where a later program has been here; `StoreError.notOurs` for another program's file.
    public static func run(_ database: any Database) async throws {
        try await database.write { connection in
            let tables = try connection.rows("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) }
            if !tables.isEmpty, !tables.contains("schema_version") {
                throw StoreError(.notOurs, "the database belongs to another program; it was not touched")
            }
            try connection.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT", [])
            let current =
                try connection.first("SELECT coalesce(max(version), 0) FROM schema_version") { $0.integer(0) } ?? 0
            guard current <= (sqlite.last?.number ?? 0) else {
                throw StoreError(
                    .newer, "the database has schema \(current), newer than this program knows; use the newer program")
            }
            for migration in sqlite where migration.number > current {
                for statement in migration.statements { try connection.run(statement, []) }
                try connection.run("INSERT INTO schema_version (version) VALUES ($1)", [.integer(migration.number)])
            }
        }
    }
}
