import Synchronization
import TestSupport
import Testing

@testable import CreditStore

/// What only a database server can do to us.
@Suite("PostgreSQL", .enabled(if: PostgresCluster.isAvailable), .timeLimit(.minutes(20)))
struct PostgresTests {
    private func fixture(_ table: String = "CREATE TABLE t (id BIGINT PRIMARY KEY)") async throws -> EngineFixture {
        let fixture = try await EngineFixture(.postgres)
        try await fixture.run(table)
        return fixture
    }

    private func code(_ body: () async throws -> some Sendable) async -> StoreError.Code? {
        do { _ = try await body() } catch let error as StoreError { return error.code } catch {}
        return nil
    }

    // MARK: opening

    @Test("a schema is made once and opened afterwards")
    func create() async throws {
        let cluster = try await PostgresCluster.database()
        #expect(await code { try await PostgresDatabase.open(url: cluster.url) } == .missing)
        let database = try await PostgresDatabase.create(url: cluster.url)
        // Given up before its first table, it can be made again.
        #expect(await code { try await PostgresDatabase.open(url: cluster.url) } == .missing)
        _ = try await PostgresDatabase.create(url: cluster.url)
        try await database.write { _ = try $0.run("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)", []) }
        _ = try await PostgresDatabase.open(url: "postgres" + cluster.url.dropFirst("postgresql".count))
        #expect(await code { try await PostgresDatabase.create(url: cluster.url) } == .exists)
        #expect(
            try await cluster.sql(
                "SELECT schemaname FROM pg_tables WHERE tablename = 'schema_version'"
            ) == "chengxin")
    }

    @Test("another program's schema is refused and left alone")
    func foreign() async throws {
        let cluster = try await PostgresCluster.database()
        try await cluster.sql("CREATE SCHEMA chengxin; CREATE TABLE chengxin.guest (name text)")
        #expect(await code { try await PostgresDatabase.open(url: cluster.url) } == .notOurs)
        #expect(await code { try await PostgresDatabase.create(url: cluster.url) } == .notOurs)
        #expect(try await cluster.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'chengxin'") == "guest")
    }

    @Test("sessions have the settings that the platform counts on")
    func settings() async throws {
        let fixture = try await fixture()
        let found = try await fixture.database.read { connection in
            try [
                "search_path", "TimeZone", "client_encoding", "application_name", "lock_timeout", "synchronous_commit",
            ].map { name in
                try connection.first("SELECT current_setting($1)", [.text(name)]) { $0.text(0) }
            }
        }
        #expect(found == ["chengxin", "UTC", "UTF8", "chengxin", "30s", "on"])
    }

    @Test("a wrong address says what is wrong, without the password")
    func wrongAddress() async throws {
        let fixture = try await fixture()
        let cluster = try #require(fixture.cluster)
        try await cluster.sql("CREATE ROLE guest_\(cluster.name) LOGIN PASSWORD 'richtig'")
        let asGuest = cluster.url.replacing("user=chengxin", with: "user=guest_\(cluster.name)")
        let cases: [(String, StoreError.Code)] = [
            (asGuest + "&password=geheim", .refused),
            (cluster.url.replacing(cluster.name, with: "nirgends"), .missing),
            ("postgresql://guest:geheim@127.0.0.1:1/db", .unreachable),
            ("postgresql:///db?host=/nirgends&password=geheim", .unreachable),
            ("postgresql://guest:geheim@nirgends.invalid/db", .unreachable),
            ("mysql://guest:geheim@127.0.0.1/db", .unreachable),
            ("postgresql://guest:geheim@127.0.0.1/db?unsinn=1", .unreachable),
            (cluster.url.replacing("user=chengxin", with: "user=nobody&password=geheim"), .refused),
        ]
        for (url, code) in cases {
            let error = try await #require(throws: StoreError.self) { try await PostgresDatabase.open(url: url) }
            #expect(error.code == code, "\(url)")
            #expect(!error.detail.contains("geheim"))
        }
        // The right password gets in, but not into the platform's schema.
        let guest = try await PostgresDatabase.open(url: asGuest + "&password=richtig")
        #expect(
            await code { try await guest.read { try $0.first("SELECT id FROM chengxin.t") { $0.integer(0) } } }
                == .refused)
        try await cluster.sql("DROP ROLE guest_\(cluster.name)")
    }

    @Test("a server that takes no writes says so")
    func readOnly() async throws {
        let fixture = try await fixture()
        let cluster = try #require(fixture.cluster)
        try await cluster.sql("ALTER DATABASE \(cluster.name) SET default_transaction_read_only = on")
        let database = try await PostgresDatabase.open(url: cluster.url)
        #expect(await code { try await database.write { try $0.run("INSERT INTO t VALUES (1)", []) } } == .readOnly)
        #expect(await code { try await database.write { try $0.load("t", ["id"], [[.integer(1)]]) } } == .readOnly)
    }

    // MARK: faults

    @Test(
        "a fault of the server becomes one that an operator can act on",
        arguments: [
            ("53100", StoreError.Code.full), ("58030", .full), ("25006", .readOnly), ("53200", .busy), ("55P03", .busy),
            ("57014", .busy), ("XX001", .damaged), ("XX002", .damaged), ("42501", .refused), ("23505", .fault),
            ("22012", .fault),
        ])
    func faults(_ state: String, _ expected: StoreError.Code) async throws {
        let fixture = try await fixture()
        let error = try await #require(throws: StoreError.self) {
            try await fixture.database.write { connection in
                try connection.run("INSERT INTO t VALUES (1)", [])
                try connection.run(Self.raise(state), [])
            }
        }
        #expect(error.code == expected)
        #expect(!error.detail.contains("geheim"))
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
    }

    private static func raise(_ state: String) -> String {
        "DO $$ BEGIN RAISE EXCEPTION 'geheim' USING ERRCODE = '\(state)'; END $$"
    }

    @Test("a transaction that the server wants repeated is repeated whole", arguments: ["40001", "40P01"])
    func repetition(_ state: String) async throws {
        let fixture = try await fixture()
        for (failures, isStored) in [(1, true), (3, true), (4, false)] {
            let attempts = Mutex(0)
            let code = await code {
                try await fixture.database.write { connection in
                    let attempt = attempts.withLock { attempts in
                        attempts += 1
                        return attempts
                    }
                    try connection.run("INSERT INTO t VALUES ($1)", [.integer(Int64(failures))])
                    if attempt <= failures { try connection.run(Self.raise(state), []) }
                }
            }
            #expect(code == (isStored ? nil : .busy))
            #expect(attempts.withLock { $0 } == min(failures + 1, 4))
        }
        #expect(try await fixture.integers("SELECT id FROM t ORDER BY id") == [1, 3])
    }

    @Test("a writer that waits too long for another gives up")
    func lockTimeout() async throws {
        let fixture = try await fixture()
        let url = try #require(fixture.cluster).url + "&options=-c%20lock_timeout%3D50ms"
        let impatient = try await PostgresDatabase.open(url: url)
        let gate = Gate()
        async let first: Void = fixture.database.write { _ in gate.pass() }
        await gate.arrived()
        #expect(await code { try await impatient.write { try $0.run("INSERT INTO t VALUES (1)", []) } } == .busy)
        gate.open()
        try await first
        try await impatient.write { _ = try $0.run("INSERT INTO t VALUES (2)", []) }
        #expect(try await fixture.integers("SELECT id FROM t") == [2])
    }

    @Test("a text with a zero byte is refused before it is sent")
    func zeroByte() async throws {
        let fixture = try await fixture("CREATE TABLE t (s TEXT)")
        #expect(await code { try await fixture.run("INSERT INTO t VALUES ($1)", [.text("a\0b")]) } == .fault)
        #expect(
            await code { try await fixture.database.write { try $0.load("t", ["s"], [[.text("a")], [.text("\0")]]) } }
                == .fault)
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
    }

    @Test("integers load into columns of every width, and one too large is refused")
    func widths() async throws {
        let fixture = try await fixture(
            "CREATE TABLE t (a SMALLINT, b INTEGER, c BIGINT, d BOOLEAN, e REAL, f VARCHAR(9))")
        let columns = ["a", "b", "c", "d", "e", "f"]
        let found = try await fixture.database.write { connection in
            try connection.load(
                "t", columns,
                [[.integer(-32768), .integer(-2_147_483_648), .integer(.min), .integer(1), .real(0.5), .text("信用")]])
            return try connection.first("SELECT a, b, c, d, e, f FROM t") { row in
                "\((0..<4).map { row.integer($0) }) \(row.real(4)) \(row.text(5))"
            }
        }
        #expect(found == "[-32768, -2147483648, -9223372036854775808, 1] 0.5 信用")
        let row: [SQLValue] = [.integer(32768), .null, .null, .null, .null, .null]
        #expect(await code { try await fixture.database.write { try $0.load("t", columns, [row]) } } == .fault)
    }

    @Test(
        "numbers of any length read as integers where they are whole, and as reals",
        arguments: [
            "0", "1", "-1", "9999", "10000", "-10000", "9223372036854775807", "-9223372036854775808", "100000000",
            "123400000000", "5.000",
        ])
    func numeric(_ text: String) async throws {
        let fixture = try await fixture()
        let found = try await fixture.database.read {
            try $0.first("SELECT n, n FROM (VALUES (CAST($1 AS NUMERIC))) v (n)", [.text(text)]) {
                ($0.integer(0), $0.real(1))
            }
        }
        #expect(found?.0 == Int64(text.split(separator: ".")[0]) && found?.1 == Double(text))
        let fraction = try await fixture.database.read {
            try $0.first("SELECT CAST($1 AS NUMERIC) / 8 + 0.0001", [.text(text)]) { $0.real(0) }
        }
        let exact = try #require(Double(text)) / 8 + 0.0001
        #expect(abs(try #require(fraction) - exact) <= abs(exact) * 1e-15)
    }

    // MARK: lost connections

    @Test("a connection lost inside a transaction means that nothing was stored, and the next one works")
    func lostInside() async throws {
        let fixture = try await fixture()
        let cluster = try #require(fixture.cluster)
        for isLoad in [false, true] {
            let gate = Gate()
            async let lost = code {
                try await fixture.database.write { connection in
                    try connection.run("INSERT INTO t VALUES (1)", [])
                    gate.pass()
                    if isLoad {
                        try connection.load("t", ["id"], (2...100_000).lazy.map { [.integer($0)] })
                    } else {
                        try connection.run("INSERT INTO t VALUES (2)", [])
                    }
                }
            }
            await gate.arrived()
            try await cluster.sql(Self.terminate)
            gate.open()
            #expect(await lost == .connectionLost)
            #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
            #expect(try await fixture.run("INSERT INTO t VALUES (7)") == 1)
            #expect(try await fixture.run("DELETE FROM t") == 1)
        }
    }

    @Test("a connection lost in the middle of a load or a stream ends it")
    func lostStreaming() async throws {
        let fixture = try await fixture()
        let suicide =
            """
            SELECT CASE WHEN n < 5000 THEN n ELSE CAST(pg_terminate_backend(pg_backend_pid()) AS INTEGER) END
            FROM generate_series(1, 100000) n
            """
        #expect(
            await code { try await fixture.database.read { try $0.rows(suicide) { $0.integer(0) } } } == .connectionLost
        )
        let cluster = try #require(fixture.cluster)
        let gate = Gate()
        async let lost = code {
            try await fixture.database.write { connection in
                try connection.load(
                    "t", ["id"],
                    (Int64(1)...500_000).lazy.map { id in
                        if id == 50_000 { gate.pass() }
                        return [.integer(id)]
                    })
            }
        }
        await gate.arrived()
        try await cluster.sql(Self.terminate)
        gate.open()
        #expect(await lost == .connectionLost)
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
    }

    @Test("a connection seen to be lost before the commit is asked for means that nothing was stored")
    func lostBeforeCommit() async throws {
        let fixture = try await fixture()
        let cluster = try #require(fixture.cluster)
        let gate = Gate()
        async let lost = code {
            try await fixture.database.write { connection in
                try connection.run("INSERT INTO t VALUES (1)", [])
                gate.pass()
                // The server closes its end a moment after it has let go of the session.
                while (connection as? PostgresConnection)?.isAlive == true {}
            }
        }
        await gate.arrived()
        try await cluster.sql(Self.terminate)
        gate.open()
        #expect(await lost == .connectionLost)
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
    }

    @Test("a connection lost while committing leaves it open what was stored, and says so")
    func lostCommitting() async throws {
        let fixture = try await fixture()
        try await fixture.run(
            """
            CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
            """
        )
        try await fixture.run(
            """
            CREATE CONSTRAINT TRIGGER die AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.id = 13) EXECUTE FUNCTION die()
            """
        )
        #expect(await code { try await fixture.run("INSERT INTO t VALUES (13)") } == .commitUnknown)
        #expect(try await fixture.run("INSERT INTO t VALUES (14)") == 1)
        #expect(try await fixture.integers("SELECT id FROM t") == [14])
    }

    @Test("a constraint that fails at the commit keeps nothing, and is no lost connection")
    func deferred() async throws {
        let fixture = try await fixture("CREATE TABLE t (id BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        let code = await code {
            try await fixture.database.write { connection in
                try connection.run("INSERT INTO t VALUES (1)", [])
                try connection.run("INSERT INTO t VALUES (1)", [])
            }
        }
        #expect(code == .fault)
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
    }

    @Test("connections that broke while idle are replaced without anyone noticing")
    func lostIdle() async throws {
        let fixture = try await fixture()
        let cluster = try #require(fixture.cluster)
        for _ in 0..<3 {
            try await cluster.sql(Self.terminate)
            #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
            #expect(try await fixture.run("DELETE FROM t") == 0)
        }
    }

    /// Ends every other connection to the database, and waits until the server has none.
    private static let terminate = """
        SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """
}
