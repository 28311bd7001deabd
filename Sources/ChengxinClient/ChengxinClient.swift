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
    private let authorization: String?
    private let patience: Duration
    private let transport: Transport
    private let sleep: @Sendable (Duration) async throws -> Void
    private let kept = Mutex<[URL: (tag: String, data: Data)]>([:])
    /// The most answers kept; then all are let go, which costs asking again.
    private static let mostKept = 200

    /// - Parameters:
    ///   - address: of the platform, such as `https://credit.example`.
    ///   - language: of titles and details, `zh` or `en`.
    ///   - key: a name and its key, for what the operator has opened to them; without it the client is the public.
    ///   - patience: how long to wait in all when asked to come later (429, 503).
    public init(
        address: URL, language: String = "zh", key: Key? = nil, patience: Duration = .seconds(60),
        transport: @escaping Transport = ChengxinClient.ask,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        base = address.appending(path: "api/v1")
        authorization = key.map { "Basic " + Data("\($0.name):\($0.key)".utf8).base64EncodedString() }
        (self.language, self.patience, self.transport, self.sleep) = (language, patience, transport, sleep)
    }

    /// A name and its key, as `chengxin account add` issues them. Send them over TLS only.
    public struct Key: Sendable {
        public let name: String
        public let key: String
        public init(name: String, key: String) { (self.name, self.key) = (name, key) }
    }

    // MARK: organisations and records

    /// Organisations by part of a name, a former name or a code, best first.
    public func search(_ words: String, limit: Int = 20, offset: Int = 0) async throws -> SearchAnswer {
        try await get("subjects", ["q": words, "limit": String(limit), "offset": String(offset)])
    }

    /// One organisation with its records in their term.
    public func organisation(_ code: String) async throws -> JSONValue { try await get("subjects/\(code)") }

    public func record(_ id: String) async throws -> PublicRecord { try await get("records/\(id)") }

    /// One organisation's records in their term, newest first.
    public func records(of code: String, item: String? = nil) async throws -> [PublicRecord] {
        let answer: SubjectRecords = try await get("subjects/\(code)/records", ["item": item])
        return answer.records
    }

    /// One page of a public list, which is an item's records; `next` of a page leads to the one after.
    ///
    /// - Parameters:
    ///   - authority: its whole name, as records state it.
    ///   - from: first day of decision, `YYYY-MM-DD`; `to` is the last.
    public func recordPage(
        item: String, limit: Int = 100, after: String? = nil, authority: String? = nil, from: String? = nil,
        to: String? = nil
    ) async throws -> RecordPage {
        try await get(
            "records",
            ["item": item, "limit": String(limit), "after": after, "authority": authority, "from": from, "to": to])
    }

    /// Every record of an item in its term, newest first, asked for page by page as they are taken.
    public func records(item: String, pageSize: Int = 100) -> AsyncThrowingStream<PublicRecord, any Error> {
        let pages = RecordPages(client: self, item: item, pageSize: pageSize)
        return AsyncThrowingStream { try await pages.next() }
    }

    /// The proof that a record stands in the public log, as the server writes it.
    public func proof(_ id: String) async throws -> Data { try await data(Question("records/\(id)/proof")) }

    /// Which items there are, on what basis, and for how long each is shown.
    public func catalogue() async throws -> JSONValue { try await get("catalogue") }

    /// Which organisation each row is about; 1 to 1,000 rows. Nothing of the question is kept by the server.
    public func match(_ rows: [MatchRow]) async throws -> [MatchAnswer] {
        let answer: MatchAnswers = try Self.decode(try await post("match", ["rows": rows]))
        return answer.results
    }

    /// One item of the catalogue with its fields.
    public func catalogueItem(_ id: String) async throws -> JSONValue { try await get("catalogue/\(id)") }

    // MARK: asking

    /// One request, before it is made.
    struct Question {
        var path: String
        var parameters: [String: String?] = [:]
        var method = "GET"
        var body: Data?
        var accept = "*/*"
        var first: Int64 = 0

        init(_ path: String, _ parameters: [String: String?] = [:], accept: String = "*/*") {
            (self.path, self.parameters, self.accept) = (path, parameters, accept)
        }
    }

    func get<T: Decodable>(_ path: String, _ parameters: [String: String?] = [:]) async throws -> T {
        try Self.decode(try await data(Question(path, parameters)))
    }

    func post(_ path: String, _ body: some Encodable, accept: String = "application/json") async throws -> Data {
        var question = Question(path, accept: accept)
        question.method = "POST"
        question.body = try JSONEncoder().encode(body)
        return try await data(question)
    }

    static func decode<T: Decodable>(_ data: Data) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(T.self, from: data)
    }

    func data(_ question: Question) async throws -> Data {
        var items = question.parameters.sorted { $0.key < $1.key }.compactMap { name, value in
            value.map { URLQueryItem(name: name, value: $0) }
        }
        items.append(URLQueryItem(name: "lang", value: language))
        var target = base.appending(path: question.path).appending(queryItems: items)
        // A plus sign in a query is read as a space.
        if var parts = URLComponents(url: target, resolvingAgainstBaseURL: false), let query = parts.percentEncodedQuery
        {
            parts.percentEncodedQuery = query.replacing("+", with: "%2B")
            target = parts.url ?? target
        }
        let isKept = question.method == "GET" && question.first == 0
        var waited = Duration.zero
        while true {
            var request = URLRequest(url: target)
            request.httpMethod = question.method
            request.setValue(question.accept, forHTTPHeaderField: "Accept")
            // Then the server refuses without a challenge, to which URLSession on Linux would wait for an answer for ever.
            request.setValue("ChengxinClient", forHTTPHeaderField: "X-Requested-With")
            request.setValue(authorization, forHTTPHeaderField: "Authorization")
            let before = isKept ? kept.withLock { $0[target] } : nil
            if let before { request.setValue(before.tag, forHTTPHeaderField: "If-None-Match") }
            if question.first > 0 { request.setValue("bytes=\(question.first)-", forHTTPHeaderField: "Range") }
            if let body = question.body {
                request.httpBody = body
                request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            }
            let (data, answer) = try await transport(request)
            switch answer.statusCode {
            case 304:
                if let before { return before.data }
                throw ChengxinProblem(status: 304, data)
            case 200 where question.first > 0:
                // The server sends the whole where it does not go on; what is there already is left out.
                return Data(data.dropFirst(Int(question.first)))
            case 200..<300:
                if isKept, answer.value(forHTTPHeaderField: "Cache-Control") != "no-store",
                    let tag = answer.value(forHTTPHeaderField: "ETag")
                {
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
