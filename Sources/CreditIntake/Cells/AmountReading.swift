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
            ("亿元", 10_000 * fenPerWan), ("万元", fenPerWan), ("万圆", fenPerWan), ("亿", 10_000 * fenPerWan), ("万", fenPerWan),
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
        if let number = plainExponent(number), let fen = Fen(decimal: number, unitInFen: columnUnit) {
            return Result(fen: fen, changes: [.amountForm])
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
            guard let digit = ChineseNumeral.integer(rest[..<at]) else { return nil }
            fen += digit * value
            rest = rest[rest.index(after: at)...]
        }
        return rest.isEmpty ? Fen(fen) : nil
    }

    /// `1.5E5`, as spreadsheets and databases export large numbers.
    private static func plainExponent(_ text: Substring) -> String? {
        guard text.contains("E"), let value = Double(text), value >= 0, value < 1e13 else { return nil }
        let cents = (value * 100).rounded()
        return Fen(Int64(cents)).plain
    }

    /// Amounts in yuan named in prose, in order. Amounts that only bound a range of the law (十万元以上二十万元以下) are left out.
    static func amounts(in text: String) -> [(fen: Fen, afterFine: Bool)] {
        let characters = Array(text)
        var found: [(Fen, Bool)] = []
        var index = 0
        while index < characters.count {
            let character = Self.narrow(characters[index])
            guard character.isASCIIDigit || ChineseNumeral.isNumeral(character) else {
                index += 1
                continue
            }
            var end = index
            if character.isASCIIDigit {
                while end < characters.count, Self.narrow(characters[end]).isASCIIDigit || ".,，．".contains(characters[end]) { end += 1 }
            } else {
                while end < characters.count, ChineseNumeral.isNumeral(characters[end]) { end += 1 }
            }
            var unitEnd = end
            // 千 may hide in 3千元; 万, 亿 and 元 follow digits.
            while unitEnd < characters.count, "万萬亿千仟百元圆角分整".contains(characters[unitEnd])
                || (unitEnd > end && ChineseNumeral.isNumeral(characters[unitEnd]) && characters[end..<unitEnd].contains(where: { "元圆".contains($0) }))
            {
                unitEnd += 1
            }
            let unitText = characters[end..<unitEnd]
            let run = String(characters[index..<unitEnd])
            index = max(unitEnd, index + 1)
            guard unitText.contains(where: { "元圆".contains($0) }) else { continue }
            var after = index
            while after < characters.count, "（(）)整 ".contains(characters[after]) { after += 1 }
            let next = String(characters[after..<min(after + 2, characters.count)])
            if next == "以上" || next == "以下" || next == "至" || next.hasPrefix("至") || next == "罚款" && isRange(characters, before: index) { continue }
            var cleaned = run.replacing("萬", with: "万")
            if cleaned.contains("千") || cleaned.contains("仟"), let value = mixedThousands(cleaned) { cleaned = value }
            guard let amount = try? read(cleaned, columnUnit: fenPerYuan).fen else { continue }
            let start = max(0, index - run.count - 12)
            let before = String(characters[start..<max(start, index - run.count)])
            found.append((amount, before.contains("罚")))
        }
        return found
    }

    private static func isRange(_ characters: [Character], before index: Int) -> Bool {
        let start = max(0, index - 12)
        return String(characters[start..<index]).contains("以上")
    }

    /// `3千元` → `3000元`.
    private static func mixedThousands(_ text: String) -> String? {
        guard let at = text.firstIndex(where: { "千仟".contains($0) }), text[..<at].allSatisfy({ narrow($0).isASCIIDigit }),
            let value = Int64(text[..<at])
        else { return nil }
        return "\(value * 1000)" + text[text.index(after: at)...]
    }

    private static func narrow(_ character: Character) -> Character {
        guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else { return character }
        return Character(Folding.narrow(scalar))
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
