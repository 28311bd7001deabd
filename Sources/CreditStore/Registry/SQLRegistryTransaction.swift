import CreditModel
import CreditRegistry
import CreditResolution

/// The registry's transaction in SQL. Lives inside one `Store.transact`, on one thread; what it gathered it has stored on another
/// (`Connection.later`). What it does with deliveries, subjects, records and identities stands in files of their own, and so does what
/// sends the rows that they gather.
final class SQLRegistryTransaction: RegistryTransaction {
    let connection: any Connection
    let now: Instant
    let ledger: LedgerEnd
    /// The place in the log of what is sealed next.
    private(set) var leaf: Int64
    var salts = SaltSource()
    var memory: SubjectMemory
    var known = KnownRecords()
    var tally = Tally()
    var statistics = StatisticsTally()
    var journal = SubjectJournal()
    var pending = PendingRows()
    /// Words and packings as this transaction sees them.
    let coding: RecordCoding
    var words: [String: Int64] = [:]
    let matching: MatchCache
    /// Names as this transaction sees them, once it has asked.
    var ownNames: MatchCache.Names?
    /// Whether names may lie in the table that `ownNames` does not hold.
    var hasNewNames = true
    /// What officers decided about names, once it has been asked for.
    var ownRules: MatchRules?
    /// Numbers that nobody has, among those of the rows that come next.
    var absent: Set<Identifier> = []
    var hasAudited = false

    /// - Throws: `RegistryError.clockMovedBack`, see `LedgerEnd`.
    init(connection: any Connection, at instant: Instant, matching: MatchCache, coding: RecordCoding) throws {
        self.connection = connection
        self.matching = matching
        self.coding = coding.copy()
        memory = SubjectMemory(knowsAllNumbers: try connection.first("SELECT 1 FROM identifier LIMIT 1") { _ in true } == nil)
        ledger = try LedgerEnd(connection)
        leaf = ledger.next
        now = try ledger.moment(instant)
    }

    /// Keeps the leaves in the same transaction as what they seal.
    /// - Throws: `RegistryError.notAudited` where something was sealed and nobody said who did it.
    func finish() throws {
        try flush()
        guard !ledger.hasChanged || hasAudited else {
            throw RegistryError(.notAudited, "a change was made without an audit row; nothing was kept")
        }
        try tally.store(connection, coding)
        try statistics.store(connection, coding)
        try journal.store(connection)
        try ledger.close(now, connection)
    }

    // MARK: log and audit

    func makeSalt() -> [UInt8] { salts.make() }
    func nextLeaf() -> Int64 { leaf }
    func takeLeaf() { leaf += 1 }

    func insertAudit(_ note: AuditNote) throws {
        // What is sealed already has the places before.
        try flushRevisions()
        let last = try connection.first("SELECT audit_number FROM audit ORDER BY audit_number DESC LIMIT 1") {
            $0.integer(0)
        }
        precondition(ledger.next == nextLeaf(), "everything before has its place in the log")
        let entry = AuditEntry(number: (last ?? 0) + 1, at: now, note, salt: makeSalt(), leaf: nextLeaf())
        try ledger.append(entry.seal.bytes, connection)
        takeLeaf()
        try connection.run(
            """
            INSERT INTO audit (\(AuditMapping.columns)) VALUES (\(RecordMapping.places(13)))
            """, AuditMapping.values(entry))
        hasAudited = true
    }
}
