/// How two names stand to each other, part by part. The score only orders what the rules leave open: no score makes up for a
/// part that tells two bodies apart.
public struct NameComparison: Sendable, Hashable {
    /// 字号. Agrees only when it is the same after folding.
    public enum Distinctive: String, Sendable, CaseIterable {
        case same
        /// One character differs, is missing or is too much.
        case oneCharacter = "one-character"
        /// The same characters in another order.
        case reordered
        /// One contains the other.
        case extended
        case other
    }
    public enum Place: String, Sendable, CaseIterable { case same, within, unsaid, apart }
    public enum Trade: String, Sendable, CaseIterable {
        case same
        /// Words that agencies use for one another, or a word more that says little.
        case near
        case unsaid, partial, other
    }
    public enum Form: String, Sendable, CaseIterable {
        case same
        /// 有限公司 and 有限责任公司.
        case related
        /// One of the names is that of a group, the other not: 集团 and the firm that heads it are two bodies.
        case group
        case unsaid, other
    }
    public enum Branch: String, Sendable, CaseIterable {
        case same
        /// One of the names is that of a branch or site, the other is not.
        case oneSided = "one-sided"
        case other
    }
    public enum Verdict: String, Sendable, CaseIterable { case match, review, none }

    public let distinctive: Distinctive
    public let place: Place
    public let trade: Trade
    public let form: Form
    public let branch: Branch
    /// Share of the distinctive words' characters that both have, 0...1. Only looked at where they differ altogether.
    public let overlap: Double
    /// The whole names differ by one character put in, left out or replaced, wherever it stands.
    public let isSlip: Bool
    /// The one character by which the distinctive words or the whole names differ is a number, a direction or a rank: 一/二, 东/西,
    /// A/B. Sister firms are told apart by these.
    public let isOrdinal: Bool

    /// What each finding leaves of a whole score. The table is published in docs/matching.md, which a test compares.
    public static func weight(_ finding: Distinctive) -> Double {
        switch finding {
        case .same: 1
        case .oneCharacter: 0.62
        case .reordered: 0.50
        case .extended: 0.52
        case .other: 0.30
        }
    }
    public static func weight(_ finding: Place) -> Double {
        switch finding {
        case .same: 1
        case .within: 0.80
        case .unsaid: 0.78
        case .apart: 0.28
        }
    }
    public static func weight(_ finding: Trade) -> Double {
        switch finding {
        case .same: 1
        case .near: 0.95
        case .unsaid: 0.80
        case .partial: 0.70
        case .other: 0.35
        }
    }
    public static func weight(_ finding: Form) -> Double {
        switch finding {
        case .same: 1
        case .related: 0.97
        case .unsaid: 0.82
        case .group: 0.60
        case .other: 0.50
        }
    }
    public static func weight(_ finding: Branch) -> Double {
        switch finding {
        case .same: 1
        case .oneSided: 0.45
        case .other: 0.35
        }
    }

    /// 0...1. From `matchScore` on the rules may say match, from `reviewScore` on a person may be asked.
    public var score: Double {
        let product =
            Self.weight(distinctive) * (distinctive == .other ? overlap : 1) * Self.weight(place) * Self.weight(trade)
            * Self.weight(form) * Self.weight(branch)
        // A slip in a trade or a form makes another word of it; the names are as near as they were.
        return isSlip && place != .apart ? max(product, Self.slipScore) : product
    }

    public static let slipScore = 0.55

    public static let matchScore = 0.85
    public static let reviewScore = 0.30

    public var verdict: Verdict {
        let agrees =
            distinctive == .same && place == .same && branch == .same && form != .other
            && form != .group && (trade == .same || trade == .near)
        if agrees, score >= Self.matchScore { return .match }
        return score >= Self.reviewScore ? .review : .none
    }
}

extension NameReader {
    /// Compares two names that were taken apart by this reader.
    public func compare(_ left: NameParts, _ right: NameParts) -> NameComparison {
        let (distinctive, overlap) = Self.distinctive(left.distinctive, right.distinctive)
        return NameComparison(
            distinctive: distinctive, place: place(left, right), trade: trade(left, right), form: Self.form(left, right),
            branch: Self.branch(left.branch, right.branch), overlap: overlap,
            isSlip: Self.isOneEdit(left.text, right.text),
            isOrdinal: isOrdinal(left.text, right.text) || distinctive == .oneCharacter
                && isOrdinal(left.distinctive, right.distinctive))
    }

