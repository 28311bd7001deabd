import FoundationEssentials
import GRDB
import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

@Suite("opening databases")
struct DatabaseTests {
    @Test("a database is created once, and what it holds is there again")
    func createAndOpen() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", "91990102MACX000176")])
        let again = try await Store.open(.sqlite(path: city.databasePath))
        #expect(try await again.profile(code: "91990102MACX000176") != nil)
        await #expect(throws: StoreError(.exists, "")) {
            try await Store.create(.sqlite(path: city.databasePath), origin: "o", verifierKey: "k", at: City.now)
        }
        #expect(try await again.profile(code: "91990102MACX000176") != nil)
    }

    @Test("a database that is not there is not made")
    func missing() async throws {
        let directory = try TemporaryDirectory()
        await #expect(throws: StoreError(.missing, "")) { try await Store.open(.sqlite(path: directory.file("none.sqlite"))) }
        #expect(!FileManager.default.fileExists(atPath: directory.file("none.sqlite")))
    }

    @Test("another program's database is refused")
    func foreign() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("other.sqlite")
        do {
            let queue = try DatabaseQueue(path: path)
            try await queue.write {
                try $0.execute(sql: "CREATE TABLE guest (name TEXT); INSERT INTO guest VALUES ('sample')")
            }
            try queue.close()
        }
        let before = try #require(FileManager.default.contents(atPath: path))
        await #expect(throws: StoreError(.notOurs, "")) { try await Store.open(.sqlite(path: path)) }
        let queue = try DatabaseQueue(path: path)
        #expect(try await queue.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_master") } == ["guest"])
        try queue.close()
        #expect(FileManager.default.contents(atPath: path) == before)
    }

    @Test("a file that is no database is refused and left as it is")
    func noDatabase() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("notes.sqlite")
        let text = Data(String(repeating: "企业名称,统一社会信用代码\r\n", count: 200).utf8)
        try text.write(to: URL(filePath: path))
        await #expect(throws: StoreError(.notOurs, "")) { try await Store.open(.sqlite(path: path)) }
        #expect(FileManager.default.contents(atPath: path) == text)
    }

    @Test("a schema newer than the program is refused, and says so")
    func newer() async throws {
        let city = try await City()
        try await city.store.database.write { connection in
            _ = try connection.run("INSERT INTO schema_version (version) VALUES (99)", [])
        }
        let error = try await #require(throws: StoreError.self) { try await Store.open(.sqlite(path: city.databasePath)) }
        #expect(error.code == .newer)
        #expect(error.detail.contains("99"))
    }

    @Test("SQLite waits for the disk at each commit")
    func synchronous() async throws {
        let city = try await City()
        let level = try await city.store.database.write { try $0.first("PRAGMA synchronous") { $0.integer(0) } }
        #expect(level == 2, "FULL")
    }

    @Test("opening twice runs no migration twice")
    func idempotent() async throws {
        let city = try await City()
        let store = try await Store.open(.sqlite(path: city.databasePath))
        let versions = try await store.database.read {
            try $0.rows("SELECT version FROM schema_version ORDER BY version") { $0.integer(0) }
        }
        #expect(versions == Migrations.all.map(\.number))
    }

    @Test("the schema refuses a third kind of subject and counts that do not add up")
    func lastGuard() async throws {
        let city = try await City()
        let statements = [
            "INSERT INTO batch (receipt, feed, item, file_name, catalogue, started_at, finished_at, row_count, accepted, updated, unchanged, rejected, waiting) VALUES ('r', 'f', 'i', 'n', 'c', 0, 0, 2, 1, 0, 0, 0, 0)",
            "INSERT INTO subject (kind, code, name, registered, created_at) VALUES ('citizen', 'c', 'n', 0, 0)",
        ]
        for statement in statements {
            await #expect(throws: StoreError.self, "\(statement)") {
                try await city.store.database.write { _ = try $0.run(statement, []) }
            }
        }
    }

    @Test("short questions and long ones at once all come to an end, however many there are")
    func glances() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", "91990102MACX000176")])
        let found = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<400 {
                group.addTask {
                    if number % 2 == 0 { return try await city.store.totals(shownOn: City.now.day).organisations }
                    return try await city.store.file(code: "91990102MACX000176")?.rows.count ?? 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(found == 400)
    }

    @Test("messages for operators hold no SQL and no data")
    func messages() async throws {
        let city = try await City()
        let error = try await #require(throws: StoreError.self) {
            try await city.store.database.write {
                _ = try $0.run(
                    "INSERT INTO subject (kind, code, name, registered, created_at) VALUES ('citizen', 'geheim', 'n', 0, 0)",
                    [])
            }
        }
        #expect(!error.detail.contains("INSERT") && !error.detail.contains("geheim"))
    }

    @Test(
        "the hot questions use an index",
        arguments: [
            "SELECT subject_id FROM identifier WHERE value = 'x' AND scheme = 'uscc'",
            "SELECT ordinal, revision, content_hash, record_key FROM record WHERE subject_id = 1",
            "SELECT ordinal FROM record WHERE subject_id = 1 ORDER BY ordinal DESC LIMIT 1",
            "SELECT 1 FROM subject_name WHERE subject_id = 1 AND name = 'x'",
            "SELECT payload FROM revision WHERE subject_id = 1 AND leaf = 1",
            "SELECT ordinal FROM record WHERE item = 1 ORDER BY day DESC, subject_id, ordinal LIMIT 20",
        ])
    func plans(_ sql: String) async throws {
        let city = try await City()
        let plan = try await city.store.database.read { connection in
            try connection.rows("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }
        }
        #expect(plan.allSatisfy { !$0.hasPrefix("SCAN") }, "\(plan)")
    }

    @Test("a database of schema 3 keeps every revision, its guards and its order, and is counted", arguments: [false, true])
    func migrates(isFilled: Bool) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("older.sqlite")
        let database = try SQLiteDatabase.create(path: path)
        try await database.write { connection in
            try Migrations.run(connection, to: 3)
            guard isFilled else { return }
            for statement in [
                "INSERT INTO subject VALUES (1, 'organisation', '91990102MACX000176', '示例市云锦丝绸有限公司', NULL, NULL, NULL, 1, 5)",
                """
                INSERT INTO record VALUES (1, 1, x'000102030405060708090a0b0c0d0e0f', 'administrative-penalty', 2, 1, x'02', 1, NULL, '示例局', NULL, NULL,
                    '2026-01-01', 20900, 21000, 22000, NULL, NULL, NULL, 0, 0, NULL)
                """,
                """
                INSERT INTO revision (subject_id, ordinal, number, act, effective_on, recorded_at, content, salt, leaf)
                VALUES (1, 1, 2, 6, 20800, 7, NULL, x'03', 9), (1, 1, 1, 0, 20800, 6, CAST('{"fine":"1.00"}' AS BLOB), x'04', 8)
                """,
            ] { try connection.run(statement, []) }
        }
        try await Migrations.run(database)
        let (revisions, counted, subjects) = try await database.read { connection in
            (
                try StoredRevision.chain(of: RecordID(subject: SubjectID(1), ordinal: 1), connection).map {
                    let revision = try $0.revision(item: "administrative-penalty", RecordCoding(), connection)
                    return "\(revision.number) \(revision.leaf) \(revision.statement?.values["fine"] ?? "")"
                },
                try connection.rows("SELECT item, kind, authority, published_until, record_count FROM record_tally") {
                    "\($0.text(0)) \($0.text(1)) \($0.text(2)) \($0.integer(3)) \($0.integer(4))"
                }, try connection.rows("SELECT kind, subject_count FROM subject_tally") { "\($0.text(0)) \($0.integer(1))" }
            )
        }
        #expect(revisions == (isFilled ? ["1 8 1.00", "2 9 "] : []))
        #expect(counted == (isFilled ? ["administrative-penalty organisation 示例局 20900 1"] : []))
        #expect(subjects == (isFilled ? ["organisation 1"] : []))
        guard isFilled else { return }
        for statement in ["UPDATE revision SET leaf = 1", "DELETE FROM revision"] {
            await #expect(throws: StoreError.self, "\(statement)") { try await database.write { _ = try $0.run(statement, []) } }
        }
    }

    @Test("reports issued under schema 8 are kept without key and ground, and stay final")
    func keepsReports() async throws {
        let directory = try TemporaryDirectory()
        let database = try SQLiteDatabase.create(path: directory.file("older.sqlite"))
        try await database.write { connection in
            try Migrations.run(connection, to: 8)
            for statement in [
                "INSERT INTO subject VALUES (1, 'organisation', '91990102MACX000176', '示例市云锦丝绸有限公司', NULL, NULL, NULL, 1, 5)",
                """
                INSERT INTO issued_report VALUES (0, '20261123090000ABCDEFG', 1, 'full', 'zh', 5, 'information', 'public', 'account public',
                    zeroblob(32), 3, NULL, NULL, '')
                """,
            ] { try connection.run(statement, []) }
        }
        try await Migrations.run(database)
        let rows = try await database.read { connection in
            try connection.rows("SELECT number, key_id, read_leaves, read_decision, unlisted FROM issued_report") { row in
                [row.text(0)] + (1...4).map { row.isNull($0) ? "none" : "some" }
            }
        }
        #expect(rows == [["20261123090000ABCDEFG", "none", "none", "none", "none"]])
        for statement in ["UPDATE issued_report SET key_id = 'x'", "DELETE FROM issued_report"] {
            await #expect(throws: StoreError.self, "\(statement)") { try await database.write { _ = try $0.run(statement, []) } }
        }
    }
}
