import Synchronization
import TestSupport
import Testing

@testable import CreditStore

/// What every engine promises. The same rules for all of them.
@Suite("every engine", .timeLimit(.minutes(20)))
struct EngineTests {
    struct Refusal: Error {}

    @Test("PostgreSQL is there to be tested")
    func present() {
        if !PostgresCluster.isAvailable {
            Issue.record("PostgreSQL 15 or later not found; its tests were skipped", severity: .warning)
        }
    }

    @Test("a connection names its engine", arguments: EngineFixture.engines)
    func engine(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        #expect(try await fixture.database.read { $0.engine } == engine)
    }

    @Test("every value comes back as it went in", arguments: EngineFixture.engines)
    func values(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run(
            "CREATE TABLE t (id BIGINT PRIMARY KEY, i BIGINT, r \(fixture.realType), s TEXT, b \(fixture.bytesType))")
        let integers: [Int64] = [0, 1, -1, .max, .min, 1 << 31, -(1 << 31) - 1, 1 << 53 + 1]
        let reals: [Double] = [0, -0.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, 0.1, 1e-300, -1]
        let texts = [
            "", "a", "示例市云锦丝绸有限公司", "𠮷𡈽", "👩‍👩‍👧‍👦", "e\u{301}", "'; DROP TABLE t; --", "\\x00\t\r\n%_",
        ]
        let blobs: [[UInt8]] = [
            [], [0], Array(0...255), Array("text".utf8), [0xFF, 0xFE], [0x5C, 0x78], [0, 0, 0], [10, 0, 13],
        ]
        try await fixture.database.write { connection in
            for n in integers.indices {
                try connection.run(
                    "INSERT INTO t (id, i, r, s, b) VALUES ($1, $2, $3, $4, $5)",
                    [.integer(Int64(n)), .integer(integers[n]), .real(reals[n]), .text(texts[n]), .bytes(blobs[n])])
            }
            try connection.run(
                "INSERT INTO t (id, i, r, s, b) VALUES ($1, $2, $3, $4, $5)",
                [.integer(99), .null, .null, .null, .null])
        }
        try await fixture.database.read { connection in
            var n = 0
            try connection.query("SELECT i, r, s, b FROM t ORDER BY id", []) { row in
                if n < integers.count {
                    #expect(row.integer(0) == integers[n] && row.real(1) == reals[n])
                    #expect(row.text(2).utf8.elementsEqual(texts[n].utf8) && row.bytes(3) == blobs[n])
                    #expect((0..<4).allSatisfy { !row.isNull($0) })
                } else {
                    #expect((0..<4).allSatisfy { row.isNull($0) })
                    #expect(row.integer(0) == 0 && row.real(1) == 0 && row.text(2) == "" && row.bytes(3) == [])
                }
                n += 1
                return true
            }
            #expect(n == integers.count + 1)
        }
    }

