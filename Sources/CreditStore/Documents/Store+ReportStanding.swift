import CreditModel
import CreditRegistry
import CreditServices

/// What became of what a report states. Decided by places in the log and by decisions, never by a clock.
extension Store {
    public func changes(since report: IssuedReport, items: [String]) async throws -> ReportChanges {
        try await database.read { [coding] connection in
            let members = try Self.family(of: report, connection)
            var changed = try connection.rows(
                """
                SELECT s.subject_id, s.ordinal, s.revision FROM issued_statement s
                JOIN record r ON r.subject_id = s.subject_id AND r.ordinal = s.ordinal
                WHERE s.status_index = $1 AND r.revision <> s.revision
                """, [.integer(report.index)]
            ) { Self.statement($0, from: 0) }
            // A merger that was undone took the other's records away again.
            let present = Set(members.map(\.subject))
            changed += report.statements.filter { !present.contains($0.record.subject) && !changed.contains($0) }
            guard report.unlisted > 0 else { return ReportChanges(changed: changed, isRecounted: false) }
            let words = try Self.words(items, coding, connection)
            if words.isEmpty { return ReportChanges(changed: changed, isRecounted: false) }
            // Was there when the report was made, and has changed since. Of a subject that was joined later nothing was counted; of one
            // that was joined before, a record with a second revision counts as one that was there.
            let isRecounted = try members.contains { member in
                try connection.first(
                    """
                    SELECT 1 FROM record r WHERE r.subject_id = $1 AND r.leaf >= $2 AND r.item IN (\(words))
                        AND r.ordinal <= $3 AND r.revision > \(member.subject == report.subject ? 0 : 1)
                        AND NOT EXISTS (SELECT 1 FROM issued_statement s WHERE s.status_index = $4
                            AND s.subject_id = r.subject_id AND s.ordinal = r.ordinal)
                    """,
                    [
                        .integer(member.subject.value), .integer(report.ground?.leaves ?? 0),
                        .integer(member.subject == report.subject ? report.lastOrdinal : .max), .integer(report.index),
                    ]
                ) { _ in true } ?? false
            }
            return ReportChanges(changed: changed, isRecounted: isRecounted)
        }
    }

    public func arrivals(since report: IssuedReport, items: [String], after: RecordID?, limit: Int) async throws
        -> [RecordHead]
    {
        try await database.read { [coding] connection in
            let words = try Self.words(items, coding, connection)
            if words.isEmpty { return [] }
            var heads: [RecordHead] = []
            for member in try Self.family(of: report, connection).sorted(by: { $0.subject < $1.subject }) {
                if let after, member.subject < after.subject { continue }
                let rows = try connection.rows(
                    """
                    SELECT \(RecordMapping.columns(RecordMapping.recordColumns, of: "r")) FROM record r
                    WHERE r.subject_id = $1 AND r.leaf >= $2 AND r.ordinal > $3 AND +r.item IN (\(words))
                        AND NOT EXISTS (SELECT 1 FROM issued_statement s WHERE s.status_index = $4
                            AND s.subject_id = r.subject_id AND s.ordinal = r.ordinal)
                    ORDER BY r.ordinal LIMIT $5
                    """,
                    [
                        .integer(member.subject.value), .integer(member.isNew ? 0 : report.ground?.leaves ?? 0),
                        .integer(after.map { $0.subject == member.subject ? $0.ordinal : 0 } ?? 0), .integer(report.index),
                        .integer(Int64(limit - heads.count)),
                    ]
                ) { try StoredState($0) }
                heads += try rows.map { try $0.head(coding, connection) }
                if heads.count >= limit { break }
            }
            return heads
        }
    }

    /// The subjects that are shown as one with the report's.
    private static func family(of report: IssuedReport, _ connection: any Connection) throws -> [Member] {
        let known = report.ground?.decision ?? 0
        let head = try canonical(report.subject, connection)
        let joined = try connection.rows(
            """
            SELECT other_id, decision_id FROM identity_decision WHERE subject_id = $1 AND kind = 'same' AND undone_at IS NULL
            ORDER BY other_id
            """, [.integer(head.value)]
        ) { (SubjectID($0.integer(0)), $0.integer(1)) }
        // A subject that now stands under another was joined to it later: a report is always made of the one above.
        return [Member(subject: head, isNew: head != report.subject)]
            + joined.map { subject, decision in
                Member(subject: subject, isNew: subject != report.subject && (head != report.subject || decision > known))
            }
    }

    private struct Member {
        let subject: SubjectID
        /// Joined after the report was made, so that none of its records was looked at.
        let isNew: Bool
    }

    /// Numbers of items, as a list for SQL; empty where nothing stored is of any of them.
    static func words(_ items: [String], _ coding: RecordCoding, _ connection: any Connection) throws -> String {
        try items.compactMap { try coding.number(of: $0, connection) }.map(String.init).joined(separator: ", ")
    }
}

extension StoredState {
    func head(_ coding: RecordCoding, _ connection: any Connection) throws -> RecordHead {
        RecordHead(
            id: id, item: try coding.word(item, connection), revision: Int64(revision),
            authority: try coding.word(authority.map { Int64($0) }, connection), day: isoDay, clocks: try clocks(coding, connection),
            circle: try StoredCode.value(Int64(circle), in: StoredCode.circles),
            standing: try StoredCode.value(Int64(standing), in: StoredCode.standings))
    }
}
