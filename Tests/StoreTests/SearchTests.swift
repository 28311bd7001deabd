import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

@Suite("search by name and number", .onBothEngines)
struct SearchTests {
    private func city(_ names: [String]) async throws -> City {
        let city = try await City()
        try await city.deliver(
            "registration", [Rows.registration] + names.enumerated().map { Rows.registration($1, Codes.unified($0)) })
        return city
    }

    private func names(_ city: City, _ text: String, limit: Int = 100) async throws -> [String] {
        try await city.store.search(SearchQuery(text: text, limit: limit)).hits.map(\.state.name)
    }

    @Test(
        "the exact name stands first, then names that begin so, then names that hold it; among equals the shorter first"
    )
    func ranking() async throws {
        let city = try await city(["示例湖东云锦公司", "云锦公司分店", "云锦公司", "示例云锦公司", "云锦公司第二分店", "云锦有限公司"])
        #expect(try await names(city, "云锦公司") == ["云锦公司", "云锦公司分店", "云锦公司第二分店", "示例云锦公司", "示例湖东云锦公司"])
        let scores = try await city.store.search(SearchQuery(text: "云锦公司")).hits.map(\.score)
        #expect(scores == scores.sorted(by: >))
        #expect(scores.allSatisfy { (0...100).contains($0) })
    }

    @Test(
        "one character, two characters and many find every name that holds them",
        arguments: [("锦", 2), ("云", 3), ("云锦", 1), ("锦丝绸", 1), ("示例市云锦丝绸有限公司", 1), ("司", 4), ("无此", 0), ("锦云", 0)])
    func lengths(_ text: String, _ count: Int) async throws {
        let city = try await city(["示例市云锦丝绸有限公司", "示例市云桥律师事务公司", "示例市湖西食品有限公司", "云甲锦公司"])
        #expect(try await names(city, text).count == count, "\(text)")
    }

    @Test(
        "width, brackets, dots, blanks and case of the question do not matter",
        arguments: ["示例（中国）ABC有限公司", "示例(中国)abc有限公司", "示例中国ＡＢＣ", "示例 中国 abc", "中国)abc"])
    func folded(_ text: String) async throws {
        #expect(try await names(try await city(["示例（中国）ABC有限公司", "示例市湖西食品有限公司"]), text) == ["示例（中国）ABC有限公司"])
    }

    @Test("a code finds its subject at once, and six or more of its first characters find all that begin so")
    func codes() async throws {
        let city = try await city(["示例甲公司", "示例乙公司", "示例丙公司"])
        let code = Codes.unified(1)
        let hit = try #require(try await city.store.search(SearchQuery(text: code.lowercased())).hits.first)
        #expect((hit.score, hit.field, hit.matched) == (100, .code, code))
        #expect(try await names(city, String(code.prefix(8))).count == 3)
        #expect(try await names(city, String(code.prefix(5))).isEmpty, "fewer than six characters are no code")
        #expect(try await names(city, Codes.organisation(of: code)) == ["示例乙公司"])
        #expect(try await names(city, String(code.prefix(17)) + "?").isEmpty)
    }

    @Test("filters by kind, division and standing narrow the answers and their count")
    func filters() async throws {
        let city = try await City()
        try await city.deliver(
            "registration",
            [
                Rows.registration, Rows.registration("示例甲公司", Codes.unified(1)),
                Rows.registration("示例乙公司", Codes.unified(2, division: "990105")),
                Rows.registration("示例丙公司", Codes.unified(3), status: "注销"),
            ])
        func found(_ change: (inout SearchQuery) -> Void) async throws -> [String] {
            var query = SearchQuery(text: "示例")
            change(&query)
            let result = try await city.store.search(query)
            #expect(result.total == result.hits.count)
            return result.hits.map(\.state.name).sorted()
        }
        #expect(try await found { _ in }.count == 3)
        #expect(try await found { $0.division = "990105" } == ["示例乙公司"])
        #expect(try await found { $0.division = "9901" }.count == 3)
        #expect(try await found { $0.division = "99010_" }.isEmpty)
        #expect(try await found { $0.status = "deregistered" } == ["示例丙公司"])
        #expect(try await found { $0.kind = .practitioner }.isEmpty)
        #expect(try await found { ($0.kind, $0.status) = (.organisation, "in-operation") } == ["示例乙公司", "示例甲公司"])
    }

