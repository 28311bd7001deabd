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
    private func caseNumber(
        _ year: Int, _ kind: StaticString, _ number: Int, _ organisation: Organisation, _ row: inout Row
    ) {
        row.bytes.append("（")
        row.bytes.append(number: year)
        row.bytes.append("）示01")
        row.bytes.append(number: organisation.district + 1, width: 2)
        row.bytes.append(kind)
        row.bytes.append(number: number)
        row.cell("号")
    }
}
