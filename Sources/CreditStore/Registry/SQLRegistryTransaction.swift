import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditResolution

/// The registry's transaction in SQL. Lives inside one `Store.transact`, on one thread.
final class SQLRegistryTransaction: RegistryTransaction {
    let connection: any Connection
    let now: Instant
    private var ledger: LedgerEnd
    private var salts = SaltSource()
    private var memory = SubjectMemory()
    private var known = KnownRecords()
    private var tally = Tally()
    private var statistics = StatisticsTally()
    var journal = SubjectJournal()
    private var pending = PendingRows()
    /// Words and packings as this transaction sees them.
    let coding: RecordCoding
    private var words: [String: Int64] = [:]
    let matching: MatchCache
    /// Names as this transaction sees them, once it has asked.
    var ownNames: MatchCache.Names?

    /// - Throws: `RegistryError.clockMovedBack`, see `LedgerEnd`.
    init(connection: any Connection, at instant: Instant, matching: MatchCache, coding: RecordCoding) throws {
        self.connection = connection
        self.matching = matching
        self.coding = coding.copy()
        ledger = try LedgerEnd(connection)
        now = try ledger.moment(instant)
    }

    /// Keeps the leaves in the same transaction as what they seal.
    /// - Throws: `RegistryError.notAudited` where something was sealed and nobody said who did it.
    func finish() throws {
        try flush()
        guard !ledger.hasChanged || hasAudited else {
            throw RegistryError(.notAudited, "a change was made without an audit row; nothing was kept")
        }
        try tally.store(connection)
        try statistics.store(connection, coding)
        try journal.store(connection)
        try ledger.close(now, connection)
    }

    private var hasAudited = false

    // MARK: log and audit

    func makeSalt() -> [UInt8] { salts.make() }
    func nextLeaf() -> Int64 { ledger.next + Int64(pending.revisions.count) }

    func insertAudit(_ note: AuditNote) throws {
        // What is sealed already has the places before.
        try flushRevisions()
        let last = try connection.first("SELECT audit_number FROM audit ORDER BY audit_number DESC LIMIT 1") {
            $0.integer(0)
        }
        let entry = AuditEntry(number: (last ?? 0) + 1, at: now, note, salt: makeSalt(), leaf: nextLeaf())
        try ledger.append(entry.seal.bytes, connection)
        try connection.run(
            """
            INSERT INTO audit (\(AuditMapping.columns)) VALUES (\(RecordMapping.places(13)))
            """, AuditMapping.values(entry))
        hasAudited = true
    }

    func subject(identifiedBy identifier: Identifier) throws -> SubjectID? {
        if let known = memory.subject(identifier) { return known }
        let subject = try connection.first(
            "SELECT subject_id FROM identifier WHERE value = $1 AND scheme = $2",
            [.text(identifier.value), .text(identifier.scheme.rawValue)]
        ) { SubjectID($0.integer(0)) }
        if let subject { memory.keep(identifier, subject) }
        return subject
    }

    func isNamed(_ subject: SubjectID, key: String) throws -> Bool {
        try settle(subject)
        return try connection.first(
            "SELECT 1 FROM subject_name WHERE subject_id = $1 AND name_key = $2 LIMIT 1",
            [.integer(subject.value), .text(key)]
        ) { _ in true } ?? false
    }

    // MARK: deliveries

    func insertBatch(_ batch: NewBatch) throws -> Int64 {
        let number = try connection.first(
            """
            INSERT INTO batch (receipt, feed, item, file_name, department, catalogue, started_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING batch_number
            """,
            [
                .text(batch.receipt), .text(batch.feed), .text(batch.item), .text(batch.fileName),
                .text(batch.department),
                .text(batch.catalogueDigest), .integer(batch.startedAt.milliseconds),
            ]
        ) { $0.integer(0) } ?? 0
        statistics.begin(batch, number: number)
        return number
    }

    func finishBatch(_ number: Int64, _ totals: BatchTotals) throws {
        try connection.run(
            """
            UPDATE batch SET finished_at = $1, row_count = $2, accepted = $3, updated = $4, unchanged = $5, rejected = $6,
                waiting = $7, seconds = $8, format = $9, encoding = $10, layout = $11, columns = $12, changes = $13, notes = $14,
                judged = $15, late = $16
            WHERE batch_number = $17
            """,
            [
                .integer(totals.finishedAt.milliseconds), .integer(Int64(totals.rows)),
                .integer(Int64(totals.accepted)),
                .integer(Int64(totals.updated)), .integer(Int64(totals.unchanged)), .integer(Int64(totals.rejected)),
                .integer(Int64(totals.waiting)), .real(totals.seconds), .text(totals.format), .text(totals.encoding),
                .text(totals.layout), .bytes(totals.columns), .bytes(totals.changes), .bytes(totals.notes),
                .integer(Int64(totals.judged)), .integer(Int64(totals.late)), .integer(number),
            ])
        statistics.finish(number, totals)
    }

