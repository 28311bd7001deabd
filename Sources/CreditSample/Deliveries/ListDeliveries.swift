/// Lists of abnormal operation: most entries are removed again once the matter is put right.
struct AbnormalDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(city, rows: rows, of: city.businesses, members: max(1, rows * 5 / 6), flat: 1, salt: 0xAB40)
    }

    var layout: Layout {
        var layout = Layout(
            feed: "abnormal",
            headings: [
                "企业名称", "主体类型", "统一社会信用代码", "名录种类", "列入决定文号", "列入原因", "列入日期", "列入依据", "列入机关", "移出日期", "移出原因", "移出机关", "备注",
            ])
        (layout.name, layout.party, layout.code, layout.coded, layout.text) = (0, 1, 2, 3, 5)
        (layout.day, layout.period, layout.remarks) = (6, (6, 9), 12)
        return layout
    }

    private static let reasons: [(StaticString, StaticString, StaticString)] = [
        ("未依照规定的期限公示年度报告", "《企业信息公示暂行条例》第十七条", "已补报年度报告并公示"),
        ("通过登记的住所或者经营场所无法联系", "《企业信息公示暂行条例》第十七条", "已依法办理住所变更登记"),
        ("公示企业信息隐瞒真实情况、弄虚作假", "《企业信息公示暂行条例》第十七条", "已更正公示的信息"),
    ]

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let place = roster.place(number)
        // Each turn has three hundred days to itself.
        let day = city.today - 30 - Int32(place.turn * 300 + rng.below(min(300, 40 + number % 300)))
        let organisation = roster.organisation(place, livingOn: day)
        let reason = Self.reasons[rng.below(100) < 60 ? 0 : rng.below(100) < 95 ? 1 : 2]
        let authority = Authority.districtMarket(organisation.district)
        row.cell(nameOf: organisation, city)
        row.cell(partyOf: organisation)
        row.cell(codeOf: organisation, city)
        row.cell(organisation.kind == .soleTrader ? "标记为经营异常状态" : "经营异常名录")
        row.cell(document: "示市监", "异", year: city.year(of: day), number: number + 1)
        row.cell(reason.0)
        row.cell(day: day, city)
        row.cell(reason.1)
        row.cell(authority)
        let removed = day + 20 + Int32(rng.below(240))
        if removed < city.today, rng.chance(700) {
            row.cell(day: removed, city)
            row.cell(reason.2)
            row.cell(authority)
        } else {
            row.blank()
            row.blank()
            row.blank()
        }
        row.blank()
        return RowFacts(organisation: organisation)
    }
}

/// Lists of serious dishonesty: few, each with its basis and its end.
struct SeriousDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(city, rows: rows, of: city.companies, members: max(1, rows * 9 / 10), flat: 1, salt: 0x5E41)
    }

    private struct List {
        let name: StaticString
        let reason: StaticString
        let basis: StaticString
        let department: Department
        let years: Int32
    }

    private static let lists = [
        List(
            name: "市场监督管理严重违法失信名单", reason: "被列入经营异常名录满三年仍未履行相关义务。", basis: "《市场监督管理严重违法失信名单管理办法》（市场监管总局令第44号）",
            department: .market, years: 3),
        List(
            name: "拖欠农民工工资失信联合惩戒对象", reason: "拖欠农民工工资，经责令限期支付，逾期未支付。", basis: "《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》",
            department: .labour, years: 3),
        List(
            name: "重大税收违法失信主体", reason: "不缴应纳税款，数额达到规定标准。", basis: "《重大税收违法失信主体信息公布管理办法》", department: .tax, years: 3),
        List(
            name: "安全生产严重失信主体", reason: "发生生产安全责任事故，受到行政处罚。", basis: "《安全生产严重失信主体名单管理办法》", department: .emergency, years: 3),
    ]

    var layout: Layout {
        var layout = Layout(
            feed: "serious-dishonesty",
            headings: [
                "单位名称", "主体类别", "统一社会信用代码", "名单类型", "列入决定文号", "列入事由", "列入依据", "列入日期", "有效期至", "列入机关", "移出日期", "移出原因", "备注",
            ])
        (layout.name, layout.party, layout.code, layout.coded, layout.text) = (0, 1, 2, 3, 5)
        (layout.day, layout.period, layout.remarks) = (7, (7, 8), 12)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let place = roster.place(number)
        let day = city.today - 20 - Int32(rng.below(1600))
        let organisation = roster.organisation(place, livingOn: day)
        let list = Self.lists[rng.below(Self.lists.count)]
        let end = day + list.years * 365
        row.cell(nameOf: organisation, city)
        row.cell(partyOf: organisation)
        row.cell(codeOf: organisation, city)
        row.cell(list.name)
        row.cell(document: list.department.sign, "严", year: city.year(of: day), number: number + 1)
        row.cell(list.reason)
        row.cell(list.basis)
        row.cell(day: day, city)
        row.cell(day: end, city)
        row.cell(list.department.name)
        let removed = day + 400 + Int32(rng.below(500))
        if end < city.today {
            row.cell(day: end, city)
            row.cell("期限届满")
        } else if removed < city.today, rng.chance(400) {
            row.cell(day: removed, city)
            row.cell("已完成信用修复")
        } else {
            row.blank()
            row.blank()
        }
        row.blank()
        return RowFacts(organisation: organisation)
    }
}

