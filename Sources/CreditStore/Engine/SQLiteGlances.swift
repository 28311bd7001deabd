import GRDB
import Synchronization

/// Connections for short questions, asked on the thread that needs the answer.
///
/// They are apart from the pool on purpose. A reader of the pool is given back by a task that goes on, so a task must never wait for
/// one on its own thread: with as many waiting as there are threads, nothing would go on. A glance holds its connection for
/// microseconds and suspends nowhere in between, so waiting for one always ends.
final class SQLiteGlances: Sendable {
    private struct State {
        /// Opened when they are needed, the first with the first question, when the file and its write-ahead log exist.
        var queues: [DatabaseQueue] = []
        var idle: [Int] = []
    }
    private let state = Mutex(State())
    private let path: String
    private let configuration: Configuration

    /// As many as threads may ask at once on a small machine; more wait for one another.
    private static let most = 4

    init(path: String, _ configuration: Configuration) {
        self.path = path
        var configuration = configuration
        configuration.readonly = true
        // The upper pages of all indexes fit; what lies below is the system's to keep, and answers that are kept save more.
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA cache_size = -24576") }
        self.configuration = configuration
    }

    /// - Parameter body: begins and ends its transaction itself.
    func read<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        let (place, queue) = try state.withLock { state in
            if let place = state.idle.popLast() { return (place, state.queues[place]) }
            if state.queues.count < Self.most {
                state.queues.append(try DatabaseQueue(path: path, configuration: configuration))
                return (state.queues.count - 1, state.queues[state.queues.count - 1])
            }
            let place = Int.random(in: 0..<Self.most)
            return (place, state.queues[place])
        }
        defer { state.withLock { if !$0.idle.contains(place) { $0.idle.append(place) } } }
        return try queue.unsafeRead(body)
    }
}
