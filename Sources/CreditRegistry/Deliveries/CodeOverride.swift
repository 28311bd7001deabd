import CreditModel

/// An officer's decision that a unified code is real although its check character does not follow GB 32100.
///
/// A few hundred such codes were issued in the pilot of 2014–2015 and by mistake since. Nothing accepts one silently: the
/// decision has a person, a moment and a reason, such as the certificate that was seen.
public struct CodeOverride: Sendable, Hashable {
    public let code: String
    public let reason: String
    public let officer: String
    public let acceptedAt: Instant

    public init(code: String, reason: String, officer: String, acceptedAt: Instant) {
        self.code = code
        self.reason = reason
        self.officer = officer
        self.acceptedAt = acceptedAt
    }
}
