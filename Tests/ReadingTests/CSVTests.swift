import Testing

@testable import CreditIntake

@Suite("CSV", .timeLimit(.minutes(5)))
struct CSVTests {
    @Test("any line end ends a row, and they may be mixed")
    func lineEnds() throws {
        #expect(try ReadTable("a,b\nc,d\r\ne,f\rg,h").rows == [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]])
    }

    @Test("a quoted cell may hold line breaks; the row's line is where it starts")
    func lineBreaks() throws {
        let table = try ReadTable("a,b\n\"x\r\ny\nz\",2\nlast,3\n")
        #expect(table.rows == [["a", "b"], ["x\r\ny\nz", "2"], ["last", "3"]])
        #expect(table.lines == [1, 2, 5])
    }

    @Test("a doubled quote within quotes is one quote")
    func doubledQuotes() throws {
        #expect(try ReadTable("a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n").rows[1] == ["say \"hi\"", "\""])
    }

    @Test("a quote inside an unquoted cell is text")
    func strayQuotes() throws {
        #expect(try ReadTable("a,b\n5\" pipe,x\"y\"z\n").rows[1] == ["5\" pipe", "x\"y\"z"])
    }

    @Test("blanks may stand before an opening quote")
    func blanksBeforeQuote() throws {
        #expect(try ReadTable("a,b\n1,  \"x, y\"\n").rows[1] == ["1", "x, y"])
    }

    @Test("text behind a closing quote is kept")
    func textBehindQuote() throws {
        #expect(try ReadTable("a,b\n\"x\"yz,2\n").rows[1] == ["xyz", "2"])
    }

    @Test("blank lines are skipped, lines of delimiters are rows of empty cells")
    func blankLines() throws {
        let table = try ReadTable("a,b\n\n   \n,\n\r\nc,d\n")
        #expect(table.rows == [["a", "b"], ["", ""], ["c", "d"]])
        #expect(table.lines == [1, 4, 6])
    }

    @Test("rows keep their own number of cells")
    func ragged() throws {
        #expect(try ReadTable("a,b,c\n1\n1,2,3,4\n").rows.map(\.count) == [3, 1, 4])
    }

    @Test("outer blanks of cells are kept")
    func outerBlanks() throws {
        #expect(try ReadTable("a,b\n x , y\t\n").rows[1] == [" x ", " y\t"])
    }

    @Test("the delimiter is found", arguments: [",", ";", "\t", "|", "，"])
    func delimiters(_ delimiter: String) throws {
        let text =
            ["名称", "代码", "备注"].joined(separator: delimiter) + "\n" + ["甲", "1", "乙"].joined(separator: delimiter)
        let table = try ReadTable(text)
        #expect(table.rows == [["名称", "代码", "备注"], ["甲", "1", "乙"]])
        #expect(table.facts.delimiter == delimiter)
    }

    @Test("punctuation inside cells does not become the delimiter")
    func punctuation() throws {
        #expect(try ReadTable("名称,范围\n甲,a;b;c\n乙,d;e;f\n丙,g;h;i\n").facts.delimiter == ",")
        #expect(try ReadTable("名称\t范围\n甲\t一，二，三\n").facts.delimiter == "\t")
        #expect(try ReadTable("a;b\n1,5;2,5\n3,5;4,5\n").facts.delimiter == ";")
        #expect(try ReadTable("\"a,b\";\"c,d\"\n\"e,f\";\"g,h\"\n").facts.delimiter == ";")
    }

    @Test(
        "a sep= line names the delimiter and is no row", arguments: ["sep=;\n", "sep=;\r\n", "\"sep=;\"\n", "SEP=;\n"])
    func declared(_ line: String) throws {
        let table = try ReadTable(line + "a;b,c\n1;2,3\n")
        #expect(table.rows == [["a", "b,c"], ["1", "2,3"]])
        #expect(table.lines == [2, 3])
    }

    @Test("a quote that never closes costs one line")
    func unterminated() throws {
        let table = try ReadTable("a,b\n1,\"open\n2,x\n3,y\n")
        #expect(table.rows == [["a", "b"], ["1", "open"], ["2", "x"], ["3", "y"]])
        #expect(table.flaws[1] == [RowFlaw(cell: 1, kind: .unterminatedQuote)])
        #expect(table.lines == [1, 2, 3, 4])
        #expect(table.kinds.count == 1)
    }

    @Test("a quote is followed to the row limit and no further")
    func quoteLimit() throws {
        var limits = TableLimits()
        limits.maxRowBytes = 1000
        let filler = (0..<100).map { "\($0),some text\n" }.joined()
        let table = try ReadTable("a,b\n1,\"open\n" + filler, limits: limits)
        #expect(table.rows.count == 102)
        #expect(table.kinds == [.unterminatedQuote])
    }

    @Test("a file made to be read again and again is read in linear time")
    func hostileQuotes() throws {
        // Each line leaves a quote open whether or not the line before did.
        let count = 50_000
        let table = try ReadTable("x,y\n" + String(repeating: "\"a\"b,\"c\n", count: count))
        #expect(table.rows.count > count / 2)
        #expect(table.kinds.contains(.unterminatedQuote))
    }

