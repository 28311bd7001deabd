import CreditCatalogue
import CreditDocuments
import CreditIntake
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices
import CreditStore
import Foundation
import TestSupport
import Testing

@Suite("a check of many organisations", .onBothEngines)
struct CheckTests {
    private static let silk = "示例市云锦丝绸有限公司"
    private static let iron = "示例市青山铸铁有限公司"
    private static let clerk = CheckAsker(Actor(.account, "li"))

    /// Silk has penalties of 2025 and 2026, iron has none; two others bear one name.
    private static func city() async throws -> City {
        let city = try await City()
        try await city.deliver(
            "registration",
            [
                Rows.registration, Rows.registration(silk, Codes.unified(1)), Rows.registration(iron, Codes.unified(2)),
                Rows.registration("示例市同名商贸有限公司", Codes.unified(3)),
                Rows.registration("示例市同名商贸有限公司", Codes.unified(4)),
            ])
        try await city.deliver(
            "penalty",
            [
                Rows.penalty, Rows.penalty(silk, Codes.unified(1)),
                Rows.penalty(silk, Codes.unified(1), document: "示市监罚〔2026〕9号", on: "2026-10-08", remarks: "内部备注"),
            ])
        return city
    }

    private static func check(_ city: City) -> OrganisationCheck {
        OrganisationCheck(
            catalogue: city.catalogue, store: city.store, clock: { City.now },
            moment: { Instant(milliseconds: City.now.milliseconds + 60_000) })
    }

    private static func perform(
        _ text: String, _ city: City, purpose: String = "bidding", asker: CheckAsker = clerk, years: Int? = nil
    ) async throws -> CheckResult {
        let check = check(city)
        let sheet = try check.sheet(bytes: Array(text.utf8), name: "list.csv", asker: asker)
        return try await check.perform(
            CheckRequest(
                sheet: sheet, purpose: purpose, basis: "示招〔2026〕1号", since: try check.since(years: years),
                language: .chinese, asker: asker, digest: "00", source: "test"))
    }

    private static func rows(_ bytes: [UInt8]) throws -> [[String]] {
        var reader = try Table.open(bytes: bytes, name: "result.xlsx")
        var rows: [[String]] = []
        var row = RawRow()
        while try reader.next(into: &row) { rows.append((0..<row.count).map { row.text($0) }) }
        return rows
    }

    @Test("a sure row has its facts, an unsure one its candidates and nothing about them, an unknown one what to do")
    func outcomes() async throws {
        let city = try await Self.city()
        let result = try await Self.perform(
            "名称,统一社会信用代码,报价\n\(Self.silk),\(Codes.unified(1)),100\n\(Self.iron),,200\n示例市同名商贸有限公司,,300\n没有这样一家单位厂,,400\n,\(Codes.unified(1)),500\n",
            city)
        #expect(result.rows.map(\.outcome) == [.sure, .sure, .unsure, .notFound, .sure])
        #expect(result.rows.map(\.line) == [2, 3, 4, 5, 6])
        #expect(result.subjects.map(\.code) == [Codes.unified(1), Codes.unified(2)], "each organisation once")
        #expect(result.rows[4].sameAs == 2)
        let penalties = try #require(result.subjects[0].found.first)
        #expect(penalties.map(\.documentNumber) == ["示市监罚〔2026〕9号", "示市监罚〔2025〕220号"], "newest first")
        #expect(penalties.allSatisfy { $0.authority == "示例市市场监督管理局" && $0.shownUntil != nil && !$0.basis.isEmpty })
        #expect(result.subjects[1].found.allSatisfy { $0.isEmpty })
        #expect(Set(result.rows[2].candidates.map(\.code)) == [Codes.unified(3), Codes.unified(4)])
        #expect(result.rows[2].advice != nil && result.rows[3].advice != nil)
        #expect(result.sources.first { $0.id == "penalty" }?.deliveredOn == City.today)
        #expect(result.sources.contains { $0.deliveredOn == nil })
    }

