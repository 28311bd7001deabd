/// Words by their folded scalars, found at either end of a text.
struct WordTable: Sendable {
    private(set) var words = FlatMap()
    private var reversed = FlatMap()
    let values: [(length: Int, value: UInt16)]
    /// Length of the longest word by its first and by its last character, so that most texts are done with one look.
    private var longestByFirst = [UInt8](repeating: 0, count: 0x10000)
    private var longestByLast = [UInt8](repeating: 0, count: 0x10000)

    /// - Parameter words: where a word is given twice, the first counts.
    init(_ list: [(word: [UInt32], value: UInt16)]) {
        var values: [(Int, UInt16)] = []
        for (word, value) in list {
            guard let first = word.first, let last = word.last, words[ScalarHash(word).value] == nil else { continue }
            words.set(ScalarHash(word).value, to: UInt32(values.count))
            reversed.set(ScalarHash(word.reversed()).value, to: UInt32(values.count))
            longestByFirst[Int(first & 0xFFFF)] = max(longestByFirst[Int(first & 0xFFFF)], UInt8(min(word.count, 255)))
            longestByLast[Int(last & 0xFFFF)] = max(longestByLast[Int(last & 0xFFFF)], UInt8(min(word.count, 255)))
            values.append((word.count, value))
        }
        self.values = values
    }

    func longestPrefix(of text: ArraySlice<UInt32>) -> (length: Int, value: UInt16)? {
        guard let first = text.first else { return nil }
        let limit = Int(longestByFirst[Int(first & 0xFFFF)])
        guard limit > 0 else { return nil }
        var hash = ScalarHash()
        var found: (Int, UInt16)?
        for scalar in text.prefix(limit) {
            hash.add(scalar)
            if let index = words[hash.value] { found = values[Int(index)] }
        }
        return found
    }

    func longestSuffix(of text: ArraySlice<UInt32>) -> (length: Int, value: UInt16)? {
        guard let last = text.last else { return nil }
        let limit = min(Int(longestByLast[Int(last & 0xFFFF)]), text.count)
        guard limit > 0 else { return nil }
        var hash = ScalarHash()
        var found: (Int, UInt16)?
        for offset in 1...limit {
            hash.add(text[text.endIndex - offset])
            if let index = reversed[hash.value] { found = values[Int(index)] }
        }
        return found
    }
}
