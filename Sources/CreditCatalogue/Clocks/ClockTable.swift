import CreditModel

/// What `clocks.yaml` holds: the rules by which records leave publication, disclosure and the archive.
public struct ClockTable: Sendable, Hashable {
    /// A profession whose register a law opens to the public. A profession without one is not published.
    public struct PublicRegister: Sendable, Hashable {
        public let profession: String
        public let basis: [Basis]
        public let verified: Bool
    }

    public struct Practitioners: Sendable, Hashable {
        public let registers: [PublicRegister]
        /// Codes of the practice status with which a licence has ended: nothing of it is published any more.
        public let endedStatuses: [String]
        /// The statute that lets decisions on a practice be published. Empty: none, and no item may publish them.
        public let decisions: [Basis]
    }

    /// Years after the record's own day for which the archive keeps it.
    public struct Archive: Sendable, Hashable {
        public let subject: SubjectKind
        public let years: Int
        public let basis: [Basis]
        public let verified: Bool
    }

    public let families: [RuleFamily]
    public let practitioners: Practitioners
    public let archives: [Archive]
    public let withdrawal: WithdrawalRule

    public func family(_ id: String) -> RuleFamily? { families.first { $0.id == id } }

    func archiveYears(_ subject: SubjectKind) -> Int? { archives.first { $0.subject == subject }?.years }
}

extension Catalogue {
    /// The rule set that `Clocks.ruleSet` names, for the page that explains a term.
    public func ruleSet(_ id: String) -> RuleSet? {
        for family in clocks.families {
            if let set = family.sets.first(where: { $0.id == id }) { return set }
        }
        return nil
    }
}
