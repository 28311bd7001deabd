/// What tells, without a clock, whether an issued report still holds: the key that signed it, where log and decisions stood when its
/// content was read, and how many records it counts without stating them.
///
/// Reports from before have none of these. Their key follows from the moment of issue, and every record that they do not state is
/// looked at as if it had come later.
enum Migration009 {
    private static let added = ["key_id TEXT", "read_leaves INTEGER", "read_decision INTEGER", "unlisted INTEGER"]

    /// `issued_report` as it stands from here on.
    static let tables: [Migration002.Table] = Migration008.tables.filter { $0.name == "issued_report" }.map { table in
        // Columns are added at the end, before the rules on the whole row.
        Migration002.Table(
            name: table.name,
            definition: table.definition.replacing(
                "fields TEXT NOT NULL,", with: "fields TEXT NOT NULL, \(added.joined(separator: ", ")),"))
    }

    @Sendable static func statements(_ engine: Engine) -> [String] {
        added.map { "ALTER TABLE issued_report ADD COLUMN \($0)" }
    }
}
