import CreditCatalogue
import CreditIntake
import CreditModel
import TestSupport
import Testing

@Suite("codes, names, document numbers and texts as departments write them")
struct CellTests {
    @Test(
        "several kinds in one cell are told apart",
        arguments: [
            ("罚款", "fine"), ("罚 款", "fine"), ("罚款；没收违法所得", "fine;confiscation-of-gains"),
            ("罚款、没收违法所得", "fine;confiscation-of-gains"), ("罚款,警告", "fine;warning"),
            ("没收违法所得、没收非法财物", "confiscation"), ("警告、没收违法所得、没收非法财物", "warning;confiscation"), ("罚款和警告", "fine;warning"),
            ("罚款|罚款", "fine"), ("罚款 + 警告", "fine;warning"), ("罚款;", "fine"), ("fine", "fine"), ("罚款（人民币）", "fine"),
        ])
    func codes(_ text: String, _ stored: String) throws {
        let taken = try PenaltyRow.take(["CF_CFLB": text])
        #expect(taken.faults == [])
        #expect(taken.value("penaltyKinds") == stored)
    }

    @Test("kinds on lines of their own are told apart")
    func codesOnLines() throws {
        let taken = try PenaltyRow.take(["CF_CFLB": "罚款\n警告"])
        #expect(taken.value("penaltyKinds") == "fine;warning")
    }

    @Test(
        "a kind that the table does not know is refused, also beside one that it knows",
        arguments: ["类别示例", "罚款；类别示例", "罚款类别示例"])
    func unknownCode(_ text: String) throws {
        let taken = try PenaltyRow.take(["CF_CFLB": text])
        #expect(taken.faults == ["code-unknown penaltyKinds"])
        #expect(taken.rejects.first?.original == text)
    }

    @Test("names are tidied and former names recorded apart")
    func names() throws {
        let taken = try PenaltyRow.take(["CF_XDR_MC": " 示例市 云锦(丝绸)有限公司（原名：示例市云锦丝绸厂） "])
        #expect(taken.value("subjectName") == "示例市云锦（丝绸）有限公司")
        #expect(taken.drafts.first?.subject.name == "示例市云锦（丝绸）有限公司")
        #expect(taken.drafts.first?.subject.formerNames == ["示例市云锦丝绸厂"])
        #expect(taken.changes("subjectName").contains(.formerNameSplit))
        #expect(taken.changes("subjectName").contains(.bracketsUnified))
    }

    @Test("a cell without two letters is no name", arguments: ["12345", "①", "甲", "（）"])
    func noNames(_ text: String) throws {
        #expect(try PenaltyRow.take(["CF_XDR_MC": text]).faults == ["name-unreadable subjectName"])
    }

    @Test(
        "the year of a document number stands in 〔〕 and other brackets stay round",
        arguments: [
            ("示市监罚〔2025〕220号", "示市监罚〔2025〕220号"), ("示市监罚(2025)220号", "示市监罚〔2025〕220号"),
            ("示市监罚［2025］220号", "示市监罚〔2025〕220号"),
            ("示市监罚【2025】220号", "示市监罚〔2025〕220号"), ("示市监罚 〔２０２５〕 220 号", "示市监罚〔2025〕220号"),
            ("示环罚(东)字(2025)1号", "示环罚（东）字〔2025〕1号"), ("2025-0001", "2025-0001"),
            ("示市监罚（2025）", "示市监罚〔2025〕"), ("示市监罚(2025220号", "示市监罚〔2025220号"),
        ])
    func documentNumbers(_ text: String, _ stored: String) throws {
        let taken = try PenaltyRow.take(["CF_WSH": text])
        #expect(taken.value("documentNumber") == stored)
    }

    @Test(
        "a document number that only the title holds is taken from it",
        arguments: [
            ("示环罚字〔2025〕20号", "示环罚字〔2025〕20号"), ("示环罚字（2025）第20号", "示环罚字〔2025〕第20号"), ("2025年3月份环境行政处罚情况", nil),
            ("关于示环罚字〔2025〕20号的公告", nil),
        ] as [(String, String?)])
    func derivedDocumentNumber(_ title: String, _ number: String?) throws {
        let rows = [
            ["企业名称", "统一社会信用代码", "处罚公布时间", "处理情况", "罚款", "信息来源", "标题"],
            ["示例市云锦丝绸有限公司", "91990102MACX000176", "2025-03-18", "警告", "", "示例市生态环境局", title],
        ]
        let taken = try Taken("penalty-environment", rows)
        #expect(taken.value("documentNumber") == number)
        #expect(taken.changes("documentNumber") == (number == nil ? [] : [.derived]))
    }

    @Test(
        "a cell that only says that nothing was filled in is empty",
        arguments: [
            "无", "暂无", "/", "//", "\\", "\\N", "-", "—", "——", "— —", "－", "N/A", "n/a", "NULL", "null", "(null)",
            "NaN", "None", "　", " ", "…", "#N/A", "一一", "_",
        ])
    func nulls(_ text: String) throws {
        let taken = try PenaltyRow.take([
            "期限": text, "CF_XDR_GSZC": text, "案件程序": text, "CF_NR_WFFF": text, "公示日期": text,
        ])
        #expect(taken.faults == [])
        for field in ["term", "subjectRegistrationNumber", "procedure", "confiscated", "publishedOn"] {
            #expect(taken.value(field) == nil, "\(field)")
        }
    }

