/// Subjects, records with revisions, deliveries, the audit, the log's ledger, the name index.
///
/// Days are days since 1970-01-01, moments milliseconds since then. Acts, circles, standings and severities are positions in
/// the lists of `StoredCode`.
enum Migration002 {
    struct Table {
        let name: String
        let definition: String
        var isBySubject = false
    }

    /// Partitions of the tables that lie with their subject, in PostgreSQL.
    static let partitions = 16

    static let tables: [Table] = [
        Table(
            name: "catalogue_version",
            definition: """
                digest TEXT PRIMARY KEY, edition TEXT NOT NULL, loaded_at INTEGER NOT NULL, content BLOB NOT NULL
                ) {clustered}
                """),
        Table(
            name: "batch",
            definition: """
                batch_number INTEGER PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, feed TEXT NOT NULL, item TEXT NOT NULL,
                file_name TEXT NOT NULL, department TEXT, catalogue TEXT NOT NULL, started_at INTEGER NOT NULL,
                finished_at INTEGER, row_count INTEGER, accepted INTEGER, updated INTEGER, unchanged INTEGER,
                rejected INTEGER, waiting INTEGER, seconds REAL, format TEXT, encoding TEXT, layout TEXT, columns BLOB,
                changes BLOB, notes BLOB,
                CHECK (finished_at IS NULL OR row_count = accepted + updated + unchanged + rejected + waiting)
                ) {table}
                """),
        Table(
            name: "batch_reject",
            definition: """
                batch_number INTEGER NOT NULL REFERENCES batch, ordinal INTEGER NOT NULL, line INTEGER NOT NULL,
                heading TEXT, field TEXT, code TEXT NOT NULL, suggestion TEXT, other TEXT, original TEXT NOT NULL,
                PRIMARY KEY (batch_number, ordinal)
                ) {clustered}
                """),
        Table(
            name: "waiting",
            definition: """
                waiting_id INTEGER PRIMARY KEY, batch_number INTEGER NOT NULL REFERENCES batch, line INTEGER NOT NULL,
                item TEXT NOT NULL, reason TEXT NOT NULL, name TEXT, identifiers TEXT NOT NULL, content BLOB NOT NULL,
                digest BLOB NOT NULL UNIQUE
                ) {table}
                """),
        Table(
            name: "code_override",
            definition: """
                code TEXT PRIMARY KEY, reason TEXT NOT NULL CHECK (length(reason) >= 5), officer TEXT NOT NULL,
                accepted_at INTEGER NOT NULL
                ) {clustered}
                """),
        Table(
            name: "subject",
            definition: """
                subject_id {subject key}, kind TEXT NOT NULL CHECK (kind IN ('organisation', 'practitioner')),
                code TEXT NOT NULL, name TEXT NOT NULL, status TEXT, division TEXT, established_on TEXT,
                registered INTEGER NOT NULL CHECK (registered IN (0, 1)), created_at INTEGER NOT NULL
                ) {table} {by subject}
                """, isBySubject: true),
        Table(
            name: "identifier",
            definition: """
                value TEXT NOT NULL, scheme TEXT NOT NULL, subject_id INTEGER NOT NULL REFERENCES subject,
                batch_number INTEGER NOT NULL REFERENCES batch, PRIMARY KEY (value, scheme)
                ) {clustered}
                """),
        Table(
            name: "subject_name",
            definition: """
                {name key} subject_id INTEGER NOT NULL REFERENCES subject, name TEXT NOT NULL,
                name_key TEXT NOT NULL, kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
                batch_number INTEGER NOT NULL REFERENCES batch, UNIQUE (subject_id, name)
                ) {table} {by subject}
                """, isBySubject: true),
        Table(
            name: "record",
            definition: """
                subject_id INTEGER NOT NULL REFERENCES subject, ordinal INTEGER NOT NULL, record_key BLOB NOT NULL,
                item TEXT NOT NULL, revision INTEGER NOT NULL, stated INTEGER NOT NULL, content_hash BLOB NOT NULL,
                batch_number INTEGER NOT NULL, title TEXT, authority TEXT, document_number TEXT, kinds TEXT,
                day TEXT NOT NULL, published_until INTEGER, disclosed_until INTEGER NOT NULL,
                archived_until INTEGER NOT NULL, repairable_from INTEGER, severity INTEGER, rule_set TEXT,
                circle INTEGER NOT NULL CHECK (circle BETWEEN 0 AND 3),
                standing INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 2), mark TEXT,
                PRIMARY KEY (subject_id, ordinal), UNIQUE (subject_id, record_key)
                ) {clustered} {by subject}
                """, isBySubject: true),
        Table(
            name: "revision",
            definition: """
                subject_id INTEGER NOT NULL, ordinal INTEGER NOT NULL, number INTEGER NOT NULL CHECK (number >= 1),
                act INTEGER NOT NULL CHECK (act BETWEEN 0 AND 11), reason TEXT, effective_on INTEGER NOT NULL,
                recorded_at INTEGER NOT NULL, batch_number INTEGER REFERENCES batch, line INTEGER, basis TEXT, actor TEXT,
                published_until INTEGER, disclosed_until INTEGER, archived_until INTEGER, repairable_from INTEGER,
                severity INTEGER, rule_set TEXT, content BLOB, internal BLOB, changes BLOB, notes BLOB, salt BLOB,
                leaf INTEGER NOT NULL,
                PRIMARY KEY (subject_id, ordinal, number),
                FOREIGN KEY (subject_id, ordinal) REFERENCES record (subject_id, ordinal)
                ) {clustered} {by subject}
                """, isBySubject: true),
        Table(
            name: "audit",
            definition: """
                audit_number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, event TEXT NOT NULL,
                object TEXT, outcome TEXT NOT NULL, source TEXT NOT NULL, purpose TEXT, basis TEXT, before TEXT, after TEXT,
                salt BLOB NOT NULL, leaf INTEGER NOT NULL UNIQUE
                ) {table}
                """),
        // One row: where the log stands. `size` counts the leaves of committed transactions, `committed` is the newest signed
        // tree head, `published` and `published_size` the one up to which tiles and checkpoint are in the log's directory.
        Table(
            name: "log_state",
            definition: """
                id INTEGER NOT NULL UNIQUE CHECK (id = 1), origin TEXT NOT NULL, verifier_key TEXT NOT NULL,
                size INTEGER NOT NULL, recorded_at INTEGER NOT NULL, committed BLOB, committed_size INTEGER NOT NULL,
                signed_at INTEGER NOT NULL, published_size INTEGER NOT NULL, published BLOB,
                CHECK (published_size <= committed_size AND committed_size <= size)
                ) {table}
                """),
        // Leaves of 32 bytes, in runs, until their tiles are public.
        Table(
            name: "log_staged",
            definition: """
                first INTEGER PRIMARY KEY, leaf_count INTEGER NOT NULL CHECK (leaf_count >= 1), leaves BLOB NOT NULL,
                CHECK (length(leaves) = 32 * leaf_count)
                ) {table}
                """),
    ]

