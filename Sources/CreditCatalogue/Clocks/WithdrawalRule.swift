import CreditModel

/// How soon a published decision that was changed, revoked, or held unlawful or void leaves publication.
///
/// Source: 行政处罚法 art. 48 (three days) and art. 85 (days are working days).
public struct WithdrawalRule: Sendable, Hashable {
    public let workingDays: Int
    public let basis: [Basis]
    public let verified: Bool

    /// Last day on which the decision may still be shown. The day of the revocation does not count.
    public func dueDay(revokedOn day: Day, calendar: WorkdayCalendar) -> Day {
        calendar.adding(workingDays: workingDays, to: day)
    }
}
