import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import FoundationEssentials
import TestSupport
import Testing

/// One test for each rule of RIGHTS.md that the code can show today.
@Suite("the rights of those who are described")
struct RightsTests {
    static let code = "91990102MACX000176"
    static let name = "示例市云锦丝绸有限公司"

    /// Whether any file of the platform's data holds a text: database, log and all.
    static func isStored(_ text: String, in city: City) throws -> Bool {
        let wanted = Array(text.utf8)
        for file in try FileManager.default.contentsOfDirectory(atPath: city.directory.path) {
            let bytes = [UInt8](FileManager.default.contents(atPath: city.directory.file(file)) ?? Data())
            var start = 0
            while let next = bytes[start...].firstIndex(of: wanted[0]), next + wanted.count <= bytes.count {
                if bytes[next..<next + wanted.count].elementsEqual(wanted) { return true }
                start = next + 1
            }
        }
        return false
    }

    @Test(
        "RIGHTS 1: every kind of organisation has a file under its code, authorities among them",
        arguments: ["91", "92", "93", "51", "52", "12", "11", "31", "N1"])
    func organisations(kind: String) async throws {
        let city = try await City()
        let code = Codes.unified(7, kind: kind)
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例单位", code)])
        #expect(try await city.file(code, for: .public)?.profile.state.kind == .organisation)
    }

