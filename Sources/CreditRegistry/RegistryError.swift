/// The caller asked for an act that the record or the rules do not allow.
public struct RegistryError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        public let name: String
        public static let recordNotFound = Code(name: "record-not-found")
        public static let subjectNotFound = Code(name: "subject-not-found")
        /// The act does not follow from the record's present standing.
        public static let illegalAct = Code(name: "illegal-act")
        public static let unfitReason = Code(name: "unfit-reason")
        public static let basisMissing = Code(name: "basis-missing")
        public static let actorMissing = Code(name: "actor-missing")
        /// The day of effect lies in the future or before the record.
        public static let unfitDay = Code(name: "unfit-day")
        public static let unknownField = Code(name: "unknown-field")
        public static let invalidValue = Code(name: "invalid-value")
        public static let nothingChanges = Code(name: "nothing-changes")
        /// Something was changed without a row of the audit: a fault of the program, and nothing is kept.
        public static let notAudited = Code(name: "not-audited")
        public static let clockMovedBack = Code(name: "clock-moved-back")
    }
    public let code: Code
    /// What happened and what to do, for officers. No personal data.
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { detail }
}
