import Foundation
import Testing

/// The same rows in every form that departments send.
enum Form: String, CaseIterable, CustomTestStringConvertible {
    case utf8 = "UTF-8", bom = "UTF-8 with BOM", gb18030 = "GB18030", utf16 = "UTF-16", xlsx = "XLSX", json = "JSON",
        jsonLines = "JSON Lines"
    case xml = "XML", semicolons = "semicolons", tabs = "tabs"

    var testDescription: String { rawValue }

    func write(_ delivery: Delivery, to folder: Folder) async throws -> String {
        switch self {
        case .utf8: return try folder.write("rows.csv", delivery.csv)
        case .bom: return try folder.write("rows-bom.csv", "\u{FEFF}" + delivery.csv)
        case .gb18030, .utf16:
            try folder.write("rows.csv", delivery.csv)
            let outcome = try await Program.tool(
                "iconv", "-f", "UTF-8", "-t", self == .gb18030 ? "GB18030" : "UTF-16", "rows.csv", in: folder)
            guard outcome.code == 0 else { throw Unexpected(what: "iconv: \(outcome.err)") }
            return try folder.write("rows-\(self).csv", outcome.out)
        case .xlsx: return try folder.write("rows.xlsx", Workbook(delivery).bytes)
        case .json: return try folder.write("rows.json", try JSONSerialization.data(withJSONObject: objects(delivery)))
        case .jsonLines:
            let lines = try objects(delivery).map {
                String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
            }
            return try folder.write("rows.jsonl", lines.joined(separator: "\n") + "\n")
        case .xml:
            let rows = delivery.rows.map { row in
                "<record>" + zip(delivery.headings, row).map { "<\($0)>\(Workbook.escape($1))</\($0)>" }.joined()
                    + "</record>"
            }
            return try folder.write(
                "rows.xml",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<records>\(rows.joined(separator: "\n"))</records>\n")
        case .semicolons, .tabs:
            let mark = self == .tabs ? "\t" : ";"
            let lines = ([delivery.headings] + delivery.rows).map { $0.joined(separator: mark) }
            return try folder.write(
                self == .tabs ? "rows.tsv" : "rows-semicolons.csv", lines.joined(separator: "\n") + "\n")
        }
    }

    private func objects(_ delivery: Delivery) -> [[String: String]] {
        delivery.rows.map { Dictionary(uniqueKeysWithValues: zip(delivery.headings, $0)) }
    }
}

/// The smallest workbook that spreadsheets open: one sheet, texts inside the cells, stored without compression.
struct Workbook {
    let bytes: [UInt8]

    init(_ delivery: Delivery) {
        let rows = ([delivery.headings] + delivery.rows).enumerated().map { number, row in
            let cells = row.enumerated().map { column, text in
                "<c r=\"\(Self.column(column))\(number + 1)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(Self.escape(text))</t></is></c>"
            }
            return "<row r=\"\(number + 1)\">\(cells.joined())</row>"
        }
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
        let (main, package) = (
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://schemas.openxmlformats.org/package/2006"
        )
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        bytes = Self.archive([
            (
                "[Content_Types].xml",
                """
                \(head)<Types xmlns="\(package)/content-types"><Default Extension="rels" \
                ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>\
                <Override PartName="/xl/workbook.xml" ContentType="\(kind).sheet.main+xml"/>\
                <Override PartName="/xl/worksheets/sheet1.xml" ContentType="\(kind).worksheet+xml"/></Types>
                """
            ),
            (
                "_rels/.rels",
                """
                \(head)<Relationships xmlns="\(package)/relationships"><Relationship Id="rId1" Type="\(office)/officeDocument" \
                Target="xl/workbook.xml"/></Relationships>
                """
            ),
            (
                "xl/workbook.xml",
                """
                \(head)<workbook xmlns="\(main)" xmlns:r="\(office)"><sheets><sheet name="表一" sheetId="1" r:id="rId1"/></sheets></workbook>
                """
            ),
            (
                "xl/_rels/workbook.xml.rels",
                """
                \(head)<Relationships xmlns="\(package)/relationships"><Relationship Id="rId1" Type="\(office)/worksheet" \
                Target="worksheets/sheet1.xml"/></Relationships>
                """
            ),
            (
                "xl/worksheets/sheet1.xml",
                "\(head)<worksheet xmlns=\"\(main)\"><sheetData>\(rows.joined())</sheetData></worksheet>"
            ),
        ])
    }

    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func column(_ number: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(65 + number % 26)))
        return number < 26 ? letter : column(number / 26 - 1) + letter
    }

    // MARK: zip

    static func archive(_ files: [(name: String, text: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for file in files {
            let (name, content) = (Array(file.name.utf8), Array(file.text.utf8))
            // Method 0, no time, checksum, both sizes, length of the name.
            let common =
                little(0, 2) + little(0, 2) + little(0x21, 2) + little(Int(checksum(content)), 4)
                + little(content.count, 4)
                + little(content.count, 4) + little(name.count, 2) + little(0, 2)
            directory +=
                little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + little(0x800, 2) + common + little(0, 2)
                + little(0, 2) + little(0, 2)
                + little(0, 4) + little(bytes.count, 4) + name
            bytes += little(0x0403_4B50, 4) + little(20, 2) + little(0x800, 2) + common + name + content
        }
        let end =
            little(0x0605_4B50, 4) + little(0, 4) + little(files.count, 2) + little(files.count, 2)
            + little(directory.count, 4)
            + little(bytes.count, 4) + little(0, 2)
        return bytes + directory + end
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
        }
    }
}
