import CreditModel
import CreditRegistry
import CreditServices

extension Store: DocumentStore {
    public func issue(
        _ note: AuditNote, at instant: Instant, _ make: @Sendable @escaping (_ index: Int64) throws -> IssuedReport
    ) async throws -> IssuedReport {
        try await database.write { [matching, coding] connection in
            let transaction = try SQLRegistryTransaction(connection: connection, at: instant, matching: matching, coding: coding)
            // There is one writer at a time, so the place is nobody else's.
            let last = try connection.first("SELECT max(status_index) FROM issued_report") { $0.optionalInteger(0) } ?? nil
            let report = try make((last ?? -1) + 1)
            try connection.run(
                """
                INSERT INTO issued_report (\(Self.reportColumns))
                VALUES (\(RecordMapping.places(18)))
                """, Self.values(report))
            try connection.load(
                "issued_statement", ["status_index", "subject_id", "ordinal", "revision"],
                report.statements.map {
                    [
                        .integer(report.index), .integer($0.record.subject.value), .integer($0.record.ordinal),
                        .integer($0.revision),
                    ]
                })
            var note = note
            note.object = report.number
            note.after = Hexadecimal.text(report.digest)
            try transaction.insertAudit(note)
            try transaction.finish()
            return report
        }
    }

    public func issuedReport(number: String) async throws -> IssuedReport? {
        if number.utf8.contains(0) { return nil }
        return try await database.read { connection in
            try connection.first(
                "SELECT \(Self.reportColumns) FROM issued_report WHERE number = $1", [.text(number)], Self.report
            ).map { try Self.withStatements($0, connection) }
        }
    }

    public func reportFlags() async throws -> [ReportFlag] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT i.status_index, i.number, i.key_id, i.issued_at,
                    EXISTS (SELECT 1 FROM issued_statement s
                        JOIN record r ON r.subject_id = s.subject_id AND r.ordinal = s.ordinal
                        WHERE s.status_index = i.status_index AND r.revision <> s.revision),
                    ((i.kind = 'no-violation' OR i.unlisted > 0) AND EXISTS (SELECT 1 FROM record r
                        WHERE r.subject_id = i.subject_id AND r.leaf >= coalesce(i.read_leaves, 0)))
                    OR EXISTS (SELECT 1 FROM identity_decision d
                        WHERE d.kind = 'same' AND (d.subject_id = i.subject_id OR d.other_id = i.subject_id))
                FROM issued_report i ORDER BY i.status_index
                """
            ) {
                ReportFlag(
                    index: $0.integer(0), number: $0.text(1), keyID: $0.optionalText(2),
                    issuedAt: Instant(milliseconds: $0.integer(3)), isChanged: $0.integer(4) != 0,
                    isDoubtful: $0.integer(5) != 0)
            }
        }
    }

    public func queries(about subject: SubjectID, limit: Int) async throws -> [IssuedReport] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT \(Self.reportColumns) FROM issued_report WHERE subject_id = $1 AND audience <> 'public'
                ORDER BY status_index DESC LIMIT $2
                """, [.integer(subject.value), .integer(Int64(limit))], Self.report)
        }
    }

    private static let reportColumns = """
        status_index, number, subject_id, kind, language, issued_at, purpose, audience, asker, digest, last_ordinal,
        period_from, period_to, fields, key_id, read_leaves, read_decision, unlisted
        """

    private static func values(_ report: IssuedReport) -> [SQLValue] {
        [
            .integer(report.index), .text(report.number), .integer(report.subject.value), .text(report.kind.rawValue),
            .text(report.language.rawValue), .integer(report.issuedAt.milliseconds), .text(report.purpose),
            .text(report.audience.rawValue), .text(report.asker.description), .bytes(report.digest),
            .integer(report.lastOrdinal), .text(report.period?.lowerBound.description),
            .text(report.period?.upperBound.description), .text(report.fields.joined(separator: " ")), .text(report.keyID),
            .integer(report.ground?.leaves), .integer(report.ground?.decision), .integer(Int64(report.unlisted)),
        ]
    }

    private static func report(_ row: any SQLRow) throws -> IssuedReport {
        guard let kind = ReportKind(rawValue: row.text(3)), let language = Language(rawValue: row.text(4)),
            let audience = Audience(rawValue: row.text(7)), let asker = Actor(row.text(8))
        else { throw StoreError(.damaged, "issued report \(row.text(1)) holds a word that this program does not know") }
        let (from, to) = (row.optionalText(11).flatMap { Day(iso: $0) }, row.optionalText(12).flatMap { Day(iso: $0) })
        return IssuedReport(
            number: row.text(1), index: row.integer(0), subject: SubjectID(row.integer(2)), kind: kind,
            language: language, issuedAt: Instant(milliseconds: row.integer(5)), purpose: row.text(6),
            audience: audience, asker: asker, digest: row.bytes(9), lastOrdinal: row.integer(10),
            ground: row.optionalInteger(15).map { ReportGround(leaves: $0, decision: row.integer(16)) },
            keyID: row.optionalText(14), unlisted: Int(row.integer(17)),
            period: from.flatMap { from in to.flatMap { from <= $0 ? from...$0 : nil } },
            fields: row.text(13).split(separator: " ").map(String.init), statements: [])
    }

    static func statement(_ row: any SQLRow, from column: Int) -> IssuedReport.Statement {
        IssuedReport.Statement(
            record: RecordID(subject: SubjectID(row.integer(column)), ordinal: row.integer(column + 1)),
            revision: row.integer(column + 2))
    }

    private static func withStatements(_ report: IssuedReport, _ connection: any Connection) throws -> IssuedReport {
        let statements = try connection.rows(
            "SELECT subject_id, ordinal, revision FROM issued_statement WHERE status_index = $1 ORDER BY subject_id, ordinal",
            [.integer(report.index)]
        ) { statement($0, from: 0) }
        return IssuedReport(
            number: report.number, index: report.index, subject: report.subject, kind: report.kind,
            language: report.language, issuedAt: report.issuedAt, purpose: report.purpose, audience: report.audience,
            asker: report.asker, digest: report.digest, lastOrdinal: report.lastOrdinal, ground: report.ground,
            keyID: report.keyID, unlisted: report.unlisted, period: report.period,
            fields: report.fields, statements: statements)
    }
}
