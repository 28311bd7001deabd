import Testing

@testable import CreditIntake

/// Files cut off anywhere, or changed anywhere, end in rows or in an error and never in a crash.
@Suite("Broken files", .timeLimit(.minutes(5)))
struct TruncationTests {
    enum Sample: String, CaseIterable, Sendable {
        case csv, gb18030, utf16, json, jsonLines, jsonObject, xml, xlsx

        var bytes: [UInt8] {
            switch self {
            case .csv: Array("\u{FEFF}名称,\"备\n注\"\n\"甲\"\"乙\",𠮷\n 丙 ,\r\n".utf8)
            case .gb18030:
                Array("a,b\n".utf8) + [0xCB, 0xD5, 0x2C, 0x95, 0x32, 0x82, 0x36, 0x0A, 0x22, 0xD6, 0xDD, 0x22, 0x0A]
            case .utf16: "\u{FEFF}a,b\n\"𠮷\",苏\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            case .json: Array("[{\"a\":\"\\u82cf\\ud842\\udfb7\",\"b\":{\"c\":[1,-2.5e3,[null]]}},\n{\"a\":true}]".utf8)
            case .jsonLines: Array("{\"a\":1}\n{\"a\":\"x\"}\n{\"b\":[\"甲\"]}\n".utf8)
            case .jsonObject: Array("{\"code\":0,\"data\":{\"rows\":[{\"a\":1},{\"a\":2}],\"n\":[]}}".utf8)
            case .xml:
                Array(
                    "<?xml version=\"1.0\"?><a x=\"1\"><r id=\"&lt;\"><n>甲<![CDATA[x]]></n></r><r/></a>"
                        .utf8)
            case .xlsx: Self.workbook
            }
        }

        private static var workbook: [UInt8] {
            var book = WorkbookWriter(
                "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c s=\"1\"><v>45351.5</v></c></row>")
            book.sharedStrings = ["<si><t>甲_x000D_</t></si>"]
            book.formats = ["yyyy-mm-dd"]
            return book.bytes
        }
    }

    @Test("cut off at every byte", arguments: Sample.allCases)
    func truncated(_ sample: Sample) {
        let bytes = sample.bytes
        for length in 0...bytes.count { read(Array(bytes[..<length]), "\(sample) \(length)") }
    }

    @Test("changed at random", arguments: Sample.allCases, Seeds.standard)
    func changed(_ sample: Sample, _ seed: UInt64) {
        var random = SplitMix64(seed)
        for _ in 0..<150 {
            var bytes = sample.bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
                }
            }
            read(bytes, "\(sample) seed \(seed)")
        }
    }

    private func read(_ bytes: [UInt8], _ what: String) {
        do {
            let table = try ReadTable(bytes)
            #expect(table.rows.count <= bytes.count, "\(what)")
        } catch {
            #expect(error is TableError, "\(what): \(error)")
        }
    }
}
