import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution

extension SQLRegistryTransaction {
    func feed(ofBatch batch: Int64) throws -> String? {
        try connection.first("SELECT feed FROM batch WHERE batch_number = $1", [.integer(batch)]) { $0.text(0) }
    }

    func waitingRow(_ id: Int64) throws -> KeptRow? {
        try connection.first(
            """
            SELECT w.waiting_id, w.batch_number, w.line, b.feed, w.item, w.reason, w.name, w.identifiers, w.content
            FROM waiting w JOIN batch b ON b.batch_number = w.batch_number WHERE w.waiting_id = $1
            """, [.integer(id)]
        ) { IdentityMapping.row($0) }
    }

    func decision(onWaiting id: Int64) throws -> IdentityDecision? {
        try connection.first(
            "SELECT \(IdentityMapping.columns) FROM identity_decision WHERE waiting_id = $1 AND undone_at IS NULL",
            [.integer(id)]
        ) { try IdentityMapping.decision($0) }
    }

    func decision(_ id: Int64) throws -> IdentityDecision? {
        try connection.first(
            "SELECT \(IdentityMapping.columns) FROM identity_decision WHERE decision_id = $1", [.integer(id)]
        ) { try IdentityMapping.decision($0) }
    }

    func insertDecision(_ decision: IdentityDecision) throws -> Int64 {
        try flush()
        ownRules = nil
        let number =
            try connection.first("SELECT coalesce(max(decision_id), 0) + 1 FROM identity_decision") { $0.integer(0) } ?? 1
        try connection.run(
            """
            INSERT INTO identity_decision (decision_id, kind, subject_id, other_id, name, waiting_id, ordinal, officer,
                reason, decided_at, other_ordinal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            [
                .integer(number), .text(decision.kind.rawValue), IdentityMapping.number(decision.subject?.value),
                IdentityMapping.number(decision.other?.value), .text(decision.name),
                IdentityMapping.number(decision.waiting), IdentityMapping.number(decision.record?.ordinal),
                .text(decision.officer), .text(decision.reason), .integer(decision.decidedAt.milliseconds),
                IdentityMapping.number(decision.origin?.ordinal),
            ])
        if decision.kind == .same { [decision.subject, decision.other].compactMap { $0 }.forEach { journal.note($0) } }
        return number
    }

    func endDecision(_ id: Int64, _ undone: IdentityDecision.Undone) throws {
        ownRules = nil
        try connection.run(
            "UPDATE identity_decision SET undone_at = $1, undone_by = $2, undone_reason = $3 WHERE decision_id = $4",
            [.integer(undone.at.milliseconds), .text(undone.officer), .text(undone.reason), .integer(id)])
        if let ended = try decision(id), ended.kind == .same {
            [ended.subject, ended.other].compactMap { $0 }.forEach { journal.note($0) }
        }
    }

    func standingDecisions() throws -> [IdentityDecision] { try IdentityMapping.standing(connection) }

    func names(of subject: SubjectID) throws -> [String] {
        try settle(subject)
        return try connection.rows("SELECT name FROM subject_name WHERE subject_id = $1", [.integer(subject.value)]) { $0.text(0) }
    }

    /// The index as of the last committed transaction, with what this one added; what this one added is never shared, since it
    /// may be undone.
    func match(_ query: MatchQuery, divisions: Divisions) throws -> MatchAnswer {
        // Names alone are compared: records stay on their way, else each such row would send them a handful at a time.
        try flushSubjects()
        let reader = NameReader.shared(divisions)
        var names = try ownNames ?? matching.take(reader, connection)
        ownNames = nil
        if hasNewNames { try names.refresh(connection) }
        hasNewNames = false
        defer { ownNames = names }
        let rules = try ownRules ?? IdentityMapping.rules(try standingDecisions(), reader)
        ownRules = rules
        return try Matcher(names.index, rules: rules).match(query)
    }

    /// The names as they are when this transaction is committed; nil where it never asked for them.
    func allNames() throws -> MatchCache.Names? {
        guard var names = ownNames else { return nil }
        ownNames = nil
        try names.refresh(connection)
        return names
    }
}

/// How decisions and waiting rows lie in their columns.
enum IdentityMapping {
    static let columns = """
        decision_id, kind, subject_id, other_id, name, waiting_id, ordinal, officer, reason, decided_at, undone_at, undone_by,
        undone_reason, other_ordinal
        """

    static func columns(of table: String) -> String {
        columns.split(whereSeparator: { ", \n".contains($0) }).map { "\(table).\($0)" }.joined(separator: ", ")
    }

    static func number(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }

    static func decision(_ row: any SQLRow, from first: Int = 0) throws -> IdentityDecision {
        guard let kind = IdentityDecision.Kind(rawValue: row.text(first + 1)) else {
            throw StoreError(.damaged, "decision \(row.integer(first)) is of no known kind")
        }
        let subject = row.optionalInteger(first + 2).map { SubjectID($0) }
        return IdentityDecision(
            id: row.integer(first), kind: kind, subject: subject, other: row.optionalInteger(first + 3).map { SubjectID($0) },
            name: row.optionalText(first + 4), waiting: row.optionalInteger(first + 5),
            record: subject.flatMap { subject in
                row.optionalInteger(first + 6).map { RecordID(subject: subject, ordinal: $0) }
            },
            origin: row.optionalInteger(first + 3).flatMap { other in
                row.optionalInteger(first + 13).map { RecordID(subject: SubjectID(other), ordinal: $0) }
            },
            officer: row.text(first + 7), reason: row.text(first + 8), decidedAt: Instant(milliseconds: row.integer(first + 9)),
            undone: row.optionalInteger(first + 10).map {
                .init(at: Instant(milliseconds: $0), officer: row.text(first + 11), reason: row.text(first + 12))
            })
    }

    static func standing(_ connection: any Connection) throws -> [IdentityDecision] {
        try connection.rows(
            """
            SELECT \(columns) FROM identity_decision
            WHERE undone_at IS NULL AND kind IN ('same', 'different', 'means', 'means-not') ORDER BY decision_id
            """
        ) { try decision($0) }
    }

    static func rules(_ decisions: [IdentityDecision], _ reader: NameReader) throws -> MatchRules {
        var rules = MatchRules()
        for decision in decisions {
            switch (decision.kind, decision.subject, decision.other, decision.name) {
            case (.same, let subject?, let other?, _): rules.merge(other, into: subject)
            case (.means, let subject?, _, let name?): rules.always(reader.read(name), means: subject, rule: decision.id)
            case (.meansNot, let subject?, _, let name?): rules.never(reader.read(name), means: subject)
            default: continue
            }
        }
        return rules
    }

    static func row(_ row: any SQLRow) -> KeptRow {
        KeptRow(
            id: row.integer(0), batch: row.integer(1), line: Int(row.integer(2)), feed: row.text(3), item: row.text(4),
            reason: row.text(5), name: row.optionalText(6),
            identifiers: row.text(7).split(separator: " ").compactMap { text in
                text.firstIndex(of: ":").flatMap { colon in
                    IdentifierScheme(rawValue: String(text[..<colon])).map {
                        Identifier($0, String(text[text.index(after: colon)...]))
                    }
                }
            }, content: row.bytes(8))
    }
}
