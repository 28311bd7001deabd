/// Chinese numerals in words, everyday (一百二十三) and capital (壹佰贰拾叁), with units up to 亿.
public enum ChineseNumeral {
    /// The value of a whole numeral such as 叁拾万零伍佰 or 一百二十, or of positional digits such as 二〇一八. Nil if a
    /// character is not a numeral or the order makes no sense.
    public static func integer(_ text: some Sequence<Character>) -> Int64? {
        let characters = Array(text)
        guard !characters.isEmpty, characters.count <= 24 else { return nil }
        if characters.allSatisfy({ digits[$0] != nil }) { return positional(characters) }
        var total: Int64 = 0  // whole 亿 and 万 parts
        var section: Int64 = 0  // below 万
        var digit: Int64?
        for character in characters {
            if let value = digits[character] {
                // Only a zero may stand before another digit: 一百零五, but not 二三百.
                if let digit, digit != 0 { return nil }
                digit = value
                continue
            }
            guard let unit = units[character] else { return nil }
            if unit >= 10_000 {
                section += digit ?? 0
                if section == 0, total == 0 { return nil }
                let base = unit == 10_000 ? section : total + section
                let (product, overflow) = base.multipliedReportingOverflow(by: unit)
                let (sum, overflowSum) = product.addingReportingOverflow(unit == 10_000 ? total : 0)
                if overflow || overflowSum { return nil }
                total = sum
                section = 0
            } else {
                // 十二 begins with a bare ten.
                section += (digit ?? 1) * unit
            }
            digit = nil
        }
        return total + section + (digit ?? 0)
    }

    /// 二〇一八: digits one after another, at most eighteen.
    private static func positional(_ characters: [Character]) -> Int64? {
        guard characters.count <= 18 else { return nil }
        return characters.reduce(Int64(0)) { $0 * 10 + (digits[$1] ?? 0) }
    }

    /// Whether the character can stand in a numeral.
    public static func isNumeral(_ character: Character) -> Bool {
        digits[character] != nil || units[character] != nil
    }

    /// The same for a scalar, such as every numeral is.
    public static func isNumeral(_ scalar: Unicode.Scalar) -> Bool {
        let value = Int(scalar.value)
        return value < bits.count * 64 && bits[value / 64] >> UInt64(value % 64) & 1 == 1
    }

    /// One bit for each scalar up to the last numeral: every ideograph of every text is asked about.
    private static let bits: [UInt64] = {
        let values = (Array(digits.keys) + units.keys).compactMap { $0.unicodeScalars.first.map { Int($0.value) } }
        var bits = [UInt64](repeating: 0, count: (values.max() ?? 0) / 64 + 1)
        for value in values { bits[value / 64] |= 1 << UInt64(value % 64) }
        return bits
    }()

    private static let digits: [Character: Int64] = {
        var table: [Character: Int64] = [:]
        for (value, forms) in ["〇零○", "一壹弌", "二贰貳两", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"].enumerated() {
            for form in forms { table[form] = Int64(value) }
        }
        return table
    }()

    private static let units: [Character: Int64] = [
        "十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "萬": 10_000,
        "亿": 100_000_000, "億": 100_000_000,
    ]
}
