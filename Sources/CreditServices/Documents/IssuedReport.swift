import CreditCatalogue
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
    /// The highest ordinal that the subject's own records had; a higher one came later.
    public let lastOrdinal: Int64
    /// Where the store stood when the content was read; nil for a report issued before that was kept.
    public let ground: ReportGround?
    /// The key that signed it; nil for a report issued before that was kept.
    public let keyID: String?
    /// Records that were counted and, for their number, not stated one by one.
    public let unlisted: Int
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
        purpose: String, audience: Audience, asker: Actor, digest: [UInt8], lastOrdinal: Int64, ground: ReportGround?,
        keyID: String?, unlisted: Int, period: ClosedRange<Day>?, fields: [String], statements: [Statement]
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
        self.ground = ground
        self.keyID = keyID
        self.unlisted = unlisted
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

/// Where the store stood when a report's content was read. What came later is told by it and not by a clock, so nothing that
/// arrives while a report is made can slip between.
public struct ReportGround: Sendable, Hashable {
    /// Leaves of committed changes: an act with this place in the log, or a later one, is not in the report.
    public let leaves: Int64
    /// The last decision on who is who: a later one may have changed whose records these are.
    public let decision: Int64

    public init(leaves: Int64, decision: Int64) { (self.leaves, self.decision) = (leaves, decision) }
}

/// A record without what it says: enough to count it and to tell who may see it.
public struct RecordHead: Sendable {
    public let id: RecordID
    public let item: String
    public let revision: Int64
    public let authority: String?
    public let day: String?
    public let clocks: Clocks
    public let circle: Circle
    public let standing: Standing

    public init(
        id: RecordID, item: String, revision: Int64, authority: String?, day: String?, clocks: Clocks, circle: Circle,
        standing: Standing
    ) {
        self.id = id
        self.item = item
        self.revision = revision
        self.authority = authority
        self.day = day
        self.clocks = clocks
        self.circle = circle
        self.standing = standing
    }
}

/// A subject as a report needs it: how many records there are in each group, and the newest of each in full. Its size does not
/// grow with the number of records.
public struct SubjectSelection: Sendable {
    public let profile: SubjectProfile
    public let ground: ReportGround
    public let lastOrdinal: Int64
    public let counts: [String: Int]
    /// Newest first.
    public let rows: [String: [RecordRow]]

    public init(
        profile: SubjectProfile, ground: ReportGround, lastOrdinal: Int64, counts: [String: Int],
        rows: [String: [RecordRow]]
    ) {
        self.profile = profile
        self.ground = ground
        self.lastOrdinal = lastOrdinal
        self.counts = counts
        self.rows = rows
    }
}

/// What became of the records that a report states.
public struct ReportChanges: Sendable, Hashable {
    /// Stated records that have another revision now, or are another subject's.
    public let changed: [IssuedReport.Statement]
    /// Whether a record changed that the report only counts.
    public let isRecounted: Bool

    public init(changed: [IssuedReport.Statement], isRecounted: Bool) {
        (self.changed, self.isRecounted) = (changed, isRecounted)
    }
}

/// One line of the status list: what can be told without looking closer.
public struct ReportFlag: Sendable, Hashable {
    public let index: Int64
    public let number: String
    public let keyID: String?
    public let issuedAt: Instant
    /// A record that it states has another revision.
    public let isChanged: Bool
    /// Something happened that may or may not matter to it.
    public let isDoubtful: Bool

    public init(index: Int64, number: String, keyID: String?, issuedAt: Instant, isChanged: Bool, isDoubtful: Bool) {
        self.index = index
        self.number = number
        self.keyID = keyID
        self.issuedAt = issuedAt
        self.isChanged = isChanged
        self.isDoubtful = isDoubtful
    }
}

/// What reports need of a database.
public protocol DocumentStore: Sendable {
    /// A subject by any of its numbers, in one look.
    /// - Parameters:
    ///   - most: rows that are kept of each group.
    ///   - groups: the groups that a record belongs to; none = it is passed over.
    func selection(
        code: String, most: Int, groups: @Sendable @escaping (RecordHead) -> [String]
    ) async throws -> SubjectSelection?
    /// The revisions that state these records, without their histories.
    func statements(of records: [RecordID]) async throws -> [Revision]
    /// Keeps a report together with its row of the audit; without the row there is no report (RIGHTS 15).
    /// - Parameter make: signs the report once its place in the status list is known.
    func issue(
        _ note: AuditNote, at instant: Instant, _ make: @Sendable @escaping (_ index: Int64) throws -> IssuedReport
    ) async throws -> IssuedReport
    func issuedReport(number: String) async throws -> IssuedReport?
    /// - Parameter items: those that the report counts.
    func changes(since report: IssuedReport, items: [String]) async throws -> ReportChanges
    /// Records of these items that the report does not state and that were filed, changed or joined to its subject after it was
    /// made, in the order of their numbers.
    func arrivals(since report: IssuedReport, items: [String], after: RecordID?, limit: Int) async throws -> [RecordHead]
    /// Every report's line, in order of its index.
    func reportFlags() async throws -> [ReportFlag]
    /// Reports about a subject that showed more than the public sees, newest first (RIGHTS 13).
    func queries(about subject: SubjectID, limit: Int) async throws -> [IssuedReport]
}
