import CreditCatalogue
import CreditModel

/// Takes names apart by the order that naming law prescribes: place, distinctive word, trade, form; a branch's own words last.
public struct NameReader: Sendable {
    /// Longer texts are not names. They are read up to here, so that no input costs more than its first part.
    public static let longest = 200

    let places: Places
    let folding = CharacterFolding.standard
    private let forms: WordTable<NameWords.Family>
    private let branches: WordTable<Bool>
    let trades: WordTable<UInt16>
    let weakTrades: Set<UInt16>
    let sameTrades: Set<UInt32>

    public init(divisions: Divisions) {
        let folding = self.folding
        places = Places(divisions, folding: folding)
        forms = WordTable(NameWords.forms.map { (folding.scalars($0.0), $0.1) })
        branches = WordTable(NameWords.branches.map { (folding.scalars($0), true) })
        // A word made of two others is read as the two, so that 电子科技 and 电子 share what they share.
        let listed = Set(NameWords.trades)
        let words = (NameWords.trades + NameWords.weak.sorted()).filter { word in
            !(2..<max(2, word.count - 1)).contains {
                listed.contains(String(word.prefix($0))) && listed.contains(String(word.dropFirst($0)))
            }
        }
        var numbers: [String: UInt16] = [:]
        for word in words where numbers[word] == nil { numbers[word] = UInt16(numbers.count) }
        trades = WordTable(numbers.map { (folding.scalars($0.key), $0.value) })
        weakTrades = Set(NameWords.weak.compactMap { numbers[$0] })
        sameTrades = Set(
            NameWords.sameTrade.compactMap { pair in
                guard let a = numbers[pair.0], let b = numbers[pair.1] else { return nil }
                return UInt32(min(a, b)) << 16 | UInt32(max(a, b))
            })
    }

    public func read(_ name: String) -> NameParts {
        let (present, _) = OrganisationName.splitFormer(OrganisationName.tidy(name))
        var text: [UInt32] = []
        var bracketed: [UInt32] = []
        var places: [UInt32] = []
        text.reserveCapacity(32)
        var isInside = false
        for scalar in present.unicodeScalars.prefix(Self.longest) {
            switch scalar {
            case "（": isInside = true
            case "）":
                isInside = false
                take(&bracketed, into: &text, &places)
            default:
                guard let folded = folding.fold(scalar) else { continue }
                if isInside { bracketed.append(folded) } else { text.append(folded) }
            }
        }
        take(&bracketed, into: &text, &places)
        return assemble(text, places)
    }

    /// A bracket holds a place (北京), or words that belong where they stand: 合伙企业（有限合伙）.
    private func take(_ bracketed: inout [UInt32], into text: inout [UInt32], _ found: inout [UInt32]) {
        defer { bracketed.removeAll(keepingCapacity: true) }
        if let place = places.place(at: bracketed[...]), place.length == bracketed.count, !text.isEmpty {
            found.append(place.index)
        } else {
            text += bracketed
        }
    }

    private func assemble(_ text: [UInt32], _ bracketPlaces: [UInt32]) -> NameParts {
        var placeList: [UInt32] = []
        var start = 0
        while placeList.count < 4, let place = places.place(at: text[start...]), text.count - start - place.length >= 2 {
            placeList.append(place.index)
            start += place.length
        }
        var (formRange, family) = form(in: text, from: start)
        // 宁波公司 has no word of its own but its place: the place is the word then.
        if formRange.lowerBound <= start, !placeList.isEmpty {
            placeList.removeAll()
            start = 0
            (formRange, family) = form(in: text, from: start)
        }
        var tradeStart = formRange.lowerBound
        var tradeWords: [UInt16] = []
        while tradeWords.count < 8, let length = trades.longestSuffix(of: text[start..<tradeStart]),
            tradeStart - length - start >= 2
        {
            if let word = trades[text[tradeStart - length..<tradeStart]] { tradeWords.append(word) }
            tradeStart -= length
        }
        let branch = formRange.upperBound
        return NameParts(
            text: text, places: placeList + bracketPlaces, tradeWords: tradeWords, placeEnd: start,
            distinctiveEnd: tradeStart, tradeEnd: formRange.lowerBound, formEnd: branch, family: family)
    }

    /// Where the form stands, and of what family it is: the last form of the name, unless what follows an earlier form of a
    /// company ends like a branch.
    private func form(in text: [UInt32], from start: Int) -> (Range<Int>, NameWords.Family) {
        // A company's form inside the name, with the words of a branch behind it.
        if branches.longestSuffix(of: text[start...]) != nil {
            var index = start + 2
            while index < text.count - 1 {
                if let (length, family) = forms.longestPrefix(of: text[index...]), length >= 2, index + length < text.count,
                    family == .company || family == .partnership || family == .cooperative, isMajor(text[index..<index + length])
                {
                    return (index..<index + length, family)
                }
                index += 1
            }
        }
        if let length = forms.longestSuffix(of: text[start...]) {
            let range = text.count - length..<text.count
            return (range, forms[text[range]] ?? .unknown)
        }
        return (text.count..<text.count, .unknown)
    }

    /// 公司 or 合作社 at the end of the form; 集团 alone may be followed by the form proper.
    private func isMajor(_ form: ArraySlice<UInt32>) -> Bool {
        let last = form.last
        return last == 0x53F8 || last == 0x793E || last == 0x4F19 || last == 0x4E1A
    }
}

/// Words by their folded scalars, found at either end of a text.
struct WordTable<Value: Sendable>: Sendable {
    private let values: [UInt64: Value]
    private let longest: Int

    init(_ words: [([UInt32], Value)]) {
        values = Dictionary(words.map { (Places.hash($0.0[...]), $0.1) }, uniquingKeysWith: { first, _ in first })
        longest = words.map(\.0.count).max() ?? 0
    }

    subscript(word: ArraySlice<UInt32>) -> Value? { values[Places.hash(word)] }

    func longestSuffix(of text: ArraySlice<UInt32>) -> Int? {
        var length = min(longest, text.count)
        while length >= 1 {
            if values[Places.hash(text.suffix(length))] != nil { return length }
            length -= 1
        }
        return nil
    }

    func longestPrefix(of text: ArraySlice<UInt32>) -> (Int, Value)? {
        var length = min(longest, text.count)
        while length >= 1 {
            if let value = values[Places.hash(text.prefix(length))] { return (length, value) }
            length -= 1
        }
        return nil
    }
}
