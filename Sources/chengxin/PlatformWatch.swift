import ArgumentParser
import CreditModel
import CreditServer
import CreditServices
import CreditStore
import CreditWatch
import Foundation

/// How watchers are reached, as the operator says it.
struct WatchDelivery: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The system's mail program, called with -t; without it mails are laid into the folder `outbox` of the platform.",
            valueName: "path")) var sendmail: String?
    @Option(help: ArgumentHelp("Sender of mails to watchers.", valueName: "address")) var mailFrom = "chengxin@localhost"
    @Flag(
        help: ArgumentHelp(
            "Let webhooks go to this machine (also by plain http) and into private networks. Whoever has a key for watching can then make the server talk to them."
        )) var privateReceivers = false

    func validate() throws {
        if let sendmail, !FileManager.default.isExecutableFile(atPath: sendmail) {
            throw UsageError(message: "--sendmail: there is no program `\(sendmail)`")
        }
        do { _ = try ReceiverRules.mail(mailFrom) } catch {
            throw UsageError(message: "--mail-from must be a mail address")
        }
    }
}

/// A platform's watches: who may, what signs, how they leave the house.
struct PlatformWatch: Sendable {
    let platform: Platform
    let delivery: WatchDelivery
    let address: String
    let clock: @Sendable () -> Instant

    init(_ platform: Platform, _ delivery: WatchDelivery, address: String, clock: @escaping @Sendable () -> Instant) {
        (self.platform, self.delivery, self.address, self.clock) = (platform, delivery, address, clock)
    }

    var rules: ReceiverRules { ReceiverRules(allowsPrivate: delivery.privateReceivers) }

    var setting: WatchSetting {
        WatchSetting(
            secrets: { [directory = platform.directory] in try Self.secrets(directory) }, rules: rules,
            standing: { [accounts = DeskAccounts(platform.directory)] in accounts.standing($0) })
    }

    var register: WatchRegister {
        WatchRegister(
            catalogue: platform.catalogue, store: platform.store, rules: rules, right: setting.right, clock: clock)
    }

    func round() async throws -> WatchRound {
        let way: MailRoute.Way = delivery.sendmail.map { .program($0) } ?? .folder(platform.directory.outbox)
        return WatchRound(
            catalogue: platform.catalogue, store: platform.store, right: setting.right, rules: rules,
            mail: MailRoute(way: way, from: delivery.mailFrom), secrets: try Self.secrets(platform.directory),
            address: address, clock: clock, moment: Instant.now)
    }

    /// Reads the key, or makes it at first need. Two processes that make it at the same moment keep the first.
    static func secrets(_ directory: DataDirectory) throws -> WatchSecrets {
        if let secrets = try read(directory) { return secrets }
        try directory.makePrivate(directory.keys)
        var generator = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let draft = directory.watchKey + ".\(getpid())"
        try directory.writePrivate(Hexadecimal.text(key) + "\n", to: draft)
        _ = link(draft, directory.watchKey)
        unlink(draft)
        guard let secrets = try read(directory) else {
            throw StoreError(.readOnly, "`\(directory.watchKey)` cannot be written; check the path and its permissions")
        }
        return secrets
    }

    private static func read(_ directory: DataDirectory) throws -> WatchSecrets? {
        guard let data = FileManager.default.contents(atPath: directory.watchKey) else { return nil }
        let digits = Array(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
        guard digits.count == 64, bytes.count == 32 else {
            throw UsageError(message: "`\(directory.watchKey)` is not 64 hexadecimal digits; restore it from your copy of the keys")
        }
        return WatchSecrets(key: bytes)
    }
}
