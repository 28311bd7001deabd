import CreditModel

/// The days on which a record leaves each circle (RIGHTS 12), computed from its own dates and from nothing else.
///
/// Always `publishedUntil ≤ disclosedUntil ≤ archivedUntil`.
public struct Clocks: Sendable, Hashable {
    /// Last day on public pages. Nil: never shown. `Day.openEnd`: no end.
    public let publishedUntil: Day?
    /// Last day on which the record may be disclosed at all: shared, used, given on request.
    public let disclosedUntil: Day
    /// Last day in the archive; afterwards payload and salt are erased. `Day.openEnd` while what it says still holds.
    public let archivedUntil: Day
    /// The class whose term was applied, where a rule set decides.
    public let severity: Severity?
    /// First day on which an early end may be asked for. Nil: there is none, or no rule states one.
    public let repairableFrom: Day?
    /// The rule set that judged the record, for `Catalogue.ruleSet(_:)`.
    public let ruleSet: String?

    public init(
        publishedUntil: Day?, disclosedUntil: Day, archivedUntil: Day, severity: Severity? = nil,
        repairableFrom: Day? = nil, ruleSet: String? = nil
    ) {
        self.publishedUntil = publishedUntil
        self.disclosedUntil = disclosedUntil
        self.archivedUntil = archivedUntil
        self.severity = severity
        self.repairableFrom = repairableFrom
        self.ruleSet = ruleSet
    }
}