    private static func distinctive(
        _ left: ArraySlice<UInt32>, _ right: ArraySlice<UInt32>
    ) -> (NameComparison.Distinctive, Double) {
        if left == right { return (.same, 1) }
        if isOneEdit(left, right) { return (.oneCharacter, 1) }
        let (short, long) = left.count <= right.count ? (left, right) : (right, left)
        if short.count >= 2, long.starts(with: short) || long.suffix(short.count) == short { return (.extended, 1) }
        if left.count == right.count, left.sorted() == right.sorted() { return (.reordered, 1) }
        guard !left.isEmpty, !right.isEmpty else { return (.other, 0) }
        var rest = Array(long)
        var shared = 0
        for character in short {
            guard let place = rest.firstIndex(of: character) else { continue }
            rest.remove(at: place)
            shared += 1
        }
        return (.other, Double(shared) / Double(long.count))
    }

    /// One character replaced, left out or put in.
    static func isOneEdit(_ left: ArraySlice<UInt32>, _ right: ArraySlice<UInt32>) -> Bool {
        edit(left, right).map { max($0.left.count, $0.right.count) == 1 && min(left.count, right.count) > 1 } ?? false
    }

    /// What stays of each between the common beginning and the common end; nil where more than one character does.
    private static func edit(
        _ left: ArraySlice<UInt32>, _ right: ArraySlice<UInt32>
    ) -> (left: ArraySlice<UInt32>, right: ArraySlice<UInt32>)? {
        guard abs(left.count - right.count) <= 1 else { return nil }
        var head = 0
        let shorter = min(left.count, right.count)
        while head < shorter, left[left.startIndex + head] == right[right.startIndex + head] { head += 1 }
        var tail = 0
        while tail < shorter - head, left[left.endIndex - 1 - tail] == right[right.endIndex - 1 - tail] { tail += 1 }
        guard max(left.count, right.count) - head - tail <= 1 else { return nil }
        return (left.dropFirst(head).dropLast(tail), right.dropFirst(head).dropLast(tail))
    }

    private func isOrdinal(_ left: ArraySlice<UInt32>, _ right: ArraySlice<UInt32>) -> Bool {
        guard let (mine, theirs) = Self.edit(left, right), mine != theirs else { return false }
        return mine.allSatisfy(ordinals.contains) && theirs.allSatisfy(ordinals.contains)
    }

    private func place(_ left: NameParts, _ right: NameParts) -> NameComparison.Place {
        let (left, right) = (left.places, right.places)
        if left == right { return .same }
        switch places.relation(left, right) {
        case .same: return places.sameZones(left, right) ? .same : .within
        case .within: return .within
        case .apart: return .apart
        case .unsaid: return .unsaid
        }
    }

    private func trade(_ left: NameParts, _ right: NameParts) -> NameComparison.Trade {
        let (left, right) = (left.tradeWords, right.tradeWords)
        if left == right { return .same }
        if left.isEmpty || right.isEmpty { return .unsaid }
        let (lackedByRight, lackedByLeft) = (lacking(left, in: right), lacking(right, in: left))
        // What only one of them says must say little, and not both may say something of their own.
        if lackedByRight.words == 0 || lackedByLeft.words == 0, lackedByRight.strong == 0, lackedByLeft.strong == 0 {
            return .near
        }
        return lackedByRight.words < left.count || lackedByLeft.words < right.count ? .partial : .other
    }

    /// How many words of a trade have none like them in the other, and how many of these say much.
    private func lacking(_ words: ArraySlice<UInt32>, in other: ArraySlice<UInt32>) -> (words: Int, strong: Int) {
        var lacking = (words: 0, strong: 0)
        for word in words
        where !other.contains(where: { $0 == word || sameTrades.contains(min($0, word) << 16 | max($0, word)) }) {
            lacking.words += 1
            if !weakTrades.contains(word) { lacking.strong += 1 }
        }
        return lacking
    }

    private static func form(_ left: NameParts, _ right: NameParts) -> NameComparison.Form {
        if left.form == right.form { return .same }
        if left.form.isEmpty || right.form.isEmpty { return .unsaid }
        guard left.shape.family == right.shape.family else { return .other }
        return isGroup(left.form) == isGroup(right.form) ? .related : .group
    }

    /// 集团 at its beginning.
    private static func isGroup(_ form: ArraySlice<UInt32>) -> Bool { form.starts(with: [0x96C6, 0x56E2]) }

    private static func branch(_ left: ArraySlice<UInt32>, _ right: ArraySlice<UInt32>) -> NameComparison.Branch {
        if left == right { return .same }
        return left.isEmpty || right.isEmpty ? .oneSided : .other
    }
}
