import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

extension Store: ServiceStore {
    public func version() async throws -> StoreVersion {
        try await database.read { connection in
            try connection.first("SELECT size, published_size FROM log_state WHERE id = 1") {
                StoreVersion(leaves: $0.integer(0), published: $0.integer(1))
            } ?? StoreVersion(leaves: 0, published: 0)
        }
    }

    public func profile(code: String) async throws -> SubjectProfile? {
        if code.utf8.contains(0) { return nil }
        return try await database.read { connection in
            // The unified code is the usual question; any other number of the subject leads to it as well.
            let id = try connection.first("SELECT subject_id FROM identifier WHERE value = $1 LIMIT 1", [.text(code)]) {
                SubjectID($0.integer(0))
            }
            return try id.flatMap { try Self.profile(try Self.canonical($0, connection), connection) }
        }
    }

    public func profile(id: SubjectID) async throws -> SubjectProfile? {
        try await database.read { try Self.profile(try Self.canonical(id, $0), $0) }
    }

    private static func profile(_ id: SubjectID, _ connection: any Connection) throws -> SubjectProfile? {
        let state = try connection.first(
            "SELECT kind, code, name, status, division, established_on, registered FROM subject WHERE subject_id = $1",
            [.integer(id.value)]
        ) { SQLRegistryTransaction.state($0) }
        guard let state else { return nil }
        var identifiers: [Identifier] = []
        var names: [SubjectProfile.Name] = []
        for member in try members(of: id, connection) {
            identifiers += try connection.rows(
                "SELECT scheme, value FROM identifier WHERE subject_id = $1 ORDER BY scheme, value", [.integer(member.value)]
            ) { row in IdentifierScheme(rawValue: row.text(0)).map { Identifier($0, row.text(1)) } }.compactMap { $0 }
            let borne = try connection.rows(
                "SELECT name, kind FROM subject_name WHERE subject_id = $1 ORDER BY kind DESC, name_id",
                [.integer(member.value)]
            ) { SubjectProfile.Name(text: $0.text(0), kind: NameKind(rawValue: Int($0.integer(1))) ?? .delivered) }
            names += borne.filter { name in !names.contains { $0.text == name.text } }
        }
        return SubjectProfile(id: id, state: state, identifiers: identifiers, names: names)
    }

    /// The subject under which another is shown since an officer merged the two.
    static func canonical(_ id: SubjectID, _ connection: any Connection) throws -> SubjectID {
        try connection.first(
            "SELECT subject_id FROM identity_decision WHERE other_id = $1 AND kind = 'same' AND undone_at IS NULL",
            [.integer(id.value)]
        ) { SubjectID($0.integer(0)) } ?? id
    }

    /// A subject with those that were merged into it. Records stay where they are, so that undoing a merger moves nothing.
    static func members(of id: SubjectID, _ connection: any Connection) throws -> [SubjectID] {
        try [id]
            + connection.rows(
                """
                SELECT other_id FROM identity_decision WHERE subject_id = $1 AND kind = 'same' AND undone_at IS NULL
                ORDER BY other_id
                """, [.integer(id.value)]
            ) { SubjectID($0.integer(0)) }
    }

    public func records(of subject: SubjectID) async throws -> [RecordRow] {
        try await database.read { connection in
            let members = try Self.members(of: subject, connection)
            let rows = try members.flatMap { member in
                try connection.rows(
                    """
                    \(Self.recordColumns)
                    WHERE r.subject_id = $1 ORDER BY r.day DESC, r.ordinal DESC
                    """, [.integer(member.value)]
                ) { try Self.recordRow($0) }
            }
            guard members.count > 1 else { return rows }
            return rows.sorted { ($0.day ?? "", $0.id.subject, $0.id.ordinal) > ($1.day ?? "", $1.id.subject, $1.id.ordinal) }
        }
    }

    public func record(_ id: RecordID) async throws -> RecordRow? {
        try await database.read { connection in
            try connection.first(
                "\(Self.recordColumns) WHERE r.subject_id = $1 AND r.ordinal = $2",
                [.integer(id.subject.value), .integer(id.ordinal)]
            ) { try Self.recordRow($0) }
        }
    }

