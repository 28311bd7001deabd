import CreditModel

/// A list of values that a field may take, with every way in which departments write them.
public struct CodeTable: Sendable {
    public struct Value: Sendable, Hashable {
        public let code: String
        public let title: Bilingual
        public let spellings: [String]
        public let until: Day?
        public let verified: Bool
    }
    public let id: String
    public let title: Bilingual
    public let basis: [Basis]
    public let verified: Bool
    public let values: [Value]

    let bySpelling: [String: Int]
    let byCode: [String: Int]

    /// The value for a delivered spelling, compared without width, case, blanks and brackets' contents.
    public func value(spelled text: String) -> Value? {
        let folded = Folding.heading(text)
        return (bySpelling[folded] ?? bySpelling[Folding.headingStem(folded)]).map { values[$0] }
    }

    public func value(code: String) -> Value? { byCode[code].map { values[$0] } }
}
