import CreditModel

/// What a check says to the department when a cell does not pass. The words are data, the check is code.
public struct Check: Sendable, Hashable {
    public enum Severity: String, Sendable, CaseIterable {
        /// The row is not stored.
        case reject
        /// The row is stored and the remark goes with it.
        case note
    }
    public let code: String
    public let severity: Severity
    public let message: Bilingual
    public let remedy: Bilingual
}

/// Words and lists that cleaning uses.
public struct CleaningRules: Sendable {
    /// Folded cells that mean nothing was filled in, whatever the column.
    public let nullSpellings: Set<String>
    /// Words such as 不详 that mean no data in a column that cannot hold words; in text columns they stay.
    public let notStatedWords: Set<String>
    public let openEnds: Set<Day>
    public let openEndWords: Set<String>
    /// Written days, some impossible ones such as 0000-00-00, that systems put where there is none.
    public let noDates: Set<String>
    public let changes: [String: Bilingual]
}
