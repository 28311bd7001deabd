import Foundation

/// What is watched: `organisation` with a code, `list` with an item of the catalogue, or `sector` with a letter of GB/T 4754.
public struct WatchTarget: Sendable, Codable, Hashable {
    public let kind: String
    public let value: String
    public init(kind: String, value: String) { (self.kind, self.value) = (kind, value) }
}

public struct Watch: Sendable, Decodable {
    public struct Failing: Sendable, Decodable {
        public let since: String
        public let reason: String
    }
    public let id: String
    public let target: WatchTarget
    public let channel: String
    public let address: String?
    public let frequency: String
    public let until: String?
    /// Set where deliveries were given up; `resumeWatch` tries again.
    public let failing: Failing?
    /// Only in the answer that made a webhook, and never again.
    public let secret: String?
}

public struct WatchList: Sendable, Decodable {
    public let total: Int
    public let watches: [Watch]
}

public struct WatchEvents: Sendable, Decodable {
    public struct Event: Sendable, Decodable {
        /// Stays the same however often the event comes.
        public let id: String
        /// `appeared`, `changed`, `contested` or `left`; of what left every copy is to be deleted.
        public let kind: String
        public let recordId: String
        public let href: String
        public let record: PublicRecord?
        public let leaving: String?
    }
    /// Pass on as `after`.
    public let through: Int64
    public let hasMore: Bool
    public let events: [Event]
}

/// The watches of the client's key, which has the scope `watch` or `own:CODE`.
extension ChengxinClient {
    private struct WatchBody: Encodable {
        let target: WatchTarget
        let channel: String
        let address: String?
        let frequency: String?
        let until: String?
    }

    public func watches(limit: Int = 100, offset: Int = 0) async throws -> WatchList {
        try await get("watches", ["limit": String(limit), "offset": String(offset)])
    }

    /// Watches a target; one that there is already comes back unchanged.
    ///
    /// - Parameters:
    ///   - channel: `webhook` or `mail` with an `address`, or `feed`, which is asked for by `events`.
    ///   - until: the last day, `YYYY-MM-DD`.
    public func addWatch(
        _ target: WatchTarget, channel: String = "feed", address: String? = nil, frequency: String? = nil,
        until: String? = nil
    ) async throws -> Watch {
        let body = WatchBody(target: target, channel: channel, address: address, frequency: frequency, until: until)
        return try Self.decode(try await post("watches", body))
    }

    public func watch(_ id: String) async throws -> Watch { try await get("watches/\(id)") }

    /// Ends a watch; everything kept of it goes.
    public func removeWatch(_ id: String) async throws {
        var question = Question("watches/\(id)")
        question.method = "DELETE"
        _ = try await data(question)
    }

    /// Tries a failing watch again, from where it stopped.
    public func resumeWatch(_ id: String) async throws -> Watch {
        var question = Question("watches/\(id)/resume")
        question.method = "POST"
        return try Self.decode(try await data(question))
    }

    /// What happened behind a place of the log; without one, since the watch began.
    public func events(of watch: String, after: Int64? = nil, limit: Int = 100) async throws -> WatchEvents {
        try await get("watches/\(watch)/events", ["after": after.map { String($0) }, "limit": String(limit)])
    }
}
