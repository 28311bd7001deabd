import CreditModel
import CreditRegistry
import CreditServices

extension Store {
    public func list(_ query: ListQuery) async throws -> ListPage {
        try await database.read { connection in
            guard let item = try coding.number(of: query.item, connection) else { return ListPage(total: 0, rows: []) }
            // No list of people: practitioners are met one by one, by licence.
            var conditions = [
                "r.item = $1", "r.published_until >= $2", "r.standing = 0", "s.kind = 'organisation'",
            ]
            var arguments: [SQLValue] = [.integer(item), RecordMapping.day(query.shownOn)]
            func add(_ condition: (String) -> String, _ value: SQLValue) {
                arguments.append(value)
                conditions.append(condition("$\(arguments.count)"))
            }
            if let authority = query.authority {
                guard let number = try coding.number(of: authority, connection) else { return ListPage(total: 0, rows: []) }
                add({ "r.authority = \($0)" }, .integer(number))
            }
            if let kind = query.kind {
                add(
                    { "r.kinds IN (SELECT word_id FROM word WHERE ';' || text || ';' LIKE \($0) ESCAPE '\\')" },
                    .text("%;\(Self.escapeLike(kind));%"))
            }
            if let from = query.from { add({ "r.day >= \($0)" }, RecordMapping.day(from)) }
            if let to = query.to { add({ "r.day <= \($0)" }, RecordMapping.day(to)) }
            let filter = conditions.joined(separator: " AND ")
            if let words = query.words {
                return try search(words, query, filter, arguments, connection)
            }
            var total = 0
            if query.after == nil, query.kind == nil, query.from == nil, query.to == nil {
                let authority: [SQLValue] = query.authority.map { [.text($0)] } ?? []
                total =
                    try connection.first(
                        """
                        SELECT coalesce(CAST(sum(record_count) AS BIGINT), 0) FROM record_tally
                        WHERE item = $1 AND published_until >= $2 AND kind = 'organisation'
                            \(query.authority == nil ? "" : "AND authority = $3")
                        """, [.text(query.item), RecordMapping.day(query.shownOn)] + authority
                    ) { Int($0.integer(0)) } ?? 0
            } else if query.after == nil {
                total =
                    try connection.first(
                        "SELECT count(*) FROM record r JOIN subject s ON s.subject_id = r.subject_id WHERE \(filter)",
                        arguments
                    ) { Int($0.integer(0)) } ?? 0
            }
            let offset = query.after == nil ? query.offset : 0
            return ListPage(
                total: total,
                rows: try page(filter, arguments, after: query.after, limit: query.limit, offset: offset, connection))
        }
    }

    /// Records of a list in its order: newest first, then by subject.
    private func page(
        _ filter: String, _ arguments: [SQLValue], after: ListQuery.Position?, limit: Int, offset: Int,
        _ connection: any Connection
    ) throws -> [RecordRow] {
        var (filter, arguments) = (filter, arguments)
        if let after {
            let start = arguments.count
            filter += " AND (r.day, -r.subject_id, -r.ordinal) < ($\(start + 1), $\(start + 2), $\(start + 3))"
            // A position before all days, or behind them, is no day.
            let day = Day(iso: after.day)?.daysSinceEpoch ?? (after.day.isEmpty ? StoredState.noDay : .max)
            arguments += [.integer(Int64(day)), .integer(-after.id.subject.value), .integer(-after.id.ordinal)]
        }
        arguments += [.integer(Int64(limit)), .integer(Int64(offset))]
        return try recordRows(
            """
            WHERE \(filter) ORDER BY r.day DESC, r.subject_id, r.ordinal LIMIT $\(arguments.count - 1) OFFSET $\(arguments.count)
            """, arguments, connection)
    }

    /// Looks for words in names and document numbers, record by record, since document numbers are packed. Looks at so many
    /// records at most; where that is not all, the page says so.
    private func search(
        _ words: String, _ query: ListQuery, _ filter: String, _ arguments: [SQLValue], _ connection: any Connection
    ) throws -> ListPage {
        var found = ListPage(total: 0, rows: [])
        var (after, seen) = (query.after, 0)
        let needle = words.lowercased()
        while true {
            let rows = try page(filter, arguments, after: after, limit: Self.searchPortion, offset: 0, connection)
            for row in rows {
                let text = row.subjectName + " " + (row.values["documentNumber"] ?? "")
                guard text.lowercased().contains(needle) else { continue }
                found.total += 1
                if found.total > (query.after == nil ? query.offset : 0), found.rows.count < query.limit { found.rows.append(row) }
                // A download goes on behind the last of these.
                if query.after != nil, found.rows.count == query.limit { return found }
            }
            seen += rows.count
            guard rows.count == Self.searchPortion, let last = rows.last else { return found }
            if seen >= Self.mostSearched {
                found.isWhole = false
                return found
            }
            after = ListQuery.Position(day: last.day ?? "", id: last.id)
        }
    }

    private static let searchPortion = 2000
    /// About a second of work.
    private static let mostSearched = 200_000

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
