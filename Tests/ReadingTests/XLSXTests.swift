import Testing

@testable import CreditIntake

@Suite("XLSX", .timeLimit(.minutes(5)))
struct XLSXTests {
    @Test("every type of cell shows what a person would read")
    func types() throws {
        var book = WorkbookWriter(
            """
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>内联</t></is></c>\
            <c r="C1" t="str"><f>A1</f><v>公式</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c>\
            <c r="F1"><v>42</v></c><c r="G1" t="d"><v>2024-02-29T00:00:00</v></c></row>
            """)
        book.sharedStrings = ["<si><t>共享</t></si>"]
        #expect(try book.read().rows == [["共享", "内联", "公式", "TRUE", "#N/A", "42", "2024-02-29"]])
    }

    @Test("runs of rich text are joined and phonetic guides left out")
    func richText() throws {
        var book = WorkbookWriter(
            "<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><r><t>丙</t></r>"
                + "<r><t xml:space=\"preserve\"> 丁</t></r></is></c></row>"
        )
        book.sharedStrings = [
            "<si><r><t>甲</t></r><r><t xml:space=\"preserve\"> 乙 </t></r><rPh sb=\"0\" eb=\"1\"><t>jia</t></rPh></si>"
        ]
        #expect(try book.read().rows == [["甲 乙 ", "丙 丁"]])
    }

    @Test(
        "escapes for what XML cannot hold are decoded",
        arguments: [
            ("a_x000D_b", "a\rb"), ("_x005F_x000D_", "_x000D_"), ("_xD842__xDFB7_", "𠮷"), ("_x00_", "_x00_"),
            ("a_b", "a_b"),
            ("_xD842_z", "\u{FFFD}z"),
        ])
    func escapes(_ stored: String, _ expected: String) throws {
        var book = WorkbookWriter("<row><c t=\"s\"><v>0</v></c></row>")
        book.sharedStrings = ["<si><t>\(stored)</t></si>"]
        #expect(try book.read().rows == [[expected]])
    }

    @Test("cells without reference follow one another; gaps are empty; rows keep their number")
    func positions() throws {
        let table = try WorkbookWriter(
            "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c><v>2</v></c><c r=\"F3\"><v>3</v></c></row>"
                + "<row><c><v>4</v></c></row>"
                + "<row r=\"2\"><c r=\"A2\"><v>5</v></c></row>"
        ).read()
        #expect(table.rows == [["", "1", "2", "", "", "3"], ["4"], ["5"]])
        #expect(table.lines == [3, 4, 2])
    }

