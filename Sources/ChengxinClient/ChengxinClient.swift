import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The public API of a Chengxin platform (`API/openapi.yaml`).
///
/// Answers are kept in memory with their tag and asked for again each time (`If-None-Match`), so that a record is never given
/// out after its term or its withdrawal. Do not keep records of your own past `publishedUntil`.
public final class ChengxinClient: Sendable {
    /// Asks one request; a program's own way to the network may take its place.
    public typealias Transport = @Sendable (URLRequest) async throws -> (Data, HTTPURLResponse)

    private let base: URL
    private let language: String
    private let patience: Duration
    private let transport: Transport
    private let sleep: @Sendable (Duration) async throws -> Void
    private let kept = Mutex<[URL: (tag: String, data: Data)]>([:])
    /// The most answers kept; then all are let go, which costs asking again.
    private static let mostKept = 200

    /// - Parameters:
    ///   - address: of the platform, such as `https://credit.example`.
    ///   - language: of titles and details, `zh` or `en`.
    ///   - patience: how long to wait in all when asked to come later (429, 503).
    public init(
        address: URL, language: String = "zh", patience: Duration = .seconds(60), transport: @escaping Transport = ChengxinClient.ask,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        base = address.appending(path: "api/v1")
        (self.language, self.patience, self.transport, self.sleep) = (language, patience, transport, sleep)
    }

    // MARK: calls

    /// Organisations by part of a name, a former name or a code, best first.
    public func search(_ words: String, limit: Int = 20, offset: Int = 0) async throws -> SearchAnswer {
        try await get("subjects", ["q": words, "limit": String(limit), "offset": String(offset)])
    }

    /// One organisation with its records in their term.
    public func organisation(_ code: String) async throws -> JSONValue { try await get("subjects/\(code)") }

    public func record(_ id: String) async throws -> PublicRecord { try await get("records/\(id)") }

    /// One page of an item's records; `next` of a page leads to the one after.
    public func recordPage(item: String, limit: Int = 100, after: String? = nil) async throws -> RecordPage {
        var parameters = ["item": item, "limit": String(limit)]
        parameters["after"] = after
        return try await get("records", parameters)
    }

    /// Every record of an item in its term, newest first, asked for page by page as they are taken.
    public func records(item: String, pageSize: Int = 100) -> AsyncThrowingStream<PublicRecord, any Error> {
        let pages = RecordPages(client: self, item: item, pageSize: pageSize)
        return AsyncThrowingStream { try await pages.next() }
    }

    /// The proof that a record stands in the public log, as the server writes it.
    public func proof(_ id: String) async throws -> Data { try await data("records/\(id)/proof", [:], body: nil) }

    /// Which items there are, on what basis, and for how long each is shown.
    public func catalogue() async throws -> JSONValue { try await get("catalogue") }

    /// Which organisation each row is about; 1 to 1,000 rows. Nothing of the question is kept by the server.
    public func match(_ rows: [MatchRow]) async throws -> [MatchAnswer] {
        let body = try JSONEncoder().encode(["rows": rows])
        let answer: MatchAnswers = try Self.decode(try await data("match", [:], body: body))
        return answer.results
    }

    /// Operations of `API/openapi.yaml` that this client has a call for.
    public static let operations: Set<String> = [
        "searchSubjects", "getSubject", "listRecords", "getRecord", "getProof", "getCatalogue", "match",
    ]

    // MARK: asking

    private func get<T: Decodable>(_ path: String, _ parameters: [String: String] = [:]) async throws -> T {
        try Self.decode(try await data(path, parameters, body: nil))
    }

    private static func decode<T: Decodable>(_ data: Data) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(T.self, from: data)
    }

    private func data(_ path: String, _ parameters: [String: String], body: Data?) async throws -> Data {
        var items = parameters.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0.key, value: $0.value) }
        items.append(URLQueryItem(name: "lang", value: language))
        let target = base.appending(path: path).appending(queryItems: items)
        var waited = Duration.zero
        while true {
            var request = URLRequest(url: target)
            let before = body == nil ? kept.withLock { $0[target] } : nil
            if let before { request.setValue(before.tag, forHTTPHeaderField: "If-None-Match") }
            if let body {
                request.httpMethod = "POST"
                request.httpBody = body
                request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            }
            let (data, answer) = try await transport(request)
            switch answer.statusCode {
            case 304:
                if let before { return before.data }
                throw ChengxinProblem(status: 304, data)
            case 200..<300:
                if body == nil, let tag = answer.value(forHTTPHeaderField: "ETag") {
                    kept.withLock { kept in
                        if kept.count >= Self.mostKept { kept = [:] }
                        kept[target] = (tag, data)
                    }
                }
                return data
            case 429, 503:
                // A server that does not say when is not asked again.
                guard let seconds = answer.value(forHTTPHeaderField: "Retry-After").flatMap({ Int($0) }), seconds >= 0,
                    waited + .seconds(seconds) <= patience
                else { throw ChengxinProblem(status: answer.statusCode, data) }
                try await sleep(.seconds(seconds))
                waited += .seconds(seconds)
            default:
                kept.withLock { $0[target] = nil }
                throw ChengxinProblem(status: answer.statusCode, data)
            }
        }
    }

    /// Asks over the network, without a cache of its own.
    public static let ask: Transport = { request in
        let (data, answer) = try await session.data(for: request)
        guard let answer = answer as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        return (data, answer)
    }

    private static let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.urlCache = nil
        return URLSession(configuration: configuration)
    }()
}

/// Where a walk through an item's records stands.
private actor RecordPages {
    private let client: ChengxinClient
    private let item: String
    private let pageSize: Int
    private var waiting: ArraySlice<PublicRecord> = []
    private var after: String?
    private var isDone = false

    init(client: ChengxinClient, item: String, pageSize: Int) {
        (self.client, self.item, self.pageSize) = (client, item, pageSize)
    }

    func next() async throws -> PublicRecord? {
        while waiting.isEmpty, !isDone {
            let page = try await client.recordPage(item: item, limit: pageSize, after: after)
            (waiting, after, isDone) = (page.records[...], page.next, page.next == nil)
        }
        return waiting.popFirst()
    }
}
