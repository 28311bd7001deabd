import CreditCatalogue
import CreditIntake
import CreditModel
import TestSupport
import Testing

@Suite("tables as departments shape them")
struct FileShapeTests {
    static let good = PenaltyRow.rows()

    static func padded(_ text: String) -> [String] { [text] + Array(repeating: "", count: good[0].count - 1) }

    @Test("the header is found below a title, a date and a note")
    func titleRows() throws {
        let taken = try Taken(
            "penalty", [Self.padded("示例市行政处罚公示表"), Self.padded("2026年11月"), [], Self.padded("单位：万元")] + Self.good)
        #expect(taken.summary.rows == 1)
        #expect(taken.drafts.first?.line == 6)
    }

    @Test("line breaks, stars and blanks in a heading do not matter")
    func untidyHeadings() throws {
        var rows = Self.good
        rows[0] = rows[0].map {
            $0 == "CF_WSH" ? "行政处罚\n决定书文号 *" : $0 == "CF_NR_FK" ? "罚款金额\r\n（万元）" : $0 == "CF_XDR_MC" ? " 行政相对人 名称：" : $0
        }
        let taken = try Taken("penalty", rows)
        #expect(taken.faults == [])
        #expect(taken.value("fine") == "2000.00")
        #expect(taken.value("documentNumber") == "示市监罚〔2025〕220号")
    }

    @Test("a header that comes again in the middle is no row")
    func headerAgain() throws {
        let taken = try Taken("penalty", [Self.good[0], Self.good[1], Self.good[0], Self.good[1]])
        #expect(taken.summary.rows == 2)
        #expect(taken.faults == [])
    }

    @Test("rows of blanks are counted and not read")
    func blankRows() throws {
        let blank = Array(repeating: " ", count: Self.good[0].count)
        let taken = try Taken("penalty", [Self.good[0], blank, Self.good[1], blank])
        #expect(taken.summary.rows == 1)
        #expect(taken.drafts.first?.line == 3)
    }

    @Test("every column says what became of it, and a refused one is never read")
    func columnUses() throws {
        var rows = Self.good
        rows[0] += ["序号", "身份证号码", "当事人血型", "自定义栏", "备注说明"]
        rows[1] += ["1", CitizenSpecimen.first, "示例型", "示例", "第二个备注"]
        let taken = try Taken("penalty", rows)
        #expect(taken.faults == [])
        let uses = Dictionary(uniqueKeysWithValues: taken.summary.columns.map { ($0.heading, $0.use) })
        #expect(uses["CF_XDR_MC"] == .field)
        #expect(uses["序号"] == .ignored)
        #expect(uses["身份证号码"] == .refused)
        #expect(uses["当事人血型"] == .refused)
        #expect(uses["自定义栏"] == .unknown)
        #expect(uses["备注说明"] == .repeated)
        let values = try #require(taken.drafts.first).values
        let stored = values.indices.compactMap { values[$0] }.joined(separator: "|")
        for value in [CitizenSpecimen.first, "示例型"] { #expect(!stored.contains(value)) }
        #expect(taken.value("remarks") == "第二个备注", "a second column of a field speaks where the first is silent")
    }

    @Test("the first of two columns of one field wins")
    func repeatedColumn() throws {
        var rows = PenaltyRow.rows(["备注": "第一个备注"])
        rows[0].append("备注说明")
        rows[1].append("第二个备注")
        #expect(try Taken("penalty", rows).value("remarks") == "第一个备注")
    }

    @Test("a row with more cells than the header is refused")
    func extraCells() throws {
        let taken = try Taken("penalty", [Self.good[0], Self.good[1] + ["多出"], Self.good[1]])
        #expect(taken.faults == ["extra-cells -"])
        #expect(taken.drafts.count == 1)
    }

    @Test("bytes that are no text are refused in a column that is stored and harmless in one that is not")
    func damagedCells() throws {
        func file(_ damaged: String) -> [UInt8] {
            var rows = PenaltyRow.rows([damaged: "@"].filter { $0.key != "自定义栏" })
            rows[0].append("自定义栏")
            rows[1].append(damaged == "自定义栏" ? "@" : "示例")
            return CSVText.bytes(rows).map { $0 == UInt8(ascii: "@") ? 0 : $0 }
        }
        #expect(try Taken("penalty", bytes: file("期限")).faults == ["nul-byte term"])
        #expect(try Taken("penalty", bytes: file("自定义栏")).faults == [])
    }

    @Test("the layout of 2016 is recognised and has its own required columns")
    func layout2016() throws {
        let rows = [
            [
                "CF_WSH", "CF_CFMC", "CF_CFLB1", "CF_SY", "CF_YJ", "CF_XDR", "CF_XDR_SHXYM", "CF_JDRQ", "CF_XZJG",
                "CF_ZT",
            ],
            [
                "示市监罚〔2016〕1号", "示例案", "罚款", "示例", "《示例办法》", "示例市云锦丝绸有限公司", "91990102MACX000176", "2016/3/1",
                "示例市市场监督管理局", "0",
            ],
        ]
        let taken = try Taken("penalty", rows)
        #expect(taken.summary.layout == "2016")
        #expect(taken.faults == [])
        #expect(try Taken("penalty", Self.good).summary.layout == nil)
    }

    @Test("a file of another feed is refused and names the right one")
    func wrongFeed() throws {
        let rows = [["姓名", "执业类别", "执业证号", "执业状态", "发证日期", "发证机关"], ["示例甲", "律师", "1", "执业", "2024-01-15", "示例市司法局"]]
        let error = try #require(throws: IntakeError.self) { try Taken("penalty", rows) }
        #expect(error.code == .wrongFeed)
        #expect(error.message.en.contains("`practitioner`"))
        #expect(error.message.zh.contains("执业人员"))
    }

    @Test("a required column that is missing is named")
    func missingColumn() throws {
        let rows = Self.good.map { row in zip(Self.good[0], row).filter { $0.0 != "CF_CFJG" }.map(\.1) }
        let error = try #require(throws: IntakeError.self) { try Taken("penalty", rows) }
        #expect(error.code == .missingColumn)
        #expect(error.message.zh.contains("处罚机关"))
        #expect(error.message.zh.contains("第 1 行"))
    }

    @Test("a header alone is no delivery")
    func headerOnly() throws {
        #expect(try #require(throws: IntakeError.self) { try Taken("penalty", [Self.good[0]]) }.code == .noRows)
        let blank = Array(repeating: "", count: Self.good[0].count)
        #expect(try #require(throws: IntakeError.self) { try Taken("penalty", [Self.good[0], blank]) }.code == .noRows)
        #expect(
            try #require(throws: IntakeError.self) { try Taken("penalty", bytes: Array("[]".utf8), name: "rows.json") }
                .code == .noRows)
    }

