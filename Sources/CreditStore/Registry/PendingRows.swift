import CreditModel
import CreditRegistry

/// Rows on their way: a database takes many at once far faster than one by one, and fastest in the order of their keys.
///
/// Revisions are appended, so a few thousand are enough. Records lie by subject, and a delivery speaks of subjects all over the
/// city: the more are sorted together, the fewer pages are written twice.
struct PendingRows {
    struct Name {
        let name: String
        var kind: NameKind
        let batch: Int64
    }
    struct Subject {
        var state: SubjectState
        var identifiers: [(Identifier, batch: Int64)] = []
        var names: [Name] = []
    }

    private(set) var revisions: [PendingRevision] = []
    private var gathered = GatheredRecords()
    /// Records that are being stored, and may not be found there yet.
    private(set) var sent = GatheredRecords()
    /// New subjects, numbered from `firstSubject` on.
    var subjects: [Subject] = []
    var firstSubject: Int64 = 0

    let mostRevisions: Int
    /// About 150 bytes each, and as many again while they are stored. Somewhat fewer than a power of two, since an array's room doubles
    /// and is copied as it does.
    private let mostRecords: Int
    /// Stored in one go, while revisions wait.
    let recordsInPortion: Int
    static let mostSubjects = 20_000

    init(mostRevisions: Int = 8_192, mostRecords: Int = 520_000, recordsInPortion: Int = 16_384) {
        (self.mostRevisions, self.mostRecords, self.recordsInPortion) = (mostRevisions, mostRecords, recordsInPortion)
    }

    /// Whether so many records are gathered that they are better stored: a quarter of what is there, so that about ten go to a page,
    /// however large the city is; and not all at the end, when nothing else is left to do meanwhile.
    /// - Parameter leaf: how many revisions and audit rows there are.
    func hasEnoughRecords(at leaf: Int64) -> Bool {
        gathered.records.count >= min(mostRecords, max(Self.fewRecords, Int(leaf / 4)))
    }

    private static let fewRecords = 131_072

    var isEmpty: Bool { revisions.isEmpty && gathered.isEmpty && subjects.isEmpty }
    var records: [StoredState] { gathered.records }

    func isNew(_ subject: SubjectID) -> Bool {
        !subjects.isEmpty && subject.value >= firstSubject && subject.value < firstSubject + Int64(subjects.count)
    }

    func place(_ subject: SubjectID) -> Int { Int(subject.value - firstSubject) }

    mutating func add(_ revision: Revision, previous leaf: Int64?) {
        revisions.append(PendingRevision(revision: revision, previous: leaf))
        gathered.touch(revision.id.subject)
    }

    mutating func add(_ record: StoredState) { gathered.add(record) }

    /// Whether records or revisions of the subject are on their way.
    func touches(_ subject: SubjectID) -> Bool { gathered.touches(subject) || sent.touches(subject) }

    /// A record on its way: a delivery that repeats a row asks for it, and waiting for all others to be stored would undo their order.
    func record(of subject: SubjectID, _ key: Digest128) -> StoredState? {
        gathered.record(of: subject, key) ?? sent.record(of: subject, key)
    }

    mutating func takeRevisions() -> [PendingRevision] {
        let taken = revisions
        revisions = []
        revisions.reserveCapacity(mostRevisions)
        return taken
    }

    /// Takes the records to be stored; they are found here until `removeSent`.
    mutating func sendRecords() -> [StoredState] {
        sent = gathered
        gathered = GatheredRecords()
        return sent.records
    }

    /// Once everything that was sent is stored.
    mutating func removeSent() { if !sent.isEmpty { sent = GatheredRecords() } }
}

/// Records, and of which subjects they are.
struct GatheredRecords {
    private(set) var records: [StoredState] = []
    /// Of each of these the one of the same subject that came before it, and of each subject its last one; -1 where there is none.
    private var earlier: [Int32] = []
    private var lastOf = SubjectColumn<Int32>(none: -1)
    private var touched = SubjectSet()

    var isEmpty: Bool { touched.isEmpty }

    mutating func touch(_ subject: SubjectID) { touched.insert(subject.value) }
    func touches(_ subject: SubjectID) -> Bool { touched.contains(subject.value) }

    mutating func add(_ record: StoredState) {
        earlier.append(lastOf[record.subject])
        lastOf[record.subject] = Int32(records.count)
        records.append(record)
        touched.insert(record.subject)
    }

    func record(of subject: SubjectID, _ key: Digest128) -> StoredState? {
        var place = lastOf[subject.value]
        while place >= 0 {
            if records[Int(place)].key == key { return records[Int(place)] }
            place = earlier[Int(place)]
        }
        return nil
    }
}

/// A revision on its way.
struct PendingRevision: Sendable {
    let revision: Revision
    /// The leaf of the record's revision before.
    let previous: Int64?
}

extension PendingRows.Subject {
    /// As a name is added to a stored subject: one is current at a time, and what is known of a name only rises.
    mutating func add(_ name: PendingRows.Name) {
        if name.kind == .current {
            for index in names.indices where names[index].kind == .current && !names[index].isSame(name) {
                names[index].kind = .former
            }
        }
        if let index = names.firstIndex(where: { $0.isSame(name) }) {
            if names[index].kind.rawValue < name.kind.rawValue { names[index].kind = name.kind }
        } else {
            names.append(name)
        }
    }
}

extension PendingRows.Name {
    /// By bytes, as databases compare.
    fileprivate func isSame(_ other: Self) -> Bool { name.utf8.elementsEqual(other.name.utf8) }
}
