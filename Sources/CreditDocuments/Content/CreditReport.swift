import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// Everything that a report or certificate says, in one language: the PDF and the signed JSON are both made from this and
/// from nothing else. It holds facts; it has no score and no grade of its own (RIGHTS 7).
///
/// Only `ReportBuilder` makes one, from views of one audience, so that nothing that the audience may not see can be in it.
public struct CreditReport: Sendable {
    public let number: String
    public let kind: ReportKind
    public let language: Language
    public let issuedAt: Instant
    /// The day by whose rules records are judged.
    public let today: Day
    public let issuer: String
    public let edition: String
    /// Version of the layout, `ReportRules.version`.
    public let layout: String
    public let subject: Subject
    public let asked: Asked
    /// Basic information, in the order of the catalogue.
    public let facts: [Fact]
    public let counters: [Counter]
    public let sections: [Section]
    /// Certificates only: what was asked for.
    public let scope: Scope?
    public let sources: [Source]
    /// What was not searched, in sentences.
    public let notCovered: [String]
    /// Who saw more of the subject than the public does; given to the subject alone (RIGHTS 13).
    public let queries: [Query]?

    public struct Subject: Sendable {
        public let id: SubjectID
        public let kind: SubjectKind
        public let code: String
        public let name: String
        /// Status and list memberships, as facts.
        public let labels: [String]
        /// The record that the basic information is taken from; nil where nobody delivered one.
        public let registered: Registered?
    }

    /// A record that is stated as basic information.
    public struct Registered: Sendable {
        public let record: RecordID
        public let revision: Int64
        public let item: String
    }

    public struct Asked: Sendable {
        public let by: String
        public let audience: Audience
        public let purpose: String
        public let purposeTitle: String
        public let purposeBasis: String
        /// The case or document on which an officer asks.
        public let basis: String?
    }

    /// One field in words, with the value as stored.
    public struct Fact: Sendable {
        public let name: String
        public let label: String
        public let value: String
        public let text: String
    }

    public struct Counter: Sendable {
        public let id: String
        public let title: String
        public let count: Int
    }

    public struct Section: Sendable {
        public let id: String
        public let title: String
        public let total: Int
        /// Newest first, at most `ReportRules.rowsPerSection`.
        public let entries: [Entry]
    }

    public struct Entry: Sendable {
        public let record: RecordID
        /// The revision that counts, with marks and other acts.
        public let revision: Int64
        public let item: String
        public let itemTitle: String
        public let heading: String
        public let day: String?
        public let state: Visibility
        /// What a reader must know of its standing: contested, no longer shown, until when it is shown.
        public let remarks: [String]
        public let facts: [Fact]
    }

    public struct Scope: Sendable {
        public let period: ClosedRange<Day>
        public let fields: [Counter]
    }

    /// One kind of delivery: until when what it brings is known.
    public struct Source: Sendable {
        public let id: String
        public let title: String
        public let department: String
        /// Nil where nothing was ever delivered.
        public let deliveredOn: Day?
    }

    public struct Query: Sendable {
        public let at: Instant
        public let by: String
        public let purpose: String
    }

    /// Every record that is stated word by word, with its revision.
    public var statements: [IssuedReport.Statement] {
        let basic = subject.registered.map { [IssuedReport.Statement(record: $0.record, revision: $0.revision)] } ?? []
        let stated = sections.flatMap(\.entries).map { IssuedReport.Statement(record: $0.record, revision: $0.revision) }
        var seen: Set<RecordID> = []
        return (basic + stated).filter { seen.insert($0.record).inserted }
    }

    /// Records that are counted and, for their number, not stated.
    public var unlisted: Int { sections.reduce(0) { $0 + $1.total - $1.entries.count } }

    /// Whether no violation was found in the whole scope of a certificate.
    public var isClean: Bool { sections.allSatisfy { $0.total == 0 } }
}

/// Who asks for which report, for what.
public struct ReportRequest: Sendable {
    /// A code of the subject in any usual spelling, or `profession/licence`.
    public var subject: String
    public var kind: ReportKind
    public var language: Language
    /// Id of a purpose in `reports.yaml`.
    public var purpose: String
    public var asker: ReportAsker
    /// Certificates: the days of the records; nil = the last three years.
    public var period: ClosedRange<Day>?
    /// Certificates: ids of fields; empty = all.
    public var fields: [String]
    /// Where the question comes from, for the audit.
    public var source: String

    public init(
        subject: String, kind: ReportKind = .full, language: Language = .chinese, purpose: String, asker: ReportAsker,
        period: ClosedRange<Day>? = nil, fields: [String] = [], source: String
    ) {
        self.subject = subject
        self.kind = kind
        self.language = language
        self.purpose = purpose
        self.asker = asker
        self.period = period
        self.fields = fields
        self.source = source
    }
}

/// Who stands before the counter, and what that allows.
public struct ReportAsker: Sendable {
    public let actor: Actor
    public let standing: ReportRules.Asker
    /// The case or document on which an officer asks.
    public let basis: String?
    /// A number of the only subject that this asker may ask about as itself; nil where the counter has seen its papers.
    public let ownCode: String?

    /// Anybody, unnamed.
    public static let anybody = ReportAsker(actor: Actor(.account, "public"), standing: .public)

    public init(actor: Actor, standing: ReportRules.Asker, basis: String? = nil, ownCode: String? = nil) {
        self.actor = actor
        self.standing = standing
        self.basis = basis
        self.ownCode = ownCode
    }

    public var audience: Audience {
        switch standing {
        case .public: .public
        case .subject: .own
        case .officer: .officer
        }
    }
}
