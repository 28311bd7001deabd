/// Revisions are stored in the order in which they were stated, with an index by record.
///
/// Until here SQLite kept them inside the index itself, by subject. A delivery speaks of subjects all over the city, so each of
/// its rows fell on another page of a table far larger than memory, and every page was written again and again. Appended, the
/// payload is written once, and only the small index is touched everywhere.
enum Migration005 {
    @Sendable static func statements(_ engine: Engine) -> [String] {
        // PostgreSQL has always appended.
        guard engine == .sqlite, let revision = Migration002.tables.first(where: { $0.name == "revision" }) else { return [] }
        let definition = revision.definition.replacing("{clustered}", with: "{table}")
        let guards = Migration002.sqliteOnly.filter { $0.contains("ON revision") }
        return [
            "ALTER TABLE revision RENAME TO revision_before", "CREATE TABLE revision (\(definition)",
            "INSERT INTO revision SELECT * FROM revision_before ORDER BY leaf", "DROP TABLE revision_before",
        ] + guards
    }
}
