import CreditModel
import CreditRegistry
import CreditServices

extension Store: ServiceStore {
    public func profile(code: String) async throws -> SubjectProfile? {
        try await database.read { connection in
            // The unified code is the usual question; any other number of the subject leads to it as well.
            let id = try connection.first("SELECT subject_id FROM identifier WHERE value = $1 LIMIT 1", [.text(code)]) {
                SubjectID($0.integer(0))
            }
            return try id.flatMap { try Self.profile($0, connection) }
        }
    }

    public func profile(id: SubjectID) async throws -> SubjectProfile? {
        try await database.read { try Self.profile(id, $0) }
    }

    private static func profile(_ id: SubjectID, _ connection: any Connection) throws -> SubjectProfile? {
        let state = try connection.first(
            "SELECT kind, code, name, status, division, established_on, registered FROM subject WHERE subject_id = $1",
            [.integer(id.value)]
        ) { SQLRegistryTransaction.state($0) }
        guard let state else { return nil }
        let identifiers = try connection.rows(
            "SELECT scheme, value FROM identifier WHERE subject_id = $1 ORDER BY scheme, value", [.integer(id.value)]
        ) { row in IdentifierScheme(rawValue: row.text(0)).map { Identifier($0, row.text(1)) } }
        let names = try connection.rows(
            "SELECT name, kind FROM subject_name WHERE subject_id = $1 ORDER BY kind DESC, name_id",
            [.integer(id.value)]
        ) { SubjectProfile.Name(text: $0.text(0), kind: NameKind(rawValue: Int($0.integer(1))) ?? .delivered) }
        return SubjectProfile(id: id, state: state, identifiers: identifiers.compactMap { $0 }, names: names)
    }

    public func records(of subject: SubjectID) async throws -> [RecordRow] {
        try await database.read { connection in
            try connection.rows(
                """
                \(Self.recordColumns)
                WHERE r.subject_id = $1 ORDER BY r.day DESC, r.ordinal DESC
                """, [.integer(subject.value)]
            ) { Self.recordRow($0) }
        }
    }

    public func record(_ id: RecordID) async throws -> RecordRow? {
        try await database.read { connection in
            try connection.first(
                "\(Self.recordColumns) WHERE r.subject_id = $1 AND r.ordinal = $2",
                [.integer(id.subject.value), .integer(id.ordinal)]
            ) { Self.recordRow($0) }
        }
    }

    public func revisions(of id: RecordID) async throws -> [RevisionRow] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT v.number, v.recorded_at, v.content, v.batch_number, b.feed, b.department, v.line
                FROM revision v JOIN batch b ON b.batch_number = v.batch_number
                WHERE v.subject_id = $1 AND v.ordinal = $2 ORDER BY v.number DESC
                """, [.integer(id.subject.value), .integer(id.ordinal)]
            ) { row in
                RevisionRow(
                    number: row.integer(0), recordedAt: Instant(milliseconds: row.integer(1)),
                    values: FlatObject.decode(row.bytes(2)) ?? [:],
                    batch: BatchSource(
                        number: row.integer(3), feed: row.text(4), department: row.optionalText(5),
                        line: Int(row.integer(6))))
            }
        }
    }

    /// A record with its current revision. Every join names the subject, so one partition answers.
    static let recordColumns = """
        SELECT r.subject_id, r.ordinal, r.item, r.revision, s.name, s.code, r.day, r.published_until, v.content, v.changes,
            v.notes, v.recorded_at, v.batch_number, b.feed, b.department, v.line
        FROM record r
        JOIN revision v ON v.subject_id = r.subject_id AND v.ordinal = r.ordinal AND v.number = r.revision
        JOIN subject s ON s.subject_id = r.subject_id
        JOIN batch b ON b.batch_number = v.batch_number
        """

    static func recordRow(_ row: any SQLRow) -> RecordRow {
        RecordRow(
            id: RecordID(subject: SubjectID(row.integer(0)), ordinal: row.integer(1)), item: row.text(2),
            revision: row.integer(3),
            subjectName: row.text(4), subjectCode: row.text(5), day: row.text(6).isEmpty ? nil : row.text(6),
            publishedUntil: row.optionalText(7), values: FlatObject.decode(row.bytes(8)) ?? [:],
            changes: row.optionalBytes(9),
            notes: row.optionalBytes(10), receivedAt: Instant(milliseconds: row.integer(11)),
            batch: BatchSource(
                number: row.integer(12), feed: row.text(13), department: row.optionalText(14),
                line: Int(row.integer(15))))
    }
}
