import CreditCatalogue
import CreditModel

/// Whether a record came within the working days in which its item is due.
///
/// A delivery has few days and many rows, so each day is judged once.
struct Punctuality {
    private let calendar: WorkdayCalendar
    private let today: Day
    private let workingDays: Int
    private let position: Int?
    private var known: [Day: Bool] = [:]

    init(item: Item, calendar: WorkdayCalendar, today: Day) {
        (self.calendar, self.today) = (calendar, today)
        if case .workingDays(let count, let from)? = item.delivery?.rhythm {
            (workingDays, position) = (count, item.position(of: from))
        } else {
            (workingDays, position) = (0, nil)
        }
    }

    /// Nil where nothing is promised, or the row does not say the day from which the promise runs.
    mutating func isLate(_ values: StatedValues) -> Bool? {
        guard let position, let day = values.day(position) else { return nil }
        if let known = known[day] { return known }
        let isLate = calendar.adding(workingDays: workingDays, to: day) < today
        known[day] = isLate
        return isLate
    }
}
