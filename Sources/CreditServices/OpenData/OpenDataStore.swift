import CreditModel
import CreditRegistry

/// What open data needs of a database.
///
/// A timepoint is a place in the log: the number of leaves before it. Every change of a record takes a place, so what is known at a
/// timepoint and what changed after it are the same for every reader.
public protocol OpenDataStore: Sendable {
    /// Hands over everything, subject by subject, as it stood at one timepoint. `portion` begins anew where the database asks for it.
    func openSnapshot(_ portion: @Sendable @escaping (OpenPortion) throws -> Void) async throws
    /// Records whose newest act took a place from `after` on, in the order of those places; of organisations only.
    /// - Parameters:
    ///   - items: of these items.
    ///   - today: records whose last day is before it are handed over as well once the end is reached, acted upon or not.
    ///   - isShown: whether a record is open data today.
    func openChanges(
        after: Int64, limit: Int, items: Set<String>, today: Day, isShown: @Sendable @escaping (RecordRow) -> Bool
    ) async throws -> OpenChanges
    /// Items of which a record known before `timepoint` has left since, and whether an organisation has left with it.
    func openLeft(since timepoint: Int64, from: Int64, today: Day, isShown: @Sendable @escaping (RecordRow) -> Bool)
        async throws -> OpenLeft

    func agree(_ contract: DataContract, by actor: Actor, at instant: Instant) async throws
    /// Notes that a consumer has everything before `timepoint`. A place only moves on.
    func acknowledge(_ timepoint: Int64, by consumer: String, at instant: Instant) async throws
    func dataConsumers() async throws -> [DataConsumer]
}

/// Part of a snapshot.
public enum OpenPortion: Sendable {
    /// Everything that follows stood so at this timepoint; what came before it, if anything, does not count.
    case begin(timepoint: Int64)
    /// Organisations in the order of their numbers, each with its records.
    case subjects([OpenSubject])
}

public struct OpenSubject: Sendable {
    public let organisation: OpenOrganisation
    public let rows: [RecordRow]

    public init(organisation: OpenOrganisation, rows: [RecordRow]) {
        (self.organisation, self.rows) = (organisation, rows)
    }
}

/// A stretch of the change log.
public struct OpenChanges: Sendable {
    public struct Change: Sendable {
        /// Place of the record's newest act; nil where its term is over and no act says so yet.
        public let leaf: Int64?
        public let row: RecordRow
        /// The statement that was known at the place asked from; nil where the record was not known then.
        public let before: RecordRow?
        /// Whether it can ever have been on a public page.
        public let wasPublic: Bool
        /// The newest acts first, those after the place asked from.
        public let acts: [Act]

        public init(leaf: Int64?, row: RecordRow, before: RecordRow?, wasPublic: Bool, acts: [Act]) {
            (self.leaf, self.row, self.before, self.wasPublic, self.acts) = (leaf, row, before, wasPublic, acts)
        }
    }
    /// From where to ask on.
    public var next: Int64
    /// Where the log ended when this was read.
    public var timepoint: Int64
    public var changes: [Change] = []
    /// The organisations of these records, each with whether any record of it is shown.
    public var organisations: [SubjectID: (organisation: OpenOrganisation, isShown: Bool)] = [:]

    public init(next: Int64, timepoint: Int64) { (self.next, self.timepoint) = (next, timepoint) }
}

/// What left since a timepoint.
public struct OpenLeft: Sendable, Hashable {
    public var items: Set<String> = []
    public var organisations = false
    /// Up to where the log was looked at.
    public var timepoint: Int64

    public init(timepoint: Int64) { self.timepoint = timepoint }
}

/// What a consumer of bulk data has agreed to.
public struct DataContract: Sendable, Hashable {
    /// Name of the consumer's key.
    public let name: String
    public let who: String
    public let purpose: String
    public let until: Day

    public init(name: String, who: String, purpose: String, until: Day) {
        (self.name, self.who, self.purpose, self.until) = (name, who, purpose, until)
    }
}

/// A consumer with a key, and how far it has come.
public struct DataConsumer: Sendable, Hashable {
    public let name: String
    /// Nil where the key is used without a contract on file.
    public let contract: DataContract?
    public let acknowledged: Int64?
    public let acknowledgedAt: Instant?
    /// Acts after which a record leaves and that the consumer has not fetched, and the moment of the oldest.
    public let pending: Int
    public let pendingSince: Instant?

    public init(
        name: String, contract: DataContract?, acknowledged: Int64?, acknowledgedAt: Instant?, pending: Int,
        pendingSince: Instant?
    ) {
        (self.name, self.contract, self.acknowledged) = (name, contract, acknowledged)
        (self.acknowledgedAt, self.pending, self.pendingSince) = (acknowledgedAt, pending, pendingSince)
    }

    /// Whether something left so many hours ago that the consumer should have followed.
    public func isLate(at now: Instant, afterHours hours: Int) -> Bool {
        pendingSince.map { now.milliseconds - $0.milliseconds > Int64(hours) * 3_600_000 } ?? false
    }
}
