import CreditModel

/// Sections of GB/T 4754, the letters A to T by which statistics tell lines of business apart.
///
/// Registrars write the line of business as they like; what cannot be told for certain is in no section and never guessed.
public struct Sectors: Sendable {
    static let table = "industry-section"
    private let names: CodeTable?

    init(table: CodeTable?) { names = table }

    /// The section of a line of business: by its name, by the letter and the digits of a code (`C39`), or by digits alone
    /// (`3911`), which begin with the number of a division.
    public func section(of text: String) -> String? {
        guard let names else { return nil }
        if let value = names.value(spelled: text) { return value.code }
        let code = Folding.code(text)
        let letter = code.first.map(String.init).flatMap { names.value(code: $0)?.code }
        let rest = letter == nil ? code[...] : code.dropFirst()
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard digits.count >= 2, digits.count <= 4, let division = Int(digits.prefix(2)) else { return nil }
        let section = Self.firstDivisions.last { $0.first <= division }?.section
        guard division >= 1, division <= 97, let section, letter ?? section == section else { return nil }
        return names.value(code: section)?.code
    }

    /// The section of what a registration says of an organisation.
    /// - Parameter registration: its fields by name.
    public func section(of registration: [String: String]) -> String? { registration["industry"].flatMap { section(of: $0) } }

    /// Section letters in their order.
    public var sections: [String] { names?.values.map(\.code) ?? [] }

    public func title(_ section: String) -> Bilingual? { names?.value(code: section)?.title }

    /// The number of the first division of each section.
    private static let firstDivisions: [(section: String, first: Int)] = [
        ("A", 1), ("B", 6), ("C", 13), ("D", 44), ("E", 47), ("F", 51), ("G", 53), ("H", 61), ("I", 63), ("J", 66),
        ("K", 70), ("L", 71), ("M", 73), ("N", 76), ("O", 80), ("P", 83), ("Q", 84), ("R", 86), ("S", 91), ("T", 97),
    ]
}
