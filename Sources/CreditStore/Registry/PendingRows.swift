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

    var revisions: [PendingRevision] = []
    var records: [StoredState] = []
    /// New subjects, numbered from `firstSubject` on.
    var subjects: [Subject] = []
    var firstSubject: Int64 = 0
    /// Subjects whose records or revisions are among these.
    private var touched = SubjectSet()

    static let mostRevisions = 16_384
    /// About 140 bytes each.
    static let mostRecords = 1_000_000
    static let mostSubjects = 20_000

    var isEmpty: Bool { revisions.isEmpty && records.isEmpty && subjects.isEmpty }

    func isNew(_ subject: SubjectID) -> Bool {
        !subjects.isEmpty && subject.value >= firstSubject && subject.value < firstSubject + Int64(subjects.count)
    }

    func place(_ subject: SubjectID) -> Int { Int(subject.value - firstSubject) }

    mutating func add(_ revision: Revision, previous leaf: Int64?) {
        revisions.append(PendingRevision(revision, previous: leaf))
        touched.insert(revision.id.subject.value)
    }

    func touches(_ subject: SubjectID) -> Bool { touched.contains(subject.value) }

    /// Once records and revisions are stored.
    mutating func clearTouched() { touched.removeAll() }

    /// Records in the order of their key.
    func sortedRecords() -> [Int] {
        // The numbers lie side by side while they are sorted: rows of 140 bytes are looked at once.
        var order = records.indices.map { (subject: records[$0].subject, ordinal: records[$0].ordinal, place: $0) }
        order.sort { ($0.subject, $0.ordinal) < ($1.subject, $1.ordinal) }
        return order.map(\.place)
    }
}

/// A revision on its way. A reference, since a revision holds a dozen and is looked at several times.
final class PendingRevision: Sendable {
    let revision: Revision
    /// The leaf of the record's revision before.
    let previous: Int64?

    init(_ revision: Revision, previous: Int64?) { (self.revision, self.previous) = (revision, previous) }
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
