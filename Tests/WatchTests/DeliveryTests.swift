import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import CreditWatch
import Foundation
import TestSupport
import Testing

@Suite("Messages reach their receivers or are tried again", .onBothEngines)
struct DeliveryTests {
    static let bad: [(temper: Receiver.Temper, reason: String)] = [
        (.answers(500), "status-500"), (.answers(404), "status-404"), (.closes, "closed"),
        (.answers(302, "Location: http://127.0.0.1:9/elsewhere\r\n"), "redirected"),
    ]

    @Test("a receiver that does not take it is asked again after growing pauses, then given up, and listed with the reason", arguments: bad.indices)
    func failing(_ index: Int) async throws {
        let (temper, reason) = Self.bad[index]
        let city = try await WatchedCity()
        let receiver = try Receiver(temper)
        let watch = try await city.watch(to: receiver.address)
        try await city.penalty()
        #expect(try await city.round().run().failed == 1)
        #expect(try await city.round().run().failed == 0, "not before its pause is over")
        for pause in WatchRound.pausesInSeconds {
            let waiting = try #require(try await city.store.watch(watch.id))
            #expect(waiting.failing == nil)
            city.pass(seconds: pause - 1)
            #expect(try await city.round().run().failed == 0)
            city.pass(seconds: 1)
            #expect(try await city.round().run().failed == 1)
        }
        let tries = WatchRound.pausesInSeconds.count + 1
        #expect(receiver.requests.count == tries && Set(receiver.requests.map(\.id)).count == 1)
        let failed = try #require(try await city.store.watches(of: "bank", offset: 0, limit: 10).watches.first)
        #expect(failed.failing?.reason == reason)
        city.pass(seconds: 30 * 86_400)
        #expect(try await city.round().run().failed == 0, "nobody is asked for ever")
        // Mended and asked for: it goes on where it stopped.
        receiver.become(.answers(200))
        #expect(try await city.store.resumeWatch(watch.id, of: "bank"))
        #expect(try await city.round().run().messages == 1)
        #expect(receiver.requests.last?.id == receiver.requests.first?.id)
    }

