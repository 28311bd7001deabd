/// Lists of abnormal operation: most entries are removed again once the matter is put right.
struct AbnormalDelivery: Delivery {
    let roster: Roster
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int) {
        roster = Roster(city, rows: rows, of: city.businesses, members: max(1, rows * 5 / 6), flat: 1, salt: 0xAB40)
    }

    var layout: Layout {
        var layout = Layout(
            feed: "abnormal",
            headings: [
                "企业名称", "主体类型", "统一社会信用代码", "名录种类", "列入决定文号", "列入原因", "列入日期", "列入依据", "列入机关", "移出日期", "移出原因", "移出机关",
                "备注",
            ])
        (layout.name, layout.party, layout.code, layout.coded, layout.text) = (0, 1, 2, 3, 5)
        (layout.day, layout.period, layout.remarks) = (6, (6, 9), 12)
        return layout
    }

    private static let reasons: [(StaticString, StaticString, StaticString)] = [
        ("未依照规定的期限公示年度报告", "《企业信息公示暂行条例》第十七条", "已补报年度报告并公示"),
        ("通过登记的住所或者经营场所无法联系", "《企业信息公示暂行条例》第十七条", "已依法办理住所变更登记"),
        ("公示企业信息隐瞒真实情况、弄虚作假", "《企业信息公示暂行条例》第十七条", "已更正公示的信息"),
    ]

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let place = roster.place(number)
        // Each turn has three hundred days to itself.
        let day = city.today - 30 - Int32(place.turn * 300 + rng.below(min(300, 40 + number % 300)))
        let organisation = roster.organisation(place, livingOn: day)
        let reason = Self.reasons[rng.below(100) < 60 ? 0 : rng.below(100) < 95 ? 1 : 2]
        let authority = Authority.districtMarket(organisation.district)
        row.cell(nameOf: organisation, city)
        row.cell(partyOf: organisation)
        row.cell(codeOf: organisation, city)
        row.cell(organisation.kind == .soleTrader ? "标记为经营异常状态" : "经营异常名录")
        row.cell(document: "示市监", "异", year: city.year(of: day), number: number + 1)
        row.cell(reason.0)
        row.cell(day: day, city)
        row.cell(reason.1)
        row.cell(authority)
        let removed = day + 20 + Int32(rng.below(240))
        if removed < city.today, rng.chance(700) {
            row.cell(day: removed, city)
            row.cell(reason.2)
            row.cell(authority)
        } else {
            row.blank()
            row.blank()
            row.blank()
        }
        row.blank()
        return RowFacts(organisation: organisation)
    }
}
