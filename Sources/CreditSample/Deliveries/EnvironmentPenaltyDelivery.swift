/// Penalties as environment agencies publish them: notices with a title, and fines in yuan.
struct EnvironmentPenaltyDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(city, rows: rows, of: city.companies, members: max(1, rows / 3), flat: 0.5, salt: 0xE471)
    }

    var layout: Layout {
        var layout = Layout(
            feed: "penalty-environment",
            headings: [
                "序列", "企业名称", "统一社会信用代码", "所属地市", "所属区县", "处罚公布时间", "存在问题", "处理情况", "罚款", "信息来源", "标题", "网址", "备注",
            ])
        (layout.name, layout.code, layout.takesAnyCode, layout.day, layout.text) = (1, 2, true, 5, 6)
        (layout.fineText, layout.fine, layout.fineInYuan, layout.remarks) = (7, 8, true, 12)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let organisation = roster.organisation(roster.place(number))
        let violation = Violation.all[Violation.environmental[rng.below(3)]]
        let sanction = Sanction(violation, &rng)
        let day = roster.day(number, organisation, &rng)
        row.bytes.append("SH")
        row.cell(number: number + 1, width: 8)
        row.cell(nameOf: organisation, city)
        row.cell(codeOf: organisation, city)
        row.cell("示例市")
        row.cell(Words.districts[organisation.district])
        row.cell(day: day, city)
        row.cell(violation.facts)
        sanction.appendText(to: &row.bytes)
        row.end()
        if sanction.fine > 0 { row.bytes.append(number: sanction.fine) }
        row.end()
        row.cell(Department.environment.name)
        row.cell(document: "示环", "罚字", year: city.year(of: day), number: number + 1)
        row.bytes.append("https://example.invalid/penalty/")
        row.bytes.append(number: number + 1)
        row.cell(".html")
        row.blank()
        return RowFacts(organisation: organisation, fine: sanction.fine)
    }
}
