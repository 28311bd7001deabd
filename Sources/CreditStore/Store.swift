import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices

/// The stores of one platform over one database.
public struct Store: Sendable {
    let database: any Database
    let matching: MatchCache
    let coding = RecordCoding()
    let deliveries = DeliverySources()
    let names: SearchCache

    init(database: any Database, names: SearchCache = SearchCache(), matching: MatchCache = MatchCache()) {
        self.database = database
        self.names = names
        self.matching = matching
    }

    /// Where a platform's database lives.
    public enum Location: Sendable, Hashable {
        /// A file of its own, for one machine.
        case sqlite(path: String)
        /// A server, for a city that outgrew one machine: `postgres://user@host/database`.
        case postgres(url: String)
    }

    /// Creates the database of a new platform.
    /// - Parameters:
    ///   - origin: name of the platform's log, as its checkpoints state it.
    ///   - verifierKey: the public key with which the log's checkpoints are checked.
    /// - Throws: `StoreError.exists` where there is a platform already, `.unreachable`, `.refused`.
    public static func create(_ location: Location, origin: String, verifierKey: String, at instant: Instant) async throws
        -> Store
    {
        let database: any Database =
            switch location {
            case .sqlite(let path): try SQLiteDatabase.create(path: path)
            case .postgres(let url): try await PostgresDatabase.create(url: url)
            }
        try await Migrations.run(database)
        _ = try await database.write { connection in
            try connection.run(
                """
                INSERT INTO log_state (id, origin, verifier_key, size, recorded_at, committed_size, signed_at, published_size)
                VALUES (1, $1, $2, 0, 0, 0, 0, 0)
                """, [.text(origin), .text(verifierKey)])
        }
        let store = Store(database: database)
        try await store.transact(at: instant) { transaction in
            try transaction.insertAudit(
                AuditNote(.platformCreated, by: Actor(.operator, "init"), object: origin, source: "command line"))
        }
        return store
    }

    /// Opens the database of a platform, bringing an older schema up to date.
    /// - Parameters:
    ///   - snapshot: where a copy of the search index is kept, so that the next start is quick; nil = nowhere.
    ///   - matching: where a copy of the names is kept by which rows without a number are matched; nil = nowhere.
    ///   - places: places that names begin with.
    /// - Throws: `StoreError` with what an operator can do: missing, not ours, newer or older schema, unreachable.
    public static func open(
        _ location: Location, snapshot: SearchSnapshot? = nil, matching: MatchSnapshot? = nil, places: PlaceWords = PlaceWords()
    ) async throws -> Store {
        let database: any Database =
            switch location {
            case .sqlite(let path): try SQLiteDatabase.open(path: path)
            case .postgres(let url): try await PostgresDatabase.open(url: url)
            }
        return try await open(database, snapshot: snapshot, matching: matching, places: places)
    }

    /// Opens over a database that is open already.
    static func open(
        _ database: any Database, snapshot: SearchSnapshot? = nil, matching: MatchSnapshot? = nil,
        places: PlaceWords = PlaceWords()
    ) async throws -> Store {
        try await Migrations.run(database)
        return Store(
            database: database, names: SearchCache(snapshot: snapshot, places: places),
            matching: MatchCache(snapshot: matching))
    }

    /// Runs one registry transaction: what it changes, its audit rows and its leaves are kept together or not at all.
    /// - Throws: `RegistryError.notAudited` where a change has no audit row, `.clockMovedBack`.
    public func transact<T: Sendable>(
        at instant: Instant, _ body: @Sendable @escaping (any RegistryTransaction) throws -> T
    ) async throws -> T {
        let (result, names) = try await database.write { connection in
            let transaction = try SQLRegistryTransaction(connection: connection, at: instant, matching: matching, coding: coding)
            let result = try body(transaction)
            try transaction.finish()
            return (result, try transaction.allNames())
        }
        // What is committed is committed: a cache that cannot be kept is made anew.
        if let names { try? await database.read { [matching] in try matching.adopt(names, $0) } }
        return result
    }

