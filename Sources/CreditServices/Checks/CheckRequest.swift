import CreditCatalogue
import CreditModel
import CreditRegistry

/// What somebody wants to know about many organisations, and what for.
public struct CheckRequest: Sendable {
    public var sheet: CheckSheet
    /// Id of a purpose in `reports.yaml`.
    public var purpose: String
    /// The case, tender or document that the check is for.
    public var basis: String?
    /// First day of the look-back.
    public var since: Day
    public var language: Language
    public var asker: CheckAsker
    /// SHA-256 of what was sent, hexadecimal.
    public var digest: String
    /// Where the question comes from, for the audit.
    public var source: String

    public init(
        sheet: CheckSheet, purpose: String, basis: String? = nil, since: Day, language: Language, asker: CheckAsker,
        digest: String, source: String
    ) {
        self.sheet = sheet
        self.purpose = purpose
        self.basis = basis
        self.since = since
        self.language = language
        self.asker = asker
        self.digest = digest
        self.source = source
    }
}

/// Who asks. Whoever it is sees what the public pages show; a key allows more rows and gives a name to the look.
public struct CheckAsker: Sendable {
    public let actor: Actor
    public let isPublic: Bool

    public static let anybody = CheckAsker(actor: Actor(.account, "public"), isPublic: true)

    /// - Parameter actor: the holder of a key for checks, or the operator at the machine.
    public init(_ actor: Actor) { self.init(actor: actor, isPublic: false) }

    private init(actor: Actor, isPublic: Bool) {
        self.actor = actor
        self.isPublic = isPublic
    }

    public func mostRows(_ rules: CheckRules) -> Int { isPublic ? rules.publicRows : rules.mostRows }

    /// Purposes that this asker may name.
    public func purposes(_ rules: ReportRules) -> [ReportRules.Purpose] {
        rules.purposes.filter { $0.askers.contains(.public) || !isPublic && $0.askers.contains(.officer) }
    }
}

/// A check that is not made, and what the asker can do.
public struct CheckError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        let name: String
        public static let wrongPurpose = Code(name: "wrong-purpose")
        public static let noRows = Code(name: "no-rows")
        public static let tooManyRows = Code(name: "too-many-rows")
        public static let wrongPeriod = Code(name: "wrong-period")
        public static let notATable = Code(name: "not-a-table")
    }

    public let code: Code
    public let words: Bilingual

    init(_ code: Code, _ words: Bilingual) {
        self.code = code
        self.words = words
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { "CheckError(\(code.name))" }
}
