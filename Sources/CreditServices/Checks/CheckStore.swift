import CreditModel
import CreditRegistry

/// What checks of many organisations need of a database.
public protocol CheckStore: Sendable {
    /// Subjects with their records, all from one snapshot; a merged one under the number it was asked by, as the one it is part of.
    func files(of subjects: [SubjectID]) async throws -> [SubjectID: CheckFile]
    /// Subjects as they are shown now, without records; merged ones as above.
    func states(of subjects: [SubjectID]) async throws -> [SubjectID: SubjectState]
    /// Checks by somebody with a name in which a subject was looked at, newest first (RIGHTS 13).
    func checks(about subject: SubjectID, limit: Int) async throws -> [CheckLook]
}

/// A subject with all its records.
public struct CheckFile: Sendable {
    /// The subject that it is shown as.
    public let subject: SubjectID
    public let state: SubjectState
    public let records: [RecordRow]

    public init(subject: SubjectID, state: SubjectState, records: [RecordRow]) {
        self.subject = subject
        self.state = state
        self.records = records
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
