import CreditModel

/// The invented city: which organisations there are and what follows from their positions.
///
/// Organisations lie by kind, one range after another. Per organisation only three check characters are kept.
struct City: Sendable {
    let seed: UInt64
    /// Days since 1970-01-01.
    let today: Int32
    let organisations: Int
    /// By `OrganisationKind.rawValue`.
    let ranges: [Range<Int>]
    /// The last few enterprises, whose codes were issued with a check character that does not fit.
    let pilots: Range<Int>

    private let pairs: [Permutation]
    private let numbers: Permutation
    /// Organisation code, unified code, registration number: one check character each.
    private var checks: [UInt8]
    /// 18 characters for each authority.
    private let authorityCodes: [UInt8]
    private let days: DayTable

    /// 1 January 1984.
    private static let beginning: Int32 = 5113
    /// Numbers of eight digits for old codes; enough for every organisation.
    private static let numberRange = 9_999_991

    init(organisations: Int, seed: UInt64, today: Day) {
        self.seed = seed
        self.today = today.daysSinceEpoch
        self.organisations = organisations
        days = DayTable()
        ranges = Self.ranges(organisations)
        let enterprises = ranges[OrganisationKind.enterprise.rawValue]
        pilots = (enterprises.upperBound - min(3, enterprises.count / 10))..<enterprises.upperBound
        pairs = OrganisationKind.allCases.map { kind in
            Permutation(count: Words.count * kind.trades.count, seed: seed ^ UInt64(kind.rawValue + 1) &* 0x9E37)
        }
        numbers = Permutation(count: Self.numberRange, seed: seed ^ 0xC0DE)
        authorityCodes = Self.codesOfAuthorities()
        checks = []
        checks = checkCharacters()
    }

    /// Shares of a real city: companies and sole traders make up 93 of 100. Small cities get one of each kind.
    private static func ranges(_ organisations: Int) -> [Range<Int>] {
        let government = max(1, min(Authority.count, organisations / 20))
        func share(_ perMille: Int) -> Int { max(1, organisations * perMille / 1000) }
        var counts = [government, share(12), share(15), share(3), share(15), share(380)]
        counts.append(organisations - counts.reduce(0, +))
        var start = 0
        return counts.map { count in
            defer { start += count }
            return start..<start + count
        }
    }

    /// How many organisations there are names for: each company, of which there are fewer than 58 in 100, has a pair of
    /// word and trade to itself.
    static var mostOrganisations: Int { min(Words.count * Trade.companies.count / 58 * 100, numberRange) }

    func range(_ kind: OrganisationKind) -> Range<Int> { ranges[kind.rawValue] }

    /// Companies and sole traders whose codes are sound: those that most records are about.
    var businesses: Range<Int> { range(.soleTrader).lowerBound..<pilots.lowerBound }
    var companies: Range<Int> { range(.enterprise).lowerBound..<pilots.lowerBound }
    /// All but the authorities themselves.
    var everybody: Range<Int> { range(.institution).lowerBound..<pilots.lowerBound }

    subscript(index: Int) -> Organisation {
        var number = 0
        while number < ranges.count, index >= ranges[number].upperBound { number += 1 }
        let kind = OrganisationKind(rawValue: number) ?? .enterprise
        let ordinal = index - ranges[kind.rawValue].lowerBound
        let hash = SplitMix64.mix(seed ^ (UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ 0x0A61))
        var rng = SplitMix64(hash)
        let pair = pairs[kind.rawValue][ordinal]
        let established = self.established(kind, &rng)
        let status = self.status(kind, established, &rng)
        var last = today - 1
        if status != .inOperation, status != .suspended {
            let span = Int(today - 30 - established) - 200
            last = established + 200 + Int32(rng.below(max(1, span)))
        }
        return Organisation(
            index: index, kind: kind, ordinal: ordinal, hash: hash,
            district: kind == .government
                ? max(0, Authority(index: ordinal).division - 1) : rng.below(Words.districts.count),
            trade: pair / Words.count, word: pair % Words.count, form: form(&rng), status: status,
            established: established, last: last)
    }

    private func established(_ kind: OrganisationKind, _ rng: inout SplitMix64) -> Int32 {
        let span = Double(today - 60 - Self.beginning)
        let share = Double(rng.next() >> 11) / 9_007_199_254_740_992
        switch kind {
        case .government, .institution: return Self.beginning + Int32(span * share * 0.6)
        // More are founded every year: half of all in the last sixth of the time.
        default: return Self.beginning + Int32(span * share.squareRoot().squareRoot())
        }
    }

