import CreditModel
import CreditRegistry

/// What one transaction knows of subjects already, so that a delivery with ten rows about one body asks the database once.
///
/// There is one writer at a time, so nobody else changes what is remembered here; the transaction itself keeps it in step with
/// everything it writes. Bounded, since a delivery may speak of every body of a city.
struct SubjectMemory {
    private var identified: [IdentifierKey: Int64] = [:]
    private var longIdentified: [Identifier: SubjectID] = [:]
    private var states: [SubjectID: SubjectState] = [:]
    private var briefs: [SubjectID: (brief: SubjectBrief, place: Int32)] = [:]

    /// About 50 bytes each.
    private let mostNumbers: Int
    /// Some hundred bytes each.
    private static let mostStates = 20_000

    init(mostNumbers: Int = 2_000_000) { self.mostNumbers = mostNumbers }

    /// Whether no further number has room. Whoever keeps one makes room first, by `dropNumbers`, once no number is known here alone.
    var isFull: Bool { identified.count >= mostNumbers || longIdentified.count >= min(mostNumbers, Self.mostStates) }

    mutating func dropNumbers() {
        identified.removeAll(keepingCapacity: true)
        longIdentified.removeAll()
    }

    mutating func forget(_ subject: SubjectID) {
        states[subject] = nil
        briefs[subject] = nil
        identified.removeAll()
        longIdentified.removeAll()
    }

    func subject(_ identifier: Identifier) -> SubjectID? {
        if let key = IdentifierKey(identifier) { return identified[key].map { SubjectID($0) } }
        return longIdentified[identifier]
    }

    mutating func keep(_ identifier: Identifier, _ subject: SubjectID) {
        guard let key = IdentifierKey(identifier) else {
            longIdentified[identifier] = subject
            return
        }
        identified[key] = subject.value
    }

    func state(_ subject: SubjectID) -> SubjectState? { states[subject] }
    func brief(_ subject: SubjectID) -> SubjectBrief? { briefs[subject]?.brief }
    /// Where statistics count the subject, as `StatisticsTally` numbers places.
    func place(_ subject: SubjectID) -> Int32? { briefs[subject]?.place }

    mutating func keep(_ state: SubjectState, at place: Int32, of subject: SubjectID) {
        if states.count >= Self.mostStates { states.removeAll(keepingCapacity: true) }
        if briefs.count >= mostNumbers { briefs.removeAll(keepingCapacity: true) }
        states[subject] = state
        briefs[subject] = (SubjectBrief(state), place)
    }
}

/// A number of up to 23 bytes with its scheme, in three words.
private struct IdentifierKey: Hashable {
    private let words: (UInt64, UInt64, UInt64)

    init?(_ identifier: Identifier) {
        guard identifier.value.utf8.count <= 23 else { return nil }
        let scheme: UInt64 =
            switch identifier.scheme {
            case .unifiedCode: 1
            case .organisationCode: 2
            case .registrationNumber: 3
            case .licence: 4
            case .legacyRegistration: 5
            }
        var words: (UInt64, UInt64, UInt64) = (0, 0, scheme << 56)
        withUnsafeMutableBytes(of: &words) { bytes in
            var value = identifier.value
            value.withUTF8 { bytes.copyMemory(from: UnsafeRawBufferPointer($0)) }
        }
        self.words = words
    }

    static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}

/// The records of the subjects that a delivery has asked about.
struct KnownRecords {
    private struct Key: Hashable {
        let subject: Int64
        let key: Digest128
    }
    private var records: [Key: StoredRecord] = [:]
    /// The last ordinal of each subject whose records are all here.
    private var lastOrdinals: [SubjectID: Int64] = [:]

    var count: Int { records.count + lastOrdinals.count }

    mutating func clear() {
        records.removeAll(keepingCapacity: true)
        lastOrdinals.removeAll(keepingCapacity: true)
    }

    /// Nil where the subject's records are not here.
    func lastOrdinal(_ subject: SubjectID) -> Int64? { lastOrdinals[subject] }

    func record(_ subject: SubjectID, _ key: Digest128) -> StoredRecord? { records[Key(subject: subject.value, key: key)] }

    mutating func begin(_ subject: SubjectID) { lastOrdinals[subject] = 0 }

    /// For subjects that were begun; others are read whole when they are asked for.
    mutating func keep(_ record: StoredRecord, _ key: Digest128, of subject: SubjectID) {
        guard let last = lastOrdinals[subject] else { return }
        if record.ordinal > last { lastOrdinals[subject] = record.ordinal }
        records[Key(subject: subject.value, key: key)] = record
    }

    /// A row with ordinal, revision, content hash and key of a record.
    mutating func keep(_ row: any SQLRow, of subject: SubjectID) throws {
        guard let key = row.digest(3) else { throw RecordCoding.damaged }
        keep(
            StoredRecord(ordinal: row.integer(0), revision: row.integer(1), contentHash: row.digest(2)), key,
            of: subject)
    }

    /// For what changes a record otherwise: it is asked for again. Its keys stay and are overwritten then.
    mutating func drop(_ subject: SubjectID) { lastOrdinals[subject] = nil }
}
