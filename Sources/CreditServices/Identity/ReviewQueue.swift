import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution

/// What the desk and the matching interfaces need of a database.
public protocol IdentityStore: Sendable {
    /// One answer for each question, against everything registered now, with officers' decisions.
    func match(_ queries: [MatchQuery], divisions: Divisions) async throws -> [MatchAnswer]
    /// Waiting rows that nobody has decided, oldest first.
    func reviewQueue(after id: Int64, limit: Int) async throws -> ReviewPage
    func reviewRow(_ id: Int64) async throws -> ReviewRow?
    /// Newest first.
    func decisions(limit: Int) async throws -> [IdentityDecision]
    func decide(_ act: IdentityAct, catalogue: Catalogue, source: String, at instant: Instant) async throws -> [Int64]
    func audit(_ note: AuditNote, at instant: Instant) async throws
}

public struct ReviewPage: Sendable {
    public let total: Int
    public let rows: [ReviewRow]

    public init(total: Int, rows: [ReviewRow]) {
        self.total = total
        self.rows = rows
    }
}

public struct ReviewRow: Sendable {
    public let row: KeptRow
    public let receipt: String
    public let department: String?
    public let deliveredAt: Instant
    public let decision: IdentityDecision?

    public init(row: KeptRow, receipt: String, department: String?, deliveredAt: Instant, decision: IdentityDecision?) {
        self.row = row
        self.receipt = receipt
        self.department = department
        self.deliveredAt = deliveredAt
        self.decision = decision
    }
}
