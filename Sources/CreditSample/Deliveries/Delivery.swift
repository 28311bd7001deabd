/// One layout of one feed: its headings, where its telling cells are, and how a row is filled.
protocol Delivery: Sendable {
    var layout: Layout { get }
    /// Rows of this feed in all files together.
    var rows: Int { get }
    /// Fills an empty row. The same number always gives the same row.
    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts
}

/// What flaws need to know of a row.
struct RowFacts {
    /// Whom it is about; nil for practitioners.
    var organisation: Organisation?
    /// In yuan; 0 where there is none.
    var fine = 0
}

/// Headings and the positions of the cells that flaws touch. A position that a layout lacks is nil.
struct Layout: Sendable {
    let feed: String
    var headings: [String]
    var name: Int?
    var code: Int?
    /// The column is made for any kind of number, so an old one in it has not strayed.
    var takesAnyCode = false
    var registrationNumber: Int?
    var organisationCode: Int?
    /// Kind of party, where 自然人 would stand.
    var party: Int?
    /// A cell with a value of a code table.
    var coded: Int?
    var day: Int?
    /// Two days that have an order.
    var period: (from: Int, until: Int)?
    var fine: Int?
    /// The column counts in yuan, not in 万元.
    var fineInYuan = false
    /// The text that names the fine.
    var fineText: Int?
    var document: Int?
    /// Long text, in which a line may break.
    var text: Int?
    var remarks: Int?
    /// Whether the feed asks for a name even where there is a code.
    var needsName = false
    var needsDocument = false
}

/// Who in a range of organisations takes part in a feed, busiest first, each with a few stand-ins of its own.
struct Members: Sendable {
    let count: Int
    private let range: Range<Int>
    private let width: Int
    private let order: Permutation

    init(_ range: Range<Int>, count wanted: Int, seed: UInt64) {
        self.range = range
        count = max(1, min(wanted, range.count))
        width = max(1, range.count / count)
        order = Permutation(count: range.count / width, seed: seed)
    }

    /// The member itself, or its first stand-in that lived on that day.
    func organisation(_ member: Int, in city: borrowing City, livingOn day: Int32? = nil) -> Organisation {
        let start = range.lowerBound + order[member] * width
        let first = city[start]
        guard let day, !(first.established...first.last).contains(day) else { return first }
        for index in start..<start + width {
            let other = city[index]
            if (other.established...other.last).contains(day) { return other }
        }
        return first
    }
}

/// What every feed about organisations shares: who, how often, and in which order of the file.
struct Roster: Sendable {
    let city: City
    let rows: Int
    let members: Members
    private let spread: Spread
    private let order: Permutation

    init(_ city: City, rows: Int, of range: Range<Int>, members: Int, flat: Double, salt: UInt64) {
        self.city = city
        self.rows = rows
        self.members = Members(range, count: members, seed: city.seed ^ salt)
        spread = Spread(rows: rows, members: self.members.count, flat: flat)
        order = Permutation(count: rows, seed: city.seed ^ salt &* 31)
    }

    func place(_ number: Int) -> Spread.Place { spread.place(of: order[number]) }

    func organisation(_ place: Spread.Place, livingOn day: Int32? = nil) -> Organisation {
        members.organisation(place.member, in: city, livingOn: day)
    }

    /// Rows of a file run from old to new; four of five days lie in the last three years.
    func day(_ number: Int, _ organisation: Organisation, _ rng: inout SplitMix64) -> Int32 {
        let age = 1 - (Double(number) + 0.5) / Double(rows)
        let old = (age - 0.82) / 0.18
        let back = age < 0.82 ? 1 + age / 0.82 * 1095 : 1096 + old * old * 2900
        var day = city.today - Int32(back)
        if day < organisation.established || day > organisation.last {
            day = organisation.established + Int32(rng.below(max(1, Int(organisation.last - organisation.established))))
        }
        return city.workday(day, notBefore: organisation.established)
    }
}

extension Row {
    mutating func cell(nameOf organisation: Organisation, _ city: borrowing City) {
        city.appendName(of: organisation, to: &bytes)
        end()
    }

    mutating func cell(codeOf organisation: Organisation, _ city: borrowing City) {
        city.appendCode(of: organisation, to: &bytes)
        end()
    }

    mutating func cell(partyOf organisation: Organisation) {
        switch organisation.kind {
        case .soleTrader: cell("个体工商户")
        case .cooperative: cell("农民专业合作社")
        default: cell("法人及非法人组织")
        }
    }

    /// 15 digits, for three of four that have one.
    mutating func cell(registrationNumberOf organisation: Organisation, _ city: borrowing City) {
        if organisation.hasRegistrationNumber, organisation.hash & 0x30000 != 0 {
            city.appendRegistrationNumber(of: organisation, to: &bytes)
        }
        end()
    }

    mutating func cell(representativeOf organisation: Organisation, _ city: borrowing City) {
        city.appendRepresentative(of: organisation, to: &bytes)
        end()
    }

    mutating func cell(_ authority: Authority) {
        bytes.append(authority)
        end()
    }

    mutating func cell(codeOf authority: Authority, _ city: borrowing City) {
        city.appendCode(of: authority, to: &bytes)
        end()
    }

    mutating func cell(day: Int32, _ city: borrowing City) {
        city.append(day: day, to: &bytes)
        end()
    }

    /// 示市监罚〔2025〕12号
    mutating func cell(document sign: StaticString, _ kind: StaticString, year: Int, number: Int) {
        bytes.append(sign)
        bytes.append(kind)
        bytes.append("〔")
        bytes.append(number: year)
        bytes.append("〕")
        bytes.append(number: number)
        bytes.append("号")
        end()
    }
}
