import CreditModel
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Keeps one client from taking what all need: each has a bucket of units that fills at a steady rate, and a request takes out
/// what it costs. The answer says what is left (draft-ietf-httpapi-ratelimit-headers-10); an empty bucket is answered 429 by a
/// few bytes, before anything is worked out.
///
/// Who asked is known to the bucket alone, in memory, and is neither logged nor counted.
struct RateLimit: RouterMiddleware {
    /// Units a minute; also what a full bucket holds.
    let perMinute: Int
    /// Units a minute for a key with scope `data` on open data, beside what its address has.
    let dataPerMinute: Int
    let holders: KeyHolders
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    let proxies: Set<String>
    let meter: Meter
    private let buckets = Buckets()

    init(perMinute: Int, dataPerMinute: Int, holders: KeyHolders, proxies: Set<String>, meter: Meter) {
        (self.perMinute, self.proxies, self.meter) = (perMinute, proxies, meter)
        (self.dataPerMinute, self.holders) = (dataPerMinute, holders)
    }

    func handle(_ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response)
        async throws -> Response
    {
        let cost = Self.cost(request.routedPath, request.method)
        guard cost > 0 else { return try await next(request, context) }
        let (client, perMinute, name) = bucket(of: request, context)
        let outcome = buckets.take(cost, from: client, perMinute: perMinute)
        var response: Response
        if outcome.isTaken {
            response = try await next(request, context)
        } else {
            meter.countLimited()
            let wait = max(1, Int(((Double(cost) - outcome.left) * 60 / Double(perMinute)).rounded(.up)))
            response = Problem(
                code: "too-many-requests", status: .tooManyRequests,
                detail: Bilingual(
                    zh: "请求太频繁。请在 \(wait) 秒后再试。", en: "Too many requests. Please try again in \(wait) seconds.")
            ).response(Preferences(request).language)
            response.headers[.retryAfter] = String(wait)
            response.headers[.cacheControl] = "no-store"
        }
        let untilFull = Int(((Double(perMinute) - outcome.left) * 60 / Double(perMinute)).rounded(.up))
        response.headers[.rateLimitPolicy] = "\"\(name)\";q=\(perMinute);w=60"
        response.headers[.rateLimit] = "\"\(name)\";r=\(max(0, Int(outcome.left)));t=\(untilFull)"
        return response
    }

    /// Whose bucket a request takes from. A key that does not count takes from its address's, so that guessing keys is slow.
    private func bucket(of request: Request, _ context: PortalContext) -> (client: String, perMinute: Int, name: String) {
        if OpenDataRoutes.isBulk(request.routedPath), let holder = try? holders.holder(of: request), holder.grant.allows(.data) {
            return ("key " + holder.name, dataPerMinute, "data")
        }
        return (client(of: request, from: context.remoteAddress?.ipAddress ?? ""), perMinute, "client")
    }

    /// Units by what an answer takes to work out. What operators and every page need costs nothing.
    static func cost(_ path: String, _ method: HTTPRequest.Method = .get) -> Int {
        if path.hasPrefix("/assets/") || ["/healthz", "/readyz", "/metrics", "/favicon.ico"].contains(path) { return 0 }
        if path == CheckRoutes.api || path == CheckRoutes.page && method == .post { return 20 }
        // Looks through all reports, or through the log from where the asker says.
        if path == "/api/v1/reports/status" || path.hasPrefix("/api/v1/watches/") && path.hasSuffix("/events") { return 20 }
        if path.hasPrefix("/statistics") || path == "/quality" || path == "/data" { return 5 }
        if path == MatchRoutes.match || path == MatchRoutes.reconcile || path == "/s.csv" { return 20 }
        // Pages of a report are drawn anew each time; through the interface they may be asked for at one address.
        if path.hasSuffix("/report.pdf") || path == "/api/v1/reports" { return 20 }
        if path.hasSuffix("/report.json") || path == "/verify" || path == "/reports/disclose" || path == "/api/v1/reports/verify" { return 5 }
        if let cost = OpenDataRoutes.cost(path) { return cost }
        return path == "/s" || path == "/api/v1/subjects" || path.hasSuffix("/search") ? 5 : 1
    }

    /// The nearest address that is no proxy of ours: the last such of `X-Forwarded-For`, since what stands before it is only
    /// what a stranger says. Of an IPv6 address the /64, which one household has whole.
    private func client(of request: Request, from peer: String) -> String {
        var client = peer
        if proxies.contains(peer) {
            let named = request.headers[values: .forwardedFor].flatMap { $0.split(separator: ",") }.map {
                String($0.drop { $0 == " " }.prefix { $0 != " " })
            }
            // A text that is no address is nobody's bucket: it would let a stranger make as many as he likes.
            if let last = named.last(where: { !proxies.contains($0) }),
                let address = try? SocketAddress(ipAddress: last, port: 0).ipAddress
            {
                client = address
            }
        }
        guard let address = try? SocketAddress(ipAddress: client, port: 0), case .v6(let six) = address else { return client }
        // Behind family, port and flow: 8 bytes of the network, then 8 of the interface (RFC 3493 section 3.3).
        return withUnsafeBytes(of: six.address) { $0[8..<16].map { String($0, radix: 16) }.joined(separator: ":") }
    }

    /// Two generations of buckets: when the younger is full, the older is let go, so that many addresses take bounded room.
    private final class Buckets: Sendable {
        private struct Bucket {
            var left: Double
            var seen: ContinuousClock.Instant
        }
        private struct State {
            var young: [String: Bucket] = [:]
            var old: [String: Bucket] = [:]
        }
        private static let most = 32_768
        private let state = Mutex(State())

        func take(_ cost: Int, from client: String, perMinute: Int) -> (isTaken: Bool, left: Double) {
            let now = ContinuousClock.now
            let full = Double(perMinute)
            return state.withLock { state in
                var bucket = state.young[client] ?? state.old[client] ?? Bucket(left: full, seen: now)
                bucket.left = min(full, bucket.left + (now - bucket.seen) / .seconds(60) * full)
                bucket.seen = now
                let isTaken = bucket.left >= Double(cost)
                if isTaken { bucket.left -= Double(cost) }
                if state.young.count >= Self.most, state.young[client] == nil {
                    state.old = state.young
                    state.young = [:]
                }
                state.young[client] = bucket
                return (isTaken, bucket.left)
            }
        }
    }
}
