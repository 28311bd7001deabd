import CreditCatalogue
import CreditModel
import CreditRegistry

// Records and their revisions.
extension SQLRegistryTransaction {
    func record(of subject: SubjectID, key: Digest128) throws -> StoredRecord? {
        if isOnItsWay(subject) {
            if let row = pending.record(of: subject, key) {
                return StoredRecord(ordinal: row.ordinal, revision: Int64(row.revision), contentHash: row.contentHash)
            }
            return try storedRecord(of: subject, key)
        }
        try know(subject)
        return known.record(subject, key)
    }

    /// Whether some of its records may be in neither of the two that are asked: what is known, and what is stored.
    private func isOnItsWay(_ subject: SubjectID) -> Bool { pending.touches(subject) && !known.isWhole(subject) }

    private func storedRecord(of subject: SubjectID, _ key: Digest128) throws -> StoredRecord? {
        try connection.first(
            "SELECT ordinal, revision, content_hash, record_key FROM record WHERE subject_id = $1 AND record_key = $2",
            [.integer(subject.value), .bytes(key.bytes)]
        ) { try KnownRecords.read($0).record }
    }

    /// Reads what the subject has: a delivery usually has several rows about it.
    func know(_ subject: SubjectID) throws {
        if known.isWhole(subject) { return }
        if pending.touches(subject) { try flush() }
        known.begin(subject)
        try connection.query(
            "SELECT ordinal, revision, content_hash, record_key FROM record WHERE subject_id = $1",
            [.integer(subject.value)]
        ) { row in
            try known.keep(row, of: subject)
            return true
        }
    }

    func earlierRecord(of subject: SubjectID, key: Digest128, item: String) throws -> StoredRecord? {
        if pending.isNew(subject) { return nil }
        if try isSmall(item) { return known.recordOfItem(subject, key) }
        // None of those on their way has this key.
        return isOnItsWay(subject) ? try storedRecord(of: subject, key) : try record(of: subject, key: key)
    }

    /// Whether there are so few records of an item that all are known: then a new one costs no question, and the first delivery of a
    /// feed, often its largest, is all new ones.
    func isSmall(_ item: String) throws -> Bool {
        if let isSmall = known.isSmall(item) { return isSmall }
        guard let number = try coding.number(of: item, connection) else {
            known.noteSmall(item, [])
            return true
        }
        let count =
            try connection.first(
                "SELECT count(*) FROM (SELECT 1 FROM record WHERE item = $1 LIMIT \(known.fewRecords + 1)) few",
                [.integer(number)]
            ) { Int($0.integer(0)) } ?? 0
        guard count <= known.fewRecords else {
            known.noteLarge(item)
            return false
        }
        let rows = try connection.rows(
            "SELECT ordinal, revision, content_hash, record_key, subject_id FROM record WHERE item = $1", [.integer(number)]
        ) { row in
            let (key, record) = try KnownRecords.read(row)
            return (subject: SubjectID(row.integer(4)), key: key, record: record)
        }
        known.noteSmall(item, rows)
        return true
    }

    func nextOrdinal(of subject: SubjectID) throws -> Int64 {
        if let last = known.lastOrdinal(subject) { return last + 1 }
        if pending.touches(subject) { try flush() }
        let last = try connection.first(
            "SELECT max(ordinal) FROM record WHERE subject_id = $1", [.integer(subject.value)]
        ) { $0.optionalInteger(0) ?? 0 }
        known.raise(last ?? 0, of: subject)
        return (last ?? 0) + 1
    }

    /// The row of a record.
    func stored(_ id: RecordID) throws -> StoredState? {
        if pending.touches(id.subject) { try flush() }
        return try connection.first(
            "SELECT \(RecordMapping.recordColumns) FROM record WHERE subject_id = $1 AND ordinal = $2", Self.key(id)
        ) { try StoredState($0) }
    }

    func record(_ id: RecordID) throws -> RecordState? { try stored(id)?.state(coding, connection) }

    func revisions(of id: RecordID) throws -> [Revision] {
        guard let item = try record(id)?.item else { return [] }
        return try StoredRevision.chain(of: id, connection).map { try $0.revision(item: item, coding, connection) }
    }

    func insert(_ record: RecordState, key: Digest128, _ revision: Revision) throws {
        journal.add(record)
        let row = try StoredState(record, key: key, leaf: revision.leaf, statedLeaf: revision.leaf) { try number(of: $0) }
        try count(row)
        pending.add(row)
        known.keep(
            StoredRecord(ordinal: record.id.ordinal, revision: record.revision, contentHash: record.contentHash), key,
            of: record.id.subject)
        statistics.add(revision.act, revision.reason, item: row.item, at: revision.recordedAt)
        try append(revision, previous: nil)
        // Not before the revision has its place: a flush in between would let it be sealed behind others.
        if pending.hasEnoughRecords(at: leaf) { try sendRecords() }
    }

    func update(_ record: RecordState, _ revision: Revision) throws {
        guard let before = try stored(record.id) else { throw RecordCoding.damaged }
        let earlier = try before.state(coding, connection)
        journal.change(earlier, to: record)
        known.drop(record.id.subject)
        let next = try StoredState(
            record, key: before.key, leaf: revision.leaf,
            statedLeaf: record.stated == revision.number ? revision.leaf : before.statedLeaf
        ) { try number(of: $0) }
        try count(before, -1)
        try count(next)
        try countMark(revision, of: record.id)
        try change(
            next, [("leaf", .integer(next.leaf)), ("stated_leaf", .integer(next.statedLeaf))] + next.changeable)
        statistics.add(revision.act, revision.reason, item: next.item, at: revision.recordedAt)
        try append(revision, previous: before.leaf)
    }

