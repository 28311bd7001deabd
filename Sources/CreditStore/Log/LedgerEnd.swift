import CreditModel
import CreditRegistry

/// The end of the log inside one transaction: gathers leaves in the order of their places, and keeps them with the transaction. Used by
/// one thread at a time, by the transaction's own or by the one that stores for it.
///
/// There is one writer at a time (`Database.write`), so places have no gaps and leaves stand in the order of the commits. If
/// the process dies before the commit, neither the change nor its leaves exist; after it, both do.
final class LedgerEnd {
    private let start: Int64
    private let lastMoment: Int64
    private var gathered: [UInt8] = []
    private var staged: Int64

    /// Leaves in one stored run: 64 KiB of them.
    private static let run = 2048
    /// How far a clock may go back, as when it is set by the network, before we refuse to write.
    static let tolerance: Int64 = 5000

    init(_ connection: any Connection) throws {
        let state = try connection.first("SELECT size, recorded_at FROM log_state WHERE id = 1") {
            ($0.integer(0), $0.integer(1))
        }
        guard let state else {
            throw StoreError(.damaged, "the database has no log; restore the last backup")
        }
        (start, lastMoment, staged) = (state.0, state.1, state.0)
    }

    /// The place of the next leaf.
    var next: Int64 { staged + Int64(gathered.count / 32) }
    var hasChanged: Bool { next > start }

    /// The moment that the transaction stamps on what it does: never before the one before it.
    /// - Throws: `RegistryError.clockMovedBack` where the clock is more than five seconds behind.
    func moment(_ instant: Instant) throws -> Instant {
        if instant.milliseconds >= lastMoment { return instant }
        guard lastMoment - instant.milliseconds <= Self.tolerance else {
            throw RegistryError(
                .clockMovedBack,
                "the clock shows \(instant), but something was recorded at \(Instant(milliseconds: lastMoment)); set the clock right, nothing was stored")
        }
        return Instant(milliseconds: lastMoment)
    }

    func append(_ leaf: [UInt8], _ connection: any Connection) throws {
        precondition(leaf.count == 32, "a leaf has 32 bytes")
        gathered += leaf
        if gathered.count == Self.run * 32 { try flush(connection) }
    }

    private func flush(_ connection: any Connection) throws {
        let count = Int64(gathered.count / 32)
        guard count > 0 else { return }
        try connection.run(
            "INSERT INTO log_staged (first, leaf_count, leaves) VALUES ($1, $2, $3)",
            [.integer(staged), .integer(count), .bytes(gathered)])
        staged += count
        gathered.removeAll(keepingCapacity: true)
    }

    /// Stores the rest and the log's new size.
    func close(_ now: Instant, _ connection: any Connection) throws {
        guard hasChanged else { return }
        try flush(connection)
        try connection.run(
            "UPDATE log_state SET size = $1, recorded_at = $2 WHERE id = 1",
            [.integer(staged), .integer(now.milliseconds)])
    }
}