    @Test(
        "random values come back through parameters and through load", arguments: EngineFixture.engines, Seeds.standard)
    func randomValues(_ engine: Engine, seed: UInt64) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run(
            "CREATE TABLE t (id BIGINT PRIMARY KEY, i BIGINT, r \(fixture.realType), s TEXT, b \(fixture.bytesType))")
        var generator = SplitMix64(seed)
        let rows: [[SQLValue]] = (0..<200).map { id in
            func maybe(_ value: SQLValue) -> SQLValue { Int.random(in: 0..<4, using: &generator) == 0 ? .null : value }
            return [
                .integer(Int64(id)), maybe(.integer(.random(in: .min ... .max, using: &generator))),
                maybe(.real(.random(in: -1e9...1e9, using: &generator))),
                maybe(.text(generator.text("a1 企业𠮷👍🏽\n\"'\\", count: id % 40))),
                maybe(.bytes((0..<id % 50).map { _ in UInt8.random(in: 0...255, using: &generator) })),
            ]
        }
        let columns = ["id", "i", "r", "s", "b"]
        let found = try await fixture.database.write { connection in
            for row in rows.prefix(100) {
                try connection.run("INSERT INTO t (id, i, r, s, b) VALUES ($1, $2, $3, $4, $5)", row)
            }
            try connection.load("t", columns, rows.dropFirst(100))
            return try connection.rows("SELECT id, i, r, s, b FROM t ORDER BY id") { row -> [SQLValue] in
                [
                    .integer(row.integer(0)), row.isNull(1) ? .null : .integer(row.integer(1)),
                    row.isNull(2) ? .null : .real(row.real(2)), row.isNull(3) ? .null : .text(row.text(3)),
                    row.isNull(4) ? .null : .bytes(row.bytes(4)),
                ]
            }
        }
        #expect(found == rows)
    }

    @Test("parameters fit wherever SQL takes a value", arguments: EngineFixture.engines)
    func places(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, small INTEGER, name TEXT)")
        try await fixture.database.write { connection in
            try connection.load(
                "t", ["id", "small", "name"], (1...9).map { [.integer($0), .integer($0), .text("n\($0)")] })
            try connection.run(
                "UPDATE t SET small = $1, name = coalesce($2, name) WHERE id = $3", [.integer(70), .null, .integer(7)])
            try connection.run(
                "UPDATE t SET small = $1, name = coalesce($2, name) WHERE id = $3", [.null, .text("neu"), .integer(8)])
        }
        #expect(
            try await fixture.integers(
                "SELECT id FROM t WHERE id >= $1 ORDER BY id LIMIT $2 OFFSET $3",
                [.integer(2), .integer(3), .integer(1)]) == [3, 4, 5])
        #expect(
            try await fixture.integers(
                "SELECT coalesce(small, $1) FROM t WHERE id >= $2 ORDER BY id",
                [.integer(5_000_000_000), .integer(7)]) == [70, 5_000_000_000, 9])
        #expect(try await fixture.integers("SELECT id FROM t WHERE small > $1", [.integer(5_000_000_000)]) == [])
        #expect(try await fixture.integers("SELECT $1 + 1", [.integer(1 << 40)]) == [1 << 40 + 1])
        #expect(try await fixture.integers("SELECT sum(small) FROM t WHERE id < $1", [.integer(4)]) == [6])
        #expect(try await fixture.integers("SELECT sum(id * 1000000000000) FROM t WHERE id < 4") == [6_000_000_000_000])
        #expect(try await fixture.integers("SELECT id FROM t WHERE name LIKE $1 ESCAPE '\\'", [.text("ne%")]) == [8])
        #expect(
            try await fixture.integers(
                "SELECT id FROM t WHERE (small, id) < ($1, $2) ORDER BY id DESC LIMIT 1",
                [.integer(4), .integer(0)]) == [3])
        #expect(
            try await fixture.database.read {
                try $0.first(
                    "SELECT $1 || name, avg(id) FROM t WHERE id = $2 GROUP BY name", [.text("x"), .integer(1)]
                ) { ($0.text(0) + "\($0.real(1))") }
            } == "xn1" + "1.0")
    }

    @Test("what a failed transaction did is undone", arguments: EngineFixture.engines)
    func rollback(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY)")
        await #expect(throws: Refusal.self) {
            try await fixture.database.write { connection in
                try connection.run("INSERT INTO t VALUES (1)", [])
                throw Refusal()
            }
        }
        await #expect(throws: Refusal.self) {
            try await fixture.database.write { connection in
                try connection.run("INSERT INTO t VALUES (2)", [])
                try connection.query("SELECT id FROM t", []) { _ in throw Refusal() }
            }
        }
        await #expect(throws: Refusal.self) {
            try await fixture.database.write { connection in
                try connection.run("INSERT INTO t VALUES (3)", [])
                var rows = 0
                try connection.load("t", ["id"]) {
                    rows += 1
                    if rows == 1000 { throw Refusal() }
                    return [.integer(Int64(100 + rows))]
                }
            }
        }
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
        try await fixture.run("INSERT INTO t VALUES (4)")
        #expect(try await fixture.integers("SELECT id FROM t") == [4])
    }

    @Test(
        "a failed statement ends the transaction, even where its error is passed over", arguments: EngineFixture.engines
    )
    func passedOver(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY)")
        let error = try await #require(throws: StoreError.self) {
            try await fixture.database.write { connection in
                try connection.run("INSERT INTO t VALUES (1)", [])
                _ = try? connection.run("INSERT INTO t VALUES (1)", [])
            }
        }
        #expect(error.code == .fault)
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
    }

    @Test("rows that are stored beside are all there at the end, whatever is asked meanwhile", arguments: EngineFixture.engines)
    func beside(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT NOT NULL)")
        let seen = try await fixture.database.write { connection in
            for job in 0..<3 {
                try connection.later(job == 1 ? .whenIdle : .next) { storing in
                    try storing.load("t", ["id", "name"], count: 5000) { index, row in
                        row.integer(Int64(job * 5000 + index))
                        row.text("示例\(index)")
                    }
                }
            }
            try connection.later(.next) { storing in
                try storing.load("t", ["id", "name"], (15_000..<15_003).map { [.integer($0), .text("示例")] })
            }
            var asked = 0
            for _ in 0..<200 { asked += try connection.first("SELECT 1") { Int($0.integer(0)) } ?? 0 }
            try connection.settle()
            return [asked, try connection.first("SELECT count(*) FROM t") { Int($0.integer(0)) } ?? 0]
        }
        #expect(seen == [200, 15_003])
        #expect(try await fixture.integers("SELECT sum(id) FROM t") == [15_002 * 15_003 / 2])
    }

    @Test("a job that fails undoes the transaction, also where nobody waits for it, and the next one works", arguments: EngineFixture.engines)
    func failedBeside(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY)")
        for waits in [false, true] {
            let error = try await #require(throws: StoreError.self) {
                try await fixture.database.write { connection in
                    try connection.run("INSERT INTO t VALUES (7)", [])
                    // The server refuses the second of two equal rows, in the second of three portions.
                    try connection.later(.next) { storing in
                        try storing.load("t", ["id"], count: 5000) { index, row in row.integer(Int64(index == 3000 ? 7 : 100 + index)) }
                    }
                    if waits { try connection.settle() }
                }
            }
            #expect(error.code == .fault)
            #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
        }
        try await fixture.run("INSERT INTO t VALUES (8)")
        #expect(try await fixture.integers("SELECT id FROM t") == [8])
    }

    @Test("a value that is there already is refused, in words without SQL and data", arguments: EngineFixture.engines)
    func unique(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (name TEXT NOT NULL UNIQUE)")
        try await fixture.run("INSERT INTO t VALUES ($1)", [.text("geheim")])
        for isLoad in [false, true] {
            let error = try await #require(throws: StoreError.self) {
                try await fixture.database.write { connection in
                    if isLoad {
                        try connection.load("t", ["name"], [[.text("neu")], [.text("geheim")]])
                    } else {
                        try connection.run("INSERT INTO t VALUES ($1)", [.text("geheim")])
                    }
                }
            }
            #expect(error.code == .fault)
            #expect(!error.detail.contains("geheim") && !error.detail.contains("INSERT"))
        }
        await #expect(throws: StoreError(.fault, "")) { try await fixture.run("SELEKT") }
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [1])
    }

    @Test("a reader sees one state, whatever is written meanwhile", arguments: EngineFixture.engines)
    func snapshot(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY)")
        let gate = Gate()
        async let counts = fixture.database.read { connection in
            let before = try connection.first("SELECT count(*) FROM t") { $0.integer(0) }
            gate.pass()
            return [before, try connection.first("SELECT count(*) FROM t") { $0.integer(0) }]
        }
        await gate.arrived()
        try await fixture.run("INSERT INTO t VALUES (1)")
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [1])
        gate.open()
        #expect(try await counts == [0, 0])
    }

    @Test("writers are alone, also those of another process", arguments: EngineFixture.engines)
    func alone(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (n BIGINT)")
        try await fixture.run("INSERT INTO t VALUES (0)")
        let databases = [fixture.database, try await fixture.another()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                group.addTask {
                    try await databases[index % 2].write { connection in
                        let n = try connection.first("SELECT n FROM t") { $0.integer(0) } ?? 0
                        try connection.run("UPDATE t SET n = $1", [.integer(n + 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await fixture.integers("SELECT n FROM t") == [60])
    }

    @Test("more readers than connections all get their turn", arguments: EngineFixture.engines)
    func manyReaders(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
            for index in 0..<50 {
                group.addTask { try await fixture.integers("SELECT $1 + 0", [.integer(Int64(index))])[0] }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 1225)
    }

    @Test("a reader writes nothing", arguments: EngineFixture.engines)
    func readOnly(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        await #expect(throws: StoreError(.readOnly, "")) {
            try await fixture.database.read { _ = try $0.run("INSERT INTO schema_version VALUES (1)", []) }
        }
        #expect(try await fixture.integers("SELECT count(*) FROM schema_version") == [0])
    }

    @Test("statements tell how many rows they changed", arguments: EngineFixture.engines)
    func counts(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
        #expect(try await fixture.run("INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)") == 3)
        #expect(try await fixture.run("UPDATE t SET n = 1 WHERE id > $1", [.integer(1)]) == 2)
        #expect(try await fixture.run("UPDATE t SET n = 1 WHERE id > $1", [.integer(9)]) == 0)
        #expect(try await fixture.run("INSERT INTO t VALUES (1, 5) ON CONFLICT (id) DO NOTHING") == 0)
        let upsert = "INSERT INTO t VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = excluded.n"
        #expect(try await fixture.run(upsert, [.integer(1), .integer(8)]) == 1)
        let returned = try await fixture.database.write {
            try $0.rows("INSERT INTO t (id, n) VALUES ($1, $2) RETURNING id, n + 1", [.integer(7), .integer(1)]) {
                [$0.integer(0), $0.integer(1)]
            }
        }
        #expect(returned == [[7, 2]])
        #expect(try await fixture.integers("SELECT n FROM t ORDER BY id") == [8, 1, 1, 1])
        #expect(try await fixture.run("DELETE FROM t") == 4)
    }

    @Test("large values stay whole", arguments: EngineFixture.engines)
    func large(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, b \(fixture.bytesType), s TEXT)")
        var generator = SplitMix64(7)
        let bytes = (0..<1 << 17).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        let text = String(repeating: "信用中国", count: 100_000)
        let matches = try await fixture.database.write { connection in
            try connection.run("INSERT INTO t VALUES (1, $1, $2)", [.bytes(bytes), .text(text)])
            try connection.load("t", ["id", "b", "s"], [[.integer(2), .bytes(bytes), .text(text)]])
            return try connection.rows("SELECT b, s FROM t") { $0.bytes(0) == bytes && $0.text(1) == text }
        }
        #expect(bytes.count == 1 << 20 && matches == [true, true])
    }

    @Test("a hundred thousand rows load, stream, and stream ends early", arguments: EngineFixture.engines)
    func stream(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE \"t\"\"x\" (id BIGINT PRIMARY KEY, name TEXT NOT NULL)")
        let result = try await fixture.database.write { connection in
            try connection.load(
                "t\"x", ["id", "name"], (1...100_000).lazy.map { [.integer($0), .text("示例\($0)")] })
            var (count, sum) = (0, Int64(0))
            try connection.query("SELECT id, name FROM \"t\"\"x\"", []) { row in
                count += 1
                sum += row.integer(0)
                return row.text(1).utf8.count > 6
            }
            var early = 0
            try connection.query("SELECT id FROM \"t\"\"x\" ORDER BY id", []) { _ in
                early += 1
                return early < 10
            }
            let after = try connection.first("SELECT max(id) FROM \"t\"\"x\"") { $0.integer(0) }
            return [Int64(count), sum, Int64(early), after ?? 0]
        }
        #expect(result == [100_000, 5_000_050_000, 10, 100_000])
    }

    @Test("more statements than the cache holds go on working", arguments: EngineFixture.engines)
    func manyStatements(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        let wrong = try await fixture.database.read { connection in
            var wrong = 0
            for round in 0..<2 {
                for n in 0..<PostgresConnection.statementBound + 100 {
                    let value = try connection.first("SELECT $1 + \(n)", [.integer(Int64(round))]) { $0.integer(0) }
                    if value != Int64(n + round) { wrong += 1 }
                }
            }
            return wrong
        }
        #expect(wrong == 0)
    }

    @Test("one statement takes values of changing types", arguments: EngineFixture.engines)
    func changingTypes(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT, r \(fixture.realType))")
        let values: [SQLValue] = [.null, .integer(3), .real(2.5), .null, .integer(4)]
        let found = try await fixture.database.write { connection in
            for (id, value) in values.enumerated() {
                try connection.run("INSERT INTO t VALUES ($1, $2)", [.integer(Int64(id)), value])
            }
            return try connection.rows("SELECT r FROM t ORDER BY id") { $0.isNull(0) ? -1 : $0.real(0) }
        }
        #expect(found == [-1, 3, 2.5, -1, 4])
    }

    @Test("a task cancelled inside its transaction keeps nothing", arguments: EngineFixture.engines)
    func cancellation(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.run("CREATE TABLE t (id BIGINT)")
        let gate = Gate()
        let task = Task {
            try await fixture.database.write { connection in
                try connection.run("INSERT INTO t VALUES (1)", [])
                gate.pass()
                try connection.run("INSERT INTO t VALUES (2)", [])
            }
        }
        await gate.arrived()
        task.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await fixture.integers("SELECT count(*) FROM t") == [0])
        try await fixture.run("INSERT INTO t VALUES (3)")
        #expect(try await fixture.integers("SELECT id FROM t") == [3])
    }

    @Test("a statement inside the rows of another is a programmer's error, and says so")
    func nesting() async throws {
        let sqlite = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            try await EngineTests.nest(.sqlite)
        }
        #expect(Self.text(sqlite).contains("a statement inside the rows of another"))
        guard PostgresCluster.isAvailable else { return }
        let postgres = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            try await EngineTests.nest(.postgres)
        }
        #expect(Self.text(postgres).contains("a statement inside the rows of another"))
    }

    private static func text(_ result: ExitTest.Result?) -> String {
        String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }

    static func nest(_ engine: Engine) async throws {
        let fixture = try await EngineFixture(engine)
        try await fixture.database.read { connection in
            try connection.query("SELECT 1", []) { _ in try connection.run("SELECT 2", []) == 0 }
        }
    }
}
