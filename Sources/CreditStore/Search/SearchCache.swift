import CreditModel
import CreditServices
import Synchronization

/// The search index of the process, brought up to date when it is asked for.
///
/// It starts from the snapshot where one fits, follows `subject_change`, and is made anew from the tables where it cannot.
final class SearchCache: Sendable {
    private struct State {
        var index: SearchIndex
        /// The last row of `subject_change` that is in it.
        var last: Int64
        var stamp: String
        var isSaved: Bool
    }

    private let shared = Mutex<State?>(nil)
    private let snapshot: SearchSnapshot?
    private let places: PlaceWords

    /// Below this a rebuild is quicker than it is worth keeping a file.
    private static let worthKeeping = 5000

    init(snapshot: SearchSnapshot? = nil, places: PlaceWords = PlaceWords()) {
        self.snapshot = snapshot
        self.places = places
    }

    /// Forgets everything, the file included, as after names were erased.
    func clear() {
        shared.withLock {
            $0 = nil
            snapshot?.remove()
        }
    }

    /// The index with every change that the connection sees. Readers wait for one another while it is brought up to date, so
    /// that a hundred requests at once build it once.
    func index(_ connection: any Connection) throws -> SearchIndex {
        let newest = try SubjectJournal.last(connection)
        return try shared.withLock { kept in
            // A connection that sees an older moment takes the newer index: what is found is read from the tables anyway.
            if let state = kept, state.last >= newest { return state.index }
            var state = kept ?? fromSnapshot(newest, connection)
            // Let go of while it changes, so that adding to it copies nothing.
            kept = nil
            let worth: Int
            if var old = state.take(), let changes = try SubjectJournal.Changes.after(old.last, connection) {
                try SearchLoading.apply(changes, to: &old.index, connection)
                worth = changes.renamed.count + changes.shown.values.reduce(0) { $0 + $1.count } / 8
                old.last = newest
                old.stamp = try Self.stamp(newest, connection)
                state = old
            } else {
                let index = try SearchLoading.index(places, connection)
                worth = index.count
                state = State(index: index, last: newest, stamp: try Self.stamp(newest, connection), isSaved: false)
            }
            guard var state else { preconditionFailure("one of the two was taken") }
            state.isSaved = state.isSaved && worth == 0
            if worth > max(1000, state.index.count / 50) { save(&state) }
            kept = state
            return state.index
        }
    }

    /// Keeps what changed since the last time.
    func save() {
        shared.withLock { kept in
            guard var state = kept, !state.isSaved else { return }
            save(&state)
            kept = state
        }
    }

    private func save(_ state: inout State) {
        guard let snapshot, state.index.count >= Self.worthKeeping else { return }
        state.isSaved = snapshot.save(state.index, stamp: state.stamp)
    }

    // MARK: whose snapshot it is

    private func fromSnapshot(_ newest: Int64, _ connection: any Connection) -> State? {
        guard let snapshot, let (index, stamp) = snapshot.load(places: places),
            let last = Self.lastChange(stamp), last <= newest, let now = try? Self.isOurs(stamp, connection), now
        else { return nil }
        return State(index: index, last: last, stamp: stamp, isSaved: true)
    }

    /// The last change, and whose store it is.
    private static func stamp(_ last: Int64, _ connection: any Connection) throws -> String {
        "\(last)\n\(try StoreStamp.now(connection))"
    }

    private static func lastChange(_ stamp: String) -> Int64? { stamp.split(separator: "\n").first.flatMap { Int64($0) } }

    private static func isOurs(_ stamp: String, _ connection: any Connection) throws -> Bool {
        guard let end = stamp.firstIndex(of: "\n") else { return false }
        return try StoreStamp.isPast(String(stamp[stamp.index(after: end)...]), connection)
    }
}
