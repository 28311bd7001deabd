import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Answers that are kept until something changes, in two rooms: as they are, for what is asked for again and again, and packed, for
/// five times as many of those that were asked for more than once.
///
/// What is asked for once is only kept as it is, and goes first: whoever walks through a million addresses neither pays for packing nor
/// pushes out what others ask for.
final class KeptAnswers<Question: Hashable & Sendable, Moment: Equatable & Sendable>: Sendable {
    private struct State {
        var moment: Moment?
        var plain: Generations<Question, Response>
        var packed: Generations<Question, Packed>
        /// Hashes of what was asked for, whatever has changed since: popularity outlives a delivery.
        var asked = Generations<Int, Void>(most: 1 << 17)
    }
    /// An answer whose body is packed; one that was sent packed (gzip) stays as it is.
    struct Packed: Sendable {
        let headers: HTTPFields
        let body: Body
        enum Body: Sendable {
            case zstd(PackedBytes)
            case ready(ByteBuffer)
        }

        /// Nil where its body is not at hand as bytes of moderate length.
        init?(_ response: Response) async throws {
            guard let length = response.body.contentLength, length <= 1 << 20 else { return nil }
            let bytes = try await response.body.collected()
            headers = response.headers
            if headers[.contentEncoding] == nil, let packed = PackedBytes(bytes) { body = .zstd(packed) } else { body = .ready(bytes) }
        }

        var response: Response? {
            let bytes: ByteBuffer? =
                switch body {
                case .zstd(let packed): packed.plain
                case .ready(let bytes): bytes
                }
            return bytes.map { Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: $0)) }
        }

        fileprivate var count: Int {
            switch body {
            case .zstd(let packed): packed.count
            case .ready(let bytes): bytes.readableBytes
            }
        }
    }

    private let state: Mutex<State>
    private let meter: Meter

    /// - Parameter mostBytes: of both rooms together, about.
    init(_ meter: Meter, mostBytes: Int = 64 << 20) {
        self.meter = meter
        state = Mutex(State(plain: Generations(most: mostBytes * 3 / 8), packed: Generations(most: mostBytes * 5 / 8)))
    }

    func find(_ question: Question, _ moment: Moment) -> Response? {
        let (ready, packed) = state.withLock { state -> (Response?, Packed?) in
            guard state.moment == moment else { return (nil, nil) }
            if let response = state.plain.find(question) { return (response, nil) }
            return (nil, state.packed.find(question))
        }
        if let ready { return ready }
        guard let response = packed?.response else { return nil }
        add(response, for: question, moment)
        return response
    }

    /// Keeps an answer; packed, too, where its question was asked before.
    func keep(_ response: Response, for question: Question, _ moment: Moment) async throws {
        add(response, for: question, moment)
        let hash = question.hashValue
        let isAskedAgain = state.withLock { state in
            if state.asked.find(hash) != nil { return true }
            _ = state.asked.add((), for: hash, weight: 1)
            return false
        }
        guard isAskedAgain, let packed = try await Packed(response) else { return }
        let gone = state.withLock { state in
            state.moment == moment ? state.packed.add(packed, for: question, weight: packed.count + Self.besides) : [:]
        }
        meter.countEvictions(gone.count)
    }

    /// Headers, the question and the tables' own room, about.
    private static var besides: Int { 1024 }

    private func add(_ response: Response, for question: Question, _ moment: Moment) {
        let weight = (response.body.contentLength ?? 0) + Self.besides
        // What is let go is handed out of the lock, since freeing thousands of answers takes a while.
        let (old, gone) = state.withLock { state -> (State?, Generations<Question, Response>.Held) in
            var old: State?
            if state.moment != moment {
                old = state
                state = State(
                    moment: moment, plain: Generations(most: state.plain.most), packed: Generations(most: state.packed.most),
                    asked: state.asked)
            }
            return (old, state.plain.add(response, for: question, weight: weight))
        }
        meter.countEvictions(gone.count)
        withExtendedLifetime(old) {}
    }
}

/// Two generations of what is remembered: when the younger weighs half of what may be kept, the older is let go. What is asked for again
/// moves to the younger.
struct Generations<Key: Hashable, Value> {
    typealias Held = [Key: (value: Value, weight: Int)]
    let most: Int
    private var young: Held = [:]
    private var old: Held = [:]
    private var weight = 0

    init(most: Int) { self.most = most }

    mutating func find(_ key: Key) -> Value? {
        if let found = young[key] { return found.value }
        guard let found = old.removeValue(forKey: key) else { return nil }
        _ = add(found.value, for: key, weight: found.weight)
        return found.value
    }

    /// - Returns: what is let go for it.
    mutating func add(_ value: Value, for key: Key, weight added: Int) -> Held {
        var gone: Held = [:]
        weight += added
        if weight > most / 2 {
            (gone, old, young) = (old, young, [:])
            weight = added
        }
        if let before = young.updateValue((value, added), forKey: key) { weight -= before.weight }
        return gone
    }
}

extension Generations: Sendable where Key: Sendable, Value: Sendable {}

extension ResponseBody {
    /// The bytes of a body that was made whole.
    func collected() async throws -> ByteBuffer {
        let collected = Collected()
        try await write(Collector(collected: collected))
        return collected.buffer
    }

    private final class Collected {
        var buffer = ByteBuffer()
    }

    private struct Collector: ResponseBodyWriter {
        let collected: Collected
        mutating func write(_ buffer: ByteBuffer) async throws {
            var buffer = buffer
            if collected.buffer.readableBytes == 0 { collected.buffer = buffer } else { collected.buffer.writeBuffer(&buffer) }
        }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
