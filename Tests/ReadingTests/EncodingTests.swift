import Testing

@testable import CreditIntake

@Suite("Encodings", .timeLimit(.minutes(5)))
struct EncodingTests {
    /// 名称,地区 / 甲公司,苏州 in GB 2312.
    private static let national: [UInt8] =
        [0xC3, 0xFB, 0xB3, 0xC6, 0x2C, 0xB5, 0xD8, 0xC7, 0xF8, 0x0A]
        + [0xBC, 0xD7, 0xB9, 0xAB, 0xCB, 0xBE, 0x2C, 0xCB, 0xD5, 0xD6, 0xDD, 0x0A]
    private static let rows = [["名称", "地区"], ["甲公司", "苏州"]]

    @Test("GB 18030 is recognised and read")
    func gb18030() throws {
        let table = try ReadTable(Self.national)
        #expect(table.rows == Self.rows)
        #expect(table.facts.encoding == "GB18030")
    }

    @Test("a byte order mark is no part of the first cell")
    func byteOrderMark() throws {
        let table = try ReadTable("\u{FEFF}名称,地区\n甲公司,苏州\n")
        #expect(table.rows == Self.rows)
        #expect(table.facts.encoding == "UTF-8 with BOM")
    }

    @Test("UTF-16 is read with and without mark, both ways round", arguments: [true, false], [true, false])
    func utf16(_ bigEndian: Bool, _ mark: Bool) throws {
        let units = Array(((mark ? "\u{FEFF}" : "") + "名称,地区\n甲公司,苏州\n𠮷,1\n").utf16)
        let bytes = units.flatMap { unit -> [UInt8] in
            let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            return bigEndian ? pair.reversed() : pair
        }
        let table = try ReadTable(bytes)
        #expect(table.rows == Self.rows + [["𠮷", "1"]])
        #expect(table.facts.encoding == (bigEndian ? "UTF-16BE" : "UTF-16LE"))
    }

    @Test("UTF-32 is refused by name")
    func utf32() {
        #expect(refusal([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]) == .unsupportedEncoding)
    }

    @Test("the encoding is still found when the first Chinese character comes late", arguments: [true, false])
    func late(_ isNational: Bool) throws {
        let ascii = String(repeating: "abcdefgh,12345678\n", count: 100_000)
        let tail = isNational ? Self.national : Array("名称,地区\n甲公司,苏州\n".utf8)
        let table = try ReadTable(Array(ascii.utf8) + tail)
        #expect(Array(table.rows.suffix(2)) == Self.rows)
        #expect(table.facts.encoding == (isNational ? "GB18030" : "UTF-8"))
        #expect(table.kinds.isEmpty)
    }

    @Test("all characters survive GB 18030, whatever the blocks", arguments: [16, 17, 1024, 128 << 10])
    func blocks(_ block: Int) throws {
        // Two- and four-byte characters in turn, so that every way of splitting them occurs.
        var bytes = Array("a,b\n".utf8)
        var expected: [String] = []
        for k in 0..<500 {
            bytes += [0x31, 0x2C, 0xB0, UInt8(0xA1 + k % 94), 0x95, 0x32, 0x82, UInt8(0x36 + k % 4), 0x0A]
            expected.append("1")
        }
        let stream = TextStream(ByteSource(bytes: bytes, name: ""), encoding: .undecided, bomLength: 0, block: block)
        let table = try ReadTable(CSVReader(stream, .init(delimiter: [44], skip: 0), limits: TableLimits()))
        #expect(table.rows.count == 501)
        #expect(table.rows.dropFirst().map { $0[0] } == expected)
        #expect(table.rows[1][1].unicodeScalars.map(\.value) == [0x554A, 0x20000])
        #expect(table.kinds.isEmpty)
    }

    @Test("a second byte that looks like a delimiter or quote is none")
    func trailBytes() throws {
        // 0x81 0x7C ends in the code of "|"; 0x81 0x5C in that of "\\".
        let table = try ReadTable(Array("a|b\n1|".utf8) + [0x81, 0x7C, 0xB0, 0xA1, 0x81, 0x5C, 0x0A])
        #expect(table.rows[1].count == 2)
        #expect(table.rows[1][1].unicodeScalars.count == 3)
    }

    @Test("undecodable bytes flag their cell only, and reading goes on")
    func damage() throws {
        let table = try ReadTable(Array("名称,地区\n甲,".utf8) + [0xFF, 0xFE, 0x41] + Array("\n乙,苏州\n丙,无锡\n".utf8))
        #expect(table.facts.encoding == "UTF-8")
        #expect(table.rows[1] == ["甲", "\u{FFFD}\u{FFFD}A"])
        #expect(table.flaws[1] == [RowFlaw(cell: 1, kind: .undecodableBytes)])
        #expect(table.rows[2] == ["乙", "苏州"])
        #expect(table.kinds.count == 1)
    }

    @Test("damage in GB 18030 does not swallow a delimiter")
    func nationalDamage() throws {
        let table = try ReadTable(Self.national + [0xBC, 0x2C, 0xCB, 0xD5, 0x0A] + Self.national)
        #expect(table.rows[2] == ["\u{FFFD}", "苏"])
        #expect(table.flaws[2] == [RowFlaw(cell: 0, kind: .undecodableBytes)])
        #expect(Array(table.rows.suffix(2)) == Self.rows)
    }

    @Test(
        "a character cut off by the end of the file is flagged",
        arguments: [[0xE8, 0x8B] as [UInt8], [0xF0, 0xA0, 0xAE]])
    func cutOff(_ tail: [UInt8]) throws {
        let table = try ReadTable(Array("名称,地区\n甲,苏".utf8) + tail)
        #expect(table.rows[1] == ["甲", "苏\u{FFFD}"])
        #expect(table.kinds == [.undecodableBytes])
    }

    @Test("the table agrees with iconv for every two-byte character")
    func tableIsComplete() throws {
        let national = try #require(GB18030.shared)
        var bytes: [UInt8] = []
        for lead in UInt8(0x81)...0xFE {
            for trail in UInt8(0x40)...0xFE where trail != 0x7F { bytes += [lead, trail] }
        }
        let tally = bytes.withUnsafeBufferPointer(national.tally)
        #expect(tally.whole + tally.damaged >= 23_940)
        #expect(tally.whole >= 23_900)
    }

    @Test("characters longer than the encoding allows, halves of pairs and stray bytes are damage")
    func invalidUTF8() {
        let invalid: [[UInt8]] = [
            [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xF8, 0x88],
            [0xC3, 0x28],
        ]
        for bytes in invalid {
            bytes.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return }
                #expect(UTF8Check.scan(base, 0, $0.count).stop == .invalid, "\(bytes)")
            }
        }
    }
}
