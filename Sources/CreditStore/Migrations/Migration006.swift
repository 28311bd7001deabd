/// Records and revisions in a third of the space: words that repeat stand once, payloads are packed, and a revision is found by its
/// place in the log.
///
/// A revision's leaf is its key, so appending it touches one page, and no index over revisions is needed: a record names the
/// revision that states it and the newest one, and each revision names the one before it. A record's row is numbers only.
enum Migration006 {
    static let tables: [Migration002.Table] = [
        // Items, authorities, kinds, rule sets: what many records have in common. Never changed, never removed.
        Migration002.Table(
            name: "word", definition: "word_id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) {table}"),
        // How payloads of an item are packed; see Records/Packing.swift. Never changed, never removed.
        Migration002.Table(
            name: "packing",
            definition: """
                packing_id INTEGER PRIMARY KEY, item TEXT NOT NULL, published TEXT NOT NULL, internal TEXT NOT NULL,
                dictionary BLOB
                ) {table}
                """),
        // `item`, `authority`, `kinds`, `rule_set` are words. `leaf` is the newest revision, `stated_leaf` the one that counts.
        // `day` is the record's own day, or -1000000 where it has none.
        Migration002.Table(
            name: "record",
            definition: """
                subject_id INTEGER NOT NULL, ordinal INTEGER NOT NULL, record_key BLOB NOT NULL, content_hash BLOB,
                item INTEGER NOT NULL, revision INTEGER NOT NULL, stated INTEGER NOT NULL, leaf INTEGER NOT NULL,
                stated_leaf INTEGER NOT NULL, authority INTEGER, kinds INTEGER, day INTEGER NOT NULL, published_until INTEGER,
                disclosed_until INTEGER NOT NULL, archived_until INTEGER NOT NULL, repairable_from INTEGER,
                severity INTEGER, rule_set INTEGER, circle INTEGER NOT NULL CHECK (circle BETWEEN 0 AND 3),
                standing INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 2), mark TEXT,
                PRIMARY KEY (subject_id, ordinal)
                ) {clustered} {by subject}
                """, isBySubject: true),
        // `previous` is the leaf of the record's revision before this one.
        Migration002.Table(
            name: "revision",
            definition: """
                leaf {leaf key}, subject_id INTEGER NOT NULL, ordinal INTEGER NOT NULL,
                number INTEGER NOT NULL CHECK (number >= 1), previous INTEGER,
                act INTEGER NOT NULL CHECK (act BETWEEN 0 AND 11), reason TEXT, effective_on INTEGER NOT NULL,
                recorded_at INTEGER NOT NULL, batch_number INTEGER, line INTEGER, basis TEXT, actor TEXT,
                published_until INTEGER, disclosed_until INTEGER, archived_until INTEGER, repairable_from INTEGER,
                severity INTEGER, payload BLOB, salt BLOB{leaf unique}
                ) {table} {by subject}
                """, isBySubject: true),
    ]

    private static let indexes = [
        "CREATE INDEX record_listing ON record (item, day, subject_id, ordinal)",
        "CREATE INDEX record_published ON record (published_until) WHERE circle = 0 AND published_until < 47481",
        "CREATE INDEX record_disclosed ON record (disclosed_until) WHERE circle = 1 AND disclosed_until < 47481",
        "CREATE INDEX record_archived ON record (archived_until) WHERE circle = 2 AND archived_until < 47481",
    ]

    /// Old tables out of the way, new ones in their place; `Conversion006` moves the rows.
    @Sendable static func statements(_ engine: Engine) -> [String] {
        let aside = indexes.map { "DROP INDEX \($0.split(separator: " ")[2])" }
            + (engine == .sqlite ? ["DROP TRIGGER revision_is_final", "DROP TRIGGER revision_stays"] : [])
            + ["revision", "record"].flatMap { table in
                ["ALTER TABLE \(table) RENAME TO \(table)_before"]
                    + (engine == .sqlite
                        ? []
                        : (0..<Migration002.partitions).map { "ALTER TABLE \(table)_\($0) RENAME TO \(table)_before_\($0)" })
            }
        let definitions = tables.flatMap { table in
            ["CREATE TABLE \(table.name) (\(spelled(table.definition, engine))"]
                + (engine == .postgres && table.isBySubject ? Migration002.parts(of: table.name) : [])
        }
        return aside + definitions + indexes
    }

    /// Once the rows have moved.
    @Sendable static func ending(_ engine: Engine) -> [String] {
        ["DROP TABLE revision_before", "DROP TABLE record_before"] + (engine == .sqlite ? sqliteGuards : postgresGuards)
    }

    static func spelled(_ definition: String, _ engine: Engine) -> String {
        switch engine {
        case .sqlite:
            definition.replacing("{leaf key}", with: "INTEGER PRIMARY KEY").replacing("{leaf unique}", with: "")
        // Every unique key of a partitioned table holds what it is parted by.
        case .postgres:
            definition.replacing("{leaf key}", with: "INTEGER NOT NULL")
                .replacing("{leaf unique}", with: ", PRIMARY KEY (subject_id, leaf)")
        }
    }

    // The last guard of append-only truth: even a mistaken statement cannot rewrite what was stated. The one change that is
    // let through takes payload and salt away (RIGHTS 14).
    private static let isErasure = """
        NEW.payload IS NULL AND NEW.salt IS NULL AND NEW.subject_id = OLD.subject_id AND NEW.ordinal = OLD.ordinal
            AND NEW.number = OLD.number AND NEW.act = OLD.act AND NEW.effective_on = OLD.effective_on
            AND NEW.recorded_at = OLD.recorded_at AND NEW.leaf = OLD.leaf AND NEW.reason IS NULL AND NEW.basis IS NULL
            AND NEW.actor IS NULL AND NEW.severity IS NULL
            AND coalesce(NEW.previous, -1) = coalesce(OLD.previous, -1)
            AND coalesce(NEW.batch_number, -1) = coalesce(OLD.batch_number, -1)
            AND coalesce(NEW.line, -1) = coalesce(OLD.line, -1)
        """

    private static let sqliteGuards =
        [
            """
            CREATE TRIGGER revision_is_final BEFORE UPDATE ON revision WHEN NOT (\(isErasure))
            BEGIN SELECT raise(ABORT, 'a revision is never changed'); END
            """
        ]
        + [("revision", "BEFORE DELETE"), ("word", "BEFORE UPDATE"), ("word", "BEFORE DELETE"), ("packing", "BEFORE UPDATE"),
            ("packing", "BEFORE DELETE")].map { table, moment in
                """
                CREATE TRIGGER \(table)_\(moment.hasSuffix("DELETE") ? "stays" : "is_final") \(moment) ON \(table)
                BEGIN SELECT raise(ABORT, 'rows of \(table) are kept as they are'); END
                """
            }

    private static let postgresGuards = [
        """
        CREATE TRIGGER revision_is_final BEFORE UPDATE ON revision FOR EACH ROW WHEN (NOT (\(isErasure)))
        EXECUTE FUNCTION is_final()
        """,
        "CREATE TRIGGER revision_stays BEFORE DELETE ON revision FOR EACH ROW EXECUTE FUNCTION is_final()",
        "CREATE TRIGGER word_is_final BEFORE UPDATE OR DELETE ON word FOR EACH ROW EXECUTE FUNCTION is_final()",
        "CREATE TRIGGER packing_is_final BEFORE UPDATE OR DELETE ON packing FOR EACH ROW EXECUTE FUNCTION is_final()",
    ]
}
