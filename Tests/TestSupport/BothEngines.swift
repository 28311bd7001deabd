import CreditModel
import CreditRegistry
import CreditStore
import Testing

/// Which engine the cities of the running test live on.
public enum TestEngine: String, Sendable, CaseIterable {
    case sqlite, postgres
    @TaskLocal public static var current = TestEngine.sqlite

    /// Those that this machine has. Without PostgreSQL its half of each test is left out, and one visible warning says so.
    static let available: [TestEngine] = PostgresCluster.isAvailable ? [.sqlite, .postgres] : [.sqlite]
}

/// Runs every test of a suite once on each engine.
public struct BothEngines: SuiteTrait, TestTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        if TestEngine.available.count < TestEngine.allCases.count {
            Issue.record("PostgreSQL is not installed: this test ran on SQLite only", severity: .warning)
        }
        for engine in TestEngine.available {
            do {
                try await TestEngine.$current.withValue(engine) { try await function() }
            } catch {
                Issue.record(error, "on \(engine.rawValue)")
            }
        }
    }
}

extension Trait where Self == BothEngines {
    public static var onBothEngines: BothEngines { BothEngines() }
}
