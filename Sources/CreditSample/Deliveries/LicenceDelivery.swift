/// Permits, by far the most rows of any feed. In the layout of 2018/2019, or in that of 2016, which some never left.
struct LicenceDelivery: Delivery {
    let roster: Roster
    let isOfOldStandard: Bool
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int, isOfOldStandard: Bool = false) {
        roster = Roster(city, rows: rows, of: city.everybody, members: .max, flat: 0.8, salt: 0x11CE)
        self.isOfOldStandard = isOfOldStandard
    }

    var layout: Layout {
        if isOfOldStandard {
            var layout = Layout(
                feed: "licence",
                headings: [
                    "XK_WSH", "XK_XMMC", "XK_SPLB", "XK_NR", "XK_XDR", "XK_XDR_SHXYM", "XK_XDR_ZDM", "XK_XDR_GSDJ",
                    "XK_XDR_SWDJ", "XK_XDR_SFZ",
                    "XK_FR", "XK_JDRQ", "XK_JZQ", "XK_XZJG", "XK_ZT", "DFBM", "SJC", "XK_BZ",
                ])
            (layout.name, layout.code, layout.registrationNumber, layout.document) = (4, 5, 7, 0)
            (layout.day, layout.text, layout.remarks, layout.needsName, layout.needsDocument) = (11, 3, 17, true, true)
            return layout
        }
        var layout = Layout(
            feed: "licence",
            headings: [
                "行政相对人名称", "行政相对人类别", "行政相对人代码_1(统一社会信用代码)", "行政相对人代码_2(工商注册号)", "法定代表人", "行政许可决定文书名称", "行政许可决定文书号",
                "许可类别", "许可证书名称", "许可编号", "许可内容", "许可决定日期", "有效期自", "有效期至", "许可机关", "许可机关统一社会信用代码", "当前状态", "数据来源单位",
                "数据来源单位统一社会信用代码", "备注",
            ])
        (layout.name, layout.party, layout.code, layout.registrationNumber) = (0, 1, 2, 3)
        (layout.document, layout.coded, layout.text, layout.day, layout.period) = (6, 7, 10, 11, (12, 13))
        (layout.remarks, layout.needsName, layout.needsDocument) = (19, true, true)
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let organisation = roster.organisation(roster.place(number))
        let kind = LicenceKind.all[city.trade(of: organisation).licence(rng.below(3))]
        let authority: Authority =
            kind.department == .market && !organisation.registersWithCity
            ? .districtMarket(organisation.district) : .city(kind.department)
        if isOfOldStandard {
            fillOld(&row, organisation, kind, authority, number, &rng)
            return RowFacts(organisation: organisation)
        }
        let day = roster.day(number, organisation, &rng)
        row.cell(nameOf: organisation, city)
        row.cell(partyOf: organisation)
        row.cell(codeOf: organisation, city)
        row.cell(registrationNumberOf: organisation, city)
        row.cell(representativeOf: organisation, city)
        row.cell(kind.decision)
        row.cell(document: kind.department.sign, "许", year: city.year(of: day), number: number + 1)
        row.cell(kind.kind)
        row.cell(kind.certificate)
        row.bytes.append(kind.prefix)
        row.bytes.append("9901")
        row.bytes.append(number: organisation.district + 1, width: 2)
        row.bytes.append(number: number + 1, width: 8)
        row.end()
        row.cell(kind.content)
        row.cell(day: day, city)
        row.cell(day: day, city)
        let end = day + Int32(kind.years) * 365 + Int32(kind.years / 4) - 1
        if kind.years == 0 {
            row.cell(rng.chance(700) ? "2099-12-31" : "长期")
        } else {
            row.cell(day: end, city)
        }
        row.cell(authority)
        row.cell(codeOf: authority, city)
        row.cell(kind.years > 0 && end < city.today ? "2" : "1")
        row.cell(authority)
        row.cell(codeOf: authority, city)
        row.blank()
        return RowFacts(organisation: organisation)
    }

    private func fillOld(
        _ row: inout Row, _ organisation: Organisation, _ kind: LicenceKind, _ authority: Authority, _ number: Int,
        _ rng: inout SplitMix64
    ) {
        // From 2016 to 2018, or from its founding on.
        let day = max(organisation.established, 16_801 + Int32(rng.below(1000)))
        row.cell(document: kind.department.sign, "许字", year: city.year(of: day), number: number + 1)
        row.cell(kind.certificate)
        row.cell(kind.kind)
        row.cell(kind.content)
        row.cell(nameOf: organisation, city)
        row.cell(codeOf: organisation, city)
        row.blank()
        row.cell(registrationNumberOf: organisation, city)
        row.blank()
        // The layout has a column for a citizen's number. It is never filled, and intake would not read it.
        row.blank()
        row.cell(representativeOf: organisation, city)
        row.cell(day: day, city)
        if kind.years == 0 {
            row.cell("2099-12-31")
        } else {
            row.cell(day: day + Int32(kind.years) * 365, city)
        }
        row.cell(authority)
        row.cell("0")
        row.bytes.append(division: authority.division)
        row.end()
        city.append(day: day, to: &row.bytes)
        row.cell(" 10:20:00")
        row.blank()
    }
}
