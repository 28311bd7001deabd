import CreditModel

/// China's working days: weekdays less public holidays plus make-up days, as announced year by year.
///
/// Most deadlines in law count working days (行政处罚法 art. 85).
public struct WorkdayCalendar: Sendable {
    let off: Set<Day>
    let work: Set<Day>
    /// Years whose holidays were announced. Outside them weekends are the only days off, and answers are provisional.
    public let years: ClosedRange<Int>?

    init(off: Set<Day>, work: Set<Day>, years: ClosedRange<Int>?) {
        self.off = off
        self.work = work
        self.years = years
    }

    public func isWorkday(_ day: Day) -> Bool {
        if work.contains(day) { return true }
        if off.contains(day) { return false }
        return day.weekday <= 5
    }

    /// The day on which the n-th working day after `day` falls; the day itself does not count.
    public func adding(workingDays count: Int, to day: Day) -> Day {
        var current = day
        var left = count
        while left > 0 {
            current = current.adding(days: 1)
            if isWorkday(current) { left -= 1 }
        }
        return current
    }

    /// Working days after `start` up to and including `end`; 0 where `end` is not later.
    public func workingDays(from start: Day, to end: Day) -> Int {
        var count = 0
        var current = start.adding(days: 1)
        while current <= end {
            if isWorkday(current) { count += 1 }
            current = current.adding(days: 1)
        }
        return count
    }
}
