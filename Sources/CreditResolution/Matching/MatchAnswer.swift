import CreditModel

/// Whom a row says it is about, as far as it says.
public struct MatchQuery: Sendable {
    public var name: String?
    public var identifiers: [Identifier]
    /// A unified code that does not pass its check, as written: it may be one slip away from a known one.
    public var faultyCode: String?
    public var particulars: Particulars?

    public init(
        name: String? = nil, identifiers: [Identifier] = [], faultyCode: String? = nil, particulars: Particulars? = nil
    ) {
        self.name = name
        self.identifiers = identifiers
        self.faultyCode = faultyCode
        self.particulars = particulars
    }

    /// A row with a code in one column, as departments write it: valid, of an older kind, or faulty.
    public init(name: String?, code: String?, particulars: Particulars? = nil) {
        self.init(name: name, particulars: particulars)
        guard let code, !code.isEmpty else { return }
        let folded = Folding.code(code)
        if let unified = try? UnifiedCode(folded) {
            identifiers = [Identifier(.unifiedCode, unified.text)]
        } else if let organisation = try? OrganisationCode(folded) {
            identifiers = [Identifier(.organisationCode, organisation.text)]
        } else if let registration = try? RegistrationNumber(folded) {
            let scheme: IdentifierScheme = registration.isVerifiable ? .registrationNumber : .legacyRegistration
            identifiers = [Identifier(scheme, registration.text)]
        } else {
            faultyCode = folded
        }
    }
}

public enum MatchDecision: String, Sendable, Hashable, CaseIterable {
    /// Surely this subject: a rule says so.
    case match
    /// A person must look.
    case review
    /// Nobody known.
    case none
}

public struct MatchAnswer: Sendable {
    public struct Candidate: Sendable {
        public let subject: SubjectID
        /// 0...1: how surely the row is about this subject.
        public let confidence: Double
        /// How the name by which it was found stands to the row's; nil where a number found it.
        public let comparison: NameComparison?
        /// The folded name by which it was found.
        public let name: NameParts?
        public let kind: NameKind?
        public let agreement: Particulars.Agreement
    }

    public let decision: MatchDecision
    /// The subject of a match, the likeliest of a review.
    public var subject: SubjectID? { decision == .none ? nil : candidates.first?.subject }
    /// 0...1: how surely the row is about the first candidate.
    public let confidence: Double
    public let reason: MatchReason
    /// At most five, likeliest first.
    public let candidates: [Candidate]

    /// For a row whose own valid number says whom it is about, and that nothing contradicts.
    public static let byOwnNumber = MatchAnswer(decision: .match, confidence: 1, reason: .ownNumber, candidates: [])
}
