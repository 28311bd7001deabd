/// Cuts text into what is searched for: words of letters and digits, and each two neighbouring Chinese characters.
enum Words {
    static func isHan(_ scalar: UnicodeScalar) -> Bool {
        (0x4E00...0x9FFF).contains(scalar.value) || (0x3400...0x4DBF).contains(scalar.value)
            || (0x20000...0x323AF).contains(scalar.value)
    }

    static func isHanPunctuation(_ scalar: UnicodeScalar) -> Bool {
        (0x3000...0x303F).contains(scalar.value) || (0xFF00...0xFF65).contains(scalar.value)
            || (0x2018...0x201D).contains(scalar.value)
    }

    /// - Parameter singles: also each Chinese character alone, so that one character can be asked for.
    static func of(_ text: String, singles: Bool) -> [String] {
        var words: [String] = []
        var word = ""
        var previous: UnicodeScalar?
        var hasPair = false
        func endWord() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        func endHan() {
            if let previous, !hasPair, !singles { words.append(String(previous)) }
            previous = nil
            hasPair = false
        }
        for scalar in text.unicodeScalars {
            if isHan(scalar) {
                endWord()
                if singles { words.append(String(scalar)) }
                if let previous {
                    words.append(String(previous) + String(scalar))
                    hasPair = true
                }
                previous = scalar
                continue
            }
            endHan()
            let narrow = (0xFF01...0xFF5E).contains(scalar.value) ? UnicodeScalar(scalar.value - 0xFEE0) ?? scalar : scalar
            if narrow.properties.isAlphabetic || narrow.properties.numericType != nil {
                word += narrow.properties.lowercaseMapping
            } else {
                endWord()
            }
        }
        endWord()
        endHan()
        return words
    }
}
