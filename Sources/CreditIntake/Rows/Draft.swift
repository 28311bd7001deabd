import CreditCatalogue
import CreditModel

/// A delivered row that passed every check: typed, cleaned, and said to be about somebody. Only intake can make one.
///
/// A reference, since a draft holds a dozen and goes through many hands.
public final class Draft: Sendable {
    public let feed: String
    public let item: String
    /// Where it stood in the file.
    public let line: Int
    /// Canonical values by field position of the item.
    public let values: StatedValues
    public let subject: SubjectClaim
    public let changes: [Change]
    public let notes: [Note]

    /// What cleaning did to one cell.
    public struct Change: Sendable, Hashable {
        public let field: Int
        public let codes: [ChangeCode]
        /// The cell as delivered, at most 200 characters.
        public let delivered: String
    }
    /// A remark that goes with the stored record.
    public struct Note: Sendable, Hashable {
        public let field: Int?
        public let code: CheckCode
    }

    /// A draft that was checked before, waited, and is to be filed after all.
    public static func kept(
        feed: String, item: String, line: Int, values: StatedValues, name: String?, identifiers: [Identifier]
    ) -> Draft {
        Draft(
            feed: feed, item: item, line: line, values: values,
            subject: SubjectClaim(
                kind: .organisation, name: name, formerNames: [], identifiers: identifiers, isRegistration: false),
            changes: [], notes: [])
    }

    init(
        feed: String, item: String, line: Int, values: StatedValues, subject: SubjectClaim, changes: [Change],
        notes: [Note]
    ) {
        self.feed = feed
        self.item = item
        self.line = line
        self.values = values
        self.subject = subject
        self.changes = changes
        self.notes = notes
    }
}

/// Whom a row says it is about. Resolution decides who that is.
public struct SubjectClaim: Sendable, Hashable {
    public let kind: SubjectKind
    public let name: String?
    public let formerNames: [String]
    /// Strongest first.
    public let identifiers: [Identifier]
    /// Whether the row is itself the registration, and so may say what the subject is called.
    public let isRegistration: Bool

    init(kind: SubjectKind, name: String?, formerNames: [String], identifiers: [Identifier], isRegistration: Bool) {
        self.kind = kind
        self.name = name
        self.formerNames = formerNames
        self.identifiers = identifiers
        self.isRegistration = isRegistration
    }
}

/// One reason why a row was not stored. A row with two faults gives two rejects with the same line.
public struct Reject: Sendable, Hashable {
    public let line: Int
    /// Heading of the column as delivered, or nil when the fault is the row's.
    public let column: String?
    /// Field of the catalogue, or nil.
    public let field: String?
    public let code: CheckCode
    public let suggestion: String?
    /// What `{other}` or `{limit}` stands for in the message.
    public let other: String?
    /// The cell as delivered, at most 200 characters; empty where it could be personal (RIGHTS 4).
    public let original: String

    public init(
        line: Int, column: String?, field: String?, code: CheckCode, suggestion: String? = nil, other: String? = nil,
        original: String
    ) {
        self.line = line
        self.column = column
        self.field = field
        self.code = code
        self.suggestion = suggestion
        self.other = other
        self.original = original
    }
}
