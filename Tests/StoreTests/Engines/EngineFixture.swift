import Dispatch
import TestSupport
import Testing

@testable import CreditStore

/// An empty database of either engine for one test.
struct EngineFixture: Sendable {
    let database: any Database
    private let directory: TemporaryDirectory?
    let cluster: PostgresCluster.Database?

    /// The engines that can be tested here.
    static let engines: [Engine] = PostgresCluster.isAvailable ? [.sqlite, .postgres] : [.sqlite]

    init(_ engine: Engine) async throws {
        switch engine {
        case .sqlite:
            let directory = try TemporaryDirectory()
            database = try SQLiteDatabase.create(path: directory.file("test.sqlite"))
            self.directory = directory
            cluster = nil
        case .postgres:
            let cluster = try await PostgresCluster.database()
            database = try await PostgresDatabase.create(url: cluster.url)
            directory = nil
            self.cluster = cluster
        }
        try await run("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)")
    }

    /// The same database as another process would open it.
    func another() async throws -> any Database {
        if let cluster { return try await PostgresDatabase.open(url: cluster.url) }
        return try SQLiteDatabase.open(path: directory?.file("test.sqlite") ?? "")
    }

    /// Types that differ in name only.
    var bytesType: String { cluster == nil ? "BLOB" : "BYTEA" }
    var realType: String { cluster == nil ? "REAL" : "DOUBLE PRECISION" }

    @discardableResult
    func run(_ sql: String, _ arguments: [SQLValue] = []) async throws -> Int {
        try await database.write { try $0.run(sql, arguments) }
    }

    func integers(_ sql: String, _ arguments: [SQLValue] = []) async throws -> [Int64] {
        try await database.read { try $0.rows(sql, arguments) { $0.integer(0) } }
    }
}

/// A closed gate inside a transaction: the transaction says that it is there, and waits until the test lets it go on.
final class Gate: Sendable {
    private let arrivals = AsyncStream<Void>.makeStream()
    private let release = DispatchSemaphore(value: 0)

    /// Called on the database's thread, never on a cooperative one.
    func pass() {
        arrivals.continuation.yield()
        release.wait()
    }

    func arrived() async { for await _ in arrivals.stream { return } }
    func open() { release.signal() }
}
