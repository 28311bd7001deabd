/// How well a name fits a question. The smaller, the better.
enum SearchTier: UInt8, Sendable {
    /// The name is what was asked for.
    case exact
    /// It begins with it.
    case beginning
    /// Its distinctive word begins with it, behind the places: 云锦 in 示例市云锦丝绸.
    case word
    case inside
}

/// One answer, comparable across segments: tier, standing, subject.
struct SearchMatch: Sendable, Comparable {
    let key: UInt64

    init(_ tier: SearchTier, rank: UInt16, subject: UInt32) {
        key = UInt64(tier.rawValue) << 48 | UInt64(rank) << 32 | UInt64(subject)
    }

    var tier: SearchTier { SearchTier(rawValue: UInt8(key >> 48)) ?? .inside }
    var rank: UInt16 { UInt16(truncatingIfNeeded: key >> 32) }
    var subject: UInt32 { UInt32(truncatingIfNeeded: key) }

    static func < (left: Self, right: Self) -> Bool { left.key < right.key }
}

struct SegmentAnswer {
    /// The best, in order, at most as many as asked for.
    var matches: [SearchMatch] = []
    /// How many match; at least so many where `isExact` is false.
    var total = 0
    var isExact = true
}

extension SearchSegment {
    /// The documents with a name that holds `question`, which is not empty.
    /// - Parameters:
    ///   - filter: only these count; nil = all.
    ///   - most: how many to return.
    ///   - effort: how many names may be looked at to count what is not counted beforehand.
    func search(_ question: [UInt16], within filter: Bitmap?, most: Int, effort: Int) -> SegmentAnswer {
        withTexts(question) { texts in
            switch candidates(question) {
            case .none: return SegmentAnswer()
            case .list(let list):
                return searchList(list, texts, within: filter, most: most)
            case .bitmap(var set):
                if let filter { set.formIntersection(filter) }
                if !goneDocuments.isEmpty { set.subtract(gone) }
                return searchSet(set, texts, isFiltered: filter != nil, most: most, effort: effort)
            }
        }
    }

    /// Every document that matches.
    func matching(_ question: [UInt16]) -> Bitmap {
        withTexts(question) { texts in
            var result = Bitmap(size: count)
            switch candidates(question) {
            case .none: break
            case .list(let list): for document in list where texts.tier(document) != nil { result.insert(document) }
            case .bitmap(let set):
                if question.count <= 2 {
                    result = set
                } else {
                    set.forEach { document in
                        if texts.tier(document) != nil { result.insert(document) }
                        return true
                    }
                }
            }
            if !goneDocuments.isEmpty { result.subtract(gone) }
            return result
        }
    }

    // MARK: candidates

    private enum Candidates {
        case none
        case list([UInt32])
        case bitmap(Bitmap)
    }

    /// The documents that hold every pair of the question. One or two units are found exactly, with more the pairs may stand
    /// apart, so that the texts decide.
    private func candidates(_ question: [UInt16]) -> Candidates {
        var found: [Postings.Found] = []
        if question.count == 1 {
            found = [postings.single(question[0])]
        } else {
            var seen: Set<UInt32> = []
            for place in 0..<question.count - 1 {
                let pair = UInt32(question[place]) << 16 | UInt32(question[place + 1])
                if seen.insert(pair).inserted { found.append(postings.pair(question[place], question[place + 1])) }
            }
        }
        var lists: [Range<Int>] = []
        var bitmaps: [Int] = []
        var only: UInt32?
        for posting in found {
            switch posting {
            case .none: return .none
            case .one(let document):
                if let only, only != document { return .none }
                only = document
            case .list(let range): lists.append(range)
            case .bitmap(let index): bitmaps.append(index)
            }
        }
        if let only { return .list([only]) }
        if lists.isEmpty {
            bitmaps.sort { postings.bitmapCounts[$0] < postings.bitmapCounts[$1] }
            guard let first = bitmaps.first else { return .none }
            var set = postings.bitmaps[first]
            for other in bitmaps.dropFirst() { set.formIntersection(postings.bitmaps[other]) }
            return .bitmap(set)
        }
        lists.sort { $0.count < $1.count }
        var result = Array(postings.lists[lists[0]])
        for other in lists.dropFirst() where !result.isEmpty { intersect(&result, with: other) }
        for bitmap in bitmaps { result.removeAll { !postings.bitmaps[bitmap][$0] } }
        return .list(result)
    }

    private func intersect(_ result: inout [UInt32], with other: Range<Int>) {
        postings.lists.withUnsafeBufferPointer { lists in
            var place = other.lowerBound
            result.removeAll { document in
                // Steps that double, then halves: a short list is looked up in a long one without reading it all.
                var step = 1
                while place + step < other.upperBound, lists[place + step] < document {
                    place += step
                    step *= 2
                }
                var end = min(place + step + 1, other.upperBound)
                while place < end {
                    let middle = (place + end) / 2
                    if lists[middle] < document { place = middle + 1 } else { end = middle }
                }
                return place >= other.upperBound || lists[place] != document
            }
        }
    }

    // MARK: ordering