    static let indexes = [
        "CREATE INDEX waiting_batch ON waiting (batch_number, line)",
        "CREATE INDEX identifier_subject ON identifier (subject_id)",
        "CREATE INDEX identifier_licence ON identifier (value) WHERE scheme = 'licence'",
        "CREATE INDEX subject_name_key ON subject_name (name_key)",
        "CREATE INDEX record_listing ON record (item, day, subject_id, ordinal)",
        // 47481 is 2099-12-31, the open end, which no job need ever look at.
        "CREATE INDEX record_published ON record (published_until) WHERE circle = 0 AND published_until < 47481",
        "CREATE INDEX record_disclosed ON record (disclosed_until) WHERE circle = 1 AND disclosed_until < 47481",
        "CREATE INDEX record_archived ON record (archived_until) WHERE circle = 2 AND archived_until < 47481",
    ]

    @Sendable static func statements(_ engine: Engine) -> [String] {
        let keys: (subject: String, name: String) =
            switch engine {
            case .sqlite: ("INTEGER PRIMARY KEY", "name_id INTEGER PRIMARY KEY,")
            // A partitioned table has no identity column in PostgreSQL 15, and every unique key must hold subject_id.
            case .postgres:
                ("INTEGER DEFAULT nextval('subject_number') PRIMARY KEY", "name_id INTEGER DEFAULT nextval('name_number'),")
            }
        let definitions = tables.flatMap { table in
            let text = table.definition.replacing("{subject key}", with: keys.subject)
                .replacing("{name key}", with: keys.name)
            return ["CREATE TABLE \(table.name) (\(text)"]
                + (engine == .postgres && table.isBySubject ? parts(of: table.name) : [])
        }
        return (engine == .postgres ? sequences : []) + definitions + indexes
            + (engine == .postgres ? postgresOnly : sqliteOnly)
    }

