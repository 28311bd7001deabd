import CreditIntake
import CreditModel
import CreditResolution

/// What the registry needs of a database, inside one transaction. Either everything done through it is kept, or nothing.
///
/// At the end the store keeps the leaves that were sealed, in the same transaction; it refuses to keep a change for which no
/// audit row was written.
public protocol RegistryTransaction: SubjectIndex {
    /// The moment of everything this transaction does; never earlier than that of the transaction before.
    var now: Instant { get }

    func insertBatch(_ batch: NewBatch) throws -> Int64
    func finishBatch(_ number: Int64, _ totals: BatchTotals) throws
    func insertReject(batch: Int64, ordinal: Int64, _ reject: Reject) throws
    /// False where the same row already waits from an earlier delivery.
    func insertWaiting(_ row: WaitingRow) throws -> Bool
    func feed(ofBatch batch: Int64) throws -> String?
    func waitingRow(_ id: Int64) throws -> KeptRow?
    /// What an officer decided about a waiting row, as far as it stands.
    func decision(onWaiting id: Int64) throws -> IdentityDecision?
    func insertDecision(_ decision: IdentityDecision) throws -> Int64
    func decision(_ id: Int64) throws -> IdentityDecision?
    func endDecision(_ id: Int64, _ undone: IdentityDecision.Undone) throws
    /// Those of the kinds that rule over later rows: same, different, means, means-not.
    func standingDecisions() throws -> [IdentityDecision]
    /// Every name that a subject is known by.
    func names(of subject: SubjectID) throws -> [String]
    /// False where the code was accepted before; the first reason stands.
    func insertCodeOverride(_ override: CodeOverride) throws -> Bool

    /// Says which numbers the rows of an item have that come next, so that a store far away is asked once for all that is known of
    /// them. Changes no answer; a store at hand does not even look at them.
    func expect(_ identifiers: @autoclosure () -> [Identifier], of item: String) throws

    func createSubject(_ subject: SubjectState) throws -> SubjectID
    func subject(_ id: SubjectID) throws -> SubjectState?
    func updateSubject(_ id: SubjectID, _ state: SubjectState) throws
    func link(_ identifier: Identifier, to subject: SubjectID, batch: Int64) throws
    /// Adds a name or widens what is known of it. `kind` only rises: delivered < former < current.
    func addName(_ name: String, kind: NameKind, of subject: SubjectID, batch: Int64) throws

    func record(of subject: SubjectID, key: Digest128) throws -> StoredRecord?
    /// The same for a key of which this transaction has not written anything itself: only what was stored before is looked at.
    func earlierRecord(of subject: SubjectID, key: Digest128, item: String) throws -> StoredRecord?
    func record(_ id: RecordID) throws -> RecordState?
    func revisions(of id: RecordID) throws -> [Revision]
    /// Seals and stores the first revision of a record with the state that it brings about.
    func insert(_ record: RecordState, key: Digest128, _ revision: Revision) throws
    /// Seals and stores a further revision of a record with the state that it brings about.
    func update(_ record: RecordState, _ revision: Revision) throws
    func nextOrdinal(of subject: SubjectID) throws -> Int64
    /// Records in `circle` whose clock for it ended before `day`, at most `limit`.
    func overdue(in circle: Circle, before day: Day, limit: Int) throws -> [RecordID]
    /// Removes payload and salts of every revision of a record; numbers, days and leaves stay.
    func erasePayload(of id: RecordID) throws

    /// Removes every name and number of a subject; its id is never given again.
    func forget(_ subject: SubjectID) throws

    /// The next place in the log. What is inserted or updated next takes it.
    func nextLeaf() throws -> Int64
    func makeSalt() -> [UInt8]
    func insertAudit(_ note: AuditNote) throws

    /// What is compared with every row about a subject, without reading all that is known of it.
    func brief(_ id: SubjectID) throws -> SubjectBrief?
}

/// Enough of a subject to see that a row says nothing new about it.
public struct SubjectBrief: Sendable, Hashable {
    public let kind: SubjectKind
    public let hasDivision: Bool
    private let name: Int
    private let code: Int

    public init(_ state: SubjectState) {
        kind = state.kind
        hasDivision = state.division != nil
        name = Self.hash(state.name)
        code = Self.hash(state.code)
    }

    public func isNamed(_ text: String) -> Bool { name == Self.hash(text) }
    public func hasCode(_ text: String) -> Bool { code == Self.hash(text) }

    /// Keyed anew in each process, so that nobody can make two names that are taken for one.
    private static func hash(_ text: String) -> Int {
        var hasher = Hasher()
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return hasher.finalize()
    }
}

extension RegistryTransaction {
    /// A further revision of a record, made with the salt and the place that it gets.
    func update(_ record: RecordState, _ make: (_ salt: [UInt8], _ leaf: Int64) -> Revision) throws {
        try update(record, make(makeSalt(), try nextLeaf()))
    }
}
