import CreditCatalogue
import CreditModel
import Synchronization

/// Takes names apart by the order that naming law prescribes: place, distinctive word, trade, form; a branch's own words last.
public struct NameReader: Sendable {
    /// Longer texts are not names. They are read up to here, so that no input costs more than its first part.
    public static let longest = 200

    let places: Places
    let folding = CharacterFolding.standard
    /// Their values are families.
    private let forms: WordTable
    private let branches: WordTable
    private let trades: WordTable
    /// What stands in brackets and is no part of the name.
    private let notes: WordTable
    /// Words that a short one stands for, last first.
    private let longForms: [UInt16: [UInt32]]
    let weakTrades: Set<UInt32>
    let sameTrades: Set<UInt32>
    let ordinals: Set<UInt32>

    /// One reader for the process: the tables take some 100 ms to build, and divisions come from one catalogue.
    public static func shared(_ divisions: Divisions) -> NameReader {
        cache.withLock { kept in
            if let kept, kept.count == divisions.names.count { return kept.reader }
            let reader = NameReader(divisions: divisions)
            kept = (divisions.names.count, reader)
            return reader
        }
    }

    private static let cache = Mutex<(count: Int, reader: NameReader)?>(nil)

    public init(divisions: Divisions) {
        let folding = self.folding
        places = Places(divisions, folding: folding)
        forms = WordTable(NameWords.forms.map { (folding.scalars($0.0), UInt16($0.1.rawValue)) })
        notes = WordTable(NameWords.notes.map { (folding.scalars($0), 0) })
        branches = WordTable(NameWords.branches.map { (folding.scalars($0), 0) })
        // A word made of two others is read as the two, so that 电子科技 and 电子 share what they share.
        let listed = Set(NameWords.trades)
        let words = (NameWords.trades + NameWords.weak.sorted()).filter { word in
            !(2..<max(2, word.count - 1)).contains {
                listed.contains(String(word.prefix($0))) && listed.contains(String(word.dropFirst($0)))
            }
        }
        var numbers: [String: UInt16] = [:]
        for word in words + NameWords.shortTrades.flatMap({ [$0.0] + $0.1 }) where numbers[word] == nil { numbers[word] = UInt16(numbers.count) }
        trades = WordTable(numbers.sorted { $0.value < $1.value }.map { (folding.scalars($0.key), $0.value) })
        ordinals = Set(NameWords.ordinals.unicodeScalars.compactMap(folding.fold))
        longForms = Dictionary(
            uniqueKeysWithValues: NameWords.shortTrades.compactMap { short, long in
                numbers[short].map { ($0, long.reversed().compactMap { numbers[$0].map(UInt32.init) }) }
            })
        weakTrades = Set(NameWords.weak.compactMap { numbers[$0].map(UInt32.init) })
        sameTrades = Set(
            NameWords.sameTrade.compactMap { pair in
                guard let a = numbers[pair.0], let b = numbers[pair.1] else { return nil }
                return UInt32(min(a, b)) << 16 | UInt32(max(a, b))
            })
    }

    /// - Parameter name: as delivered; brackets of any style, former names in a bracket at the end, blanks, any width.
    public func read(_ name: String) -> NameParts {
        var text: [UInt32] = []
        text.reserveCapacity(48)
        var bracketed: [UInt32] = []
        var bracketPlaces: [UInt32] = []
        var depth = 0
        for scalar in name.unicodeScalars.prefix(Self.longest) {
            if Self.opens(scalar) {
                // A bracket inside a bracket belongs to it: （原名：甲事务所（普通合伙））.
                if depth == 0 { take(&bracketed, into: &text, &bracketPlaces) }
                depth += 1
            } else if Self.closes(scalar) {
                depth = max(0, depth - 1)
                if depth == 0 { take(&bracketed, into: &text, &bracketPlaces) }
            } else if let folded = folding.fold(scalar) {
                if depth > 0 { bracketed.append(folded) } else { text.append(folded) }
            }
        }
        take(&bracketed, into: &text, &bracketPlaces)
        return assemble(text, bracketPlaces)
    }

