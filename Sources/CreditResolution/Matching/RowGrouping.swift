import CreditModel

/// Finds the rows of one file that are about the same body, without any registry: 去重.
///
/// Valid numbers come first: rows with the same unified code are one group, rows with different ones never are. Rows without
/// are matched against these groups, and what is left among themselves. The order of the rows does not matter.
public struct RowGrouping: Sendable {
    /// A row's place in the file, from 0.
    public typealias Row = Int

    private let reader: NameReader
    private var index: MatchIndex
    private var groupOfCode: [PackedCode: UInt32] = [:]
    private var groups: [Members] = []
    private var openRows: [(row: Row, query: MatchQuery)] = []
    public private(set) var rowCount = 0

    /// What is known of a group: its rows' particulars.
    private struct Members: Sendable {
        let first: Row
        var particulars: [Particulars] = []
    }

    public init(reader: NameReader) {
        self.reader = reader
        index = MatchIndex(reader: reader)
        index.beginLoading()
    }

    /// Rows come in the file's order.
    public mutating func add(_ query: MatchQuery) {
        let row = rowCount
        rowCount += 1
        guard let code = query.identifiers.first(where: { $0.scheme == .unifiedCode }) else {
            openRows.append((row, query))
            return
        }
        let packed = PackedCode(code.value)
        let group = groupOfCode[packed] ?? UInt32(groups.count)
        if Int(group) == groups.count {
            groupOfCode[packed] = group
            groups.append(Members(first: row))
            index.add(code, of: SubjectID(Int64(row)))
        }
        let subject = SubjectID(Int64(groups[Int(group)].first))
        if let name = query.name { index.add(name: name, kind: .current, of: subject) }
        if let particulars = query.particulars, !particulars.isEmpty, !groups[Int(group)].particulars.contains(particulars) {
            groups[Int(group)].particulars.append(particulars)
        }
        codedRows.append((row, group))
    }

    private var codedRows: [(row: Row, group: UInt32)] = []

    /// The unified code of the group that a row begins, where it has one.
    public func code(ofGroup row: Row) -> String? { index.code(of: SubjectID(Int64(row))) }

    public struct Outcome: Sendable {
        /// For each row the first row of its group.
        public internal(set) var groups: [Row]
        /// Why the row is where it is; nil where its own valid code says so.
        public internal(set) var answers: [Row: MatchAnswer]
    }

    /// - Parameter workers: how many threads work at it.
    public func outcome(workers: Int) async throws -> Outcome {
        var result = Outcome(groups: Array(0..<rowCount), answers: [:])
        for (row, group) in codedRows { result.groups[row] = groups[Int(group)].first }
        var coded = index
        coded.endLoading()
        let known = FetchedParticulars(
            Dictionary(uniqueKeysWithValues: groups.map { (SubjectID(Int64($0.first)), $0.particulars) }))
        let answers = try await Self.match(openRows, in: coded, known, excluding: false, workers: workers)
        var left: [(row: Row, query: MatchQuery)] = []
        for (open, answer) in zip(openRows, answers) {
            result.answers[open.row] = answer
            if answer.decision == .match, let subject = answer.subject {
                result.groups[open.row] = Int(subject.value)
            } else {
                left.append(open)
            }
        }
        try await groupAmong(left, workers: workers, &result)
        return result
    }

    /// Groups rows that no number speaks for: the same name first, then matches, the surest first.
    private func groupAmong(
        _ rows: [(row: Row, query: MatchQuery)], workers: Int, _ result: inout Outcome
    ) async throws {
        var rest = MatchIndex(reader: reader)
        rest.beginLoading()
        var byName: [UInt64: [(row: Row, query: MatchQuery)]] = [:]
        var order: [UInt64] = []
        for row in rows {
            let parts = reader.read(row.query.name ?? "")
            // Two bodies with a number each may bear this name; then the name alone joins nobody.
            let isAmbiguous = result.answers[row.row]?.reason == .nameOfSeveral
            guard parts.shape.end > 0, !parts.form.isEmpty, !isAmbiguous else { continue }
            if byName[parts.key] == nil { order.append(parts.key) }
            byName[parts.key, default: []].append(row)
        }
        var groups: [(row: Row, query: MatchQuery)] = []
        var particulars: [SubjectID: [Particulars]] = [:]
        for key in order {
            let members = byName[key] ?? []
            guard let first = members.first else { continue }
            for member in members where member.row != first.row {
                result.groups[member.row] = first.row
                result.answers[member.row] = MatchAnswer(decision: .match, confidence: 0.95, reason: .sameName, candidates: [])
            }
            if let name = first.query.name { rest.add(name: name, kind: .current, of: SubjectID(Int64(first.row))) }
            groups.append(first)
            particulars[SubjectID(Int64(first.row))] = members.compactMap(\.query.particulars)
        }
        rest.endLoading()
        let answers = try await Self.match(
            groups, in: rest, FetchedParticulars(particulars), excluding: true, workers: workers)
        var joined = Array(0..<rowCount)
        func root(_ row: Row) -> Row {
            var row = row
            while joined[row] != row { row = joined[row] }
            return row
        }
        for (group, answer) in zip(groups, answers) where answer.decision == .match {
            guard let subject = answer.subject else { continue }
            let (a, b) = (root(group.row), root(Int(subject.value)))
            joined[max(a, b)] = min(a, b)
            if result.answers[group.row]?.decision != .match { result.answers[group.row] = answer }
        }
        for row in rows.map(\.row) { result.groups[row] = root(result.groups[row]) }
    }

    private static func match(
        _ rows: [(row: Row, query: MatchQuery)], in index: MatchIndex, _ known: FetchedParticulars, excluding: Bool,
        workers: Int
    ) async throws -> [MatchAnswer] {
        try await MatchBatch(index: index, particulars: known).answers(rows.map(\.query), workers: workers) {
            excluding ? SubjectID(Int64(rows[$0].row)) : nil
        }
    }
}

/// Many rows against one index, on several threads.
public struct MatchBatch: Sendable {
    private let index: MatchIndex
    private let rules: MatchRules
    private let particulars: (any ParticularsSource & Sendable)?

    public init(index: MatchIndex, rules: MatchRules = MatchRules(), particulars: (any ParticularsSource & Sendable)? = nil) {
        self.index = index
        self.rules = rules
        self.particulars = particulars
    }

    /// One answer for each query, in order.
    public func answers(
        _ queries: [MatchQuery], workers: Int, excluding: @Sendable @escaping (Int) -> SubjectID? = { _ in nil }
    ) async throws -> [MatchAnswer] {
        let size = max(256, (queries.count + workers * 4 - 1) / max(1, workers * 4))
        let starts = Array(stride(from: 0, to: queries.count, by: size))
        var pieces = [[MatchAnswer]](repeating: [], count: starts.count)
        try await withThrowingTaskGroup(of: (Int, [MatchAnswer]).self) { group in
            var next = 0
            func start() {
                guard next < starts.count else { return }
                let piece = next
                let range = starts[piece]..<min(starts[piece] + size, queries.count)
                next += 1
                group.addTask {
                    let matcher = Matcher(index, rules: rules, particulars: particulars)
                    return (piece, try range.map { try matcher.match(queries[$0], excluding: excluding($0)) })
                }
            }
            for _ in 0..<max(1, workers) { start() }
            while let (piece, answers) = try await group.next() {
                pieces[piece] = answers
                start()
            }
        }
        return pieces.flatMap { $0 }
    }
}
