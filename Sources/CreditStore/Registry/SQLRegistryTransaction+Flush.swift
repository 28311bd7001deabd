import CreditModel
import CreditRegistry
import CreditResolution

// Sends rows that were gathered.
extension SQLRegistryTransaction {
    /// Seals and stores the revisions that were gathered, in the order of their places in the log.
    func flushRevisions() throws {
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
