/// Written commitments and what became of them.
struct CommitmentDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(
            city, rows: rows, of: city.everybody, members: city.organisations * 2 / 5, flat: 0.7, salt: 0xC033)
    }

    private struct Matter {
        let kind: StaticString
        let title: StaticString
        let text: StaticString
        let department: Department

        init(_ kind: StaticString, _ title: StaticString, _ department: Department, _ text: StaticString) {
            (self.kind, self.title, self.department, self.text) = (kind, title, department, text)
        }

        static let all: [Matter] = [
            Matter("审批替代型", "公众聚集场所投入使用、营业前消防安全检查", .fire, "所填写的信息真实，已达到规定的消防安全条件，愿意承担不实承诺的法律责任。"),
            Matter("证明事项型", "住所（经营场所）使用证明告知承诺", .market, "住所（经营场所）权属清楚、使用合法，以承诺代替证明材料。"),
            Matter("主动公示型", "诚信经营承诺", .development, "依法经营、公平竞争、不制假售假，自愿接受社会监督。"),
            Matter("容缺受理型", "建筑工程施工许可容缺受理", .housing, "在承诺期限内补齐容缺材料，逾期未补正的，接受退件处理。"),
            Matter("行业自律型", "行业自律公约承诺", .commerce, "遵守行业公约，维护行业秩序，不以低于成本的价格排挤同行。"),
            Matter("信用修复型", "信用修复承诺", .development, "已纠正失信行为、消除不良影响，今后守法诚信经营。"),
            Matter("审批替代型", "道路货物运输经营许可告知承诺", .transport, "车辆、人员和安全管理制度符合规定条件。"),
            Matter("审批替代型", "食品经营许可告知承诺", .market, "经营场所、设备布局和人员符合食品安全规定。"),
            Matter("证明事项型", "安全生产条件告知承诺", .emergency, "具备法律、法规规定的安全生产条件，以承诺代替证明材料。"),
            Matter("主动公示型", "按时足额支付工资承诺", .labour, "依法订立劳动合同，按月足额支付工资。"),
            Matter("审批替代型", "公共场所卫生许可告知承诺", .health, "经营场所的卫生条件符合规定。"),
            Matter("容缺受理型", "排污许可容缺受理", .environment, "在承诺期限内补齐容缺材料。"),
        ]
    }

    var layout: Layout {
        var layout = Layout(
            feed: "commitment",
            headings: [
                "承诺主体名称", "主体类别", "统一社会信用代码", "承诺类型", "承诺事项", "承诺书编号", "承诺内容", "承诺日期", "有效期至", "履行情况", "核查日期", "违诺情形",
                "受理单位", "数据来源单位", "备注",
            ])
        (layout.name, layout.party, layout.code, layout.coded, layout.text) = (0, 1, 2, 3, 6)
        (layout.day, layout.period, layout.remarks) = (7, (7, 8), 14)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let place = roster.place(number)
        let organisation = roster.organisation(place)
        let matter = Matter.all[place.turn % Matter.all.count]
        let day = day(place, organisation, &rng)
        let end = day + 365
        row.cell(nameOf: organisation, city)
        row.cell(partyOf: organisation)
        row.cell(codeOf: organisation, city)
        row.cell(matter.kind)
        row.cell(matter.title)
        row.cell(document: matter.department.sign, "承诺", year: city.year(of: day), number: number + 1)
        row.cell(matter.text)
        row.cell(day: day, city)
        if rng.chance(250) { row.cell("2099-12-31") } else { row.cell(day: end, city) }
        fulfilment(day, end, &row, &rng)
        row.cell(matter.department.name)
        row.cell(matter.department.name)
        row.blank()
        return RowFacts(organisation: organisation)
    }

    /// The same matter is never promised twice on one day: each turn has a stretch of days to itself.
    private func day(_ place: Spread.Place, _ organisation: Organisation, _ rng: inout SplitMix64) -> Int32 {
        let blocks = (place.turns + Matter.all.count - 1) / Matter.all.count
        var window = 1600
        // Those with very many need the whole window, however young they are.
        if blocks <= 50 { window = min(window, Int(organisation.last - organisation.established)) }
        let width = max(1, window / blocks)
        let back = place.turn / Matter.all.count * width + rng.below(width)
        return (blocks <= 50 ? organisation.last : city.today - 1) - Int32(back)
    }

    private func fulfilment(_ day: Int32, _ end: Int32, _ row: inout Row, _ rng: inout SplitMix64) {
        let checked = min(end, day + 60 + Int32(rng.below(200)))
        guard checked < city.today else {
            row.cell("履行中")
            row.blank()
            return row.blank()
        }
        switch rng.below(100) {
        case ..<4:
            row.cell("未履行")
            row.cell(day: checked, city)
            row.cell("经核查，承诺事项与实际情况不符，已责令限期改正。")
        case ..<8:
            row.cell("部分履行")
            row.cell(day: checked, city)
            row.blank()
        default:
            row.cell("已履行")
            row.cell(day: checked, city)
            row.blank()
        }
    }
}
