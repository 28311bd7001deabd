import CreditModel

/// A question to the names: a folded text and what to narrow the answer down by.
public struct NameQuery: Sendable, Hashable {
    /// As `OrganisationName.key` makes it.
    public var key: String
    /// Beginning of a division code.
    public var division: String?
    public var status: String?
    /// First two characters of the unified code, any of them; empty = all.
    public var forms: [String] = []
    /// Section letter of GB/T 4754, such as C; nil = all, those without a sector too.
    public var sector: String?
    /// Only with a record of one of these items on the public page; empty = all.
    public var items: [String] = []
    public var shownOn: Day
    /// How many to return.
    public var most: Int

    public init(key: String, shownOn: Day, most: Int) {
        self.key = key
        self.shownOn = shownOn
        self.most = most
    }

    enum Filter { case division, status, form, sector, items }
}

public struct NameAnswer: Sendable {
    public struct Match: Sendable, Hashable {
        public let subject: SubjectID
        /// 0 to 99: how well the words fit and how the name stands. Says nothing about the organisation's file.
        public let score: Int
    }
    public var matches: [Match] = []
    /// How many match; at least so many where `isExact` is false.
    public var total = 0
    public var isExact = true
}

/// How many of the organisations that match a question have each value of a property, were it not narrowed down by it.
public struct NameCounts: Sendable, Equatable {
    /// Under all filters together.
    public var total = 0
    public var divisions: [String: Int] = [:]
    public var statuses: [String: Int] = [:]
    public var forms: [String: Int] = [:]
    /// Whose sector is not known counts nowhere here, so that the sum may be less than the total.
    public var sectors: [String: Int] = [:]
    /// In the order of the groups of items asked for.
    public var groups: [Int] = []

    public init() {}
}

extension SearchIndex {
    /// How many names are looked at, at most, to count what is not counted beforehand; beyond, the total is a bound.
    static let effort = 20_000

    public func search(_ query: NameQuery) -> NameAnswer {
        let question = Array(query.key.utf16)
        guard !question.isEmpty else { return NameAnswer() }
        var answer = NameAnswer()
        var matches: [SearchMatch] = []
        for index in segments.indices {
            let part = segments[index].search(
                question, within: filter(query, in: index), most: query.most, effort: Self.effort)
            matches += part.matches
            answer.total += part.total
            answer.isExact = answer.isExact && part.isExact
        }
        if segments.count > 1 { matches.sort() }
        answer.matches = matches.prefix(query.most).map {
            NameAnswer.Match(subject: SubjectID(Int64($0.subject)), score: Self.score($0, question.count))
        }
        return answer
    }

    /// Falls with the order of the answers: four steps of fit, within each four of standing, within each the share of the name
    /// that was asked for.
    private static func score(_ match: SearchMatch, _ length: Int) -> Int {
        let step = 3 - Int(match.tier.rawValue)
        let standing = 3 - Int(match.rank >> 14)
        let share = min(1, Double(length) / Double(max(1, match.rank & 0x3FFF)))
        return 19 + step * 20 + standing * 5 + Int(share * 5) - (share == 1 ? 1 : 0)
    }

    /// Whether the organisation has a name that holds the question, under the filters.
    public func holds(_ query: NameQuery, _ subject: SubjectID) -> Bool {
        let question = Array(query.key.utf16)
        guard !question.isEmpty, let number = UInt32(exactly: subject.value) else { return false }
        for index in segments.indices {
            guard let document = segments[index].document(of: number), !segments[index].isGone(document) else { continue }
            guard segments[index].withTexts(question, { $0.tier(document) }) != nil else { return false }
            return filter(query, in: index).map { $0[document] } ?? true
        }
        return false
    }

    /// Whether the organisation passes the filters, whatever it is called.
    public func passes(_ query: NameQuery, _ subject: SubjectID) -> Bool {
        guard let number = UInt32(exactly: subject.value) else { return false }
        for index in segments.indices {
            guard let document = segments[index].document(of: number), !segments[index].isGone(document) else { continue }
            return filter(query, in: index).map { $0[document] } ?? true
        }
        return false
    }

    /// Counts for filters. Looks at every name that may match, so it is for a page and not for each letter typed.
    /// - Parameter groups: groups of items, each counted as one.
    public func counts(_ query: NameQuery, groups: [[String]]) -> NameCounts {
        let question = Array(query.key.utf16)
        var counts = NameCounts()
        counts.groups = groups.map { _ in 0 }
        guard !question.isEmpty else { return counts }
        for index in segments.indices {
            let segment = segments[index]
            let matching = segment.matching(question)
            func set(without filter: NameQuery.Filter) -> Bitmap {
                var set = matching
                if let others = self.filter(query, in: index, except: filter) { set.formIntersection(others) }
                return set
            }
            Self.count(set(without: .division), segment.division, into: &counts.divisions)
            Self.count(set(without: .status), segment.status, into: &counts.statuses)
            Self.count(set(without: .form), segment.form, into: &counts.forms)
            Self.count(set(without: .sector), segment.sector, into: &counts.sectors)
            var narrowed = matching
            if let all = self.filter(query, in: index) { narrowed.formIntersection(all) }
            counts.total += narrowed.count
            let rest = set(without: .items)
            for (place, items) in groups.enumerated() {
                var set = documents(of: items, on: query.shownOn, in: index)
                set.formIntersection(rest)
                counts.groups[place] += set.count
            }
        }
        return counts
    }

    private static func count(_ set: Bitmap, _ column: FacetColumn, into counts: inout [String: Int]) {
        var tally = Array(repeating: 0, count: column.values.count)
        column.codes.withUnsafeBufferPointer { codes in
            set.forEach { document in
                tally[Int(codes[Int(document)])] += 1
                return true
            }
        }
        for (place, count) in tally.enumerated() where count > 0 && place > 0 { counts[column.values[place], default: 0] += count }
    }
}

extension NameCounts {
    /// How many are of a kind.
    public func count(of kind: SearchChoices.Choice) -> Int { kind.values.reduce(0) { $0 + (forms[$1] ?? 0) } }
}
