import CreditModel
import CreditRegistry

/// The counts behind statistics: kept with every change, never gathered from records when somebody asks (docs/decisions/0030).
/// None is about one organisation or one person.
public protocol StatisticsStore: Sendable {
    /// Records about organisations that stand and that the rules publish, now or once, by the month of their day, grouped by what is asked for.
    func decisions(items: [String], in months: ClosedRange<Month>, by dimensions: [DecisionDimension]) async throws
        -> [DecisionCount]
    /// Organisations on file by division and section of their line of business.
    func organisations() async throws -> [OrganisationCount]
    /// Public records about organisations by the month in which their publication ends, from a day on.
    func endings(from day: Day, through last: Day) async throws -> [EndingCount]
    /// Acts upon records by the month in which they were recorded.
    func acts(in months: ClosedRange<Month>) async throws -> [ActCount]
    /// Marks that ended in these months, and all that stand.
    func marks(endedIn months: ClosedRange<Month>) async throws -> [MarkCount]
    /// Deliveries by department, feed and month.
    func deliveries(in months: ClosedRange<Month>) async throws -> [DeliveryCount]
    func faults(in months: ClosedRange<Month>) async throws -> [FaultCount]
    /// When each department last delivered each feed.
    func lastDeliveriesByDepartment() async throws -> [LastDelivery]
}

public enum DecisionDimension: String, Sendable, Hashable, CaseIterable { case item, month, division, sector }

public struct DecisionCount: Sendable, Hashable {
    /// Empty where it was not asked for; so are the others. A section or a division that is not known is empty, too.
    public var item = ""
    public var month: Month?
    public var division = ""
    public var sector = ""
    public var count = 0

    public init() {}
}

public struct OrganisationCount: Sendable, Hashable {
    public let division: String
    public let sector: String
    public let count: Int

    public init(division: String, sector: String, count: Int) {
        (self.division, self.sector, self.count) = (division, sector, count)
    }
}

public struct EndingCount: Sendable, Hashable {
    public let item: String
    public let month: Month
    public let count: Int

    public init(item: String, month: Month, count: Int) { (self.item, self.month, self.count) = (item, month, count) }
}

public struct ActCount: Sendable, Hashable {
    public let item: String
    public let act: Act
    public let reason: Reason?
    public let month: Month
    public let count: Int

    public init(item: String, act: Act, reason: Reason?, month: Month, count: Int) {
        (self.item, self.act, self.reason, self.month, self.count) = (item, act, reason, month, count)
    }
}

/// Records that were marked as contested on one day and answered on another.
public struct MarkCount: Sendable, Hashable {
    public let reason: Reason?
    public let markedOn: Day
    /// Nil while it stands.
    public let endedOn: Day?
    public let count: Int

    public init(reason: Reason?, markedOn: Day, endedOn: Day?, count: Int) {
        (self.reason, self.markedOn, self.endedOn, self.count) = (reason, markedOn, endedOn, count)
    }
}

public struct DeliveryCount: Sendable, Hashable {
    /// Unified code; nil where the delivery did not say.
    public var department: String?
    public var feed: String
    public var month: Month
    public var batches = 0
    public var rows = 0
    public var accepted = 0
    public var updated = 0
    public var unchanged = 0
    public var rejected = 0
    public var waiting = 0
    /// New records that are due within so many working days, and those that came later.
    public var judged = 0
    public var late = 0

    public init(department: String?, feed: String, month: Month) {
        (self.department, self.feed, self.month) = (department, feed, month)
    }
}

public struct FaultCount: Sendable, Hashable {
    public let department: String?
    public let feed: String
    public let month: Month
    public let code: String
    public let count: Int

    public init(department: String?, feed: String, month: Month, code: String, count: Int) {
        (self.department, self.feed, self.month, self.code, self.count) = (department, feed, month, code, count)
    }
}

public struct LastDelivery: Sendable, Hashable {
    public let department: String?
    public let feed: String
    public let at: Instant

    public init(department: String?, feed: String, at: Instant) {
        (self.department, self.feed, self.at) = (department, feed, at)
    }
}
