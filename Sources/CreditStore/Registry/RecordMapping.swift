import CreditCatalogue
import CreditModel
import CreditRegistry

/// Rows of `record` and `revision`, both ways.
enum RecordMapping {
    static let recordColumns = """
        subject_id, ordinal, item, revision, stated, batch_number, content_hash, title, authority, document_number, kinds, day,
        published_until, disclosed_until, archived_until, repairable_from, severity, rule_set, circle, standing, mark
        """

    static func record(_ row: any SQLRow, from first: Int = 0) throws -> RecordState {
        let batch = row.integer(first + 5)
        let day = row.text(first + 11)
        return RecordState(
            id: RecordID(subject: SubjectID(row.integer(first)), ordinal: row.integer(first + 1)),
            item: row.text(first + 2), revision: row.integer(first + 3), stated: row.integer(first + 4),
            batch: batch == 0 ? nil : batch, contentHash: row.bytes(first + 6), title: row.optionalText(first + 7),
            authority: row.optionalText(first + 8), documentNumber: row.optionalText(first + 9),
            kinds: row.optionalText(first + 10), day: day.isEmpty ? nil : day,
            clocks: try clocks(row, from: first + 12) ?? .init(
                publishedUntil: nil, disclosedUntil: .openEnd, archivedUntil: .openEnd),
            circle: try StoredCode.value(row.integer(first + 18), in: StoredCode.circles),
            standing: try StoredCode.value(row.integer(first + 19), in: StoredCode.standings),
            mark: row.optionalText(first + 20).flatMap { Reason(rawValue: $0) })
    }

    /// Values in the order of `recordColumns`, without the two of the key.
    static func values(_ record: RecordState) -> [SQLValue] {
        [
            .text(record.item), .integer(record.revision), .integer(record.stated), .integer(record.batch ?? 0),
            .bytes(record.contentHash), .text(record.title), .text(record.authority), .text(record.documentNumber),
            .text(record.kinds), .text(record.day ?? ""),
        ] + values(record.clocks) + [
            StoredCode.number(record.circle, in: StoredCode.circles),
            StoredCode.number(record.standing, in: StoredCode.standings), .text(record.mark?.rawValue),
        ]
    }

    static let revisionColumns = """
        subject_id, ordinal, number, act, reason, effective_on, recorded_at, batch_number, line, basis, actor, published_until,
        disclosed_until, archived_until, repairable_from, severity, rule_set, content, internal, changes, notes, salt, leaf
        """

    static func revision(_ row: any SQLRow, item: String) throws -> Revision {
        Revision(
            id: RecordID(subject: SubjectID(row.integer(0)), ordinal: row.integer(1)), item: item,
            number: row.integer(2), act: try StoredCode.value(row.integer(3), in: StoredCode.acts),
            reason: row.optionalText(4).flatMap { Reason(rawValue: $0) },
            effectiveOn: Day(daysSinceEpoch: Int32(truncatingIfNeeded: row.integer(5))),
            recordedAt: Instant(milliseconds: row.integer(6)), batch: row.optionalInteger(7),
            line: row.optionalInteger(8).map { Int($0) }, basis: row.optionalText(9),
            actor: row.optionalText(10).flatMap { Actor($0) }, clocks: try clocks(row, from: 11),
            statement: row.optionalBytes(17).map { Statement(published: $0, internal: row.optionalBytes(18)) },
            changes: row.optionalBytes(19), notes: row.optionalBytes(20), salt: row.optionalBytes(21),
            leaf: row.integer(22))
    }

    static func values(_ revision: Revision) -> [SQLValue] {
        [
            .integer(revision.id.subject.value), .integer(revision.id.ordinal), .integer(revision.number),
            StoredCode.number(revision.act, in: StoredCode.acts), .text(revision.reason?.rawValue),
            .integer(Int64(revision.effectiveOn.daysSinceEpoch)), .integer(revision.recordedAt.milliseconds),
            .integer(revision.batch), .integer(revision.line.map { Int64($0) }), .text(revision.basis),
            .text(revision.actor?.description),
        ] + (revision.clocks.map { values($0) } ?? Array(repeating: .null, count: 6)) + [
            .bytes(revision.statement?.published), .bytes(revision.statement?.internal), .bytes(revision.changes),
            .bytes(revision.notes), .bytes(revision.salt), .integer(revision.leaf),
        ]
    }

    /// Publication, disclosure, archive, repair, severity, rule set.
    private static func values(_ clocks: Clocks) -> [SQLValue] {
        [
            day(clocks.publishedUntil), day(clocks.disclosedUntil), day(clocks.archivedUntil),
            day(clocks.repairableFrom), StoredCode.number(clocks.severity, in: StoredCode.severities),
            .text(clocks.ruleSet),
        ]
    }

    /// Nil where the row states no clocks.
    private static func clocks(_ row: any SQLRow, from first: Int) throws -> Clocks? {
        guard let disclosed = optionalDay(row, first + 1), let archived = optionalDay(row, first + 2) else { return nil }
        return Clocks(
            publishedUntil: optionalDay(row, first), disclosedUntil: disclosed, archivedUntil: archived,
            severity: try row.optionalInteger(first + 4).map { try StoredCode.value($0, in: StoredCode.severities) },
            repairableFrom: optionalDay(row, first + 3), ruleSet: row.optionalText(first + 5))
    }

    static func day(_ day: Day?) -> SQLValue { .integer(day.map { Int64($0.daysSinceEpoch) }) }

    static func optionalDay(_ row: any SQLRow, _ column: Int) -> Day? {
        row.optionalInteger(column).map { Day(daysSinceEpoch: Int32(truncatingIfNeeded: $0)) }
    }

    /// `$1, $2, …, $n`.
    static func places(_ count: Int) -> String { (1...count).map { "$\($0)" }.joined(separator: ", ") }
}

extension SQLValue {
    static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
}
