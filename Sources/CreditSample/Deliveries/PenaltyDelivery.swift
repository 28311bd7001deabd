/// Penalties in the layout of double publicity, where money is in 万元. One organisation in 25 has any, some very many.
struct PenaltyDelivery: Delivery {
    let roster: Roster
    /// Chinese labels instead of field codes.
    let hasChineseHeadings: Bool
    private var city: City { roster.city }
    var rows: Int { roster.rows }

    init(_ city: City, rows: Int, hasChineseHeadings: Bool = false) {
        roster = Roster(
            city, rows: rows, of: city.businesses, members: city.organisations / 25, flat: 0.3, salt: 0xFE7A)
        self.hasChineseHeadings = hasChineseHeadings
    }

    var layout: Layout {
        var layout = Layout(
            feed: "penalty",
            headings: hasChineseHeadings
                ? [
                    "行政相对人名称", "行政相对人类别", "统一社会信用代码", "工商注册号", "组织机构代码", "法定代表人", "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据",
                    "处罚类别", "处罚内容", "罚款金额（万元）", "没收金额（万元）", "暂扣或吊销证照名称及编号", "案件程序", "处罚决定日期", "处罚有效期", "公示截止期", "处罚机关",
                    "处罚机关统一社会信用代码", "数据来源单位", "数据来源单位统一社会信用代码", "备注",
                ]
                : [
                    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_FRDB", "CF_WSH",
                    "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB",
                    "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "CF_CX", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ",
                    "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM",
                    "CF_BZ",
                ])
        (layout.name, layout.party, layout.code, layout.registrationNumber, layout.organisationCode) = (0, 1, 2, 3, 4)
        (layout.document, layout.text, layout.coded, layout.fineText, layout.fine) = (6, 8, 10, 11, 12)
        (layout.day, layout.period, layout.remarks, layout.needsName, layout.needsDocument) = (
            16, (16, 17), 23, true, true
        )
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let organisation = roster.organisation(roster.place(number))
        let violation = Violation.all[city.trade(of: organisation).violation(rng.below(3))]
        let authority: Authority =
            violation.department == .market && !organisation.registersWithCity
            ? .districtMarket(organisation.district) : .city(violation.department)
        let day = roster.day(number, organisation, &rng)
        let sanction = Sanction(violation, &rng)
        row.cell(nameOf: organisation, city)
        row.cell(partyOf: organisation)
        row.cell(codeOf: organisation, city)
        row.cell(registrationNumberOf: organisation, city)
        row.blank()
        row.cell(representativeOf: organisation, city)
        row.cell(
            document: violation.department.sign, sanction.isSimple ? "当罚" : "罚", year: city.year(of: day),
            number: number + 1)
        row.cell(violation.kind)
        row.cell(violation.facts)
        row.cell(violation.basis)
        row.cell(sanction.kinds)
        sanction.appendText(to: &row.bytes)
        row.end()
        if sanction.fine > 0 { row.bytes.append(wanYuan: sanction.fine) }
        row.end()
        if sanction.confiscated > 0 { row.bytes.append(wanYuan: sanction.confiscated) }
        row.end()
        row.blank()
        row.cell(sanction.isSimple ? "简易程序" : "普通程序")
        row.cell(day: day, city)
        if rng.chance(500) {
            row.cell("2099-12-31")
        } else {
            row.cell(day: day + 365, city)
        }
        row.cell(day: day + (sanction.isSimple ? 90 : sanction.fine >= 100_000 ? 1095 : 365), city)
        row.cell(authority)
        row.cell(codeOf: authority, city)
        row.cell(authority)
        row.cell(codeOf: authority, city)
        row.blank()
        return RowFacts(organisation: organisation, fine: sanction.fine)
    }
}

/// What was imposed, in words and in figures that agree.
struct Sanction {
    /// In yuan; 0 where there is none.
    let fine: Int
    let confiscated: Int
    let isSimple: Bool
    private let form: Form

    private enum Form { case warning, fine, warningAndFine, confiscation, suspension, onTheSpot }

    init(_ violation: Violation, _ rng: inout SplitMix64) {
        let range = violation.fine
        let hundreds = range.lowerBound + rng.below(range.count) * rng.below(range.count) / range.count
        // Larger fines are round.
        let amount = hundreds >= 200 ? hundreds / 50 * 5000 : hundreds >= 20 ? hundreds / 5 * 500 : hundreds * 100
        // 行政处罚法 article 51: on the spot up to 3,000 yuan for organisations.
        switch rng.below(100) {
        case ..<14: form = .warning
        case ..<22 where amount >= 3000: form = .confiscation
        case ..<25 where amount >= 20_000: form = .suspension
        case ..<40: form = .warningAndFine
        default: form = amount <= 3000 && rng.chance(700) ? .onTheSpot : .fine
        }
        isSimple = form == .onTheSpot || (form == .warning && rng.chance(500))
        fine = form == .warning ? 0 : amount
        confiscated = form == .confiscation ? (2 + rng.below(60)) * 50 : 0
    }

    var kinds: StaticString {
        switch form {
        case .warning: "警告"
        case .fine, .onTheSpot: "罚款"
        case .warningAndFine: "警告；罚款"
        case .confiscation: "罚款；没收违法所得"
        case .suspension: "责令停产停业；罚款"
        }
    }

    func appendText(to text: inout ByteBuffer) {
        switch form {
        case .warning: return text.append("给予警告")
        case .fine: text.append("罚款人民币")
        case .onTheSpot: text.append("当场处以罚款人民币")
        case .warningAndFine: text.append("给予警告，并处罚款人民币")
        case .suspension: text.append("责令停产停业整顿，并处罚款人民币")
        case .confiscation:
            text.append("没收违法所得")
            text.append(number: confiscated)
            text.append("元，并处罚款人民币")
        }
        text.append(number: fine)
        text.append("元")
    }
}
