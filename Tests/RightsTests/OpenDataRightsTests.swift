import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import TestSupport
import Testing

/// Bulk data keeps every right that a page keeps.
@Suite("the rights of those who are described, in bulk data", .onBothEngines)
struct OpenDataRightsTests {
    private let code = "91990102MACX000176"
    private let name = "示例市云锦丝绸有限公司"

    private func amend(_ city: City, _ act: Act, _ reason: Reason, _ edits: [String: String] = [:]) async throws {
        let id = try #require(try await city.file(code, for: .own)?.records.first { $0.item.id == "administrative-penalty" }).row.id
        _ = try await city.store.amend(
            id, Amendment(act, reason: reason, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "clerk"), edits: edits),
            catalogue: city.catalogue, source: "test", at: City.now)
    }

    @Test(
        "RIGHTS 12, 14: nothing that left is in any snapshot or event after it left, from wherever one asks",
        arguments: ["withdrawn", "shielded", "term over", "term over, no job yet", "erased", "corrected"])
    func nothingThatLeft(how: String) async throws {
        let city = try await City()
        let secret = "示例独有的违法事实"
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, facts: secret)])
        #expect(try await OpenDataCopy(city, on: City.today).received.contains { $0.contains(secret) }, "it was there before")
        var day = City.today
        switch how {
        case "withdrawn": try await amend(city, .withdraw, .decisionRevoked)
        case "shielded": try await amend(city, .shield, .reorganisation)
        case "corrected": try await amend(city, .correct, .providerCorrection, ["facts": "另一事实"])
        default:
            day = Day(daysSinceEpoch: City.today.daysSinceEpoch + (how == "erased" ? 36_500 : 2000))
            if how != "term over, no job yet" {
                _ = try await city.store.runTerms(
                    today: day, at: Instant(milliseconds: Int64(day.daysSinceEpoch) * 86_400_000 + 3_600_000))
            }
        }
        let end = try await city.store.version().leaves
        #expect(try await !OpenDataCopy(city, on: day).received.contains { $0.contains(secret) }, "snapshot")
        for place in 0...end {
            var copy = OpenDataCopy()
            copy.timepoint = place
            try await copy.follow(city, on: day, limit: 1)
            #expect(!copy.received.contains { $0.contains(secret) }, "stream from \(place)")
            guard how != "corrected" else { continue }
            let left = copy.received.filter { $0.contains("\"left\"") }
            // Number, address, reason, place, and no word more.
            let words = #/^\{"timepoint":\d+,"kind":"left","id":"[\d-]+","address":"[^"]+","reason":"[a-z-]+"\}$/#
            #expect(left.allSatisfy { $0.wholeMatch(of: words) != nil }, "\(left)")
            #expect(!copy.received.contains { $0.contains(name) }, "an organisation of which nothing is shown is not named")
        }
    }

    @Test("RIGHTS 2: practitioners are in no snapshot and no event")
    func practitioners() async throws {
        let city = try await City()
        try await city.deliver("practitioner", [Rows.practitioner, Rows.practitioner("示例甲乙", "19901202410000020")])
        var copy = OpenDataCopy()
        try await copy.follow(city, on: City.today)
        #expect(copy.received.isEmpty)
        #expect(try await OpenDataCopy(city, on: City.today).received.isEmpty)
    }

    @Test("RIGHTS 3: a legal representative is on the registration's page and in no bulk data")
    func roles() async throws {
        let city = try await City()
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code, person: "示例甲乙")])
        #expect(
            try await city.file(code, for: .public)?.records.contains { $0.fields.contains { $0.value == "示例甲乙" } } == true)
        var copy = try await OpenDataCopy(city, on: City.today)
        copy.timepoint = 0
        try await copy.follow(city, on: City.today)
        #expect(copy.received.count >= 4)
        #expect(!copy.received.contains { $0.contains("示例甲乙") })
        for dataset in OpenDatasets(city.catalogue).datasets {
            #expect(!dataset.fields.contains { $0.type == .personRole || $0.publicity != .public })
            #expect(dataset.item.publicity == .public && dataset.item.subjects.contains(.organisation))
        }
    }

    @Test("RIGHTS 4: what no page may show is not told of either, not even that it left")
    func neverPublic() async throws {
        let city = try await City()
        // Over when it came: it was never on a public page.
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, on: "2016-05-20", remarks: "内部备注")])
        var copy = OpenDataCopy()
        try await copy.follow(city, on: City.today)
        #expect(copy.received.isEmpty, "\(copy.received)")
        // Nor where other things about the organisation are public: no event stands where the record came.
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code)])
        let place = try await city.store.version().leaves
        try await city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(name, code, document: "示罚〔2016〕2号", on: "2016-06-20")])
        var later = OpenDataCopy()
        later.timepoint = place
        try await later.follow(city, on: City.today)
        #expect(later.received.isEmpty && later.timepoint > place, "\(later.received)")
    }
}
