import CreditModel
import Synchronization

/// All names of organisations, held in memory, to find those that hold a text in well under a millisecond.
///
/// It is a value that knows nothing of databases: whoever fills it tells what came and what changed. Names lie in segments
/// that never change; what changes goes to a new, small segment, and segments of like size become one, so that a change costs
/// little and a question asks few. What is found is what a scan of all names would find, neither more nor less; so it stays
/// when changes come one by one or all at once (docs/decisions/0024).
public struct SearchIndex: Sendable {
    var segments: [SearchSegment] = []
    var records = ShownRecords()
    /// Subjects that officers merged, with the one under which each is shown.
    var owners: [UInt32: UInt32] = [:]
    public let places: PlaceWords
    private var sets = FilterSets()

    public init(places: PlaceWords = PlaceWords()) { self.places = places }

    /// How many organisations can be found.
    public var count: Int { segments.reduce(0) { $0 + $1.liveCount } }

    /// Which subjects are shown under another.
    public var ownership: [SubjectID: SubjectID] {
        Dictionary(uniqueKeysWithValues: owners.map { (SubjectID(Int64($0.key)), SubjectID(Int64($0.value))) })
    }

    // MARK: changing

    /// What is known anew of some organisations.
    public struct Changes: Sendable {
        var builder = SegmentBuilder()
        var replaced: Set<UInt32> = []
        var owners: [UInt32: UInt32] = [:]
        let places: PlaceWords

        public init(places: PlaceWords) { self.places = places }

        /// What was known of the subject is forgotten; if it is not added again, it is found no more.
        public mutating func forget(_ subject: SubjectID) { replaced.insert(Self.number(subject)) }

        /// An organisation, before its names.
        public mutating func add(
            _ subject: SubjectID, isEnded: Bool, isRegistered: Bool, status: String?, division: String?, form: String,
            sector: String?
        ) {
            builder.add(
                Self.number(subject), isEnded: isEnded, isRegistered: isRegistered, status: status ?? "",
                division: division ?? "", form: form, sector: sector ?? "")
        }

        /// A folded name, as `OrganisationName.key` makes it.
        public mutating func add(name key: String, isCurrent: Bool, of subject: SubjectID) {
            let units = Array(key.utf16)
            builder.add(
                name: units, wordStart: places.wordStart(units), isCurrent: isCurrent, of: Self.number(subject))
        }

        static func number(_ subject: SubjectID) -> UInt32 {
            guard let number = UInt32(exactly: subject.value) else {
                preconditionFailure("subjects are numbered from 1, and a city has fewer than four billion")
            }
            return number
        }
    }

    public mutating func apply(_ changes: consuming Changes) {
        sets = FilterSets()
        for subject in changes.replaced {
            for index in segments.indices { segments[index].remove(subject) }
        }
        if !changes.builder.isEmpty { segments.append(changes.builder.build()) }
        settle()
    }

    /// Joins segments until each is at least twice as large as what comes behind it, and lets go of what is known better.
    private mutating func settle() {
        segments.removeAll { $0.liveCount == 0 }
        while let last = segments.last {
            let before = segments.dropLast().last
            let mustJoin = before.map { $0.liveCount < 2 * last.liveCount } ?? false
            guard mustJoin || last.goneDocuments.count > max(1000, last.count / 8) else { break }
            var builder = SegmentBuilder()
            if mustJoin, let before { builder.add(before) }
            builder.add(last)
            segments.removeLast(mustJoin ? 2 : 1)
            segments.append(builder.build())
        }
        // The one at the bottom gathers what later ones know better.
        if segments.count > 1, segments[0].goneDocuments.count > segments[0].count / 8 {
            var builder = SegmentBuilder()
            builder.add(segments[0])
            segments[0] = builder.build()
        }
    }

    /// Which subjects are shown under another.
    public mutating func setOwners(_ owners: [SubjectID: SubjectID]) {
        sets = FilterSets()
        self.owners = Dictionary(uniqueKeysWithValues: owners.map { (Changes.number($0.key), Changes.number($0.value)) })
    }

    /// Records that came onto public pages: subjects ascending, with the last day on which they are shown.
    public mutating func addRecords(of item: String, _ added: [(subject: SubjectID, until: Day)]) {
        sets = FilterSets()
        var column = ShownRecords.Column()
        for (subject, until) in added {
            let number = Changes.number(subject)
            if column.subjects.last == number {
                column.until[column.until.count - 1] = max(column.until[column.until.count - 1], until.daysSinceEpoch)
            } else {
                column.subjects.append(number)
                column.until.append(until.daysSinceEpoch)
            }
        }
        records.add(column, of: item)
    }

    public mutating func forgetRecords(of subjects: Set<SubjectID>) {
        sets = FilterSets()
        records.remove(Set(subjects.map { Changes.number($0) }))
    }

    // MARK: filters

    func filter(_ query: NameQuery, in index: Int, except left: NameQuery.Filter? = nil) -> Bitmap? {
        let segment = segments[index]
        var result: Bitmap?
        func narrow(_ filter: NameQuery.Filter, _ kind: FilterSets.Kind?, _ make: () -> Bitmap) {
            guard let kind, filter != left else { return }
            let documents = sets.find(FilterSets.Key(kind: kind, segment: index), make)
            if result == nil { result = documents } else { result?.formIntersection(documents) }
        }
        narrow(.division, query.division.map { .division($0) }) {
            segment.division.documents { value in query.division.map { value.utf8.starts(with: $0.utf8) } ?? true }
        }
        narrow(.status, query.status.map { .status($0) }) { segment.status.documents { $0 == query.status } }
        narrow(.form, query.forms.isEmpty ? nil : .form(query.forms)) {
            segment.form.documents { query.forms.contains($0) }
        }
        narrow(.sector, query.sector.map { .sector($0) }) { segment.sector.documents { $0 == query.sector } }
        narrow(.items, query.items.isEmpty ? nil : .items(query.items, query.shownOn.daysSinceEpoch)) {
            shown(query.items, on: query.shownOn, in: index)
        }
        return result
    }

    func documents(of items: [String], on day: Day, in index: Int) -> Bitmap {
        sets.find(FilterSets.Key(kind: .items(items, day.daysSinceEpoch), segment: index)) {
            shown(items, on: day, in: index)
        }
    }

    private func shown(_ items: [String], on day: Day, in index: Int) -> Bitmap {
        records.documents(of: items, on: day.daysSinceEpoch, in: segments[index], owners: owners)
    }
}

/// Sets that many questions narrow down by, kept until something changes.
private final class FilterSets: Sendable {
    enum Kind: Hashable {
        case division(String), status(String), form([String]), sector(String), items([String], Int32)
    }
    struct Key: Hashable {
        let kind: Kind
        let segment: Int
    }
    /// Of a million organisations a set takes 125 kB.
    private static let most = 128
    private let kept = Mutex<[Key: Bitmap]>([:])

    func find(_ key: Key, _ make: () -> Bitmap) -> Bitmap {
        if let known = kept.withLock({ $0[key] }) { return known }
        let made = make()
        kept.withLock { kept in
            if kept.count >= Self.most { kept.removeAll() }
            kept[key] = made
        }
        return made
    }
}
