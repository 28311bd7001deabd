import CreditModel

/// Under which terms public items are open data: `open-data.yaml`. Which items and fields, the items themselves say.
public struct OpenDataRules: Sendable, Hashable {
    public struct Licence: Sendable, Hashable {
        public let id: String
        public let title: Bilingual
        public let url: String
        public let conditions: [Bilingual]
        public let basis: [Basis]
        public let verified: Bool
    }
    public enum Frequency: String, Sendable, CaseIterable { case daily, weekly, monthly }
    /// How a department asks for what is shared on conditions. The platform keeps nothing of it.
    public struct AccessRequest: Sendable, Hashable {
        public let to: Bilingual
        public let email: String
        public let contents: [Bilingual]
        public let basis: [Basis]
    }

    public let publisher: Bilingual
    public let licence: Licence
    public let frequency: Frequency
    /// Units of work a minute for a key with scope `data`.
    public let quotaPerMinute: Int
    /// A consumer that has not fetched a deletion after so many hours is late.
    public let lateAfterHours: Int
    public let request: AccessRequest
}
