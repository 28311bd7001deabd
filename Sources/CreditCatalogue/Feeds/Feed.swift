import CreditModel

/// How an item is delivered: which headings mean which field, and what a row must hold.
public struct Feed: Sendable {
    /// Behaviour that the data refers to by name.
    public enum Derivation: String, Sendable, CaseIterable {
        case documentNumberInText = "document-number-in-text"
        case fineInText = "fine-in-text"
    }
    public struct Derive: Sendable, Hashable {
        public let field: Int
        public let from: Int
        public let by: Derivation
    }
    public struct Crosscheck: Sendable, Hashable {
        public let amount: Int
        public let text: Int
    }
    /// Another layout of the same feed, recognised by headings that only it has.
    public struct Layout: Sendable {
        public let id: String
        public let title: Bilingual
        public let marks: Set<String>
        public let required: [[Int]]
    }
    public enum KeyPart: Sendable, Hashable {
        case subject
        case field(Int)
    }
    public struct Examples: Sendable {
        public struct Bad: Sendable, Hashable {
            public let row: Int
            public let code: String
            public let field: String?
        }
        public let good: String
        public let badFile: String
        public let bad: [Bad]
    }

    public let id: String
    public let item: String
    public let title: Bilingual
    public let provider: Bilingual
    public let note: Bilingual?
    public let basis: [Basis]
    public let verified: Bool
    /// Field position → every spelling of its heading, as written in the catalogue.
    public let headings: [(field: Int, spellings: [String])]
    /// Type of each field in this layout (units may differ from the item's).
    public let types: [FieldType]
    /// Groups of which at least one field must be filled.
    public let required: [[Int]]
    public let layouts: [Layout]
    public let key: [KeyPart]
    public let constants: [Int: String]
    public let derive: [Derive]
    public let crosschecks: [Crosscheck]
    public let ignored: [String]
    public let refused: [String]
    public let examples: Examples?

    let fieldByHeading: [String: Int]
    let ignoredHeadings: Set<String>
    let refusedHeadings: Set<String>

    /// What a delivered heading means here.
    public enum HeadingMeaning: Sendable, Hashable {
        case field(Int)
        case ignored
        case refused
        case unknown
    }

    /// Finds a heading by its folded form, then without bracketed notes: 行业［2017年版］ is 行业.
    public func meaning(of heading: String) -> HeadingMeaning {
        let folded = Folding.heading(heading)
        for form in [folded, Folding.headingStem(folded)] where !form.isEmpty {
            if let field = fieldByHeading[form] { return .field(field) }
            if refusedHeadings.contains(form) { return .refused }
            if ignoredHeadings.contains(form) { return .ignored }
        }
        return .unknown
    }
}
