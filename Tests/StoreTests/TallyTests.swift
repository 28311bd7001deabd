import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

/// The counts on pages are kept with every change and never differ from what could be counted.
@Suite("counts that are kept", .onBothEngines)
struct TallyTests {
    let code = "91990102MACX000176"
    let name = "示例市云锦丝绸有限公司"

    private func differences(_ city: City) async throws -> Int {
        try await city.store.database.read { try Tally.differences($0) }
    }

    private func shown(_ city: City, on day: Day) async throws -> Int {
        try await city.store.totals(shownOn: day).shownByItem["administrative-penalty"] ?? 0
    }

    @Test("what is delivered is counted, what is withdrawn is not, what is restored is again")
    func follow() async throws {
        let city = try await City()
        let today = City.now.day
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code)])
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code)])
        #expect(try await shown(city, on: today) == 1)
        #expect(try await city.store.totals(shownOn: today).organisations == 1)
        let penalty = try await city.file(code, for: .own)?.records.first { $0.item.id == "administrative-penalty" }
        let id = try #require(penalty).row.id
        for (hour, act, reason, expected) in [
            (1, Act.withdraw, Reason.decisionRevoked, 0), (2, .restore, .withdrawalRevoked, 1),
        ] {
            _ = try await city.store.amend(
                id, Amendment(act, reason: reason, basis: "示市监〔2026〕9号", officer: Actor(.account, "clerk")),
                catalogue: city.catalogue, source: "test",
                at: Instant(milliseconds: City.now.milliseconds + Int64(hour) * 3_600_000))
            #expect(try await shown(city, on: today) == expected, "\(act)")
            #expect(try await differences(city) == 0, "\(act)")
        }
    }

    @Test("a record is counted until its last day and not on the next, without anything being run")
    func clock() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code)])
        let penalty = try #require(try await city.file(code, for: .own)?.records.first)
        let last = try #require(penalty.row.clocks.publishedUntil)
        #expect(try await shown(city, on: last) == 1)
        #expect(try await shown(city, on: last.adding(days: 1)) == 0)
    }

    @Test("a count that was changed is found by verification, and counting anew mends it")
    func found() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code)])
        #expect(try await city.verify().findings.isEmpty)
        let changed = try await city.store.database.write { try $0.run("UPDATE record_tally SET record_count = 7", []) }
        #expect(changed == 1)
        #expect(try await city.verify().findings.map(\.kind) == [.projection])
        try await city.store.database.write { try Tally.rebuild($0) }
        #expect(try await city.verify().findings.isEmpty)
    }
}
