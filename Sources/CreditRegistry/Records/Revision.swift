import CreditCatalogue
import CreditModel

/// One act upon a record, never changed afterwards but by erasure of its payload and salt.
///
/// A reference, since it holds a dozen others and goes from the thread that files to those that seal and store.
public final class Revision: Sendable {
    public let id: RecordID
    public let item: String
    /// 1, 2, 3 … without gaps.
    public let number: Int64
    public let act: Act
    public let reason: Reason?
    /// The day from which it is so in the world.
    public let effectiveOn: Day
    /// When the platform knew. Never earlier than the revision before.
    public let recordedAt: Instant
    /// The delivery that stated it, or nil for an act of an officer or a job.
    public let batch: Int64?
    public let line: Int?
    /// Document or rule on which the act rests, for everybody to read.
    public let basis: String?
    /// Who acted, where no delivery says so. Not public.
    public let actor: Actor?
    /// The three clocks as judged when it was stated; nil for acts that state nothing.
    public let clocks: Clocks?
    public let statement: Statement?
    /// JSON array of what cleaning did, or nil.
    public let changes: [UInt8]?
    /// JSON array of remarks, or nil.
    public let notes: [UInt8]?
    /// 16 random bytes that make the leaf say nothing to whoever does not have them; nil once erased.
    public let salt: [UInt8]?
    /// Position of its leaf in the log.
    public let leaf: Int64

    public init(
        id: RecordID, item: String, number: Int64, act: Act, reason: Reason? = nil, effectiveOn: Day,
        recordedAt: Instant, batch: Int64? = nil, line: Int? = nil, basis: String? = nil, actor: Actor? = nil,
        clocks: Clocks? = nil, statement: Statement? = nil, changes: [UInt8]? = nil, notes: [UInt8]? = nil,
        salt: [UInt8]?, leaf: Int64
    ) {
        self.id = id
        self.item = item
        self.number = number
        self.act = act
        self.reason = reason
        self.effectiveOn = effectiveOn
        self.recordedAt = recordedAt
        self.batch = batch
        self.line = line
        self.basis = basis
        self.actor = actor
        self.clocks = clocks
        self.statement = statement
        self.changes = changes
        self.notes = notes
        self.salt = salt
        self.leaf = leaf
    }
}

extension Revision: Hashable {
    /// Equal in everything it says.
    public static func == (left: Revision, right: Revision) -> Bool {
        left === right
            || left.id == right.id && left.number == right.number && left.leaf == right.leaf && left.item == right.item
                && left.act == right.act && left.reason == right.reason && left.effectiveOn == right.effectiveOn
                && left.recordedAt == right.recordedAt && left.batch == right.batch && left.line == right.line
                && left.basis == right.basis && left.actor == right.actor && left.clocks == right.clocks
                && left.statement == right.statement && left.changes == right.changes && left.notes == right.notes
                && left.salt == right.salt
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(number)
        hasher.combine(leaf)
    }
}

/// What a record says, in two canonical JSON objects of strings: the fields that the catalogue publishes, and the others.
///
/// They are apart so that a proof can show the public part and only a digest of the rest.
public struct Statement: Sendable, Hashable {
    public let published: [UInt8]
    public let `internal`: [UInt8]?

    public init(published: [UInt8], internal: [UInt8]?) {
        self.published = published
        self.internal = `internal`
    }

    /// Field → value of both parts.
    public var values: [String: String] {
        var values = FlatObject.decode(published) ?? [:]
        if let rest = `internal`.flatMap({ FlatObject.decode($0) }) {
            values.merge(rest, uniquingKeysWith: { first, _ in first })
        }
        return values
    }
}

/// What must be known of a stored record to tell whether a delivery changes it.
public struct StoredRecord: Sendable {
    public let ordinal: Int64
    public let revision: Int64
    /// Nil once erased.
    public let contentHash: Digest128?

    public init(ordinal: Int64, revision: Int64, contentHash: Digest128?) {
        self.ordinal = ordinal
        self.revision = revision
        self.contentHash = contentHash
    }
}

/// The state of a record at some time, a projection of its revisions that can be rebuilt from them.
public struct RecordState: Sendable, Hashable {
    public let id: RecordID
    public let item: String
    /// Number of the last revision that counts.
    public var revision: Int64
    /// Number of the revision whose statement counts.
    public var stated: Int64
    /// Tells what it states from anything else; nil once erased.
    public var contentHash: Digest128?
    public var authority: String?
    public var kinds: String?
    /// The day by which records are ordered: decided, listed, published or valid from, whichever the item has.
    public var day: String?
    public var clocks: Clocks
    public var circle: Circle
    public var standing: Standing
    /// Why it is contested, while it is.
    public var mark: Reason?

    public init(
        id: RecordID, item: String, revision: Int64, stated: Int64, contentHash: Digest128?, authority: String?,
        kinds: String?, day: String?, clocks: Clocks, circle: Circle, standing: Standing, mark: Reason?
    ) {
        self.id = id
        self.item = item
        self.revision = revision
        self.stated = stated
        self.contentHash = contentHash
        self.authority = authority
        self.kinds = kinds
        self.day = day
        self.clocks = clocks
        self.circle = circle
        self.standing = standing
        self.mark = mark
    }

    /// What is left after erasure: the number, the item, and the day until which it was kept.
    public var erased: RecordState {
        RecordState(
            id: id, item: item, revision: revision, stated: stated, contentHash: nil, authority: nil, kinds: nil, day: nil,
            clocks: Clocks(
                publishedUntil: nil, disclosedUntil: clocks.archivedUntil, archivedUntil: clocks.archivedUntil,
                severity: nil, repairableFrom: nil, ruleSet: nil),
            circle: .erased, standing: standing, mark: nil)
    }
}
