import CreditContent
import CreditModel
import CreditServices
import HTTPTypes
import Hummingbird
import Synchronization

/// Keeps public answers for as long as nothing has changed, so that what many ask for is worked out once.
///
/// An answer follows from the address, the reader's choices of display, the day, the content folder, and what the store holds. Every change of the
/// store appends to the log in its own transaction, whichever process makes it, so the log's length is asked for with each
/// request: an answer from before a withdrawal is never given after it. Only answers that are the same for everybody are kept.
struct AnswerCache: RouterMiddleware {
    let store: any ServiceStore
    let content: ContentLibrary
    let clock: @Sendable () -> Instant
    let meter: Meter
    private let kept: Kept
    private let underway = SharedWork<Key, Response>()

    init(store: any ServiceStore, content: ContentLibrary, clock: @escaping @Sendable () -> Instant, meter: Meter) {
        (self.store, self.content, self.clock, self.meter) = (store, content, clock, meter)
        kept = Kept(meter)
    }

    func handle(_ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response)
        async throws -> Response
    {
        guard request.method == .get, request.headers[.authorization] == nil, Self.mayKeep(request.routedPath),
            Self.isUnderstood(request.uri.query ?? "")
        else {
            return try await next(request, context)
        }
        // Asked before the answer is worked out: a change in between makes the kept answer old, never the new one.
        let moment = Moment(
            version: try await store.version(), content: content.current().revision, day: clock().day)
        let question = Question(request)
        if let response = kept.find(question, moment) {
            meter.countHit()
            return response
        }
        let (response, isShared) = try await underway.value(Key(question: question, moment: moment)) {
            meter.countMiss()
            let response = try await next(request, context)
            let control = response.headers[.cacheControl]
            let mayKeep =
                response.status == .ok
                && (control == "no-cache" && response.headers[.eTag] != nil || control?.hasPrefix("public") == true)
            if mayKeep { kept.keep(response, for: question, moment) }
            return (response, mayKeep)
        }
        if isShared { meter.countHit() }
        return response
    }

    /// What the log's own files say can change without the store.
    private static func mayKeep(_ path: String) -> Bool {
        !path.hasPrefix("/log") && !path.hasSuffix("/proof") && !path.hasPrefix("/desk") && !path.hasPrefix("/batches/")
            && !ReportRoutes.isAlwaysNew(path) && !WatchRoutes.isPersonal(path) && !OpenDataRoutes.isAlwaysNew(path)
    }

    /// Parameters that an answer may depend on.
    private static let parameters: Set<Substring> = [
        "lang", "v", "q", "page", "division", "status", "sector", "authority", "kind", "category", "counts", "words", "from", "to",
        "item", "after", "limit", "offset", "provider", "sharing",
    ]

    /// An address with a parameter that no page has is answered, but not kept: `?x=1`, `?x=2` … would push out what many ask for.
    private static func isUnderstood(_ query: String) -> Bool {
        query.split(separator: "&").allSatisfy { parameters.contains($0.prefix { $0 != "=" }) }
    }

    private struct Moment: Hashable {
        let version: StoreVersion
        let content: Int
        let day: Day
    }

    private struct Key: Hashable {
        let question: Question
        let moment: Moment
    }

    /// Everything of a request that an answer can depend on.
    private struct Question: Hashable {
        let target: String
        let host: String?
        let language: Language
        let isElder: Bool
        let theme: String?
        let takesGzip: Bool

        init(_ request: Request) {
            let preferences = Preferences(request)
            target = request.uri.string
            host = request.head.authority
            (language, isElder, theme) = (preferences.language, preferences.isElder, preferences.theme)
            takesGzip = Compression.takesGzip(request)
        }
    }

    /// Two generations of answers: when the younger is full, the older is let go. What is asked for again moves to the younger.
    private final class Kept: Sendable {
        private struct State {
            var moment: Moment?
            var young: [Question: Response] = [:]
            var old: [Question: Response] = [:]
            var bytes = 0
        }
        private static let mostBytes = 32 << 20
        private let state = Mutex(State())
        private let meter: Meter

        init(_ meter: Meter) { self.meter = meter }

        func find(_ question: Question, _ moment: Moment) -> Response? {
            state.withLock { state in
                guard state.moment == moment else { return nil }
                if let response = state.young[question] { return response }
                guard let response = state.old[question] else { return nil }
                add(response, question, &state)
                return response
            }
        }

        func keep(_ response: Response, for question: Question, _ moment: Moment) {
            state.withLock { state in
                if state.moment != moment { state = State(moment: moment) }
                add(response, question, &state)
            }
        }

        private func add(_ response: Response, _ question: Question, _ state: inout State) {
            // Headers, the question and the tables' own room are counted as half a kilobyte.
            state.bytes += (response.body.contentLength ?? 0) + question.target.utf8.count + 512
            if state.bytes > Self.mostBytes {
                meter.countEvictions(state.old.count)
                state.old = state.young
                state.young = [:]
                state.bytes = (response.body.contentLength ?? 0) + 512
            }
            state.young[question] = response
        }
    }
}
