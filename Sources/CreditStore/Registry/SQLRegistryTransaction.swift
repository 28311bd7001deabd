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
    private var tally = Tally()
    /// Rows on their way: a database takes many at once far faster than one by one.
    private var pendingRecords: [[SQLValue]] = []
    private var pendingRevisions: [[SQLValue]] = []
    private static let mostPending = 10_000
    let matching: MatchCache
    /// Names as this transaction sees them, once it has asked.
    var ownNames: MatchCache.Names?

    /// - Throws: `RegistryError.clockMovedBack`, see `LedgerEnd`.
    init(connection: any Connection, at instant: Instant, matching: MatchCache) throws {
        self.connection = connection
        self.matching = matching
        ledger = try LedgerEnd(connection)
        now = try ledger.moment(instant)
    }

    /// Keeps the leaves in the same transaction as what they seal.
    /// - Throws: `RegistryError.notAudited` where something was sealed and nobody said who did it.
    func finish() throws {
        guard !ledger.hasChanged || hasAudited else {
            throw RegistryError(.notAudited, "a change was made without an audit row; nothing was kept")
        }
        try flush()
        try tally.store(connection)
        try ledger.close(now, connection)
    }

    private var hasAudited = false

    // MARK: log and audit

    func makeSalt() -> [UInt8] { salts.make() }
    func nextLeaf() -> Int64 { ledger.next }
    func append(_ seal: Seal) throws { try ledger.append(seal.bytes, connection) }

    func insertAudit(_ note: AuditNote) throws {
        let last = try connection.first("SELECT audit_number FROM audit ORDER BY audit_number DESC LIMIT 1") {
            $0.integer(0)
        }
        let entry = AuditEntry(number: (last ?? 0) + 1, at: now, note, salt: makeSalt(), leaf: nextLeaf())
        try append(entry.seal)
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
        try connection.first(
            "SELECT 1 FROM subject_name WHERE subject_id = $1 AND name_key = $2 LIMIT 1",
            [.integer(subject.value), .text(key)]
        ) { _ in true } ?? false
    }

    // MARK: deliveries

    func insertBatch(_ batch: NewBatch) throws -> Int64 {
        try connection.first(
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
    }

    func finishBatch(_ number: Int64, _ totals: BatchTotals) throws {
        try connection.run(
            """
            UPDATE batch SET finished_at = $1, row_count = $2, accepted = $3, updated = $4, unchanged = $5, rejected = $6,
                waiting = $7, seconds = $8, format = $9, encoding = $10, layout = $11, columns = $12, changes = $13, notes = $14
            WHERE batch_number = $15
            """,
            [
                .integer(totals.finishedAt.milliseconds), .integer(Int64(totals.rows)),
                .integer(Int64(totals.accepted)),
                .integer(Int64(totals.updated)), .integer(Int64(totals.unchanged)), .integer(Int64(totals.rejected)),
                .integer(Int64(totals.waiting)), .real(totals.seconds), .text(totals.format), .text(totals.encoding),
                .text(totals.layout), .bytes(totals.columns), .bytes(totals.changes), .bytes(totals.notes),
                .integer(number),
            ])
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
        let id = try connection.first(
            """
            INSERT INTO subject (kind, code, name, status, division, established_on, registered, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING subject_id
            """,
            Self.values(subject) + [.integer(now.milliseconds)]
        ) { $0.integer(0) }
        let created = SubjectID(id ?? 0)
        memory.keep(subject, of: created)
        tally.add(subject.kind)
        memory.keep(KnownRecords(), of: created)
        return created
    }

    func subject(_ id: SubjectID) throws -> SubjectState? {
        if let known = memory.state(id) { return known }
        let state = try connection.first(
            "SELECT kind, code, name, status, division, established_on, registered FROM subject WHERE subject_id = $1",
            [.integer(id.value)]
        ) { Self.state($0) }
        if let state { memory.keep(state, of: id) }
        return state
    }

    func updateSubject(_ id: SubjectID, _ state: SubjectState) throws {
        try connection.run(
            """
            UPDATE subject SET kind = $1, code = $2, name = $3, status = $4, division = $5, established_on = $6, registered = $7
            WHERE subject_id = $8
            """, Self.values(state) + [.integer(id.value)])
        memory.keep(state, of: id)
    }

    func link(_ identifier: Identifier, to subject: SubjectID, batch: Int64) throws {
        try connection.run(
            "INSERT INTO identifier (value, scheme, subject_id, batch_number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            [.text(identifier.value), .text(identifier.scheme.rawValue), .integer(subject.value), .integer(batch)])
    }

    func addName(_ name: String, kind: NameKind, of subject: SubjectID, batch: Int64) throws {
        // One name is current at a time; the one before becomes a former name.
        if kind == .current {
            try connection.run(
                "UPDATE subject_name SET kind = 1 WHERE subject_id = $1 AND kind = 2 AND name <> $2",
                [.integer(subject.value), .text(name)])
        }
        let key = OrganisationName.key(name)
        let raised = try connection.run(
            """
            UPDATE subject_name SET kind = CASE WHEN kind < $1 THEN $1 ELSE kind END WHERE subject_id = $2 AND name = $3
            """, [.integer(Int64(kind.rawValue)), .integer(subject.value), .text(name)])
        if raised > 0 { return }
        try NameIndex(engine: connection.engine).insert(name, key, kind, of: subject, batch: batch, connection)
    }

    // MARK: records

    func record(of subject: SubjectID, key: [UInt8]) throws -> StoredRecord? {
        let known = try knownRecords(of: subject)
        if let record = known.byKey[key] { return record }
        if known.isComplete { return nil }
        try flush()
        return try connection.first(
            "SELECT ordinal, revision, content_hash FROM record WHERE subject_id = $1 AND record_key = $2",
            [.integer(subject.value), .bytes(key)]
        ) { StoredRecord(ordinal: $0.integer(0), revision: $0.integer(1), contentHash: $0.bytes(2)) }
    }

    /// All records of a subject at once: a delivery usually has several rows about it.
    private func knownRecords(of subject: SubjectID) throws -> KnownRecords {
        if let known = memory.records(of: subject) { return known }
        try flush()
        var known = KnownRecords()
        try connection.query(
            """
            SELECT ordinal, revision, content_hash, record_key FROM record WHERE subject_id = $1
            ORDER BY ordinal DESC LIMIT \(KnownRecords.most + 1)
            """, [.integer(subject.value)]
        ) { row in
            let record = StoredRecord(ordinal: row.integer(0), revision: row.integer(1), contentHash: row.bytes(2))
            known.add(record, key: row.bytes(3))
            return true
        }
        known.isComplete = known.byKey.count <= KnownRecords.most
        memory.keep(known, of: subject)
        return known
    }

    func nextOrdinal(of subject: SubjectID) throws -> Int64 {
        try knownRecords(of: subject).lastOrdinal + 1
    }

    func record(_ id: RecordID) throws -> RecordState? {
        try flush()
        return try connection.first(
            "SELECT \(RecordMapping.recordColumns) FROM record WHERE subject_id = $1 AND ordinal = $2", Self.key(id)
        ) { try RecordMapping.record($0) }
    }

    func revisions(of id: RecordID) throws -> [Revision] {
        guard let item = try record(id)?.item else { return [] }
        return try connection.rows(
            """
            SELECT \(RecordMapping.revisionColumns) FROM revision WHERE subject_id = $1 AND ordinal = $2 ORDER BY number
            """, Self.key(id)
        ) { try RecordMapping.revision($0, item: item) }
    }

    func insertRecord(_ record: RecordState, key: [UInt8]) throws {
        tally.add(record, of: try kind(record.id.subject))
        pendingRecords.append(Self.key(record.id) + RecordMapping.values(record) + [.bytes(key)])
        memory.add(
            StoredRecord(ordinal: record.id.ordinal, revision: record.revision, contentHash: record.contentHash), key: key,
            of: record.id.subject)
    }

    /// Sends the rows that were gathered. Everything that could see or change them asks for this first.
    func flush() throws {
        if pendingRecords.isEmpty, pendingRevisions.isEmpty { return }
        // In order of the key, so that rows which lie on one page are written one after another. Revisions are appended.
        let records = Self.sorted(pendingRecords)
        let revisions = Self.sorted(pendingRevisions)
        pendingRecords.removeAll(keepingCapacity: true)
        pendingRevisions.removeAll(keepingCapacity: true)
        // Records first, since a revision refers to its record.
        if !records.isEmpty { try connection.load("record", Self.recordNames, records) }
        if !revisions.isEmpty { try connection.load("revision", Self.revisionNames, revisions) }
    }

    private static func sorted(_ rows: [[SQLValue]]) -> [[SQLValue]] {
        func subject(_ row: [SQLValue]) -> Int64 { if case .integer(let id) = row[0] { id } else { 0 } }
        let places = rows.indices.map { (subject: subject(rows[$0]), place: $0) }.sorted { $0 < $1 }
        return places.map { rows[$0.place] }
    }

    private static let recordNames = names(RecordMapping.recordColumns) + ["record_key"]
    private static let revisionNames = names(RecordMapping.revisionColumns)

    private static func names(_ columns: String) -> [String] {
        columns.split(whereSeparator: { ", \n".contains($0) }).map(String.init)
    }

    private func kind(_ subject: SubjectID) throws -> SubjectKind { try self.subject(subject)?.kind ?? .organisation }

    func updateRecord(_ record: RecordState) throws {
        if let before = try self.record(record.id) { tally.add(before, of: try kind(record.id.subject), -1) }
        tally.add(record, of: try kind(record.id.subject))
        memory.drop(record.id.subject)
        try connection.run(Self.update, RecordMapping.values(record) + Self.key(record.id))
    }

    private static let update: String = {
        let columns = recordNames.dropFirst(2).dropLast()
        let settings = columns.enumerated().map { "\($1) = $\($0 + 1)" }.joined(separator: ", ")
        return "UPDATE record SET \(settings) WHERE subject_id = $\(columns.count + 1) AND ordinal = $\(columns.count + 2)"
    }()

    func insertRevision(_ revision: Revision) throws {
        pendingRevisions.append(RecordMapping.values(revision))
        if pendingRevisions.count >= Self.mostPending { try flush() }
    }

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
        memory.drop(id.subject)
        try connection.run(
            """
            UPDATE revision SET content = NULL, internal = NULL, changes = NULL, notes = NULL, salt = NULL, basis = NULL,
                actor = NULL, reason = NULL, severity = NULL, rule_set = NULL, repairable_from = NULL,
                published_until = NULL, disclosed_until = NULL, archived_until = NULL
            WHERE subject_id = $1 AND ordinal = $2
            """, Self.key(id))
    }

    func forget(_ subject: SubjectID) throws {
        try flush()
        memory.forget(subject)
        let id: [SQLValue] = [.integer(subject.value)]
        try connection.run("DELETE FROM identifier WHERE subject_id = $1", id)
        try connection.run("UPDATE identity_decision SET name = NULL WHERE subject_id = $1", id)
        try connection.run(
            """
            UPDATE subject SET code = '', name = '', status = NULL, division = NULL, established_on = NULL
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
