import CreditModel
import CreditRegistry
import CreditServices
import Synchronization
import TestSupport
import Testing
import TransparencyLog

@testable import CreditStore

/// GOALS R2: every call to the database fails in both flavours, and nothing is lost, doubled or half done.
@Suite("when the database fails", .onBothEngines)
struct FaultTests {
    let code = "91990102MACX000176"
    let name = "示例市云锦丝绸有限公司"

    private var rows: [[String]] {
        [Rows.penalty] + (0..<3).map { Rows.penalty(name, code, document: "示市监罚〔2025〕\($0)号") }
    }

    @Test("a delivery that fails at any one statement leaves nothing, and sent again it is whole")
    func everyStatement() async throws {
        var statement = 0
        while true {
            let city = try await City()
            let faults = FaultyDatabase(city.store.database, failing: .statement(statement))
            let store = Store(database: faults)
            do {
                _ = try await city.deliver("penalty", rows, to: store)
                break
            } catch is FaultyDatabase.Injected {}
            #expect(try await city.file(code, for: .own) == nil, "statement \(statement)")
            #expect(try await city.verify().findings.isEmpty, "statement \(statement)")
            #expect(try await city.deliver("penalty", rows).totals.accepted == 3, "statement \(statement)")
            let report = try await city.verify()
            #expect((report.revisions, report.audits, report.leaves) == (3, 2, 5), "statement \(statement)")
            #expect(report.findings.isEmpty, "statement \(statement)")
            statement += 1
        }
        #expect(statement > 15, "the table of statements was walked to its end")
    }

    @Test("and where rows are stored while the next ones are filed, likewise")
    func everyStatementBeside() async throws {
        let files: @Sendable (any RegistryTransaction) throws -> Void = { transaction in
            let own = try #require(transaction as? SQLRegistryTransaction)
            own.pending = PendingRows(mostRevisions: 2, mostRecords: 4, recordsInPortion: 3)
        }
        let rows = [Rows.penalty] + (0..<24).map { Rows.penalty(name, code, document: "示市监罚〔2025〕\($0)号") }
        var statement = 0
        while true {
            let city = try await City()
            let store = Store(database: FaultyDatabase(city.store.database, failing: .statement(statement)))
            do {
                _ = try await city.deliver("penalty", rows, to: store, before: files)
                break
            } catch is FaultyDatabase.Injected {}
            #expect(try await city.file(code, for: .own) == nil, "statement \(statement)")
            #expect(try await city.verify().findings.isEmpty, "statement \(statement)")
            #expect(try await city.deliver("penalty", rows).totals.accepted == 24, "statement \(statement)")
            #expect(try await city.verify().findings.isEmpty, "statement \(statement)")
            statement += 1
        }
        #expect(statement > 30, "the table of statements was walked to its end")
    }

    @Test("a commit without an answer that was stored shows as unchanged rows when the file is sent again")
    func storedAfterAll() async throws {
        let city = try await City()
        let store = Store(database: FaultyDatabase(city.store.database, failing: .afterCommit))
        await #expect(throws: FaultyDatabase.Injected.self) { try await city.deliver("penalty", rows, to: store) }
        #expect(try await city.file(code, for: .own)?.records.count == 3)
        #expect(try await city.deliver("penalty", rows).totals.unchanged == 3)
        let report = try await city.verify()
        #expect(report.revisions == 3)
        #expect(report.findings.isEmpty)
    }