    @Test(
        "RIGHTS 2: a practitioner's file holds the licence, its standing, the employer and decisions on the practice, and nothing else"
    )
    func practitionerFields() throws {
        let catalogue = try SharedCatalogue.load()
        let items = catalogue.items.filter { $0.subjects.contains(.practitioner) }
        #expect(items.map(\.id) == ["practitioner"])
        #expect(
            Set(items[0].fields.map(\.name)) == [
                "practitionerName", "profession", "licenceNumber", "licenceName", "specialty", "practiceStatus",
                "employerName", "employerUscc", "issuedOn",
                "validFrom", "validUntil", "decisionNumber", "decision", "publishedOn", "authority", "authorityUscc",
                "sourceName", "sourceUscc", "remarks",
            ])
    }

    @Test(
        "RIGHTS 2: a practitioner is known by licence; one name under two licences is two files, and no search finds the name"
    )
    func practitionerByLicence() async throws {
        let city = try await City()
        try await city.deliver(
            "practitioner",
            [
                Rows.practitioner, Rows.practitioner("示例甲乙", "19901202410000020"),
                Rows.practitioner("示例甲乙", "19901202410000021"),
            ])
        #expect(try await city.store.totals(shownOn: City.today).practitioners == 2)
        for words in ["示例甲乙", "甲乙", "示"] { #expect(try await city.store.search(SearchQuery(text: words)).total == 0) }
        #expect(try await city.file("lawyer/19901202410000020", for: .public)?.records.count == 1)
    }

    @Test("RIGHTS 2: the list of practitioners gives nobody by name either")
    func practitionerListByName() async throws {
        let city = try await City()
        try await city.deliver("practitioner", [Rows.practitioner, Rows.practitioner("示例甲乙", "19901202410000020")])
        var query = ListQuery(item: "practitioner", shownOn: City.today)
        query.words = "示例甲乙"
        let total = try await city.store.list(query).total
        #expect(
            try await city.store.list(ListQuery(item: "practitioner", shownOn: City.today)).total == 0,
            "no list of people at all")
        #expect(total == 0)
    }

    @Test("RIGHTS 3: there are two kinds of subjects and no third")
    func kinds() throws {
        #expect(SubjectKind.allCases == [.organisation, .practitioner])
        for item in try SharedCatalogue.load().items {
            #expect(!item.subjects.isEmpty && item.subjects.isSubset(of: [.organisation, .practitioner]))
        }
    }

    @Test("RIGHTS 3: a row about a natural person opens no file, waits nowhere and leaves no trace of the name")
    func naturalPersons() async throws {
        let city = try await City()
        let head = ["行政相对人名称", "行政相对人类别", "统一社会信用代码", "行政处罚决定书文号", "处罚内容", "处罚决定日期", "处罚机关"]
        let receipt = try await city.deliver(
            "penalty",
            [
                head, ["甲乙丙丁", "自然人", "", "示市监罚〔2025〕1号", "警告", "2025-05-20", "示例局"],
                ["戊己庚", "", "", "示市监罚〔2025〕2号", "警告", "2025-05-20", "示例局"],
                ["辛壬癸", "法人", CitizenSpecimen.first, "示市监罚〔2025〕3号", "警告", "2025-05-20", "示例局"],
            ])
        #expect(receipt.totals.rejected == 3)
        let totals = try await city.store.totals(shownOn: City.today)
        #expect((totals.organisations, totals.practitioners, totals.waiting) == (0, 0, 0))
        for name in ["甲乙丙丁", "戊己庚", "辛壬癸"] { #expect(try !Self.isStored(name, in: city)) }
    }

    @Test("RIGHTS 3: a legal representative is a role on the registration, with no page and no look-up by name")
    func legalRepresentatives() async throws {
        let city = try await City()
        try await city.deliver(
            "registration",
            [
                Rows.registration, Rows.registration(Self.name, Self.code, person: "甲乙丙"),
                Rows.registration("示例市湖东精密机械有限公司", "91990103MACX00025F", person: "甲乙丙"),
            ])
        for words in ["甲乙丙", "甲乙", "丙"] { #expect(try await city.store.search(SearchQuery(text: words)).total == 0) }
        #expect(try await city.store.profile(code: "甲乙丙") == nil)
        var query = ListQuery(item: "registration", shownOn: City.today)
        query.words = "甲乙丙"
        #expect(try await city.store.list(query).total == 0)
        let record = try #require(try await city.file(Self.code, for: .public)?.records(of: "registration").first)
        #expect(record.fields.contains { $0.field.type == .personRole && $0.value == "甲乙丙" }, "it is shown there")
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code, person: "甲乙丙")])
        let penalty = try #require(
            try await city.file(Self.code, for: .public)?.records(of: "administrative-penalty").first)
        #expect(!penalty.fields.contains { $0.value == "甲乙丙" }, "and nowhere else")
    }

    @Test(
        "RIGHTS 4: every item states conduct, basis, source, subjects, publicity, sharing and term, and says whether its basis was verified"
    )
    func attributes() throws {
        let catalogue = try SharedCatalogue.load()
        for item in catalogue.items {
            #expect(!item.conduct.zh.isEmpty && !item.source.zh.isEmpty && !item.objection.zh.isEmpty, "\(item.id)")
            #expect(!item.basis.isEmpty && item.basis.allSatisfy { catalogue.laws[$0.law] != nil }, "\(item.id)")
            #expect(!item.publication.basis.isEmpty, "\(item.id)")
            #expect(item.retention != nil, "\(item.id) states how long it may be disclosed")
            #expect(item.delivery != nil, "\(item.id) states when it must be delivered")
            #expect(catalogue.category(item.category) != nil, "\(item.id)")
        }
    }

    @Test("RIGHTS 4: a column that the item does not declare is told by its name, and its value is stored nowhere")
    func undeclaredColumns() async throws {
        let city = try await City()
        let receipt = try await city.deliver(
            "penalty",
            [
                Rows.penalty + ["员工满意度", "法定代表人身份证号"], Rows.penalty(Self.name, Self.code) + ["未声明的值", "拒收的值"],
                Rows.penalty(Self.name, Self.code, document: "示市监罚〔2025〕9号", on: "2025-13-01") + ["未声明的值", "拒收的值"],
            ])
        #expect(receipt.totals.accepted == 1)
        #expect(receipt.summary.columns.contains { $0.heading == "员工满意度" && $0.use == .unknown })
        #expect(receipt.summary.columns.contains { $0.heading == "法定代表人身份证号" && $0.use == .refused })
        for value in ["未声明的值", "拒收的值"] { #expect(try !Self.isStored(value, in: city)) }
        #expect(try Self.isStored("员工满意度", in: city), "the name of the column is kept with the batch")
    }

    @Test(
        "RIGHTS 5: a forbidden fact, in a column of its own or labelled in a text, is stored nowhere",
        arguments: [
            ("宗教信仰", "某教"), ("民族", "某族"), ("政治面貌", "某党"), ("信访记录", "某次"), ("婚姻状况", "某婚"), ("家庭成员", "某亲"),
            ("健康状况", "某病"), ("基因信息", "某因"), ("指纹编号", "某纹"), ("血型", "某型"), ("行程记录", "某地"),
            ("消费记录", "某店"), ("低保情况", "某保"), ("学历", "某校"), ("性取向", "某向"), ("工会会员", "某会"), ("个人收入", "某元"),
            ("个人信用分", "某分"),
        ])
    func forbidden(_ label: String, _ fact: String) async throws {
        let city = try await City()
        let value = fact + "独一无二的值"
        let receipt = try await city.deliver(
            "penalty",
            [
                Rows.penalty + [label], Rows.penalty(Self.name, Self.code) + [value],
                Rows.penalty(Self.name, Self.code, document: "示市监罚〔2025〕9号", facts: "当事人\(label)：\(value)。") + [""],
            ])
        #expect((receipt.totals.accepted, receipt.totals.rejected) == (1, 1))
        #expect(receipt.summary.columns.last?.use == .refused)
        #expect(
            try await city.store.rejects(batch: receipt.number, after: 0, limit: 5).map(\.code) == ["forbidden-content"]
        )
        #expect(try !Self.isStored("独一无二的值", in: city))
    }

    @Test("RIGHTS 6: an identity number in any column of any row is stored nowhere, neither in records nor in rejects")
    func identityNumbers() async throws {
        let city = try await City()
        for (index, heading) in Rows.penalty.enumerated() {
            var row = Rows.penalty(Self.name, Self.code, document: "示市监罚〔2025〕\(index)号")
            row[index] =
                ["统一社会信用代码", "工商注册号", "组织机构代码"].contains(heading) ? CitizenSpecimen.first : "示例\(CitizenSpecimen.first)"
            #expect(try await city.deliver("penalty", [Rows.penalty, row]).totals.rejected == 1, "\(heading)")
        }
        try await city.deliver(
            "practitioner",
            [
                Rows.practitioner, Rows.practitioner("示例甲", CitizenSpecimen.first),
                Rows.practitioner("示例甲\(CitizenSpecimen.first)", "1"),
            ])
        let head = Rows.penalty + ["法定代表人证件号码"]
        try await city.deliver("penalty", [head, Rows.penalty(Self.name, Self.code) + [CitizenSpecimen.first]])
        #expect(try !Self.isStored("110105194912", in: city))
        #expect(try !Self.isStored("9491231002", in: city))
    }

    @Test("RIGHTS 7: no item about practitioners evaluates anybody, and no field of theirs is a score, grade or rank")
    func noScores() throws {
        for item in try SharedCatalogue.load().items where item.subjects.contains(.practitioner) {
            #expect(item.category == "profession")
            for field in item.fields {
                for word in ["score", "grade", "rank", "level", "rating"] {
                    #expect(!field.name.lowercased().contains(word))
                }
                for word in ["评分", "等级", "积分", "排名", "评级"] { #expect(!field.title.zh.contains(word)) }
            }
        }
    }

    @Test("RIGHTS 9: words of measures on travel, schooling, family, consumption, communication and housing are loaded")
    func measures() throws {
        let words = try SharedCatalogue.load().forbidden.measureWords
        for word in [
            "出境", "飞机", "高铁", "就学", "子女", "配偶", "高消费", "手机", "住房", "travel", "school", "children", "consumption",
            "housing",
        ] { #expect(words.contains(word), "\(word)") }
    }

    @Test(
        "RIGHTS 12: a term is computed from days; the record leaves the public page by itself when nobody does anything"
    )
    func terms() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code, on: "2024-02-29")])
        let last = try #require(Day(iso: "2027-02-28"))
        #expect(try await city.file(Self.code, for: .public, on: last)?.records.count == 1)
        #expect(try await city.file(Self.code, for: .public, on: last.adding(days: 1))?.records.isEmpty == true)
        #expect(
            try await city.store.list(ListQuery(item: "administrative-penalty", shownOn: last.adding(days: 1))).total
                == 0)
        #expect(try await city.store.totals(shownOn: last.adding(days: 1)).shownByItem.isEmpty)
        for item in try SharedCatalogue.load().items where item.nature == .adverse {
            let isComputed =
                switch item.publication.term {
                case .months, .rules, .never: true
                case .always, .until: false
                }
            #expect(isComputed, "\(item.id)")
        }
    }

    @Test("RIGHTS 12: a reported end of publicity does not lengthen the computed term")
    func reportedEnd() async throws {
        let city = try await City()
        let head = Rows.penalty + ["公示截止期"]
        try await city.deliver(
            "penalty", [head, Rows.penalty(Self.name, Self.code, on: "2022-05-20") + ["2099-12-31"]])
        #expect(try await city.file(Self.code, for: .own)?.records.first?.row.publishedUntil == "2023-05-20")
        #expect(try await city.file(Self.code, for: .public)?.records.isEmpty == true)
    }

    @Test("RIGHTS 13: a subject's own file is complete: ended records, internal fields, every revision")
    func ownFile() async throws {
        let city = try await City()
        try await city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code, on: "2020-05-20", remarks: "内部备注")])
        try await city.deliver(
            "penalty",
            [
                Rows.penalty,
                Rows.penalty(Self.name, Self.code, content: "警告", fine: "", on: "2020-05-20", remarks: "内部备注"),
            ])
        let record = try #require(try await city.file(Self.code, for: .own)?.records.first)
        #expect(record.state == .archived)
        #expect(record.fields.contains { $0.field.name == "remarks" && $0.value == "内部备注" })
        #expect(try await city.store.revisions(of: record.row.id).count == 2)
    }
}
