/// Turns the number of a cell into the text a person would read there.
enum CellNumber {
    struct Text {
        var bytes: [UInt8]
        /// An integer of more than 15 digits: the spreadsheet has lost the others.
        var lostDigits = false
    }

    /// Whether the text already is the shortest form: a plain decimal of at most 15 digits without needless zeros.
    static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var i = 0
        if text.first == UInt8(ascii: "-") { i = 1 }
        let digitsStart = i
        var point = -1
        while i < text.count {
            if text[i] == UInt8(ascii: ".") {
                guard point < 0 else { return false }
                point = i
            } else if text[i] < 48 || text[i] > 57 {
                return false
            }
            i += 1
        }
        let digits = text.count - digitsStart - (point < 0 ? 0 : 1)
        guard digits > 0, digits <= 15, point != digitsStart, point != text.count - 1 else { return false }
        if point >= 0, text[text.count - 1] == 48 { return false }
        if text[digitsStart] == 48 { return point == digitsStart + 1 || (digits == 1 && digitsStart == 0) }
        return true
    }

    /// Shortest decimal that reads back as the same number, without exponent; the text itself if it is no number.
    static func plain(_ text: UnsafeBufferPointer<UInt8>) -> Text {
        let source = String(decoding: text, as: UTF8.self)
        guard let value = parse(source), value.isFinite else { return Text(bytes: Array(text)) }
        if value == 0 { return Text(bytes: [48]) }
        var digits = DecimalDigits.expand(Array(value.description.utf8)) ?? Array(value.description.utf8)
        if digits.suffix(2) == [46, 48] { digits.removeLast(2) }
        let isInteger = !digits.contains(46)
        return Text(bytes: digits, lostDigits: isInteger && digits.count - (value < 0 ? 1 : 0) > 15)
    }

    private static func parse(_ text: String) -> Double? {
        // Double also reads hexadecimal and "nan"; a cell with those is text.
        guard text.utf8.allSatisfy({ (43...57).contains($0) || $0 | 0x20 == 0x65 || $0 <= 32 }) else { return nil }
        let bytes = text.utf8.filter { $0 > 32 }
        return Double(String(decoding: Array(bytes), as: UTF8.self))
    }

    /// A day number as date, time or both; nil when it is outside the calendar of spreadsheets.
    static func moment(_ text: UnsafeBufferPointer<UInt8>, _ kind: NumberKind, from1904: Bool) -> [UInt8]? {
        guard let value = parse(String(decoding: text, as: UTF8.self)), value >= 0, value < 2_958_466 else {
            return nil
        }
        let seconds = Int((value * 86_400).rounded())
        let day = seconds / 86_400
        let time = seconds % 86_400
        if kind == .elapsed { return clock(hours: seconds / 3600, seconds) }
        if kind == .time, day == 0 { return clock(hours: time / 3600, time) }
        if day == 0, !from1904 { return time == 0 ? nil : clock(hours: time / 3600, time) }
        let date = calendarDay(day, from1904: from1904)
        let showsTime = kind != .date || time != 0
        return showsTime ? date + [32] + clock(hours: time / 3600, time) : date
    }

    private static func clock(hours: Int, _ seconds: Int) -> [UInt8] {
        padded(hours, 2) + [58] + padded(seconds / 60 % 60, 2) + [58] + padded(seconds % 60, 2)
    }

    /// `day` as year, month and day. In the 1900 system day 60 is 29 February 1900, which never was; it is shown as
    /// stored, for whoever checks dates to refuse.
    private static func calendarDay(_ day: Int, from1904: Bool) -> [UInt8] {
        if !from1904, day == 60 { return Array("1900-02-29".utf8) }
        // Days from 1970-01-01 to 1904-01-01, to 1899-12-31, and to 1899-12-30 beyond the phantom day.
        let epoch = from1904 ? -24_107 : (day < 60 ? -25_568 : -25_569)
        // Civil date from days (Hinnant), with years beginning in March.
        let shifted = day + epoch + 719_468
        let era = shifted / 146_097
        let inEra = shifted % 146_097
        let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * year + year / 4 - year / 100)
        let month = (5 * inYear + 2) / 153
        let date = inYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        return padded(civilYear, 4) + [45] + padded(civilMonth, 2) + [45] + padded(date, 2)
    }

    private static func padded(_ value: Int, _ width: Int) -> [UInt8] {
        let digits = Array(String(value).utf8)
        return [UInt8](repeating: 48, count: max(0, width - digits.count)) + digits
    }

    /// A cell of type `d`: ISO 8601, brought to the form of other dates.
    static func isoMoment(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var bytes = Array(text)
        while bytes.last == UInt8(ascii: "Z") { bytes.removeLast() }
        guard bytes.count > 10, bytes[10] == UInt8(ascii: "T") else { return bytes }
        bytes[10] = 32
        if let point = bytes.firstIndex(of: UInt8(ascii: ".")) { bytes.removeSubrange(point...) }
        if bytes[11...].elementsEqual("00:00:00".utf8) { bytes.removeSubrange(10...) }
        return bytes
    }
}
