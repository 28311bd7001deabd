import CreditModel
import CreditRegistry

/// Moves records and revisions of schema 5 into the tables of schema 6. Names every column itself, so that later changes of the
/// program's own reading and writing leave it as it is.
struct Conversion006 {
    let connection: any Connection
    private let coding = RecordCoding()
    private let context = CompressionContext()

    /// Subjects at a time; a subject's whole history is in memory for a moment.
    private static let portion: Int64 = 500

    init(connection: any Connection) { self.connection = connection }

    func run() throws {
        let last = try connection.first("SELECT coalesce(max(subject_id), 0) FROM record_before") { $0.integer(0) } ?? 0
        for start in stride(from: 0, to: last, by: Int64.Stride(Self.portion)) {
            try move(subjects: start + 1...start + Self.portion)
        }
    }

    private struct Statement5 {
        let item: String
        let content: Packing.Content
    }

    private func move(subjects: ClosedRange<Int64>) throws {
        let range: [SQLValue] = [.integer(subjects.lowerBound), .integer(subjects.upperBound)]
        // Key of a record → its newest leaf, and the leaf of each number.
        var leaves: [[Int64]: [Int64: Int64]] = [:]
        var revisions: [[SQLValue]] = []
        var statements: [Statement5?] = []
        try connection.query(
            """
            SELECT v.leaf, v.subject_id, v.ordinal, v.number, v.act, v.reason, v.effective_on, v.recorded_at, v.batch_number,
                v.line, v.basis, v.actor, v.published_until, v.disclosed_until, v.archived_until, v.repairable_from, v.severity,
                v.salt, v.content, v.internal, v.changes, v.notes, v.rule_set, r.item
            FROM revision_before v JOIN record_before r ON r.subject_id = v.subject_id AND r.ordinal = v.ordinal
            WHERE v.subject_id BETWEEN $1 AND $2 ORDER BY v.subject_id, v.ordinal, v.number
            """, range
        ) { row in
            let key = [row.integer(1), row.integer(2)]
            let previous = leaves[key]?.values.max()
            leaves[key, default: [:]][row.integer(3)] = row.integer(0)
            func whole(_ column: Int) -> SQLValue { row.isNull(column) ? .null : .integer(row.integer(column)) }
            func text(_ column: Int) -> SQLValue { .text(row.optionalText(column)) }
            revisions.append(
                [whole(0), whole(1), whole(2), whole(3), .integer(previous), whole(4), text(5), whole(6), whole(7), whole(8),
                    whole(9), text(10), text(11)] + (12...16).map(whole) + [.null, .bytes(row.optionalBytes(17))])
            statements.append(
                row.optionalBytes(18).map { published in
                    Statement5(
                        item: row.text(23),
                        content: Packing.Content(
                            statement: Statement(published: published, internal: row.optionalBytes(19)),
                            changes: row.optionalBytes(20), notes: row.optionalBytes(21), ruleSet: row.optionalText(22)))
                })
            return true
        }
        for (index, statement) in statements.enumerated() {
            guard let statement else { continue }
            revisions[index][18] = .bytes(try Packer(coding: coding).payload(statement.content, statement.item, context, connection))
        }
        try connection.load(
            "revision",
            ["leaf", "subject_id", "ordinal", "number", "previous", "act", "reason", "effective_on", "recorded_at",
                "batch_number", "line", "basis", "actor", "published_until", "disclosed_until", "archived_until",
                "repairable_from", "severity", "payload", "salt"], revisions)
        try moveRecords(range, leaves)
    }

    private func moveRecords(_ range: [SQLValue], _ leaves: [[Int64]: [Int64: Int64]]) throws {
        struct Row {
            var values: [SQLValue]
            /// Item, authority, kinds, rule set, at their places in `values`.
            let words: [(place: Int, word: String?)]
        }
        let rows = try connection.rows(
            """
            SELECT subject_id, ordinal, record_key, content_hash, item, revision, stated, authority, kinds, day,
                published_until, disclosed_until, archived_until, repairable_from, severity, rule_set, circle, standing, mark
            FROM record_before WHERE subject_id BETWEEN $1 AND $2 ORDER BY subject_id, ordinal
            """, range
        ) { row in
            func whole(_ column: Int) -> SQLValue { row.isNull(column) ? .null : .integer(row.integer(column)) }
            let known = leaves[[row.integer(0), row.integer(1)]] ?? [:]
            let hash = row.bytes(3)
            let day: Int64 = Day(iso: row.text(9)).map { Int64($0.daysSinceEpoch) } ?? -1_000_000
            let newest: Int64 = known.values.max() ?? -1
            let stated: Int64 = known[row.integer(6)] ?? -1
            var values: [SQLValue] = [whole(0), whole(1), .bytes(row.bytes(2))]
            values.append(hash.isEmpty ? .null : .bytes(Array(hash.prefix(16))))
            values += [.null, whole(5), whole(6), .integer(newest), .integer(stated), .null, .null, .integer(day)]
            values += (10...14).map(whole)
            values += [.null, whole(16), whole(17), .text(row.optionalText(18))]
            return Row(
                values: values,
                words: [
                    (4, row.text(4)), (9, row.optionalText(7)), (10, row.optionalText(8)), (17, row.optionalText(15)),
                ])
        }
        let finished = try rows.map { row in
            var values = row.values
            for (place, word) in row.words { values[place] = .integer(try coding.give(word, connection)) }
            return values
        }
        try connection.load(
            "record",
            ["subject_id", "ordinal", "record_key", "content_hash", "item", "revision", "stated", "leaf", "stated_leaf",
                "authority", "kinds", "day", "published_until", "disclosed_until", "archived_until", "repairable_from",
                "severity", "rule_set", "circle", "standing", "mark"], finished)
    }
}
