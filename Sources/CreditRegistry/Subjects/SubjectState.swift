import CreditModel

/// What is known of a subject beyond its records.
public struct SubjectState: Sendable, Hashable {
    public var kind: SubjectKind
    /// The number in the subject's public address: the unified code where there is one.
    public var code: String
    public var name: String
    public var status: String?
    public var division: String?
    public var establishedOn: String?
    /// Section of its line of business (GB/T 4754, A to T), for statistics. Known to the registry; readers do not load it.
    public var sector: String?
    /// Whether a registration was delivered. False: known only from records of other authorities.
    public var isRegistered: Bool

    public init(
        kind: SubjectKind, code: String, name: String, status: String? = nil, division: String? = nil,
        establishedOn: String? = nil, sector: String? = nil, isRegistered: Bool
    ) {
        self.kind = kind
        self.code = code
        self.name = name
        self.status = status
        self.division = division
        self.establishedOn = establishedOn
        self.sector = sector
        self.isRegistered = isRegistered
    }
}
