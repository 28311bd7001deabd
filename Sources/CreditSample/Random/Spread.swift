/// Divides the rows of a feed among its members, unevenly: most have a few, a few have very many.
///
/// Row → member is computed, not stored: of the first x of the members, the share of rows is flat·x + (1 − flat)·√x.
struct Spread: Sendable {
    let rows: Int
    let members: Int
    /// 1 = every member has as many rows; 0 = as uneven as it gets.
    private let flat: Double

    struct Place {
        /// Which member, busiest first.
        let member: Int
        /// Which of this member's rows.
        let turn: Int
        /// How many rows this member has.
        let turns: Int
    }

    init(rows: Int, members: Int, flat: Double) {
        self.rows = rows
        self.members = max(1, members)
        self.flat = flat
    }

    func place(of row: Int) -> Place {
        let share = (Double(row) + 0.5) / Double(rows)
        let root: Double
        if flat >= 1 {
            root = share.squareRoot()
        } else if flat <= 0 {
            root = share
        } else {
            let rest = 1 - flat
            root = (-rest + (rest * rest + 4 * flat * share).squareRoot()) / (2 * flat)
        }
        var member = min(members - 1, Int(root * root * Double(members)))
        // Rounding may put us next door.
        while member > 0, first(of: member) > row { member -= 1 }
        while member < members - 1, first(of: member + 1) <= row { member += 1 }
        let start = first(of: member)
        return Place(member: member, turn: row - start, turns: first(of: member + 1) - start)
    }

    private func first(of member: Int) -> Int {
        if member >= members { return rows }
        let x = Double(member) / Double(members)
        return Int(Double(rows) * (flat * x + (1 - flat) * x.squareRoot()))
    }
}
