import CreditCatalogue
import CreditModel

/// Reads the ways in which departments write a day.
enum DayReading {
    struct Result {
        let day: Day
        let change: ChangeCode?
    }
    enum Fault: Error { case unreadable, impossible }

    /// `2018-06-21` (no change), `2018/6/21`, `2018.6.21`, `20180621`, `2018年6月21日`, `二〇一八年六月二十一日`, each with or
    /// without a clock time behind it, and the serial number that a spreadsheet shows for a day (43272).
    static func read(_ raw: String) throws(Fault) -> Result {
        if let day = Day(iso: raw) { return Result(day: try plausible(day), change: nil) }
        var text = withoutClock(raw)
        if text.hasSuffix("止") || text.hasSuffix("起") { text.removeLast() }
        if text.contains("年") || text.contains("月") {
            let parts = text.split(whereSeparator: { "年月日号".contains($0) })
            guard parts.count == 3, let first = text.first(where: { "年月日".contains($0) }), first == "年" else {
                throw .unreadable
            }
            let numbers = parts.map { part -> Int? in Int(part) ?? ChineseNumeral.integer(part).map(Int.init) }
            guard let year = numbers[0], let month = numbers[1], let day = numbers[2] else { throw .unreadable }
            return Result(day: try make(year, month, day), change: .chineseDate)
        }
        let parts = text.split(maxSplits: 3, whereSeparator: { "-/.·、".contains($0) })
        if parts.count == 3 {
            guard parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
                parts[1].count <= 2, parts[2].count <= 2
            else { throw .unreadable }
            return Result(day: try make(year, month, day), change: .dateForm)
        }
        guard parts.count == 1, let number = Int(text), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
            throw .unreadable
        }
        switch text.utf8.count {
        case 8: return Result(day: try make(number / 10_000, number / 100 % 100, number % 100), change: .dateForm)
        case 14:
            return Result(
                day: try make(number / 10_000_000_000, number / 100_000_000 % 100, number / 1_000_000 % 100),
                change: .dateForm)
        case 5 where (20_000...73_050).contains(number):
            // Spreadsheet serials count from 1899-12-30 (with the leap day of 1900 that never was).
            return Result(day: Day(daysSinceEpoch: Int32(number - 25_569)), change: .excelSerialDate)
        default: throw .unreadable
        }
    }

    private static func make(_ year: Int, _ month: Int, _ day: Int) throws(Fault) -> Day {
        guard let result = Day(year: year, month: month, day: day) else { throw .impossible }
        return try plausible(result)
    }

    private static func plausible(_ day: Day) throws(Fault) -> Day {
        let year = day.parts.year
        guard year >= 1800 else { throw .impossible }
        return day
    }

    /// Takes off a clock time behind the day (`… 00:00:00`, `…T00:00:00Z`, `… 10时30分`) before blanks are removed, since
    /// without the blank the day and the hour would run together.
    private static func withoutClock(_ raw: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in raw.unicodeScalars { view.append(Folding.isBlank(scalar) ? " " : Folding.narrow(scalar)) }
        let text = String(view)
        for mark in [" ", "T", "t"] {
            guard let at = text.firstIndex(of: Character(mark)), let next = text[at...].dropFirst().first, next.isNumber
            else { continue }
            let rest = text[at...]
            if rest.contains(":") || rest.contains("时") { return Folding.code(String(text[..<at])) }
        }
        return Folding.code(text)
    }
}
