import CreditCatalogue
import CreditModel
import TestSupport
import Testing

@Suite("working days")
struct CalendarTests {
    @Test(
        "2026: holidays are off and their make-up days are worked",
        arguments: [
            ("2025-12-31", true), ("2026-01-01", false), ("2026-01-02", false), ("2026-01-03", false),
            ("2026-01-04", true), ("2026-02-14", true),
            ("2026-02-15", false), ("2026-02-16", false), ("2026-02-20", false), ("2026-02-23", false),
            ("2026-02-24", true), ("2026-02-28", true),
            ("2026-04-06", false), ("2026-05-05", false), ("2026-05-09", true), ("2026-06-19", false),
            ("2026-09-20", true), ("2026-09-25", false),
            ("2026-10-01", false), ("2026-10-07", false), ("2026-10-08", true), ("2026-10-10", true),
            ("2026-10-11", false), ("2026-11-23", true),
        ])
    func year2026(_ day: String, _ isWorkday: Bool) throws {
        #expect(try SharedCatalogue.load().calendar.isWorkday(try #require(Day(iso: day))) == isWorkday)
    }

    @Test(
        "a term in working days skips holidays and counts make-up days",
        arguments: [
            ("2026-09-30", 7, "2026-10-15"), ("2026-02-13", 1, "2026-02-14"), ("2026-02-13", 2, "2026-02-24"),
            ("2026-02-14", 1, "2026-02-24"), ("2026-02-16", 1, "2026-02-24"),
            ("2025-12-31", 1, "2026-01-04"), ("2026-11-20", 1, "2026-11-23"), ("2026-11-21", 1, "2026-11-23"),
            ("2026-11-23", 0, "2026-11-23"), ("2026-04-30", 3, "2026-05-08"),
        ])
    func adding(_ start: String, _ count: Int, _ end: String) throws {
        #expect(
            try SharedCatalogue.load().calendar.adding(workingDays: count, to: try #require(Day(iso: start)))
                .description == end)
    }

    @Test("the announced years are without gap, and beyond them weekends are the only days off")
    func years() throws {
        let calendar = try SharedCatalogue.load().calendar
        #expect(calendar.years == 2007...2026)
        #expect(calendar.isWorkday(try #require(Day(iso: "2031-10-01"))))
        #expect(!calendar.isWorkday(try #require(Day(iso: "2031-10-04"))))
    }

    @Test("counting working days undoes adding them", arguments: Seeds.standard)
    func inverse(seed: UInt64) throws {
        var rng = SplitMix64(seed)
        let calendar = try SharedCatalogue.load().calendar
        let first = try #require(Day(iso: "2007-01-01"))
        for _ in 0..<100 {
            let start = first.adding(days: Int.random(in: 0..<7400, using: &rng))
            let count = Int.random(in: 1...60, using: &rng)
            let end = calendar.adding(workingDays: count, to: start)
            #expect(calendar.isWorkday(end), "seed \(seed)")
            #expect(calendar.workingDays(from: start, to: end) == count, "seed \(seed)")
            #expect(calendar.workingDays(from: end, to: start) == 0, "seed \(seed)")
        }
    }
}
