import CreditModel
import CreditRegistry

/// A report or certificate that was handed out: what it stated and how it can be recognised, without its words.
public struct IssuedReport: Sendable, Hashable {
    /// Printed on the report; 14 digits of the moment and 7 characters that nobody can guess.
    public let number: String
    /// Its place in the status list.
    public let index: Int64
    public let subject: SubjectID
    public let kind: ReportKind
    public let language: Language
    public let issuedAt: Instant
    /// What it was for: a purpose of `reports.yaml`.
    public let purpose: String
    /// Whose view it gives.
    public let audience: Audience
    /// Who asked, as the audit has it.
    public let asker: Actor
    /// SHA-256 of the signed JSON.
    public let digest: [UInt8]
    /// The highest ordinal that the subject's records had; a higher one came later.
    public let lastOrdinal: Int64
    /// The period of a certificate.
    public let period: ClosedRange<Day>?
    /// The fields of a certificate.
    public let fields: [String]
    public let statements: [Statement]

    /// One record as the report states it.
    public struct Statement: Sendable, Hashable {
        public let record: RecordID
        public let revision: Int64

        public init(record: RecordID, revision: Int64) {
            self.record = record
            self.revision = revision
        }
    }

    public init(
        number: String, index: Int64, subject: SubjectID, kind: ReportKind, language: Language, issuedAt: Instant,
        purpose: String, audience: Audience, asker: Actor, digest: [UInt8], lastOrdinal: Int64,
        period: ClosedRange<Day>?, fields: [String], statements: [Statement]
    ) {
        self.number = number
        self.index = index
        self.subject = subject
        self.kind = kind
        self.language = language
        self.issuedAt = issuedAt
        self.purpose = purpose
        self.audience = audience
        self.asker = asker
        self.digest = digest
        self.lastOrdinal = lastOrdinal
        self.period = period
        self.fields = fields
        self.statements = statements
    }
}

public enum ReportKind: String, Sendable, Hashable, CaseIterable {
    /// The whole report in the national layout.
    case full
    /// 信用代证: what is on file, or that nothing is, in chosen fields and a period.
    case noViolation = "no-violation"
}

/// How a report stands now, computed at the moment of asking: no job has to run for it to be right.
public struct ReportStanding: Sendable, Hashable {
    /// Records that the report states and that have another revision now.
    public let changed: [IssuedReport.Statement]
    /// Records of the subject that arrived after it.
    public let newer: [RecordID]

    public init(changed: [IssuedReport.Statement], newer: [RecordID]) {
        self.changed = changed
        self.newer = newer
    }
}

/// One line of the status list: what can be told without reading records.
public struct ReportFlag: Sendable, Hashable {
    public let index: Int64
    public let isChanged: Bool
    /// Certificates only: a record arrived later, which may or may not matter to it.
    public let hasNewer: Bool
    public let number: String

    public init(index: Int64, isChanged: Bool, hasNewer: Bool, number: String) {
        self.index = index
        self.isChanged = isChanged
        self.hasNewer = hasNewer
        self.number = number
    }
}

/// What reports need of a database.
public protocol DocumentStore: Sendable {
    /// Keeps a report together with its row of the audit; without the row there is no report (RIGHTS 15).
    /// - Parameter make: signs the report once its place in the status list is known.
    func issue(
        _ note: AuditNote, at instant: Instant, _ make: @Sendable @escaping (_ index: Int64) throws -> IssuedReport
    ) async throws -> IssuedReport
    func issuedReport(number: String) async throws -> IssuedReport?
    func standing(of report: IssuedReport) async throws -> ReportStanding
    /// Every report's line, in order of its index.
    func reportFlags() async throws -> [ReportFlag]
    /// Reports about a subject that showed more than the public sees, newest first (RIGHTS 13).
    func queries(about subject: SubjectID, limit: Int) async throws -> [IssuedReport]
}
