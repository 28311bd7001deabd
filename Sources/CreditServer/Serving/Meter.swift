import HTTPTypes
import Hummingbird
import Synchronization

/// Counts what the server does since it started, for `/metrics`: by route pattern and status, never by who asked or what for.
final class Meter: Sendable {
    /// Upper bounds of the histogram in milliseconds: a page should take 25 (GOALS P5).
    private static let bounds = [1, 5, 10, 25, 50, 100, 250, 1000, 5000]

    private struct Series: Hashable {
        let route: String
        let status: Int
    }
    private struct Duration {
        var counts = [Int](repeating: 0, count: Meter.bounds.count + 1)
        var seconds = 0.0
    }
    private struct State {
        var requests: [Series: Int] = [:]
        var durations: [String: Duration] = [:]
        var (hits, misses, evictions, limited) = (0, 0, 0, 0)
    }
    private let state = Mutex(State())

    func count(route: String, status: Int, took: Swift.Duration) {
        let seconds = took / .seconds(1)
        state.withLock { state in
            state.requests[Series(route: route, status: status), default: 0] += 1
            let place = Self.bounds.firstIndex { seconds * 1000 <= Double($0) } ?? Self.bounds.count
            state.durations[route, default: Duration()].counts[place] += 1
            state.durations[route]?.seconds += seconds
        }
    }
    func countHit() { state.withLock { $0.hits += 1 } }
    func countMiss() { state.withLock { $0.misses += 1 } }
    func countEvictions(_ count: Int) { state.withLock { $0.evictions += count } }
    func countLimited() { state.withLock { $0.limited += 1 } }

    /// Prometheus text format 0.0.4. Times are in seconds.
    /// - Parameter leaves: leaves of the log in the store.
    func text(leaves: Int64) -> String {
        let state = state.withLock { $0 }
        var text = ""
        func family(_ name: String, _ type: String, _ help: String) {
            text += "# HELP chengxin_\(name) \(help)\n# TYPE chengxin_\(name) \(type)\n"
        }
        func single(_ name: String, _ type: String, _ help: String, _ value: Int64) {
            family(name, type, help)
            text += "chengxin_\(name) \(value)\n"
        }
        family("http_requests_total", "counter", "Requests answered, by route and status.")
        for (series, count) in state.requests.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }) {
            text += "chengxin_http_requests_total{route=\"\(series.route)\",status=\"\(series.status)\"} \(count)\n"
        }
        family("http_request_duration_seconds", "histogram", "Time until an answer was ready to be sent.")
        for (route, duration) in state.durations.sorted(by: { $0.key < $1.key }) {
            var sum = 0
            for (place, count) in duration.counts.enumerated() {
                sum += count
                let bound = place < Self.bounds.count ? String(Double(Self.bounds[place]) / 1000) : "+Inf"
                text += "chengxin_http_request_duration_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(sum)\n"
            }
            text += "chengxin_http_request_duration_seconds_sum{route=\"\(route)\"} \(duration.seconds)\n"
            text += "chengxin_http_request_duration_seconds_count{route=\"\(route)\"} \(sum)\n"
        }
        single("kept_answers_hits_total", "counter", "Requests answered by an answer that was kept.", Int64(state.hits))
        single("kept_answers_misses_total", "counter", "Requests whose answer was worked out.", Int64(state.misses))
        single("kept_answers_evictions_total", "counter", "Answers let go for want of room.", Int64(state.evictions))
        single("rate_limited_total", "counter", "Requests answered 429.", Int64(state.limited))
        single("log_leaves", "gauge", "Leaves of the transparency log in the store.", leaves)
        return text
    }
}

/// Counts every answer with the time it took.
struct Metering: RouterMiddleware {
    let meter: Meter

    func handle(_ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response)
        async throws -> Response
    {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        // The pattern, such as `/o/{code}`: an address would tell what was looked at, and be one of millions.
        meter.count(
            route: context.endpointPath ?? "none", status: response.status.code, took: ContinuousClock.now - start)
        return response
    }
}
