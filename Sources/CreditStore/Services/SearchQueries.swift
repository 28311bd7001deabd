import CreditModel
import CreditRegistry
import CreditServices

extension Store {
    public func search(_ query: SearchQuery) async throws -> SearchResult {
        try await database.read { [names] connection in
            // No stored text holds NUL, and PostgreSQL refuses to be asked for it.
            let text = query.text.filter { $0 != "\0" }
            let code = Folding.code(text)
            let end = query.offset + query.limit
            let byName = query.kind == .practitioner ? nil : NameQuery(query, key: OrganisationName.key(text), most: end)
            let index = byName?.key.isEmpty == false || query.isNarrowed ? try names.index(connection) : nil

            // Numbers first: who types one knows exactly what is wanted.
            var found = try Self.searchCodes(code, query, connection) + Self.searchLicences(code, query, connection)
            if let index, query.isNarrowed, let byName { found.removeAll { !index.passes(byName, $0.id) } }
            guard let index, var byName, !byName.key.isEmpty else {
                return SearchResult(
                    total: found.count, isExact: true, hits: Array(found.dropFirst(query.offset).prefix(query.limit)))
            }
            let seen = Set(found.map(\.id))
            byName.most += seen.count
            let answer = index.search(byName)
            let both = seen.count { index.holds(byName, $0) }
            let matches = answer.matches.filter { !seen.contains($0.subject) }
            let wanted = matches.dropFirst(max(0, query.offset - found.count))
                .prefix(query.limit - max(0, min(query.limit, found.count - query.offset)))
            let named = try Self.hits(Array(wanted), byName.key, connection)
            // Who counts for filters knows the total as well.
            let counts = query.countedGroups.map { index.counts(byName, groups: $0) }
            return SearchResult(
                total: found.count + (counts?.total ?? answer.total) - both, isExact: counts != nil || answer.isExact,
                hits: found.dropFirst(query.offset).prefix(query.limit) + named, counts: counts)
        }
    }

    /// Keeps a copy of the search index for the next start, where one has been worked out and the store was opened with a place
    /// for it.
    public func keepSearchSnapshot() { names.save() }

    /// Brings the search index up to date, so that no reader has to wait for it.
    /// - Returns: how many organisations it holds.
    @discardableResult
    public func refreshSearch() async throws -> Int {
        try await database.read { [names] in try names.index($0).count }
    }

    // MARK: names

    /// What is shown of subjects that the index found, with the name that was found. It is read now, so that what was taken away
    /// in between is not shown.
    private static func hits(_ matches: [NameAnswer.Match], _ key: String, _ connection: any Connection) throws
        -> [SearchResult.Hit]
    {
        guard !matches.isEmpty else { return [] }
        var states: [SubjectID: SubjectState] = [:]
        var best: [SubjectID: (fit: Int, text: String, kind: NameKind)] = [:]
        let owners = try SearchLoading.owners(connection)
        var members: [SubjectID] = []
        for match in matches { members += [match.subject] + owners.filter { $0.value == match.subject }.map(\.key) }
        try SearchLoading.inPortions(members) { ids, places in
            try connection.query(
                """
                SELECT s.subject_id, s.kind, s.code, s.name, s.status, s.division, s.established_on, s.registered, n.name,
                    n.name_key, n.kind
                FROM subject s JOIN subject_name n ON n.subject_id = s.subject_id
                WHERE s.kind = 'organisation' AND s.subject_id IN (\(places))
                """, ids
            ) { row in
                let id = SubjectID(row.integer(0))
                let shown = owners[id] ?? id
                if shown == id, states[id] == nil { states[id] = SQLRegistryTransaction.state(row, from: 1) }
                guard let fit = Self.fit(key, row.text(9)) else { return true }
                let kind = NameKind(rawValue: Int(row.integer(10))) ?? .delivered
                if let known = best[shown], (known.fit, known.kind.rawValue) >= (fit, kind.rawValue) { return true }
                best[shown] = (fit, row.text(8), kind)
                return true
            }
        }
        return matches.compactMap { match in
            guard let state = states[match.subject], let name = best[match.subject] else { return nil }
            return SearchResult.Hit(
                id: match.subject, state: state, score: match.score,
                field: name.text == state.name ? .name : name.kind == .delivered ? .deliveredName : .formerName,
                matched: name.text)
        }
    }

