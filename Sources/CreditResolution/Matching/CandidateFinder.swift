import Glibc

/// Finds the names that may be meant by another: those that share its rare features. Holds what it counts with, so each
/// thread has its own.
struct CandidateFinder {
    /// How many candidates are compared part by part.
    static let limit = 24
    /// How many entries of drawers are looked at for one name, at most.
    static let effort = 40_000
    /// A candidate must share this much of the rarity of a name's pairs; lists that cannot bring one any more are not opened.
    static let share: Float = 0.30
    /// A word with one character left out that so many names share says nothing.
    static let longestSlip = 4_000
    /// Candidates with less than this share of the best one's weight are not ordered any further.
    static let worth: Float = 0.35

    private var scores: [Float] = []
    private var touched: [UInt32] = []

    private struct List {
        let drawer: UInt32
        let count: Int
        let weight: Float
        /// A pair of the distinctive word: whoever bears the same word is in it.
        let isOwn: Bool
    }

    struct Result {
        /// Likeliest first.
        var names: [UInt32]
        /// A list was too long to be looked through that may hold a name with the same distinctive word.
        var isCut: Bool
    }

    mutating func candidates(for parts: NameParts, in index: MatchIndex) -> Result {
        if scores.count < index.nameCount { scores += repeatElement(0, count: index.nameCount - scores.count) }
        let total = Double(max(2, index.nameCount))
        let features = NameFeatures(parts, index.reader.places)
        var lists: [List] = []
        lists.reserveCapacity(features.hashes.count)
        for (place, hash) in features.hashes.enumerated() {
            let drawer = Postings.drawer(hash)
            let count = index.postings.count(drawer)
            let weight = Float(log2(1 + total / Double(max(1, count))))
            if place < features.pairCount {
                lists.append(List(drawer: drawer, count: count, weight: weight, isOwn: place < features.ownCount))
            } else if count <= Self.longestSlip {
                index.postings.add(weight, to: &scores, of: drawer, &touched)
            }
        }
        lists.sort { ($0.count, $0.drawer) < ($1.count, $1.drawer) }
        let whole = lists.reduce(Float(0)) { $0 + $1.weight }
        var rest = whole
        var left = Self.effort
        var isCut = false
        for (place, list) in lists.enumerated() {
            // What comes only in the lists from here on shares too little.
            if rest < Self.share * whole { break }
            rest -= list.weight
            if list.count > left {
                isCut = lists[place...].contains(where: \.isOwn)
                break
            }
            left -= list.count
            index.postings.add(list.weight, to: &scores, of: list.drawer, &touched)
        }
        let best = select(MatchIndex.signature(parts), index)
        for name in touched { scores[Int(name)] = 0 }
        touched.removeAll(keepingCapacity: true)
        return Result(names: best, isCut: isCut)
    }

    /// The best `limit` of those touched. Equal shares are ordered by how many characters agree, then by the text itself, so
    /// that the order in which names were added does not matter.
    private func select(_ signature: UInt64, _ index: MatchIndex) -> [UInt32] {
        var top: Float = 0
        for name in touched { top = max(top, scores[Int(name)]) }
        var best: [(name: UInt32, score: Float)] = []
        var floor = top * Self.worth
        for name in touched where scores[Int(name)] >= floor {
            let agreeing = (index.signatures[Int(name)] & signature).nonzeroBitCount
            let odd = (index.signatures[Int(name)] ^ signature).nonzeroBitCount
            best.append((name, scores[Int(name)] + 0.25 * Float(agreeing) - 0.125 * Float(odd)))
            if best.count >= Self.limit * 8 {
                trim(&best, index)
                // A later one needs this much weight even if all its characters agree.
                floor = max(floor, (best.last?.score ?? 0) - 0.25 * 64)
            }
        }
        trim(&best, index)
        return best.map(\.name)
    }

    private func trim(_ best: inout [(name: UInt32, score: Float)], _ index: MatchIndex) {
        best.sort { left, right in
            left.score != right.score
                ? left.score > right.score
                : index[left.name].words.lexicographicallyPrecedes(index[right.name].words)
        }
        if best.count > Self.limit { best.removeLast(best.count - Self.limit) }
    }
}
