import CreditCatalogue
import CreditModel
import FoundationEssentials
import TestSupport
import Testing

@Suite("the shipped catalogue")
struct ShippedCatalogueTests {
    @Test("it loads")
    func loads() throws {
        let catalogue = try SharedCatalogue.load()
        #expect(catalogue.categories.count == 13)
        #expect(catalogue.categories.map(\.number) == Array(1...13))
        #expect(catalogue.edition.division == "990000")
        #expect(catalogue.feeds.count >= 13)
    }

    @Test("items, feeds and categories are found by their ids")
    func lookups() throws {
        let catalogue = try SharedCatalogue.load()
        for item in catalogue.items { #expect(catalogue.item(item.id)?.id == item.id) }
        for feed in catalogue.feeds {
            #expect(catalogue.feed(feed.id)?.id == feed.id)
            #expect(catalogue.feeds(of: feed.item).contains { $0.id == feed.id })
        }
        #expect(catalogue.item("nonsense") == nil)
    }

    @Test("every feed carries good and bad examples")
    func everyFeedHasExamples() throws {
        for feed in try SharedCatalogue.load().feeds {
            #expect(feed.examples != nil, "\(feed.id)")
            #expect(feed.examples?.bad.isEmpty == false, "\(feed.id)")
        }
    }

    @Test("every check and every change has its words, and every reject tells what to do")
    func words() throws {
        let catalogue = try SharedCatalogue.load()
        for code in CheckCode.allCases {
            let check = try #require(catalogue.checks[code.rawValue])
            #expect(!check.remedy.zh.isEmpty && !check.remedy.en.isEmpty)
        }
        let notes: Set<CheckCode> = [
            .amountDiffersFromText, .divisionUnknown, .urlUnreadable, .documentNumberUnusual, .legacyIdentifier,
            .regionUnknown, .pilotCode, .subjectByName,
        ]
        for code in CheckCode.allCases where code != .repeatedInFile {
            #expect((catalogue.checks[code.rawValue]?.severity == .note) == notes.contains(code), "\(code)")
        }
    }

    @Test("the catalogue's README documents every check code")
    func documented() throws {
        let data = try #require(FileManager.default.contents(atPath: SharedCatalogue.directory + "/README.md"))
        let text = String(decoding: data, as: UTF8.self)
        for code in CheckCode.allCases {
            #expect(text.contains("`\(code.rawValue)`"), "\(code.rawValue) is not in Catalogue/README.md")
        }
        for type in FieldType.allCases {
            #expect(text.contains("`\(type.rawValue)`"), "\(type.rawValue) is not in Catalogue/README.md")
        }
    }

    @Test("identity documents stand in no feed's headings, and every feed of organisations refuses them")
    func identityColumns() throws {
        for feed in try SharedCatalogue.load().feeds {
            for heading in ["身份证号码", "法定代表人证件号码", "公民身份号码", "证件号码"] {
                #expect(feed.meaning(of: heading) == .refused, "\(feed.id): \(heading)")
            }
        }
    }

    @Test("no field of any item holds a person's name in public but the registration's and the practitioner's own")
    func personRoles() throws {
        for item in try SharedCatalogue.load().items {
            for field in item.fields where field.type == .personRole && field.publicity == .public {
                #expect(item.category == "registration")
            }
        }
    }

    @Test("terms named in a code table are found by any spelling")
    func codeTables() throws {
        let table = try #require(try SharedCatalogue.load().codeTables["penalty-kind"])
        for spelling in ["罚款", "罚 款", "fine", "ＦＩＮＥ", "Fine", "罚款（人民币）"] {
            #expect(table.value(spelled: spelling)?.code == "fine", "\(spelling)")
        }
        #expect(table.value(spelled: "没收违法所得、没收非法财物")?.code == "confiscation")
        #expect(table.value(spelled: "类别示例") == nil)
        #expect(table.value(code: "fine")?.title.zh == "罚款")
        #expect(table.value(code: "罚款") == nil)
    }

    @Test("divisions know their province, city and district, withdrawn ones too")
    func divisions() throws {
        let divisions = try SharedCatalogue.load().divisions
        #expect(divisions.fullName("990102") == "示例市示例湖东区")
        #expect(divisions.fullName("320506") == "江苏省苏州市吴中区")
        #expect(divisions.fullName("110101") == "北京市东城区")
        #expect(divisions.fullName("99010") == nil)
        #expect(divisions["320584"]?.isWithdrawn == true)
        #expect(divisions["000000"] == nil)
        #expect(divisions.within("9901").count == 11)
        #expect(divisions.codes(named: "示例古城区") == ["990101"])
    }
}

@Suite("guards against what is never recorded")
struct ForbiddenTests {
    @Test(
        "headings that name a forbidden fact are caught in any form",
        arguments: [
            "血型", "当事人血型", " 血 型 ", "ＤＮＡ检测", "bloodType", "blood_type", "Blood Type", "BLOOD GROUP", "宗教信仰", "religion",
            "民族", "政治面貌",
            "信访记录", "婚姻状况", "家庭成员", "健康状况", "指纹编号", "人脸照片", "行踪", "消费记录", "低保户", "学历", "性取向", "工会会员", "个人收入",
            "银行卡号", "个人信用分", "市民积分", "race", "social score",
        ])
    func headings(_ heading: String) throws {
        #expect(try SharedCatalogue.load().forbidden.group(inHeading: heading) != nil)
    }

    @Test(
        "harmless headings that hold such words are let through",
        arguments: [
            "宗教活动场所名称", "民族乡", "指纹锁产品", "转基因标识", "trace", "生产批次", "trace_id", "处罚内容", "罚款金额（万元）", "统一社会信用代码",
            "grace period", "",
        ])
    func harmless(_ heading: String) throws {
        #expect(try SharedCatalogue.load().forbidden.group(inHeading: heading)?.id == nil)
    }

    @Test(
        "a labelled fact in free text is caught",
        arguments: [
            "当事人宗教信仰：示例。", "血型:A", "血型 ： A", "民族为示例族", "政治面貌＝示例", "地址：某处；婚姻状况：示例", "指纹编号：0001", "DNA：示例", "个人收入：示例",
            "religion: sample",
        ])
    func labels(_ text: String) throws {
        #expect(try SharedCatalogue.load().forbidden.group(labelledIn: text) != nil)
    }

    @Test(
        "the same words in other sentences are let through",
        arguments: ["当事人销售血型检测试剂未经许可。", "民族路12号：未标明价格。", "转基因标识不清。", "时间：2025年", "：", "为", "="])
    func unlabelled(_ text: String) throws {
        #expect(try SharedCatalogue.load().forbidden.group(labelledIn: text)?.id == nil)
    }

    @Test(
        "labels are caught in any case, width and spacing, as forbidden.yaml promises",
        arguments: [
            "Religion: sample", "BLOOD TYPE: A", "Marital status: sample", "宗 教 信 仰：示例", "血型\u{3000}：A", "ＤＮＡ：示例",
        ])
    func foldedLabels(_ text: String) throws {
        let forbidden = try SharedCatalogue.load().forbidden
        #expect(forbidden.group(labelledIn: text) != nil)
    }

    @Test(
        "measures on travel, schooling, family, consumption, communication and housing have their words (RIGHTS 9)",
        arguments: ["出境", "飞机", "高铁", "入学", "子女", "家庭成员", "高消费", "通信", "住房"])
    func measures(_ word: String) throws { #expect(try SharedCatalogue.load().forbidden.measureWords.contains(word)) }
}
