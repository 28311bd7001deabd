import CreditCatalogue
import CreditModel

/// Reads registered capital: an amount with a unit and a currency in one cell, `3,900(万元人民币)`, `110(万美元)`.
enum CapitalReading {
    /// Stored as `39000000.00 CNY`: whole units with two decimals and the ISO 4217 code, old currencies included.
    static func read(_ raw: String) -> (text: String, changes: [ChangeCode])? {
        var text = Folding.code(raw).replacing(",", with: "").replacing("，", with: "")
        for bracket in ["(", ")", "（", "）"] { text = text.replacing(bracket, with: "") }
        guard let end = text.firstIndex(where: { !($0.isNumber && $0.isASCII) && $0 != "." }) else {
            // A bare number is 万元, the unit in which registration authorities keep capital.
            return Fen(decimal: text, unitInFen: AmountReading.fenPerWan).map { ("\($0.plain) CNY", [.unitConverted]) }
        }
        let number = text[..<end]
        var rest = text[end...]
        if number.isEmpty {
            // 壹佰万元, 人民币伍拾万元整, ￥500000
            for prefix in ["人民币", "￥", "¥"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
            guard let result = try? AmountReading.read(String(rest), columnUnit: AmountReading.fenPerYuan) else {
                return nil
            }
            return ("\(result.fen.plain) CNY", result.changes)
        }
        var unit = AmountReading.fenPerYuan
        for (word, value) in [("亿", 10_000 * AmountReading.fenPerWan), ("万", AmountReading.fenPerWan)] {
            if let at = rest.firstIndex(of: Character(word)) {
                unit = value
                rest.remove(at: at)
                break
            }
        }
        guard let fen = Fen(decimal: number, unitInFen: unit), let currency = currency(named: String(rest)) else {
            return nil
        }
        return ("\(fen.plain) \(currency)", [.amountForm])
    }

    private static func currency(named words: String) -> String? {
        if words.isEmpty { return "CNY" }
        return currencies.first { $0.0 == words }?.1 ?? currencies.first { $0.0.count > 1 && words.contains($0.0) }?.1
    }

    /// Longer names first, since 新加坡元 contains 元.
    private static let currencies: [(String, String)] = [
        ("人民币元", "CNY"), ("元人民币", "CNY"), ("人民币", "CNY"), ("RMB", "CNY"), ("CNY", "CNY"), ("美元", "USD"), ("美金", "USD"),
        ("USD", "USD"), ("欧元", "EUR"), ("EUR", "EUR"), ("日元", "JPY"), ("日圆", "JPY"), ("JPY", "JPY"), ("香港元", "HKD"),
        ("港元", "HKD"),
        ("港币", "HKD"), ("HKD", "HKD"), ("英镑", "GBP"), ("新加坡元", "SGD"), ("新元", "SGD"), ("德国马克", "DEM"), ("马克", "DEM"),
        ("丹麦克", "DKK"), ("瑞士法郎", "CHF"), ("法国法郎", "FRF"), ("比利时法郎", "BEF"), ("法郎", "FRF"), ("加拿大元", "CAD"),
        ("加元", "CAD"),
        ("澳大利亚元", "AUD"), ("澳元", "AUD"), ("新西兰元", "NZD"), ("新台币", "TWD"), ("台币", "TWD"), ("台元", "TWD"), ("澳门元", "MOP"),
        ("澳门币", "MOP"),
        ("韩元", "KRW"), ("韩国元", "KRW"), ("韩圆", "KRW"), ("瑞典克", "SEK"), ("挪威克", "NOK"), ("荷兰盾", "NLG"), ("里拉", "ITL"),
        ("奥地利先令", "ATS"), ("泰铢", "THB"), ("泰国铢", "THB"), ("马来西亚", "MYR"), ("林吉特", "MYR"), ("卢布", "RUB"), ("卢比", "INR"),
        ("迪拉姆", "AED"),
        ("元", "CNY"), ("圆", "CNY"),
    ]
}
