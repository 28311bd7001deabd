import FoundationEssentials
import Testing

@testable import CreditIntake

/// Small seeded generator, so that every failing property can be repeated.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

enum Seeds {
    static let standard: [UInt64] = [1, 2, 3, 5, 8, 13, 21, 34]
}

/// A table as read: everything a test may want to compare.
struct ReadTable {
    var rows: [[String]] = []
    var lines: [Int] = []
    var flaws: [[RowFlaw]] = []
    var keys: [String]?
    var facts: TableFacts

    init(_ reader: any TableReader) throws {
        var reader = reader
        var row = RawRow()
        while try reader.next(into: &row) {
            rows.append((0..<row.count).map(row.text))
            lines.append(row.line)
            flaws.append(row.flaws)
        }
        keys = reader.keys
        facts = reader.facts
    }

    init(_ bytes: [UInt8], _ name: String = "", limits: TableLimits = .init()) throws {
        try self.init(Table.open(bytes: bytes, name: name, limits: limits))
    }

    init(_ text: String, _ name: String = "", limits: TableLimits = .init()) throws {
        try self.init(Array(text.utf8), name, limits: limits)
    }

    /// Rows by key, for JSON and XML.
    var records: [[String: String]] {
        rows.map { row in
            Dictionary(uniqueKeysWithValues: zip(keys ?? [], row).filter { !$1.isEmpty })
        }
    }

    /// Kinds of flaws of all rows.
    var kinds: [RowFlaw.Kind] { flaws.flatMap { $0.map(\.kind) } }
}

func code(_ body: () throws -> Void) -> TableError.Code? {
    do { try body() } catch let error as TableError { return error.code } catch {}
    return nil
}

/// The code with which a file is refused, or nil.
func refusal(_ bytes: [UInt8], _ name: String = "", limits: TableLimits = .init()) -> TableError.Code? {
    code { _ = try ReadTable(bytes, name, limits: limits) }
}

/// Writes zip archives without compression, and single parts with the simplest compression there is.
struct ZipWriter {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var entries = 0

    mutating func add(_ name: String, _ content: [UInt8]) {
        add(name, stored: content, method: 0, size: content.count, sum: Self.checksum(content))
    }

    /// A part of `count` blanks as a deflate stream of repetitions.
    mutating func addBlanks(_ name: String, count: Int) {
        var stream: [UInt8] = []
        var pending: UInt32 = 0
        var width = 0
        func put(_ value: UInt32, _ bits: Int) {
            pending |= value << width
            width += bits
            while width >= 8 {
                stream.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                width -= 8
            }
        }
        func putCode(_ value: UInt32, _ bits: Int) {
            for k in (0..<bits).reversed() { put(value >> UInt32(k) & 1, 1) }
        }
        put(1, 1)
        put(1, 2)
        putCode(0x30 + 32, 8)
        // Length 258 is code 285, distance 1 is code 0.
        for _ in 0..<(count - 1) / 258 {
            putCode(0xC0 + 5, 8)
            putCode(0, 5)
        }
        putCode(0, 7)
        put(0, 7)
        add(name, stored: stream, method: 8, size: 1 + (count - 1) / 258 * 258, sum: 0)
    }

    private mutating func add(_ name: String, stored: [UInt8], method: Int, size: Int, sum: UInt32) {
        let offset = bytes.count
        let common =
            Self.number(20, 2) + Self.number(0x800, 2) + Self.number(method, 2) + Self.number(0, 4)
            + Self.number(Int(sum), 4) + Self.number(stored.count, 4) + Self.number(size, 4)
            + Self.number(name.utf8.count, 2) + Self.number(0, 2)
        bytes += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + stored
        directory +=
            [0x50, 0x4B, 1, 2] + Self.number(20, 2) + common + Self.number(0, 6) + Self.number(0, 4)
            + Self.number(offset, 4) + Array(name.utf8)
        entries += 1
    }

    var archive: [UInt8] {
        bytes + directory + [0x50, 0x4B, 5, 6] + Self.number(0, 4) + Self.number(entries, 2) + Self.number(entries, 2)
            + Self.number(directory.count, 4) + Self.number(bytes.count, 4) + Self.number(0, 2)
    }

    private static func number(_ value: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~sum
    }
}

/// A minimal workbook around sheets given as the XML inside `sheetData`.
struct WorkbookWriter {
    var sheets: [(name: String, state: String, data: String)] = []
    var sharedStrings: [String] = []
    /// Number formats of styles 1, 2, …; style 0 is General.
    var formats: [String] = []
    var workbookProperties = ""
    var afterData = ""
    var namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    /// Path of the sheets as the relationships write it.
    var sheetTarget = "worksheets/"

    init(_ data: String) { sheets = [("Sheet1", "visible", data)] }

    var bytes: [UInt8] {
        var zip = ZipWriter()
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let package = "http://schemas.openxmlformats.org/package/2006/relationships"
        zip.add(
            "_rels/.rels",
            Array(
                """
                <Relationships xmlns="\(package)"><Relationship Id="a" Type="\(office)/officeDocument" \
                Target="xl/workbook.xml"/></Relationships>
                """.utf8))
        var list = ""
        var relations = ""
        for (index, sheet) in sheets.enumerated() {
            list +=
                "<sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\" state=\"\(sheet.state)\" r:id=\"s\(index)\"/>"
            relations +=
                "<Relationship Id=\"s\(index)\" Type=\"\(office)/worksheet\" "
                + "Target=\"\(sheetTarget)sheet\(index).xml\"/>"
            zip.add(
                "xl/worksheets/sheet\(index).xml",
                Array(
                    "<worksheet xmlns=\"\(namespace)\"><sheetData>\(sheet.data)</sheetData>\(afterData)</worksheet>"
                        .utf8))
        }
        zip.add(
            "xl/workbook.xml",
            Array(
                """
                <workbook xmlns="\(namespace)" xmlns:r="\(office)">\(workbookProperties)<sheets>\(list)</sheets></workbook>
                """.utf8))
        zip.add(
            "xl/_rels/workbook.xml.rels", Array("<Relationships xmlns=\"\(package)\">\(relations)</Relationships>".utf8)
        )
        zip.add("xl/sharedStrings.xml", Array("<sst xmlns=\"\(namespace)\">\(sharedStrings.joined())</sst>".utf8))
        let codes = formats.enumerated()
        zip.add(
            "xl/styles.xml",
            Array(
                """
                <styleSheet xmlns="\(namespace)"><numFmts>\
                \(codes.map { "<numFmt numFmtId=\"\(164 + $0)\" formatCode=\"\($1)\"/>" }.joined())</numFmts>\
                <cellXfs><xf numFmtId="0"/>\(codes.map { index, _ in "<xf numFmtId=\"\(164 + index)\"/>" }.joined())\
                </cellXfs></styleSheet>
                """.utf8))
        return zip.archive
    }

    func read(limits: TableLimits = .init()) throws -> ReadTable { try ReadTable(bytes, "a.xlsx", limits: limits) }
}

func escapedXML(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "&": escaped += "&amp;"
        case "\"": escaped += "&quot;"
        case "\r": escaped += "&#13;"
        case "\n": escaped += "&#10;"
        case "\t": escaped += "&#9;"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return escaped
}