    private func status(_ kind: OrganisationKind, _ established: Int32, _ rng: inout SplitMix64) -> Organisation.Status
    {
        let draw = rng.below(1000)
        guard kind == .enterprise || kind == .soleTrader || kind == .cooperative, established < today - 300 else {
            return .inOperation
        }
        switch draw {
        case ..<60: return .deregistered
        case ..<105: return .revoked
        case ..<115: return .movedOut
        case ..<125: return .suspended
        default: return .inOperation
        }
    }

    private func form(_ rng: inout SplitMix64) -> Organisation.Form {
        switch rng.below(100) {
        case ..<58: .cityCompany
        case ..<76: .placeCompany
        case ..<85: .bracketCompany
        case ..<88: .jointStock
        case ..<94: .trailingBracket
        default: .branch
        }
    }

    func trade(of organisation: Organisation) -> Trade { organisation.kind.trades[organisation.trade] }

    // MARK: codes

    private func checkCharacters() -> [UInt8] {
        var result = [UInt8](repeating: 0, count: organisations * 3)
        var text = ByteBuffer(capacity: 32)
        for index in 0..<organisations {
            let organisation = self[index]
            text.clear()
            appendBody(of: organisation, to: &text)
            let inner = OrganisationCode.checkCharacter(of: UnsafeBufferPointer(start: text.base + 8, count: 8)) ?? 48
            text.append(byte: inner)
            var outer = UnifiedCode.checkCharacter(of: UnsafeBufferPointer(start: text.base, count: 17)) ?? 48
            if pilots.contains(index) { outer = outer == 0x38 ? 0x39 : 0x38 }
            text.clear()
            appendRegistrationBody(of: organisation, to: &text)
            let last = RegistrationNumber.checkDigit(of: UnsafeBufferPointer(start: text.base, count: 14)) ?? 48
            (result[index * 3], result[index * 3 + 1], result[index * 3 + 2]) = (inner, outer, last)
        }
        return result
    }

    /// The first 16 characters of the unified code: prefix, division, organisation code without its check.
    private func appendBody(of organisation: Organisation, to text: inout ByteBuffer) {
        text.append(organisation.kind.prefix)
        switch organisation.kind {
        case .government:
            let authority = Authority(index: organisation.ordinal)
            text.append(division: authority.division)
            text.append("0099")
            text.append(number: 11 + authority.index, width: 4)
        case .institution, .association, .lawPractice:
            text.append(division: 0)
            appendOrganisationBody(of: organisation, to: &text)
        default:
            text.append(
                division: organisation.registersWithCity && organisation.kind == .enterprise
                    ? 0 : organisation.district + 1)
            appendOrganisationBody(of: organisation, to: &text)
        }
    }

