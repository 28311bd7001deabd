import CreditModel

/// What a check of many organisations looks at and how far it may go: `check` in `reports.yaml`.
public struct CheckRules: Sendable {
    /// Years looked back where the asker names none.
    public let years: Int
    public let mostYears: Int
    /// Rows that anybody may ask for at once.
    public let publicRows: Int
    /// Rows that the holder of a key may ask for at once.
    public let mostRows: Int
    /// In the order of the table: what counts against an organisation first, then what speaks for it.
    public let groups: [Group]

    /// Records that are counted together.
    public struct Group: Sendable, Hashable {
        public let id: String
        public let title: Bilingual
        public let items: [String]
        /// Only records whose field of this name holds one of `values` count.
        public let field: String?
        public let values: [String]
    }
}
