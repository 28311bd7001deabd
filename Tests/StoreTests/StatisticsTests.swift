import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

/// Statistics come from counts that move with every change, and never differ from what could be counted.
@Suite("statistics", .onBothEngines)
struct StatisticsTests {
    private static let registration = ["企业名称", "统一社会信用代码", "登记状态", "行政区划", "成立日期", "行业"]
    private static let practitioner = "19901202410000099"

    /// What a subject was last registered as.
    private struct Registered {
        var division = "990102"
        var sector = ""
    }

    private func moment(_ hour: Int64) -> Instant { Instant(milliseconds: City.now.milliseconds + hour * 3_600_000) }

    private func differences(_ city: City) async throws -> Int {
        try await city.store.database.read { connection in
            try CountTable.all.reduce(0) { try $0 + $1.differences(connection) }
        }
    }

    /// Counts from the records themselves, by another way than the store's own recount.
    private func scan(_ city: City, _ registered: [Int: Registered]) async throws -> [[String]: Int] {
        var counts: [[String]: Int] = [:]
        for (number, place) in registered {
            guard let file = try await city.store.file(code: Codes.unified(number)) else { continue }
            for row in file.rows where row.standing == .standing && row.clocks.publishedUntil != nil {
                let month = row.day.flatMap { Day(iso: $0) }.map { Month($0).description } ?? ""
                counts[[row.item, month, place.division, place.sector], default: 0] += 1
            }
        }
        return counts
    }

    private func kept(_ city: City) async throws -> [[String]: Int] {
        let counts = try await city.store.decisions(
            items: city.catalogue.items.map(\.id), in: Month(number: 0)...Month(year: 2200, month: 1),
            by: [.item, .month, .division, .sector])
        return Dictionary(
            uniqueKeysWithValues: counts.map { count in
                ([count.item, count.month.map { $0.number == 0 ? "" : $0.description } ?? "", count.division, count.sector], count.count)
            })
    }

