import CreditModel

/// How a name is known to belong to a subject.
public enum NameKind: Int, Sendable, CaseIterable {
    /// Written like this by a department that delivered a record.
    case delivered = 0
    /// Stated as a former name by the registration.
    case former = 1
    /// The name in the registration.
    case current = 2
}

/// What is known of a subject beyond its records.
public struct SubjectState: Sendable, Hashable {
    public var kind: SubjectKind
    /// The number in the subject's public address: the unified code where there is one.
    public var code: String
    public var name: String
    public var status: String?
    public var division: String?
    public var establishedOn: String?
    /// Whether a registration was delivered. False: known only from records of other authorities.
    public var isRegistered: Bool

    public init(
        kind: SubjectKind, code: String, name: String, status: String? = nil, division: String? = nil,
        establishedOn: String? = nil, isRegistered: Bool
    ) {
        self.kind = kind
        self.code = code
        self.name = name
        self.status = status
        self.division = division
        self.establishedOn = establishedOn
        self.isRegistered = isRegistered
    }
}
