/// The invented authorities of the city. Their own codes begin with 1199: no province has the number 99.
enum Department: Int, CaseIterable, Sendable {
    case market, environment, emergency, transport, housing, cityManagement, culture, health, fire, labour, agriculture,
        resources
    case approval, tax, finance, development, justice, civilAffairs, court, water, commerce, education, data, staffing

    var name: StaticString {
        switch self {
        case .market: "示例市市场监督管理局"
        case .environment: "示例市生态环境局"
        case .emergency: "示例市应急管理局"
        case .transport: "示例市交通运输局"
        case .housing: "示例市住房和城乡建设局"
        case .cityManagement: "示例市城市管理局"
        case .culture: "示例市文化和旅游局"
        case .health: "示例市卫生健康委员会"
        case .fire: "示例市消防救援局"
        case .labour: "示例市人力资源和社会保障局"
        case .agriculture: "示例市农业农村局"
        case .resources: "示例市自然资源和规划局"
        case .approval: "示例市行政审批局"
        case .tax: "示例市税务局"
        case .finance: "示例市财政局"
        case .development: "示例市发展和改革委员会"
        case .justice: "示例市司法局"
        case .civilAffairs: "示例市民政局"
        case .court: "示例市人民法院"
        case .water: "示例市水务局"
        case .commerce: "示例市商务局"
        case .education: "示例市教育局"
        case .data: "示例市数据局"
        case .staffing: "示例市机构编制委员会办公室"
        }
    }

    /// Its sign in document numbers: 示市监罚〔2025〕12号.
    var sign: StaticString {
        switch self {
        case .market: "示市监"
        case .environment: "示环"
        case .emergency: "示应急"
        case .transport: "示交"
        case .housing: "示建"
        case .cityManagement: "示城管"
        case .culture: "示文旅"
        case .health: "示卫"
        case .fire: "示消"
        case .labour: "示人社"
        case .agriculture: "示农"
        case .resources: "示自然资"
        case .approval: "示审批"
        case .tax: "示税"
        case .finance: "示财"
        case .development: "示发改"
        case .justice: "示司"
        case .civilAffairs: "示民"
        case .court: "示法"
        case .water: "示水"
        case .commerce: "示商"
        case .education: "示教"
        case .data: "示数"
        case .staffing: "示编办"
        }
    }
}

/// An authority: a department of the city, or the market regulator or court of one of its districts.
enum Authority: Sendable, Hashable {
    case city(Department)
    case districtMarket(Int)
    case districtCourt(Int)

    static let count = Department.allCases.count + 2 * Words.districts.count

    /// Position among all authorities; fixes the code.
    var index: Int {
        switch self {
        case .city(let department): department.rawValue
        case .districtMarket(let district): Department.allCases.count + district
        case .districtCourt(let district): Department.allCases.count + Words.districts.count + district
        }
    }

    init(index: Int) {
        let departments = Department.allCases
        if index < departments.count {
            self = .city(departments[index])
        } else if index < departments.count + Words.districts.count {
            self = .districtMarket(index - departments.count)
        } else {
            self = .districtCourt((index - departments.count - Words.districts.count) % Words.districts.count)
        }
    }

    /// 0 for an authority of the whole city, else 1 … 11.
    var division: Int {
        switch self {
        case .city: 0
        case .districtMarket(let district), .districtCourt(let district): district + 1
        }
    }
}

extension ByteBuffer {
    mutating func append(_ authority: Authority) {
        switch authority {
        case .city(let department): append(department.name)
        case .districtMarket(let district):
            append("示例市")
            append(Words.districts[district])
            append("市场监督管理局")
        case .districtCourt(let district):
            append("示例市")
            append(Words.districts[district])
            append("人民法院")
        }
    }

    /// 990000 for the city, 990101 … 990111 for its districts.
    mutating func append(division: Int) {
        if division == 0 {
            append("990000")
        } else {
            append("9901")
            append(number: division, width: 2)
        }
    }
}
