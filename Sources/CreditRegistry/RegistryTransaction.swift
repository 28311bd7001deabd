import CreditIntake
import CreditModel
import CreditResolution

/// What the registry needs of a database, inside one transaction. Either everything done through it is kept, or nothing.
public protocol RegistryTransaction: SubjectIndex {
    func insertBatch(_ batch: NewBatch) throws -> Int64
    func finishBatch(_ number: Int64, _ totals: BatchTotals) throws
    func insertReject(batch: Int64, ordinal: Int64, _ reject: Reject) throws
    /// False where the same row already waits from an earlier delivery.
    func insertWaiting(_ row: WaitingRow) throws -> Bool

    func createSubject(_ subject: SubjectState, at instant: Instant) throws -> SubjectID
    func subject(_ id: SubjectID) throws -> SubjectState?
    func updateSubject(_ id: SubjectID, _ state: SubjectState) throws
    func link(_ identifier: Identifier, to subject: SubjectID, batch: Int64) throws
    /// Adds a name or widens what is known of it. `kind` only rises: delivered < former < current.
    func addName(_ name: String, kind: NameKind, of subject: SubjectID, batch: Int64) throws

    func record(of subject: SubjectID, key: [UInt8]) throws -> StoredRecord?
    func insertRecord(_ record: RecordState, key: [UInt8]) throws
    func updateRecord(_ record: RecordState) throws
    func insertRevision(_ revision: Revision) throws
    func nextOrdinal(of subject: SubjectID) throws -> Int64
}

/// How a name is known to belong to a subject.
public enum NameKind: Int, Sendable, CaseIterable {
    /// Written like this by a department that delivered a record.
    case delivered = 0
    /// Stated as a former name by the registration.
    case former = 1
    /// The name in the registration.
    case current = 2
}

/// What is known of a subject beyond its records.
public struct SubjectState: Sendable, Hashable {
    public var kind: SubjectKind
    /// The number in the subject's public address: the unified code where there is one.
    public var code: String
    public var name: String
    public var status: String?
    public var division: String?
    public var establishedOn: String?
    /// Whether a registration was delivered. False: known only from records of other authorities.
    public var isRegistered: Bool

    public init(
        kind: SubjectKind, code: String, name: String, status: String? = nil, division: String? = nil,
        establishedOn: String? = nil, isRegistered: Bool
    ) {
        self.kind = kind
        self.code = code
        self.name = name
        self.status = status
        self.division = division
        self.establishedOn = establishedOn
        self.isRegistered = isRegistered
    }
}

/// What must be known of a stored record to tell whether a delivery changes it.
public struct StoredRecord: Sendable {
    public let ordinal: Int64
    public let revision: Int64
    public let contentHash: [UInt8]

    public init(ordinal: Int64, revision: Int64, contentHash: [UInt8]) {
        self.ordinal = ordinal
        self.revision = revision
        self.contentHash = contentHash
    }
}

/// The current state of a record, a projection of its last revision.
public struct RecordState: Sendable {
    public let id: RecordID
    public let item: String
    public let revision: Int64
    public let batch: Int64
    public let contentHash: [UInt8]
    public let title: String?
    public let authority: String?
    public let documentNumber: String?
    public let kinds: String?
    /// The day by which records are ordered: decided, listed, published or valid from, whichever the item has.
    public let day: String?
    /// Last day on the public page; nil = never shown; `Day.openEnd` = no end.
    public let publishedUntil: String?
}

/// One statement of a record, never changed afterwards.
public struct Revision: Sendable {
    public let id: RecordID
    public let number: Int64
    public let batch: Int64
    public let line: Int
    public let recordedAt: Instant
    /// Canonical JSON: an object of the item's fields in order of their names.
    public let content: [UInt8]
    public let contentHash: [UInt8]
    /// JSON array of what cleaning did, or nil.
    public let changes: [UInt8]?
    /// JSON array of remarks, or nil.
    public let notes: [UInt8]?
}

/// A row that waits for an officer.
public struct WaitingRow: Sendable {
    public let batch: Int64
    public let line: Int
    public let item: String
    public let reason: WaitingReason
    public let name: String?
    public let identifiers: [Identifier]
    public let content: [UInt8]
    /// Digest of feed and content, so that sending the file again does not queue the row again.
    public let digest: [UInt8]
}
