/// Our own cut of names for search, the same on every engine: overlapping pairs of characters, and the last character alone,
/// so that a question of one character is a prefix of some token and a question of two is a token.
enum NameGrams {
    /// Tokens of a folded name, separated by blanks.
    static func indexed(_ key: String) -> String {
        let scalars = Array(key.unicodeScalars)
        var view = String.UnicodeScalarView()
        for index in scalars.indices {
            view.append(token(scalars[index]))
            if index + 1 < scalars.count { view.append(token(scalars[index + 1])) }
            view.append(" ")
        }
        return String(view)
    }

    /// The question to FTS5 for a folded text, or nil where it holds nothing to search for.
    static func question(_ key: String) -> String? {
        question(key, prefix: " *", and: " AND ", quote: "\"")
    }

    /// The same question in the words of a tsquery.
    static func vectorQuestion(_ key: String) -> String? { question(key, prefix: ":*", and: " & ", quote: "'") }

    private static func question(_ key: String, prefix: String, and: String, quote: String) -> String? {
        let scalars = Array(key.unicodeScalars)
        func quoted(_ part: ArraySlice<Unicode.Scalar>) -> String {
            quote + part.map { String(token($0)) }.joined() + quote
        }
        switch scalars.count {
        case 0: return nil
        case 1: return quoted(scalars[...]) + prefix
        default:
            var seen: Set<String> = []
            let parts = (0..<scalars.count - 1).map { quoted(scalars[$0...$0 + 1]) }.filter { seen.insert($0).inserted }
            return parts.joined(separator: and)
        }
    }

    /// Signs such as & would part tokens, so they stand in the index as private characters.
    private static func token(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let isWord =
            !scalar.isASCII || (48...57).contains(scalar.value) || (97...122).contains(scalar.value)
            || (65...90).contains(scalar.value)
        return isWord ? scalar : Unicode.Scalar(0xE000 + scalar.value) ?? scalar
    }
}