    @Test("an officer's act and the terms' job are done once or not at all, at whichever statement they fail")
    func acts() async throws {
        let end = try #require(Day(iso: "2029-01-01"))
        @Sendable func later(_ hours: Int64) -> Instant { Instant(milliseconds: City.now.milliseconds + hours * 3_600_000) }
        let work: [@Sendable (City, Store) async throws -> Void] = [
            { city, store in
                let id = RecordID(subject: SubjectID(1), ordinal: 1)
                _ = try await store.amend(
                    id,
                    Amendment(
                        .withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "clerk")),
                    catalogue: city.catalogue, source: "test", at: later(1))
            },
            { _, store in _ = try await store.runTerms(today: end, at: later(2)) },
        ]
        for (kind, body) in work.enumerated() {
            var statement = 0
            while true {
                let city = try await City()
                try await city.deliver("penalty", rows)
                let before = try await city.verify().revisions
                do {
                    try await body(city, Store(database: FaultyDatabase(city.store.database, failing: .statement(statement))))
                    break
                } catch is FaultyDatabase.Injected {}
                let report = try await city.verify()
                #expect(report.revisions == before, "kind \(kind) statement \(statement)")
                #expect(report.findings.isEmpty, "kind \(kind) statement \(statement): \(report.findings)")
                try await body(city, city.store)
                #expect(try await city.verify().findings.isEmpty, "kind \(kind) statement \(statement)")
                statement += 1
            }
            #expect(statement > 3)
        }
    }

    @Test("the log is published whole whichever call of its ledger fails, stored or not")
    func publishing() async throws {
        for flavour in [LedgerFault.notStored, .stored] {
            for call in 0..<12 {
                let city = try await City()
                let signer = try NoteSigner(name: "test/log", seed: [UInt8](repeating: 3, count: 32))
                let storage = DirectoryStorage(path: city.directory.file("log"))
                try await publisher(city.store.ledger, storage, signer).create(now: City.now.milliseconds)
                try await city.deliver("penalty", rows)
                let faulty = FaultyLedger(city.store.ledger, failing: call, flavour)
                do {
                    _ = try await publisher(faulty, storage, signer).publish(now: City.now.milliseconds + 1000)
                } catch is FaultyDatabase.Injected {
                } catch let error as LogError where error.code == .locked {}
                // A backup made at this very moment finds a tree head that fits the tiles.
                let facts = try await city.store.logFacts()
                let head = try Checkpoint(verifying: Note(facts.publishedCheckpoint ?? []), keys: [signer.verifier])
                #expect(Int64(head.size) == facts.publishedSize, "call \(call)")
                let size = try await resumed(city.store.ledger, storage, signer).checkpoint.size
                #expect(size == 5, "call \(call)")
                var verifier = LogVerifier(storage: storage, keys: [signer.verifier])
                var leaves: [UInt8] = []
                let report = try verifier.verify(entries: { _, bundle in for entry in bundle { leaves += entry } })
                #expect(report.isSound, "call \(call): \(report.damages)")
                let store = try await city.store.verify(
                    StoreVerifier(catalogue: city.catalogue), published: leaves, by: Actor(.operator, "test"),
                    at: City.now)
                #expect(store.findings.isEmpty, "call \(call): \(store.findings)")
            }
        }
    }

    /// Publishes after a fault. A program that another test starts at this moment may hold the lock's file for an instant.
    private func resumed<L: LogLedger>(_ ledger: L, _ storage: DirectoryStorage, _ signer: NoteSigner) async throws
        -> LogPublisher<L, DirectoryStorage>.Publication
    {
        while true {
            do {
                return try await publisher(ledger, storage, signer).publish(now: City.now.milliseconds + 2000)
            } catch let error as LogError where error.code == .locked { await Task.yield() }
        }
    }

    private func publisher<L: LogLedger>(_ ledger: L, _ storage: DirectoryStorage, _ signer: NoteSigner)
        -> LogPublisher<L, DirectoryStorage>
    {
        LogPublisher(ledger: ledger, storage: storage, signer: signer, chunkSize: 2)
    }
}

@Suite("when SQLite's disk fails")
struct DiskFaultTests {
    let rows: [[String]] =
        [Rows.penalty]
        + (0..<400).map {
            Rows.penalty("示例市云锦丝绸有限公司", "91990102MACX000176", document: "示市监罚〔2025〕\($0)号", facts: String(repeating: "事实", count: 100))
        }

    @Test("a full disk stops a delivery with a clear error, keeps nothing of it, and it loads once there is room")
    func full() async throws {
        let city = try await City()
        for pages in [1, 3, 10, 20] {
            try await leaveRoom(pages, in: city)
            let error = try await #require(throws: StoreError.self) { try await city.deliver("penalty", rows) }
            #expect(error.code == .full, "\(pages) pages")
            #expect(try await city.verify().findings.isEmpty)
            #expect(try await city.verify().revisions == 0)
        }
        try await leaveRoom(1_000_000, in: city)
        #expect(try await city.deliver("penalty", rows).totals.accepted == 400)
        #expect(try await city.verify().findings.isEmpty)
    }

    /// So many pages may still be added to the database.
    private func leaveRoom(_ pages: Int, in city: City) async throws {
        try await city.store.database.write { connection in
            let used = try connection.first("PRAGMA page_count") { $0.integer(0) } ?? 0
            _ = try connection.first("PRAGMA max_page_count = \(used + Int64(pages))") { _ in true }
        }
    }

