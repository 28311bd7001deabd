/// Counts for statistics, the section of a subject's line of business, and how many rows of a delivery were late.
enum Migration013 {
    static let tables: [Migration002.Table] = [
        // Months are year × 12 + month − 1, 0 where a record has no day. '' where a division or a section is not known.
        Migration002.Table(
            name: "decision_tally",
            definition: """
                item TEXT NOT NULL, month INTEGER NOT NULL, division TEXT NOT NULL, sector TEXT NOT NULL,
                record_count INTEGER NOT NULL CHECK (record_count >= 0), PRIMARY KEY (item, month, division, sector)
                ) {clustered}
                """),
        Migration002.Table(
            name: "organisation_tally",
            definition: """
                division TEXT NOT NULL, sector TEXT NOT NULL, subject_count INTEGER NOT NULL CHECK (subject_count >= 0),
                PRIMARY KEY (division, sector)
                ) {clustered}
                """),
        Migration002.Table(
            name: "act_tally",
            definition: """
                item TEXT NOT NULL, act INTEGER NOT NULL, reason TEXT NOT NULL, month INTEGER NOT NULL,
                act_count INTEGER NOT NULL CHECK (act_count >= 0), PRIMARY KEY (item, act, reason, month)
                ) {clustered}
                """),
        // Days since 1970-01-01; `ended_on` is 0 while a mark stands.
        Migration002.Table(
            name: "answer_tally",
            definition: """
                reason TEXT NOT NULL, marked_on INTEGER NOT NULL, ended_on INTEGER NOT NULL,
                mark_count INTEGER NOT NULL CHECK (mark_count >= 0), PRIMARY KEY (reason, marked_on, ended_on)
                ) {clustered}
                """),
        Migration002.Table(
            name: "delivery_tally",
            definition: """
                department TEXT NOT NULL, feed TEXT NOT NULL, month INTEGER NOT NULL, batch_count INTEGER NOT NULL,
                row_count INTEGER NOT NULL, accepted INTEGER NOT NULL, updated INTEGER NOT NULL, unchanged INTEGER NOT NULL,
                rejected INTEGER NOT NULL, waiting INTEGER NOT NULL, judged INTEGER NOT NULL, late INTEGER NOT NULL,
                PRIMARY KEY (department, feed, month)
                ) {clustered}
                """),
        Migration002.Table(
            name: "fault_tally",
            definition: """
                department TEXT NOT NULL, feed TEXT NOT NULL, month INTEGER NOT NULL, code TEXT NOT NULL,
                fault_count INTEGER NOT NULL, PRIMARY KEY (department, feed, month, code)
                ) {clustered}
                """),
    ]

    /// Columns that earlier tables gain.
    static let columns = [
        (table: "subject", name: "sector", type: "TEXT"), (table: "batch", name: "judged", type: "INTEGER"),
        (table: "batch", name: "late", type: "INTEGER"),
    ]

    @Sendable static func statements(_ engine: Engine) -> [String] {
        columns.map { "ALTER TABLE \($0.table) ADD COLUMN \($0.name) \($0.type)" }
            + tables.map { "CREATE TABLE \($0.name) (\($0.definition)" }
    }

    /// Fills the counts, once the sections are known.
    @Sendable static func ending(_ engine: Engine) -> [String] {
        [
            """
            INSERT INTO decision_tally (item, month, division, sector, record_count)
            SELECT i.text, CASE WHEN r.day = -1000000 THEN 0 ELSE \(month("r.day", engine)) END, coalesce(s.division, ''),
                coalesce(s.sector, ''), count(*)
            FROM record r JOIN subject s ON s.subject_id = r.subject_id JOIN word i ON i.word_id = r.item
            WHERE r.published_until IS NOT NULL AND r.standing = 0 AND s.kind = 'organisation' GROUP BY 1, 2, 3, 4
            """,
            """
            INSERT INTO organisation_tally (division, sector, subject_count)
            SELECT coalesce(division, ''), coalesce(sector, ''), count(*) FROM subject WHERE kind = 'organisation'
            GROUP BY 1, 2
            """,
            """
            INSERT INTO act_tally (item, act, reason, month, act_count)
            SELECT i.text, v.act, coalesce(v.reason, ''), \(month(day("v.recorded_at"), engine)), count(*)
            FROM revision v JOIN record r ON r.subject_id = v.subject_id AND r.ordinal = v.ordinal
                JOIN word i ON i.word_id = r.item GROUP BY 1, 2, 3, 4
            """,
            // Acts 5 and 6 are mark and unmark.
            """
            INSERT INTO answer_tally (reason, marked_on, ended_on, mark_count)
            SELECT reason, marked_on, ended_on, count(*) FROM (
                SELECT act, coalesce(reason, '') AS reason, \(day("recorded_at")) AS marked_on,
                    coalesce(lead(\(day("recorded_at"))) OVER (PARTITION BY subject_id, ordinal ORDER BY number), 0) AS ended_on
                FROM revision WHERE act IN (5, 6)) m
            WHERE act = 5 GROUP BY 1, 2, 3
            """,
            """
            INSERT INTO delivery_tally (department, feed, month, batch_count, row_count, accepted, updated, unchanged, rejected,
                waiting, judged, late)
            SELECT coalesce(department, ''), feed, \(month(day("finished_at"), engine)), count(*),
                CAST(sum(row_count) AS BIGINT), CAST(sum(accepted) AS BIGINT), CAST(sum(updated) AS BIGINT),
                CAST(sum(unchanged) AS BIGINT), CAST(sum(rejected) AS BIGINT), CAST(sum(waiting) AS BIGINT), 0, 0
            FROM batch WHERE finished_at IS NOT NULL GROUP BY 1, 2, 3
            """,
            """
            INSERT INTO fault_tally (department, feed, month, code, fault_count)
            SELECT coalesce(b.department, ''), b.feed, \(month(day("b.finished_at"), engine)), j.code, count(*)
            FROM batch_reject j JOIN batch b ON b.batch_number = j.batch_number
            WHERE b.finished_at IS NOT NULL GROUP BY 1, 2, 3, 4
            """,
        ]
    }

    private static func day(_ moment: String) -> String { "((\(moment) + 28800000) / 86400000)" }

    private static func month(_ day: String, _ engine: Engine) -> String {
        switch engine {
        case .sqlite:
            """
            (CAST(strftime('%Y', (\(day)) * 86400, 'unixepoch') AS INTEGER) * 12
                + CAST(strftime('%m', (\(day)) * 86400, 'unixepoch') AS INTEGER) - 1)
            """
        // Whole numbers are spelled so that `Dialect` leaves them alone.
        case .postgres:
            """
            CAST(extract(year FROM date '1970-01-01' + CAST(\(day) AS int4)) * 12
                + extract(month FROM date '1970-01-01' + CAST(\(day) AS int4)) - 1 AS BIGINT)
            """
        }
    }
}
