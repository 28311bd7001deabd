import CreditModel
import CreditServices
import CreditStore
import TestSupport
import Testing

@Suite("lists of one item over all subjects", .onBothEngines)
struct ListTests {
    private struct Entry {
        let document: String
        let authority: String
        let kinds: String
        let day: Day
        let name: String
    }

    /// Sixty penalties of twelve bodies, some of them on the same day.
    private func city(seed: UInt64) async throws -> (City, [Entry]) {
        var rng = SplitMix64(seed)
        let first = try #require(Day(iso: "2025-01-01"))
        let entries = (0..<60).map { number in
            Entry(
                document: "示市监罚〔2025〕\(number)号",
                authority: ["示例市市场监督管理局", "示例市税务局", "示例市生态环境局"].randomElement(using: &rng) ?? "",
                kinds: ["罚款", "没收非法财物", "罚款；警告", "没收违法所得"].randomElement(using: &rng) ?? "",
                day: first.adding(days: Int.random(in: 0..<20, using: &rng)), name: "示例第\(number % 12)公司")
        }
        let city = try await City()
        let rows = entries.enumerated().map { number, entry in
            Rows.penalty(
                entry.name, Codes.unified(number % 12), document: entry.document, kinds: entry.kinds, content: "见决定书",
                fine: "", on: entry.day.description, authority: entry.authority)
        }
        try await city.deliver("penalty", [Rows.penalty] + rows)
        return (city, entries)
    }

    private func query(_ change: (inout ListQuery) -> Void = { _ in }) -> ListQuery {
        var query = ListQuery(item: "administrative-penalty", shownOn: City.today, limit: 1000)
        change(&query)
        return query
    }

    private func documents(_ page: ListPage) -> Set<String> {
        Set(page.rows.compactMap { $0.values["documentNumber"] })
    }

    @Test("filters give exactly what a linear scan gives", arguments: Seeds.standard.prefix(3))
    func filters(seed: UInt64) async throws {
        let (city, entries) = try await city(seed: seed)
        func check(_ change: (inout ListQuery) -> Void, _ keep: (Entry) -> Bool) async throws {
            let page = try await city.store.list(query(change))
            let expected = Set(entries.filter(keep).map(\.document))
            #expect(documents(page) == expected, "seed \(seed)")
            #expect(page.total == expected.count)
            let days = page.rows.map { $0.day ?? "" }
            #expect(days == days.sorted(by: >), "newest first")
        }
        let (from, to) = (try #require(Day(iso: "2025-01-05")), try #require(Day(iso: "2025-01-09")))
        try await check({ _ in }) { _ in true }
        try await check({ $0.authority = "示例市税务局" }) { $0.authority == "示例市税务局" }
        try await check({ $0.kind = "fine" }) { $0.kinds.contains("罚款") }
        try await check({ $0.kind = "warning" }) { $0.kinds.contains("警告") }
        try await check({ $0.kind = "fin" }) { _ in false }
        try await check({ ($0.from, $0.to) = (from, to) }) { $0.day >= from && $0.day <= to }
        try await check({ $0.words = "第1" }) { $0.name.contains("第1") }
        try await check({ $0.words = "〕5" }) { $0.document.contains("〕5") }
        try await check({ ($0.authority, $0.kind, $0.from) = ("示例市税务局", "fine", from) }) {
            $0.authority == "示例市税务局" && $0.kinds.contains("罚款") && $0.day >= from
        }
        for words in ["%", "_", "\\", "'", "无此"] { try await check({ $0.words = words }) { _ in false } }
        #expect(
            Set(try await city.store.authorities(of: "administrative-penalty", shownOn: City.today, limit: 10))
                == Set(entries.map(\.authority)))
        #expect(try await city.store.list(ListQuery(item: "honour", shownOn: City.today)).total == 0)
    }

    @Test("a download continues behind the last record, without a gap or a repeat", arguments: Seeds.standard.prefix(3))
    func keyset(seed: UInt64) async throws {
        let (city, entries) = try await city(seed: seed)
        let whole = try await city.store.list(query()).rows.map(\.id)
        #expect(whole.count == entries.count)
        var read: [RecordID] = []
        var after: ListQuery.Position?
        while true {
            let rows = try await city.store.list(query { ($0.after, $0.limit) = (after, 7) }).rows
            guard let last = rows.last else { break }
            read += rows.map(\.id)
            after = ListQuery.Position(day: last.day ?? "", id: last.id)
        }
        #expect(read == whole, "seed \(seed)")
        var paged: [RecordID] = []
        while paged.count < whole.count {
            paged += try await city.store.list(query { ($0.offset, $0.limit) = (paged.count, 7) }).rows.map(\.id)
        }
        #expect(paged == whole, "seed \(seed)")
    }

    @Test("totals count what is shown today, item by item")
    func totals() async throws {
        let (city, _) = try await city(seed: 1)
        let totals = try await city.store.totals(shownOn: City.today)
        #expect(totals.organisations == 12)
        #expect(totals.shownByItem == ["administrative-penalty": 60])
        #expect(totals.lastReceivedAt == City.now)
        #expect(try await city.store.totals(shownOn: try #require(Day(iso: "2030-01-01"))).shownByItem.isEmpty)
    }
}
