import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices

extension Store: IdentityStore {
    /// Questions that a number settles are answered from those subjects alone; only where one is left is the index of every name
    /// asked for, which takes seconds to build for a city of a million.
    public func match(_ queries: [MatchQuery], divisions: Divisions) async throws -> [MatchAnswer] {
        let reader = NameReader.shared(divisions)
        let (known, rules) = try await database.read { connection in
            (
                try KnownNumbers(queries, reader, connection),
                try IdentityMapping.rules(try IdentityMapping.standing(connection), reader)
            )
        }
        var answers = try await Self.inParallel(queries) { try known.answers($0, rules) }
        let open = answers.indices.filter { answers[$0] == nil }
        if !open.isEmpty {
            let rest = try await byName(open.map { queries[$0] }, reader)
            for (place, answer) in zip(open, rest) { answers[place] = answer }
        }
        return answers.compactMap { $0 }
    }

    private func byName(_ queries: [MatchQuery], _ reader: NameReader) async throws -> [MatchAnswer] {
        try await database.read { [matching] connection in
            let names = try matching.names(reader, connection)
            let rules = try IdentityMapping.rules(try IdentityMapping.standing(connection), reader)
            let matcher = Matcher(names.index, rules: rules, particulars: nil) { identifier in
                try connection.first(
                    "SELECT subject_id FROM identifier WHERE value = $1 AND scheme = $2",
                    [.text(identifier.value), .text(identifier.scheme.rawValue)]
                ) { SubjectID($0.integer(0)) }
            }
            return try queries.map { try matcher.match($0) }
        }
    }

    /// Answers many questions on all cores, in their order; few on the thread that asks.
    private static func inParallel<T: Sendable>(
        _ queries: [MatchQuery], _ body: @Sendable @escaping (ArraySlice<MatchQuery>) throws -> [T]
    ) async throws -> [T] {
        guard queries.count > 1000 else { return try body(queries[...]) }
        let pieces = queries.chunks(of: 1000)
        var results = [[T]](repeating: [], count: pieces.count)
        try await withThrowingTaskGroup(of: (Int, [T]).self) { group in
            for (place, piece) in pieces.enumerated() { group.addTask { (place, try body(piece)) } }
            for try await (place, result) in group { results[place] = result }
        }
        return results.flatMap { $0 }
    }

    public func reviewQueue(after id: Int64, limit: Int) async throws -> ReviewPage {
        try await database.read { connection in
            let total =
                try connection.first("SELECT count(*) FROM waiting w WHERE \(Self.isOpen)") { Int($0.integer(0)) } ?? 0
            let rows = try connection.rows(
                "\(Self.reviewColumns) WHERE w.waiting_id > $1 AND \(Self.isOpen) ORDER BY w.waiting_id LIMIT $2",
                [.integer(id), .integer(Int64(limit))]
            ) { try Self.reviewRow($0) }
            return ReviewPage(total: total, rows: rows)
        }
    }

    public func reviewRow(_ id: Int64) async throws -> ReviewRow? {
        try await database.read { connection in
            try connection.first("\(Self.reviewColumns) WHERE w.waiting_id = $1", [.integer(id)]) {
                try Self.reviewRow($0)
            }
        }
    }

    public func decisions(limit: Int) async throws -> [IdentityDecision] {
        try await database.read { connection in
            try connection.rows(
                "SELECT \(IdentityMapping.columns) FROM identity_decision ORDER BY decision_id DESC LIMIT $1",
                [.integer(Int64(limit))]
            ) { try IdentityMapping.decision($0) }
        }
    }

    public func decide(_ act: IdentityAct, catalogue: Catalogue, source: String, at instant: Instant) async throws -> [Int64]
    {
        try await transact(at: instant) {
            try act.perform(catalogue: catalogue, source: source, in: $0)
        }
    }

    static let isOpen = """
        NOT EXISTS (SELECT 1 FROM identity_decision d WHERE d.waiting_id = w.waiting_id AND d.undone_at IS NULL)
        """

    private static let reviewColumns = """
        SELECT w.waiting_id, w.batch_number, w.line, b.feed, w.item, w.reason, w.name, w.identifiers, w.content, b.receipt,
            b.department, b.started_at, \(IdentityMapping.columns(of: "d"))
        FROM waiting w JOIN batch b ON b.batch_number = w.batch_number
        LEFT JOIN identity_decision d ON d.waiting_id = w.waiting_id AND d.undone_at IS NULL
        """

    private static func reviewRow(_ row: any SQLRow) throws -> ReviewRow {
        ReviewRow(
            row: IdentityMapping.row(row), receipt: row.text(9), department: row.optionalText(10),
            deliveredAt: Instant(milliseconds: row.integer(11)),
            decision: row.isNull(12) ? nil : try IdentityMapping.decision(row, from: 12))
    }
}
