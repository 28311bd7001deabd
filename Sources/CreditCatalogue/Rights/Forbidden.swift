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
    /// First bytes of all labels, so that a text without any of them is passed over in one scan.
    let labels: [(bytes: [UInt8], group: Int)]

    init(groups: [Group], patterns: [Pattern: Bilingual], measureWords: [String], harmless: [String]) {
        self.groups = groups
        self.patterns = patterns
        self.measureWords = measureWords
        self.harmless = Set(harmless.map(Folding.heading))
        labels = groups.enumerated().flatMap { index, group in
            group.labels.map { (Array($0.utf8), index) }
        }
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
    public func group(labelledIn text: [UInt8]) -> Group? {
        guard let mark = text.firstIndex(where: { $0 == 0x3A || $0 == 0x3D || $0 == 0xEF || $0 == 0xE4 }), mark > 0 else {
            return nil
        }
        for (label, group) in labels where Self.labelOccurs(label, in: text) { return groups[group] }
        return nil
    }

    private static func labelOccurs(_ label: [UInt8], in text: [UInt8]) -> Bool {
        guard label.count < text.count else { return false }
        var start = 0
        while start + label.count < text.count {
            guard let next = text[start...].firstIndex(of: label[0]) else { return false }
            let end = next + label.count
            guard end < text.count else { return false }
            if text[next..<end].elementsEqual(label) {
                var after = end
                while after < text.count, text[after] == 0x20 { after += 1 }
                let rest = text[after...]
                if rest.first == 0x3A || rest.first == 0x3D || rest.starts(with: "：".utf8) || rest.starts(with: "＝".utf8)
                    || rest.starts(with: "为".utf8)
                {
                    return true
                }
            }
            start = next + 1
        }
        return false
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
