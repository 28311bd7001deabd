import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import CreditWatch
import Foundation
import TestSupport
import Testing

@Suite("Who may watch what", .onBothEngines)
struct RegisterTests {
    @Test(
        "what does not exist cannot be watched, and the words say what to give",
        arguments: [
            ("organisation", "91990102MACX000177"), ("organisation", ""), ("organisation", "示例"), ("list", "nothing"),
            ("list", "registration"), ("list", "practitioner"), ("sector", "U"), ("sector", ""), ("person", "x"), ("", ""),
        ])
    func unknown(_ kind: String, _ value: String) async throws {
        let city = try await WatchedCity()
        let error = await #expect(throws: WatchError.self) { try await city.watch(kind, value, channel: "feed", to: "") }
        #expect(error?.code == .unknownTarget && error?.words.zh.isEmpty == false)
    }

    @Test("a practitioner is no organisation: nobody can watch a person")
    func persons() async throws {
        let city = try await WatchedCity()
        try await city.city.deliver("practitioner", [Rows.practitioner, Rows.practitioner("示例丁", "19901202410000099")])
        let error = await #expect(throws: WatchError.self) { try await city.watch("organisation", "19901202410000099", channel: "feed", to: "") }
        #expect(error?.code == .unknownTarget)
    }

    @Test("the same watch twice is one watch")
    func twice() async throws {
        let city = try await WatchedCity()
        let first = try await city.watch(channel: "mail", to: "a@example.com")
        let second = try await city.watch(channel: "mail", to: "a@example.com", frequency: "weekly")
        #expect(first == second)
        let other = try await city.watch(channel: "mail", to: "b@example.com")
        #expect(other.id != first.id)
        #expect(try await city.store.watches(of: "bank", offset: 0, limit: 10).total == 2)
    }

    @Test("a key has so many watches at most, and another key is not touched by that")
    func tooMany() async throws {
        let city = try await WatchedCity()
        let register = city.register(most: 2)
        func add(_ number: Int, _ holder: String = "bank") async throws {
            _ = try await register.add(
                WatchRequest(targetKind: "organisation", target: WatchedCity.code, channel: "mail", address: "a\(number)@example.com"),
                for: holder, source: "test")
        }
        try await add(1)
        try await add(2)
        let error = await #expect(throws: WatchError.self) { try await add(3) }
        #expect(error?.code == .tooMany)
        try await add(3, "self")
    }

    @Test("who may not see it may not watch it")
    func notAllowed() async throws {
        let city = try await WatchedCity()
        let error = await #expect(throws: WatchError.self) { try await city.watch(by: "nobody", channel: "feed", to: "") }
        #expect(error?.code == .notAllowed)
    }

    @Test("a last day that is past or no day is refused", arguments: ["2026-11-22", "2026-02-30", "morgen"])
    func until(_ text: String) async throws {
        let city = try await WatchedCity()
        let error = await #expect(throws: WatchError.self) { try await city.watch(channel: "feed", to: "", until: text) }
        #expect(error?.code == .unfitEnd)
    }

    @Test("one holder cannot remove another's watch; what is removed leaves nothing")
    func removes() async throws {
        let city = try await WatchedCity()
        let watch = try await city.watch(channel: "feed", to: "")
        let actor = Actor(.account, "li.ming")
        #expect(try await !city.store.removeWatch(watch.id, of: "self", by: actor, source: "test", at: city.moment))
        #expect(try await city.store.removeWatch(watch.id, of: "bank", by: actor, source: "test", at: city.moment))
        #expect(try await !city.store.removeWatch(watch.id, of: "bank", by: actor, source: "test", at: city.moment))
        #expect(try await city.store.watch(watch.id) == nil)
    }

    @Test("an industry is told by the section's or a division's name, its letter or a class code")
    func sectors() async throws {
        let sections = try SharedCatalogue.load().sectors
        for (text, section) in [
            ("制造业", "C"), ("C", "C"), ("C1311", "C"), ("1311", "C"), ("住宿和餐饮业", "H"), ("餐饮业", "H"), ("6210", "H"),
            ("信息传输、软件和信息技术服务业", "I"), ("99", nil), ("不详", nil), ("", nil), ("Catering", nil),
        ] { #expect(sections.section(of: ["industry": text]) == section, "\(text)") }
    }

    @Test("the signature is that of Standard Webhooks")
    func vector() throws {
        // The example of the specification.
        let key = try #require(Data(base64Encoded: "plJ3nmyCDGBKInavdOK15jsl"))
        let signature = Webhook.signature(
            id: "msg_loFOjxBNrRLzqYUf", timestamp: "1731705121",
            body: Array(#"{"event_type":"ping","data":{"success":true}}"#.utf8), key: Array(key))
        #expect(signature == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=")
    }
}
