import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// A watch as somebody asks for it, in their own words.
public struct WatchRequest: Sendable, Hashable {
    public var targetKind: String
    public var target: String
    public var channel: String
    public var address: String
    public var frequency: String
    public var until: String

    public init(
        targetKind: String, target: String, channel: String, address: String = "", frequency: String = "immediately",
        until: String = ""
    ) {
        self.targetKind = targetKind
        self.target = target
        self.channel = channel
        self.address = address
        self.frequency = frequency
        self.until = until
    }
}

/// Whose view a holder has of a target; nil where the holder may not watch it, or no longer.
public typealias WatchRight = @Sendable (_ holder: String, _ target: WatchTarget) -> Audience?

/// The one place where watches are made: what may be watched, by whom, how, and how many.
public struct WatchRegister: Sendable {
    /// Watches that one key may have. Enough for a bank's borrowers; who watches more watches a list.
    public static let mostWatches = 10_000

    let catalogue: Catalogue
    let store: any ServiceStore
    let rules: ReceiverRules
    let right: WatchRight
    let clock: @Sendable () -> Instant
    let moment: @Sendable () -> Instant
    let most: Int

    public init(
        catalogue: Catalogue, store: any ServiceStore, rules: ReceiverRules, right: @escaping WatchRight,
        clock: @escaping @Sendable () -> Instant, moment: @escaping @Sendable () -> Instant = Instant.now,
        most: Int = Self.mostWatches
    ) {
        self.catalogue = catalogue
        self.store = store
        self.rules = rules
        self.right = right
        self.clock = clock
        self.moment = moment
        self.most = most
    }

    /// Items whose records can be watched as a list: those that are public, delivered, and about organisations.
    public static func lists(_ catalogue: Catalogue) -> [Item] {
        let delivered = Set(catalogue.feeds.map(\.item))
        return catalogue.items.filter {
            delivered.contains($0.id) && $0.publicity == .public && $0.subjects.contains(.organisation)
                && $0.category != "registration"
        }
    }

    /// - Returns: the watch; one that there was already, unchanged, where the same is told to the same.
    /// - Throws: `WatchError` with what to mend.
    public func add(_ request: WatchRequest, for holder: String, source: String) async throws -> (watch: Watch, isNew: Bool) {
        let (target, subject) = try await target(request)
        guard right(holder, target) != nil else {
            throw WatchError(
                .notAllowed,
                Bilingual(
                    zh: "这个密钥不能关注它。关注任何单位、名单、行业要 watch 权限；own 权限只能关注自己的单位。",
                    en: "This key may not watch that. Watching any organisation, list or sector takes the scope watch; the scope own watches one’s own organisation only."))
        }
        guard let frequency = WatchFrequency(rawValue: request.frequency.isEmpty ? "immediately" : request.frequency) else {
            throw WatchError(
                .unknownTarget,
                Bilingual(zh: "频次写 immediately、daily 或者 weekly。", en: "The frequency is immediately, daily or weekly."))
        }
        let watch = Watch(
            id: WatchSecrets.makeID(), holder: holder, target: target, subject: subject, channel: try channel(request),
            frequency: frequency, until: try until(request.until), createdAt: clock(), start: 0)
        return try await store.add(watch, most: most, source: source, at: moment())
    }

    private func target(_ request: WatchRequest) async throws -> (WatchTarget, SubjectID?) {
        func unknown(_ zh: String, _ en: String) -> WatchError { WatchError(.unknownTarget, Bilingual(zh: zh, en: en)) }
        let value = request.target.filter { !$0.isWhitespace }
        switch request.targetKind {
        case "organisation":
            let code = Folding.code(value).filter { $0 != "-" }
            guard (1...60).contains(code.utf8.count), let profile = try await store.profile(code: code),
                profile.state.kind == .organisation
            else {
                throw unknown(
                    "没有这个单位。请填统一社会信用代码，或者先查找单位。",
                    "There is no such organisation. Give its unified social credit code, or search for it first.")
            }
            return (.organisation(profile.state.code), profile.id)
        case "list":
            guard Self.lists(catalogue).contains(where: { $0.id == value }) else {
                let names = Self.lists(catalogue).map(\.id).joined(separator: ", ")
                throw unknown("没有这张名单。可以关注：\(names)。", "There is no such list. These can be watched: \(names).")
            }
            return (.list(value), nil)
        case "sector":
            let section = value.uppercased()
            guard catalogue.sectors.title(section) != nil else {
                throw unknown(
                    "没有这个行业门类。请填 A 到 T 的字母（GB/T 4754）。", "There is no such sector. Give a letter from A to T (GB/T 4754).")
            }
            return (.sector(section), nil)
        default:
            throw unknown("请说明关注什么：organisation、list 或者 sector。", "Say what is watched: organisation, list or sector.")
        }
    }

    private func channel(_ request: WatchRequest) throws -> WatchChannel {
        switch request.channel {
        case "webhook": return .webhook(try rules.webhook(request.address))
        case "mail": return .mail(try ReceiverRules.mail(request.address))
        case "feed":
            guard request.address.isEmpty else {
                throw WatchError(
                    .unfitAddress, Bilingual(zh: "自取的关注没有接收地址。", en: "A watch that is asked for by itself has no address."))
            }
            return .feed
        default:
            throw WatchError(
                .unfitAddress, Bilingual(zh: "方式写 webhook、mail 或者 feed。", en: "The channel is webhook, mail or feed."))
        }
    }

    private func until(_ text: String) throws -> Day? {
        if text.isEmpty { return nil }
        guard let day = Day(iso: text), day >= clock().day else {
            throw WatchError(
                .unfitEnd,
                Bilingual(
                    zh: "截止日期写成 2027-03-05 的样子，不早于今天。", en: "The last day is written 2027-03-05 and not before today."))
        }
        return day
    }
}
