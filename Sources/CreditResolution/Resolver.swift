import CreditIntake
import CreditModel

/// Looks subjects up by their numbers. The store implements it; tests use a dictionary.
public protocol SubjectIndex {
    func subject(identifiedBy identifier: Identifier) throws -> SubjectID?
    /// Whether a subject is or was called this, compared by `OrganisationName.key`.
    func isNamed(_ subject: SubjectID, key: String) throws -> Bool
}

/// Why a row could not be filed under anybody. It is kept, shown to the department, and waits for an officer.
public enum WaitingReason: String, Sendable, Hashable, CaseIterable {
    /// The row names somebody but gives no number.
    case noIdentifier = "no-identifier"
    /// Its only number is of a kind that several bodies may share.
    case legacyIdentifierOnly = "legacy-identifier-only"
    /// Its numbers belong to two subjects that are already known.
    case identifiersDisagree = "identifiers-disagree"
    /// The number belongs to nobody known, and the row does not say a name under which to open a file.
    case nameMissing = "name-missing"
}

/// A draft together with the decision whom it is about. Only resolution can make one.
public struct ResolvedDraft: Sendable {
    public enum Decision: Sendable, Hashable {
        case known(SubjectID)
        /// Nobody has these numbers yet: a file is opened under them.
        case new
        case waiting(WaitingReason)
    }
    public let draft: Draft
    public let decision: Decision

    init(draft: Draft, decision: Decision) {
        self.draft = draft
        self.decision = decision
    }
}

/// Decides by identifiers alone. Two rows with the same numbers always go to the same subject, in any order.
public struct Resolver: Sendable {
    public init() {}

    public func resolve(_ draft: Draft, in index: some SubjectIndex) throws -> ResolvedDraft {
        let definite = draft.subject.identifiers.filter(\.scheme.isDefinite)
        guard !definite.isEmpty else {
            return ResolvedDraft(draft: draft, decision: try resolveLegacy(draft.subject, in: index))
        }
        var found: SubjectID?
        for identifier in definite {
            guard let subject = try index.subject(identifiedBy: identifier) else { continue }
            if let found, found != subject {
                return ResolvedDraft(draft: draft, decision: .waiting(.identifiersDisagree))
            }
            found = subject
        }
        if let found { return ResolvedDraft(draft: draft, decision: .known(found)) }
        guard draft.subject.name != nil else { return ResolvedDraft(draft: draft, decision: .waiting(.nameMissing)) }
        return ResolvedDraft(draft: draft, decision: .new)
    }

    /// A number that nobody can check files a row only together with the name it is known by; a registration may open a file.
    private func resolveLegacy(_ claim: SubjectClaim, in index: some SubjectIndex) throws -> ResolvedDraft.Decision {
        guard let identifier = claim.identifiers.first else { return .waiting(.noIdentifier) }
        guard let name = claim.name else { return .waiting(.legacyIdentifierOnly) }
        if let subject = try index.subject(identifiedBy: identifier) {
            return try index.isNamed(subject, key: OrganisationName.key(name))
                ? .known(subject) : .waiting(.legacyIdentifierOnly)
        }
        return claim.isRegistration ? .new : .waiting(.legacyIdentifierOnly)
    }
}