    @Test("words stay in text columns, since 不详 is what the department said", arguments: ["不详", "未标明", "详见决定书"])
    func wordsStay(_ text: String) throws { #expect(try PenaltyRow.take(["期限": text]).value("term") == text) }

    @Test("a required cell that says nothing is missing", arguments: ["", " ", "无", "— —"])
    func requiredNull(_ text: String) throws {
        let taken = try PenaltyRow.take(["CF_NR": text])
        #expect(taken.faults == ["required-missing content"])
        #expect(taken.rejects.first?.column == "CF_NR")
        #expect(taken.rejects.first?.other == "处罚内容")
    }

    @Test("a text longer than its field is refused and never cut")
    func tooLong() throws {
        let limit = 64
        #expect(try PenaltyRow.take(["期限": String(repeating: "长", count: limit)]).value("term")?.count == limit)
        let taken = try PenaltyRow.take(["期限": String(repeating: "长", count: limit + 1)])
        #expect(taken.faults == ["text-too-long term"])
        #expect(taken.rejects.first?.other == "64")
    }

    @Test("control characters and odd blanks are taken out and remarked")
    func controlCharacters() throws {
        let taken = try PenaltyRow.take(["期限": "\u{200B}三个\u{0007}月\u{00A0}"])
        #expect(taken.value("term") == "三个月")
        #expect(taken.changes("term").contains(.controlCharactersRemoved))
    }

    @Test("line breaks stay in long texts and fold in short ones")
    func lineBreaks() throws {
        let taken = try PenaltyRow.take(["CF_SY": "一、未标明价格。\r\n二、示例。", "期限": "三个\n月"])
        #expect(taken.value("facts") == "一、未标明价格。\n二、示例。")
        #expect(taken.value("term") == "三个 月")
        #expect(taken.changes("term") == [.lineBreaksFolded])
    }

    @Test("a letter and its accent are stored as one letter")
    func composed() throws {
        let taken = try PenaltyRow.take(["期限": "Cafe\u{301}"])
        #expect(taken.value("term").map { Array($0.utf8) } == Array("Caf\u{E9}".utf8))
    }

    @Test("a web address is kept as it is")
    func urls() throws {
        #expect(
            try PenaltyRow.take(["公布网址": "https://example.invalid/penalty/20.html"]).value("url")
                == "https://example.invalid/penalty/20.html")
    }

    @Test(
        "what is no web address is remarked and not stored, so that no page makes a link of it",
        arguments: [
            "javascript:alert(1)", "见官网", "http//example.invalid", "data:text/html,x", "https://example.invalid/a b",
        ])
    func noURLs(_ text: String) throws {
        let taken = try PenaltyRow.take(["公布网址": text])
        #expect(taken.faults == [])
        #expect(taken.notes("url") == [.urlUnreadable])
        #expect(taken.value("url") == nil)
    }

    @Test("a document number without any number is stored with a remark")
    func unusualDocumentNumber() throws {
        let taken = try PenaltyRow.take(["CF_WSH": "处罚决定书"])
        #expect(taken.value("documentNumber") == "处罚决定书")
        #expect(taken.notes("documentNumber") == [.documentNumberUnusual])
    }

    @Test("a division is kept as its code, from its name where only one has that name")
    func divisions() throws {
        #expect(try PenaltyRow.take(["行政区划": "990102"]).value("division") == "990102")
        #expect(try PenaltyRow.take(["行政区划": "示例湖东区"]).value("division") == "990102")
        #expect(try PenaltyRow.take(["行政区划": "９９０１０２"]).value("division") == "990102")
    }

    @Test("a division that nobody knows is stored with a remark", arguments: ["999999", "某某区"])
    func unknownDivisions(_ text: String) throws {
        let taken = try PenaltyRow.take(["行政区划": text])
        #expect(taken.value("division") == text)
        #expect(taken.notes("division") == [.divisionUnknown])
    }

    @Test("years are read with and without 年度", arguments: ["2024", "2024年", "2024年度", "二〇二四年", "２０２４"])
    func years(_ text: String) throws {
        #expect(try grade(year: text).value("evaluationYear") == "2024")
    }

    @Test("what is no year is refused", arguments: ["24", "1899", "2101", "去年"])
    func noYears(_ text: String) throws { #expect(try grade(year: text).rejects.map(\.field) == ["evaluationYear"]) }

    private func grade(year: String) throws -> Taken {
        try Taken(
            "tax-grade",
            [
                ["纳税人识别号/统一社会信用代码", "纳税人名称", "评价年度", "评价结果", "评价日期", "主管税务机关"],
                ["91990102MACX000176", "示例市云锦丝绸有限公司", year, "A", "2025-04-30", "示例市税务局"],
            ])
    }
}
