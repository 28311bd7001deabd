import CreditCatalogue
import CreditModel

/// Writes stored values for people, in their language.
public struct FieldFormat: Sendable {
    public let catalogue: Catalogue
    public let language: Language

    public init(catalogue: Catalogue, language: Language) {
        self.catalogue = catalogue
        self.language = language
    }

    public func text(_ value: String, of field: Field) -> String {
        switch field.type {
        case .day, .endDay: day(value)
        case .yuan, .wanYuan: money(value)
        case .capital: capital(value)
        case .code: code(value, field.table)
        case .codes:
            value.split(separator: ";").map { code(String($0), field.table) }.joined(
                separator: language == .chinese ? "、" : ", ")
        case .division: catalogue.divisions.fullName(value) ?? value
        case .year: language == .chinese ? value + "年" : value
        default: value
        }
    }

    /// 2026年3月5日 / 5 March 2026; the open end in words.
    public func day(_ value: String) -> String {
        if let day = Day(iso: value) { self.day(day) } else { value }
    }

    public func day(_ day: Day) -> String {
        if day.isOpenEnd { return language == .chinese ? "长期" : "no end date" }
        let (year, month, dayOfMonth) = day.parts
        return language == .chinese
            ? "\(year)年\(month)月\(dayOfMonth)日" : "\(dayOfMonth) \(Self.months[month - 1]) \(year)"
    }

    /// 2026年3月5日 14:30 in China's time.
    public func moment(_ instant: Instant) -> String { day(instant.day) + " " + instant.chinaMinute.suffix(5) }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    public func money(_ yuan: String) -> String {
        guard let fen = Fen(decimal: yuan, unitInFen: 100) else { return yuan }
        return language == .chinese ? fen.grouped + " 元" : "¥" + fen.grouped
    }

    private func capital(_ value: String) -> String {
        let parts = value.split(separator: " ")
        guard parts.count == 2, let amount = Fen(decimal: parts[0], unitInFen: 100) else { return value }
        if parts[1] == "CNY" { return money(String(parts[0])) }
        return language == .chinese ? "\(amount.grouped)（\(parts[1])）" : "\(parts[1]) \(amount.grouped)"
    }

    public func code(_ value: String, _ table: String?) -> String {
        table.flatMap { catalogue.codeTables[$0] }?.value(code: value)?.title[language] ?? value
    }

    /// 《中华人民共和国行政处罚法》第48条, with "to be confirmed" where nobody has read the official text yet.
    public func basis(_ basis: Basis) -> String {
        guard let law = catalogue.laws[basis.law] else { return basis.law }
        var text = language == .chinese ? "《\(law.title.zh)》" : law.title.en
        if let article = basis.article { text += language == .chinese ? "第\(article)条" : ", art. \(article)" }
        if !basis.verified { text += language == .chinese ? "（待核实）" : " (to be confirmed)" }
        return text
    }

    public func bases(_ list: [Basis]) -> String {
        list.map(basis).joined(separator: language == .chinese ? "；" : "; ")
    }
}