/// Organisations that courts list for not performing a judgment.
struct EnforcementDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(city, rows: rows, of: city.companies, members: max(1, rows / 2), flat: 0.5, salt: 0xEF0C)
    }

    private static let duties: [StaticString] = [
        "支付货款及逾期利息。", "支付工程款。", "返还保证金并支付违约金。", "支付租金并腾退场地。", "交付约定的设备。", "支付加工费及利息。",
    ]
    private static let conducts: [StaticString] = [
        "违反财产报告制度", "有履行能力而拒不履行生效法律文书确定义务", "无正当理由拒不履行执行和解协议", "违反财产报告制度；有履行能力而拒不履行生效法律文书确定义务", "规避执行",
    ]

    var layout: Layout {
        var layout = Layout(
            feed: "enforcement",
            headings: [
                "被执行人名称", "主体类别", "统一社会信用代码", "法定代表人", "执行法院", "省份", "执行依据文号", "立案日期", "案号", "生效法律文书确定的义务", "被执行人的履行情况",
                "失信被执行人行为具体情形", "执行标的", "发布日期", "删除日期", "删除原因", "备注",
            ])
        (layout.name, layout.party, layout.code, layout.coded, layout.text) = (0, 1, 2, 11, 9)
        (layout.day, layout.period, layout.document, layout.needsDocument, layout.remarks) = (7, (7, 13), 8, true, 16)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let organisation = roster.organisation(roster.place(number))
        let day = roster.day(number, organisation, &rng)
        let published = min(city.today - 1, day + 30 + Int32(rng.below(90)))
        let year = city.year(of: day)
        row.cell(nameOf: organisation, city)
        row.cell(partyOf: organisation)
        row.cell(codeOf: organisation, city)
        row.cell(representativeOf: organisation, city)
        row.cell(.districtCourt(organisation.district))
        row.cell("示例省")
        caseNumber(year, "民初", number + 1, organisation, &row)
        row.cell(day: day, city)
        caseNumber(year, "执", number + 1, organisation, &row)
        row.cell(Self.duties[rng.below(Self.duties.count)])
        row.cell(rng.chance(250) ? "部分履行" : "全部未履行")
        row.cell(Self.conducts[rng.below(Self.conducts.count)])
        row.cell(number: (5 + rng.below(800)) * 1000)
        row.cell(day: published, city)
        let removed = published + 100 + Int32(rng.below(600))
        if removed < city.today, rng.chance(450) {
            row.cell(day: removed, city)
            row.cell("已履行完毕")
        } else {
            row.blank()
            row.blank()
        }
        row.blank()
        return RowFacts(organisation: organisation)
    }

    /// （2024）示0101执20号
    private func caseNumber(_ year: Int, _ kind: StaticString, _ number: Int, _ organisation: Organisation, _ row: inout Row) {
        row.bytes.append("（")
        row.bytes.append(number: year)
        row.bytes.append("）示01")
        row.bytes.append(number: organisation.district + 1, width: 2)
        row.bytes.append(kind)
        row.bytes.append(number: number)
        row.cell("号")
    }
}
