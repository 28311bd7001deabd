import CreditModel
import CreditRegistry
import CreditServices

extension Store {
    /// More candidates than this are counted as "more than": ranking them all would cost what one page is not worth.
    static let searchBound = 20_000

    public func search(_ query: SearchQuery) async throws -> SearchResult {
        try await database.read { connection in
            // No stored text holds NUL, and PostgreSQL refuses to be asked for it.
            let text = query.text.filter { $0 != "\0" }
            let key = OrganisationName.key(text)
            let code = Folding.code(text)
            var found: [SubjectID: SearchResult.Hit] = [:]
            func keep(_ hit: SearchResult.Hit) {
                if let known = found[hit.id], known.score >= hit.score { return }
                found[hit.id] = hit
            }
            try Self.searchCodes(code, query, connection, keep)
            try Self.searchLicences(code, query, connection, keep)
            var isExact = true
            if let match = NameIndex(engine: connection.engine).match(key) {
                // Exact names and beginnings first, so that they are there even when the rest is cut at the bound.
                try Self.searchNames("n.name_key = $1", [.text(key)], key, query, 100, connection, keep)
                try Self.searchNames(
                    "n.name_key >= $1 AND n.name_key < $2", [.text(key), .text(key + "\u{10FFFF}")], key, query, 1000,
                    connection, keep)
                let seen = try Self.searchNames(
                    match.condition, [.text(match.question)], key, query, Self.searchBound, connection, keep)
                isExact = seen < Self.searchBound
            }
            let ranked = found.values.sorted { left, right in
                if left.score != right.score { return left.score > right.score }
                if left.state.name.utf8.count != right.state.name.utf8.count {
                    return left.state.name.utf8.count < right.state.name.utf8.count
                }
                return left.id < right.id
            }
            return SearchResult(
                total: ranked.count, isExact: isExact, hits: Array(ranked.dropFirst(query.offset).prefix(query.limit)))
        }
    }

    /// A code or the beginning of one, at least six characters.
    private static func searchCodes(
        _ code: String, _ query: SearchQuery, _ connection: any Connection, _ keep: (SearchResult.Hit) -> Void
    ) throws {
        guard code.utf8.count >= 6, code.utf8.allSatisfy({ $0 < 128 }) else { return }
        let (filter, values) = Self.filter(query, from: 3)
        try connection.query(
            """
            SELECT s.subject_id, s.kind, s.code, s.name, s.status, s.division, s.established_on, s.registered, i.value
            FROM identifier i JOIN subject s ON s.subject_id = i.subject_id
            WHERE i.value >= $1 AND i.value < $2 \(filter) ORDER BY i.value LIMIT 1000
            """, [.text(code), .text(code + "\u{10FFFF}")] + values
        ) { row in
            let value = row.text(8)
            keep(
                SearchResult.Hit(
                    id: SubjectID(row.integer(0)), state: SQLRegistryTransaction.state(row, from: 1),
                    score: value == code ? 100 : 80,
                    field: .code, matched: value))
            return true
        }
    }

    /// A practitioner by the whole number of the licence, with or without the profession. Never by name.
    private static func searchLicences(
        _ code: String, _ query: SearchQuery, _ connection: any Connection, _ keep: (SearchResult.Hit) -> Void
    ) throws {
        let number = code.split(separator: "/").last.map(String.init) ?? code
        guard number.utf8.count >= 6, code.utf8.allSatisfy({ $0 < 128 }) else { return }
        let profession = code.contains("/") ? code.prefix { $0 != "/" }.lowercased() : "%"
        let (filter, values) = Self.filter(query, from: 2)
        try connection.query(
            """
            SELECT s.subject_id, s.kind, s.code, s.name, s.status, s.division, s.established_on, s.registered, i.value
            FROM identifier i JOIN subject s ON s.subject_id = i.subject_id
            WHERE i.scheme = 'licence' AND i.value LIKE $1 ESCAPE '\\' \(filter) LIMIT 100
            """,
            [.text((profession == "%" ? "%" : Self.escapeLike(profession)) + "/" + Self.escapeLike(number))] + values
        ) { row in
            keep(
                SearchResult.Hit(
                    id: SubjectID(row.integer(0)), state: SQLRegistryTransaction.state(row, from: 1), score: 100,
                    field: .code,
                    matched: row.text(8)))
            return true
        }
    }

    @discardableResult
    private static func searchNames(
        _ condition: String, _ arguments: [SQLValue], _ key: String, _ query: SearchQuery, _ limit: Int,
        _ connection: any Connection, _ keep: (SearchResult.Hit) -> Void
    ) throws -> Int {
        let (filter, values) = Self.filter(query, from: arguments.count + 1)
        var seen = 0
        try connection.query(
            """
            SELECT s.subject_id, s.kind, s.code, s.name, s.status, s.division, s.established_on, s.registered, n.name, n.name_key,
                n.kind
            FROM subject_name n JOIN subject s ON s.subject_id = n.subject_id WHERE \(condition) \(filter)
            LIMIT $\(arguments.count + values.count + 1)
            """, arguments + values + [.integer(Int64(limit))]
        ) { row in
            seen += 1
            let nameKey = row.text(9)
            // Pairs of characters can meet in another order; only the words themselves count.
            guard let score = score(key, in: nameKey) else { return true }
            let state = SQLRegistryTransaction.state(row, from: 1)
            let kind = NameKind(rawValue: Int(row.integer(10))) ?? .delivered
            let isPresent = row.text(8) == state.name
            let live = state.status.map { !Self.ended.contains($0) } ?? true
            keep(
                SearchResult.Hit(
                    id: SubjectID(row.integer(0)), state: state, score: score - (isPresent ? 0 : 5) - (live ? 0 : 8),
                    field: isPresent ? .name : kind == .former ? .formerName : .deliveredName, matched: row.text(8)))
            return true
        }
        return seen
    }

    /// Exact, then beginning, then inside; within each, the larger the share of the name that was asked for, the better.
    private static func score(_ key: String, in name: String) -> Int? {
        if key.utf8.elementsEqual(name.utf8) { return 99 }
        let share = Double(key.utf8.count) / Double(max(1, name.utf8.count))
        if name.hasPrefix(key) { return 60 + Int(share * 30) }
        return name.contains(key) ? 30 + Int(share * 30) : nil
    }

    /// Registration states of bodies that are no more, as codes of the table `registration-status`.
    static let ended: Set<String> = ["deregistered", "revoked", "registration-withdrawn", "moved-out", "closed"]

    private static func filter(_ query: SearchQuery, from first: Int) -> (String, [SQLValue]) {
        var sql = ""
        var values: [SQLValue] = []
        func add(_ condition: (String) -> String, _ value: SQLValue) {
            sql += " AND " + condition("$\(first + values.count)")
            values.append(value)
        }
        if let kind = query.kind { add({ "s.kind = \($0)" }, .text(kind.rawValue)) }
        if let division = query.division {
            add({ "s.division LIKE \($0) ESCAPE '\\'" }, .text(Self.escapeLike(division) + "%"))
        }
        if let status = query.status { add({ "s.status = \($0)" }, .text(status)) }
        return (sql, values)
    }
}
