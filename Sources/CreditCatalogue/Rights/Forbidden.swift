import CreditModel

/// What nothing here may ever record, for anyone (RIGHTS 5), and what no measure may be (RIGHTS 9).
///
/// Guards the catalogue when it loads, the headings of every delivered file, and the free text of every row.
public struct Forbidden: Sendable {
    public struct Group: Sendable {
        public let id: String
        public let title: Bilingual
        public let right: Int
        let words: [String]
        let labels: [String]
    }
    public enum Pattern: String, Sendable, CaseIterable {
        case citizenIdentityNumber = "citizen-identity-number"
        case bankCardNumber = "bank-card-number"
    }
    public let groups: [Group]
    public let patterns: [Pattern: Bilingual]
    public let measureWords: [String]
    let harmless: Set<String>
    /// Chinese words by their first character, Latin phrases by their first word: a heading is walked once.
    let wordsByFirst: [Unicode.Scalar: [(word: [Unicode.Scalar], group: Int)]]
    let phrasesByFirst: [String: [(phrase: [String], group: Int)]]
    /// Labels by their bytes, and the lengths that occur, longest first.
    let labels: [[UInt8]: Int]
    let labelLengths: [Int]

    init(groups: [Group], patterns: [Pattern: Bilingual], measureWords: [String], harmless: [String]) {
        self.groups = groups
        self.patterns = patterns
        self.measureWords = measureWords
        self.harmless = Set(harmless.map(Folding.heading))
        var words: [Unicode.Scalar: [(word: [Unicode.Scalar], group: Int)]] = [:]
        var phrases: [String: [(phrase: [String], group: Int)]] = [:]
        for (index, group) in groups.enumerated() {
            for word in group.words {
                if word.utf8.allSatisfy({ $0 < 128 }) {
                    let phrase = Self.latinWords(of: word)
                    if let first = phrase.first { phrases[first, default: []].append((phrase, index)) }
                } else if let first = word.unicodeScalars.first {
                    words[first, default: []].append((Array(word.unicodeScalars), index))
                }
            }
        }
        wordsByFirst = words
        phrasesByFirst = phrases
        var labels: [[UInt8]: Int] = [:]
        for (index, group) in groups.enumerated() {
            for label in group.labels { labels[Self.foldedLabel(label)] = index }
        }
        self.labels = labels
        labelLengths = Set(labels.keys.map(\.count)).sorted(by: >)
    }

    /// The group whose words stand in a heading or field name, unless the heading is listed as harmless.
    public func group(inHeading heading: String) -> Group? {
        let folded = Folding.heading(heading)
        if harmless.contains(folded) { return nil }
        let scalars = Array(folded.unicodeScalars)
        for start in scalars.indices {
            for (word, group) in wordsByFirst[scalars[start]] ?? [] where scalars[start...].starts(with: word) {
                return groups[group]
            }
        }
        // Latin words match whole words only, or `race` would forbid `trace`.
        let latin = Self.latinWords(of: heading)
        for start in latin.indices {
            for (phrase, group) in phrasesByFirst[latin[start]] ?? [] where latin[start...].starts(with: phrase) {
                return groups[group]
            }
        }
        return nil
    }

    /// The group whose label stands in free text followed by a colon, an equals sign or 为: `血型：A`, `Blood type : A`.
    ///
    /// Compared without width, case and blanks. Looks at the few marks of a text and at what stands before each.
    public func group(labelledIn text: String) -> Group? {
        let bytes = Self.foldedLabel(text)
        for index in bytes.indices {
            let isMark =
                bytes[index] == 0x3A || bytes[index] == 0x3D
                || (bytes[index] == 0xE4 && index + 2 < bytes.count && bytes[index + 1] == 0xB8
                    && bytes[index + 2] == 0xBA)
            guard isMark else { continue }
            for length in labelLengths where length <= index {
                if let group = labels[Array(bytes[index - length..<index])] { return groups[group] }
            }
        }
        return nil
    }

    private static func foldedLabel(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars where !Folding.isBlank(scalar) {
            let narrow = Folding.narrow(scalar)
            if narrow.isASCII {
                bytes.append(UInt8(narrow.value) | ((65...90).contains(narrow.value) ? 0x20 : 0))
            } else {
                bytes.append(contentsOf: narrow.utf8)
            }
        }
        return bytes
    }

    /// `bloodType`, `blood_type`, `Blood type` → ["blood", "type"].
    static func latinWords(of text: String) -> [String] {
        var words: [String] = []
        var current = ""
        var lastLower = false
        for scalar in text.unicodeScalars {
            let isUpper = (65...90).contains(scalar.value)
            let isLower = (97...122).contains(scalar.value)
            if !isUpper, !isLower {
                if !current.isEmpty { words.append(current) }
                current = ""
                lastLower = false
                continue
            }
            if isUpper, lastLower {
                words.append(current)
                current = ""
            }
            current.append(String(scalar).lowercased())
            lastLower = isLower
        }
        if !current.isEmpty { words.append(current) }
        return words
    }
}
