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
            name: "安全生产严重失信主体", reason: "发生生产安全责任事故，受到行政处罚。", basis: "《安全生产严重失信主体名单管理办法》", department: .emergency,
            years: 3),
    ]

    var layout: Layout {
        var layout = Layout(
            feed: "serious-dishonesty",
            headings: [
                "单位名称", "主体类别", "统一社会信用代码", "名单类型", "列入决定文号", "列入事由", "列入依据", "列入日期", "有效期至", "列入机关", "移出日期", "移出原因",
                "备注",
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
