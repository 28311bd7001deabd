import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import CreditWatch
import Foundation
import Synchronization
import TestSupport

/// A city with watchers, whose clock a test moves.
final class WatchedCity: Sendable {
    let city: City
    private let now: Mutex<Instant>
    /// What each holder may; absent = asleep.
    private let scopes: Mutex<[String: Audience]>
    let outbox: String
    static let secrets = WatchSecrets(key: [UInt8](repeating: 7, count: 32))
    static let address = "https://credit.example.cn"

    static let code = "91990102MACX000176"
    static let name = "示例市云锦丝绸有限公司"

    init() async throws {
        city = try await City()
        now = Mutex(City.now)
        scopes = Mutex(["bank": .public, "self": .own])
        outbox = city.directory.file("outbox")
        try await city.deliver("registration", [Rows.registration, Rows.registration(Self.name, Self.code)])
    }

    var store: Store { city.store }
    var moment: Instant { now.withLock { $0 } }
    func pass(seconds: Int64) { now.withLock { $0 = Instant(milliseconds: $0.milliseconds + seconds * 1000) } }
    func become(_ instant: Instant) { now.withLock { $0 = instant } }
    func grant(_ audience: Audience?, to holder: String) { scopes.withLock { $0[holder] = audience } }

    private var right: WatchRight { { [self] holder, _ in scopes.withLock { $0[holder] } } }
    private var clock: @Sendable () -> Instant { { [self] in moment } }

    func register(most: Int = WatchRegister.mostWatches) -> WatchRegister {
        WatchRegister(
            catalogue: city.catalogue, store: store, rules: ReceiverRules(allowsPrivate: true), right: right, clock: clock,
            moment: clock, most: most)
    }

    func round(allowsPrivate: Bool = true, sendmail: String? = nil) -> WatchRound {
        WatchRound(
            catalogue: city.catalogue, store: store, right: right, rules: ReceiverRules(allowsPrivate: allowsPrivate),
            mail: MailRoute(way: sendmail.map { .program($0) } ?? .folder(outbox), from: "credit@example.cn"),
            secrets: Self.secrets, address: Self.address, clock: clock, moment: clock)
    }

    @discardableResult
    func watch(
        _ kind: String = "organisation", _ target: String = WatchedCity.code, by holder: String = "bank", channel: String = "webhook",
        to address: String, frequency: String = "immediately", until: String = ""
    ) async throws -> Watch {
        try await register().add(
            WatchRequest(
                targetKind: kind, target: target, channel: channel, address: address, frequency: frequency, until: until),
            for: holder, source: "test"
        ).watch
    }

    /// A penalty of the watched organisation, delivered at this moment.
    func penalty(
        _ number: Int = 1, of code: String = WatchedCity.code, named name: String = WatchedCity.name, facts: String = "未标明价格。",
        on day: String = "2026-11-20"
    ) async throws {
        let row = Rows.penalty(
            name, code, document: "示市监罚〔2026〕\(number)号", facts: facts, on: day, remarks: "示例内部备注")
        try await city.deliver("penalty", [Rows.penalty, row], on: moment.day, at: moment)
    }

    func records() async throws -> [RecordRow] {
        guard let file = try await store.file(code: Self.code) else { return [] }
        return file.rows.filter { $0.item == "administrative-penalty" }
    }

    func amend(_ id: RecordID, _ act: Act, _ reason: Reason) async throws {
        _ = try await store.amend(
            id, Amendment(act, reason: reason, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "li.ming"), effectiveOn: moment.day),
            catalogue: city.catalogue, source: "test", at: moment)
    }

    func mails() throws -> [(name: String, text: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: outbox)) ?? []
        return try names.sorted().map { ($0, String(decoding: try Data(contentsOf: URL(filePath: "\(outbox)/\($0)")), as: UTF8.self)) }
    }
}
