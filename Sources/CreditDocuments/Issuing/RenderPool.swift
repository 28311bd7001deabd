import CreditModel
import Dispatch
import Synchronization

/// Where pages are drawn: a few lanes of their own, each with its fonts, so that drawing never holds up a thread that serves
/// readers, and a bound on how many wait.
public final class RenderPool: Sendable {
    private let lanes: [Lane]
    private let mostWaiting: Int
    private let state: Mutex<[Int]>

    /// One lane: a queue that runs one drawing at a time, and the typesetter that only it uses.
    private final class Lane: @unchecked Sendable {
        let queue: DispatchQueue
        // Touched on `queue` alone.
        private var typesetter: Typesetter?

        init(_ number: Int) { queue = DispatchQueue(label: "chengxin.render.\(number)") }

        func run<T>(_ body: (Typesetter) throws -> T) throws -> T {
            let typesetter = try self.typesetter ?? Typesetter()
            self.typesetter = typesetter
            return try body(typesetter)
        }
    }

    /// - Parameters:
    ///   - lanes: drawings at the same time.
    ///   - mostWaiting: drawings that may wait on all lanes together; more are turned away.
    public init(lanes: Int = 2, mostWaiting: Int = 64) {
        self.lanes = (0..<max(1, lanes)).map(Lane.init)
        self.mostWaiting = mostWaiting
        state = Mutex([Int](repeating: 0, count: max(1, lanes)))
    }

    /// Cuts and loads the fonts, which takes a moment the first time.
    public func warm() async throws {
        for index in lanes.indices {
            _ = try await run(on: index) { type in
                for face in [Typesetter.Style.Face.text, .display] {
                    _ = type.text("信用 Credit 2026", Typesetter.Style(size: 9, face: face)).width
                }
            }
        }
    }

    /// A place in the queue of a lane. Given back when nobody holds it any more.
    final class Place: Sendable {
        fileprivate let lane: Int
        private let pool: RenderPool

        fileprivate init(_ pool: RenderPool, lane: Int) { (self.pool, self.lane) = (pool, lane) }

        deinit { pool.state.withLock { $0[lane] -= 1 } }
    }

    /// Takes a place on the lane with the least to do, before anything is written down about what is to be drawn.
    /// - Throws: `DocumentError.busy` where too many wait.
    func place() throws -> Place {
        let chosen: Int? = state.withLock { waiting in
            guard waiting.reduce(0, +) < mostWaiting, let least = waiting.indices.min(by: { waiting[$0] < waiting[$1] })
            else { return nil }
            waiting[least] += 1
            return least
        }
        guard let chosen else {
            throw DocumentError(
                .busy,
                Bilingual(zh: "现在出具的报告太多，请稍后再试。", en: "Too many reports are being made at this moment; please ask again shortly."))
        }
        return Place(self, lane: chosen)
    }

    func run<T: Sendable>(in place: Place, _ body: @Sendable @escaping (Typesetter) throws -> T) async throws -> T {
        defer { withExtendedLifetime(place) {} }
        return try await run(on: place.lane, body)
    }

    private func run<T: Sendable>(on index: Int, _ body: @Sendable @escaping (Typesetter) throws -> T) async throws -> T {
        let lane = lanes[index]
        return try await withCheckedThrowingContinuation { continuation in
            lane.queue.async { continuation.resume(with: Result { try lane.run(body) }) }
        }
    }
}
