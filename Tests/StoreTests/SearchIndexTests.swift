import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import TestSupport
import Testing

@testable import CreditStore

@Suite("the search index follows the registry", .onBothEngines)
struct SearchIndexTests {
    private func city(_ names: [String]) async throws -> City {
        let city = try await City()
        try await city.deliver(
            "registration", [Rows.registration] + names.enumerated().map { Rows.registration($1, Codes.unified($0)) })
        return city
    }

    private func names(_ store: Store, _ text: String, _ change: (inout SearchQuery) -> Void = { _ in }) async throws -> [String] {
        var query = SearchQuery(text: text, limit: 1000)
        change(&query)
        return try await store.search(query).hits.map(\.state.name)
    }

    @Test("what another process delivers is found at once")
    func otherProcess() async throws {
        let city = try await city(["示例甲店"])
        let other = try await Store.open(city.location)
        #expect(try await names(other, "示例") == ["示例甲店"])
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例乙店", Codes.unified(9))])
        #expect(try await names(other, "示例").sorted() == ["示例乙店", "示例甲店"])
    }

    @Test("a new name is found with the old one, and an end moves a body behind those in being")
    func renamed() async throws {
        let city = try await city(["示例甲店", "示例乙店"])
        #expect(try await names(city.store, "甲") == ["示例甲店"])
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例丙店", Codes.unified(0), status: "注销")])
        #expect(try await names(city.store, "丙") == ["示例丙店"])
        let hit = try #require(try await city.store.search(SearchQuery(text: "甲")).hits.first)
        #expect((hit.state.name, hit.matched, hit.field) == ("示例丙店", "示例甲店", .formerName))
        #expect(try await names(city.store, "示例") == ["示例乙店", "示例丙店"])
        #expect(try await names(city.store, "示例") { $0.status = "deregistered" } == ["示例丙店"])
    }

    @Test("a sector that a registration brings is found at once, and who has none is found without the filter only")
    func sectors() async throws {
        let city = try await city(["示例甲店", "示例乙店"])
        let other = try await Store.open(city.location)
        func found(_ store: Store, _ sector: String) async throws -> [String] {
            try await names(store, "示例") { $0.sector = sector }
        }
        #expect(try await found(other, "C").isEmpty)
        func deliver(_ number: Int, _ name: String, _ industry: String) async throws {
            try await city.deliver(
                "registration",
                [
                    ["企业名称", "统一社会信用代码", "登记状态", "行政区划", "成立日期", "行业"],
                    [name, Codes.unified(number), "存续", "990101", "2018-05-04", industry],
                ])
        }
        try await deliver(0, "示例甲店", "制造业")
        try await deliver(2, "示例丙店", "5299")
        for store in [other, city.store, try await Store.open(city.location)] {
            #expect(try await found(store, "C") == ["示例甲店"])
            #expect(try await found(store, "F") == ["示例丙店"])
            #expect(try await names(store, "示例").count == 3)
            // Who asks by a number is answered under the filter as well.
            #expect(try await names(store, Codes.unified(0)) { $0.sector = "C" } == ["示例甲店"])
            #expect(try await names(store, Codes.unified(0)) { $0.sector = "F" }.isEmpty)
            var query = SearchQuery(text: "示例")
            query.countedGroups = []
            let counts = try #require(try await store.search(query).counts)
            #expect(counts.total == 3 && counts.sectors == ["C": 1, "F": 1])
        }
        try await deliver(0, "示例甲店", "H62")
        #expect(try await found(other, "C").isEmpty)
        #expect(try await found(other, "H") == ["示例甲店"])
    }