    /// A bracket holds a place (北京), a former name, or words that belong where they stand: 合伙企业（有限合伙）.
    private func take(_ bracketed: inout [UInt32], into text: inout [UInt32], _ found: inout [UInt32]) {
        guard !bracketed.isEmpty else { return }
        defer { bracketed.removeAll(keepingCapacity: true) }
        if let place = places.place(at: bracketed[...]), place.length == bracketed.count, !text.isEmpty, found.count < 4 {
            found.append(place.index)
        } else if text.isEmpty || !isFormerName(bracketed) && notes.longestPrefix(of: bracketed[...])?.length != bracketed.count {
            text += bracketed
        }
    }

    /// 原名, 曾用名, 更名前 and a name of four characters or more.
    private func isFormerName(_ bracketed: [UInt32]) -> Bool {
        guard bracketed.count >= 5 else { return false }
        return bracketed[0] == 0x539F || bracketed.starts(with: [0x66FE, 0x7528, 0x540D])
            || bracketed.starts(with: [0x66F4, 0x540D, 0x524D]) || bracketed.starts(with: [0x66FE, 0x540D])
    }

    private func assemble(_ read: [UInt32], _ bracketPlaces: [UInt32]) -> NameParts {
        var text = read
        var shape = NameParts.Shape()
        shape.end = UInt8(text.count)
        var start = 0
        while shape.placeCount < 4, let place = places.place(at: read[start...], in: text[read.count...]), read.count - start - place.length >= 2 {
            text.append(place.index)
            shape.placeCount += 1
            start += place.length
        }
        var (formRange, family) = form(in: read, from: start)
        // 宁波公司 has no word of its own but its place: the place is the word then.
        if formRange.lowerBound <= start, shape.placeCount > 0 {
            text.removeLast(Int(shape.placeCount))
            shape.placeCount = 0
            start = 0
            (formRange, family) = form(in: read, from: start)
        }
        text += bracketPlaces
        shape.placeCount += UInt8(bracketPlaces.count)
        var tradeStart = formRange.lowerBound
        while shape.tradeCount < 8, let (length, word) = trades.longestSuffix(of: read[start..<tradeStart]),
            tradeStart - length - start >= (start > 0 ? 1 : 2)
        {
            let words = longForms[word] ?? [UInt32(word)]
            text += words
            shape.tradeCount += UInt8(words.count)
            tradeStart -= length
        }
        shape.placeEnd = UInt8(start)
        shape.distinctiveEnd = UInt8(tradeStart)
        shape.tradeEnd = UInt8(formRange.lowerBound)
        shape.formEnd = UInt8(formRange.upperBound)
        shape.family = family
        return NameParts(shape: shape, words: text[...])
    }

    /// Where the form stands, and of what family it is: the last form of the name, unless what follows an earlier form of a
    /// company ends like a branch; where no form ends the name, the first such form, and what follows it is taken for a branch.
    private func form(in text: [UInt32], from start: Int) -> (Range<Int>, NameWords.Family) {
        let last = forms.longestSuffix(of: text[start...])
        if last == nil || branches.longestSuffix(of: text[start...]) != nil, let inner = majorForm(in: text, from: start) {
            return inner
        }
        guard let last else { return (text.count..<text.count, .unknown) }
        return (text.count - last.length..<text.count, NameWords.Family(rawValue: UInt8(last.value)) ?? .unknown)
    }

    /// A company's form inside the name, with something behind it.
    private func majorForm(in text: [UInt32], from start: Int) -> (Range<Int>, NameWords.Family)? {
        var index = start + 2
        while index < text.count - 1 {
            if let (length, value) = forms.longestPrefix(of: text[index...]), length >= 2, index + length < text.count,
                let family = NameWords.Family(rawValue: UInt8(value)),
                family == .company || family == .partnership || family == .cooperative, isMajor(text[index..<index + length])
            {
                return (index..<index + length, family)
            }
            index += 1
        }
        return nil
    }

    /// A form that ends in 司, 社, 伙 or 业, so that a branch may stand behind it.
    private func isMajor(_ form: ArraySlice<UInt32>) -> Bool {
        let last = form.last
        return last == 0x53F8 || last == 0x793E || last == 0x4F19 || last == 0x4E1A
    }

    @inline(__always)
    private static func opens(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", "（", "[", "［", "{", "｛", "〔", "【", "﹝", "〈", "〖", "﹙", "<", "＜", "《", "「", "『": true
        default: false
        }
    }

    @inline(__always)
    private static func closes(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ")", "）", "]", "］", "}", "｝", "〕", "】", "﹞", "〉", "〗", "﹚", ">", "＞", "》", "」", "』": true
        default: false
        }
    }
}