    @Test("a table without any known heading says what is expected")
    func noHeader() throws {
        let error = try #require(throws: IntakeError.self) { try Taken("penalty", [["甲", "乙"], ["1", "2"]]) }
        #expect(error.code == .headerNotFound)
        #expect(error.message.zh.contains("行政相对人名称"))
    }

    @Test("an unknown feed lists the known ones")
    func unknownFeed() throws {
        let error = try #require(throws: IntakeError.self) { try Taken("nonsense", Self.good) }
        #expect(error.code == .unknownFeed)
        #expect(error.message.en.contains("penalty"))
    }

    @Test("rows as JSON objects, in an array, in an envelope or line by line, say the same as a grid")
    func json() throws {
        let object = zip(Self.good[0], Self.good[1]).filter { !$0.1.isEmpty }.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(
            separator: ",")
        let expected = try Taken("penalty", Self.good).drafts[0].values
        for (text, name) in [
            ("[{\(object)}]", "a.json"), ("{\"data\":[{\(object)}]}", "a.json"),
            ("{\(object)}\n{\(object)}\n", "a.jsonl"),
        ] {
            let taken = try Taken("penalty", bytes: Array(text.utf8), name: name)
            #expect(taken.faults == [])
            #expect(taken.drafts.allSatisfy { $0.values == expected }, "\(name)")
        }
    }

    @Test("a JSON row may leave keys out, and a later row may bring new ones")
    func jsonKeys() throws {
        let all = zip(Self.good[0], Self.good[1]).filter { !$0.1.isEmpty }.map { "\"\($0.0)\":\"\($0.1)\"" }
        let short = all.filter { !$0.hasPrefix("\"CF_CFJG\"") }
        let taken = try Taken(
            "penalty",
            bytes: Array("[{\(short.joined(separator: ","))},{\(all.joined(separator: ",")),\"备注\":\"示例\"}]".utf8),
            name: "a.json")
        #expect(taken.faults == ["required-missing authority"])
        #expect(taken.value("remarks") == "示例")
    }

    @Test("rows as XML elements say the same as a grid")
    func xml() throws {
        let cells = zip(Self.good[0], Self.good[1]).filter { !$0.1.isEmpty }.map { "<\($0.0)>\($0.1)</\($0.0)>" }
            .joined()
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rows><row>\(cells)</row><row>\(cells)</row></rows>"
        let taken = try Taken("penalty", bytes: Array(text.utf8), name: "a.xml")
        let expected = try Taken("penalty", Self.good).drafts[0].values
        #expect(taken.faults == [])
        #expect(taken.drafts.count == 2)
        #expect(taken.drafts.allSatisfy { $0.values == expected })
    }

    @Test("a reject carries its line, column, field and code, and a row with two faults gives two")
    func rejects() throws {
        let bad = PenaltyRow.rows(["CF_JDRQ": "见决定书第3页", "CF_CFLB": "类别示例"])
        let taken = try Taken("penalty", [Self.padded("示例"), Self.good[0], Self.good[1], bad[1]])
        #expect(taken.summary.rejectedRows == 1)
        #expect(
            Set(taken.rejects) == [
                Reject(line: 4, column: "CF_JDRQ", field: "decidedOn", code: .dayUnreadable, original: "见决定书第3页"),
                Reject(line: 4, column: "CF_CFLB", field: "penaltyKinds", code: .codeUnknown, original: "类别示例"),
            ])
    }

    @Test("what cleaning did is counted over the file")
    func counts() throws {
        let row = PenaltyRow.rows(["CF_JDRQ": "2025/5/20"])[1]
        let taken = try Taken("penalty", [Self.good[0], row, row, Self.good[1]])
        #expect(taken.summary.changes[.dateForm] == 2)
        #expect(taken.summary.changes[.unitConverted] == 3)
    }

    @Test("an original longer than 200 characters is shown as its beginning")
    func longOriginal() throws {
        let taken = try PenaltyRow.take(["CF_JDRQ": String(repeating: "某", count: 300)])
        #expect(taken.rejects.first?.original.count == 200)
    }
}
