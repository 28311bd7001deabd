import CreditModel
import CreditRegistry

/// What one transaction knows of subjects already, so that a delivery with ten rows about one body asks the database once.
///
/// There is one writer at a time, so nobody else changes what is remembered here; the transaction itself keeps it in step with
/// everything it writes, and drops it where it writes past it.
struct SubjectMemory {
    private var identified: [Identifier: SubjectID] = [:]
    private var states: [SubjectID: SubjectState] = [:]
    private var records: [SubjectID: KnownRecords] = [:]

    /// Bounds the memory of a delivery about a million bodies to some tens of megabytes.
    private static let most = 100_000

    mutating func clear() { self = SubjectMemory() }

    mutating func forget(_ subject: SubjectID) {
        states[subject] = nil
        records[subject] = nil
        identified.removeAll()
    }

    func subject(_ identifier: Identifier) -> SubjectID? { identified[identifier] }

    mutating func keep(_ identifier: Identifier, _ subject: SubjectID) {
        if identified.count >= Self.most { identified.removeAll(keepingCapacity: true) }
        identified[identifier] = subject
    }

    func state(_ subject: SubjectID) -> SubjectState? { states[subject] }

    mutating func keep(_ state: SubjectState, of subject: SubjectID) {
        if states.count >= Self.most { states.removeAll(keepingCapacity: true) }
        states[subject] = state
    }

    func records(of subject: SubjectID) -> KnownRecords? { records[subject] }

    mutating func keep(_ known: KnownRecords, of subject: SubjectID) {
        if records.count >= Self.most { records.removeAll(keepingCapacity: true) }
        records[subject] = known
    }

    /// Takes note of a record that this transaction stored.
    mutating func add(_ record: StoredRecord, key: [UInt8], of subject: SubjectID) {
        records[subject]?.add(record, key: key)
    }

    /// For what changes a record otherwise: it is asked for again.
    mutating func drop(_ subject: SubjectID) { records[subject] = nil }
}

/// The records of one subject, as far as a delivery asks for them. Where a subject has very many, only the last ordinal is
/// known and each record is asked for.
struct KnownRecords {
    var byKey: [[UInt8]: StoredRecord] = [:]
    var lastOrdinal: Int64 = 0
    var isComplete = true

    static let most = 500

    mutating func add(_ record: StoredRecord, key: [UInt8]) {
        byKey[key] = record
        lastOrdinal = max(lastOrdinal, record.ordinal)
    }
}
