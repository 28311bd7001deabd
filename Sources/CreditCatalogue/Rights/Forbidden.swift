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
    /// Labels by their bytes, and the lengths that occur, longest first.
    let labels: [[UInt8]: Int]
    let labelLengths: [Int]

    init(groups: [Group], patterns: [Pattern: Bilingual], measureWords: [String], harmless: [String]) {
        self.groups = groups
        self.patterns = patterns
        self.measureWords = measureWords
        self.harmless = Set(harmless.map(Folding.heading))
        var labels: [[UInt8]: Int] = [:]
        for (index, group) in groups.enumerated() { for label in group.labels { labels[Array(label.utf8)] = index } }
        self.labels = labels
        labelLengths = Set(labels.keys.map(\.count)).sorted(by: >)
    }

    /// The group whose words stand in a heading or field name, unless the heading is listed as harmless.
    public func group(inHeading heading: String) -> Group? {
        let folded = Folding.heading(heading)
        if harmless.contains(folded) { return nil }
        let words = Self.latinWords(of: heading)
        return groups.first { group in
            group.words.contains { word in
                // Latin words match whole words only, or `race` would forbid `trace`.
                word.utf8.allSatisfy { $0 < 128 } ? Self.contains(words, phrase: word) : folded.contains(word)
            }
        }
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

    private static func contains(_ words: [String], phrase: String) -> Bool {
        let wanted = latinWords(of: phrase)
        guard !wanted.isEmpty, wanted.count <= words.count else { return false }
        return (0...words.count - wanted.count).contains { start in words[start..<start + wanted.count].elementsEqual(wanted) }
    }
}
