/// Licences of practitioners, who have made-up names and numbers of licences, and nothing else.
struct PractitionerDelivery: Delivery {
    let city: City
    let rows: Int

    init(_ city: City, rows: Int) {
        self.city = city
        self.rows = rows
    }

    private static let professions: [(title: StaticString, department: Department, digit: Int)] = [
        ("律师", .justice, 1), ("律师", .justice, 1), ("导游", .culture, 2), ("注册会计师", .finance, 3), ("注册建造师", .housing, 4),
        ("执业药师", .market, 5), ("房地产经纪人", .housing, 6), ("资产评估师", .finance, 7), ("注册安全工程师", .emergency, 8),
    ]

    var layout: Layout {
        var layout = Layout(
            feed: "practitioner",
            headings: [
                "姓名", "执业类别", "执业证号", "执业状态", "执业机构名称", "执业机构统一社会信用代码", "发证日期", "有效期自", "有效期至", "发证机关", "监管决定文号", "监管决定内容", "备注",
            ])
        (layout.coded, layout.day, layout.period, layout.remarks) = (1, 6, (7, 8), 12)
        (layout.document, layout.needsDocument) = (2, true)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let profession = Self.professions[number % Self.professions.count]
        let employers = profession.department == .justice ? city.range(.lawPractice) : city.companies
        let employer = city[employers.lowerBound + rng.below(employers.count)]
        let day = max(employer.established, city.today - 30 - Int32(rng.below(3000)))
        row.bytes.append("示例")
        row.bytes.append(profession.title)
        row.bytes.append(byte: 65 + UInt8(number / 10_000 % 26))
        row.bytes.append("-")
        row.cell(number: 1 + number % 10_000, width: 4)
        row.cell(profession.title)
        row.bytes.append("9901")
        row.bytes.append(number: profession.digit, width: 2)
        row.cell(number: number + 1, width: 8)
        let state = rng.below(100)
        row.cell(state < 90 ? "执业" : state < 94 ? "暂停执业" : state < 99 ? "注销" : "吊销")
        row.cell(nameOf: employer, city)
        row.cell(codeOf: employer, city)
        row.cell(day: day, city)
        row.cell(day: day, city)
        if profession.department == .justice { row.cell("2099-12-31") } else { row.cell(day: day + 1826, city) }
        row.cell(profession.department.name)
        if (90..<94).contains(state) {
            row.cell(document: profession.department.sign, "监决", year: city.year(of: day), number: number + 1)
            row.cell("停止执业三个月。")
        } else {
            row.blank()
            row.blank()
        }
        row.blank()
        return RowFacts()
    }
}
