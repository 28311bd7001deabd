/// The names of a segment beside one question, as bytes in memory: comparing is what a search does most.
struct Texts {
    fileprivate let units: UnsafeBufferPointer<UInt16>
    fileprivate let nameStarts: UnsafeBufferPointer<UInt32>
    fileprivate let firstNames: UnsafeBufferPointer<UInt32>
    fileprivate let wordStarts: UnsafeBufferPointer<UInt8>
    let question: UnsafeBufferPointer<UInt16>

    var length: Int { question.count }

    /// How well the best name of a document fits; nil where none holds the question.
    @inline(__always)
    func tier(_ document: UInt32) -> SearchTier? {
        var best = UInt8.max
        for name in Int(firstNames[Int(document)])..<Int(firstNames[Int(document) + 1]) {
            let start = Int(nameStarts[name]), end = Int(nameStarts[name + 1])
            guard end - start >= length else { continue }
            let wordStart = Int(wordStarts[name])
            if isHere(start) {
                best = min(best, end - start == length ? SearchTier.exact.rawValue : SearchTier.beginning.rawValue)
            } else if wordStart > 0, end - start - wordStart >= length, isHere(start + wordStart) {
                best = min(best, SearchTier.word.rawValue)
            } else if best > SearchTier.inside.rawValue, isInside(start + 1, end - length) {
                best = SearchTier.inside.rawValue
            }
        }
        return SearchTier(rawValue: best)
    }

    @inline(__always)
    private func isHere(_ place: Int) -> Bool {
        for offset in question.indices where units[place + offset] != question[offset] { return false }
        return true
    }

    /// - Parameter last: the last place at which the question can begin.
    @inline(__always)
    private func isInside(_ start: Int, _ last: Int) -> Bool {
        let first = question[0]
        var place = start
        while place <= last {
            if units[place] == first, isHere(place) { return true }
            place += 1
        }
        return false
    }

    /// The names of an ordered list whose text from a place on begins with the question.
    func range(of order: [UInt32], from start: (UInt32) -> Int) -> Range<Int> {
        func bound(_ isBefore: (Int) -> Bool) -> Int {
            var low = 0, high = order.count
            while low < high {
                let middle = (low + high) / 2
                if isBefore(compare(order[middle], start(order[middle]))) { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let low = bound { $0 < 0 }
        return low..<max(low, bound { $0 <= 0 })
    }

    /// -1 where the text comes before every text that begins with the question, 0 where it begins with it, else 1.
    private func compare(_ name: UInt32, _ start: Int) -> Int {
        var place = Int(nameStarts[Int(name)]) + start
        let end = Int(nameStarts[Int(name) + 1])
        for unit in question {
            guard place < end else { return -1 }
            if units[place] != unit { return units[place] < unit ? -1 : 1 }
            place += 1
        }
        return 0
    }
}

extension SearchSegment {
    /// - Parameter question: not empty.
    func withTexts<T>(_ question: [UInt16], _ body: (Texts) -> T) -> T {
        units.withUnsafeBufferPointer { units in
            nameStarts.withUnsafeBufferPointer { nameStarts in
                firstNames.withUnsafeBufferPointer { firstNames in
                    wordStarts.withUnsafeBufferPointer { wordStarts in
                        question.withUnsafeBufferPointer { question in
                            body(
                                Texts(
                                    units: units, nameStarts: nameStarts, firstNames: firstNames, wordStarts: wordStarts,
                                    question: question))
                        }
                    }
                }
            }
        }
    }
}
