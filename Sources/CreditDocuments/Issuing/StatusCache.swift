import CreditModel
import CreditServices
import Synchronization

/// The status list as last worked out. It holds as long as nothing was committed, the day is the same and no key was ended.
final class StatusCache: Sendable {
    struct Key: Sendable, Equatable {
        let version: StoreVersion
        let today: Day
        let keys: ReportKeySet
    }
    private let kept = Mutex<(key: Key, list: StatusList)?>(nil)

    func list(_ key: Key) -> StatusList? {
        kept.withLock { kept in kept.flatMap { $0.key == key ? $0.list : nil } }
    }

    func keep(_ list: StatusList, _ key: Key) { kept.withLock { $0 = (key, list) } }
}
