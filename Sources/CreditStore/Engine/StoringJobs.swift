import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// When a job that was handed over is done.
public enum JobOrder: Sendable {
    /// After those of its kind that came before, ahead of all that may wait.
    case next
    /// While no other job waits.
    case whenIdle
}

/// What a transaction has stored on another thread, while its own thread goes on with the next rows.
///
/// One job at a time. Of those that come next, a second one waits and a third makes the caller wait, so memory does not grow however
/// slow the disk is. After a job has failed no other is begun, and whoever hands over a further one or waits is told.
final class StoringJobs: Sendable {
    struct Job: @unchecked Sendable {
        // unsafe: used by one thread at a time, first by the one that hands it over, then by `queue`.
        let body: (any Connection) throws -> Void
    }
    private struct State {
        var next: [Job] = []
        var whenIdle: [Job] = []
        /// Of those that may wait: handed over and not done yet.
        var open = 0
        var failure: (any Error)?
    }
    private struct Lent: @unchecked Sendable { let connection: any Connection }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "storing")
    private let room = DispatchSemaphore(value: 2)
    private let lent: Lent

    /// - Parameter connection: for the jobs alone.
    init(_ connection: any Connection) { lent = Lent(connection: connection) }

    /// Whether none is left of those that may wait.
    var isIdle: Bool { state.withLock { $0.open == 0 } }

    func add(_ order: JobOrder, _ body: @escaping (any Connection) throws -> Void) throws {
        if order == .next { room.wait() }
        let job = Job(body: body)
        let failure = state.withLock { state in
            if state.failure == nil {
                switch order {
                case .next: state.next.append(job)
                case .whenIdle:
                    state.whenIdle.append(job)
                    state.open += 1
                }
            }
            return state.failure
        }
        if let failure {
            if order == .next { room.signal() }
            throw failure
        }
        queue.async { self.work() }
    }

    /// Does one job. As many calls are queued as jobs wait; which job it is, is decided when its turn comes.
    private func work() {
        let (job, order, hasFailed) = state.withLock { state -> (Job, JobOrder, Bool) in
            let order: JobOrder = state.next.isEmpty ? .whenIdle : .next
            let job = order == .next ? state.next.removeFirst() : state.whenIdle.removeFirst()
            return (job, order, state.failure != nil)
        }
        var failure: (any Error)?
        if !hasFailed {
            do { try job.body(lent.connection) } catch { failure = error }
        }
        state.withLock { state in
            state.failure = state.failure ?? failure
            if order == .whenIdle { state.open -= 1 }
        }
        if order == .next { room.signal() }
    }

    /// Begins no further job: the transaction is given up.
    func abandon() { state.withLock { $0.failure = $0.failure ?? CancellationError() } }

    /// Waits until every job is done.
    /// - Throws: what the first failed one threw, each time.
    func settle() throws {
        queue.sync {}
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}

/// Whose turn it is on a connection that two threads use, one that asks and one that stores: a turn is one statement, or one row of
/// many that are stored. Whoever asks comes first, since a row of a delivery waits for the answer.
///
/// A turn takes a few microseconds, and a thread that is put to sleep for one wakes later than that: so it is waited for awake, and
/// asleep only where it takes long, as when pages are written.
final class Turn: @unchecked Sendable {
    private let isTaken = Atomic(false)
    private let isWanted = Atomic(false)
    /// The first failed statement of either thread, looked at and noted by whoever has the turn: some failures undo the transaction at
    /// once, and a statement after that would be kept for itself.
    private var failure: (any Error)?

    func ask<T>(_ body: () throws -> T) throws -> T {
        isWanted.store(true, ordering: .relaxed)
        take { true }
        isWanted.store(false, ordering: .relaxed)
        return try perform(body)
    }

    func store<T>(_ body: () throws -> T) throws -> T {
        take { !isWanted.load(ordering: .relaxed) }
        return try perform(body)
    }

    private func perform<T>(_ body: () throws -> T) throws -> T {
        defer { isTaken.store(false, ordering: .releasing) }
        if let failure { throw failure }
        return try body()
    }

    /// A statement failed, in the turn of whoever says so.
    func note(_ error: any Error) { failure = failure ?? error }

    private func take(_ mayTake: () -> Bool) {
        var tries = 0
        while !mayTake() || isTaken.load(ordering: .relaxed)
            || !isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        {
            tries += 1
            if tries > Self.triesAwake { usleep(Self.nap) }
        }
    }

    /// Some ten microseconds.
    private static let triesAwake = 5_000
    private static let nap: UInt32 = 50
}
