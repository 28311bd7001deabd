import CreditModel
import CreditRegistry

/// What checks of many organisations need of a database.
public protocol CheckStore: Sendable {
    /// What `body` makes of the files of subjects, all from one snapshot; a merged one under the number it was asked by, as the one
    /// it is part of. Only some files are in memory at a time.
    /// - Parameters:
    ///   - read: items whose records are wanted in full.
    ///   - counted: items of whose records only the heads are wanted.
    func files<T: Sendable>(
        of subjects: [SubjectID], read: [String], counted: [String], _ body: @Sendable @escaping (CheckFile) -> T
    ) async throws -> [SubjectID: T]
    /// Subjects as they are shown now, without records; merged ones as above.
    func states(of subjects: [SubjectID]) async throws -> [SubjectID: SubjectState]
    /// Checks by somebody with a name in which a subject was looked at, newest first (RIGHTS 13).
    func checks(about subject: SubjectID, limit: Int) async throws -> [CheckLook]
}

/// A subject with its records of some items.
public struct CheckFile: Sendable {
    /// The subject that it is shown as.
    public let subject: SubjectID
    public let state: SubjectState
    /// Those of the items that are read.
    public let records: [RecordRow]
    /// Those of the items that are counted.
    public let heads: [RecordHead]

    public init(subject: SubjectID, state: SubjectState, records: [RecordRow], heads: [RecordHead]) {
        self.subject = subject
        self.state = state
        self.records = records
        self.heads = heads
    }
}

/// One look at a subject among many others.
public struct CheckLook: Sendable, Hashable {
    public let at: Instant
    public let actor: Actor
    /// Id of a purpose.
    public let purpose: String

    public init(at: Instant, actor: Actor, purpose: String) {
        self.at = at
        self.actor = actor
        self.purpose = purpose
    }
}