    @Test("a cell that is too long is cut between characters and flagged; the next row is fine")
    func longCell() throws {
        var limits = TableLimits()
        limits.maxCellBytes = 100
        let long = String(repeating: "长", count: 60)
        let table = try ReadTable("a,b\n\(long),2\n\"\(long)\",2\nx,y\n", limits: limits)
        #expect(table.rows[1] == [String(repeating: "长", count: 33), "2"])
        #expect(table.rows[2] == table.rows[1])
        #expect(table.flaws[1] == [RowFlaw(cell: 0, kind: .cellTooLong)])
        #expect(table.rows[3] == ["x", "y"])
        #expect(table.flaws[3].isEmpty)
    }

    @Test("a line without end is skipped to its end", arguments: ["", "\""])
    func endlessLine(_ quote: String) throws {
        let endless = String(repeating: "x", count: 9 << 20)
        let table = try ReadTable("a,b\n1,\(quote)\(endless)\n2,y\n")
        #expect(table.rows.count == 3)
        #expect(table.rows[1].map(\.utf8.count) == [1, TableLimits().maxCellBytes])
        #expect(table.flaws[1].contains(RowFlaw(cell: 1, kind: .cellTooLong)))
        #expect(table.rows[2] == ["2", "y"])
        #expect(table.lines == [1, 2, 3])
    }

    @Test("a line cut at the row limit is cut between characters", arguments: 64...70)
    func longLine(_ limit: Int) throws {
        var limits = TableLimits()
        limits.maxRowBytes = limit
        let table = try ReadTable("a,b\n\(String(repeating: "长", count: 60))\nx,y\n", limits: limits)
        #expect(table.rows[1] == [String(repeating: "长", count: limit / 3)])
        #expect(table.rows[2] == ["x", "y"])
    }

    @Test("a million columns become the allowed number and a flaw")
    func manyColumns() throws {
        let table = try ReadTable("a,b\n" + String(repeating: "1,", count: 1_000_000) + "\nx,y\n")
        #expect(table.rows[1].count == TableLimits().maxCells)
        #expect(table.flaws[1].contains(RowFlaw(cell: nil, kind: .tooManyCells)))
        #expect(table.rows[2] == ["x", "y"])
    }

    @Test("NUL is shown as U+FFFD and flagged")
    func nul() throws {
        let table = try ReadTable("a,b\nx\0y,2\n3,\"p\0q\"\n")
        #expect(table.rows[1] == ["x\u{FFFD}y", "2"])
        #expect(table.rows[2] == ["3", "p\u{FFFD}q"])
        #expect(table.flaws[1] == [RowFlaw(cell: 0, kind: .nulByte)])
        #expect(table.flaws[2] == [RowFlaw(cell: 1, kind: .nulByte)])
    }

    @Test("what is written is read back", arguments: Seeds.standard)
    func roundTrip(_ seed: UInt64) throws {
        var random = SplitMix64(seed)
        let rows = Self.sampleRows(using: &random)
        let text = Self.write(rows, using: &random)
        #expect(try ReadTable(text, "a.csv").rows == rows, "seed \(seed)")
    }

    @Test("the size of the blocks read does not matter", arguments: Seeds.standard)
    func blocks(_ seed: UInt64) throws {
        var random = SplitMix64(seed)
        var bytes = Array(Self.write(Self.sampleRows(using: &random), using: &random).utf8)
        // Some damage, so that flaws are compared, too.
        for _ in 0..<6 {
            bytes[Int.random(in: 40..<bytes.count, using: &random)] =
                [0x22, 0xFF, 0, 10, 0xE4].randomElement(using: &random) ?? 0
        }
        let whole = try Self.read(bytes, block: 128 << 10)
        for block in [16, 17, 31, 64, 1000] {
            let parts = try Self.read(bytes, block: block)
            #expect(parts.rows == whole.rows, "seed \(seed), block \(block)")
            #expect(parts.flaws == whole.flaws, "seed \(seed), block \(block)")
            #expect(parts.lines == whole.lines, "seed \(seed), block \(block)")
        }
    }

    private static func read(_ bytes: [UInt8], block: Int) throws -> ReadTable {
        let stream = TextStream(ByteSource(bytes: bytes, name: ""), encoding: .undecided, bomLength: 0, block: block)
        return try ReadTable(CSVReader(stream, .init(delimiter: [44], skip: 0), limits: TableLimits()))
    }

    private static func sampleRows(using random: inout SplitMix64) -> [[String]] {
        let pieces = ["甲", "b", " ", ",", "\"", "\n", "\r\n", "𠮷", "é", "苏州", ";", "0", "\t"]
        let header = (0..<6).map { "列\($0)" }
        return [header]
            + (0..<80).map { _ in
                (0..<6).map { column in
                    let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        pieces.randomElement(using: &random) ?? ""
                    }
                    return column == 0 ? "x" + text.joined() : text.joined()
                }
            }
    }

    private static func write(_ rows: [[String]], using random: inout SplitMix64) -> String {
        let end = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
        return rows.map { row in
            row.map { cell in
                let must = cell.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) } || cell.hasPrefix(" ")
                return must || Bool.random(using: &random)
                    ? "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                        + "\"" : cell
            }.joined(separator: ",")
        }.joined(separator: end) + end
    }
}
