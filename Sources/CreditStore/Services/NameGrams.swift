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

    /// The question to the index for a folded text, or nil where it holds nothing to search for.
    static func question(_ key: String) -> String? {
        let scalars = Array(key.unicodeScalars)
        switch scalars.count {
        case 0: return nil
        case 1: return "\(quoted(scalars[...])) *"
        default:
            var seen: Set<String> = []
            var parts: [String] = []
            for index in 0..<scalars.count - 1 {
                let part = quoted(scalars[index...index + 1])
                if seen.insert(part).inserted { parts.append(part) }
            }
            return parts.joined(separator: " AND ")
        }
    }

    /// Signs such as & would part tokens, so they stand in the index as private characters.
    private static func token(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let isWord =
            !scalar.isASCII || (48...57).contains(scalar.value) || (97...122).contains(scalar.value)
            || (65...90).contains(scalar.value)
        return isWord ? scalar : Unicode.Scalar(0xE000 + scalar.value) ?? scalar
    }

    private static func quoted(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = "\""
        for scalar in scalars { text += String(token(scalar)) }
        return text + "\""
    }
}
