@preconcurrency import Dispatch
import Synchronization

/// Connections to one database, each on a thread of its own, since libpq blocks and a cooperative thread must not.
///
/// Transactions wait in one queue and go to the first worker that is free, in the order in which they came. A
/// connection is opened when it is first needed and replaced when it is found broken.
final class PostgresPool: Sendable {
    typealias Job = @Sendable (Worker) -> Void

    private struct State {
        var jobs: [Job] = []
        var idle: [Worker] = []
        var started = 0
    }

    private let address: PostgresAddress
    private let limit: Int
    private let access: PostgresConnection.Access
    private let state = Mutex(State())

    init(_ address: PostgresAddress, _ access: PostgresConnection.Access, limit: Int) {
        self.address = address
        self.access = access
        self.limit = limit
    }

    /// Runs one transaction when a worker is free.
    func run<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        let cancelled = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                submit { worker in
                    continuation.resume(with: Result { try worker.transaction({ cancelled.isSet }, body) })
                }
            }
        } onCancel: {
            cancelled.set()
        }
    }

    private func submit(_ job: @escaping Job) {
        let worker = state.withLock { state -> Worker? in
            state.jobs.append(job)
            if let worker = state.idle.popLast() { return worker }
            guard state.started < limit else { return nil }
            state.started += 1
            return Worker(address, access)
        }
        guard let worker else { return }
        worker.queue.async { self.work(worker) }
    }

    /// Takes one transaction after the other until none waits.
    private func work(_ worker: Worker) {
        while true {
            let job = state.withLock { state -> Job? in
                guard state.jobs.isEmpty else { return state.jobs.removeFirst() }
                state.idle.append(worker)
                return nil
            }
            guard let job else { return }
            job(worker)
        }
    }

    /// Whether a task was cancelled.
    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .relaxed) }
        func set() { value.store(true, ordering: .relaxed) }
    }

    /// A thread and its connection. `@unchecked`: `connection` is touched on `queue` only, and the pool hands a worker
    /// to one block at a time.
    final class Worker: @unchecked Sendable {
        let queue = DispatchQueue(label: "chengxin.postgres")
        private let address: PostgresAddress
        private let access: PostgresConnection.Access
        private var connection: PostgresConnection?

        /// How often a transaction is run again when the server asks for it.
        private static let repetitions = 3

        init(_ address: PostgresAddress, _ access: PostgresConnection.Access) {
            self.address = address
            self.access = access
        }

        func transaction<T>(
            _ isCancelled: @escaping () -> Bool, _ body: (any Connection) throws -> T
        ) throws -> T {
            var repetition = 0
            while true {
                if isCancelled() { throw CancellationError() }
                let connection = try begun()
                connection.isCancelled = isCancelled
                connection.takesJobs = access == .writing
                defer {
                    connection.isCancelled = { false }
                    if !connection.isUsable { self.connection = nil }
                }
                do {
                    let result = try body(connection)
                    try connection.settle()
                    connection.endJobs()
                    try connection.commit(access)
                    return result
                } catch {
                    connection.endJobs()
                    connection.rollback()
                    guard connection.failure?.asksForRepetition == true, repetition < Self.repetitions else {
                        throw error
                    }
                    repetition += 1
                }
            }
        }

        /// A connection with a transaction begun. One that broke while it lay idle is replaced: nothing had begun on
        /// it.
        private func begun() throws -> PostgresConnection {
            if let connection {
                do {
                    try connection.begin(access)
                    return connection
                } catch {
                    connection.rollback()
                    if connection.isUsable { throw error }
                    self.connection = nil
                }
            }
            let fresh = try address.connect()
            do { try fresh.begin(access) } catch {
                fresh.rollback()
                throw error
            }
            connection = fresh
            return fresh
        }
    }
}
