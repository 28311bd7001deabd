import Synchronization

/// The content folder of a running server, read again when files change.
///
/// Whoever asks looks at the folder's names and times, at most once in `interval`; the others are given what was read last. A
/// file that is being written may be read by half: it has a problem then, and is taken in at the next look.
public final class ContentLibrary: Sendable {
    /// What was read, and a number that grows with each reading.
    public struct Snapshot: Sendable {
        public let folder: ContentFolder
        public let revision: Int
    }
    private struct State {
        var snapshot: Snapshot
        var listing: ContentListing?
        var lookedAt: ContinuousClock.Instant
        var isLooking = false
    }
    private let directory: String?
    private let interval: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let report: @Sendable ([ContentProblem]) -> Void
    private let state: Mutex<State>

    /// - Parameter directory: nil for a platform without content.
    /// - Parameter report: told of the folder's problems whenever it was read.
    public init(
        directory: String?, interval: Duration = .seconds(2),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        report: @escaping @Sendable ([ContentProblem]) -> Void = { _ in }
    ) {
        (self.directory, self.interval, self.now, self.report) = (directory, interval, now, report)
        let listing = directory.flatMap { try? ContentListing($0) }
        let folder = directory.map(ContentFolder.read) ?? .empty
        state = Mutex(State(snapshot: Snapshot(folder: folder, revision: 0), listing: listing, lookedAt: now()))
        if !folder.problems.isEmpty { report(folder.problems) }
    }

    public func current() -> Snapshot {
        guard let directory else { return state.withLock { $0.snapshot } }
        let moment = now()
        let (isMine, before) = state.withLock { state in
            guard !state.isLooking, state.lookedAt.duration(to: moment) >= interval else {
                return (false, state.snapshot)
            }
            state.isLooking = true
            return (true, state.snapshot)
        }
        guard isMine else { return before }
        let listing = try? ContentListing(directory)
        let isSame = state.withLock { $0.listing == listing }
        // A folder that is gone for a moment, as when it is replaced, does not empty the site.
        let folder = isSame || listing == nil ? nil : ContentFolder.read(directory)
        if let folder, !folder.problems.isEmpty { report(folder.problems) }
        return state.withLock { state in
            if let folder {
                state.snapshot = Snapshot(folder: folder, revision: state.snapshot.revision + 1)
                // Taken before the files were read: a change in between is seen at the next look.
                state.listing = listing
            }
            state.lookedAt = moment
            state.isLooking = false
            return state.snapshot
        }
    }
}
