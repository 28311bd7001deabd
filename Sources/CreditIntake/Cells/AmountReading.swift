import CreditCatalogue
import CreditModel

/// Reads amounts of money in the units and numerals in which they are delivered, and finds amounts in prose.
enum AmountReading {
    struct Result {
        let fen: Fen
        var changes: [ChangeCode]
    }
    enum Fault: Error { case unreadable, negative }

    static let fenPerYuan: Int64 = 100
    static let fenPerWan: Int64 = 1_000_000

    /// One amount in a cell of its own. A unit written in the cell outranks the column's.
    static func read(_ raw: String, columnUnit: Int64) throws(Fault) -> Result {
        if let fen = Fen(decimal: raw, unitInFen: columnUnit) {
            return Result(fen: fen, changes: columnUnit == fenPerYuan ? [] : [.unitConverted])
        }
        var changes: [ChangeCode] = []
        var text = Folding.code(raw)
        for noise in ["人民币", "RMB", "CNY", "￥", "¥", "共计", "合计", "计"] { text = text.replacing(noise, with: "") }
        if text.hasPrefix("-") || text.hasPrefix("－") || text.hasPrefix("负") { throw .negative }
        text = text.replacing(",", with: "").replacing("，", with: "")
        var unit = columnUnit
        var hasUnit = false
        let suffixes: [(String, Int64)] = [
            ("亿元", 10_000 * fenPerWan), ("万元", fenPerWan), ("万圆", fenPerWan), ("亿", 10_000 * fenPerWan),
            ("万", fenPerWan),
            ("元", fenPerYuan), ("圆", fenPerYuan),
        ]
        var number = text[...]
        while number.hasSuffix("整") || number.hasSuffix("正") { number = number.dropLast() }
        for (suffix, value) in suffixes where number.hasSuffix(suffix) {
            let head = number.dropLast(suffix.count)
            guard Fen(decimal: head, unitInFen: 1_000_000) != nil else { continue }
            (number, unit, hasUnit) = (head, value, true)
            break
        }
        if let fen = Fen(decimal: number, unitInFen: unit) {
            changes.append(hasUnit && unit != columnUnit ? .unitConverted : .amountForm)
            return Result(fen: fen, changes: changes)
        }
        if let fen = capital(number, bareUnit: columnUnit) { return Result(fen: fen, changes: [.capitalNumerals]) }
        if let fen = exponent(number, unit: columnUnit) { return Result(fen: fen, changes: [.amountForm]) }
        if number.hasSuffix("元") || number.hasSuffix("圆") || hasUnit,
            let yuan = mixed(text.filter { !"元圆整正".contains($0) })
        {
            return Result(fen: Fen(yuan), changes: [.amountForm])
        }
        throw .unreadable
    }

    /// 壹万陆仟贰佰贰拾元, 肆仟叁佰捌拾伍元叁角肆分, 一万元.
    private static func capital(_ text: Substring, bareUnit: Int64) -> Fen? {
        guard let first = text.first, ChineseNumeral.isNumeral(first) else { return nil }
        let parts = text.split(maxSplits: 1, whereSeparator: { "元圆".contains($0) })
        guard let whole = parts.first.flatMap({ ChineseNumeral.integer($0) }) else { return nil }
        let named = text.contains { "元圆".contains($0) }
        let (base, overflow) = whole.multipliedReportingOverflow(by: named ? fenPerYuan : bareUnit)
        guard !overflow else { return nil }
        var fen = base
        guard parts.count == 2 else { return Fen(fen) }
        var rest = parts[1].filter { !"整正零".contains($0) }[...]
        for (mark, value) in [("角", Int64(10)), ("分", 1)] {
            guard let at = rest.firstIndex(of: Character(mark)) else { continue }
            guard let digit = ChineseNumeral.integer(rest[..<at]), digit < 10 else { return nil }
            fen += digit * value
            rest = rest[rest.index(after: at)...]
        }
        return rest.isEmpty ? Fen(fen) : nil
    }

    /// `1.5E5`, as spreadsheets and databases export numbers. Nil where it is not a whole number of fen.
    private static func exponent(_ text: Substring, unit: Int64) -> Fen? {
        guard text.contains("E"), let value = Double(text), value >= 0 else { return nil }
        let fen = value * Double(unit)
        guard fen < 1e16, (fen - fen.rounded()).magnitude < 1e-6 * max(1, fen) else { return nil }
        return Fen(Int64(fen.rounded()))
    }

