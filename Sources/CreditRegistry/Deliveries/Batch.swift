import CreditIntake
import CreditModel
import CreditResolution

/// A delivery at its start.
public struct NewBatch: Sendable {
    /// What the department keeps: 26 characters that nobody can guess. Whoever has it sees the batch with its rejects.
    public let receipt: String
    public let feed: String
    public let item: String
    public let fileName: String
    /// Unified code of the delivering department, as far as it was said.
    public let department: String?
    /// Digest of the catalogue by which the rows were judged.
    public let catalogueDigest: String
    public let startedAt: Instant

    public init(
        receipt: String, feed: String, item: String, fileName: String, department: String?, catalogueDigest: String,
        startedAt: Instant
    ) {
        self.receipt = receipt
        self.feed = feed
        self.item = item
        self.fileName = fileName
        self.department = department
        self.catalogueDigest = catalogueDigest
        self.startedAt = startedAt
    }

    /// 130 random bits in Crockford's base 32, lower case.
    public static func makeReceipt() -> String {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        return String(decoding: (0..<26).map { _ in alphabet[Int(generator.next() % 32)] }, as: UTF8.self)
    }
}

/// Counts of a delivery. `rows` = accepted + updated + unchanged + rejected + waiting.
public struct BatchTotals: Sendable, Hashable {
    public var rows = 0
    public var accepted = 0
    public var updated = 0
    public var unchanged = 0
    public var rejected = 0
    public var waiting = 0
    /// New records whose item says within how many working days they are due, and those of them that came later.
    public var judged = 0
    public var late = 0
    public var seconds = 0.0
    public var finishedAt = Instant(milliseconds: 0)
    public var format = ""
    public var encoding = ""
    public var layout: String?
    /// JSON: columns with their use.
    public var columns: [UInt8] = []
    /// JSON: cleaning code → how often.
    public var changes: [UInt8] = []
    /// JSON: what reading noticed, both languages.
    public var notes: [UInt8] = []

    public init() {}
}

/// What a delivery came to.
public struct BatchReceipt: Sendable {
    public let number: Int64
    public let receipt: String
    public let totals: BatchTotals
    public let summary: Intake.Summary
}

/// A row that waits for an officer.
public struct WaitingRow: Sendable {
    public let batch: Int64
    public let line: Int
    public let item: String
    public let reason: WaitingReason
    public let name: String?
    public let identifiers: [Identifier]
    public let content: [UInt8]
    /// Digest of feed and content, so that sending the file again does not queue the row again.
    public let digest: [UInt8]
}
