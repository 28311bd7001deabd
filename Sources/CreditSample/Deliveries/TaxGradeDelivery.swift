/// Taxpayers of grade A, the only grade that is public. One row for each year.
struct TaxGradeDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(city, rows: rows, of: city.companies, members: max(1, rows / 3), flat: 1, salt: 0x7A7A)
    }

    var layout: Layout {
        var layout = Layout(
            feed: "tax-grade", headings: ["纳税人识别号/统一社会信用代码", "纳税人名称", "评价年度", "评价结果", "评价日期", "主管税务机关", "备注"])
        (layout.name, layout.code, layout.takesAnyCode, layout.coded, layout.day, layout.remarks) = (
            1, 0, true, 3, 4, 6
        )
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let place = roster.place(number)
        // Grades of a year are published in the April after.
        let day = city.yearly(month: 4, day: 25, back: place.turn)
        let organisation = roster.organisation(place, livingOn: day - 400)
        row.cell(codeOf: organisation, city)
        row.cell(nameOf: organisation, city)
        row.cell(number: city.year(of: day) - 1)
        row.cell("A")
        row.cell(day: day, city)
        row.cell(Department.tax.name)
        row.blank()
        return RowFacts(organisation: organisation)
    }
}
