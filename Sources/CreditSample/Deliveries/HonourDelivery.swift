/// Honours that authorities gave.
struct HonourDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(city, rows: rows, of: city.companies, members: max(1, rows / 3), flat: 1, salt: 0x404A)
    }

    private static let honours:
        [(name: StaticString, kind: StaticString, department: Department, reason: StaticString)] = [
            ("守合同重信用企业", "守合同重信用企业", .market, "合同履约情况良好。"),
            ("示例市诚信示范企业", "诚信典型", .development, "连续三年无失信记录，积极履行社会责任。"),
            ("示例市和谐劳动关系企业", "表彰奖励", .labour, "劳动关系和谐，按时足额支付工资。"),
            ("示例市专精特新中小企业", "资质称号", .commerce, "在细分领域专业化程度较高。"),
            ("示例市安全生产标准化企业", "资质称号", .emergency, "安全生产标准化建设达标。"),
            ("示例市绿色工厂", "资质称号", .environment, "清洁生产水平较高。"),
            ("示例市放心消费示范单位", "表彰奖励", .market, "商品和服务质量稳定，售后服务规范。"),
        ]

    var layout: Layout {
        var layout = Layout(
            feed: "honour",
            headings: ["企业名称", "统一社会信用代码", "荣誉名称", "荣誉类型", "荣誉级别", "文号", "荣誉事由", "授予日期", "有效期至", "授予机关", "备注"])
        (layout.name, layout.code, layout.coded, layout.text) = (0, 1, 3, 6)
        (layout.day, layout.period, layout.remarks) = (7, (7, 8), 10)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let place = roster.place(number)
        // One honour in a stretch of 250 days.
        let day = city.today - 10 - Int32(place.turn * 250 + rng.below(250))
        let organisation = roster.organisation(place, livingOn: day)
        let honour = Self.honours[(place.turn + place.member) % Self.honours.count]
        row.cell(nameOf: organisation, city)
        row.cell(codeOf: organisation, city)
        row.cell(honour.name)
        row.cell(honour.kind)
        row.cell(rng.chance(150) ? "省级" : "市级")
        row.cell(document: honour.department.sign, "信", year: city.year(of: day), number: number + 1)
        row.cell(honour.reason)
        row.cell(day: day, city)
        if rng.chance(200) { row.cell("2099-12-31") } else { row.cell(day: day + 1095, city) }
        row.cell(honour.department.name)
        row.blank()
        return RowFacts(organisation: organisation)
    }
}
