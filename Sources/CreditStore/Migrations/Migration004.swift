/// Counts that are kept in step with every change, so that no page counts records to show how many there are.
enum Migration004 {
    static let tables: [Migration002.Table] = [
        // Standing records by the last day on which the public sees them. What is shown on a day is the sum over the days from
        // that one on, so the counts follow the clocks without anybody touching them.
        Migration002.Table(
            name: "record_tally",
            definition: """
                item TEXT NOT NULL, kind TEXT NOT NULL, authority TEXT NOT NULL, published_until INTEGER NOT NULL,
                record_count INTEGER NOT NULL CHECK (record_count >= 0),
                PRIMARY KEY (item, kind, authority, published_until)
                ) {clustered}
                """),
        Migration002.Table(
            name: "subject_tally",
            definition: "kind TEXT PRIMARY KEY, subject_count INTEGER NOT NULL CHECK (subject_count >= 0)) {clustered}"),
    ]

    @Sendable static func statements(_ engine: Engine) -> [String] {
        tables.map { "CREATE TABLE \($0.name) (\($0.definition)" } + fill
    }

    private static let fill = [
        """
        INSERT INTO record_tally (item, kind, authority, published_until, record_count)
        SELECT r.item, s.kind, coalesce(r.authority, ''), r.published_until, count(*)
        FROM record r JOIN subject s ON s.subject_id = r.subject_id
        WHERE r.published_until IS NOT NULL AND r.standing = 0
        GROUP BY r.item, s.kind, coalesce(r.authority, ''), r.published_until
        """,
        "INSERT INTO subject_tally (kind, subject_count) SELECT kind, count(*) FROM subject GROUP BY kind",
    ]
}