    @Test("merged bodies are one answer under every name of either, and two again when the merger is undone")
    func mergers() async throws {
        let city = try await city(["示例甲店", "示例乙厂", "示例丙行"])
        #expect(try await names(city.store, "示例").count == 3)
        let ids = try await city.store.database.read { connection in
            try connection.rows("SELECT subject_id FROM subject ORDER BY subject_id") { SubjectID($0.integer(0)) }
        }
        let decision = IdentityDecision(
            kind: .same, subject: ids[0], other: ids[1],
            officer: "示例", reason: "checked at the register", decidedAt: City.now)
        let number = try await city.store.transact(at: City.now) { transaction in
            let number = try transaction.insertDecision(decision)
            try transaction.insertAudit(AuditNote(.subjectsMerged, by: Actor(.operator, "test"), object: "1", source: "test"))
            return number
        }
        #expect(try await names(city.store, "示例").sorted() == ["示例丙行", "示例甲店"])
        let hit = try #require(try await city.store.search(SearchQuery(text: "乙厂")).hits.first)
        #expect((hit.id, hit.state.name, hit.matched) == (ids[0], "示例甲店", "示例乙厂"))
        try await city.store.transact(at: City.now) { transaction in
            try transaction.endDecision(
                number, .init(at: City.now, officer: "示例", reason: "two bodies after all"))
            try transaction.insertAudit(AuditNote(.identityDecisionUndone, by: Actor(.operator, "test"), object: "1", source: "test"))
        }
        #expect(try await names(city.store, "乙厂") == ["示例乙厂"])
        #expect(try await names(city.store, "示例").count == 3)
    }

    @Test("only who has a record on the public page is found with its category, until it is withdrawn or over")
    func shownRecords() async throws {
        let city = try await city(["示例甲店", "示例乙店"])
        #expect(try await names(city.store, "示例").count == 2)
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例甲店", Codes.unified(0))])
        func found(on day: Day = City.today) async throws -> [String] {
            try await names(city.store, "示例") { ($0.items, $0.shownOn) = (["administrative-penalty"], day) }
        }
        #expect(try await found() == ["示例甲店"])
        #expect(try await found(on: Day(daysSinceEpoch: City.today.daysSinceEpoch + 20_000)).isEmpty)
        let id = try #require(
            try await city.store.database.read { connection in
                try connection.first(
                    """
                    SELECT r.subject_id, r.ordinal FROM record r JOIN word w ON w.word_id = r.item
                    WHERE w.text = 'administrative-penalty'
                    """
                ) {
                    RecordID(subject: SubjectID($0.integer(0)), ordinal: $0.integer(1))
                }
            })
        _ = try await city.store.amend(
            id,
            Amendment(.withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "示例")),
            catalogue: city.catalogue, source: "test", at: City.now)
        #expect(try await found().isEmpty)
        var query = SearchQuery(text: "示例")
        (query.countedGroups, query.shownOn) = ([["administrative-penalty"], ["registration"]], City.today)
        let counts = try #require(try await city.store.search(query).counts)
        #expect((counts.total, counts.groups) == (2, [0, 2]))
    }

    @Test("following the journal, a gap in it, and the tables alone give the same answers", arguments: [1, 2, 3] as [UInt64])
    func sameAnswers(seed: UInt64) async throws {
        var rng = SplitMix64(seed)
        let city = try await city(["示例甲店"])
        let follower = try await Store.open(city.location)
        for round in 0..<6 {
            let rows = (0..<12).map { _ in
                Rows.registration(
                    "示例" + rng.text(Array("云锦丝绸东西"), count: Int.random(in: 1...4, using: &rng)) + "店",
                    Codes.unified(Int.random(in: 0..<20, using: &rng)), status: Bool.random(using: &rng) ? "存续" : "注销")
            }
            try await city.deliver("registration", [Rows.registration] + rows)
            if round == 3 {
                // As if the follower had been away for longer than the journal reaches.
                _ = try await city.store.database.write { connection in
                    try connection.run(
                        "DELETE FROM subject_change WHERE change_number < (SELECT max(change_number) FROM subject_change)", [])
                }
            }
            if round != 2 { _ = try await names(follower, "示例") }
            let fresh = try await Store.open(city.location)
            for text in ["示例", "云", "锦丝", "店", "东西"] {
                #expect(try await names(follower, text) == (try await names(fresh, text)), "seed \(seed), round \(round): \(text)")
            }
        }
    }
}

