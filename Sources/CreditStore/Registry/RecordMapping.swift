import CreditCatalogue
import CreditModel
import CreditRegistry

/// Rows of `record` and `revision`, both ways. Words and payloads are turned back once the rows are gathered, since that may ask
/// the database.
enum RecordMapping {
    static let recordColumns = """
        subject_id, ordinal, record_key, content_hash, item, revision, stated, leaf, stated_leaf, authority, kinds, day,
        published_until, disclosed_until, archived_until, repairable_from, severity, rule_set, circle, standing, mark
        """

    static let revisionColumns = """
        leaf, subject_id, ordinal, number, previous, act, reason, effective_on, recorded_at, batch_number, line, basis, actor,
        published_until, disclosed_until, archived_until, repairable_from, severity, payload, salt
        """

    static func names(_ columns: String) -> [String] {
        columns.split(whereSeparator: { ", \n".contains($0) }).map(String.init)
    }

    /// The columns of a table that a query calls by another name.
    static func columns(_ columns: String, of table: String) -> String {
        names(columns).map { "\(table).\($0)" }.joined(separator: ", ")
    }

    static func day(_ day: Day?) -> SQLValue { .integer(day.map { Int64($0.daysSinceEpoch) }) }

    static func optionalDay(_ row: any SQLRow, _ column: Int) -> Day? {
        row.optionalInteger(column).map { Day(daysSinceEpoch: Int32(truncatingIfNeeded: $0)) }
    }

    /// `$1, $2, …, $n`.
    static func places(_ count: Int) -> String { (1...count).map { "$\($0)" }.joined(separator: ", ") }
}

/// A row of `record` as it lies there, in the order of `RecordMapping.recordColumns`.
struct StoredState: Sendable {
    var subject: Int64
    var ordinal: Int64
    var leaf: Int64
    var statedLeaf: Int64
    var item: Int64
    var key: Digest128
    var contentHash: Digest128?
    // A delivery holds a million of these: what is small lies in what alignment leaves free.
    var circle: Int8
    var standing: Int8
    var severity: Int8?
    var mark: Reason?
    var revision: Int32
    var stated: Int32
    /// `noDay` where the record has none.
    var day: Int32
    var disclosedUntil: Int32
    var archivedUntil: Int32
    var publishedUntil: Int32?
    var repairableFrom: Int32?
    var authority: Int32?
    var kinds: Int32?
    var ruleSet: Int32?

    init(_ row: any SQLRow, from first: Int = 0) throws {
        func day(_ column: Int) -> Int32? {
            row.optionalInteger(first + column).map { Int32(truncatingIfNeeded: $0) }
        }
        func word(_ column: Int) -> Int32? { row.optionalInteger(first + column).map { Int32(clamping: $0) } }
        func small(_ column: Int) -> Int8 { Int8(clamping: row.integer(first + column)) }
        guard let key = row.digest(first + 2) else { throw RecordCoding.damaged }
        (subject, ordinal, self.key) = (row.integer(first), row.integer(first + 1), key)
        contentHash = row.digest(first + 3)
        item = row.integer(first + 4)
        (revision, stated) = (Int32(clamping: row.integer(first + 5)), Int32(clamping: row.integer(first + 6)))
        (leaf, statedLeaf) = (row.integer(first + 7), row.integer(first + 8))
        (authority, kinds) = (word(9), word(10))
        (self.day, publishedUntil) = (day(11) ?? Self.noDay, day(12))
        disclosedUntil = day(13) ?? Day.openEnd.daysSinceEpoch
        archivedUntil = day(14) ?? Day.openEnd.daysSinceEpoch
        repairableFrom = day(15)
        severity = row.isNull(first + 16) ? nil : small(16)
        ruleSet = word(17)
        (circle, standing) = (small(18), small(19))
        mark = row.optionalText(first + 20).flatMap { Reason(rawValue: $0) }
    }

    /// A state on its way in.
    init(
        _ state: RecordState, key: Digest128, leaf: Int64, statedLeaf: Int64, words: (String?) throws -> Int64?
    ) throws {
        func word(_ text: String?) throws -> Int32? { try words(text).map { Int32(clamping: $0) } }
        func number<T: Equatable>(_ value: T, _ list: [T]) -> Int8 { Int8(list.firstIndex(of: value) ?? 0) }
        (subject, ordinal, self.key) = (state.id.subject.value, state.id.ordinal, key)
        contentHash = state.contentHash
        item = try words(state.item) ?? 0
        (revision, stated) = (Int32(clamping: state.revision), Int32(clamping: state.stated))
        (self.leaf, self.statedLeaf) = (leaf, statedLeaf)
        (authority, kinds) = (try word(state.authority), try word(state.kinds))
        day = state.day.flatMap { Day(iso: $0)?.daysSinceEpoch } ?? Self.noDay
        publishedUntil = state.clocks.publishedUntil?.daysSinceEpoch
        disclosedUntil = state.clocks.disclosedUntil.daysSinceEpoch
        archivedUntil = state.clocks.archivedUntil.daysSinceEpoch
        repairableFrom = state.clocks.repairableFrom?.daysSinceEpoch
        severity = state.clocks.severity.map { number($0, StoredCode.severities) }
        ruleSet = try word(state.clocks.ruleSet)
        circle = number(state.circle, StoredCode.circles)
        standing = number(state.standing, StoredCode.standings)
        mark = state.mark
    }