    @Test("a receiver that says it is gone is not asked again")
    func gone() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver(.answers(410))
        let watch = try await city.watch(to: receiver.address)
        try await city.penalty()
        _ = try await city.round().run()
        #expect(try await city.store.watch(watch.id)?.failing?.reason == "gone")
    }

    @Test("a receiver that hangs holds up nobody else, and ends by itself", .timeLimit(.minutes(1)))
    func hanging() async throws {
        let city = try await WatchedCity()
        let slow = try Receiver(.hangs)
        let quick = try (0..<3).map { _ in try Receiver() }
        try await city.watch(to: slow.address)
        for receiver in quick { try await city.watch(to: receiver.address) }
        try await city.penalty()
        let round = Task { try await city.round().run() }
        // The others have theirs while the slow one is still silent.
        while quick.contains(where: { $0.requests.isEmpty }) { await Task.yield() }
        #expect(try await city.store.watches(of: "bank", offset: 0, limit: 10).watches.allSatisfy { $0.attempts == 0 })
        let outcome = try await round.value
        #expect(outcome.messages == 3 && outcome.failed == 1)
    }

    @Test("without the operator's leave nothing is sent to this machine, whatever was written down before")
    func privateAddress() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        let watch = try await city.watch(to: receiver.address)
        try await city.penalty()
        #expect(try await city.round(allowsPrivate: false).run().failed == 1)
        #expect(receiver.requests.isEmpty)
        #expect(try await city.store.watch(watch.id)?.attempts == 1)
    }

    @Test("watches of a key that was taken back sleep, and tell what they missed when it counts again")
    func asleep() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        try await city.watch(to: receiver.address)
        city.grant(nil, to: "bank")
        try await city.penalty()
        #expect(try await city.round().run().asleep == 1)
        #expect(receiver.requests.isEmpty)
        city.grant(.public, to: "bank")
        city.pass(seconds: 3601)
        #expect(try await city.round().run().messages == 1)
    }

    @Test("a watch ends after its last day and leaves nothing behind")
    func ends() async throws {
        let city = try await WatchedCity()
        let receiver = try Receiver()
        let watch = try await city.watch(to: receiver.address, until: City.today.description)
        try await city.penalty()
        #expect(try await city.round().run().messages == 1, "the last day counts")
        city.pass(seconds: 86_400)
        try await city.penalty(2)
        let outcome = try await city.round().run()
        #expect(outcome.ended == 1 && outcome.messages == 0)
        #expect(try await city.store.watch(watch.id) == nil)
    }

    @Test("a digest comes on its day at eight, with everything since the last, and not on another")
    func digest() async throws {
        let city = try await WatchedCity()
        let (daily, weekly) = (try Receiver(), try Receiver())
        try await city.watch(to: daily.address, frequency: "daily")
        try await city.watch(to: weekly.address, frequency: "weekly")
        // Monday at nine: the hour is over for today.
        try await city.penalty(1)
        _ = try await city.round().run()
        #expect(daily.requests.isEmpty && weekly.requests.isEmpty)
        city.pass(seconds: 23 * 3600 - 1)
        try await city.penalty(2)
        _ = try await city.round().run()
        #expect(daily.requests.isEmpty, "Tuesday, a second before eight")
        city.pass(seconds: 1)
        _ = try await city.round().run()
        #expect(daily.requests.map(\.kinds) == [["appeared", "appeared"]] && weekly.requests.isEmpty)
        for _ in 0..<5 {
            city.pass(seconds: 86_400)
            _ = try await city.round().run()
        }
        #expect(daily.requests.count == 1, "nothing to tell, nothing sent")
        #expect(weekly.requests.isEmpty, "Sunday at eight")
        city.pass(seconds: 86_400)
        _ = try await city.round().run()
        #expect(weekly.requests.map(\.kinds) == [["appeared", "appeared"]], "Monday at eight")
    }

    @Test("a mail can be read by a mail program: Chinese and English, both headers and text, and a way to stop")
    func mail() async throws {
        let city = try await WatchedCity()
        let watch = try await city.watch(channel: "mail", to: "credit@example.com")
        try await city.penalty()
        #expect(try await city.round().run().messages == 1)
        let (name, text) = try #require(try city.mails().first)
        #expect(name.hasPrefix(watch.id) && name.hasSuffix(".eml"))
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        let head = parts[0].replacing("\r\n ", with: " ")
        #expect(parts[0].utf8.allSatisfy { $0 < 0x80 } && parts[1].utf8.allSatisfy { $0 < 0x80 })
        #expect(text.split(separator: "\r\n", omittingEmptySubsequences: false).allSatisfy { $0.utf8.count <= 998 })
        #expect(head.contains("To: credit@example.com\r\n") && head.contains("Subject: =?UTF-8?B?"))
        let stop = "\(WatchedCity.address)/watch/stop/\(watch.id)-\(WatchedCity.secrets.stop(of: watch.id))"
        #expect(head.contains("List-Unsubscribe: <\(stop)>"))
        let body = try #require(Data(base64Encoded: parts[1].replacing("\r\n", with: ""))).reduce(into: [UInt8]()) { $0.append($1) }
        let words = String(decoding: body, as: UTF8.self)
        for expected in [
            WatchedCity.name, "示例市市场监督管理局", "示市监罚〔2026〕1号", "怎样提异议", "How to contest", "Basis", "依据", "公示截止", stop,
            "\(WatchedCity.address)/r/",
        ] { #expect(words.contains(expected), "\(expected)") }
        #expect(!words.contains("示例内部备注") && !words.contains("say") && !words.contains("watchL"))
    }

    @Test("a mail about a withdrawal says when it was told and to delete it, and nothing of what it said")
    func withdrawalByMail() async throws {
        let city = try await WatchedCity()
        try await city.watch(channel: "mail", to: "credit@example.com")
        try await city.penalty(facts: "示例违法事实。")
        _ = try await city.round().run()
        let first = try #require(try city.mails().first?.name)
        city.pass(seconds: 60)
        let id = try #require(try await city.records().first?.id)
        try await city.amend(id, .withdraw, .decisionRevoked)
        _ = try await city.round().run()
        let text = try #require(try city.mails().first { $0.name != first }?.text)
        let body = text.split(separator: "\r\n\r\n", maxSplits: 1)[1].replacing("\r\n", with: "")
        let words = String(decoding: try #require(Data(base64Encoded: String(body))), as: UTF8.self)
        #expect(words.contains("2026年11月23日") && words.contains("delete it") && words.contains("原决定被撤销"))
        for word in ["示例违法事实", "示市监罚", "罚款", WatchedCity.name] { #expect(!words.contains(word), "\(word)") }
    }

    @Test("the mail program is given the whole mail, and one that refuses or is missing is tried again")
    func sendmail() async throws {
        let city = try await WatchedCity()
        let watch = try await city.watch(channel: "mail", to: "credit@example.com")
        try await city.penalty()
        let program = city.city.directory.file("sendmail")
        func become(_ script: String) throws {
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: program))
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
        }
        #expect(try await city.round(sendmail: program).run().failed == 1)
        try become("cat >/dev/null; exit 75")
        city.pass(seconds: 6)
        #expect(try await city.round(sendmail: program).run().failed == 1)
        #expect(try await city.store.watch(watch.id)?.attempts == 2)
        let taken = city.city.directory.file("taken")
        try become("echo \"$@\" > \(taken); cat >> \(taken)")
        city.pass(seconds: 61)
        #expect(try await city.round(sendmail: program).run().messages == 1)
        let text = String(decoding: try Data(contentsOf: URL(filePath: taken)), as: UTF8.self)
        #expect(text.hasPrefix("-t -i\nFrom: credit@example.cn\r\n") && text.contains("\r\n\r\n"))
    }
}
