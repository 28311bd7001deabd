import CreditModel
import CreditServices
import Synchronization

/// Of each snapshot, what has left since it was made. The log is looked at from where it was looked at last, so that asking often costs
/// little; what has left once stays noted, also where it came back.
final class Departures: Sendable {
    private let store: any OpenDataStore
    private let known = Mutex<[Int64: OpenLeft]>([:])

    init(store: any OpenDataStore) { self.store = store }

    func since(_ timepoint: Int64, today: Day, isShown: @Sendable @escaping (RecordRow) -> Bool) async throws -> OpenLeft {
        let before = known.withLock { $0[timepoint] }
        let from = before?.timepoint ?? timepoint
        var left = try await store.openLeft(since: timepoint, from: from, today: today, isShown: isShown)
        if let before {
            left.items.formUnion(before.items)
            left.organisations = left.organisations || before.organisations
        }
        let found = left
        known.withLock { known in
            if known.count > 64 { known.removeAll() }
            // Two readers may have looked at once: who saw more of the log is kept, with what either found.
            if var other = known[timepoint], other.timepoint > found.timepoint {
                other.items.formUnion(found.items)
                other.organisations = other.organisations || found.organisations
                known[timepoint] = other
            } else {
                known[timepoint] = found
            }
        }
        return left
    }
}
