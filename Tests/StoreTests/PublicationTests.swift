import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import FoundationEssentials
import TestSupport
import Testing

@Suite("what each audience sees", .onBothEngines)
struct PublicationTests {
    let code = "91990102MACX000176"
    let name = "示例市云锦丝绸有限公司"

    @Test(
        "a record leaves the public page and every list the day after its term, and stays in the officer's view and the subject's own"
    )
    func term() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, on: "2023-11-23")])
        for (day, isShown) in [
            ("2026-11-22", true), ("2026-11-23", true), ("2026-11-24", false), ("2036-01-01", false),
        ] {
            let today = try #require(Day(iso: day))
            #expect(try await city.file(code, for: .public, on: today)?.records.count == (isShown ? 1 : 0), "\(day)")
            #expect(
                try await city.store.list(ListQuery(item: "administrative-penalty", shownOn: today)).total
                    == (isShown ? 1 : 0), "\(day)")
            #expect(
                try await city.store.totals(shownOn: today).shownByItem["administrative-penalty"] == (isShown ? 1 : nil)
            )
            #expect(
                try await city.store.authorities(of: "administrative-penalty", shownOn: today, limit: 5).count
                    == (isShown ? 1 : 0))
            for audience in [Audience.officer, .own] {
                let record = try #require(try await city.file(code, for: audience, on: today)?.records.first)
                let isDisclosed = record.row.clocks.disclosedUntil >= today
                #expect(record.state == (isShown ? .shown : isDisclosed ? .ended : .archived))
                #expect(record.row.publishedUntil == "2026-11-23")
            }
        }
    }

    @Test("a listing leaves the page when it is removed, and at the latest at the end of its longest term")
    func removal() async throws {
        let city = try await City()
        let head = ["企业名称", "统一社会信用代码", "列入原因", "列入日期", "列入机关", "移出日期"]
        try await city.deliver("abnormal", [head, [name, code, "示例", "2024-09-10", "示例市市场监督管理局", ""]])
        #expect(try await city.file(code, for: .public)?.records.first?.row.publishedUntil == "2027-09-10")
        try await city.deliver("abnormal", [head, [name, code, "示例", "2024-09-10", "示例市市场监督管理局", "2026-10-01"]])
        #expect(try await city.file(code, for: .public)?.records.isEmpty == true)
        let own = try #require(try await city.file(code, for: .own)?.records.first)
        #expect(own.row.revision == 2)
        #expect(own.row.publishedUntil == "2026-10-01")
    }

    @Test(
        "the end that a list's own decision states comes before the longest term, and never after it",
        arguments: [
            ("2026-11-04", "2026-11-04"), ("2027-11-04", "2027-11-04"), ("2031-11-04", "2027-11-05"),
            ("", "2027-11-05"),
        ])
    func listEnd(_ stated: String, _ computed: String) async throws {
        let city = try await City()
        let head = ["单位名称", "统一社会信用代码", "名单类型", "列入决定文号", "列入事由", "列入日期", "有效期至", "列入机关"]
        try await city.deliver(
            "serious-dishonesty",
            [head, [name, code, "市场监督管理严重违法失信名单", "示市监严〔2024〕20号", "示例", "2024-11-05", stated, "示例市市场监督管理局"]])
        #expect(try await city.file(code, for: .own)?.records.first?.row.publishedUntil == computed)
    }

    @Test("internal fields, and what cleaning did to them, are not shown to the public")
    func internalFields() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, person: " 示例甲 ", remarks: " 内部备注 ")])
        let shown = try #require(try await city.file(code, for: .public)?.records.first)
        #expect(shown.fields.allSatisfy { $0.field.publicity == .public })
        #expect(shown.changes.allSatisfy { $0.field.publicity == .public })
        #expect(!shown.fields.contains { $0.value.contains("示例甲") || $0.value.contains("内部备注") })
        let officer = try #require(try await city.file(code, for: .officer)?.records.first)
        #expect(officer.fields.contains { $0.field.name == "remarks" && $0.value == "内部备注" })
        #expect(officer.fields.contains { $0.field.name == "legalRepresentative" })
    }

    @Test("a file as JSON holds what the audience may see, and is JSON")
    func json() async throws {
        let city = try await City()
        try await city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(name, code, facts: "\"引号\"与\\反斜\n换行。", remarks: "内部备注")])
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code, former: "示例市云锦丝绸厂")])
        let file = try #require(try await city.file(code, for: .public))
        var writer = JSONWriter()
        SubjectJSON(catalogue: city.catalogue).file(file, into: &writer)
        struct Answer: Decodable {
            struct Subject: Decodable {
                let uscc: String
                let name: String
                let formerNames: [String]
                let divisionName: String
            }
            struct Record: Decodable {
                let id: String
                let item: String
                let state: String
                let publishedUntil: String
                let fields: [String: String]
            }
            let subject: Subject
            let records: [Record]
            let evaluations: [Int]
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let answer = try decoder.decode(Answer.self, from: Data(writer.bytes))
        #expect(answer.subject.uscc == code)
        #expect(answer.subject.formerNames == ["示例市云锦丝绸厂"])
        #expect(answer.subject.divisionName == "示例市示例湖东区")
        #expect(answer.evaluations.isEmpty)
        let record = try #require(answer.records.first { $0.item == "administrative-penalty" })
        #expect(record.fields["facts"] == "\"引号\"与\\反斜\n换行。")
        #expect(record.fields["remarks"] == nil)
        #expect(record.publishedUntil == "2028-05-20")
        #expect(RecordID(record.id) != nil)
    }

    @Test("values are written for people in both languages")
    func formats() async throws {
        let catalogue = try SharedCatalogue.load()
        let item = try #require(catalogue.item("administrative-penalty"))
        func text(_ value: String, _ field: String, _ language: Language) throws -> String {
            FieldFormat(catalogue: catalogue, language: language).text(
                value, of: item.fields[try #require(item.position(of: field))])
        }
        #expect(try text("2025-05-20", "decidedOn", .chinese) == "2025年5月20日")
        #expect(try text("2025-05-20", "decidedOn", .english) == "20 May 2025")
        #expect(try text("2099-12-31", "validUntil", .chinese) == "长期")
        #expect(try text("2099-12-31", "validUntil", .english) == "no end date")
        #expect(try text("2000.00", "fine", .chinese) == "2,000 元")
        #expect(try text("1234567.50", "fine", .english) == "¥1,234,567.5")
        #expect(try text("fine;warning", "penaltyKinds", .chinese) == "罚款、警告")
        #expect(try text("fine;warning", "penaltyKinds", .english) == "Fine, Warning")
        #expect(try text("990102", "division", .chinese) == "示例市示例湖东区")
        let capital = try #require(catalogue.item("registration")?.fields.first { $0.name == "registeredCapital" })
        #expect(
            FieldFormat(catalogue: catalogue, language: .chinese).text("1000000.00 CNY", of: capital) == "1,000,000 元")
        #expect(
            FieldFormat(catalogue: catalogue, language: .english).text("105000.00 USD", of: capital) == "USD 105,000")
    }

    @Test("a basis that nobody has read yet is marked as to be confirmed")
    func unverified() throws {
        let catalogue = try SharedCatalogue.load()
        let bases = try #require(catalogue.item("administrative-penalty")).basis
        let open = try #require(bases.first { !$0.verified })
        let read = try #require(bases.first { $0.verified && $0.article == "48" })
        #expect(FieldFormat(catalogue: catalogue, language: .chinese).basis(open).hasSuffix("（待核实）"))
        #expect(FieldFormat(catalogue: catalogue, language: .english).basis(open).hasSuffix("(to be confirmed)"))
        #expect(FieldFormat(catalogue: catalogue, language: .chinese).basis(read) == "《中华人民共和国行政处罚法》第48条")
    }
}

