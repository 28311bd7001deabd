/// Officers' decisions about who is who, with their way back.
enum Migration003 {
    static let tables: [Migration002.Table] = [
        Migration002.Table(
            name: "identity_decision",
            definition: """
                decision_id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject_id INTEGER REFERENCES subject,
                other_id INTEGER REFERENCES subject, name TEXT, waiting_id INTEGER REFERENCES waiting, ordinal INTEGER, other_ordinal INTEGER,
                officer TEXT NOT NULL, reason TEXT NOT NULL CHECK (length(reason) >= 5), decided_at INTEGER NOT NULL,
                undone_at INTEGER, undone_by TEXT, undone_reason TEXT,
                CHECK (kind IN ('same', 'different', 'means', 'means-not', 'filed', 'moved', 'returned')),
                CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_reason IS NULL))
                ) {table}
                """)
    ]

    static let indexes = [
        // A waiting row has one standing decision at most, whoever decides at the same moment.
        """
        CREATE UNIQUE INDEX identity_decision_waiting ON identity_decision (waiting_id)
        WHERE waiting_id IS NOT NULL AND undone_at IS NULL
        """,
        // A subject is part of one other at most.
        """
        CREATE UNIQUE INDEX identity_decision_merged ON identity_decision (other_id)
        WHERE kind = 'same' AND undone_at IS NULL
        """,
        "CREATE INDEX identity_decision_subject ON identity_decision (subject_id)",
    ]

    @Sendable static func statements(_ engine: Engine) -> [String] {
        tables.map { "CREATE TABLE \($0.name) (\($0.definition)" } + indexes
            + (engine == .postgres ? [postgresGuard, "CREATE INDEX subject_name_number ON subject_name (name_id)"] : sqliteGuards)
    }

    // A decision is undone once, and nothing else about it ever changes; its name goes with its subject's (RIGHTS 14).
    private static let frozen = """
        NEW.decision_id = OLD.decision_id AND NEW.kind = OLD.kind AND NEW.officer = OLD.officer
            AND NEW.reason = OLD.reason AND NEW.decided_at = OLD.decided_at
            AND coalesce(NEW.subject_id, -1) = coalesce(OLD.subject_id, -1)
            AND coalesce(NEW.other_id, -1) = coalesce(OLD.other_id, -1)
            AND coalesce(NEW.waiting_id, -1) = coalesce(OLD.waiting_id, -1)
            AND (NEW.name IS NULL OR NEW.name = OLD.name) AND (OLD.undone_at IS NULL OR NEW.undone_at = OLD.undone_at)
        """

    private static let sqliteGuards = [
        """
        CREATE TRIGGER identity_decision_is_final BEFORE UPDATE ON identity_decision WHEN NOT (\(frozen))
        BEGIN SELECT raise(ABORT, 'a decision is undone, never changed'); END
        """,
        """
        CREATE TRIGGER identity_decision_stays BEFORE DELETE ON identity_decision
        BEGIN SELECT raise(ABORT, 'a decision is never removed'); END
        """,
    ]

    private static let postgresGuard = """
        CREATE TRIGGER identity_decision_is_final BEFORE UPDATE ON identity_decision FOR EACH ROW
        WHEN (NOT (\(frozen))) EXECUTE FUNCTION is_final()
        """
}