    @Test("only records in the look-back count, and none whose term is over or that was withdrawn")
    func lookBack() async throws {
        let city = try await Self.city()
        let list = "统一社会信用代码\n\(Codes.unified(1))\n"
        #expect(try await Self.perform(list, city, years: 1).subjects[0].found[0].map(\.day) == ["2026-10-08"])
        #expect(try await Self.perform(list, city, years: 3).subjects[0].found[0].count == 2)
        let newest = try await Self.perform(list, city).subjects[0].found[0][0].record
        _ = try await city.store.amend(
            newest, Amendment(.withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "li")),
            catalogue: city.catalogue, source: "test", at: Instant(milliseconds: City.now.milliseconds + 60_000))
        #expect(try await Self.perform(list, city).subjects[0].found[0].map(\.day) == ["2025-05-20"])
    }

    @Test("the audit has who, what for, on which basis, how many and whom, and each organisation’s own report says who looked")
    func audited() async throws {
        let city = try await Self.city()
        _ = try await Self.perform("统一社会信用代码\n\(Codes.unified(1))\n", city)
        let silk = try #require(try await city.store.profile(code: Codes.unified(1)))
        let iron = try #require(try await city.store.profile(code: Codes.unified(2)))
        let looks = try await city.store.checks(about: silk.id, limit: 10)
        #expect(looks.map(\.actor) == [Actor(.account, "li")])
        #expect(looks.map(\.purpose) == ["bidding"])
        #expect(try await city.store.checks(about: iron.id, limit: 10).isEmpty)
        _ = try await Self.perform("统一社会信用代码\n\(Codes.unified(2))\n", city, asker: .anybody)
        #expect(try await city.store.checks(about: iron.id, limit: 10).isEmpty, "the public is nobody in particular")
        #expect(try await city.verify().audits >= 4)
    }

    @Test("what cannot be checked is refused with what to do", arguments: [
        ("", "not-a-table"), ("名称,统一社会信用代码\n", "no-rows"), ("颜色,尺寸\n红,大\n", "not-a-table"),
    ])
    func refused(_ text: String, _ code: String) async throws {
        let city = try await City()
        let error = await #expect(throws: CheckError.self) { _ = try await Self.perform(text, city) }
        #expect(error?.description == "CheckError(\(code))")
        #expect(error?.words.zh.isEmpty == false && error?.words.en.isEmpty == false)
    }

    @Test("a purpose is one of the list for whoever asks, and a wrong one by name is kept as refused")
    func purposes() async throws {
        let city = try await Self.city()
        let list = "统一社会信用代码\n\(Codes.unified(1))\n"
        for purpose in ["", "nothing", "own"] {
            await #expect(throws: CheckError.self) { _ = try await Self.perform(list, city, purpose: purpose) }
        }
        await #expect(throws: CheckError.self) {
            _ = try await Self.perform(list, city, purpose: "funds", asker: .anybody)
        }
        #expect(try await Self.perform(list, city, purpose: "funds").rows.count == 1)
    }

    @Test("the public may ask for 200 rows and a key for 10,000, and not for one more")
    func bounds() async throws {
        let city = try await City()
        func list(_ count: Int) -> String { "统一社会信用代码\n" + (1...count).map { Codes.unified($0) + "\n" }.joined() }
        #expect(try await Self.perform(list(200), city, asker: .anybody).rows.count == 200)
        await #expect(throws: CheckError.self) { _ = try await Self.perform(list(201), city, asker: .anybody) }
        #expect(try await Self.perform(list(10_000), city).count(.notFound) == 10_000)
        let error = await #expect(throws: CheckError.self) { _ = try await Self.perform(list(10_001), city) }
        #expect(error?.description == "CheckError(too-many-rows)")
    }

    @Test("a row about a natural person is refused and its words are nowhere in the result")
    func persons() async throws {
        let city = try await Self.city()
        let result = try await Self.perform(
            "名称,统一社会信用代码,电话\n张示例,,123\n\(Self.iron),\(CitizenSpecimen.first),456\n\(Self.iron),\(Codes.unified(2)),789\n\(Self.silk),,\(CitizenSpecimen.first)\n",
            city)
        #expect(result.rows.map(\.outcome) == [.refused, .refused, .sure, .sure])
        let told = try CheckWorkbook(result, catalogue: city.catalogue, base: "https://credit.example").bytes()
        let texts = try Self.rows(told).flatMap { $0 }
        #expect(!texts.contains { $0.contains("张示例") || $0.contains(CitizenSpecimen.first) || $0 == "123" })
        #expect(texts.contains("789"))
    }

    @Test("a code with a slip is not repaired by itself; where no name confirms it the row says what it may have been")
    func faultyCode() async throws {
        let city = try await Self.city()
        let right = Codes.unified(2)
        let slip = String(right.prefix(17)) + (right.hasSuffix("0") ? "1" : "0")
        let result = try await Self.perform("名称,统一社会信用代码\n,\(slip)\n", city)
        #expect(result.rows[0].outcome == .notFound)
        #expect(result.rows[0].advice?.contains(right) == true, "\(result.rows[0].advice ?? "")")
    }

    @Test("merged organisations are one: their records together, under the one they are part of")
    func merged() async throws {
        let city = try await Self.city()
        let old = "990101000000122"
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦绸厂", "", number: old, document: "示市监罚〔2025〕7号")])
        let silk = try #require(try await city.store.profile(code: Codes.unified(1))).id
        let other = try #require(try await city.store.profile(code: old)).id
        let items = city.catalogue.items.map(\.id)
        let read = try await city.store.files(of: [silk, other], read: items, counted: []) { [$0.records.count, $0.heads.count] }
        #expect(read == [silk: [3, 0], other: [1, 0]])
        let counted = try await city.store.files(of: [silk, other], read: [], counted: items) { [$0.records.count, $0.heads.count] }
        #expect(counted == [silk: [0, 3], other: [0, 1]])
        _ = try await city.store.decide(
            IdentityAct(.merge(silk, other: other), reason: "与登记机关电话核对", officer: Actor(.account, "li")),
            catalogue: city.catalogue, source: "test", at: City.now)
        let result = try await Self.perform("统一社会信用代码\n\(old)\n\(Codes.unified(1))\n", city)
        #expect(result.subjects.map(\.code) == [Codes.unified(1)])
        #expect(result.subjects.first?.found.first?.count == 3)
        #expect(result.rows.map(\.sameAs) == [nil, 2])
        // Whoever looks for the looks at the one finds those at the other.
        #expect(try await city.store.checks(about: silk, limit: 5).count == 1)
    }

    @Test("the workbook gives back every column as it was, with the facts behind it; what looks like a formula stays text")
    func workbook() async throws {
        let city = try await Self.city()
        let wild = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "00123", "\"a,b\"", "line\u{1}break", "&<>"]
        let list = "名称,统一社会信用代码,备注\n" + wild.map { "\(Self.silk),\(Codes.unified(1)),\"\($0.replacing("\"", with: "\"\""))\"\n" }.joined()
        let result = try await Self.perform(list, city)
        let bytes = try CheckWorkbook(result, catalogue: city.catalogue, base: "https://credit.example").bytes()
        let rows = try Self.rows(bytes)
        #expect(Array(rows[0].prefix(4)) == ["原文件行", "名称", "统一社会信用代码", "备注"])
        #expect(rows.dropFirst().map { $0[3] }.prefix(6) == wild.prefix(6))
        #expect(rows[1].contains("https://credit.example/o/\(Codes.unified(1))"))
        #expect(rows[1].contains { $0.contains("示市监罚〔2026〕9号") })
        #expect(!rows.flatMap { $0 }.contains { $0.contains("内部备注") })
        // What was made can be checked again: the columns that were added are not carried through twice.
        let again = try Self.check(city).sheet(bytes: bytes, name: "again.xlsx", asker: Self.clerk)
        #expect(again.headings == ["名称", "统一社会信用代码", "备注"])
        let csv = String(decoding: CheckCSV(result, catalogue: city.catalogue, base: "").bytes, as: UTF8.self)
        #expect(csv.contains("'=1+1") && csv.contains("'@SUM(A1)") && csv.contains("'-2+3"))
    }

    @Test("a file's own column that is called as one of ours is kept")
    func ownColumns() async throws {
        let city = try await Self.city()
        let result = try await Self.perform("名称,统一社会信用代码,最近一条,Why\n\(Self.silk),\(Codes.unified(1)),甲,乙\n", city)
        #expect(result.headings == ["名称", "统一社会信用代码", "最近一条", "Why"])
        #expect(result.rows[0].cells.suffix(2) == ["甲", "乙"])
    }

    @Test("a question that a number settles has the answer that the index of all names gives")
    func sameAnswers() async throws {
        let city = try await Self.city()
        let right = Codes.unified(1)
        let slip = String(right.prefix(17)) + (right.hasSuffix("0") ? "1" : "0")
        let names = [nil, Self.silk, Self.iron, "示例市同名商贸有限公司", "示例市云锦绸厂", "示例市試驗廠"]
        let codes = [nil, right, slip, Codes.unified(2), Codes.unified(77), Codes.organisation(of: right), "12345"]
        var queries = names.flatMap { name in codes.map { MatchQuery(name: name, code: $0) } }
        var both = MatchQuery(name: Self.silk, code: right)
        both.identifiers.append(Identifier(.unifiedCode, Codes.unified(2)))
        queries.append(both)
        let index = try await city.store.matchIndex(NameReader.shared(city.catalogue.divisions))
        let answers = try await city.store.match(queries, divisions: city.catalogue.divisions)
        #expect(answers.count == queries.count)
        for (query, answer) in zip(queries, answers) {
            let other = try Matcher(index).match(query)
            let what = "\(query.name ?? "–") \(query.identifiers) \(query.faultyCode ?? "–")"
            #expect(answer.decision == other.decision && answer.reason.code == other.reason.code, "\(what)")
            #expect(answer.candidates.map(\.subject) == other.candidates.map(\.subject), "\(what)")
        }
    }

    @Test("a list of subjects holds those it was made of and no others", arguments: Seeds.standard)
    func subjectList(_ seed: UInt64) {
        var random = SplitMix64(seed)
        let most: Int64 = seed.isMultiple(of: 2) ? 1_000 : 1_099_511_627_776
        let all = Set((0..<200).map { _ in SubjectID(Int64.random(in: 1...most, using: &random)) })
        let text = SubjectList.text(all)
        #expect(all.allSatisfy { SubjectList.holds(text, anyOf: [$0]) })
        for _ in 0..<200 {
            let other = SubjectID(Int64.random(in: 1...1_000, using: &random))
            #expect(SubjectList.holds(text, anyOf: [other]) == all.contains(other))
        }
        #expect(!SubjectList.holds("", anyOf: all) && !SubjectList.holds("li wei", anyOf: all))
    }
}
