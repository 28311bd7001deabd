/// Reports that were handed out, and which revisions they state.
enum Migration008 {
    static let tables: [Migration002.Table] = [
        // No word of a report is kept, only what it takes to tell whether it still holds.
        Migration002.Table(
            name: "issued_report",
            definition: """
                status_index INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, subject_id INTEGER NOT NULL REFERENCES subject,
                kind TEXT NOT NULL, language TEXT NOT NULL, issued_at INTEGER NOT NULL, purpose TEXT NOT NULL,
                audience TEXT NOT NULL, asker TEXT NOT NULL, digest BLOB NOT NULL CHECK (length(digest) = 32),
                last_ordinal INTEGER NOT NULL, period_from TEXT, period_to TEXT, fields TEXT NOT NULL,
                CHECK (kind IN ('full', 'no-violation')), CHECK ((period_from IS NULL) = (period_to IS NULL))
                ) {table}
                """),
        Migration002.Table(
            name: "issued_statement",
            definition: """
                status_index INTEGER NOT NULL REFERENCES issued_report, subject_id INTEGER NOT NULL, ordinal INTEGER NOT NULL,
                revision INTEGER NOT NULL, PRIMARY KEY (status_index, subject_id, ordinal)
                ) {clustered}
                """),
    ]

    @Sendable static func statements(_ engine: Engine) -> [String] {
        tables.map { "CREATE TABLE \($0.name) (\($0.definition)" } + [
            "CREATE INDEX issued_report_subject ON issued_report (subject_id, status_index)"
        ] + guards(engine)
    }

    /// What a report said of itself never changes, and no number is ever given again.
    private static func guards(_ engine: Engine) -> [String] {
        ["issued_report", "issued_statement"].flatMap { table in
            switch engine {
            case .sqlite:
                ["UPDATE", "DELETE"].map { act in
                    """
                    CREATE TRIGGER \(table)_\(act.lowercased()) BEFORE \(act) ON \(table)
                    BEGIN SELECT raise(ABORT, 'an issued report is final'); END
                    """
                }
            case .postgres:
                [
                    """
                    CREATE TRIGGER \(table)_is_final BEFORE UPDATE OR DELETE ON \(table) FOR EACH ROW
                    EXECUTE FUNCTION is_final()
                    """
                ]
            }
        }
    }
}