    func insertReject(batch: Int64, ordinal: Int64, _ reject: Reject) throws {
        try connection.run(
            """
            INSERT INTO batch_reject (batch_number, ordinal, line, heading, field, code, suggestion, other, original)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .integer(batch), .integer(ordinal), .integer(Int64(reject.line)), .text(reject.column),
                .text(reject.field),
                .text(reject.code.rawValue), .text(reject.suggestion), .text(reject.other),
                // A NUL is shown as its sign: PostgreSQL keeps none in text, and a reject must be kept on both engines.
                .text(reject.original.replacing("\0", with: "␀")),
            ])
        statistics.addFault(reject.code.rawValue, inBatch: batch)
    }

    func insertWaiting(_ row: WaitingRow) throws -> Bool {
        try connection.run(
            """
            INSERT INTO waiting (batch_number, line, item, reason, name, identifiers, content, digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING
            """,
            [
                .integer(row.batch), .integer(Int64(row.line)), .text(row.item), .text(row.reason.rawValue),
                .text(row.name),
                .text(row.identifiers.map(\.description).joined(separator: " ")), .bytes(row.content),
                .bytes(row.digest),
            ]) > 0
    }

    func insertCodeOverride(_ override: CodeOverride) throws -> Bool {
        try connection.run(
            """
            INSERT INTO code_override (code, reason, officer, accepted_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (code) DO NOTHING
            """,
            [
                .text(override.code), .text(override.reason), .text(override.officer),
                .integer(override.acceptedAt.milliseconds),
            ]) > 0
    }

    // MARK: subjects

    func createSubject(_ subject: SubjectState) throws -> SubjectID {
        if pending.subjects.isEmpty {
            // One writer at a time, and no row of a subject is ever removed: numbers are given once.
            pending.firstSubject =
                try connection.first("SELECT coalesce(max(subject_id), 0) + 1 FROM subject") { $0.integer(0) } ?? 1
        } else if pending.subjects.count >= PendingRows.mostSubjects {
            try flushSubjects()
            return try createSubject(subject)
        }
        let id = SubjectID(pending.firstSubject + Int64(pending.subjects.count))
        pending.subjects.append(PendingRows.Subject(state: subject))
        remember(subject, of: id)
        journal.note(id)
        tally.add(subject.kind)
        if subject.kind == .organisation { statistics.addOrganisation(place(of: subject)) }
        known.begin(id)
        return id
    }

    func subject(_ id: SubjectID) throws -> SubjectState? {
        if pending.isNew(id) { return pending.subjects[pending.place(id)].state }
        if let known = memory.state(id) { return known }
        let state = try connection.first(
            "SELECT kind, code, name, status, division, established_on, registered, sector FROM subject WHERE subject_id = $1",
            [.integer(id.value)]
        ) { row in
            var state = Self.state(row)
            state.sector = row.optionalText(7)
            return state
        }
        if let state { remember(state, of: id) }
        return state
    }

    func brief(_ id: SubjectID) throws -> SubjectBrief? {
        if let brief = memory.brief(id) { return brief }
        guard let state = try subject(id) else { return nil }
        remember(state, of: id)
        return memory.brief(id)
    }

    private func remember(_ state: SubjectState, of id: SubjectID) { memory.keep(state, at: place(of: state), of: id) }

    private func place(of state: SubjectState) -> Int32 { statistics.number(of: StatisticsTally.Place(state)) }

    /// Where statistics count a subject.
    private func place(of id: SubjectID) throws -> Int32 {
        if let place = memory.place(id) { return place }
        _ = try brief(id)
        return memory.place(id) ?? place(of: SubjectState(kind: .organisation, code: "", name: "", isRegistered: false))
    }

    /// Takes an organisation and its records from one place of the statistics to another.
    private func move(_ id: SubjectID, from start: Int32, to end: Int32) throws {
        statistics.addOrganisation(start, -1)
        statistics.addOrganisation(end)
        // Most subjects move while they are filed, before they have a record.
        if known.lastOrdinal(id) == 0 { return }
        if pending.touches(id) { try flush() }
        try connection.query(
            "SELECT item, day FROM record WHERE subject_id = $1 AND published_until IS NOT NULL AND standing = 0",
            [.integer(id.value)]
        ) { row in
            let (item, day) = (row.integer(0), Int32(truncatingIfNeeded: row.integer(1)))
            statistics.add(item: item, day: day, at: start, -1)
            statistics.add(item: item, day: day, at: end, 1)
            return true
        }
    }

    func updateSubject(_ id: SubjectID, _ state: SubjectState) throws {
        journal.note(id)
        let before = try place(of: id)
        if state.kind == .organisation, before != place(of: state) { try move(id, from: before, to: place(of: state)) }
        remember(state, of: id)
        if pending.isNew(id) {
            pending.subjects[pending.place(id)].state = state
            return
        }
        try connection.run(
            """
            UPDATE subject SET kind = $1, code = $2, name = $3, status = $4, division = $5, established_on = $6, registered = $7,
                sector = $8
            WHERE subject_id = $9
            """, Self.values(state) + [.text(state.sector), .integer(id.value)])
    }

    func link(_ identifier: Identifier, to subject: SubjectID, batch: Int64) throws {
        if pending.isNew(subject), memory.subject(identifier) == nil {
            memory.keep(identifier, subject)
            pending.subjects[pending.place(subject)].identifiers.append((identifier, batch))
            return
        }
        try settle(subject)
        try connection.run(
            "INSERT INTO identifier (value, scheme, subject_id, batch_number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            [.text(identifier.value), .text(identifier.scheme.rawValue), .integer(subject.value), .integer(batch)])
    }

    func addName(_ name: String, kind: NameKind, of subject: SubjectID, batch: Int64) throws {
        if pending.isNew(subject) {
            return pending.subjects[pending.place(subject)].add(PendingRows.Name(name: name, kind: kind, batch: batch))
        }
        // One name is current at a time; the one before becomes a former name.
        if kind == .current {
            // The name that a registered subject has is its current one already.
            if let state = try self.subject(subject), state.isRegistered, state.name.utf8.elementsEqual(name.utf8) { return }
            try connection.run(
                "UPDATE subject_name SET kind = 1 WHERE subject_id = $1 AND kind = 2 AND name <> $2",
                [.integer(subject.value), .text(name)])
        }
        let raised = try connection.run(
            """
            UPDATE subject_name SET kind = CASE WHEN kind < $1 THEN $1 ELSE kind END WHERE subject_id = $2 AND name = $3
            """, [.integer(Int64(kind.rawValue)), .integer(subject.value), .text(name)])
        if raised > 0 { return }
        journal.note(subject)
        try connection.run(
            "INSERT INTO subject_name (subject_id, name, name_key, kind, batch_number) VALUES ($1, $2, $3, $4, $5)",
            [
                .integer(subject.value), .text(name), .text(OrganisationName.key(name)), .integer(Int64(kind.rawValue)),
                .integer(batch),
            ])
    }

    /// Sends a subject's own rows where they are still on their way.
    private func settle(_ subject: SubjectID) throws { if pending.isNew(subject) { try flushSubjects() } }

    private func flushSubjects() throws {
        guard !pending.subjects.isEmpty else { return }
        let (subjects, first) = (pending.subjects, pending.firstSubject)
        pending.subjects.removeAll(keepingCapacity: true)
        try connection.load("subject", Self.subjectNames, count: subjects.count) { index, row in
            let state = subjects[index].state
            row.integer(first + Int64(index))
            row.text(state.kind.rawValue)
            row.text(state.code)
            row.text(state.name)
            row.text(state.status)
            row.text(state.division)
            row.text(state.establishedOn)
            row.integer(state.isRegistered ? 1 : 0)
            row.integer(now.milliseconds)
            row.text(state.sector)
        }
        // By value, since that is how they lie.
        let identifiers = subjects.enumerated().flatMap { index, subject in
            subject.identifiers.map { (number: $0.0, batch: $0.batch, subject: first + Int64(index)) }
        }.sorted { $0.number.value.utf8.lexicographicallyPrecedes($1.number.value.utf8) }
        try connection.load(
            "identifier", ["value", "scheme", "subject_id", "batch_number"], count: identifiers.count
        ) { index, row in
            row.text(identifiers[index].number.value)
            row.text(identifiers[index].number.scheme.rawValue)
            row.integer(identifiers[index].subject)
            row.integer(identifiers[index].batch)
        }
        let names = subjects.enumerated().flatMap { index, subject in
            subject.names.map { (name: $0, subject: first + Int64(index)) }
        }
        try connection.load(
            "subject_name", ["subject_id", "name", "name_key", "kind", "batch_number"], count: names.count
        ) { index, row in
            let name = names[index].name
            row.integer(names[index].subject)
            row.text(name.name)
            row.text(OrganisationName.key(name.name))
            row.integer(Int64(name.kind.rawValue))
            row.integer(name.batch)
        }
    }

    private static let subjectNames = [
        "subject_id", "kind", "code", "name", "status", "division", "established_on", "registered", "created_at",
        "sector",
    ]

    // MARK: records

    func record(of subject: SubjectID, key: Digest128) throws -> StoredRecord? {
        try know(subject)
        return known.record(subject, key)
    }

    /// Reads what the subject has: a delivery usually has several rows about it.
    private func know(_ subject: SubjectID) throws {
        if known.lastOrdinal(subject) != nil { return }
        if pending.touches(subject) { try flush() }
        if known.count >= 2 * PendingRows.mostRecords { known.clear() }
        known.begin(subject)
        try connection.query(
            "SELECT ordinal, revision, content_hash, record_key FROM record WHERE subject_id = $1",
            [.integer(subject.value)]
        ) { row in
            guard let key = Digest128(row.bytes(3)) else { throw RecordCoding.damaged }
            known.keep(
                StoredRecord(
                    ordinal: row.integer(0), revision: row.integer(1), contentHash: Digest128(row.bytes(2))), key, of: subject)
            return true
        }
    }

    func nextOrdinal(of subject: SubjectID) throws -> Int64 {
        try know(subject)
        return (known.lastOrdinal(subject) ?? 0) + 1
    }

    /// The row of a record.
    private func stored(_ id: RecordID) throws -> StoredState? {
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
        tally.add(record, of: try kind(record.id.subject))
        journal.add(record)
        let row = try StoredState(record, key: key, leaf: revision.leaf, statedLeaf: revision.leaf) { try number(of: $0) }
        try count(row)
        pending.records.append(row)
        known.keep(
            StoredRecord(ordinal: record.id.ordinal, revision: record.revision, contentHash: record.contentHash), key,
            of: record.id.subject)
        statistics.add(revision.act, revision.reason, item: row.item, at: revision.recordedAt)
        try append(revision, previous: nil)
        // Not before the revision has its place: a flush in between would let it be sealed behind others.
        if pending.records.count >= PendingRows.mostRecords { try flush() }
    }

    func update(_ record: RecordState, _ revision: Revision) throws {
        guard let before = try stored(record.id) else { throw RecordCoding.damaged }
        let earlier = try before.state(coding, connection)
        tally.add(earlier, of: try kind(record.id.subject), -1)
        tally.add(record, of: try kind(record.id.subject))
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
        tally.add(earlier, of: try kind(record.id.subject), -1)
        tally.add(record, of: try kind(record.id.subject))
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

    /// Counts an organisation's record in or out of the statistics.
    private func count(_ row: StoredState, _ count: Int64 = 1) throws {
        let subject = SubjectID(row.subject)
        if try kind(subject) == .organisation { statistics.add(row, at: try place(of: subject), count) }
    }

    /// Counts how long a mark stands. A record carries one mark at a time.
    private func countMark(_ revision: Revision, of id: RecordID) throws {
        if revision.act == .mark { statistics.addAnswer(revision.reason, from: revision.recordedAt.day, to: nil) }
        guard revision.act == .unmark, let mark = try StoredRevision.chain(of: id, connection).last(where: { $0.isAct(.mark) })
        else { return }
        statistics.addAnswer(mark.reason, from: mark.recordedAt.day, to: nil, -1)
        statistics.addAnswer(mark.reason, from: mark.recordedAt.day, to: revision.recordedAt.day)
    }

    /// Takes the reasons of a record's acts out of the statistics, as they go out of the store.
    private func forgetReasons(_ chain: [StoredRevision], item: Int64) throws {
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

    private func change(_ row: StoredState, _ columns: [(column: String, value: SQLValue)]) throws {
        let settings = columns.enumerated().map { "\($1.column) = $\($0 + 1)" }.joined(separator: ", ")
        try connection.run(
            "UPDATE record SET \(settings) WHERE subject_id = $\(columns.count + 1) AND ordinal = $\(columns.count + 2)",
            columns.map(\.value) + Self.key(row.id))
    }

    private func kind(_ subject: SubjectID) throws -> SubjectKind { try brief(subject)?.kind ?? .organisation }

    private func number(of word: String?) throws -> Int64? {
        guard let word else { return nil }
        if let number = words[word] { return number }
        let number = try coding.give(word, connection)
        if words.count >= 10_000 { words.removeAll() }
        words[word] = number
        return number
    }

    private func append(_ revision: Revision, previous: Int64?) throws {
        precondition(revision.leaf == nextLeaf(), "a revision takes the next place in the log")
        pending.add(revision, previous: previous)
        if pending.revisions.count >= PendingRows.mostRevisions { try flushRevisions() }
    }

    /// Seals and stores the revisions that were gathered, in the order of their places in the log.
    private func flushRevisions() throws {
        guard !pending.revisions.isEmpty else { return }
        let revisions = pending.revisions
        pending.revisions = []
        pending.revisions.reserveCapacity(revisions.count)
        let packer = Packer(coding: coding)
        var packings: [String: Packing] = [:]
        for item in Set(revisions.lazy.map(\.revision.item)) {
            try packer.train(item, from: revisions, connection)
            packings[item] = try coding.current(of: item, connection)
        }
        let sealed = SealedRevision.all(revisions, packing: packings)
        let context = CompressionContext()
        let payloads = try revisions.indices.map { index in
            if let payload = sealed[index].payload { return payload as [UInt8]? }
            let revision = revisions[index].revision
            return try Packing.Content(revision).map { try packer.payload($0, revision.item, context, connection) }
        }
        for revision in sealed { try ledger.append(revision.seal, connection) }
        try connection.load("revision", Self.revisionNames, count: revisions.count) { index, row in
            StoredRevision.write(
                revisions[index].revision, previous: revisions[index].previous, payload: payloads[index], to: row)
        }
    }

    /// Sends the rows that were gathered. Everything that could see or change them asks for this first.
    func flush() throws {
        if pending.isEmpty { return }
        try flushSubjects()
        try flushRevisions()
        let records = pending.records
        let order = pending.sortedRecords()
        pending.records.removeAll(keepingCapacity: true)
        pending.clearTouched()
        try connection.load("record", Self.recordNames, count: order.count) { index, row in
            records[order[index]].write(to: row)
        }
        if known.count >= PendingRows.mostRecords { known.clear() }
    }

    private static let recordNames = RecordMapping.names(RecordMapping.recordColumns)
    private static let revisionNames = RecordMapping.names(RecordMapping.revisionColumns)

    func overdue(in circle: Circle, before day: Day, limit: Int) throws -> [RecordID] {
        // The open end is named so that the partial index answers.
        let clock: (column: String, number: Int)? =
            switch circle {
            case .published: ("published_until", 0)
            case .disclosed: ("disclosed_until", 1)
            case .archived: ("archived_until", 2)
            case .erased: nil
            }
        guard let clock else { return [] }
        try flush()
        return try connection.rows(
            """
            SELECT subject_id, ordinal FROM record
            WHERE circle = \(clock.number) AND \(clock.column) < 47481 AND \(clock.column) < $1
            ORDER BY \(clock.column), subject_id, ordinal LIMIT $2
            """, [RecordMapping.day(day), .integer(Int64(limit))]
        ) { RecordID(subject: SubjectID($0.integer(0)), ordinal: $0.integer(1)) }
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

    func forget(_ subject: SubjectID) throws {
        try flush()
        if let state = try self.subject(subject), state.kind == .organisation {
            var nowhere = state
            (nowhere.division, nowhere.sector) = (nil, nil)
            try move(subject, from: place(of: state), to: place(of: nowhere))
        }
        memory.forget(subject)
        journal.note(subject)
        let id: [SQLValue] = [.integer(subject.value)]
        try connection.run("DELETE FROM identifier WHERE subject_id = $1", id)
        try connection.run("UPDATE identity_decision SET name = NULL WHERE subject_id = $1", id)
        try connection.run(
            """
            UPDATE subject SET code = '', name = '', status = NULL, division = NULL, established_on = NULL,
                sector = NULL
            WHERE subject_id = $1
            """, id)
    }

    private static func key(_ id: RecordID) -> [SQLValue] { [.integer(id.subject.value), .integer(id.ordinal)] }

    // MARK: mapping

    private static func values(_ state: SubjectState) -> [SQLValue] {
        [
            .text(state.kind.rawValue), .text(state.code), .text(state.name), .text(state.status),
            .text(state.division),
            .text(state.establishedOn), .flag(state.isRegistered),
        ]
    }

    static func state(_ row: any SQLRow, from column: Int = 0) -> SubjectState {
        SubjectState(
            kind: SubjectKind(rawValue: row.text(column)) ?? .organisation, code: row.text(column + 1),
            name: row.text(column + 2), status: row.optionalText(column + 3), division: row.optionalText(column + 4),
            establishedOn: row.optionalText(column + 5), isRegistered: row.integer(column + 6) == 1)
    }
}
