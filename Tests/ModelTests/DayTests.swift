import CreditModel
import TestSupport
import Testing

@Suite("days")
struct DayTests {
    @Test("every day from 1900 to 2100 counts, prints and reads back as itself")
    func roundTrip() throws {
        let first = try #require(Day(year: 1900, month: 1, day: 1))
        var (year, month, dayOfMonth, weekday) = (1900, 1, 1, 1)  // 1900-01-01 was a Monday
        var current = first
        var wrong: [String] = []
        while year <= 2100 {
            let expected = "\(year)-\(month < 10 ? "0" : "")\(month)-\(dayOfMonth < 10 ? "0" : "")\(dayOfMonth)"
            let parts = current.parts
            if current.description != expected || Day(iso: expected) != current || current.weekday != weekday
                || parts.year != year || parts.month != month || parts.day != dayOfMonth
            {
                wrong.append("\(expected): \(current), weekday \(current.weekday)")
            }
            // The calendar once more, counted by hand.
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            dayOfMonth += 1
            if dayOfMonth > length { (dayOfMonth, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
            weekday = weekday % 7 + 1
            current = current.adding(days: 1)
        }
        #expect(wrong.isEmpty)
        #expect(current.daysSinceEpoch - first.daysSinceEpoch == 73_414)
    }

    @Test("the first day of the epoch is 1970-01-01 and the open end is 2099-12-31")
    func anchors() {
        #expect(Day(daysSinceEpoch: 0).description == "1970-01-01")
        #expect(Day.openEnd.description == "2099-12-31")
        #expect(Day.openEnd.isOpenEnd)
    }

    @Test(
        "a day that does not exist is no day",
        arguments: [
            (2025, 2, 29), (1900, 2, 29), (2100, 2, 29), (2024, 2, 30), (2025, 4, 31), (2025, 13, 1), (2025, 0, 1),
            (2025, 1, 0), (0, 1, 1), (10_000, 1, 1), (2025, -1, -1),
        ])
    func impossible(_ year: Int, _ month: Int, _ day: Int) { #expect(Day(year: year, month: month, day: day) == nil) }

    @Test("leap days exist in leap years", arguments: [(2000, 2, 29), (2024, 2, 29), (1904, 2, 29)])
    func leap(_ year: Int, _ month: Int, _ day: Int) { #expect(Day(year: year, month: month, day: day) != nil) }

    @Test(
        "only YYYY-MM-DD is read",
        arguments: ["2025-1-1", "2025/01/01", "20250101", "2025-01-01 ", "２０２５-01-01", "2025-01-0a", "-025-01-01", ""])
    func isoOnly(_ text: String) { #expect(Day(iso: text) == nil) }

    @Test(
        "months are added to the same day, or to the last day of a shorter month",
        arguments: [
            ("2025-01-31", 1, "2025-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"), ("2025-08-31", 1, "2025-09-30"), ("2025-05-20", 36, "2028-05-20"),
            ("2025-12-31", 2, "2026-02-28"), ("2025-11-30", 3, "2026-02-28"), ("2025-03-31", -1, "2025-02-28"),
            ("2025-01-15", -1, "2024-12-15"), ("2025-06-30", 0, "2025-06-30"),
        ])
    func addingMonths(_ start: String, _ months: Int, _ expected: String) throws {
        #expect(try #require(Day(iso: start)).adding(months: months).description == expected)
    }

    @Test("a later day compares greater, in numbers as in text", arguments: Seeds.standard)
    func order(seed: UInt64) {
        var rng = SplitMix64(seed)
        for _ in 0..<200 {
            let (a, b) = (
                Day(daysSinceEpoch: .random(in: -25_000...47_481, using: &rng)),
                Day(daysSinceEpoch: .random(in: -25_000...47_481, using: &rng))
            )
            #expect((a < b) == (a.description < b.description), "seed \(seed)")
        }
    }
}

@Suite("instants")
struct InstantTests {
    @Test(
        "an instant prints in UTC and falls on China's day",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z", "1970-01-01 08:00"),
            (-1, "1969-12-31T23:59:59.999Z", "1970-01-01 07:59"),
            (1_774_972_799_999, "2026-03-31T15:59:59.999Z", "2026-03-31 23:59"),
            (1_774_972_800_000, "2026-03-31T16:00:00.000Z", "2026-04-01 00:00"),
            (-28_800_001, "1969-12-31T15:59:59.999Z", "1969-12-31 23:59"),
            (951_782_400_001, "2000-02-29T00:00:00.001Z", "2000-02-29 08:00"),
        ])
    func prints(_ milliseconds: Int64, _ utc: String, _ china: String) {
        let instant = Instant(milliseconds: milliseconds)
        #expect(instant.description == utc)
        #expect(instant.chinaMinute == china)
        #expect(instant.day.description == String(china.prefix(10)))
    }
}
