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
        for (index, group) in groups.enumerated() { for label in group.labels { labels[Array(label.utf8)] = index } }
        self.labels = labels
        labelLengths = Set(labels.keys.map(\.count)).sorted(by: >)
    }

    /// The group whose words stand in a heading or field name, unless the heading is listed as harmless.
    public func group(inHeading heading: String) -> Group? {
        let folded = Folding.heading(heading)
        if harmless.contains(folded) { return nil }
        let scalars = Array(folded.unicodeScalars)
        for start in scalars.indices {
            for (word, group) in wordsByFirst[scalars[start]] ?? [] where scalars[start...].starts(with: word) { return groups[group] }
        }
        // Latin words match whole words only, or `race` would forbid `trace`.
        let latin = Self.latinWords(of: heading)
        for start in latin.indices {
            for (phrase, group) in phrasesByFirst[latin[start]] ?? [] where latin[start...].starts(with: phrase) { return groups[group] }
        }
        return nil
    }

    /// The group whose label stands in free text followed by a colon, an equals sign or 为: `血型：A`.
    ///
    /// Looks at the few marks of a text and at what stands before each, so that a text without marks costs one scan.
    public func group(labelledIn text: [UInt8]) -> Group? {
        text.withUnsafeBufferPointer { bytes in
            for index in bytes.indices {
                switch bytes[index] {
                case 0x3A, 0x3D: break
                // ： EF BC 9A, ＝ EF BC 9D, 为 E4 B8 BA
                case 0xEF where index + 2 < bytes.count && bytes[index + 1] == 0xBC && (bytes[index + 2] == 0x9A || bytes[index + 2] == 0x9D):
                    break
                case 0xE4 where index + 2 < bytes.count && bytes[index + 1] == 0xB8 && bytes[index + 2] == 0xBA: break
                default: continue
                }
                var end = index
                while end > 0, bytes[end - 1] == 0x20 { end -= 1 }
                for length in labelLengths where length <= end {
                    if let group = labels[Array(bytes[end - length..<end])] { return groups[group] }
                }
            }
            return nil
        }
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
