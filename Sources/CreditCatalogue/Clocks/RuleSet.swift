import CreditModel

/// The terms of publication that held between two days. A record is judged by the set of its own day.
public struct RuleSet: Sendable, Hashable {
    /// What one class of dishonesty leads to.
    public struct Term: Sendable, Hashable {
        public let severity: Severity
        /// Whether the record is shown at all unless somebody decides otherwise.
        public let isPublished: Bool
        /// Calendar months before an early end may be asked for. Nil: no minimum.
        public let minimumMonths: Int?
        /// Calendar months after which the record leaves by itself. Nil only where it is not published.
        public let maximumMonths: Int?
        /// Whether an early end may be asked for before the maximum.
        public let isRepairable: Bool
        public let verified: Bool
        /// The rule in one sentence, for the page of a record.
        public let words: Bilingual
    }

    /// Which class a code leads to, and whether the text that says so was seen.
    public struct Classing: Sendable, Hashable {
        public let code: String
        public let severity: Severity
        public let verified: Bool
    }

    /// A longer minimum for decisions whose stated legal basis holds one of these words.
    public struct LongerMinimum: Sendable, Hashable {
        public let months: Int
        public let words: [String]
        public let basis: [Basis]
        public let verified: Bool
    }

    public let id: String
    public let title: Bilingual
    /// Nil only for the earliest set of a family.
    public let effectiveFrom: Day?
    /// Last day. Nil only for the set in force.
    public let effectiveTo: Day?
    public let basis: [Basis]
    public let verified: Bool
    /// What is known and not known about the rule.
    public let words: Bilingual
    /// The classes that this rule knows, lightest first. `general` is always there.
    public let terms: [Term]
    public let kinds: [Classing]
    public let procedures: [Classing]
    public let longerMinimum: LongerMinimum?

    /// The term for a class. A class that the rule does not know falls to the heaviest below it that it does know,
    /// else to the lightest: a statement never makes a term longer than the rule has for what was stated.
    public func term(_ severity: Severity) -> Term? {
        terms.last { $0.severity <= severity } ?? terms.first
    }
}

/// Rule sets that follow each other without gap or overlap, and the items that they judge.
public struct RuleFamily: Sendable, Hashable {
    /// Names of the fields from which the class and the term are found.
    public struct Fields: Sendable, Hashable {
        /// The day of the decision: starts the term and chooses the set.
        public let day: String
        public let kinds: String
        public let procedure: String
        /// The class that the department itself states; it wins over the derived one.
        public let severity: String
        public let legalBasis: String
    }

    public let id: String
    public let title: Bilingual
    public let items: [String]
    public let fields: Fields
    /// Oldest first.
    public let sets: [RuleSet]

    /// The set in force on a day.
    public func set(on day: Day) -> RuleSet? {
        sets.last { set in set.effectiveFrom.map { $0 <= day } ?? true }
    }
}
