import CreditCatalogue
import CreditIntake
import CreditModel

/// Looks subjects up by their numbers. The store implements it; tests use a dictionary.
public protocol SubjectIndex {
    func subject(identifiedBy identifier: Identifier) throws -> SubjectID?
    /// Whether a subject is or was called this, compared by `OrganisationName.key`.
    func isNamed(_ subject: SubjectID, key: String) throws -> Bool
    /// Whom a name means, among all organisations known so far; see `Matcher`.
    func match(_ query: MatchQuery, divisions: Divisions) throws -> MatchAnswer
}

/// Why a row could not be filed under anybody. It is kept, shown to the department, and waits for an officer.
public enum WaitingReason: String, Sendable, Hashable, CaseIterable {
    /// The row names somebody but gives no number.
    case noIdentifier = "no-identifier"
    /// Its only number is of a kind that several bodies may share.
    case legacyIdentifierOnly = "legacy-identifier-only"
    /// Its numbers belong to two subjects that are already known.
    case identifiersDisagree = "identifiers-disagree"
    /// The name is near to others, and no rule decides.
    case nameUnclear = "name-unclear"
    /// The number is one subject's, the name another's altogether.
    case nameDisagrees = "name-disagrees"
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
    /// How the name decided, where no number did.
    public let answer: MatchAnswer?

    init(draft: Draft, decision: Decision, answer: MatchAnswer? = nil) {
        self.draft = draft
        self.decision = decision
        self.answer = answer
    }
}

/// Decides by identifiers; by the name where a row has none that decides. Two rows with the same numbers always go to the same
/// subject, in any order.
public struct Resolver: Sendable {
    private let divisions: Divisions

    public init(divisions: Divisions) { self.divisions = divisions }

    public func resolve(_ draft: Draft, in index: some SubjectIndex) throws -> ResolvedDraft {
        let definite = draft.subject.identifiers.filter(\.scheme.isDefinite)
        guard !definite.isEmpty else { return try resolveByName(draft, in: index) }
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
    /// Without any number the name decides, where a rule says that it does. A practitioner is never found by name (RIGHTS 2),
    /// and a registration never renames whom it does not number.
    private func resolveByName(_ draft: Draft, in index: some SubjectIndex) throws -> ResolvedDraft {
        let claim = draft.subject
        let legacy = claim.identifiers.first
        let reason: WaitingReason = legacy == nil ? .noIdentifier : .legacyIdentifierOnly
        guard let name = claim.name, claim.kind == .organisation else {
            return ResolvedDraft(draft: draft, decision: .waiting(reason))
        }
        if let legacy {
            if let subject = try index.subject(identifiedBy: legacy) {
                let agrees = try index.isNamed(subject, key: OrganisationName.key(name))
                return ResolvedDraft(draft: draft, decision: agrees ? .known(subject) : .waiting(reason))
            }
            if claim.isRegistration { return ResolvedDraft(draft: draft, decision: .new) }
        }
        if claim.isRegistration { return ResolvedDraft(draft: draft, decision: .waiting(reason)) }
        let answer = try index.match(MatchQuery(name: name), divisions: divisions)
        switch (answer.decision, answer.subject) {
        case (.match, let subject?): return ResolvedDraft(draft: draft, decision: .known(subject), answer: answer)
        case (.review, _): return ResolvedDraft(draft: draft, decision: .waiting(.nameUnclear), answer: answer)
        default: return ResolvedDraft(draft: draft, decision: .waiting(reason), answer: answer)
        }
    }
}
