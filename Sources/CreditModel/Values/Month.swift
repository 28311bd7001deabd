/// A calendar month in China's civil time, counted from January of the year 0, so that months add like numbers.
public struct Month: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// `year × 12 + month − 1`.
    public let number: Int32

    public init(number: Int32) { self.number = number }

    public init(year: Int, month: Int) { number = Int32(clamping: year * 12 + month - 1) }

    public init(_ day: Day) {
        let parts = day.parts
        self.init(year: parts.year, month: parts.month)
    }

    /// Reads `YYYY-MM` of the years 1 to 9999 and nothing else.
    public init?(iso text: String) {
        guard let first = Day(iso: text + "-01") else { return nil }
        self.init(first)
    }

    public var year: Int { Int(number) / 12 }
    /// 1 to 12.
    public var month: Int { Int(number) % 12 + 1 }

    public var firstDay: Day { Day(year: year, month: month, day: 1) ?? .openEnd }
    public var lastDay: Day { Day(year: year, month: month, day: Day.length(ofMonth: month, year: year)) ?? .openEnd }

    public func adding(_ months: Int) -> Month { Month(number: number + Int32(clamping: months)) }

    /// `YYYY-MM`.
    public var description: String { String(firstDay.description.prefix(7)) }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension Month: Strideable {
    public func distance(to other: Month) -> Int { Int(other.number) - Int(number) }
    public func advanced(by count: Int) -> Month { adding(count) }
}