    @Test("after any deliveries, corrections, withdrawals, marks and ends of terms the counts are those of a scan", arguments: [1, 2, 3, 5] as [UInt64])
    func follow(seed: UInt64) async throws {
        var random = SplitMix64(seed)
        let city = try await City()
        var registered: [Int: Registered] = [:]
        var hour: Int64 = 0
        let sectors = [("制造业", "C"), ("H62", "H"), ("5299", "F"), ("说不清的行业", "")]
        let divisions = ["990101", "990102", "990107"]
        for _ in 0..<24 {
            hour += Int64.random(in: 1...200, using: &random)
            let numbers = (0..<4).map { _ in Int.random(in: 1...6, using: &random) }
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                var rows: [[String]] = []
                for number in Set(numbers).sorted() {
                    let (industry, sector) = sectors.randomElement(using: &random) ?? ("", "")
                    let division = divisions.randomElement(using: &random) ?? ""
                    rows.append(["示例市第\(number)号机械有限公司", Codes.unified(number), "存续", division, "2018-05-04", industry])
                    registered[number, default: Registered()].division = division
                    // What cannot be told leaves what was known.
                    if !sector.isEmpty { registered[number]?.sector = sector }
                }
                try await city.deliver("registration", [Self.registration] + rows, at: moment(hour))
            case 1, 2:
                var rows: [[String]] = []
                for (index, number) in numbers.enumerated() {
                    let day = Day(daysSinceEpoch: Int32.random(in: 18_900...20_700, using: &random))
                    rows.append(
                        Rows.penalty(
                            "示例市第\(number)号机械有限公司", Codes.unified(number),
                            document: "示市监罚〔2026〕\(hour)\(index)号", kinds: Bool.random(using: &random) ? "罚款" : "警告",
                            on: Int.random(in: 0..<8, using: &random) == 0 ? "看不清" : day.description))
                    if rows.last?[10] != "看不清" { registered[number] = registered[number] ?? Registered() }
                }
                try await city.deliver("penalty", [Rows.penalty] + rows, at: moment(hour))
            case 3:
                try await city.deliver(
                    "practitioner", [Rows.practitioner, Rows.practitioner("示例丁", Self.practitioner)], at: moment(hour))
            default:
                try await amend(city, numbers[0], hour, &random)
            }
            #expect(try await differences(city) == 0, "after \(hour) hours")
            #expect(try await kept(city) == scan(city, registered), "after \(hour) hours")
        }
        let organisations = try await city.store.organisations().reduce(0) { $0 + $1.count }
        #expect(organisations == registered.count)
        #expect(try await city.verify().findings.isEmpty)
        // Circle after circle, until everything is erased.
        for years in [2, 4, 9, 30] {
            let day = City.today.adding(months: 12 * years)
            let instant = Instant(milliseconds: Int64(day.daysSinceEpoch) * 86_400_000 + 3_600_000)
            _ = try await city.store.runTerms(today: day, at: instant)
            #expect(try await differences(city) == 0, "after \(years) years")
        }
        let left = try await city.store.decisions(
            items: ["administrative-penalty"], in: Month(number: 1)...Month(year: 2200, month: 1), by: [])
        #expect(left.first?.count == 0, "what is erased is no longer counted")
    }

    /// Any act that may follow, upon any penalty of a subject.
    private func amend(_ city: City, _ number: Int, _ hour: Int64, _ random: inout SplitMix64) async throws {
        guard let file = try await city.store.file(code: Codes.unified(number)),
            let row = file.rows.filter({ $0.item == "administrative-penalty" }).randomElement(using: &random)
        else { return }
        let acts: [(Act, Reason, [String: String])] = [
            (.withdraw, .decisionRevoked, [:]), (.restore, .withdrawalRevoked, [:]), (.mark, .objection, [:]),
            (.unmark, .answered, [:]), (.shield, .reorganisation, [:]),
            (.correct, .providerCorrection, ["decidedOn": "2024-0\(Int.random(in: 1...9, using: &random))-11"]),
        ]
        for (act, reason, edits) in acts.shuffled(using: &random) {
            let amendment = Amendment(
                act, reason: reason, basis: "示市监〔2026〕9号", officer: Actor(.account, "clerk"), edits: edits)
            do {
                _ = try await city.store.amend(
                    row.id, amendment, catalogue: city.catalogue, source: "test", at: moment(hour))
                return
            } catch is RegistryError {
                // What may not follow is refused, and the next one is tried.
            }
        }
    }

    @Test("an objection counts as open until it is answered, and then with both days")
    func objections() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", Codes.unified(7))])
        let id = try #require(try await city.store.file(code: Codes.unified(7))?.rows.first).id
        let months = Month(City.today)...Month(City.today).adding(1)
        func act(_ act: Act, _ reason: Reason, _ hour: Int64) async throws {
            _ = try await city.store.amend(
                id, Amendment(act, reason: reason, basis: "示异〔2026〕5号", officer: Actor(.account, "clerk")),
                catalogue: city.catalogue, source: "test", at: moment(hour))
        }
        try await act(.mark, .objection, 1)
        let open = MarkCount(reason: .objection, markedOn: City.today, endedOn: nil, count: 1)
        #expect(try await city.store.marks(endedIn: months) == [open])
        // Friday of the week after: nine working days.
        try await act(.unmark, .answered, 24 * 11)
        let answered = MarkCount(
            reason: .objection, markedOn: City.today, endedOn: City.today.adding(days: 11), count: 1)
        #expect(try await city.store.marks(endedIn: months) == [answered])
        let statistics = Statistics(catalogue: city.catalogue, store: city.store, today: City.today.adding(days: 11))
        let answers = try await statistics.answers(in: months)
        #expect(answers.median == 9 && answers.open == 0 && answers.workingDays == [9])
        #expect(try await differences(city) == 0)
    }

    @Test("deliveries count by department and month, with their faults and with what came late")
    func deliveries() async throws {
        let city = try await City()
        // Due within seven working days of the decision: the second one is late, the third unreadable.
        try await city.deliver(
            "penalty",
            [
                Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", Codes.unified(7), document: "示〔2026〕1号", on: "2026-11-20"),
                Rows.penalty("示例市云锦丝绸有限公司", Codes.unified(7), document: "示〔2026〕2号", on: "2026-10-20"),
                Rows.penalty("示例市云锦丝绸有限公司", Codes.unified(7), document: "示〔2026〕3号", on: "看不清"),
            ])
        let month = Month(City.today)
        let count = try #require(try await city.store.deliveries(in: month...month).first)
        #expect((count.department, count.feed, count.month) == (nil, "penalty", month))
        #expect((count.batches, count.rows, count.accepted, count.rejected) == (1, 3, 2, 1))
        #expect((count.judged, count.late) == (2, 1))
        let faults = try await city.store.faults(in: month...month)
        #expect(faults.map(\.code) == ["day-unreadable"] && faults.map(\.count) == [1])
        #expect(try await city.store.deliveries(in: month.adding(1)...month.adding(2)).isEmpty)
    }

    @Test("a count that was changed is found by verification, whichever table it stands in", arguments: CountTable.all.map(\.name))
    func found(table: String) async throws {
        let city = try await City()
        try await city.deliver(
            "penalty",
            [
                Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", Codes.unified(7)),
                Rows.penalty("示例市云锦丝绸有限公司", Codes.unified(7), document: "示〔2026〕3号", on: "看不清"),
            ])
        let id = try #require(try await city.store.file(code: Codes.unified(7))?.rows.first).id
        _ = try await city.store.amend(
            id, Amendment(.mark, reason: .objection, basis: "示异〔2026〕5号", officer: Actor(.account, "clerk")),
            catalogue: city.catalogue, source: "test", at: moment(1))
        #expect(try await city.verify().findings.isEmpty)
        let column = try #require(CountTable.all.first { $0.name == table }).counts[0]
        let changed = try await city.store.database.write { try $0.run("UPDATE \(table) SET \(column) = \(column) + 1", []) }
        #expect(changed > 0)
        #expect(try await city.verify().findings.map(\.kind) == [.projection])
        #expect(try await city.verify(rebuild: true).rebuilt > 0)
        #expect(try await city.verify().findings.isEmpty)
    }

    @Test("a platform of the schema before is counted when it is opened, with the lines of business that its registrations state")
    func migrates() async throws {
        let city = try await City()
        try await city.deliver(
            "registration",
            [
                Self.registration, ["示例市云锦丝绸有限公司", Codes.unified(7), "存续", "990101", "2018-05-04", "住宿和餐饮业"],
                ["示例市湖西食品有限公司", Codes.unified(8), "存续", "990102", "2018-05-04", "农、林、牧、渔业"],
            ])
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", Codes.unified(7))])
        let before = try await dump(city)
        try await city.store.database.write { connection in
            for table in CountTable.all { try connection.run("DROP TABLE \(table.name)", []) }
            for column in Migration013.columns { try connection.run("ALTER TABLE \(column.table) DROP COLUMN \(column.name)", []) }
            try connection.run("DELETE FROM schema_version WHERE version >= 13", [])
        }
        try await Migrations.run(city.store.database)
        #expect(try await differences(city) == 0)
        // Whether old rows came late is not known.
        #expect(try await dump(city).filter { !$0.hasPrefix("delivery_tally") } == before.filter { !$0.hasPrefix("delivery_tally") })
        #expect(before.contains { $0.contains("administrative-penalty") && $0.contains("990101 H") })
    }

    private func dump(_ city: City) async throws -> [String] {
        try await city.store.database.read { connection in
            try CountTable.all.flatMap { table in
                let columns = (table.keys + table.counts).map { "CAST(\($0) AS TEXT)" }.joined(separator: " || ' ' || ")
                return try connection.rows("SELECT \(columns) FROM \(table.name)") { "\(table.name) \($0.text(0))" }
            }.sorted()
        }
    }
}
