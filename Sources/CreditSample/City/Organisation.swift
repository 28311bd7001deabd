/// What kind of body an organisation is; decides its code's first characters, its registrar and its trades.
enum OrganisationKind: Int, CaseIterable, Sendable {
    case government, institution, association, lawPractice, cooperative, soleTrader, enterprise

    /// Characters 1 and 2 of the unified code (GB 32100).
    var prefix: StaticString {
        switch self {
        case .government: "11"
        case .institution: "12"
        case .association: "51"
        case .lawPractice: "31"
        case .cooperative: "93"
        case .soleTrader: "92"
        case .enterprise: "91"
        }
    }

    var trades: [Trade] {
        switch self {
        case .government: Trade.government
        case .institution: Trade.institutions
        case .association: Trade.associations
        case .lawPractice: Trade.lawPractices
        case .cooperative: Trade.cooperatives
        case .soleTrader: Trade.shops
        case .enterprise: Trade.companies
        }
    }
}

/// One invented organisation. All of it follows from the seed and its position, so it is made anew for every row.
struct Organisation: Sendable {
    enum Status: Sendable { case inOperation, suspended, revoked, deregistered, movedOut }
    /// How an enterprise's name is put together.
    enum Form: Sendable { case cityCompany, placeCompany, bracketCompany, jointStock, trailingBracket, branch }

    let index: Int
    let kind: OrganisationKind
    /// Position among its kind.
    let ordinal: Int
    /// Sixty-four bits to draw its particulars from.
    let hash: UInt64
    /// 0 … 10
    let district: Int
    /// Position in the trades of its kind.
    let trade: Int
    let word: Int
    let form: Form
    let status: Status
    /// Days since 1970-01-01.
    let established: Int32
    /// When it was revoked, dissolved or moved away; otherwise the day before the city's today.
    let last: Int32

    var isBranch: Bool { kind == .enterprise && form == .branch }
    /// Those founded before the unified code had a 15-digit number, and often still give it.
    var hasRegistrationNumber: Bool {
        established < Self.unifiedCodeBegan && (kind == .enterprise || kind == .soleTrader || kind == .cooperative)
    }
    var hasFormerName: Bool { kind == .enterprise && form == .cityCompany && hash & 0x1F00 == 0 }
    var registrar: Authority {
        switch kind {
        case .government, .institution: .city(.staffing)
        case .association: .city(.civilAffairs)
        case .lawPractice: .city(.justice)
        case .cooperative, .soleTrader: .districtMarket(district)
        case .enterprise: registersWithCity ? .city(.market) : .districtMarket(district)
        }
    }
    var registersWithCity: Bool { hash & 0xE000 == 0 || form == .jointStock }

    /// 1 October 2015.
    static let unifiedCodeBegan: Int32 = 16_709
}
