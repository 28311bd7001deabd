import CreditModel

/// A law, standard or official document that entries of the catalogue rest on.
public struct Law: Sendable, Hashable {
    public let id: String
    public let title: Bilingual
    public let number: String?
    public let issued: Day?
    public let effectiveFrom: Day?
    public let effectiveTo: Day?
    /// Whether somebody read the official text. What is false is shown as "to be confirmed".
    public let verified: Bool
    public let source: String
}

/// The place in a law on which one entry rests.
public struct Basis: Sendable, Hashable {
    public let law: String
    public let article: String?
    public let verified: Bool
}
