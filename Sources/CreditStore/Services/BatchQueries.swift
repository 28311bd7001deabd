import CreditModel
import CreditRegistry
import CreditServices

extension Store {
    private static let batchColumns = """
        SELECT batch_number, receipt, feed, item, file_name, department, started_at, finished_at, row_count, accepted, updated,
            unchanged, rejected, waiting, seconds, format, encoding, layout, columns, changes, notes
        FROM batch WHERE finished_at IS NOT NULL
        """

    public func lastDeliveries() async throws -> [String: Instant] {
        try await database.read { connection in
            let rows = try connection.rows(
                "SELECT feed, max(finished_at) FROM batch WHERE finished_at IS NOT NULL GROUP BY feed"
            ) {
                ($0.text(0), Instant(milliseconds: $0.integer(1)))
            }
            return Dictionary(rows, uniquingKeysWith: { first, _ in first })
        }
    }

    public func deliveryDays(limit: Int) async throws -> [DeliveryDay] {
        try await database.read { connection in
            // Days in China's time: +08:00, 28 800 000 ms.
            try connection.rows(
                """
                SELECT (started_at + 28800000) / 86400000 AS day, feed, count(*), CAST(sum(row_count) AS BIGINT),
                    CAST(sum(accepted + updated + unchanged) AS BIGINT), CAST(sum(rejected) AS BIGINT),
                    CAST(sum(waiting) AS BIGINT)
                FROM batch WHERE finished_at IS NOT NULL GROUP BY day, feed ORDER BY day DESC, feed LIMIT $1
                """, [.integer(Int64(limit))]
            ) { row in
                DeliveryDay(
                    day: Day(daysSinceEpoch: Int32(row.integer(0))), feed: row.text(1), batches: Int(row.integer(2)),
                    rows: Int(row.integer(3)), accepted: Int(row.integer(4)), rejected: Int(row.integer(5)),
                    waiting: Int(row.integer(6)))
            }
        }
    }

    public func batch(receipt: String) async throws -> BatchRow? {
        if receipt.utf8.contains(0) { return nil }
        return try await database.read { connection in
            try connection.first("\(Self.batchColumns) AND receipt = $1", [.text(receipt)]) { Self.batchRow($0) }
        }
    }

    public func batches(limit: Int) async throws -> [BatchRow] {
        try await database.read { connection in
            try connection.rows("\(Self.batchColumns) ORDER BY batch_number DESC LIMIT $1", [.integer(Int64(limit))]) {
                Self.batchRow($0)
            }
        }
    }

    private static func batchRow(_ row: any SQLRow) -> BatchRow {
        var totals = BatchTotals()
        totals.finishedAt = Instant(milliseconds: row.integer(7))
        totals.rows = Int(row.integer(8))
        totals.accepted = Int(row.integer(9))
        totals.updated = Int(row.integer(10))
        totals.unchanged = Int(row.integer(11))
        totals.rejected = Int(row.integer(12))
        totals.waiting = Int(row.integer(13))
        totals.seconds = row.real(14)
        totals.format = row.text(15)
        totals.encoding = row.text(16)
        totals.layout = row.optionalText(17)
        totals.columns = row.bytes(18)
        totals.changes = row.bytes(19)
        totals.notes = row.bytes(20)
        return BatchRow(
            number: row.integer(0), receipt: row.text(1), feed: row.text(2), item: row.text(3), fileName: row.text(4),
            department: row.optionalText(5), startedAt: Instant(milliseconds: row.integer(6)), totals: totals)
    }

    public func rejectCount(batch: Int64) async throws -> Int {
        try await database.read { connection in
            // Ordinals are given without gaps, so the last one counts them.
            try connection.first(
                "SELECT ordinal FROM batch_reject WHERE batch_number = $1 ORDER BY ordinal DESC LIMIT 1",
                [.integer(batch)]
            ) { Int($0.integer(0)) } ?? 0
        }
    }

    public func rejects(batch: Int64, after ordinal: Int64, limit: Int) async throws -> [RejectRow] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT ordinal, line, heading, field, code, suggestion, other, original FROM batch_reject
                WHERE batch_number = $1 AND ordinal > $2 ORDER BY ordinal LIMIT $3
                """, [.integer(batch), .integer(ordinal), .integer(Int64(limit))]
            ) { row in
                RejectRow(
                    ordinal: row.integer(0), line: Int(row.integer(1)), column: row.optionalText(2),
                    field: row.optionalText(3),
                    code: row.text(4), suggestion: row.optionalText(5), other: row.optionalText(6),
                    original: row.text(7))
            }
        }
    }

    public func waiting(batch: Int64?, limit: Int) async throws -> [WaitingView] {
        try await database.read { connection in
            let condition = batch == nil ? "" : "w.batch_number = $1 AND"
            return try connection.rows(
                """
                SELECT batch_number, line, item, reason, name, identifiers FROM waiting w WHERE \(condition) \(Self.isOpen)
                ORDER BY waiting_id LIMIT $\(batch == nil ? 1 : 2)
                """, (batch.map { [.integer($0)] } ?? []) + [.integer(Int64(limit))]
            ) { row in
                WaitingView(
                    batch: row.integer(0), line: Int(row.integer(1)), item: row.text(2), reason: row.text(3),
                    name: row.optionalText(4), identifiers: row.text(5))
            }
        }
    }
}