    /// Writes a record's state anew without an act, where what is stored is not what its revisions come to.
    func rewrite(_ record: RecordState) throws {
        guard let before = try stored(record.id) else { return }
        let earlier = try before.state(coding, connection)
        journal.change(earlier, to: record)
        known.drop(record.id.subject)
        let revisions = try StoredRevision.all(of: record.id, connection)
        let next = try StoredState(
            record, key: before.key, leaf: revisions.last?.leaf ?? before.leaf,
            statedLeaf: revisions.first { $0.number == record.stated }?.leaf ?? before.statedLeaf
        ) { try number(of: $0) }
        try count(before, -1)
        try count(next)
        try change(
            next,
            [("leaf", .integer(next.leaf)), ("stated_leaf", .integer(next.statedLeaf)), ("item", .integer(next.item))]
                + next.changeable)
    }

    /// Counts a record in or out of what is shown and, where it is an organisation's, of the statistics.
    func count(_ row: StoredState, _ count: Int64 = 1) throws {
        let subject = SubjectID(row.subject)
        let kind = try kind(subject)
        tally.add(row, of: kind, count)
        if kind == .organisation { statistics.add(row, at: try place(of: subject), count) }
    }

    /// Counts how long a mark stands. A record carries one mark at a time.
    func countMark(_ revision: Revision, of id: RecordID) throws {
        if revision.act == .mark { statistics.addAnswer(revision.reason, from: revision.recordedAt.day, to: nil) }
        guard revision.act == .unmark, let mark = try StoredRevision.chain(of: id, connection).last(where: { $0.isAct(.mark) })
        else { return }
        statistics.addAnswer(mark.reason, from: mark.recordedAt.day, to: nil, -1)
        statistics.addAnswer(mark.reason, from: mark.recordedAt.day, to: revision.recordedAt.day)
    }

    /// Takes the reasons of a record's acts out of the statistics, as they go out of the store.
    func forgetReasons(_ chain: [StoredRevision], item: Int64) throws {
        for (index, revision) in chain.enumerated() {
            guard let reason = revision.reason, let act = StoredCode.acts.first(where: { revision.isAct($0) }) else { continue }
            for (reason, count) in [(reason, Int64(-1)), (nil, 1)] as [(Reason?, Int64)] {
                statistics.add(act, reason, item: item, at: revision.recordedAt, count)
                if act == .mark {
                    let end = chain[index...].first { $0.isAct(.unmark) }
                    statistics.addAnswer(reason, from: revision.recordedAt.day, to: end?.recordedAt.day, count)
                }
            }
        }
    }

    func change(_ row: StoredState, _ columns: [(column: String, value: SQLValue)]) throws {
        let settings = columns.enumerated().map { "\($1.column) = $\($0 + 1)" }.joined(separator: ", ")
        try connection.run(
            "UPDATE record SET \(settings) WHERE subject_id = $\(columns.count + 1) AND ordinal = $\(columns.count + 2)",
            columns.map(\.value) + Self.key(row.id))
    }

    func kind(_ subject: SubjectID) throws -> SubjectKind { try brief(subject)?.kind ?? .organisation }

    func number(of word: String?) throws -> Int64? {
        guard let word else { return nil }
        if let number = words[word] { return number }
        let number = try coding.give(word, connection)
        if words.count >= 10_000 { words.removeAll() }
        words[word] = number
        return number
    }

    func append(_ revision: Revision, previous: Int64?) throws {
        precondition(revision.leaf == nextLeaf(), "a revision takes the next place in the log")
        pending.add(revision, previous: previous)
        takeLeaf()
        if pending.revisions.count >= pending.mostRevisions {
            try sendRevisions()
            if connection.isIdle { pending.removeSent() }
        }
    }

    func overdue(in circle: Circle, before day: Day, limit: Int) throws -> [RecordID] {
        let clock: (column: String, number: Int)? =
            switch circle {
            case .published: ("published_until", 0)
            case .disclosed: ("disclosed_until", 1)
            case .archived: ("archived_until", 2)
            case .erased: nil
            }
        guard let clock else { return [] }
        try flush()
        return try connection.rows(Self.overdue(clock.column, clock.number), [RecordMapping.day(day), .integer(Int64(limit))]) {
            RecordID(subject: SubjectID($0.integer(0)), ordinal: $0.integer(1))
        }
    }

    /// The open end is named so that the partial index answers, and after the day: SQLite ends its walk at the bound that comes first,
    /// and until the open end it would walk over every record of the city.
    static func overdue(_ column: String, _ circle: Int) -> String {
        """
        SELECT subject_id, ordinal FROM record
        WHERE circle = \(circle) AND \(column) < $1 AND \(column) < 47481
        ORDER BY \(column), subject_id, ordinal LIMIT $2
        """
    }

    func erasePayload(of id: RecordID) throws {
        try flush()
        known.drop(id.subject)
        let chain = try StoredRevision.chain(of: id, connection)
        if let item = try stored(id)?.item { try forgetReasons(chain, item: item) }
        for revision in chain {
            try connection.run(
                """
                UPDATE revision SET payload = NULL, salt = NULL, basis = NULL, actor = NULL, reason = NULL, severity = NULL,
                    repairable_from = NULL, published_until = NULL, disclosed_until = NULL, archived_until = NULL
                WHERE subject_id = $1 AND leaf = $2
                """, [.integer(id.subject.value), .integer(revision.leaf)])
        }
    }

    static func key(_ id: RecordID) -> [SQLValue] { [.integer(id.subject.value), .integer(id.ordinal)] }
}
