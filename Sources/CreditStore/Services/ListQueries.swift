import CreditModel
import CreditRegistry
import CreditServices

extension Store {
    public func list(_ query: ListQuery) async throws -> ListPage {
        try await database.read { connection in
            // No list of people: practitioners are met one by one, by licence.
            var conditions = [
                "r.item = $1", "r.published_until >= $2", "r.standing = 0", "s.kind = 'organisation'",
            ]
            var arguments: [SQLValue] = [.text(query.item), RecordMapping.day(query.shownOn)]
            func add(_ condition: (String) -> String, _ value: SQLValue) {
                arguments.append(value)
                conditions.append(condition("$\(arguments.count)"))
            }
            if let authority = query.authority { add({ "r.authority = \($0)" }, .text(authority)) }
            if let kind = query.kind {
                add({ "';' || r.kinds || ';' LIKE \($0) ESCAPE '\\'" }, .text("%;\(Self.escapeLike(kind));%"))
            }
            if let from = query.from { add({ "r.day >= \($0)" }, .text(from.description)) }
            if let to = query.to { add({ "r.day <= \($0)" }, .text(to.description)) }
            if let words = query.words {
                add(
                    { "(s.name || ' ' || coalesce(r.document_number, '')) LIKE \($0) ESCAPE '\\'" },
                    .text("%\(Self.escapeLike(words))%"))
            }
            let filter = conditions.joined(separator: " AND ")
            var total = 0
            let isCounted = query.kind == nil && query.from == nil && query.to == nil && query.words == nil
            if query.after == nil, isCounted {
                total =
                    try connection.first(
                        """
                        SELECT coalesce(CAST(sum(record_count) AS BIGINT), 0) FROM record_tally
                        WHERE item = $1 AND published_until >= $2 AND kind = 'organisation'
                            \(query.authority == nil ? "" : "AND authority = $3")
                        """, arguments
                    ) { Int($0.integer(0)) } ?? 0
            } else if query.after == nil {
                total =
                    try connection.first(
                        "SELECT count(*) FROM record r JOIN subject s ON s.subject_id = r.subject_id WHERE \(filter)",
                        arguments
                    ) { Int($0.integer(0)) } ?? 0
            }
            var page = filter
            if let after = query.after {
                let start = arguments.count
                page += " AND (r.day, -r.subject_id, -r.ordinal) < ($\(start + 1), $\(start + 2), $\(start + 3))"
                arguments += [.text(after.day), .integer(-after.id.subject.value), .integer(-after.id.ordinal)]
            }
            arguments += [.integer(Int64(query.limit)), .integer(Int64(query.after == nil ? query.offset : 0))]
            let rows = try connection.rows(
                """
                \(Self.recordColumns) WHERE \(page)
                ORDER BY r.day DESC, r.subject_id, r.ordinal LIMIT $\(arguments.count - 1) OFFSET $\(arguments.count)
                """, arguments
            ) { try Self.recordRow($0) }
            return ListPage(total: total, rows: rows)
        }
    }

    public func authorities(of item: String, shownOn day: Day, limit: Int) async throws -> [String] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT authority FROM record_tally
                WHERE item = $1 AND published_until >= $2 AND authority <> '' AND record_count > 0
                GROUP BY authority ORDER BY sum(record_count) DESC, authority LIMIT $3
                """, [.text(item), RecordMapping.day(day), .integer(Int64(limit))]
            ) { $0.text(0) }
        }
    }

    public func totals(shownOn day: Day) async throws -> Totals {
        try await database.read { connection in
            var totals = Totals()
            try connection.query("SELECT kind, subject_count FROM subject_tally", []) { row in
                if row.text(0) == SubjectKind.practitioner.rawValue {
                    totals.practitioners = Int(row.integer(1))
                } else {
                    totals.organisations = Int(row.integer(1))
                }
                return true
            }
            try connection.query(
                """
                SELECT item, CAST(sum(record_count) AS BIGINT) FROM record_tally WHERE published_until >= $1
                GROUP BY item HAVING sum(record_count) > 0
                """,
                [RecordMapping.day(day)]
            ) { row in
                totals.shownByItem[row.text(0)] = Int(row.integer(1))
                return true
            }
            totals.lastReceivedAt =
                try connection.first("SELECT max(finished_at) FROM batch WHERE finished_at IS NOT NULL") { row in
                    row.optionalInteger(0).map { Instant(milliseconds: $0) }
                } ?? nil
            totals.waiting = try connection.first("SELECT count(*) FROM waiting w WHERE \(Self.isOpen)") { Int($0.integer(0)) } ?? 0
            return totals
        }
    }

    static func escapeLike(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