    /// Exact, beginning, inside; nil where the name does not hold the key.
    private static func fit(_ key: String, _ name: String) -> Int? {
        let name = Array(name.utf8), key = Array(key.utf8)
        if name == key { return 2 }
        if name.starts(with: key) { return 1 }
        guard name.count > key.count else { return nil }
        for start in 1...name.count - key.count where name[start] == key[0] && name[start..<start + key.count].elementsEqual(key) {
            return 0
        }
        return nil
    }

    // MARK: numbers

    /// A code or the beginning of one, at least six characters.
    private static func searchCodes(_ code: String, _ query: SearchQuery, _ connection: any Connection) throws
        -> [SearchResult.Hit]
    {
        guard code.utf8.count >= 6, code.utf8.allSatisfy({ $0 < 128 }) else { return [] }
        let (filter, values) = Self.filter(query, from: 3)
        var seen: Set<SubjectID> = []
        return try connection.rows(
            """
            SELECT s.subject_id, s.kind, s.code, s.name, s.status, s.division, s.established_on, s.registered, i.value
            FROM identifier i JOIN subject s ON s.subject_id = i.subject_id
            WHERE i.value >= $1 AND i.value < $2 \(filter) ORDER BY i.value LIMIT 1000
            """, [.text(code), .text(code + "\u{10FFFF}")] + values
        ) { row in
            let value = row.text(8)
            return SearchResult.Hit(
                id: SubjectID(row.integer(0)), state: SQLRegistryTransaction.state(row, from: 1),
                score: value == code ? 100 : 99, field: .code, matched: value)
        }.filter { seen.insert($0.id).inserted }
    }

    /// A practitioner by the whole number of the licence, with or without the profession. Never by name.
    private static func searchLicences(_ code: String, _ query: SearchQuery, _ connection: any Connection) throws
        -> [SearchResult.Hit]
    {
        let number = code.split(separator: "/").last.map(String.init) ?? code
        guard number.utf8.count >= 6, code.utf8.allSatisfy({ $0 < 128 }) else { return [] }
        let profession = code.contains("/") ? code.prefix { $0 != "/" }.lowercased() : "%"
        let (filter, values) = Self.filter(query, from: 2)
        return try connection.rows(
            """
            SELECT s.subject_id, s.kind, s.code, s.name, s.status, s.division, s.established_on, s.registered, i.value
            FROM identifier i JOIN subject s ON s.subject_id = i.subject_id
            WHERE i.scheme = 'licence' AND i.value LIKE $1 ESCAPE '\\' \(filter) LIMIT 100
            """,
            [.text((profession == "%" ? "%" : Self.escapeLike(profession)) + "/" + Self.escapeLike(number))] + values
        ) { row in
            SearchResult.Hit(
                id: SubjectID(row.integer(0)), state: SQLRegistryTransaction.state(row, from: 1), score: 100, field: .code,
                matched: row.text(8))
        }
    }

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

extension SearchQuery {
    /// Whether it is narrowed down by what the tables of numbers do not know.
    fileprivate var isNarrowed: Bool { !forms.isEmpty || !items.isEmpty || sector != nil }
}

extension NameQuery {
    fileprivate init(_ query: SearchQuery, key: String, most: Int) {
        self.init(key: key, shownOn: query.shownOn, most: most)
        division = query.division
        status = query.status
        forms = query.forms
        sector = query.sector
        items = query.items
    }
}
