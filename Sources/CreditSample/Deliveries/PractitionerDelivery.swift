/// Licences of practitioners, who have made-up names and numbers of licences, and nothing else.
struct PractitionerDelivery: Delivery {
    let city: City
    let rows: Int

    init(_ city: City, rows: Int) {
        self.city = city
        self.rows = rows
    }

    private struct Profession {
        let title: StaticString
        let department: Department
        /// What such practitioners' firms are called; empty for law practices.
        let trade: StaticString

        static let all = [
            Profession(title: "律师", department: .justice, trade: ""),
            Profession(title: "律师", department: .justice, trade: ""),
            Profession(title: "导游", department: .culture, trade: "旅行社"),
            Profession(title: "注册会计师", department: .finance, trade: "会计服务"),
            Profession(title: "注册建造师", department: .housing, trade: "建筑工程"),
            Profession(title: "执业药师", department: .market, trade: "医药"),
            Profession(title: "房地产经纪人", department: .housing, trade: "房产经纪"),
            Profession(title: "资产评估师", department: .finance, trade: "资产评估"),
            Profession(title: "注册安全工程师", department: .emergency, trade: "化工"),
        ]
        /// Position of the trade among companies' trades.
        static let trades = all.map { profession in
            Trade.companies.firstIndex { "\($0.name)" == "\(profession.trade)" } ?? 0
        }
    }

    var layout: Layout {
        var layout = Layout(
            feed: "practitioner",
            headings: [
                "姓名", "执业类别", "执业证号", "执业状态", "执业机构名称", "执业机构统一社会信用代码", "发证日期", "有效期自", "有效期至", "发证机关", "监管决定文号",
                "监管决定内容", "备注",
            ])
        (layout.coded, layout.day, layout.period, layout.remarks) = (1, 6, (7, 8), 12)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let position = number % Profession.all.count
        let profession = Profession.all[position]
        let employer =
            profession.trade.utf8CodeUnitCount == 0 ? lawPractice(&rng) : company(of: Profession.trades[position], &rng)
        let day = max(employer.established, city.today - 30 - Int32(rng.below(3000)))
        row.bytes.append("示例")
        row.bytes.append(profession.title)
        row.bytes.append(byte: 65 + UInt8(number / 10_000 % 26))
        row.bytes.append("-")
        row.cell(number: 1 + number % 10_000, width: 4)
        row.cell(profession.title)
        row.bytes.append("9901")
        row.bytes.append(number: position + 1, width: 2)
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

    private func lawPractice(_ rng: inout SplitMix64) -> Organisation {
        let range = city.range(.lawPractice)
        return city[range.lowerBound + rng.below(range.count)]
    }

    /// A company of that trade, or whichever comes last where none is near.
    private func company(of trade: Int, _ rng: inout SplitMix64) -> Organisation {
        let range = city.companies
        let start = rng.below(range.count)
        var found = city[range.lowerBound + start]
        for step in 1..<min(200, range.count) where found.trade != trade {
            found = city[range.lowerBound + (start + step) % range.count]
        }
        return found
    }
}
