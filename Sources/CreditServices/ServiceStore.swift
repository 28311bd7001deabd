import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry

/// Where the store stands: leaves of committed changes, and how many of them are public.
public struct StoreVersion: Sendable, Hashable {
    public let leaves: Int64
    public let published: Int64

    public init(leaves: Int64, published: Int64) {
        self.leaves = leaves
        self.published = published
    }
}

/// What the services need of a database: reads only, each a consistent snapshot.
public protocol ServiceStore: IdentityStore, DocumentStore, WatchStore, StatisticsStore, OpenDataStore, CheckStore {
    /// Equal as long as nothing has changed, whoever would have changed it.
    func version() async throws -> StoreVersion
    func profile(code: String) async throws -> SubjectProfile?
    func profile(id: SubjectID) async throws -> SubjectProfile?
    func records(of subject: SubjectID) async throws -> [RecordRow]
    func record(_ id: RecordID) async throws -> RecordRow?
    /// What happened to a record, newest first, without what it says.
    func revisions(of id: RecordID) async throws -> [RevisionRow]
    /// The whole revisions of a record, for states at other times and for proofs.
    func history(of id: RecordID) async throws -> [Revision]

    func search(_ query: SearchQuery) async throws -> SearchResult
    /// A subject by any of its numbers, with its records.
    func file(code: String) async throws -> (profile: SubjectProfile, rows: [RecordRow])?
    func list(_ query: ListQuery) async throws -> ListPage
    /// Authorities that published records of an item, most frequent first.
    func authorities(of item: String, shownOn day: Day, limit: Int) async throws -> [String]

    func totals(shownOn day: Day) async throws -> Totals
    /// When each feed was last delivered, with how many departments' records it brought.
    func lastDeliveries() async throws -> [String: Instant]
    /// Deliveries a day and feed, newest first: counts only.
    func deliveryDays(limit: Int) async throws -> [DeliveryDay]
    func batch(receipt: String) async throws -> BatchRow?
    func batches(limit: Int) async throws -> [BatchRow]
    /// How many faults a batch's rejects have in all; a row may have several.
    func rejectCount(batch: Int64) async throws -> Int
    func rejects(batch: Int64, after ordinal: Int64, limit: Int) async throws -> [RejectRow]
    func waiting(batch: Int64?, limit: Int) async throws -> [WaitingView]
}

/// A subject with its numbers and names.
public struct SubjectProfile: Sendable {
    public struct Name: Sendable, Hashable {
        public let text: String
        public let kind: NameKind
        public init(text: String, kind: NameKind) {
            self.text = text
            self.kind = kind
        }
    }
    public let id: SubjectID
    public let state: SubjectState
    public let identifiers: [Identifier]
    public let names: [Name]

    public init(id: SubjectID, state: SubjectState, identifiers: [Identifier], names: [Name]) {
        self.id = id
        self.state = state
        self.identifiers = identifiers
        self.names = names
    }

    /// Former names, and names under which departments delivered, without the present one.
    public func names(_ kind: NameKind) -> [String] {
        names.filter { $0.kind == kind && $0.text != state.name }.map(\.text)
    }
}

/// A record as it stands, with the revision that states it.
public struct RecordRow: Sendable {
    public let id: RecordID
    public let item: String
    public var revision: Int64
    public let subjectName: String
    public let subjectCode: String
    public var day: String?
    public var clocks: Clocks
    public var circle: Circle
    public var standing: Standing
    /// Why it is contested, while it is.
    public var mark: Reason?
    public var values: RecordValues
    public var changes: [UInt8]?
    public var notes: [UInt8]?
    public let receivedAt: Instant
    /// Nil where an officer stated it last.
    public let batch: BatchSource?

    public init(
        id: RecordID, item: String, revision: Int64, subjectName: String, subjectCode: String, day: String?,
        clocks: Clocks, circle: Circle, standing: Standing, mark: Reason?, values: RecordValues,
        changes: [UInt8]?, notes: [UInt8]?, receivedAt: Instant, batch: BatchSource?
    ) {
        self.id = id
        self.item = item
        self.revision = revision
        self.subjectName = subjectName
        self.subjectCode = subjectCode
        self.day = day
        self.clocks = clocks
        self.circle = circle
        self.standing = standing
        self.mark = mark
        self.values = values
        self.changes = changes
        self.notes = notes
        self.receivedAt = receivedAt
        self.batch = batch
    }

    /// Last day on the public page, as text.
    public var publishedUntil: String? { clocks.publishedUntil?.description }
}

/// Where a revision came from, as far as everybody may know.
public struct BatchSource: Sendable, Hashable {
    public let number: Int64
    public let feed: String
    public let department: String?
    public let line: Int

    public init(number: Int64, feed: String, department: String?, line: Int) {
        self.number = number
        self.feed = feed
        self.department = department
        self.line = line
    }
}

/// One act upon a record, as everybody may know it.
public struct RevisionRow: Sendable {
    public let number: Int64
    public let act: Act
    public let reason: Reason?
    public let effectiveOn: Day
    public let recordedAt: Instant
    public let basis: String?
    /// The delivery's feed and department, where a delivery stated it.
    public let feed: String?
    public let department: String?
    /// Place of its leaf in the log.
    public let leaf: Int64

    public init(
        number: Int64, act: Act, reason: Reason?, effectiveOn: Day, recordedAt: Instant, basis: String?, feed: String?,
        department: String?, leaf: Int64
    ) {
        self.number = number
        self.act = act
        self.reason = reason
        self.effectiveOn = effectiveOn
        self.recordedAt = recordedAt
        self.basis = basis
        self.feed = feed
        self.department = department
        self.leaf = leaf
    }
}

