/// Brings a database to the schema that this program knows.
///
/// A migration has a number, is run once, in order, in one transaction, and is never edited once it has been released.
public enum Migrations {
    struct Step: Sendable {
        let number: Int64
        let statements: @Sendable (Engine) -> [String]
        /// Moves rows that no statement can move.
        var convert: @Sendable (any Connection) throws -> Void = { _ in }
        /// What comes after that.
        var ending: @Sendable (Engine) -> [String] = { _ in [] }
    }

    static let all: [Step] = [
        Step(number: 2, statements: Migration002.statements), Step(number: 3, statements: Migration003.statements),
        Step(number: 4, statements: Migration004.statements), Step(number: 5, statements: Migration005.statements),
        Step(
            number: 6, statements: Migration006.statements, convert: { try Conversion006(connection: $0).run() },
            ending: Migration006.ending),
        Step(number: 7, statements: Migration007.statements),
        Step(number: 8, statements: Migration008.statements), Step(number: 9, statements: Migration009.statements),
        Step(number: 11, statements: Migration011.statements), Step(number: 12, statements: Migration012.statements),
        Step(
            number: 13, statements: Migration013.statements, convert: { try Conversion013(connection: $0).run() },
            ending: Migration013.ending),
    ]

    /// The oldest schema that can still be brought up to date. Schema 1 was never released.
    static let oldest: Int64 = 2

    /// The tables of the newest schema, in an order in which each comes after those it refers to.
    public static let tables = definitions.map(\.name)

    static let definitions: [Migration002.Table] = {
        let renewed = Set(Migration006.tables.map(\.name))
        let extended = Set(Migration009.tables.map(\.name))
        let tables =
            (Migration002.tables + Migration003.tables + Migration004.tables).filter { !renewed.contains($0.name) }
            + Migration006.tables + Migration009.tables + Migration008.tables.filter { !extended.contains($0.name) }
            + Migration011.tables + Migration012.tables + Migration013.tables
        // Columns that came later stand first in the definition: what follows the columns is for the whole table.
        return tables.map { table in
            let added = Migration013.columns.filter { $0.table == table.name }.map { "\($0.name) \($0.type), " }.joined()
            return Migration002.Table(name: table.name, definition: added + table.definition, isBySubject: table.isBySubject)
        }
    }()

    /// Runs what is missing.
    /// - Throws: `StoreError.newer` where a later program has been here, `.older` where the schema is older than can be
    ///   brought up to date, `.notOurs` for another program's database.
    public static func run(_ database: any Database) async throws {
        // Looked at first without the writer's place, so that nobody waits at the door while a long delivery comes in.
        let isCurrent = try await database.read { connection in
            try connection.hasTable("schema_version")
                && connection.first("SELECT max(version) FROM schema_version") { $0.integer(0) } == all.last?.number
        }
        if !isCurrent { try await database.write { try run($0) } }
    }

    /// The same inside a transaction that goes on.
    /// - Parameter last: the schema to stop at, for tests of what comes after it.
    static func run(_ connection: any Connection, to last: Int64 = .max) throws {
        if try !connection.hasTable("schema_version") {
            if try connection.hasAnyTable() {
                throw StoreError(.notOurs, "the database belongs to another program; it was not touched")
            }
            try connection.run(Dialect(engine: connection.engine).spell(versionTable), [])
        }
        let current =
            try connection.first("SELECT coalesce(max(version), 0) FROM schema_version") { $0.integer(0) } ?? 0
        let newest = all.last?.number ?? 0
        guard current <= newest else {
            throw StoreError(
                .newer,
                "the database has schema \(current), newer than \(newest), which this program knows; use the newer program")
        }
        guard current == 0 || current >= oldest else {
            throw StoreError(
                .older,
                "the database has schema \(current) of an unreleased program and cannot be brought up to date; create a new platform and send the deliveries again")
        }
        for step in all where step.number > current && step.number <= last {
            let dialect = Dialect(engine: connection.engine)
            for statement in step.statements(connection.engine) { try connection.run(dialect.spell(statement), []) }
            try step.convert(connection)
            for statement in step.ending(connection.engine) { try connection.run(dialect.spell(statement), []) }
            try connection.run("INSERT INTO schema_version (version) VALUES ($1)", [.integer(step.number)])
        }
    }

    private static let versionTable = "CREATE TABLE schema_version (version INTEGER NOT NULL UNIQUE) {table}"
}

extension Connection {
    func hasTable(_ name: String) throws -> Bool {
        try tableNames().contains(name)
    }

    func hasAnyTable() throws -> Bool { try !tableNames().isEmpty }

    /// Tables of the platform's own schema.
    func tableNames() throws -> [String] {
        switch engine {
        case .sqlite: try rows("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) }
        case .postgres:
            try rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()") { $0.text(0) }
        }
    }
}

extension StoreError.Code {
    /// The schema is older than this program can bring up to date.
    public static let older = Self(name: "schema-older")
}