    private func searchList(_ list: [UInt32], _ texts: Texts, within filter: Bitmap?, most: Int) -> SegmentAnswer {
        var answer = SegmentAnswer()
        var best = Smallest(most)
        for document in list {
            if let filter, !filter[document] { continue }
            if isGone(document) { continue }
            guard let tier = texts.tier(document) else { continue }
            answer.total += 1
            best.add(UInt64(tier.rawValue) << 32 | UInt64(document))
        }
        answer.matches = best.sorted().map { match(SearchTier(rawValue: UInt8($0 >> 32)) ?? .inside, UInt32(truncatingIfNeeded: $0)) }
        return answer
    }

    private func match(_ tier: SearchTier, _ document: UInt32) -> SearchMatch {
        SearchMatch(tier, rank: ranks[Int(document)], subject: subjects[Int(document)])
    }

    /// Looks through a large set from its best end, after the names that begin with the question, which lie together.
    private func searchSet(_ set: Bitmap, _ texts: Texts, isFiltered: Bool, most: Int, effort: Int) -> SegmentAnswer {
        var answer = SegmentAnswer()
        var taken: Set<UInt32> = []
        func take(_ tier: SearchTier, _ documents: [UInt32]) {
            for document in documents where answer.matches.count < most && taken.insert(document).inserted {
                answer.matches.append(match(tier, document))
            }
        }
        let beginnings = texts.range(of: byText) { _ in 0 }
        let exact = beginnings.prefix { nameStarts[Int(byText[$0]) + 1] - nameStarts[Int(byText[$0])] == texts.length }
        take(.exact, first(most, of: exact, in: byText, set, except: taken))
        if answer.matches.count < most {
            let rest = exact.endIndex..<beginnings.upperBound
            take(.beginning, begin(rest, in: byText, .beginning, set, texts, most - answer.matches.count, except: taken))
        }
        if answer.matches.count < most {
            let words = texts.range(of: byWord) { Int(wordStarts[Int($0)]) }
            take(.word, begin(words, in: byWord, .word, set, texts, most - answer.matches.count, except: taken))
        }
        let counted = texts.length <= 2 ? set.count : isFiltered ? nil : countedBeforehand(texts)
        if let counted { answer.total = counted }
        var looked = 0
        set.forEach { document in
            let isFull = answer.matches.count >= most
            if isFull, counted != nil { return false }
            if isFull, looked >= effort {
                answer.isExact = false
                return false
            }
            looked += 1
            guard texts.length <= 2 || texts.tier(document) != nil else { return true }
            if counted == nil { answer.total += 1 }
            if !isFull, taken.insert(document).inserted { answer.matches.append(match(.inside, document)) }
            return true
        }
        answer.total = max(answer.total, answer.matches.count)
        return answer
    }

    private func countedBeforehand(_ texts: Texts) -> Int? {
        guard let count = frequent.counts[Array(texts.question)] else { return nil }
        return Int(count) - goneDocuments.count { texts.tier($0) != nil }
    }

    /// The first documents of a range of names with one text, which lie in the order of their documents.
    private func first(_ most: Int, of range: Range<Int>, in order: [UInt32], _ set: Bitmap, except taken: Set<UInt32>)
        -> [UInt32]
    {
        var result: [UInt32] = []
        for place in range where result.count < most {
            let document = nameDocuments[Int(order[place])]
            if set[document], result.last != document { result.append(document) }
        }
        return result
    }

    /// The first documents among the names of a range.
    private func begin(
        _ range: Range<Int>, in order: [UInt32], _ tier: SearchTier, _ set: Bitmap, _ texts: Texts, _ most: Int,
        except taken: Set<UInt32>
    ) -> [UInt32] {
        guard !range.isEmpty else { return [] }
        // Where many names begin so, they are met soon when one looks through the set in its order.
        if range.count > count / 8 {
            var result: [UInt32] = []
            var looked = 0
            set.forEach { document in
                looked += 1
                if !taken.contains(document), let found = texts.tier(document), found.rawValue <= tier.rawValue {
                    result.append(document)
                }
                return result.count < most && looked < most * 64 + 1024
            }
            if result.count >= most { return result }
        }
        var best = Smallest(most)
        order.withUnsafeBufferPointer { order in
            nameDocuments.withUnsafeBufferPointer { nameDocuments in
                for place in range {
                    let document = nameDocuments[Int(order[place])]
                    if best.wants(UInt64(document)), set[document], !taken.contains(document) { best.add(UInt64(document)) }
                }
            }
        }
        return best.sorted().map { UInt32($0) }
    }
}

/// Keeps the smallest of many different numbers.
private struct Smallest {
    private let most: Int
    private var kept: [UInt64] = []
    private var bound = UInt64.max

    init(_ most: Int) { self.most = most }

    @inline(__always)
    func wants(_ number: UInt64) -> Bool { number < bound }

    mutating func add(_ number: UInt64) {
        guard number < bound, most > 0 else { return }
        kept.append(number)
        if kept.count >= most * 2 + 64 { shorten() }
    }

    private mutating func shorten() {
        kept.sort()
        // A body with two names of the same beginning is met twice.
        var unique: [UInt64] = []
        for number in kept where unique.last != number { unique.append(number) }
        kept = Array(unique.prefix(most))
        if kept.count == most, let last = kept.last { bound = last }
    }

    mutating func sorted() -> [UInt64] {
        shorten()
        return kept
    }
}