    /// Before every day that a record can have, so that records without one come last in lists.
    static let noDay: Int32 = -1_000_000

    var id: RecordID { RecordID(subject: SubjectID(subject), ordinal: ordinal) }
    var isoDay: String? { day == Self.noDay ? nil : Day(daysSinceEpoch: day).description }

    func clocks(_ coding: RecordCoding, _ connection: any Connection) throws -> Clocks {
        func day(_ number: Int32?) -> Day? { number.map { Day(daysSinceEpoch: $0) } }
        return Clocks(
            publishedUntil: day(publishedUntil), disclosedUntil: Day(daysSinceEpoch: disclosedUntil),
            archivedUntil: Day(daysSinceEpoch: archivedUntil),
            severity: try severity.map { try StoredCode.value(Int64($0), in: StoredCode.severities) },
            repairableFrom: day(repairableFrom), ruleSet: try coding.word(ruleSet.map { Int64($0) }, connection))
    }

    func state(_ coding: RecordCoding, _ connection: any Connection) throws -> RecordState {
        RecordState(
            id: id, item: try coding.word(item, connection), revision: Int64(revision), stated: Int64(stated), contentHash: contentHash,
            authority: try coding.word(authority.map { Int64($0) }, connection),
            kinds: try coding.word(kinds.map { Int64($0) }, connection), day: isoDay, clocks: try clocks(coding, connection),
            circle: try StoredCode.value(Int64(circle), in: StoredCode.circles),
            standing: try StoredCode.value(Int64(standing), in: StoredCode.standings), mark: mark)
    }

    /// Values in the order of `RecordMapping.recordColumns`.
    func write(to row: any RowWriter) {
        row.integer(subject)
        row.integer(ordinal)
        row.digest(key)
        row.digest(contentHash)
        row.integer(item)
        row.integer(Int64(revision))
        row.integer(Int64(stated))
        row.integer(leaf)
        row.integer(statedLeaf)
        row.integer(authority.map { Int64($0) })
        row.integer(kinds.map { Int64($0) })
        row.integer(Int64(day))
        row.integer(publishedUntil.map { Int64($0) })
        row.integer(Int64(disclosedUntil))
        row.integer(Int64(archivedUntil))
        row.integer(repairableFrom.map { Int64($0) })
        row.integer(severity.map { Int64($0) })
        row.integer(ruleSet.map { Int64($0) })
        row.integer(Int64(circle))
        row.integer(Int64(standing))
        row.text(mark?.rawValue)
    }

    /// The columns that an act may change, with their values; the rest of a row never changes.
    var changeable: [(column: String, value: SQLValue)] {
        func whole(_ number: Int32?) -> SQLValue { .integer(number.map { Int64($0) }) }
        return [
            ("content_hash", .bytes(contentHash?.bytes)), ("revision", whole(revision)), ("stated", whole(stated)),
            ("authority", whole(authority)), ("kinds", whole(kinds)), ("day", .integer(Int64(day))),
            ("published_until", whole(publishedUntil)), ("disclosed_until", whole(disclosedUntil)),
            ("archived_until", whole(archivedUntil)), ("repairable_from", whole(repairableFrom)),
            ("severity", .integer(severity.map { Int64($0) })), ("rule_set", whole(ruleSet)),
            ("circle", .integer(Int64(circle))), ("standing", .integer(Int64(standing))), ("mark", .text(mark?.rawValue)),
        ]
    }
}

/// A row of `revision` as it lies there, in the order of `RecordMapping.revisionColumns`.
struct StoredRevision {
    let leaf: Int64
    let id: RecordID
    let number: Int64
    let previous: Int64?
    private let act: Int64
    let reason: Reason?
    private let effectiveOn: Day
    let recordedAt: Instant
    private let batch: Int64?
    private let line: Int?
    private let basis: String?
    private let actor: Actor?
    private let publishedUntil: Day?
    private let disclosedUntil: Day?
    private let archivedUntil: Day?
    private let repairableFrom: Day?
    private let severity: Int64?
    let payload: [UInt8]?
    private let salt: [UInt8]?