    @Test("bodies that are no more stand behind those that are")
    func endedLast() async throws {
        let city = try await City()
        try await city.deliver(
            "registration",
            [
                Rows.registration, Rows.registration("示例甲店", Codes.unified(1), status: "注销"),
                Rows.registration("示例乙店", Codes.unified(2)),
                Rows.registration("示例丙店", Codes.unified(3), status: "撤销登记"),
            ])
        let found = try await names(city, "示例")
        #expect(found.first == "示例乙店")
        let states = try #require(city.catalogue.codeTables["registration-status"]).values.map(\.code)
        #expect(SearchLoading.ended.isSubset(of: states))
        #expect(SearchLoading.ended.contains("registration-withdrawn"))
    }

    @Test("pages follow each other without a gap or a repeat, and the total is the number of all")
    func paging() async throws {
        let city = try await city((0..<47).map { "示例第\($0)号公司" })
        var seen: [String] = []
        while true {
            let page = try await city.store.search(SearchQuery(text: "示例", offset: seen.count, limit: 10))
            #expect(page.total == 47)
            #expect(page.isExact)
            if page.hits.isEmpty { break }
            seen += page.hits.map(\.state.name)
        }
        #expect(seen.count == 47)
        #expect(Set(seen).count == 47)
    }

    @Test("every name that holds the words is found, and no other", arguments: Seeds.standard)
    func recall(seed: UInt64) async throws {
        var rng = SplitMix64(seed)
        let alphabet = Array("云锦丝绸湖东西示例公司店aB7")
        var all: [String] = []
        for _ in 0..<120 { all.append("示例" + rng.text(alphabet, count: Int.random(in: 1...9, using: &rng))) }
        let city = try await city(all)
        for round in 0..<60 {
            let text: String
            if round % 3 == 0 {
                text = rng.text(alphabet, count: Int.random(in: 1...3, using: &rng))
            } else {
                let name = Array(all.randomElement(using: &rng) ?? "")
                let start = Int.random(in: 0..<name.count, using: &rng)
                text = String(name[start..<min(name.count, start + Int.random(in: 1...5, using: &rng))])
            }
            let key = OrganisationName.key(text)
            // A linear scan over what the registry was told. The last of two equal names under one code counts.
            let expected = Set(all.indices.filter { OrganisationName.key(all[$0]).contains(key) })
            let result = try await city.store.search(SearchQuery(text: text, limit: 1000))
            let found = Set(result.hits.compactMap { hit in all.indices.first { Codes.unified($0) == hit.state.code } })
            #expect(found == expected, "seed \(seed): \(text)")
            #expect(result.total == expected.count, "seed \(seed): \(text)")
        }
    }

    @Test("names with signs in them are found by their words", arguments: ["A&B", "&B贸", "贸易+", "+物", "7*2", "x/y"])
    func signs(_ text: String) async throws {
        #expect(
            try await names(try await city(["示例A&B贸易+物流公司", "示例7*24便利店", "示例x/y设计公司", "示例市湖西食品有限公司"]), text).count == 1)
    }

    @Test("a sign alone is a question, too", arguments: ["&", "+", "*", "/"])
    func signAlone(_ text: String) async throws {
        let found = try await names(try await city(["示例A&B贸易+物流公司", "示例7*24便利店", "示例x/y设计公司"]), text)
        #expect(found.count == 1)
    }

    @Test(
        "no question breaks the search",
        arguments: [
            "", " ", "\"", "''", "\"\"\"", "(", "*", "AND", "OR NOT", "NEAR(云 锦)", "grams:云", "' OR 1=1 --", "%", "_",
            "\u{10FFFF}", "\u{7}", "😀", "é", "——", "\\", "{}", "^云", "-云", "云*",
        ])
    func hostile(_ text: String) async throws {
        let city = try await city(["示例市云锦丝绸有限公司"])
        _ = try await city.store.search(SearchQuery(text: text))
        _ = try await city.store.search(SearchQuery(text: text + "云锦"))
        _ = try await city.store.search(SearchQuery(text: "云", division: text, status: text))
    }

    @Test("a NUL in a question breaks nothing", arguments: ["\u{0}", "云\u{0}锦"])
    func nul(_ text: String) async throws {
        let city = try await city(["示例市云锦丝绸有限公司"])
        _ = try await city.store.search(SearchQuery(text: text))
    }

    @Test(
        "a practitioner is found by the number of the licence, with and without the profession",
        arguments: ["lawyer/19901202410000020", "19901202410000020"])
    func licences(_ text: String) async throws {
        let city = try await City()
        try await city.deliver("practitioner", [Rows.practitioner, Rows.practitioner("示例甲", "19901202410000020")])
        let total = try await city.store.search(SearchQuery(text: text)).total
        #expect(total == 1)
    }

    @Test("a very long question is answered")
    func long() async throws {
        #expect(try await names(try await city(["示例市云锦丝绸有限公司"]), String(repeating: "云锦", count: 2000)).isEmpty)
    }
}