/// A question to the search, as typed, with filters.
public struct SearchQuery: Sendable, Hashable {
    public var text: String
    public var kind: SubjectKind?
    /// Prefix of a division code.
    public var division: String?
    public var status: String?
    /// First two characters of the unified code, any of them; empty = all.
    public var forms: [String] = []
    /// Section letter of GB/T 4754; nil = all, those without a sector too.
    public var sector: String?
    /// Only with a record of one of these items on the public page on `shownOn`; empty = all.
    public var items: [String] = []
    public var shownOn = Day(daysSinceEpoch: 0)
    /// Counts for filters are asked for, with these groups of items; nil = no counts.
    public var countedGroups: [[String]]?
    public var offset: Int
    public var limit: Int

    public init(
        text: String, kind: SubjectKind? = nil, division: String? = nil, status: String? = nil, offset: Int = 0,
        limit: Int = 20
    ) {
        self.text = text
        self.kind = kind
        self.division = division
        self.status = status
        self.offset = offset
        self.limit = limit
    }
}

public struct SearchResult: Sendable {
    public struct Hit: Sendable {
        public enum Field: String, Sendable {
            case name, formerName = "former-name", deliveredName = "delivered-name", code
        }
        public let id: SubjectID
        public let state: SubjectState
        /// 0 to 100; how well the words fit. Says nothing about the organisation.
        public let score: Int
        public let field: Field
        public let matched: String

        public init(id: SubjectID, state: SubjectState, score: Int, field: Field, matched: String) {
            self.id = id
            self.state = state
            self.score = score
            self.field = field
            self.matched = matched
        }
    }
    public let total: Int
    /// False where `total` is only a lower bound.
    public let isExact: Bool
    public let hits: [Hit]
    /// How many there would be under each value of a filter, where that was asked for.
    public let counts: NameCounts?

    public init(total: Int, isExact: Bool, hits: [Hit], counts: NameCounts? = nil) {
        self.total = total
        self.isExact = isExact
        self.hits = hits
        self.counts = counts
    }
}

/// A page of one item's records over all subjects.
public struct ListQuery: Sendable, Hashable {
    public var item: String
    public var shownOn: Day
    public var authority: String?
    public var kind: String?
    public var from: Day?
    public var to: Day?
    /// Words of a name or a document number.
    public var words: String?
    public var offset: Int
    public var limit: Int
    /// Continue behind this record instead of counting an offset; for downloads of any length.
    public var after: Position?

    public struct Position: Sendable, Hashable {
        public let day: String
        public let id: RecordID
        public init(day: String, id: RecordID) {
            self.day = day
            self.id = id
        }
    }

    public init(item: String, shownOn: Day, offset: Int = 0, limit: Int = 20) {
        self.item = item
        self.shownOn = shownOn
        self.offset = offset
        self.limit = limit
    }
}

public struct ListPage: Sendable {
    public var total: Int
    public var rows: [RecordRow]
    /// False where the search for words ended before the end of the list, so that there may be more than `total`.
    public var isWhole = true

    public init(total: Int, rows: [RecordRow]) {
        self.total = total
        self.rows = rows
    }
}

public struct Totals: Sendable {
    public var organisations = 0
    public var practitioners = 0
    /// Records on public pages today, by item.
    public var shownByItem: [String: Int] = [:]
    public var lastReceivedAt: Instant?
    public var waiting = 0

    public init() {}
}

/// What arrived of one feed on one day.
public struct DeliveryDay: Sendable, Hashable {
    public let day: Day
    public let feed: String
    public let batches: Int
    public let rows: Int
    public let accepted: Int
    public let rejected: Int
    public let waiting: Int

    public init(day: Day, feed: String, batches: Int, rows: Int, accepted: Int, rejected: Int, waiting: Int) {
        self.day = day
        self.feed = feed
        self.batches = batches
        self.rows = rows
        self.accepted = accepted
        self.rejected = rejected
        self.waiting = waiting
    }
}

public struct BatchRow: Sendable {
    public let number: Int64
    public let receipt: String
    public let feed: String
    public let item: String
    public let fileName: String
    public let department: String?
    public let startedAt: Instant
    public let totals: BatchTotals

    public init(
        number: Int64, receipt: String, feed: String, item: String, fileName: String, department: String?,
        startedAt: Instant,
        totals: BatchTotals
    ) {
        self.number = number
        self.receipt = receipt
        self.feed = feed
        self.item = item
        self.fileName = fileName
        self.department = department
        self.startedAt = startedAt
        self.totals = totals
    }
}

public struct RejectRow: Sendable {
    public let ordinal: Int64
    public let line: Int
    public let column: String?
    public let field: String?
    public let code: String
    public let suggestion: String?
    public let other: String?
    public let original: String

    public init(
        ordinal: Int64, line: Int, column: String?, field: String?, code: String, suggestion: String?, other: String?,
        original: String
    ) {
        self.ordinal = ordinal
        self.line = line
        self.column = column
        self.field = field
        self.code = code
        self.suggestion = suggestion
        self.other = other
        self.original = original
    }
}

extension RejectRow {
    /// A reject as the store would give it back.
    public init(ordinal: Int64, _ reject: Reject) {
        self.init(
            ordinal: ordinal, line: reject.line, column: reject.column, field: reject.field, code: reject.code.rawValue,
            suggestion: reject.suggestion, other: reject.other, original: reject.original)
    }
}

public struct WaitingView: Sendable {
    public let batch: Int64
    public let line: Int
    public let item: String
    public let reason: String
    public let name: String?
    public let identifiers: String

    public init(batch: Int64, line: Int, item: String, reason: String, name: String?, identifiers: String) {
        self.batch = batch
        self.line = line
        self.item = item
        self.reason = reason
        self.name = name
        self.identifiers = identifiers
    }
}