    /// Eight characters: 7 and seven digits before the unified code began, MA and six characters since.
    private func appendOrganisationBody(of organisation: Organisation, to text: inout ByteBuffer) {
        let number = numbers[organisation.index]
        if organisation.established < Organisation.unifiedCodeBegan {
            text.append("7")
            text.append(number: number, width: 7)
            return
        }
        text.append("MA")
        // Scattered over the 31⁶ combinations; the factor has no divisor in common with 31.
        var rest = number * 1_103_515_245 % 887_503_681
        for _ in 0..<6 {
            text.append(byte: Self.alphabet[rest % 31])
            rest /= 31
        }
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    private func appendRegistrationBody(of organisation: Organisation, to text: inout ByteBuffer) {
        text.append("9901")
        text.append(number: organisation.district + 1, width: 2)
        text.append(number: numbers[organisation.index], width: 8)
    }

    private static func codesOfAuthorities() -> [UInt8] {
        var result: [UInt8] = []
        var text = ByteBuffer(capacity: 32)
        for index in 0..<Authority.count {
            text.clear()
            text.append("11")
            text.append(division: Authority(index: index).division)
            text.append("0099")
            text.append(number: 11 + index, width: 4)
            text.append(
                byte: OrganisationCode.checkCharacter(of: UnsafeBufferPointer(start: text.base + 8, count: 8)) ?? 48)
            text.append(byte: UnifiedCode.checkCharacter(of: UnsafeBufferPointer(start: text.base, count: 17)) ?? 48)
            result.append(contentsOf: UnsafeBufferPointer(start: text.base, count: 18))
        }
        return result
    }

    func appendCode(of organisation: Organisation, to text: inout ByteBuffer) {
        appendBody(of: organisation, to: &text)
        text.append(byte: checks[organisation.index * 3])
        text.append(byte: checks[organisation.index * 3 + 1])
    }

    func appendRegistrationNumber(of organisation: Organisation, to text: inout ByteBuffer) {
        appendRegistrationBody(of: organisation, to: &text)
        text.append(byte: checks[organisation.index * 3 + 2])
    }

    func appendCode(of authority: Authority, to text: inout ByteBuffer) {
        text.append(authorityCodes, from: authority.index * 18, count: 18)
    }

    // MARK: names

    func appendName(of organisation: Organisation, to text: inout ByteBuffer) {
        let place = Words.places[Int(organisation.hash >> 32 & 15)]
        switch organisation.kind {
        case .government:
            text.append(Authority(index: organisation.ordinal))
        case .institution, .association:
            text.append("示例市")
            text.append(word: organisation.word)
            text.append(trade(of: organisation).name)
        case .lawPractice:
            text.append("示例市")
            text.append(word: organisation.word)
            text.append("律师事务所")
        case .cooperative:
            text.append("示例市")
            text.append(word: organisation.word)
            text.append(trade(of: organisation).name)
            text.append("专业合作社")
        case .soleTrader:
            if organisation.hash & 0x300 == 0 {
                text.append("示例市")
                text.append(Words.districts[organisation.district])
            } else {
                text.append("示例")
                text.append(place)
            }
            text.append(word: organisation.word)
            text.append(trade(of: organisation).name)
        case .enterprise: appendCompany(organisation, place, to: &text)
        }
    }

    private func appendCompany(_ organisation: Organisation, _ place: StaticString, to text: inout ByteBuffer) {
        let trade = trade(of: organisation).name
        switch organisation.form {
        case .cityCompany, .branch:
            text.append("示例市")
            text.append(word: organisation.word)
            text.append(trade)
            text.append("有限公司")
            if organisation.form == .branch {
                text.append(place)
                text.append("分公司")
            }
        case .placeCompany:
            text.append("示例")
            text.append(place)
            text.append(word: organisation.word)
            text.append(trade)
            text.append("有限公司")
        case .bracketCompany, .jointStock:
            text.append("示例（")
            text.append(place)
            text.append("）")
            text.append(word: organisation.word)
            text.append(trade)
            text.append(organisation.form == .jointStock ? "股份有限公司" : "有限公司")
        case .trailingBracket:
            text.append(word: organisation.word)
            text.append(trade)
            text.append("（示例）有限公司")
        }
    }

    /// What it was called before it became a company: a works, so that nobody else's present name is the same.
    func appendFormerName(of organisation: Organisation, to text: inout ByteBuffer) {
        text.append("示例市")
        text.append(word: organisation.word)
        text.append(trade(of: organisation).name)
        text.append("厂")
    }

    func appendAddress(of organisation: Organisation, to text: inout ByteBuffer) {
        let hash = organisation.hash
        text.append("示例市")
        text.append(Words.districts[organisation.district])
        text.append(word: Int(hash >> 20 % 600) &* 37 % Words.count)
        text.append(Words.streetKinds[Int(hash >> 12 & 0xFFFF) % Words.streetKinds.count])
        text.append(number: 1 + Int(hash >> 40 & 0x1FF))
        text.append("号")
        let building = Words.buildings[Int(hash >> 50 & 0xFF) % Words.buildings.count]
        text.append(building)
        if building.utf8CodeUnitCount > 0 {
            text.append(number: 101 + Int(hash >> 57) * 7)
            text.append("室")
        }
    }

    /// 示例甲12: a role on a registration, and nobody.
    func appendRepresentative(of organisation: Organisation, to text: inout ByteBuffer) {
        text.append("示例")
        text.append(Words.stems[Int(organisation.hash >> 3 & 0xFF) % Words.stems.count])
        text.append(number: 1 + Int(organisation.hash >> 24 & 0xFFF))
    }

    // MARK: days

    func append(day: Int32, to text: inout ByteBuffer) { days.append(day, to: &text) }

    func year(of day: Int32) -> Int { days.year(of: day) }

    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int32 {
        Day(year: year, month: month, day: day)?.daysSinceEpoch ?? beginning
    }

    /// The newest such day of a year that has passed, and so many years before it.
    func yearly(month: Int, day: Int, back: Int) -> Int32 {
        var year = self.year(of: today)
        if Self.days(year, month, day) >= today { year -= 1 }
        return Self.days(year - back, month, day)
    }

    /// A working day, or the last one before; never before `floor`.
    func workday(_ day: Int32, notBefore floor: Int32) -> Int32 {
        let weekday = (day % 7 + 10) % 7 + 1
        return weekday <= 5 ? day : max(floor, day - (weekday - 5))
    }
}
