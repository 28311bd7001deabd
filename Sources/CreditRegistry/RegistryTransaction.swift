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

    func createSubject(_ subject: SubjectState) throws -> SubjectID
    func subject(_ id: SubjectID) throws -> SubjectState?
    func updateSubject(_ id: SubjectID, _ state: SubjectState) throws
    func link(_ identifier: Identifier, to subject: SubjectID, batch: Int64) throws
    /// Adds a name or widens what is known of it. `kind` only rises: delivered < former < current.
    func addName(_ name: String, kind: NameKind, of subject: SubjectID, batch: Int64) throws

    func record(of subject: SubjectID, key: [UInt8]) throws -> StoredRecord?
    func record(_ id: RecordID) throws -> RecordState?
    func revisions(of id: RecordID) throws -> [Revision]
    func insertRecord(_ record: RecordState, key: [UInt8]) throws
    func updateRecord(_ record: RecordState) throws
    func insertRevision(_ revision: Revision) throws
    func nextOrdinal(of subject: SubjectID) throws -> Int64
    /// Records in `circle` whose clock for it ended before `day`, at most `limit`.
    func overdue(in circle: Circle, before day: Day, limit: Int) throws -> [RecordID]
    /// Removes payload and salts of every revision of a record; numbers, days and leaves stay.
    func erasePayload(of id: RecordID) throws

    /// Removes every name and number of a subject; its id is never given again.
    func forget(_ subject: SubjectID) throws

    /// Takes the next place in the log for a leaf.
    func nextLeaf() throws -> Int64
    /// Fills the place that `nextLeaf` gave.
    func append(_ seal: Seal) throws
    func makeSalt() -> [UInt8]
    func insertAudit(_ note: AuditNote) throws
}

extension RegistryTransaction {
    /// Seals a revision into the log and stores it.
    func seal(_ make: (_ salt: [UInt8], _ leaf: Int64) -> Revision) throws {
        let salt = makeSalt()
        let revision = make(salt, try nextLeaf())
        try append(revision.seal(salt: salt))
        try insertRevision(revision)
    }
}
