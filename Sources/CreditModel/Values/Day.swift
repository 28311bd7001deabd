/// A calendar day in China's civil time: no clock, no zone. Stored as days since 1970-01-01 (proleptic Gregorian).
///
/// Business dates of records are days. Instants (when something was received) are `Instant`.
public struct Day: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let daysSinceEpoch: Int32

    public init(daysSinceEpoch: Int32) { self.daysSinceEpoch = daysSinceEpoch }

    /// Nil where the day does not exist, such as 30 February. Years 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        // Howard Hinnant's days_from_civil: years begin in March so that the leap day comes last.
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSinceEpoch = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Reads `YYYY-MM-DD` and nothing else; intake's cleaning knows the other spellings.
    public init?(iso text: some StringProtocol) { self.init(iso: String(text)) }

    /// The same for a whole string, which is what nearly every caller has.
    public init?(iso text: String) {
        var text = text
        guard let day = text.withUTF8({ Day(iso: $0) }) else { return nil }
        self = day
    }

    /// The same from UTF-8.
    public init?(iso text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 10 else { return nil }
        var numbers = (0, 0, 0)
        var position = 0
        for byte in text {
            switch position {
            case 4, 7: guard byte == 45 else { return nil }
            default:
                guard byte >= 48, byte <= 57 else { return nil }
                let digit = Int(byte) - 48
                switch position {
                case 0..<4: numbers.0 = numbers.0 * 10 + digit
                case 5..<7: numbers.1 = numbers.1 * 10 + digit
                default: numbers.2 = numbers.2 * 10 + digit
                }
            }
            position += 1
        }
        self.init(year: numbers.0, month: numbers.1, day: numbers.2)
    }

    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = Int(daysSinceEpoch) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// 1 = Monday … 7 = Sunday (ISO 8601).
    public var weekday: Int { (Int(daysSinceEpoch) % 7 + 10) % 7 + 1 }

    /// The same day so many months later; the last day of the month where that day does not exist.
    public func adding(months: Int) -> Day {
        let (year, month, day) = parts
        let index = year * 12 + month - 1 + months
        let (newYear, newMonth) = (index / 12, index % 12 + 1)
        let clamped = min(day, Self.length(ofMonth: newMonth, year: newYear))
        return Day(year: newYear, month: newMonth, day: clamped) ?? .openEnd
    }

    public func adding(days: Int) -> Day { Day(daysSinceEpoch: daysSinceEpoch + Int32(days)) }

    /// 2099-12-31, which the national data standard writes where something has no end.
    public static let openEnd = Day(daysSinceEpoch: 47_481)

    public var isOpenEnd: Bool { self == .openEnd }

    public static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = parts
        func digit(_ value: Int) -> UInt8 { 48 + UInt8(truncatingIfNeeded: value % 10) }
        return String(unsafeUninitializedCapacity: 10) { bytes in
            // unsafe: ten bytes are written, all ASCII, into room for ten.
            bytes[0] = digit(year / 1000)
            bytes[1] = digit(year / 100)
            bytes[2] = digit(year / 10)
            bytes[3] = digit(year)
            bytes[4] = 45
            bytes[5] = digit(month / 10)
            bytes[6] = digit(month)
            bytes[7] = 45
            bytes[8] = digit(day / 10)
            bytes[9] = digit(day)
            return 10
        }
    }

    public static func < (left: Day, right: Day) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }
}
