/// The environment agency's colours. One row for each year.
struct EnvironmentGradeDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(city, rows: rows, of: city.companies, members: max(1, rows / 3), flat: 1, salt: 0xE9AD)
    }

    var layout: Layout {
        var layout = Layout(
            feed: "environment-grade",
            headings: ["企业名称", "统一社会信用代码", "所属地市", "所属区县", "评价年度", "环保信用等级", "记分", "评价说明", "评价日期", "评价单位", "备注"])
        (layout.name, layout.code, layout.coded, layout.day, layout.remarks) = (0, 1, 5, 8, 10)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let place = roster.place(number)
        let day = city.yearly(month: 3, day: 31, back: place.turn)
        let organisation = roster.organisation(place, livingOn: day - 400)
        row.cell(nameOf: organisation, city)
        row.cell(codeOf: organisation, city)
        row.cell("示例市")
        row.cell(Words.districts[organisation.district])
        row.cell(number: city.year(of: day) - 1)
        switch rng.below(100) {
        case ..<12: grade("绿色", 12, "环境管理规范，全年无环境违法行为。", &row)
        case ..<82: grade("蓝色", 6 + rng.below(6), "", &row)
        case ..<93: grade("黄色", 3 + rng.below(3), "存在轻微环境问题，已完成整改。", &row)
        case ..<98: grade("红色", 1 + rng.below(2), "受到环境行政处罚，正在整改。", &row)
        default: grade("黑色", -1, "受到较大数额环境行政处罚。", &row)
        }
        row.cell(day: day, city)
        row.cell(Department.environment.name)
        row.blank()
        return RowFacts(organisation: organisation)
    }

    private func grade(_ colour: StaticString, _ points: Int, _ reason: StaticString, _ row: inout Row) {
        row.cell(colour)
        row.cell(number: points)
        row.cell(reason)
    }
}
