import CreditModel
import CreditServices
import Synchronization

/// When each feed was last delivered. Every page of an organisation says it, and it changes with a delivery only: so it is asked
/// again when the store has changed, which every delivery does, even one that brings nothing new.
final class LastDeliveries: Sendable {
    private struct State {
        var version: StoreVersion?
        var moments: [String: Instant] = [:]
    }
    private let state = Mutex(State())

    func moments(in store: any ServiceStore) async throws -> [String: Instant] {
        // Asked first: a delivery in between makes the kept answer old, never the new one.
        let version = try await store.version()
        if let known = state.withLock({ $0.version == version ? $0.moments : nil }) { return known }
        let moments = try await store.lastDeliveries()
        state.withLock { $0 = State(version: version, moments: moments) }
        return moments
    }
}
