import CreditCatalogue
import CreditModel
import TestSupport

/// A calendar written apart from the product's: three numbers, a table of month lengths, one step at a time.
struct Civil: Comparable, Hashable {
    var year: Int
    var month: Int
    var day: Int

    init(_ year: Int, _ month: Int, _ day: Int) { (self.year, self.month, self.day) = (year, month, day) }

    init(_ text: String) {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        self.init(parts[0], parts[1], parts[2])
    }

    static func isLeap(_ year: Int) -> Bool { year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) }

    static func length(_ year: Int, _ month: Int) -> Int {
        [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    var next: Civil {
        if day < Self.length(year, month) { return Civil(year, month, day + 1) }
        return month == 12 ? Civil(year + 1, 1, 1) : Civil(year, month + 1, 1)
    }

    func months(_ count: Int) -> Civil {
        var (year, month) = (year, month)
        for _ in 0..<count {
            month += 1
            if month == 13 { (year, month) = (year + 1, 1) }
        }
        return Civil(year, month, Swift.min(day, Self.length(year, month)))
    }

    /// Zeller's congruence; 1 = Monday … 7 = Sunday.
    var weekday: Int {
        let (m, y) = month < 3 ? (month + 12, year - 1) : (month, year)
        let h = (day + 13 * (m + 1) / 5 + y % 100 + y % 100 / 4 + y / 100 / 4 + 5 * (y / 100)) % 7
        return (h + 5) % 7 + 1
    }

    var text: String {
        func padded(_ number: Int, _ count: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: count - digits.count) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    static func < (a: Civil, b: Civil) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }

    static let open = Civil(2099, 12, 31)

    /// Days where calendars go wrong: leap days, ends of months and years, the day before, of and after each change of rules.
    static let edges: [Civil] = {
        var days: [Civil] = []
        for year in [2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026] {
            for month in 1...12 {
                days += [Civil(year, month, 1), Civil(year, month, length(year, month))]
                days.append(Civil(year, month, length(year, month) - 1))
            }
        }
        for change in [Civil(2019, 6, 30), Civil(2023, 4, 30), Civil(2026, 3, 31)] {
            for _ in 0..<20 { days += [change, change.next, change.next.next] }
        }
        return days
    }()

    static func random(using rng: inout SplitMix64) -> Civil {
        if Bool.random(using: &rng), let edge = edges.randomElement(using: &rng) { return edge }
        let (year, month) = (Int.random(in: 2012...2026, using: &rng), Int.random(in: 1...12, using: &rng))
        return Civil(year, month, Int.random(in: 1...length(year, month), using: &rng))
    }
}

/// A penalty as a test says it, and the clocks that the rules of its day give it, written out by hand.
struct PenaltyCase {
    var decidedOn: Civil?
    var publishedOn: Civil?
    var kinds: [String] = []
    var procedure: String?
    var severity: String?
    var legalBasis: String?
    var validUntil: String?
    var receivedOn = Civil(2026, 11, 23)

    func values(_ item: Item) -> StatedValues {
        var values = StatedValues(count: item.fields.count)
        func set(_ name: String, _ value: String?) {
            if let position = item.position(of: name) { values[position] = value }
        }
        set("decidedOn", decidedOn?.text)
        set("publishedOn", publishedOn?.text)
        set("penaltyKinds", kinds.isEmpty ? nil : kinds.joined(separator: ";"))
        set("procedure", procedure)
        set("severity", severity)
        set("legalBasis", legalBasis)
        set("validUntil", validUntil)
        return values
    }

    struct Expected: Equatable {
        var published: String?
        var disclosed: String
        var archived: String
        var severity: String
        var repairable: String?
        var ruleSet: String
    }

    var expected: Expected {
        let start = decidedOn ?? publishedOn ?? receivedOn
        let (ruleSet, severity, published, minimum, maximum, repairable) = judged(start)
        let shown = published ? start.months(maximum) : nil
        let disclosed = start.months(60)
        var archived = start.months(360)
        if let validUntil, !["2099-12-31", "2099-01-31"].contains(validUntil) {
            archived = max(archived, Civil(validUntil))
        }
        return Expected(
            published: shown?.text, disclosed: disclosed.text, archived: archived.text, severity: severity,
            repairable: repairable ? (minimum == 0 ? start : start.months(minimum).next).text : nil, ruleSet: ruleSet)
    }

    private func judged(_ start: Civil) -> (String, String, Bool, Int, Int, Bool) {
        let known = Set(kinds)
        let heavy: Set = ["revocation-of-licence", "restriction-of-business", "ban-from-occupation"]
        let light: Set = ["warning", "notice-of-criticism"]
        if start < Civil(2019, 7, 1) { return ("penalty-before-2019", "general", true, 0, 36, true) }
        if start < Civil(2023, 5, 1) {
            switch severity {
            case "serious": return ("penalty-527", "serious", true, 6, 36, true)
            case "special-serious": return ("penalty-527", "special-serious", true, 0, 36, false)
            default: return ("penalty-527", "general", true, 3, 12, true)
            }
        }
        let isLight = procedure == "simple" || (!known.isEmpty && known.isSubset(of: light))
        if start < Civil(2026, 4, 1) {
            if severity == "minor" || (severity == nil && isLight) {
                return ("penalty-order-58", "minor", false, 0, 0, true)
            }
            let text = Array((legalBasis ?? "").unicodeScalars)
            let isGuarded = ["特种设备", "安全生产", "消防"].contains { word in
                let word = Array(word.unicodeScalars)
                return text.indices.contains { Array(text[$0...].prefix(word.count)) == word }
            }
            return ("penalty-order-58", "general", true, isGuarded ? 12 : 3, 36, true)
        }
        let found = severity ?? (known.isDisjoint(with: heavy) ? (isLight ? "minor" : "general") : "serious")
        switch found {
        case "minor": return ("penalty-order-36", "minor", false, 0, 3, true)
        case "general": return ("penalty-order-36", "general", true, 3, 12, true)
        default: return ("penalty-order-36", "serious", true, 12, 36, true)
        }
    }

    static let kinds = [
        "warning", "notice-of-criticism", "fine", "confiscation-of-gains", "confiscation-of-property",
        "suspension-of-licence", "lowering-of-grade", "revocation-of-licence", "restriction-of-business",
        "order-to-suspend-business", "order-to-close", "ban-from-occupation", "administrative-detention",
        "confiscation",
        "suspension-or-revocation", "other", "a-kind-nobody-knows",
    ]
    static let legalBases = [
        "《示例市价格管理办法（示例）》第十条", "《中华人民共和国安全生产法》第九十七条", "依据《特种设备安全法》", "消防", "消 防", "安全，生产", "消",
    ]

    static func random(using rng: inout SplitMix64) -> PenaltyCase {
        var penalty = PenaltyCase()
        penalty.receivedOn = Civil.random(using: &rng)
        if Int.random(in: 0..<8, using: &rng) > 0 { penalty.decidedOn = Civil.random(using: &rng) }
        if Bool.random(using: &rng) { penalty.publishedOn = Civil.random(using: &rng) }
        for _ in 0..<Int.random(in: 0...3, using: &rng) { penalty.kinds += [kinds.randomElement(using: &rng) ?? ""] }
        if Int.random(in: 0..<3, using: &rng) == 0 {
            penalty.procedure = Bool.random(using: &rng) ? "simple" : "ordinary"
        }
        if Int.random(in: 0..<3, using: &rng) == 0 {
            penalty.severity = ["minor", "general", "serious", "special-serious"].randomElement(using: &rng)
        }
        if Bool.random(using: &rng) { penalty.legalBasis = legalBases.randomElement(using: &rng) }
        if Int.random(in: 0..<4, using: &rng) == 0 {
            penalty.validUntil = ["2099-12-31", "2099-01-31", "2070-02-28", "2027-01-01"].randomElement(using: &rng)
        }
        return penalty
    }
}

extension PenaltyCase.Expected {
    init?(_ clocks: Clocks) {
        guard let severity = clocks.severity, let ruleSet = clocks.ruleSet else { return nil }
        self.init(
            published: clocks.publishedUntil?.description, disclosed: clocks.disclosedUntil.description,
            archived: clocks.archivedUntil.description, severity: severity.rawValue,
            repairable: clocks.repairableFrom?.description, ruleSet: ruleSet)
    }
}

/// The rules of one shipped item, asked by field names.
struct ItemClocks {
    let item: Item
    let rules: ClockRules

    init(_ id: String) throws {
        let catalogue = try SharedCatalogue.load()
        guard let item = catalogue.item(id) else { throw MissingItem(id: id) }
        self.item = item
        rules = ClockRules(item: item, catalogue: catalogue)
    }

    struct MissingItem: Error { let id: String }

    func callAsFunction(_ fields: [String: String], receivedOn: String = "2026-11-23") -> Clocks {
        var values = StatedValues(count: item.fields.count)
        for (name, value) in fields { if let position = item.position(of: name) { values[position] = value } }
        return rules.clocks(values, receivedOn: Day(iso: receivedOn) ?? .openEnd)
    }

    func callAsFunction(_ penalty: PenaltyCase) -> Clocks {
        rules.clocks(penalty.values(item), receivedOn: Day(iso: penalty.receivedOn.text) ?? .openEnd)
    }
}
