/// Subjects, records with revisions, deliveries with rejects and waiting rows, the name index.
enum SQLiteMigration001 {
    static let statements = [
        """
        CREATE TABLE catalogue_version (
            digest TEXT PRIMARY KEY, edition TEXT NOT NULL, loaded_at INTEGER NOT NULL, content BLOB NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE batch (
            batch_number INTEGER PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, feed TEXT NOT NULL, item TEXT NOT NULL,
            file_name TEXT NOT NULL, department TEXT, catalogue TEXT NOT NULL, started_at INTEGER NOT NULL,
            finished_at INTEGER, row_count INTEGER, accepted INTEGER, updated INTEGER, unchanged INTEGER, rejected INTEGER,
            waiting INTEGER, seconds REAL, format TEXT, encoding TEXT, layout TEXT, columns BLOB, changes BLOB, notes BLOB,
            CHECK (finished_at IS NULL OR row_count = accepted + updated + unchanged + rejected + waiting)
        ) STRICT
        """,
        """
        CREATE TABLE batch_reject (
            batch_number INTEGER NOT NULL REFERENCES batch, ordinal INTEGER NOT NULL, line INTEGER NOT NULL, heading TEXT,
            field TEXT, code TEXT NOT NULL, suggestion TEXT, other TEXT, original TEXT NOT NULL,
            PRIMARY KEY (batch_number, ordinal)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE waiting (
            waiting_id INTEGER PRIMARY KEY, batch_number INTEGER NOT NULL REFERENCES batch, line INTEGER NOT NULL,
            item TEXT NOT NULL, reason TEXT NOT NULL, name TEXT, identifiers TEXT NOT NULL, content BLOB NOT NULL,
            digest BLOB NOT NULL UNIQUE
        ) STRICT
        """,
        "CREATE INDEX waiting_batch ON waiting (batch_number, line)",
        """
        CREATE TABLE code_override (
            code TEXT PRIMARY KEY, reason TEXT NOT NULL CHECK (length(reason) >= 5), officer TEXT NOT NULL, accepted_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE subject (
            subject_id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('organisation', 'practitioner')),
            code TEXT NOT NULL, name TEXT NOT NULL, status TEXT, division TEXT, established_on TEXT,
            registered INTEGER NOT NULL CHECK (registered IN (0, 1)), created_at INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE identifier (
            value TEXT NOT NULL, scheme TEXT NOT NULL, subject_id INTEGER NOT NULL REFERENCES subject,
            batch_number INTEGER NOT NULL REFERENCES batch, PRIMARY KEY (value, scheme)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX identifier_subject ON identifier (subject_id)",
        "CREATE INDEX identifier_licence ON identifier (value) WHERE scheme = 'licence'",
        """
        CREATE TABLE subject_name (
            name_id INTEGER PRIMARY KEY, subject_id INTEGER NOT NULL REFERENCES subject, name TEXT NOT NULL,
            name_key TEXT NOT NULL, kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
            batch_number INTEGER NOT NULL REFERENCES batch, UNIQUE (subject_id, name)
        ) STRICT
        """,
        "CREATE INDEX subject_name_key ON subject_name (name_key)",
        "CREATE VIRTUAL TABLE name_index USING fts5 (grams, content = '', detail = none, columnsize = 0, tokenize = 'ascii')",
        """
        CREATE TABLE record (
            subject_id INTEGER NOT NULL REFERENCES subject, ordinal INTEGER NOT NULL, record_key BLOB NOT NULL,
            item TEXT NOT NULL, revision INTEGER NOT NULL, content_hash BLOB NOT NULL, batch_number INTEGER NOT NULL,
            title TEXT, authority TEXT, document_number TEXT, kinds TEXT, day TEXT NOT NULL, published_until TEXT,
            PRIMARY KEY (subject_id, ordinal), UNIQUE (subject_id, record_key)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX record_listing ON record (item, day, subject_id, ordinal)",
        """
        CREATE TABLE revision (
            subject_id INTEGER NOT NULL, ordinal INTEGER NOT NULL, number INTEGER NOT NULL,
            batch_number INTEGER NOT NULL REFERENCES batch, line INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
            content BLOB NOT NULL, content_hash BLOB NOT NULL, changes BLOB, notes BLOB,
            PRIMARY KEY (subject_id, ordinal, number),
            FOREIGN KEY (subject_id, ordinal) REFERENCES record (subject_id, ordinal)
        ) STRICT, WITHOUT ROWID
        """,
        // The last guard of append-only truth: even a mistaken statement cannot rewrite what was stated.
        """
        CREATE TRIGGER revision_is_final BEFORE UPDATE ON revision
        BEGIN SELECT raise(ABORT, 'a revision is never changed'); END
        """,
    ]
}
