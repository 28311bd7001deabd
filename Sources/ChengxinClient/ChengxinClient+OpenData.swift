import Foundation

/// What became of one organisation or record since a timepoint.
public struct ChangeEvent: Sendable, Decodable {
    public let timepoint: Int64
    /// `appeared`, `changed` or `left`; what left is to be deleted by its `id`.
    public let kind: String
    public let dataset: String?
    public let id: String
    public let content: JSONValue?
    public let reason: String?
}

public struct ChangePage: Sendable, Decodable {
    /// From where to ask on. Keep it together with what the events changed: whoever goes on from it misses nothing.
    public let next: Int64
    /// Where the log ended; equal to `next` where nothing more is there.
    public let timepoint: Int64
    public let events: [ChangeEvent]
}

public struct Snapshot: Sendable, Decodable {
    public struct File: Sendable, Decodable {
        public let name: String
        public let dataset: String
        public let bytes: Int64
        public let sha256: String
        /// False where something in it has left since.
        public let available: Bool
    }
    public let timepoint: Int64
    public let day: String
    public let files: [File]
}

struct Snapshots: Decodable { let snapshots: [Snapshot] }

extension ChengxinClient {
    /// One page of the changes behind a timepoint. With a key for `data` the server waits up to `wait` seconds for news.
    public func changePage(after: Int64, limit: Int = 500, wait: Int = 0) async throws -> ChangePage {
        try await get("stream", ["after": String(after), "limit": String(limit), "wait": String(wait)])
    }

    /// Every page from a timepoint to the present end, asked for as they are taken. After a break go on from `next` of the last
    /// page that was stored.
    public func changes(after: Int64, limit: Int = 500) -> AsyncThrowingStream<ChangePage, any Error> {
        let walk = ChangeWalk(client: self, after: after, limit: limit)
        return AsyncThrowingStream { try await walk.next() }
    }

    /// Snapshots that can be downloaded, the newest first.
    public func snapshots() async throws -> [Snapshot] {
        let answer: Snapshots = try await get("snapshots")
        return answer.snapshots
    }

    /// A file of a snapshot from a byte on; a download that broke off goes on behind what is there. Compare the whole with `sha256`.
    public func snapshotFile(_ name: String, of timepoint: Int64, from first: Int64 = 0) async throws -> Data {
        var question = Question("snapshots/\(timepoint)/\(name)")
        question.first = first
        return try await data(question)
    }

    /// The directory of datasets with publisher, licence and files, as DCAT 3.
    public func datasets() async throws -> JSONValue { try await get("catalog.jsonld") }
}

/// Where a walk through the changes stands.
private actor ChangeWalk {
    private let client: ChengxinClient
    private let limit: Int
    private var after: Int64
    private var isDone = false

    init(client: ChengxinClient, after: Int64, limit: Int) {
        (self.client, self.after, self.limit) = (client, after, limit)
    }

    func next() async throws -> ChangePage? {
        if isDone { return nil }
        let page = try await client.changePage(after: after, limit: limit)
        (after, isDone) = (page.next, page.next == page.timepoint)
        return page
    }
}