    init(_ row: any SQLRow, from first: Int = 0) {
        leaf = row.integer(first)
        id = RecordID(subject: SubjectID(row.integer(first + 1)), ordinal: row.integer(first + 2))
        number = row.integer(first + 3)
        previous = row.optionalInteger(first + 4)
        act = row.integer(first + 5)
        reason = row.optionalText(first + 6).flatMap { Reason(rawValue: $0) }
        effectiveOn = Day(daysSinceEpoch: Int32(truncatingIfNeeded: row.integer(first + 7)))
        recordedAt = Instant(milliseconds: row.integer(first + 8))
        batch = row.optionalInteger(first + 9)
        line = row.optionalInteger(first + 10).map { Int($0) }
        basis = row.optionalText(first + 11)
        actor = row.optionalText(first + 12).flatMap { Actor($0) }
        publishedUntil = RecordMapping.optionalDay(row, first + 13)
        disclosedUntil = RecordMapping.optionalDay(row, first + 14)
        archivedUntil = RecordMapping.optionalDay(row, first + 15)
        repairableFrom = RecordMapping.optionalDay(row, first + 16)
        severity = row.optionalInteger(first + 17)
        payload = row.optionalBytes(first + 18)
        salt = row.optionalBytes(first + 19)
    }

    func isAct(_ other: Act) -> Bool { act == StoredCode.number(other) }

    /// - Throws: `StoreError.damaged` where the payload or a code cannot be read.
    func revision(item: String, _ coding: RecordCoding, _ connection: any Connection) throws -> Revision {
        let content = try payload.map { try coding.content($0, connection) }
        var clocks: Clocks?
        if let disclosedUntil, let archivedUntil {
            clocks = Clocks(
                publishedUntil: publishedUntil, disclosedUntil: disclosedUntil, archivedUntil: archivedUntil,
                severity: try severity.map { try StoredCode.value($0, in: StoredCode.severities) },
                repairableFrom: repairableFrom, ruleSet: content?.ruleSet)
        }
        return Revision(
            id: id, item: item, number: number, act: try StoredCode.value(act, in: StoredCode.acts), reason: reason,
            effectiveOn: effectiveOn, recordedAt: recordedAt, batch: batch, line: line, basis: basis, actor: actor,
            clocks: clocks, statement: content?.statement, changes: content?.changes, notes: content?.notes, salt: salt,
            leaf: leaf)
    }

    /// A record's revisions by number: from its newest one back, each by its place in the log.
    /// The subject is named everywhere, so that one partition answers.
    static func chain(of id: RecordID, _ connection: any Connection) throws -> [StoredRevision] {
        let columns = RecordMapping.revisionColumns
        let own = RecordMapping.columns(columns, of: "v")
        return try connection.rows(
            """
            WITH RECURSIVE chain AS (
                SELECT \(own) FROM record r JOIN revision v ON v.leaf = r.leaf AND v.subject_id = $1
                WHERE r.subject_id = $1 AND r.ordinal = $2
                UNION ALL
                SELECT \(own) FROM chain c JOIN revision v ON v.leaf = c.previous AND v.subject_id = $1 AND v.leaf < c.leaf)
            SELECT \(columns) FROM chain WHERE ordinal = $2 ORDER BY number
            """, [.integer(id.subject.value), .integer(id.ordinal)]
        ) { StoredRevision($0) }
    }

    /// The same by looking at every revision of the subject, for a record that does not lead to its own.
    static func all(of id: RecordID, _ connection: any Connection) throws -> [StoredRevision] {
        try connection.rows(
            """
            SELECT \(RecordMapping.revisionColumns) FROM revision WHERE subject_id = $1 AND ordinal = $2
            ORDER BY number, leaf
            """, [.integer(id.subject.value), .integer(id.ordinal)]
        ) { StoredRevision($0) }
    }

    /// Values in the order of `RecordMapping.revisionColumns`.
    static func write(
        _ revision: Revision, previous: Int64?, payload: [UInt8]?, to row: any RowWriter
    ) {
        func day(_ day: Day?) { row.integer(day.map { Int64($0.daysSinceEpoch) }) }
        row.integer(revision.leaf)
        row.integer(revision.id.subject.value)
        row.integer(revision.id.ordinal)
        row.integer(revision.number)
        row.integer(previous)
        row.integer(Int64(StoredCode.acts.firstIndex(of: revision.act) ?? 0))
        row.text(revision.reason?.rawValue)
        day(revision.effectiveOn)
        row.integer(revision.recordedAt.milliseconds)
        row.integer(revision.batch)
        row.integer(revision.line.map { Int64($0) })
        row.text(revision.basis)
        row.text(revision.actor?.description)
        day(revision.clocks?.publishedUntil)
        day(revision.clocks?.disclosedUntil)
        day(revision.clocks?.archivedUntil)
        day(revision.clocks?.repairableFrom)
        row.integer(revision.clocks?.severity.flatMap { StoredCode.severities.firstIndex(of: $0) }.map { Int64($0) })
        row.bytes(payload)
        row.bytes(revision.salt)
    }
}

extension SQLValue {
    static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
}