    /// SQLite undoes the transaction at once where there is no room, whichever of the two threads asked for a page: what the other one
    /// did after that would be kept for itself.
    @Test("and where rows are stored while the next ones are filed, likewise, whichever thread finds no room")
    func fullBeside() async throws {
        let rows =
            [Rows.penalty]
            + (0..<300).map { Rows.penalty("示例\($0)号店", Codes.unified($0), document: "示市监罚〔2025〕\($0)号") }
        let city = try await City()
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例市云锦丝绸有限公司", "91990102MACX000176")])
        let before = try await city.verify()
        for pages in [1, 2, 3, 5, 8, 13, 21, 34] {
            try await leaveRoom(pages, in: city)
            let error = try await #require(throws: StoreError.self) {
                try await city.deliver("penalty", rows, before: { transaction in
                    let own = try #require(transaction as? SQLRegistryTransaction)
                    own.pending = PendingRows(mostRevisions: 3, mostRecords: 9, recordsInPortion: 2)
                })
            }
            #expect(error.code == .full, "\(pages) pages")
            let report = try await city.verify()
            #expect(report.findings.isEmpty, "\(pages) pages")
            #expect((report.revisions, report.leaves) == (before.revisions, before.leaves), "\(pages) pages")
        }
        try await leaveRoom(1_000_000, in: city)
        #expect(try await city.deliver("penalty", rows).totals.accepted == 300)
        #expect(try await city.verify().findings.isEmpty)
    }
}

/// A database in which one call fails.
struct FaultyDatabase: Database {
    struct Injected: Error {}
    enum Fault: Sendable {
        /// The n-th statement of a write fails.
        case statement(Int)
        /// Everything was stored, but the answer is lost.
        case afterCommit
    }
    private let real: any Database
    private let fault: Fault

    init(_ real: any Database, failing fault: Fault) {
        self.real = real
        self.fault = fault
    }

    func read<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        try await real.read(body)
    }

    func write<T: Sendable>(_ body: @Sendable @escaping (any Connection) throws -> T) async throws -> T {
        let fault = fault
        let result = try await real.write { connection in
            guard case .statement(let number) = fault else { return try body(connection) }
            return try body(Counting(real: connection, Left(number)))
        }
        if case .afterCommit = fault { throw Injected() }
        return result
    }

    /// How many statements are left, of both threads that use a connection.
    private final class Left: Sendable {
        private let number: Mutex<Int>
        init(_ number: Int) { self.number = Mutex(number) }

        func count() throws {
            try number.withLock { left in
                if left == 0 { throw Injected() }
                left -= 1
            }
        }
    }

    private final class Counting: Connection {
        let real: any Connection
        private let left: Left

        init(real: any Connection, _ left: Left) { (self.real, self.left) = (real, left) }

        var engine: Engine { real.engine }
        var isIdle: Bool { real.isIdle }
        func settle() throws { try real.settle() }

        func later(_ order: JobOrder, _ job: @escaping (any Connection) throws -> Void) throws {
            let left = left
            try real.later(order) { try job(Counting(real: $0, left)) }
        }

        private func count() throws { try left.count() }

        func run(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
            try count()
            return try real.run(sql, arguments)
        }

        func query(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Bool) throws {
            try count()
            try real.query(sql, arguments, body)
        }

        func load(_ table: String, _ columns: [String], next: () throws -> [SQLValue]?) throws {
            try count()
            try real.load(table, columns, next: next)
        }

        func load(_ table: String, _ columns: [String], count: Int, _ write: (Int, any RowWriter) throws -> Void) throws {
            try self.count()
            try real.load(table, columns, count: count, write)
        }
    }
}

/// A ledger in which the n-th call fails, before or after it was done.
actor FaultyLedger<Real: LogLedger>: LogLedger {
    private let real: Real
    private let flavour: LedgerFault
    private var left: Int

    init(_ real: Real, failing call: Int, _ flavour: LedgerFault) {
        self.real = real
        self.flavour = flavour
        left = call
    }

    private func call<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        left -= 1
        if left == -1, flavour == .notStored { throw FaultyDatabase.Injected() }
        let isLast = left == -1
        let result = try await body()
        if isLast { throw FaultyDatabase.Injected() }
        return result
    }

    func state() async throws -> LedgerState { try await call { try await real.state() } }
    func entries(_ range: Range<UInt64>) async throws -> [[UInt8]] { try await call { try await real.entries(range) } }
    func commit(_ checkpoint: [UInt8], size: UInt64, at ms: Int64, replacing: [UInt8]?) async throws -> Bool {
        try await call { try await real.commit(checkpoint, size: size, at: ms, replacing: replacing) }
    }
    func published(_ size: UInt64) async throws { try await call { try await real.published(size) } }
}

enum LedgerFault: Sendable { case notStored, stored }
