import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import CreditWatch
import Crypto
import Foundation
import TestSupport
import Testing

@Suite("Watchers are told", .onBothEngines)
struct WatchTests {
    @Test("a new adverse fact names authority, document, basis, term, how to contest it and its permanent address, and no score")
    func appeared() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        let watch = try await city.watch(to: receiver.address)
        try await city.penalty()
        #expect(try await city.round().run().events == 1)
        let request = try #require(receiver.requests.first)
        #expect(receiver.requests.count == 1 && request.kinds == ["appeared"])
        let event = try #require(request.events.first)
        let record = try #require(event["record"] as? [String: Any])
        #expect(record["authority"] as? String == "示例市市场监督管理局")
        #expect(record["document_no"] as? String == "示市监罚〔2026〕1号")
        #expect((record["basis"] as? String)?.isEmpty == false)
        #expect((record["published_until"] as? String)?.hasPrefix("20") == true)
        #expect(((event["contest"] as? [String: Any])?["zh"] as? String)?.isEmpty == false)
        let id = try #require(try await city.records().first?.id)
        #expect(event["href"] as? String == "\(WatchedCity.address)/r/\(id)")
        #expect(!request.text.contains("score") && !request.text.contains("示例内部备注"))
        let told = try #require(try await city.store.watch(watch.id))
        #expect(told.lastToldAt == city.moment && told.pendingTo == nil)
        #expect(try await city.round().run().messages == 0, "what was told is not told again")
    }

    @Test("a webhook is signed over id, time and body, so that whoever holds the secret can tell")
    func signed() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        let watch = try await city.watch(to: receiver.address)
        try await city.penalty()
        _ = try await city.round().run()
        let request = try #require(receiver.requests.first)
        let secret = WatchedCity.secrets.webhook(of: watch.id)
        let key = try #require(Data(base64Encoded: String(secret.dropFirst(6))))
        #expect(secret.hasPrefix("whsec_") && key.count == 32)
        let timestamp = try #require(request.headers["webhook-timestamp"])
        #expect(timestamp == String(city.moment.milliseconds / 1000))
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(request.id).\(timestamp).".utf8) + request.body, using: SymmetricKey(data: key))
        #expect(request.headers["webhook-signature"] == "v1," + Data(code).base64EncodedString())
    }

    @Test("what is withdrawn is told as such: address and reason, never a word of what it said, and when it had been told")
    func withdrawn() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        try await city.watch(to: receiver.address)
        try await city.penalty(facts: "示例违法事实。")
        _ = try await city.round().run()
        let told = city.moment
        city.pass(seconds: 3 * 86_400)
        let id = try #require(try await city.records().first?.id)
        try await city.amend(id, .withdraw, .decisionRevoked)
        _ = try await city.round().run()
        let request = try #require(receiver.requests.last)
        #expect(receiver.requests.count == 2 && request.kinds == ["left"])
        let event = try #require(request.events.first)
        #expect(event["leaving"] as? String == "withdrawn" && event["reason"] as? String == "decision-revoked")
        #expect(event["href"] as? String == "\(WatchedCity.address)/r/\(id)")
        #expect(event["told_at"] as? String == told.description)
        #expect(event["instruction"] as? String == "delete")
        #expect(event["record"] == nil)
        for word in ["示例违法事实", "示市监罚", "罚款", "市场监督管理局", WatchedCity.name] { #expect(!request.text.contains(word), "\(word)") }
    }

    @Test("what came and was withdrawn before anybody was told is told to nobody")
    func neverTold() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        try await city.watch(to: receiver.address)
        try await city.penalty()
        let id = try #require(try await city.records().first?.id)
        try await city.amend(id, .withdraw, .deliveredInError)
        #expect(try await city.round().run().messages == 0)
        #expect(receiver.requests.isEmpty)
    }

    @Test("a message that may have arrived is sent again under the same id, without what was withdrawn meanwhile, which is then told")
    func crash() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver(.closes)
        try await city.watch(to: receiver.address)
        try await city.penalty(1)
        try await city.penalty(2)
        #expect(try await city.round().run().failed == 1)
        let first = try #require(receiver.requests.first)
        let ids = first.events.compactMap { $0["id"] as? String }
        #expect(ids.count == 2)
        // As if we had been killed: the receiver has it, we do not know. Then one of the two is withdrawn, and a third comes.
        let withdrawn = try #require(try await city.records().first { $0.values["documentNumber"]?.contains("1号") ?? false }?.id)
        try await city.amend(withdrawn, .withdraw, .decisionRevoked)
        try await city.penalty(3)
        receiver.become(.answers(200))
        city.pass(seconds: WatchRound.pausesInSeconds[0] + 1)
        _ = try await city.round().run()
        let second = try #require(receiver.requests.dropFirst().first)
        #expect(second.id == first.id)
        let again = second.events.compactMap { $0["id"] as? String }
        #expect(again.count == 1 && ids.contains(again[0]) && second.kinds == ["appeared"])
        // A round each: the rest is told under ids of its own.
        _ = try await city.round().run()
        let third = try #require(receiver.requests.dropFirst(2).first)
        #expect(third.id != first.id)
        #expect(third.kinds.sorted() == ["appeared", "left"])
        #expect(try await city.round().run().messages == 0)
    }

    @Test("a changed record names the fields that changed; a contested one says so; an answered one says that")
    func changed() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        try await city.watch(to: receiver.address)
        try await city.penalty(facts: "未标明价格。")
        _ = try await city.round().run()
        city.pass(seconds: 60)
        try await city.penalty(facts: "未按规定标明价格。")
        _ = try await city.round().run()
        #expect(receiver.requests.last?.kinds == ["changed"])
        let fields = try #require(receiver.requests.last?.events.first?["changed"] as? [String])
        #expect(!fields.isEmpty && fields.allSatisfy { !$0.isEmpty })
        let id = try #require(try await city.records().first?.id)
        try await city.amend(id, .mark, .objection)
        _ = try await city.round().run()
        #expect(receiver.requests.last?.kinds == ["contested"])
        #expect(receiver.requests.last?.events.first?["contested"] as? String == "objection")
        try await city.amend(id, .unmark, .answered)
        _ = try await city.round().run()
        #expect(receiver.requests.last?.events.first?["changed"] as? [String] == ["contested"])
        #expect(receiver.requests.count == 4)
    }

    @Test("the end of a term is told as one")
    func termOver() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        try await city.watch(to: receiver.address)
        try await city.penalty()
        _ = try await city.round().run()
        let until = try #require(try await city.records().first?.clocks.publishedUntil)
        let day = until.adding(days: 1)
        city.become(Instant(milliseconds: Int64(day.daysSinceEpoch) * 86_400_000 + 3_600_000))
        _ = try await city.store.runTerms(today: day, at: city.moment)
        _ = try await city.round().run()
        let event = try #require(receiver.requests.last?.events.first)
        #expect(event["kind"] as? String == "left" && event["leaving"] as? String == "term-over" && event["record"] == nil)
    }

    @Test("a bank sees what everybody sees; the organisation itself is told in full")
    func audiences() async throws {
        let city = try await WatchedCity()
        let (bank, own) = (try Receiver(), try Receiver())
        try await city.watch(to: bank.address)
        try await city.watch(by: "self", to: own.address)
        try await city.penalty()
        _ = try await city.round().run()
        #expect(bank.requests.first?.text.contains("示例内部备注") == false)
        #expect(own.requests.first?.text.contains("示例内部备注") == true)
    }

    @Test("lists and sectors tell of every organisation within, and of no other")
    func listsAndSectors() async throws {
        let city = try await WatchedCity()
        let (list, sector, other) = (try Receiver(), try Receiver(), try Receiver())
        let builder = Codes.unified(5)
        try await city.city.deliver(
            "registration",
            [["企业名称", "统一社会信用代码", "登记状态", "成立日期", "行业"], ["示例市试验建筑有限公司", builder, "存续", "2018-05-04", "房屋建筑业"]])
        try await city.watch("list", "administrative-penalty", to: list.address)
        try await city.watch("sector", "e", to: sector.address)
        try await city.watch("list", "abnormal-operation", to: other.address)
        try await city.penalty(1)
        try await city.penalty(2, of: builder, named: "示例市试验建筑有限公司")
        _ = try await city.round().run()
        func subjects(_ receiver: Receiver) -> [String] {
            receiver.requests.flatMap(\.events).compactMap { event in
                ((event["record"] as? [String: Any])?["subject"] as? [String: Any])?["code"] as? String
            }
        }
        #expect(subjects(list) == [WatchedCity.code, builder])
        #expect(subjects(sector) == [builder])
        #expect(other.requests.isEmpty)
    }

    @Test("more than one message holds is told in several, each change once, in order")
    func many() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        try await city.watch("list", "administrative-penalty", to: receiver.address)
        let rows = (1...250).map { Rows.penalty("示例市试验第\($0)厂", Codes.unified($0), document: "示罚〔2026〕\($0)号", on: "2026-11-20") }
        try await city.city.deliver("penalty", [Rows.penalty] + rows)
        var rounds = 0
        while try await !city.round().run().isDone, rounds < 10 { rounds += 1 }
        let ids = receiver.requests.flatMap(\.events).compactMap { $0["id"] as? String }
        #expect(ids.count == 250 && Set(ids).count == 250)
        #expect(receiver.requests.count == 3 && Set(receiver.requests.map(\.id)).count == 3)
        let ordinals = receiver.requests.flatMap(\.events).compactMap { $0["ordinal"] as? Int }
        #expect(ordinals == ordinals.sorted())
    }

    @Test("a subject that was merged into a watched one is watched with it")
    func merged() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        try await city.watch(to: receiver.address)
        let old = Codes.registration(9)
        func deliver(_ document: String) async throws {
            let row = Rows.penalty("示例市云锦绸厂", "", number: old, document: document, on: "2026-11-20")
            try await city.city.deliver("penalty", [Rows.penalty, row])
        }
        try await deliver("示罚〔2026〕1号")
        _ = try await city.round().run()
        #expect(receiver.requests.isEmpty)
        let first = try #require(try await city.store.profile(code: WatchedCity.code)?.id)
        let second = try #require(try await city.store.profile(code: old)?.id)
        _ = try await city.store.decide(
            IdentityAct(.merge(first, other: second), reason: "同一单位更换代码", officer: Actor(.account, "li.ming")),
            catalogue: city.city.catalogue, source: "test", at: city.moment)
        try await deliver("示罚〔2026〕2号")
        _ = try await city.round().run()
        // Both that came since the watch was last told, one before the merger, one after.
        #expect(receiver.requests.flatMap(\.kinds) == ["appeared", "appeared"])
    }
}