    /// 1万5仟 or 3万5000: digits and Chinese units by turns, largest unit first. In yuan.
    private static func mixed(_ text: some StringProtocol) -> Int64? {
        var total: Int64 = 0
        var number = ""
        var last = Int64.max
        func add(_ unit: Int64) -> Bool {
            guard let fen = Fen(decimal: number, unitInFen: unit * fenPerYuan), unit < last else { return false }
            let (sum, overflow) = total.addingReportingOverflow(fen.value)
            (total, last, number) = (sum, unit, "")
            return !overflow
        }
        for character in text {
            switch character {
            case "亿", "億": if !add(100_000_000) { return nil }
            case "万", "萬": if !add(10_000) { return nil }
            case "千", "仟": if !add(1000) { return nil }
            case "百", "佰": if !add(100) { return nil }
            case "零": if !number.isEmpty { return nil }
            default:
                guard character.isASCIIDigit || character == "." else { return nil }
                number.append(character)
            }
        }
        if !number.isEmpty, !add(1) { return nil }
        return total
    }

    /// Amounts in yuan named in prose, in order. Amounts that only bound a range of the law (十万元以上二十万元以下) are left out.
    static func amounts(in text: String) -> [(fen: Fen, afterFine: Bool)] {
        var text = text
        guard text.withUTF8(mayNameAmounts) else { return [] }
        let characters = text.unicodeScalars.map(Folding.narrow)
        var found: [(Fen, Bool)] = []
        var index = 0
        while index < characters.count {
            guard isAmountCharacter(characters[index]), characters[index] != ",", characters[index] != "." else {
                index += 1
                continue
            }
            let start = index
            while index < characters.count, isAmountCharacter(characters[index]) { index += 1 }
            if index < characters.count, isYuan(characters[index]) {
                index += 1
            } else if start == 0 || (characters[start - 1] != "¥" && characters[start - 1] != "￥") {
                // Without 元 behind or ¥ before it is a year, a number, a share.
                continue
            }
            let end = index
            let whole = string(characters[start..<end].filter { $0 != "," && !isYuan($0) })
            var fen: Int64?
            if let plain = Fen(decimal: whole, unitInFen: fenPerYuan) {
                fen = plain.value
            } else if let yuan = ChineseNumeral.integer(whole) {
                let (product, overflow) = yuan.multipliedReportingOverflow(by: fenPerYuan)
                fen = overflow ? nil : product
            } else {
                fen = mixed(whole)
            }
            guard let base = fen else { continue }
            let (cents, next) = cents(characters, from: index)
            index = next
            if isBound(characters, from: index) { continue }
            let (sum, overflow) = base.addingReportingOverflow(cents)
            if !overflow { found.append((Fen(sum), characters[max(0, start - 12)..<start].contains("罚"))) }
        }
        return found
    }

    /// Whether 元, 圆, ¥ or ￥ stands in a text: without one of them no amount is named.
    static func mayNameAmounts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var place = 0
        while place + 1 < text.count {
            switch (text[place], text[place + 1]) {
            case (0xC2, 0xA5): return true
            case (0xE5, 0x85) where place + 2 < text.count && text[place + 2] == 0x83: return true
            case (0xE5, 0x9C) where place + 2 < text.count && text[place + 2] == 0x86: return true
            case (0xEF, 0xBF) where place + 2 < text.count && text[place + 2] == 0xA5: return true
            default: place += 1
            }
        }
        return false
    }

    private static func isYuan(_ scalar: Unicode.Scalar) -> Bool { scalar == "元" || scalar == "圆" }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func isAmountCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 48...57, 0x2E, 0x2C: true
        // Every Chinese numeral is an ideograph or one of the two signs for zero; most ideographs are none.
        case 0x25CB, 0x3007, 0x4E00...0x9FFF: ChineseNumeral.isNumeral(scalar)
        default: false
        }
    }

    /// 叁角肆分 behind 元, and where reading goes on.
    private static func cents(_ characters: [Unicode.Scalar], from start: Int) -> (fen: Int64, next: Int) {
        var fen: Int64 = 0
        var index = start
        for (mark, value) in [(Unicode.Scalar("角"), Int64(10)), (Unicode.Scalar("分"), 1)] {
            guard index + 1 < characters.count, characters[index + 1] == mark,
                let digit = Int64(String(characters[index])) ?? ChineseNumeral.integer([Character(characters[index])])
            else { continue }
            fen += digit * value
            index += 2
        }
        return (fen, index)
    }

    /// 以上, 以下 or 至 behind an amount: a range of the law, no amount of this decision.
    private static func isBound(_ characters: [Unicode.Scalar], from start: Int) -> Bool {
        var index = start
        while index < characters.count, "（(）)整 ".unicodeScalars.contains(characters[index]) { index += 1 }
        guard index < characters.count else { return false }
        if characters[index] == "以", index + 1 < characters.count {
            return characters[index + 1] == "上" || characters[index + 1] == "下"
        }
        return characters[index] == "至"
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