    private static let sequences = ["CREATE SEQUENCE subject_number", "CREATE SEQUENCE name_number"]

    static func parts(of table: String) -> [String] {
        (0..<partitions).map {
            "CREATE TABLE \(table)_\($0) PARTITION OF \(table) FOR VALUES WITH (MODULUS \(partitions), REMAINDER \($0))"
        }
    }

    // The last guard of append-only truth: even a mistaken statement cannot rewrite what was stated. The one change that is
    // let through takes payload and salt away (RIGHTS 14).
    static let sqliteOnly = [
        "CREATE VIRTUAL TABLE name_index USING fts5 (grams, content = '', detail = none, columnsize = 0, tokenize = 'ascii')",
        """
        CREATE TRIGGER revision_is_final BEFORE UPDATE ON revision
        WHEN NOT (NEW.content IS NULL AND NEW.internal IS NULL AND NEW.changes IS NULL AND NEW.notes IS NULL
            AND NEW.salt IS NULL AND NEW.subject_id = OLD.subject_id AND NEW.ordinal = OLD.ordinal
            AND NEW.number = OLD.number AND NEW.act = OLD.act AND NEW.effective_on = OLD.effective_on
            AND NEW.recorded_at = OLD.recorded_at AND NEW.leaf = OLD.leaf AND NEW.reason IS NULL
            AND NEW.basis IS NULL AND NEW.actor IS NULL AND NEW.severity IS NULL AND NEW.rule_set IS NULL
            AND coalesce(NEW.batch_number, -1) = coalesce(OLD.batch_number, -1)
            AND coalesce(NEW.line, -1) = coalesce(OLD.line, -1))
        BEGIN SELECT raise(ABORT, 'a revision is never changed'); END
        """,
        """
        CREATE TRIGGER revision_stays BEFORE DELETE ON revision
        BEGIN SELECT raise(ABORT, 'a revision is never removed'); END
        """,
        """
        CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit
        BEGIN SELECT raise(ABORT, 'an audit row is never changed'); END
        """,
        """
        CREATE TRIGGER audit_stays BEFORE DELETE ON audit
        BEGIN SELECT raise(ABORT, 'an audit row is never removed'); END
        """,
    ]

    private static let postgresOnly = [
        "ALTER TABLE subject_name ADD COLUMN grams tsvector NOT NULL",
        "CREATE INDEX name_index ON subject_name USING gin (grams)",
        """
        CREATE FUNCTION is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$
        """,
        """
        CREATE TRIGGER revision_is_final BEFORE UPDATE ON revision FOR EACH ROW
        WHEN (NOT (NEW.content IS NULL AND NEW.internal IS NULL AND NEW.changes IS NULL AND NEW.notes IS NULL
            AND NEW.salt IS NULL AND NEW.subject_id = OLD.subject_id AND NEW.ordinal = OLD.ordinal
            AND NEW.number = OLD.number AND NEW.act = OLD.act AND NEW.effective_on = OLD.effective_on
            AND NEW.recorded_at = OLD.recorded_at AND NEW.leaf = OLD.leaf AND NEW.reason IS NULL
            AND NEW.basis IS NULL AND NEW.actor IS NULL AND NEW.severity IS NULL AND NEW.rule_set IS NULL
            AND coalesce(NEW.batch_number, -1) = coalesce(OLD.batch_number, -1)
            AND coalesce(NEW.line, -1) = coalesce(OLD.line, -1)))
        EXECUTE FUNCTION is_final()
        """,
        "CREATE TRIGGER revision_stays BEFORE DELETE ON revision FOR EACH ROW EXECUTE FUNCTION is_final()",
        "CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION is_final()",
    ]
}