    public func revisions(of id: RecordID) async throws -> [RevisionRow] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT v.number, v.act, v.reason, v.effective_on, v.recorded_at, v.basis, b.feed, b.department, v.leaf
                FROM revision v LEFT JOIN batch b ON b.batch_number = v.batch_number
                WHERE v.subject_id = $1 AND v.ordinal = $2 ORDER BY v.number DESC
                """, [.integer(id.subject.value), .integer(id.ordinal)]
            ) { row in
                RevisionRow(
                    number: row.integer(0), act: try StoredCode.value(row.integer(1), in: StoredCode.acts),
                    reason: row.optionalText(2).flatMap { Reason(rawValue: $0) },
                    effectiveOn: Day(daysSinceEpoch: Int32(truncatingIfNeeded: row.integer(3))),
                    recordedAt: Instant(milliseconds: row.integer(4)), basis: row.optionalText(5),
                    feed: row.optionalText(6), department: row.optionalText(7), leaf: row.integer(8))
            }
        }
    }

    public func history(of id: RecordID) async throws -> [Revision] {
        try await database.read { connection in
            let item = try connection.first(
                "SELECT item FROM record WHERE subject_id = $1 AND ordinal = $2",
                [.integer(id.subject.value), .integer(id.ordinal)]
            ) { $0.text(0) }
            guard let item else { return [] }
            return try connection.rows(
                """
                SELECT \(RecordMapping.revisionColumns) FROM revision WHERE subject_id = $1 AND ordinal = $2
                ORDER BY number
                """, [.integer(id.subject.value), .integer(id.ordinal)]
            ) { try RecordMapping.revision($0, item: item) }
        }
    }

    /// A record with the revision that states it. Every join names the subject, so one partition answers.
    static let recordColumns = """
        SELECT r.subject_id, r.ordinal, r.item, r.revision, s.name, s.code, r.day, r.published_until, v.content, v.internal,
            v.changes, v.notes, v.recorded_at, v.batch_number, b.feed, b.department, v.line, r.disclosed_until,
            r.archived_until, r.repairable_from, r.severity, r.rule_set, r.circle, r.standing, r.mark
        FROM record r
        JOIN revision v ON v.subject_id = r.subject_id AND v.ordinal = r.ordinal AND v.number = r.stated
        JOIN subject s ON s.subject_id = r.subject_id
        LEFT JOIN batch b ON b.batch_number = v.batch_number
        """

    static func recordRow(_ row: any SQLRow) throws -> RecordRow {
        let statement = row.optionalBytes(8).map { Statement(published: $0, internal: row.optionalBytes(9)) }
        return RecordRow(
            id: RecordID(subject: SubjectID(row.integer(0)), ordinal: row.integer(1)), item: row.text(2),
            revision: row.integer(3), subjectName: row.text(4), subjectCode: row.text(5),
            day: row.text(6).isEmpty ? nil : row.text(6),
            clocks: Clocks(
                publishedUntil: RecordMapping.optionalDay(row, 7),
                disclosedUntil: RecordMapping.optionalDay(row, 17) ?? .openEnd,
                archivedUntil: RecordMapping.optionalDay(row, 18) ?? .openEnd,
                severity: try row.optionalInteger(20).map { try StoredCode.value($0, in: StoredCode.severities) },
                repairableFrom: RecordMapping.optionalDay(row, 19), ruleSet: row.optionalText(21)),
            circle: try StoredCode.value(row.integer(22), in: StoredCode.circles),
            standing: try StoredCode.value(row.integer(23), in: StoredCode.standings),
            mark: row.optionalText(24).flatMap { Reason(rawValue: $0) }, values: statement?.values ?? [:],
            changes: row.optionalBytes(10), notes: row.optionalBytes(11),
            receivedAt: Instant(milliseconds: row.integer(12)),
            batch: row.optionalInteger(13).map {
                BatchSource(
                    number: $0, feed: row.text(14), department: row.optionalText(15),
                    line: Int(row.optionalInteger(16) ?? 0))
            })
    }
}
