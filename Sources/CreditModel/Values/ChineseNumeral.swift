/// Chinese numerals in words, everyday (一百二十三) and capital (壹佰贰拾叁), with units up to 亿.
public enum ChineseNumeral {
    /// The value of a whole numeral such as 叁拾万零伍佰 or 一百二十, or of positional digits such as 二〇一八. Nil if a
    /// character is not a numeral or the order makes no sense.
    public static func integer(_ text: some Sequence<Character>) -> Int64? {
        var total: Int64 = 0  // whole 亿 and 万 parts
        var section: Int64 = 0  // below 万
        var digit: Int64 = 0
        var sawDigit = false
        var sawUnit = false
        var positional: Int64 = 0
        var count = 0
        for character in text {
            count += 1
            guard count <= 24 else { return nil }
            if let value = digits[character] {
                if sawDigit, !sawUnit { positional = positional * 10 + value } else { positional = value }
                digit = value
                sawDigit = true
                continue
            }
            guard let unit = units[character] else { return nil }
            sawUnit = true
            switch unit {
            case 10_000, 100_000_000:
                section += digit
                if section == 0, total == 0 { return nil }
                total = unit == 10_000 ? total + section * unit : (total + section) * unit
                section = 0
            default:
                section += (digit == 0 && !sawDigit ? 1 : digit) * unit
            }
            digit = 0
            sawDigit = false
        }
        guard count > 0 else { return nil }
        return sawUnit ? total + section + digit : positional
    }

    /// Whether the character can stand in a numeral.
    public static func isNumeral(_ character: Character) -> Bool {
        digits[character] != nil || units[character] != nil
    }

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
