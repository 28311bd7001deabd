import CreditModel
import CreditRegistry

/// What somebody asked to be told of. Always organisations, or facts about them: nobody can watch a person.
public enum WatchTarget: Sendable, Hashable {
    /// One organisation, by the code of its public address.
    case organisation(String)
    /// All records of a public item, such as the list of abnormal operation or penalties.
    case list(String)
    /// All records of organisations in a section of GB/T 4754, `A` to `T`.
    case sector(String)

    /// `organisation`, `list` or `sector`, as stored and as the API says it.
    public var kind: String {
        switch self {
        case .organisation: "organisation"
        case .list: "list"
        case .sector: "sector"
        }
    }

    /// Code, item or section.
    public var value: String {
        switch self {
        case .organisation(let value), .list(let value), .sector(let value): value
        }
    }

    public init?(kind: String, value: String) {
        switch kind {
        case "organisation": self = .organisation(value)
        case "list": self = .list(value)
        case "sector": self = .sector(value)
        default: return nil
        }
    }
}

/// How somebody is told.
public enum WatchChannel: Sendable, Hashable {
    /// A signed POST to this address.
    case webhook(String)
    /// A mail to this address.
    case mail(String)
    /// Nothing is sent; the holder asks for the events.
    case feed

    public var kind: String {
        switch self {
        case .webhook: "webhook"
        case .mail: "mail"
        case .feed: "feed"
        }
    }

    /// Empty for a feed.
    public var address: String {
        switch self {
        case .webhook(let address), .mail(let address): address
        case .feed: ""
        }
    }

    public init?(kind: String, address: String) {
        switch kind {
        case "webhook": self = .webhook(address)
        case "mail": self = .mail(address)
        case "feed": self = .feed
        default: return nil
        }
    }
}

/// When somebody is told.
public enum WatchFrequency: String, Sendable, Hashable, CaseIterable {
    /// As soon as it is known.
    case immediately
    /// Once a day at eight in the morning in China, where there is something to tell.
    case daily
    /// The same on Mondays.
    case weekly

    private static let hour: Int64 = 8

    /// The latest sending hour that has passed. What was noticed before it may be told.
    public func lastHour(before now: Instant) -> Instant {
        let (day, stride) =
            switch self {
            case .immediately, .daily: (now.day, 1)
            case .weekly: (now.day.adding(days: 1 - now.day.weekday), 7)
            }
        let hour = Self.opening(of: day)
        return hour <= now ? hour : Self.opening(of: day.adding(days: -stride))
    }

    private static func opening(of day: Day) -> Instant {
        Instant(milliseconds: Int64(day.daysSinceEpoch) * 86_400_000 + (hour - 8) * 3_600_000)
    }
}

/// One subscription: what, how, how often, until when. It belongs to a key's name and holds nothing else about anybody.
public struct Watch: Sendable, Hashable {
    /// Why deliveries of a watch were given up.
    public struct Failing: Sendable, Hashable {
        public let since: Instant
        /// A code of `DeliveryFault`, such as `status-500` or `timed-out`.
        public let reason: String

        public init(since: Instant, reason: String) {
            (self.since, self.reason) = (since, reason)
        }
    }

    /// Sixteen letters and digits that nobody can guess.
    public let id: String
    /// The name of the key that it belongs to.
    public let holder: String
    public let target: WatchTarget
    /// The organisation of the target.
    public let subject: SubjectID?
    public let channel: WatchChannel
    public let frequency: WatchFrequency
    /// The last day on which it tells anything; nil = until it is removed.
    public let until: Day?
    public let createdAt: Instant
    /// What is at this place of the log or before it is never told.
    public let start: Int64
    /// Everything up to this place of the log has been told.
    public var toldTo: Int64
    /// The end of a message that is on its way: written down before it is sent, so that sending it again after a crash tells the
    /// same places under the same id.
    public var pendingTo: Int64?
    public var attempts: Int
    /// When the message on its way is tried again.
    public var nextAt: Instant?
    public var failing: Failing?
    public var lastToldAt: Instant?

    public init(
        id: String, holder: String, target: WatchTarget, subject: SubjectID?, channel: WatchChannel,
        frequency: WatchFrequency, until: Day?, createdAt: Instant, start: Int64
    ) {
        self.id = id
        self.holder = holder
        self.target = target
        self.subject = subject
        self.channel = channel
        self.frequency = frequency
        self.until = until
        self.createdAt = createdAt
        self.start = start
        toldTo = start
        attempts = 0
    }

    /// Whether another watch would tell the same to the same.
    public func isSame(as other: Watch) -> Bool {
        holder == other.holder && target == other.target && channel == other.channel
    }
}

/// A watch that was asked for and cannot be had. What to do stands in the words.
public struct WatchError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        public let name: String
        public static let unknownTarget = Code(name: "watch-target")
        public static let unfitAddress = Code(name: "watch-address")
        public static let unfitEnd = Code(name: "watch-end")
        public static let notAllowed = Code(name: "watch-not-allowed")
        public static let tooMany = Code(name: "watch-too-many")
        public static let notFound = Code(name: "watch-not-found")
    }
    public let code: Code
    public let words: Bilingual

    public init(_ code: Code, _ words: Bilingual) {
        (self.code, self.words) = (code, words)
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { words.en }
}
