/// One row for each organisation: what its registrar knows.
struct RegistrationDelivery: Delivery {
    let city: City
    private let order: Permutation
    var rows: Int { city.organisations }

    init(_ city: City) {
        self.city = city
        order = Permutation(count: city.organisations, seed: city.seed ^ 0x1E6)
    }

    var layout: Layout {
        var layout = Layout(
            feed: "registration",
            headings: [
                "企业名称", "曾用名", "统一社会信用代码", "注册号", "组织机构代码", "企业类型", "法定代表人", "注册资本", "成立日期", "核准日期", "营业期限自", "营业期限至",
                "登记状态", "吊销日期", "注销日期", "经营范围", "行业", "行政区划", "注册地址", "登记机关", "登记机关代码", "数据来源单位", "备注",
            ])
        (layout.name, layout.code, layout.takesAnyCode, layout.registrationNumber, layout.organisationCode) = (
            0, 2, true, 3, 4
        )
        (layout.coded, layout.day, layout.period, layout.text, layout.remarks) = (12, 8, (10, 11), 15, 22)
        layout.needsName = true
        return layout
    }

    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts {
        let organisation = city[order[number]]
        let trade = city.trade(of: organisation)
        row.cell(nameOf: organisation, city)
        if organisation.hasFormerName { city.appendFormerName(of: organisation, to: &row.bytes) }
        row.end()
        row.cell(codeOf: organisation, city)
        row.cell(registrationNumberOf: organisation, city)
        if organisation.hasRegistrationNumber, organisation.hash & 0xC0000 == 0 {
            // The organisation code is characters 9 to 17 of the unified code.
            let start = row.start(of: 2) + 8
            row.bytes.append(Array(UnsafeBufferPointer(start: row.bytes.base + start, count: 9)))
        }
        row.end()
        row.cell(Self.type(organisation))
        row.cell(representativeOf: organisation, city)
        capital(organisation, &row, &rng)
        row.cell(day: organisation.established, city)
        let approved =
            organisation.established + Int32(rng.below(max(1, Int(organisation.last - organisation.established))))
        row.cell(day: city.workday(approved, notBefore: organisation.established), city)
        row.cell(day: organisation.established, city)
        term(organisation, &row, &rng)
        ending(organisation, &row, &rng)
        row.cell(trade.scope)
        row.cell(trade.industry)
        row.bytes.append(division: organisation.district + 1)
        row.end()
        city.appendAddress(of: organisation, to: &row.bytes)
        row.end()
        row.cell(organisation.registrar)
        row.cell(codeOf: organisation.registrar, city)
        row.cell(organisation.registrar)
        row.blank()
        return RowFacts(organisation: organisation)
    }

    private static func type(_ organisation: Organisation) -> StaticString {
        switch organisation.kind {
        case .government: return "机关"
        case .institution: return "事业单位"
        case .association:
            let endings: [StaticString] = ["社会团体", "社会团体", "民办非企业单位", "民办非企业单位", "社会团体", "民办非企业单位", "民办非企业单位", "基金会"]
            return endings[organisation.trade % endings.count]
        case .lawPractice: return "律师执业机构"
        case .cooperative: return "农民专业合作社"
        case .soleTrader: return "个体工商户"
        case .enterprise:
            switch organisation.form {
            case .jointStock: return "股份有限公司（非上市）"
            case .branch: return "有限责任公司分公司"
            default:
                let kinds: [StaticString] = [
                    "有限责任公司（自然人投资或控股）", "有限责任公司（自然人投资或控股）", "有限责任公司（自然人独资）", "有限责任公司（法人独资）", "其他有限责任公司",
                    "有限责任公司（中外合资）", "有限责任公司（自然人投资或控股）", "有限责任公司（国有独资）",
                ]
                return kinds[Int(organisation.hash >> 48 & 7)]
            }
        }
    }

    private func capital(_ organisation: Organisation, _ row: inout Row, _ rng: inout SplitMix64) {
        let companies = [
            10, 30, 50, 50, 100, 100, 100, 200, 200, 300, 500, 500, 500, 1000, 1000, 2000, 3000, 5000, 10_000, 50_000,
        ]
        switch organisation.kind {
        case .government, .lawPractice: return row.blank()
        case .enterprise:
            if organisation.isBranch { return row.blank() }
            row.bytes.append(number: companies[rng.below(companies.count)])
        case .soleTrader: row.bytes.append(number: 1 + rng.below(30))
        default: row.bytes.append(number: 5 + rng.below(500))
        }
        row.bytes.append(rng.chance(50) ? "（万元人民币）" : "万元人民币")
        row.end()
    }

    private func term(_ organisation: Organisation, _ row: inout Row, _ rng: inout SplitMix64) {
        switch organisation.kind {
        case .enterprise where rng.chance(600): row.cell(day: organisation.established + 7304, city)
        case .enterprise where rng.chance(500): row.cell("长期")
        case .soleTrader: row.blank()
        default: row.cell("2099-12-31")
        }
    }

    private func ending(_ organisation: Organisation, _ row: inout Row, _ rng: inout SplitMix64) {
        switch organisation.status {
        case .inOperation: row.cell(rng.chance(120) ? "在业" : "存续")
        case .suspended: row.cell("歇业")
        case .revoked: row.cell("吊销")
        case .deregistered: row.cell("注销")
        case .movedOut: row.cell("迁出")
        }
        if organisation.status == .revoked { city.append(day: organisation.last, to: &row.bytes) }
        row.end()
        if organisation.status == .deregistered { city.append(day: organisation.last, to: &row.bytes) }
        row.end()
    }
}
