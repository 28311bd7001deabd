import CreditModel
import CreditRegistry
import CreditResolution

// Sends rows that were gathered.
extension SQLRegistryTransaction {
    /// Has the revisions that were gathered sealed and stored, in the order of their places in the log.
    func sendRevisions() throws {
        guard !pending.revisions.isEmpty else { return }
        let revisions = pending.takeRevisions()
        let (coding, ledger) = (coding, ledger)
        try connection.later(.next) { try Self.store(revisions, coding, ledger, $0) }
    }

    private static func store(
        _ revisions: [PendingRevision], _ coding: RecordCoding, _ ledger: LedgerEnd, _ connection: any Connection
    ) throws {
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
        precondition(ledger.next == revisions[0].revision.leaf, "revisions are sealed in the order of their places in the log")
        for revision in sealed { try ledger.append(revision.seal, connection) }
        try connection.load("revision", Self.revisionNames, count: revisions.count) { index, row in
            StoredRevision.write(
                revisions[index].revision, previous: revisions[index].previous, payload: payloads[index], to: row)
        }
    }

    /// Has the records that were gathered stored, a portion at a time: revisions come more often, and go first.
    func sendRecords() throws {
        // The subjects and revisions that they name come before them.
        try flushSubjects()
        try sendRevisions()
        if !pending.sent.isEmpty { try connection.settle() }
        let records = pending.sendRecords()
        let portions = SortedPortions(records, portion: pending.recordsInPortion)
        for number in 0..<portions.count {
            try connection.later(.whenIdle) { try portions.store(number, $0) }
        }
    }

    /// Stores the rows that were gathered, after those that are being stored. Everything that could see or change them asks for this
    /// first.
    func flush() throws {
        try settle()
        if pending.isEmpty { return }
        try flushSubjects()
        try flushRevisions()
        let portions = SortedPortions(pending.sendRecords(), portion: .max)
        try portions.store(0, connection)
        pending.removeSent()
    }

    /// Seals and stores the revisions that were gathered, after those that are being stored.
    func flushRevisions() throws {
        try settle()
        if !pending.revisions.isEmpty { try Self.store(pending.takeRevisions(), coding, ledger, connection) }
    }

    private func settle() throws {
        try connection.settle()
        pending.removeSent()
    }

    func flushSubjects() throws {
        guard !pending.subjects.isEmpty else { return }
        hasNewNames = true
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

    static let subjectNames = [
        "subject_id", "kind", "code", "name", "status", "division", "established_on", "registered", "created_at",
        "sector",
    ]

    static let recordNames = RecordMapping.names(RecordMapping.recordColumns)
    static let revisionNames = RecordMapping.names(RecordMapping.revisionColumns)
}

/// Records in the order of their key, stored in portions from the first to the last. They are sorted with the first one, by whoever
/// stores it.
private final class SortedPortions {
    private let records: [StoredState]
    private let portion: Int
    private var order: [UInt32] = []

    init(_ records: [StoredState], portion: Int) { (self.records, self.portion) = (records, min(portion, max(1, records.count))) }

    var count: Int { (records.count + portion - 1) / portion }

    func store(_ number: Int, _ connection: any Connection) throws {
        if number == 0 { sort() }
        let places = order[number * portion..<min(records.count, (number + 1) * portion)]
        if places.isEmpty { return }
        try connection.load("record", SQLRegistryTransaction.recordNames, count: places.count) { index, row in
            records[Int(places[places.startIndex + index])].write(to: row)
        }
    }

    private func sort() {
        // The numbers lie side by side while they are sorted: rows of 140 bytes are looked at once.
        var keys = records.indices.map { (subject: records[$0].subject, ordinal: records[$0].ordinal, place: UInt32($0)) }
        keys.sort { ($0.subject, $0.ordinal) < ($1.subject, $1.ordinal) }
        order = keys.map(\.place)
    }
}