    /// Lets go of what a delivery of a whole city leaves in memory, before something else as large is made: the names and the pages of
    /// the database.
    public func letGoOfMemory() {
        matching.letGo()
        database.releaseMemory()
    }

    /// An officer's act on one record. What the rules refuse is audited as refused.
    public func amend(_ id: RecordID, _ amendment: Amendment, catalogue: Catalogue, source: String, at instant: Instant)
        async throws -> RecordState
    {
        do {
            return try await transact(at: instant) {
                try amendment.perform(on: id, catalogue: catalogue, source: source, in: $0)
            }
        } catch let refusal as RegistryError where refusal.code != .clockMovedBack {
            if let event = AmendmentRule.table.first(where: { $0.act == amendment.act })?.event {
                try await audit(
                    AuditNote(
                        event, by: amendment.officer, object: id.description, outcome: .refused, source: source,
                        purpose: amendment.reason.rawValue, basis: refusal.code.name), at: instant)
            }
            throw refusal
        }
    }

    /// Writes one row of the audit; for acts that change nothing else, such as a look.
    public func audit(_ note: AuditNote, at instant: Instant) async throws {
        try await transact(at: instant) { try $0.insertAudit(note) }
    }

    /// Moves every record whose term is over; safe to run at any time and as often as one likes.
    public func runTerms(today: Day, at instant: Instant) async throws -> TermsJob.Moved {
        var total = TermsJob.Moved()
        while true {
            let moved = try await transact(at: instant) { try TermsJob().run(today: today, in: $0) }
            total.publication += moved.publication
            total.disclosure += moved.disclosure
            total.erased += moved.erased
            if moved.erased > 0 {
                matching.clear()
                names.clear()
            }
            if moved.total == 0 { return total }
        }
    }

    /// Unified codes whose check character is wrong and that an officer accepted, with who and why.
    public func codeOverrides() async throws -> [CodeOverride] {
        try await database.read { connection in
            try connection.rows("SELECT code, reason, officer, accepted_at FROM code_override ORDER BY code") {
                CodeOverride(
                    code: $0.text(0), reason: $0.text(1), officer: $0.text(2),
                    acceptedAt: Instant(milliseconds: $0.integer(3)))
            }
        }
    }

    /// Accepts a code; a code accepted before keeps its first reason. False where it was accepted already.
    public func accept(_ override: CodeOverride) async throws -> Bool {
        try await transact(at: override.acceptedAt) { transaction in
            let isNew = try transaction.insertCodeOverride(override)
            try transaction.insertAudit(
                AuditNote(
                    .codeAccepted, by: Actor(.account, override.officer), object: override.code,
                    outcome: isNew ? .done : .refused, source: "command line", basis: override.reason))
            return isNew
        }
    }

    /// Keeps the exact rules that batches were judged by. The same rules are kept once.
    public func keep(catalogue digest: String, edition: String, content: [UInt8], by actor: Actor, at instant: Instant)
        async throws
    {
        let isKept = try await database.read { connection in
            try connection.first("SELECT 1 FROM catalogue_version WHERE digest = $1", [.text(digest)]) { _ in true }
        }
        if isKept != nil { return }
        try await database.write { connection in
            let transaction = try SQLRegistryTransaction(connection: connection, at: instant, matching: matching, coding: coding)
            let added = try connection.run(
                """
                INSERT INTO catalogue_version (digest, edition, loaded_at, content) VALUES ($1, $2, $3, $4)
                ON CONFLICT (digest) DO NOTHING
                """, [.text(digest), .text(edition), .integer(instant.milliseconds), .bytes(content)])
            if added == 0 { return }
            try transaction.insertAudit(
                AuditNote(.catalogueLoaded, by: actor, object: edition, source: "command line", after: digest))
            try transaction.finish()
        }
    }
}
