import GRDB
import Synchronization

/// Connections for short questions, asked on the thread that needs the answer.
///
/// They are apart from the pool on purpose. A reader of the pool is given back by a task that goes on, so a task must never wait for
/// one on its own thread: with as many waiting as there are threads, nothing would go on. A glance holds its connection for
/// microseconds and suspends nowhere in between, so waiting for one always ends.
final class SQLiteGlances: Sendable {
    /// Opened with the first question, when the file and its write-ahead log exist.
    private let queues = Mutex<[DatabaseQueue]>([])
    private let next = Atomic<Int>(0)
    private let path: String
    private let configuration: Configuration

    /// As many as threads may ask at once on a small machine; more only wait a little longer.
    private static let count = 4

    init(path: String, _ configuration: Configuration) {
        self.path = path
        var configuration = configuration
        configuration.readonly = true
        self.configuration = configuration
    }

    func read<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        let queue = try queues.withLock { queues in
            if queues.isEmpty {
                queues = try (0..<Self.count).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
            }
            return queues[(place & .max) % Self.count]
        }
        return try queue.read(body)
    }
}
