import CreditModel
import CreditRegistry
import CreditServices

extension Store {
    public func decisions(items: [String], in months: ClosedRange<Month>, by dimensions: [DecisionDimension]) async throws
        -> [DecisionCount]
    {
        if items.isEmpty { return [] }
        let columns = dimensions.map(\.rawValue)
        let grouping =
            columns.isEmpty ? "" : "GROUP BY \(columns.joined(separator: ", ")) HAVING sum(record_count) > 0"
        let places = items.indices.map { "$\($0 + 3)" }.joined(separator: ", ")
        return try await database.read { connection in
            try connection.rows(
                """
                SELECT \((columns + ["CAST(coalesce(sum(record_count), 0) AS BIGINT)"]).joined(separator: ", "))
                FROM decision_tally WHERE month >= $1 AND month <= $2 AND item IN (\(places)) \(grouping)
                """, Self.range(months) + items.map { .text($0) }
            ) { row in
                var count = DecisionCount()
                for (column, dimension) in dimensions.enumerated() {
                    switch dimension {
                    case .item: count.item = row.text(column)
                    case .month: count.month = Self.month(row.integer(column))
                    case .division: count.division = row.text(column)
                    case .sector: count.sector = row.text(column)
                    }
                }
                count.count = Int(row.integer(dimensions.count))
                return count
            }
        }
    }

    public func organisations() async throws -> [OrganisationCount] {
        try await database.read { connection in
            try connection.rows("SELECT division, sector, subject_count FROM organisation_tally WHERE subject_count > 0") {
                OrganisationCount(division: $0.text(0), sector: $0.text(1), count: Int($0.integer(2)))
            }
        }
    }

    public func endings(from day: Day, through last: Day) async throws -> [EndingCount] {
        try await database.read { connection in
            var counts: [EndingKey: Int] = [:]
            try connection.query(
                """
                SELECT item, published_until, CAST(sum(record_count) AS BIGINT) FROM record_tally
                WHERE published_until >= $1 AND published_until <= $2 AND kind = 'organisation' GROUP BY item, published_until
                """, [RecordMapping.day(day), RecordMapping.day(last)]
            ) { row in
                let until = Day(daysSinceEpoch: Int32(truncatingIfNeeded: row.integer(1)))
                counts[EndingKey(item: row.text(0), month: Month(until)), default: 0] += Int(row.integer(2))
                return true
            }
            return counts.filter { $0.value > 0 }.map { EndingCount(item: $0.key.item, month: $0.key.month, count: $0.value) }
        }
    }

    private struct EndingKey: Hashable {
        let item: String
        let month: Month
    }

    public func acts(in months: ClosedRange<Month>) async throws -> [ActCount] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT item, act, reason, month, act_count FROM act_tally
                WHERE month >= $1 AND month <= $2 AND act_count > 0
                """, Self.range(months)
            ) { row in
                ActCount(
                    item: row.text(0), act: try StoredCode.value(row.integer(1), in: StoredCode.acts),
                    reason: Reason(rawValue: row.text(2)), month: Self.month(row.integer(3)), count: Int(row.integer(4)))
            }
        }
    }

    public func marks(endedIn months: ClosedRange<Month>) async throws -> [MarkCount] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT reason, marked_on, ended_on, mark_count FROM answer_tally
                WHERE mark_count > 0 AND (ended_on = 0 OR (ended_on >= $1 AND ended_on <= $2))
                """, [RecordMapping.day(months.lowerBound.firstDay), RecordMapping.day(months.upperBound.lastDay)]
            ) { row in
                MarkCount(
                    reason: Reason(rawValue: row.text(0)),
                    markedOn: Day(daysSinceEpoch: Int32(truncatingIfNeeded: row.integer(1))),
                    endedOn: row.integer(2) == 0 ? nil : Day(daysSinceEpoch: Int32(truncatingIfNeeded: row.integer(2))),
                    count: Int(row.integer(3)))
            }
        }
    }

    public func deliveries(in months: ClosedRange<Month>) async throws -> [DeliveryCount] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT department, feed, month, batch_count, row_count, accepted, updated, unchanged, rejected, waiting, judged, late
                FROM delivery_tally WHERE month >= $1 AND month <= $2 AND batch_count > 0 ORDER BY department, feed, month
                """, Self.range(months)
            ) { row in
                var count = DeliveryCount(
                    department: Self.department(row.text(0)), feed: row.text(1), month: Self.month(row.integer(2)))
                count.batches = Int(row.integer(3))
                count.rows = Int(row.integer(4))
                count.accepted = Int(row.integer(5))
                count.updated = Int(row.integer(6))
                count.unchanged = Int(row.integer(7))
                count.rejected = Int(row.integer(8))
                count.waiting = Int(row.integer(9))
                count.judged = Int(row.integer(10))
                count.late = Int(row.integer(11))
                return count
            }
        }
    }

    public func faults(in months: ClosedRange<Month>) async throws -> [FaultCount] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT department, feed, month, code, fault_count FROM fault_tally
                WHERE month >= $1 AND month <= $2 AND fault_count > 0 ORDER BY department, feed, month, code
                """, Self.range(months)
            ) {
                FaultCount(
                    department: Self.department($0.text(0)), feed: $0.text(1), month: Self.month($0.integer(2)),
                    code: $0.text(3), count: Int($0.integer(4)))
            }
        }
    }

    public func lastDeliveriesByDepartment() async throws -> [LastDelivery] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT coalesce(department, ''), feed, max(finished_at) FROM batch WHERE finished_at IS NOT NULL
                GROUP BY 1, 2 ORDER BY 1, 2
                """
            ) {
                LastDelivery(
                    department: Self.department($0.text(0)), feed: $0.text(1), at: Instant(milliseconds: $0.integer(2)))
            }
        }
    }

    private static func range(_ months: ClosedRange<Month>) -> [SQLValue] {
        [.integer(Int64(months.lowerBound.number)), .integer(Int64(months.upperBound.number))]
    }

    private static func month(_ number: Int64) -> Month { Month(number: Int32(truncatingIfNeeded: number)) }

    private static func department(_ text: String) -> String? { text.isEmpty ? nil : text }
}
