import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditResolution

// Deliveries, what they could not bring in, and what waits for an officer.
extension SQLRegistryTransaction {
    func insertBatch(_ batch: NewBatch) throws -> Int64 {
        let number = try connection.first(
            """
            INSERT INTO batch (receipt, feed, item, file_name, department, catalogue, started_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING batch_number
            """,
            [
                .text(batch.receipt), .text(batch.feed), .text(batch.item), .text(batch.fileName),
                .text(batch.department),
                .text(batch.catalogueDigest), .integer(batch.startedAt.milliseconds),
            ]
        ) { $0.integer(0) } ?? 0
        statistics.begin(batch, number: number)
        return number
    }

    func finishBatch(_ number: Int64, _ totals: BatchTotals) throws {
        try connection.run(
            """
            UPDATE batch SET finished_at = $1, row_count = $2, accepted = $3, updated = $4, unchanged = $5, rejected = $6,
                waiting = $7, seconds = $8, format = $9, encoding = $10, layout = $11, columns = $12, changes = $13, notes = $14,
                judged = $15, late = $16
            WHERE batch_number = $17
            """,
            [
                .integer(totals.finishedAt.milliseconds), .integer(Int64(totals.rows)),
                .integer(Int64(totals.accepted)),
                .integer(Int64(totals.updated)), .integer(Int64(totals.unchanged)), .integer(Int64(totals.rejected)),
                .integer(Int64(totals.waiting)), .real(totals.seconds), .text(totals.format), .text(totals.encoding),
                .text(totals.layout), .bytes(totals.columns), .bytes(totals.changes), .bytes(totals.notes),
                .integer(Int64(totals.judged)), .integer(Int64(totals.late)), .integer(number),
            ])
        statistics.finish(number, totals)
    }

    func insertReject(batch: Int64, ordinal: Int64, _ reject: Reject) throws {
        try connection.run(
            """
            INSERT INTO batch_reject (batch_number, ordinal, line, heading, field, code, suggestion, other, original)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .integer(batch), .integer(ordinal), .integer(Int64(reject.line)), .text(reject.column),
                .text(reject.field),
                .text(reject.code.rawValue), .text(reject.suggestion), .text(reject.other),
                // A NUL is shown as its sign: PostgreSQL keeps none in text, and a reject must be kept on both engines.
                .text(reject.original.replacing("\0", with: "␀")),
            ])
        statistics.addFault(reject.code.rawValue, inBatch: batch)
    }

    func insertWaiting(_ row: WaitingRow) throws -> Bool {
        try connection.run(
            """
            INSERT INTO waiting (batch_number, line, item, reason, name, identifiers, content, digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING
            """,
            [
                .integer(row.batch), .integer(Int64(row.line)), .text(row.item), .text(row.reason.rawValue),
                .text(row.name),
                .text(row.identifiers.map(\.description).joined(separator: " ")), .bytes(row.content),
                .bytes(row.digest),
            ]) > 0
    }

    func insertCodeOverride(_ override: CodeOverride) throws -> Bool {
        try connection.run(
            """
            INSERT INTO code_override (code, reason, officer, accepted_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (code) DO NOTHING
            """,
            [
                .text(override.code), .text(override.reason), .text(override.officer),
                .integer(override.acceptedAt.milliseconds),
            ]) > 0
    }
}
