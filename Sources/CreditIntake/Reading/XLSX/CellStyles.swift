/// What kind of number a cell's number format shows.
enum NumberKind: Sendable, Hashable {
    case number
    /// Day, perhaps with a time that the format hides.
    case date
    case dateTime
    case time
    /// Hours that may exceed 24, as `[h]:mm`.
    case elapsed

    /// The formats every spreadsheet knows without writing them down, including those of Chinese Excel (27–36, 50–58).
    static func builtIn(_ id: Int) -> NumberKind {
        switch id {
        case 14...17, 27...31, 36, 50...54, 57, 58: .date
        case 18...21, 32...35, 45, 47, 55, 56: .time
        case 22: .dateTime
        case 46: .elapsed
        default: .number
        }
    }

    /// Reads a format code such as `yyyy"年"m"月"d"日"` or `[$-804]aaaa`. Only the first of its sections counts.
    static func of(code: String) -> NumberKind {
        var hasDay = false
        var hasTime = false
        var hasElapsed = false
        // "m" means months, or minutes beside hours or seconds; it decides only when nothing else does.
        var hasMonthOrMinute = false
        var hasDigits = false
        var hasEra = false
        let bytes = Array(code.utf8)
        var i = 0
        scan: while i < bytes.count {
            switch bytes[i] {
            case UInt8(ascii: "\""):
                i += 1
                while i < bytes.count, bytes[i] != UInt8(ascii: "\"") { i += 1 }
            case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"):
                // The character taken literally may be longer than a byte; its other bytes mean nothing here.
                i += 1
            case UInt8(ascii: "["):
                let close = bytes[i...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count
                let inner = bytes[(i + 1)..<close].map { $0 | 0x20 }
                if let letter = inner.first, [0x68, 0x6D, 0x73].contains(letter), inner.allSatisfy({ $0 == letter }) {
                    hasElapsed = true
                }
                i = close
            case UInt8(ascii: ";"): break scan
            case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "d"), UInt8(ascii: "D"): hasDay = true
            case UInt8(ascii: "a"), UInt8(ascii: "A"):
                if isDayPart(bytes[i...]) { hasTime = true }
                if bytes[i...].prefix(3).allSatisfy({ $0 | 0x20 == 0x61 }), bytes.count - i >= 3 { hasDay = true }
                while i + 1 < bytes.count,
                    [0x61, 0x6D, 0x70, 0x2F].contains(bytes[i + 1] | 0x20) || bytes[i + 1] == 0x2F
                { i += 1 }
            case UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "s"), UInt8(ascii: "S"): hasTime = true
            case UInt8(ascii: "m"), UInt8(ascii: "M"): hasMonthOrMinute = true
            case UInt8(ascii: "e"):
                if i + 1 >= bytes.count || (bytes[i + 1] != 0x2B && bytes[i + 1] != 0x2D) { hasEra = true }
            case UInt8(ascii: "0"), UInt8(ascii: "#"), UInt8(ascii: "?"): hasDigits = true
            case UInt8(ascii: "G"), UInt8(ascii: "g"):
                if bytes[i...].prefix(7).map({ $0 | 0x20 }) == Array("general".utf8) { i += 6 }
            default: break
            }
            i += 1
        }
        if hasEra, !hasDigits { hasDay = true }
        if hasElapsed { return hasDay ? .dateTime : .elapsed }
        if hasDay { return hasTime ? .dateTime : .date }
        if hasTime { return .time }
        return hasMonthOrMinute && !hasDigits ? .date : .number
    }

    /// `AM/PM` or `A/P`.
    private static func isDayPart(_ rest: ArraySlice<UInt8>) -> Bool {
        let lower = rest.prefix(5).map { $0 == 0x2F ? $0 : $0 | 0x20 }
        return lower.starts(with: "am/pm".utf8) || lower.starts(with: "a/p".utf8)
    }
}

/// Kinds of number by the style index of cells.
struct CellStyles {
    private(set) var kinds: [NumberKind] = []

    init() {}

    init(_ part: Archive.Part, limits: TableLimits) throws {
        let scan = StyleScan()
        try part.parse(scan, limits: limits)
        kinds = scan.formatIDs.map { scan.custom[$0] ?? NumberKind.builtIn($0) }
    }

    func kind(_ style: Int) -> NumberKind { style < kinds.count ? kinds[style] : .number }
}

private final class StyleScan: SAXHandler {
    var custom: [Int: NumberKind] = [:]
    var formatIDs: [Int] = []
    private var inCellFormats = false

    func start(_ name: SAXName, _ attributes: SAXAttributes, _ parser: SAXParser) {
        if name == "cellXfs" {
            inCellFormats = true
        } else if name == "xf", inCellFormats, formatIDs.count < 1 << 20 {
            formatIDs.append(attributes.integer("numFmtId") ?? 0)
        } else if name == "numFmt", custom.count < 1 << 16, let id = attributes.integer("numFmtId") {
            custom[id] = NumberKind.of(code: attributes.string("formatCode") ?? "")
        }
    }

    func end(_ name: SAXName, _ parser: SAXParser) {
        if name == "cellXfs" { inCellFormats = false }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>, _ parser: SAXParser) {}
}