@Suite("the search index as a file of the platform")
struct SearchFileTests {
    /// More names than are made anew at every start, without the cost of a delivery.
    private func fill(_ store: Store, from first: Int = 1, to last: Int = 6000) async throws {
        try await store.transact(at: City.now) { transaction in
            let batch = try transaction.insertBatch(
                NewBatch(
                    receipt: NewBatch.makeReceipt(), feed: "registration", item: "registration", fileName: "x", department: nil,
                    catalogueDigest: "test", startedAt: City.now))
            for number in first...last {
                let subject = try transaction.createSubject(
                    SubjectState(kind: .organisation, code: "示\(number)", name: "示例\(number)号店", isRegistered: true))
                try transaction.addName("示例\(number)号店", kind: .current, of: subject, batch: batch)
            }
            try transaction.insertAudit(AuditNote(.delivery, by: Actor(.operator, "test"), object: "x", source: "test"))
        }
    }

    private func total(_ store: Store, _ text: String = "示例") async throws -> Int {
        try await store.search(SearchQuery(text: text)).total
    }

    @Test("it is kept, followed up, and made anew where it is damaged, of another platform, or ahead of a restored one")
    func kept() async throws {
        let city = try await City()
        let file = city.directory.file("search.index")
        func open(_ location: Store.Location? = nil) async throws -> Store {
            try await Store.open(location ?? city.location, snapshot: SearchSnapshot(path: file))
        }
        try await fill(city.store)
        #expect(try await total(try await open()) == 6000)
        #expect(FileManager.default.fileExists(atPath: file), "a large index is kept as soon as it is made")
        let made = try Data(contentsOf: URL(filePath: file))

        try await fill(city.store, from: 6001, to: 6003)
        let second = try await open()
        #expect(try await total(second) == 6003, "what came since is in it")
        #expect(try Data(contentsOf: URL(filePath: file)) == made, "a few names are not worth a new file")
        second.keepSearchSnapshot()
        #expect(try Data(contentsOf: URL(filePath: file)) != made)

        try Data(made.dropLast(100)).write(to: URL(filePath: file))
        #expect(try await total(try await open()) == 6003)
        var changed = made
        changed[changed.count / 2] ^= 1
        try changed.write(to: URL(filePath: file))
        #expect(try await total(try await open()) == 6003)

        // Another platform with as many changes must not take it for its own.
        let other = try await City()
        try await fill(other.store, from: 1, to: 10)
        try made.write(to: URL(filePath: file))
        #expect(try await total(try await open(other.location)) == 10)
    }

    @Test("when something is erased, the file goes with it")
    func erased() async throws {
        let city = try await City()
        let file = city.directory.file("search.index")
        let store = try await Store.open(city.location, snapshot: SearchSnapshot(path: file))
        try await fill(store)
        _ = try await total(store)
        #expect(FileManager.default.fileExists(atPath: file))
        try await city.deliver("practitioner", [Rows.practitioner, Rows.practitioner("示例甲", "19901202410000020", until: "2026-12-31")])
        _ = try await store.runTerms(
            today: Day(daysSinceEpoch: City.today.daysSinceEpoch + 36_500),
            at: Instant(milliseconds: City.now.milliseconds + 36_500 * 86_400_000))
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(try await total(store) == 6000)
    }

    @Test("a small platform needs no file")
    func small() async throws {
        let city = try await City()
        let file = city.directory.file("search.index")
        let store = try await Store.open(city.location, snapshot: SearchSnapshot(path: file))
        try await fill(store, to: 20)
        #expect(try await total(store) == 20)
        store.keepSearchSnapshot()
        #expect(!FileManager.default.fileExists(atPath: file))
    }
}
