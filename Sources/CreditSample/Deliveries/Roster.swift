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
