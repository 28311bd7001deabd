import Synchronization

/// Answers many who ask for the same at once from one piece of work: after a delivery every kept answer is old, and a home page
/// that thirty readers ask for in the same moment is worked out once and not thirty times beside itself.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Waiting = CheckedContinuation<Value?, Never>
    /// Whoever waits, by what is being worked out.
    private let waiting = Mutex<[Key: [Waiting]]>([:])

    /// - Parameter work: gives the value and whether others may have it. Where they may not, or where it throws, those who waited
    ///   work it out for themselves, each on its own.
    /// - Returns: the value, and whether it was worked out for somebody else.
    func value(
        _ key: Key, _ work: () async throws -> (value: Value, mayShare: Bool)
    ) async throws -> (value: Value, isShared: Bool) {
        let isFirst = waiting.withLock { waiting in
            if waiting[key] != nil { return false }
            waiting[key] = []
            return true
        }
        guard isFirst else {
            if let value = await wait(key) { return (value, true) }
            return (try await work().value, false)
        }
        var shared: Value?
        defer {
            let value = shared
            for other in waiting.withLock({ $0.removeValue(forKey: key) ?? [] }) { other.resume(returning: value) }
        }
        let (value, mayShare) = try await work()
        if mayShare { shared = value }
        return (value, false)
    }

    /// How many wait for what somebody else works out.
    func waitingCount(_ key: Key) -> Int { waiting.withLock { $0[key]?.count ?? 0 } }

    private func wait(_ key: Key) async -> Value? {
        await withCheckedContinuation { waiter in
            let isOver = waiting.withLock { waiting in
                guard waiting[key] != nil else { return true }
                waiting[key]?.append(waiter)
                return false
            }
            if isOver { waiter.resume(returning: nil) }
        }
    }
}
