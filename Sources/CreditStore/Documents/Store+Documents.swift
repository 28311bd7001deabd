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
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
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

    public func standing(of report: IssuedReport) async throws -> ReportStanding {
        let now = try await database.read { connection in
            try connection.rows(
                """
                SELECT s.subject_id, s.ordinal, s.revision FROM issued_statement s
                JOIN record r ON r.subject_id = s.subject_id AND r.ordinal = s.ordinal
                WHERE s.status_index = $1 AND r.revision <> s.revision
                """, [.integer(report.index)]
            ) { Self.statement($0, from: 0) }
        }
        let stated = Set(report.statements.map(\.record))
        let newer = try await records(of: report.subject).filter {
            $0.receivedAt > report.issuedAt && !stated.contains($0.id)
        }
        return ReportStanding(changed: now, newer: newer.map(\.id))
    }

    public func reportFlags() async throws -> [ReportFlag] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT i.status_index,
                    EXISTS (SELECT 1 FROM issued_statement s
                        JOIN record r ON r.subject_id = s.subject_id AND r.ordinal = s.ordinal
                        WHERE s.status_index = i.status_index AND r.revision <> s.revision),
                    i.kind = 'no-violation' AND EXISTS (SELECT 1 FROM record r
                        WHERE r.subject_id = i.subject_id AND r.ordinal > i.last_ordinal),
                    i.number
                FROM issued_report i ORDER BY i.status_index
                """
            ) {
                ReportFlag(
                    index: $0.integer(0), isChanged: $0.integer(1) != 0, hasNewer: $0.integer(2) != 0, number: $0.text(3))
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
        period_from, period_to, fields
        """

    private static func values(_ report: IssuedReport) -> [SQLValue] {
        [
            .integer(report.index), .text(report.number), .integer(report.subject.value), .text(report.kind.rawValue),
            .text(report.language.rawValue), .integer(report.issuedAt.milliseconds), .text(report.purpose),
            .text(report.audience.rawValue), .text(report.asker.description), .bytes(report.digest),
            .integer(report.lastOrdinal), .text(report.period?.lowerBound.description),
            .text(report.period?.upperBound.description), .text(report.fields.joined(separator: " ")),
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
            period: from.flatMap { from in to.flatMap { from <= $0 ? from...$0 : nil } },
            fields: row.text(13).split(separator: " ").map(String.init), statements: [])
    }

    private static func statement(_ row: any SQLRow, from column: Int) -> IssuedReport.Statement {
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
            asker: report.asker, digest: report.digest, lastOrdinal: report.lastOrdinal, period: report.period,
            fields: report.fields, statements: statements)
    }
}
