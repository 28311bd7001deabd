import CreditModel
import CreditRegistry
import TransparencyLog

/// The database as the log's ledger: it keeps the leaves until their tiles are public, and decides which signed tree head
/// follows which.
struct StoreLedger: LogLedger {
    let database: any Database

    func state() async throws -> LedgerState {
        try await database.read { connection in
            let state = try connection.first(
                "SELECT origin, committed, published_size, signed_at, size FROM log_state WHERE id = 1"
            ) { row in
                LedgerState(
                    origin: row.text(0), checkpoint: row.optionalBytes(1),
                    published: UInt64(row.integer(2)), signedMs: row.integer(3), end: UInt64(row.integer(4)))
            }
            guard let state else {
                throw StoreError(.damaged, "the database has no log; restore the last backup")
            }
            return state
        }
    }

    func entries(_ range: Range<UInt64>) async throws -> [[UInt8]] {
        let packed = try await database.read { try Self.staged(range, $0) }
        return stride(from: 0, to: packed.count, by: 32).map { Array(packed[$0..<$0 + 32]) }
    }

    /// Leaves of a range, one after another.
    /// - Throws: `StoreError.damaged` where one is missing: what is not public yet must be here.
    static func staged(_ range: Range<UInt64>, _ connection: any Connection) throws -> [UInt8] {
        var packed: [UInt8] = []
        packed.reserveCapacity(range.count * 32)
        var next = Int64(range.lowerBound)
        let end = Int64(range.upperBound)
        try connection.query(
            """
            SELECT first, leaf_count, leaves FROM log_staged
            WHERE first < $1 AND first + leaf_count > $2 ORDER BY first
            """, [.integer(end), .integer(next)]
        ) { row in
            let (first, count) = (row.integer(0), row.integer(1))
            guard first <= next, first + count > next else { return false }
            let last = min(first + count, end)
            packed += row.bytes(2)[Int(next - first) * 32..<Int(last - first) * 32]
            next = last
            return next < end
        }
        guard next == end || range.isEmpty else {
            throw StoreError(.damaged, "leaf \(next) of the log is neither public nor staged; restore the last backup")
        }
        return packed
    }

    func commit(_ checkpoint: [UInt8], size: UInt64, at ms: Int64, replacing: [UInt8]?) async throws -> Bool {
        try await database.write { connection in
            let condition = replacing == nil ? "committed IS NULL" : "committed = $4"
            return try connection.run(
                """
                UPDATE log_state SET committed = $1, committed_size = $2, signed_at = $3 WHERE id = 1 AND \(condition)
                """,
                [.bytes(checkpoint), .integer(Int64(size)), .integer(ms)] + (replacing.map { [.bytes($0)] } ?? []))
                == 1
        }
    }

    func published(_ size: UInt64) async throws {
        try await database.write { connection in
            try connection.run(
                """
                UPDATE log_state SET published_size = $1, published = committed
                WHERE id = 1 AND published_size <= $2 AND committed_size = $3
                """, [.integer(Int64(size)), .integer(Int64(size)), .integer(Int64(size))])
            // Runs that are public in whole. If we crash before this, they are dropped the next time.
            try connection.run(
                "DELETE FROM log_staged WHERE first + leaf_count <= $1", [.integer(Int64(size))])
        }
    }
}

/// What the store says of its log.
public struct LogFacts: Sendable, Hashable {
    public let origin: String
    public let verifierKey: String
    /// Leaves of committed transactions.
    public let size: Int64
    public let publishedSize: Int64
    /// The signed tree head of `publishedSize`; nil before the log's directory was created.
    public let publishedCheckpoint: [UInt8]?
}

extension Store {
    public var ledger: some LogLedger { StoreLedger(database: database) }

    public func logFacts() async throws -> LogFacts {
        try await database.read { try Self.logFacts($0) }
    }

    static func logFacts(_ connection: any Connection) throws -> LogFacts {
        let facts = try connection.first(
            """
            SELECT origin, verifier_key, size, published_size, published FROM log_state WHERE id = 1
            """
        ) {
            LogFacts(
                origin: $0.text(0), verifierKey: $0.text(1), size: $0.integer(2), publishedSize: $0.integer(3),
                publishedCheckpoint: $0.optionalBytes(4))
        }
        guard let facts else { throw StoreError(.damaged, "the database has no log; restore the last backup") }
        return facts
    }

    /// Proves the store against its log.
    /// - Parameters:
    ///   - published: the leaves of the public part of the log, one after another, as its own verification read them.
    ///   - rebuild: write states that differ from their revisions anew.
    public func verify(
        _ verifier: StoreVerifier, published: [UInt8], rebuild: Bool = false, by actor: Actor, at instant: Instant,
        progress: @Sendable @escaping (Int) -> Void = { _ in }
    ) async throws -> StoreVerifier.Report {
        var (report, differing) = try await database.read { connection in
            let facts = try Self.logFacts(connection)
            // What the damaged end of the public log does not give cannot be asked of the staging, which has let it go.
            let missing = max(0, Int(facts.publishedSize) - published.count / 32)
            let published = published + [UInt8](repeating: 0, count: missing * 32)
            let known = UInt64(published.count / 32)
            let leaves =
                known >= UInt64(facts.size)
                ? published : published + (try StoreLedger.staged(known..<UInt64(facts.size), connection))
            var differing: [RecordState] = []
            let report = try verifier.verify(
                connection, coding, leaves: leaves, differing: { if rebuild { differing.append($0) } }, progress: progress)
            return (report, differing)
        }
        // First the counts of what is stored, right or wrong: putting a state right then moves them as any change does.
        if rebuild, report.tallies > 0 {
            try await database.write { connection in
                try Tally.rebuild(connection)
                let transaction = try SQLRegistryTransaction(connection: connection, at: instant, matching: matching, coding: coding)
                try transaction.insertAudit(
                    AuditNote(.projectionRebuilt, by: actor, object: "counts", source: "command line"))
                try transaction.finish()
            }
            report.rebuilt += 1
        }
        if rebuild, !differing.isEmpty {
            let states = differing
            try await database.write { connection in
                let transaction = try SQLRegistryTransaction(
                    connection: connection, at: instant, matching: matching, coding: coding)
                for state in states { try transaction.rewrite(state) }
                try transaction.insertAudit(
                    AuditNote(.projectionRebuilt, by: actor, object: "\(states.count) records", source: "command line"))
                try transaction.finish()
            }
            report.rebuilt += differing.count
        }
        return report
    }
}
