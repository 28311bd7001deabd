/// Who can be described here at all. RIGHTS 1–3: organisations, and practitioners by their licence; nobody else.
///
/// There is no third case, so a file on anybody else cannot be expressed.
public enum SubjectKind: String, Sendable, Hashable, CaseIterable {
    case organisation
    case practitioner
}

/// The platform's own number of a subject: given once, never given again to another.
public struct SubjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let value: Int64
    public init(_ value: Int64) { self.value = value }
    public var description: String { String(value) }
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// A record's permanent address: the subject it was first filed under and its ordinal there, written `1204-3`.
///
/// The subject is part of the id so that a look-up by record touches one partition (docs/decisions/0003).
public struct RecordID: Hashable, Sendable, CustomStringConvertible {
    public let subject: SubjectID
    public let ordinal: Int64

    public init(subject: SubjectID, ordinal: Int64) {
        self.subject = subject
        self.ordinal = ordinal
    }

    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let subject = Self.number(parts[0]), let ordinal = Self.number(parts[1]) else {
            return nil
        }
        self.init(subject: SubjectID(subject), ordinal: ordinal)
    }

    private static func number(_ text: some StringProtocol) -> Int64? {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int64(text)
    }

    public var description: String { String(subject.value) + "-" + String(ordinal) }
}

/// The systems of numbers by which a subject is known. Raw values are stored.
public enum IdentifierScheme: String, Sendable, Hashable, CaseIterable {
    /// 统一社会信用代码, GB 32100
    case unifiedCode = "uscc"
    /// 组织机构代码, GB 11714
    case organisationCode = "organisation-code"
    /// 15-digit 工商注册号 with a check digit
    case registrationNumber = "registration-number"
    /// Registration numbers from before the check digit: unique within an office at best
    case legacyRegistration = "legacy-registration"
    /// A practitioner's licence, written `profession/number`
    case licence

    /// Whether the number alone tells whom it is about. A legacy number can be shared by offices, so it cannot.
    public var isDefinite: Bool { self != .legacyRegistration }
}

/// One number of a subject.
public struct Identifier: Hashable, Sendable, CustomStringConvertible {
    public let scheme: IdentifierScheme
    public let value: String

    public init(_ scheme: IdentifierScheme, _ value: String) {
        self.scheme = scheme
        self.value = value
    }

    public var description: String { "\(scheme.rawValue):\(value)" }
}

/// How a name is known to belong to a subject.
public enum NameKind: Int, Sendable, CaseIterable {
    /// Written like this by a department that delivered a record.
    case delivered = 0
    /// Stated as a former name by the registration.
    case former = 1
    /// The name in the registration.
    case current = 2
}