    @Test("rows and cells with nothing but a style are not there")
    func styledBlanks() throws {
        #expect(
            try WorkbookWriter("<row r=\"1\" s=\"1\"/><row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"D2\" s=\"1\"/></row>")
                .read().rows == [["1"]])
    }

    @Test(
        "numbers are shortest decimals without exponent",
        arguments: [
            ("1", "1"), ("1.0", "1"), ("0.1", "0.1"), ("0.30000000000000004", "0.30000000000000004"),
            ("1.1000000000000001", "1.1"),
            ("1E3", "1000"), ("1.5E-7", "0.00000015"), ("-2.50", "-2.5"), ("123456789012345", "123456789012345"),
            ("-0", "0"),
            ("1E+20", "100000000000000000000"), ("007", "7"), ("0.0", "0"), (".5", "0.5"), ("abc", "abc"),
            ("0x1F", "0x1F"),
        ])
    func numbers(_ stored: String, _ expected: String) throws {
        #expect(try WorkbookWriter("<row><c><v>\(stored)</v></c></row>").read().rows == [[expected]])
    }

    @Test("an integer of more than 15 digits has lost some, and is flagged")
    func lostDigits() throws {
        let table = try WorkbookWriter("<row><c><v>9.1320581142059494E+17</v></c><c><v>123456789012345</v></c></row>")
            .read()
        #expect(table.rows == [["913205811420595000", "123456789012345"]])
        #expect(table.flaws == [[RowFlaw(cell: 0, kind: .numberLostDigits)]])
    }

    @Test(
        "date formats are told from number formats",
        arguments: [
            ("yyyy\\-mm\\-dd", NumberKind.date), ("yyyy\"年\"m\"月\"d\"日\"", .date), ("[$-804]yyyy\"年\"m\"月\"", .date),
            ("yyyy年m月d日", .date),
            ("m/d/yy h:mm", .dateTime), ("yyyy-mm-dd hh:mm:ss.000", .dateTime), ("h:mm AM/PM", .time),
            ("上午/下午h\"时\"mm\"分\"", .time),
            ("[h]:mm:ss", .elapsed), ("mm:ss.0", .time), ("General", .number), ("0.00E+00", .number),
            ("#,##0.00\"元\"", .number),
            ("[Red]0.00;[Blue]-0.00", .number), ("\"day\" 0", .number), ("0\\d", .number), ("[$-411]ge.m.d", .date),
            ("0.0 \"kg\";yyyy", .number),
            ("[$¥-804]#,##0.00", .number), ("@", .number), ("[DBNum1][$-804]yyyy年", .date), ("mmm", .date),
            ("_-* #,##0_-", .number), ("aaaa", .date),
        ])
    func formats(_ code: String, _ kind: NumberKind) {
        #expect(NumberKind.of(code: code) == kind)
    }

    @Test("dates, times and both are printed by their format")
    func dates() throws {
        var book = WorkbookWriter(
            """
            <row><c s="1"><v>45351</v></c><c s="1"><v>45351.5</v></c><c s="2"><v>45351.999988425925</v></c>\
            <c s="3"><v>0.75</v></c><c s="4"><v>1.5</v></c><c s="1"><v>1</v></c><c s="1"><v>60</v></c>\
            <c s="1"><v>61</v></c><c s="1"><v>-1</v></c><c s="1"><v>99999999</v></c><c s="3"><v>45351.25</v></c></row>
            """)
        book.formats = ["yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm:ss", "[h]:mm"]
        #expect(
            try book.read().rows == [
                [
                    "2024-02-29", "2024-02-29 12:00:00", "2024-02-29 23:59:59", "18:00:00", "36:00:00", "1900-01-01",
                    "1900-02-29",
                    "1900-03-01", "-1", "99999999", "2024-02-29 06:00:00",
                ]
            ])
        book.workbookProperties = "<workbookPr date1904=\"1\"/>"
        #expect(try book.read().rows[0][0] == "2028-03-01")
    }

    @Test("a date of every kind of year comes out right")
    func calendar() throws {
        for (serial, date) in [
            (36_526, "2000-01-01"), (36_585, "2000-02-29"), (73_050, "2099-12-31"), (73_110, "2100-03-01"),
            (2_958_465, "9999-12-31"),
        ] {
            var book = WorkbookWriter("<row><c s=\"1\"><v>\(serial)</v></c></row>")
            book.formats = ["yyyy/m/d"]
            #expect(try book.read().rows == [[date]])
        }
    }

    @Test("the first visible sheet with content is read, others with content are named")
    func sheets() throws {
        var book = WorkbookWriter("")
        let data = "<row><c><v>1</v></c></row>"
        book.sheets += [("隐藏", "hidden", data), ("名单", "visible", data), ("附表", "visible", data), ("空", "visible", "")]
        let table = try book.read()
        #expect(table.facts.sheet == "名单")
        #expect(table.facts.notes == [TableNote(.otherSheets, names: ["隐藏", "附表"], count: 2)])
    }

    @Test("a workbook without content says so")
    func noContent() {
        #expect(refusal(WorkbookWriter("").bytes) == .noSheet)
    }

    @Test("merged cells have a value at the top left only, and a note")
    func merged() throws {
        var book = WorkbookWriter("<row><c r=\"A1\"><v>1</v></c><c r=\"B1\"/></row>")
        book.afterData = "<mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>"
        let table = try book.read()
        #expect(table.rows == [["1"]])
        #expect(table.facts.notes == [TableNote(.mergedCells, count: 1)])
    }

    @Test("strict namespaces and absolute part names are read")
    func variants() throws {
        var book = WorkbookWriter("<row><c><v>1</v></c></row>")
        book.namespace = "http://purl.oclc.org/ooxml/spreadsheetml/main"
        book.sheetTarget = "/xl/worksheets/"
        #expect(try book.read().rows == [["1"]])
        book.sheetTarget = "..\\xl\\worksheets\\"
        #expect(try book.read().rows == [["1"]])
    }

    @Test("shared strings move to a temporary file beyond their bound and are still found")
    func spill() throws {
        var book = WorkbookWriter("")
        let count = 30_000
        book.sharedStrings = (0..<count).map { "<si><t>文本\($0)号</t></si>" }
        let order = (0..<count).map { $0 * 7919 % count }
        book.sheets[0].data = order.map { "<row><c t=\"s\"><v>\($0)</v></c></row>" }.joined()
        var limits = TableLimits()
        limits.maxSharedStringMemory = 1
        #expect(try book.read(limits: limits).rows == order.map { ["文本\($0)号"] })
    }

    @Test("a shared string that is not there leaves the cell empty")
    func missingString() throws {
        #expect(
            try WorkbookWriter("<row><c t=\"s\"><v>7</v></c><c t=\"s\"><v>x</v></c><c><v>1</v></c></row>").read().rows
                == [["", "", "1"]])
    }

    @Test("few bytes that refer to long texts stay within the row limit")
    func amplification() throws {
        var book = WorkbookWriter("<row>" + String(repeating: "<c t=\"s\"><v>0</v></c>", count: 4000) + "</row>")
        book.sharedStrings = ["<si><t>\(String(repeating: "长", count: 80_000))</t></si>"]
        let table = try book.read()
        #expect(table.rows[0].reduce(0) { $0 + $1.utf8.count } <= TableLimits().maxRowBytes)
        #expect(table.kinds.contains(.cellTooLong))
    }

    @Test("columns beyond the limit are dropped and flagged")
    func farColumn() throws {
        let table = try WorkbookWriter("<row><c r=\"A1\"><v>1</v></c><c r=\"XFD1\"><v>2</v></c></row>").read()
        #expect(table.rows == [["1"]])
        #expect(table.kinds == [.tooManyCells])
    }

    @Test("an archive that unpacks to too much is stopped")
    func bomb() {
        var zip = ZipWriter()
        zip.addBlanks("xl/workbook.xml", count: 40 << 20)
        var limits = TableLimits()
        limits.maxArchiveBytes = 1 << 20
        #expect(refusal(zip.archive, limits: limits) == .archiveBomb)
        var large = ZipWriter()
        large.addBlanks("xl/workbook.xml", count: 100 << 20)
        limits = TableLimits()
        limits.maxArchiveRatio = 100
        #expect(refusal(large.archive, limits: limits) == .archiveBomb)
    }

    @Test("types and entities are refused in every part")
    func entities() {
        var zip = ZipWriter()
        zip.add("xl/workbook.xml", Array("<!DOCTYPE a [<!ENTITY b \"c\">]><workbook>&b;</workbook>".utf8))
        #expect(refusal(zip.archive) == .xmlSyntax)
    }

    @Test("long texts are cut and flagged")
    func longText() throws {
        var limits = TableLimits()
        limits.maxCellBytes = 20
        var book = WorkbookWriter(
            "<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>"
                + String(repeating: "长", count: 30) + "</t></is></c></row>"
        )
        book.sharedStrings = ["<si><t>\(String(repeating: "长", count: 30))</t></si>"]
        let table = try book.read(limits: limits)
        #expect(table.rows == [["长长长长长长", "长长长长长长"]])
        #expect(table.kinds == [.cellTooLong, .cellTooLong])
    }
}
