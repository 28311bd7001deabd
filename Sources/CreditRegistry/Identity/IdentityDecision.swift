import CreditModel

/// What an officer decided about who is who. A decision stands until it is undone; it is never changed and never removed.
public struct IdentityDecision: Sendable, Hashable {
    /// Raw values are stored.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `other` is the same body as `subject`, under which both are shown from now on.
        case same
        /// The two are different bodies, however alike.
        case different
        /// Rows that give this name and no number are about `subject`.
        case means
        /// Rows that give this name are not about `subject`.
        case meansNot = "means-not"
        /// A waiting row was filed under `subject`.
        case filed
        /// A record of `other` was stated anew under `subject`: one file that was two bodies is split record by record.
        case moved
        /// A waiting row was given back to its department for a number.
        case returned
    }

    public let id: Int64
    public let kind: Kind
    public let subject: SubjectID?
    public let other: SubjectID?
    public let name: String?
    /// The waiting row that was decided.
    public let waiting: Int64?
    /// The record as which a waiting row was filed, or a record was moved.
    public let record: RecordID?
    /// The record that was moved away.
    public let origin: RecordID?
    public let officer: String
    public let reason: String
    public let decidedAt: Instant
    public var undone: Undone?

    public struct Undone: Sendable, Hashable {
        public let at: Instant
        public let officer: String
        public let reason: String

        public init(at: Instant, officer: String, reason: String) {
            self.at = at
            self.officer = officer
            self.reason = reason
        }
    }

    public var stands: Bool { undone == nil }

    public init(
        id: Int64 = 0, kind: Kind, subject: SubjectID? = nil, other: SubjectID? = nil, name: String? = nil,
        waiting: Int64? = nil, record: RecordID? = nil, origin: RecordID? = nil, officer: String, reason: String, decidedAt: Instant,
        undone: Undone? = nil
    ) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.other = other
        self.name = name
        self.waiting = waiting
        self.record = record
        self.origin = origin
        self.officer = officer
        self.reason = reason
        self.decidedAt = decidedAt
        self.undone = undone
    }
}

/// A waiting row with what is needed to file it after all.
public struct KeptRow: Sendable {
    public let id: Int64
    public let batch: Int64
    public let line: Int
    public let feed: String
    public let item: String
    public let reason: String
    public let name: String?
    public let identifiers: [Identifier]
    /// One JSON object of all stated fields.
    public let content: [UInt8]

    public init(
        id: Int64, batch: Int64, line: Int, feed: String, item: String, reason: String, name: String?,
        identifiers: [Identifier], content: [UInt8]
    ) {
        self.id = id
        self.batch = batch
        self.line = line
        self.feed = feed
        self.item = item
        self.reason = reason
        self.name = name
        self.identifiers = identifiers
        self.content = content
    }
}
