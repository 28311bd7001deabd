/// Public contracts and how they were performed.
struct ContractDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(
            city, rows: rows, of: city.companies, members: max(1, min(rows, city.organisations / 20)), flat: 0.5,
            salt: 0xC047)
    }

    private static let works: [(name: StaticString, kind: StaticString, buyer: Department)] = [
        ("道路养护工程", "招标投标", .housing), ("办公设备采购", "政府采购", .finance), ("绿地养护服务", "政府采购", .cityManagement),
        ("河道疏浚工程", "招标投标", .water), ("信息系统运维服务", "政府采购", .data), ("校舍维修工程", "招标投标", .education),
        ("公交候车亭建设项目", "PPP", .transport), ("食堂食材配送服务", "政府采购", .education), ("环境监测服务", "政府采购", .environment),
    ]

    var layout: Layout {
        var layout = Layout(
            feed: "contract",
            headings: [
                "中标单位名称", "统一社会信用代码", "合同编号", "合同名称", "合同类型", "采购人", "合同金额", "签订日期", "履行期限", "履行情况", "履行情况说明", "认定日期",
                "监管部门",
                "备注",
            ])
        (layout.name, layout.code, layout.coded, layout.text) = (0, 1, 4, 10)
        (layout.day, layout.period, layout.remarks) = (7, (7, 8), 13)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let organisation = roster.organisation(roster.place(number))
        let day = roster.day(number, organisation, &rng)
        let due = day + 90 + Int32(rng.below(500))
        let work = Self.works[rng.below(Self.works.count)]
        row.cell(nameOf: organisation, city)
        row.cell(codeOf: organisation, city)
        row.bytes.append("SL-HT-")
        row.bytes.append(number: city.year(of: day))
        row.bytes.append("-")
        row.cell(number: number + 1, width: 5)
        row.bytes.append(Words.districts[rng.below(Words.districts.count)])
        row.cell(work.name)
        row.cell(work.kind)
        row.cell(work.buyer.name)
        row.cell(number: (3 + rng.below(600)) * 5000)
        row.cell(day: day, city)
        row.cell(day: due, city)
        if due + 20 < city.today {
            switch rng.below(100) {
            case ..<4: outcome("违约", "逾期未交付，已解除合同。", due + 20, &row)
            case ..<9: outcome("部分履行", "部分内容延期完成。", due + 20, &row)
            default: outcome("已履行", "按期完成并验收合格。", due + 10, &row)
            }
        } else {
            row.cell("履行中")
            row.blank()
            row.blank()
        }
        row.cell(Department.finance.name)
        row.blank()
        return RowFacts(organisation: organisation)
    }

    private func outcome(_ result: StaticString, _ words: StaticString, _ day: Int32, _ row: inout Row) {
        row.cell(result)
        row.cell(words)
        row.cell(day: day, city)
    }
}
