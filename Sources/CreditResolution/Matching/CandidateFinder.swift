import Glibc

/// Finds the names that may be meant by another: those that share its rare features. Holds what it counts with, so each
/// thread has its own.
final class CandidateFinder {
    /// How many candidates are compared part by part.
    static let limit = 24
    /// How many entries of drawers are looked at for one name, at most.
    static let effort = 40_000
    /// A candidate must share this much of the rarity of a name's pairs; lists that cannot bring one any more are not opened.
    static let share = 0.22
    /// A word with one character left out that so many names share says nothing.
    static let longestSlip = 4_000

    private var scores: [Float] = []
    private var touched: [UInt32] = []

    struct Result {
        /// Likeliest first.
        var names: [UInt32]
        /// A list was too long to be looked through; the best may be missing.
        var isCut: Bool
    }

    func candidates(for parts: NameParts, in index: MatchIndex) -> Result {
        if scores.count < index.nameCount { scores += repeatElement(0, count: index.nameCount - scores.count) }
        let total = Double(max(2, index.nameCount))
        let features = NameFeatures(parts, index.reader.places)
        var lists: [(drawer: UInt32, count: Int, weight: Float)] = []
        var slips: [(drawer: UInt32, count: Int, weight: Float)] = []
        for (place, hash) in features.hashes.enumerated() {
            let drawer = Postings.drawer(hash)
            let count = index.postings.count(drawer)
            let list = (drawer, count, Float(log2(1 + total / Double(max(1, count)))))
            if place < features.pairCount { lists.append(list) } else if count <= Self.longestSlip { slips.append(list) }
        }
        lists.sort { ($0.count, $0.drawer) < ($1.count, $1.drawer) }
        func open(_ list: (drawer: UInt32, count: Int, weight: Float)) {
            index.postings.forEach(list.drawer, limit: list.count) { name in
                if scores[Int(name)] == 0 { touched.append(name) }
                scores[Int(name)] += list.weight
            }
        }
        for list in slips { open(list) }
        let whole = lists.reduce(Float(0)) { $0 + $1.weight }
        var rest = whole
        var left = Self.effort
        var isCut = false
        for list in lists {
            // What comes only in the lists from here on shares too little.
            if Double(rest) < Self.share * Double(whole) { break }
            rest -= list.weight
            if list.count > left {
                isCut = true
                break
            }
            left -= list.count
            open(list)
        }
        let best = select(MatchIndex.signature(parts), index)
        for name in touched { scores[Int(name)] = 0 }
        touched.removeAll(keepingCapacity: true)
        return Result(names: best, isCut: isCut)
    }

    /// The best `limit` of those touched. Equal shares are ordered by how many characters agree, then by the text itself, so
    /// that the order in which names were added does not matter.
    private func select(_ signature: UInt64, _ index: MatchIndex) -> [UInt32] {
        var best: [(name: UInt32, score: Float)] = []
        var floor = -Float.infinity
        for name in touched {
            let agreeing = (index.signatures[Int(name)] & signature).nonzeroBitCount
            let odd = (index.signatures[Int(name)] ^ signature).nonzeroBitCount
            let score = scores[Int(name)] + 0.25 * Float(agreeing) - 0.125 * Float(odd)
            guard score >= floor else { continue }
            best.append((name, score))
            if best.count >= Self.limit * 4 {
                trim(&best, index)
                floor = best.last?.score ?? floor
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