@Suite("the reject file")
struct RejectFileTests {
    private func file() throws -> RejectFile {
        let catalogue = try SharedCatalogue.load()
        return RejectFile(catalogue: catalogue, item: try #require(catalogue.item("administrative-penalty")))
    }

    @Test("every check says what happened without a gap, with and without a suggestion")
    func messages() throws {
        let file = try file()
        for code in try SharedCatalogue.load().checks.keys {
            for suggestion in [nil, "91990102MACX000176"] {
                let row = RejectRow(
                    ordinal: 1, line: 2, column: "栏目", field: "fine", code: code, suggestion: suggestion, other: "另一栏",
                    original: "")
                let message = file.message(row)
                for text in [message.zh, message.en] {
                    #expect(!text.contains("{") && !text.contains("}"), "\(code): \(text)")
                    #expect(!text.contains("“”") && !text.contains("\"\""), "\(code): \(text)")
                    if let suggestion { #expect(text.contains(suggestion), "\(code): \(text)") }
                }
                if suggestion == nil {
                    #expect(!message.zh.contains("建议：") || !message.zh.hasSuffix("建议："), "\(code): \(message.zh)")
                }
            }
        }
    }

    @Test("a line has seven cells, quoted where needed")
    func line() throws {
        let row = RejectRow(
            ordinal: 1, line: 7, column: "罚款金额（万元）", field: "fine", code: "amount-contradicts-text", suggestion: "0.2",
            other: nil, original: "2,000\"")
        let line = try file().line(file: "penalty.csv", row)
        #expect(line.hasPrefix("penalty.csv,7,罚款金额（万元）,fine,amount-contradicts-text,"))
        #expect(line.hasSuffix(",\"2,000\"\"\"\r\n"))
        #expect(line.contains("0.2"))
        #expect(RejectFile.header.hasPrefix("\u{FEFF}file,line,column,field,code,message,original"))
    }

    @Test(
        "a cell that a spreadsheet would run is marked as text, and numbers stay numbers",
        arguments: [
            ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-2", "-2"), ("-0.5", "-0.5"), ("+5", "+5"), ("@x", "'@x"),
            ("-", "'-"), ("=\"a\",b", "\"'=\"\"a\"\",b\""), ("示例", "示例"), ("", ""),
        ])
    func formulas(_ text: String, _ cell: String) { #expect(CSVCell.write(text) == cell) }
}
