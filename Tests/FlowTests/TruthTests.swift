import Foundation
import TestSupport
import Testing

/// Truth that can be proved, as an operator meets it at the command line.
@Suite(.timeLimit(.minutes(20)))
struct TruthTests {
    static let code = Invented.code(1)

    private func loaded(_ platform: Platform) async throws -> String {
        let file = try platform.folder.write("penalty.csv", Invented.penalties(1...20, about: { $0 % 4 + 1 }).csv)
        let outcome = try await platform.ingest(file, feed: "penalty")
        #expect(outcome.code == 0, "\(outcome.err)")
        let records = try await platform.show(Self.code)["records"] as? [[String: Any]]
        return try #require(records?.first?["id"] as? String)
    }

    private func run(_ platform: Platform, _ arguments: String...) async throws -> Program.Outcome {
        try await Program.start(arguments + ["--data", platform.data], in: platform.folder).end()
    }

    /// Log and store prove themselves; says how many revisions there are.
    private func proved(_ platform: Platform) async throws -> Int {
        let log = try await run(platform, "verify", "log", "--json")
        #expect(log.code == 0, "\(log.text) \(log.err)")
        let store = try await run(platform, "verify", "store", "--json")
        #expect(store.code == 0, "\(store.text) \(store.err)")
        return try #require(try store.json()["revisions"] as? Int)
    }

    private func states(_ platform: Platform, _ more: String...) async throws -> [String] {
        let outcome = try await Program.start(
            ["show", Self.code, "--data", platform.data, "--json"] + more, in: platform.folder
        ).end()
        let records = try outcome.json()["records"] as? [[String: Any]]
        return (records ?? []).compactMap { $0["state"] as? String }.sorted()
    }

    private func acts(_ platform: Platform) async throws {
        let record = try await loaded(platform)
        let basis = ["--basis", "示应急撤〔2026〕9号", "--officer", "clerk"]
        let before = try await states(platform)
        let mark = try await Program.start(
            ["record", "mark", record, "--data", platform.data] + basis, in: platform.folder
        ).end()
        #expect(mark.code == 0, "\(mark.err)")
        let withdraw = try await Program.start(
            ["record", "withdraw", record, "--data", platform.data, "--effective", "2026-11-02", "--json"] + basis,
            in: platform.folder
        ).end()
        #expect(try withdraw.json()["standing"] as? String == "withdrawn")
        #expect(try await states(platform).filter { $0 == "withdrawn" }.count == 1)
        #expect(try await states(platform, "--as-of", "2026-11-01") == before, "the day before it was still so")
        #expect(try await states(platform, "--as", "public").count == before.count - 1)
        let unknown = try await run(platform, "show", Self.code, "--known-at", "2001-01-01")
        #expect(unknown.code == 2, "nothing was known then")
        let again = try await Program.start(
            ["record", "withdraw", record, "--data", platform.data] + basis, in: platform.folder
        ).end()
        #expect(again.code == 2)
        let history = try await run(platform, "history", record, "--json").json()["revisions"] as? [[String: Any]]
        #expect(history?.count == 3)
        #expect(try await proved(platform) == 22)
        let later = try await Program.start(
            ["terms", "--data", platform.data, "--json"], in: platform.folder, today: "2029-12-01"
        ).end()
        #expect(try later.json()["publication_ended"] as? Int == 20)
        #expect(try await proved(platform) == 42)
    }

    @Test("acts of officers, states at two times and ends of terms, in a file")
    func actsInFile() async throws { try await acts(try await Platform()) }

    @Test(
        "the same on a server",
        .enabled(if: PostgresCluster.isAvailable, "PostgreSQL is not installed: acts ran on SQLite only"))
    func actsOnServer() async throws {
        let server = try await PostgresCluster.database()
        try await acts(try await Platform(database: server.url))
    }

    @Test("a backup restores to the same root on either engine, and goes on from there")
    func backup() async throws {
        let platform = try await Platform()
        _ = try await loaded(platform)
        let made = try await run(platform, "backup", "--out", "city.backup", "--json")
        #expect(made.code == 0, "\(made.err)")
        #expect(try await run(platform, "backup", "--out", "city.backup").code == 2, "a backup is never overwritten")
        let root = try await run(platform, "verify", "log", "--json").json()["root"] as? String
        var targets = [["--data", "copy"]]
        let server = PostgresCluster.isAvailable ? try await PostgresCluster.database() : nil
        if let server { targets.append(["--data", "server", "--database", server.url]) }
        func reportKey(_ data: String) -> Data? {
            try? Data(contentsOf: platform.folder.url.appending(components: data, "keys", "report.json"))
        }
        #expect(reportKey("data") != nil)
        for target in targets {
            let restored = try await Program.start(
                ["restore", "--in", "city.backup", "--json"] + target, in: platform.folder
            ).end()
            #expect(restored.code == 0, "\(restored.err)")
            #expect(try restored.json()["root"] as? String == root)
            #expect(try restored.json()["finding_count"] as? Int == 0)
            #expect(reportKey(target[1]) == reportKey("data"), "reports issued before must go on to verify")
        }
        withExtendedLifetime(server) {}
        let more = try platform.folder.write("more.csv", Invented.penalties(21...25, about: { _ in 1 }).csv)
        let ingest = try await Program.run("ingest", more, "--feed", "penalty", "--data", "copy", "--json", in: platform.folder)
        #expect(try ingest.json()["accepted"] as? Int == 5, "\(ingest.err)")
        #expect(try await Program.run("verify", "store", "--data", "copy", in: platform.folder).code == 0)
        #expect(try await Program.run("restore", "--in", "city.backup", "--data", "copy", in: platform.folder).code == 2)
    }

    @Test("a backup that is cut off or changed anywhere is named and restores nothing")
    func brokenBackup() async throws {
        let platform = try await Platform()
        _ = try await loaded(platform)
        #expect(try await run(platform, "backup", "--out", "city.backup").code == 0)
        let whole = try Data(contentsOf: platform.folder.url.appending(component: "city.backup"))
        var random = SplitMix64(7)
        for _ in 0..<6 {
            let place = Int.random(in: 0..<whole.count, using: &random)
            var changed = whole
            changed[place] ^= 0x10
            for (name, data) in [("cut", whole.prefix(place)), ("changed", changed)] {
                try data.write(to: platform.folder.url.appending(component: "\(name).backup"))
                let check = try await Program.run("verify", "backup", "\(name).backup", in: platform.folder)
                #expect(check.code == 1 || check.code == 2, "\(name) at \(place)")
                let restore = try await Program.run("restore", "--in", "\(name).backup", "--data", "none", in: platform.folder)
                #expect(restore.code == 2, "\(name) at \(place): \(restore.err)")
                #expect(!FileManager.default.fileExists(atPath: platform.folder.path("none")), "\(name) at \(place)")
            }
        }
    }

    @Test("the log directory of another platform is recognised; what was delivered is kept and published once it is put right")
    func otherLog() async throws {
        let (platform, other) = (try await Platform(), try await Platform())
        _ = try await loaded(other)
        let manager = FileManager.default
        try manager.moveItem(atPath: platform.data + "/log", toPath: platform.data + "/log.own")
        try manager.copyItem(atPath: other.data + "/log", toPath: platform.data + "/log")
        let file = try platform.folder.write("penalty.csv", Invented.penalties(1...20, about: { $0 % 4 + 1 }).csv)
        let outcome = try await platform.ingest(file, feed: "penalty")
        #expect(outcome.code == 2)
        #expect(outcome.err.contains("another log"), "\(outcome.err)")
        #expect(Counts(try outcome.json()).accepted == 20, "the delivery is stored and reported")
        #expect(try await run(platform, "verify", "log").code == 1)
        try manager.removeItem(atPath: platform.data + "/log")
        #expect(try await platform.ingest(file, feed: "penalty").code == 2, "a missing log is never made in passing")
        try manager.moveItem(atPath: platform.data + "/log.own", toPath: platform.data + "/log")
        #expect(try await platform.ingest(file, feed: "penalty").code == 0)
        #expect(try await proved(platform) == 20)
    }

    @Test(
        "a database that cannot be used is said so, without a password, with exit code 2",
        arguments: [
            ("postgres://me:geheim@127.0.0.1:1/city", "reached"), ("mysql://here", "postgres://"),
            ("postgres://127.0.0.1:notaport/x", ""),
        ])
    func unusable(_ url: String, _ word: String) async throws {
        let folder = try Folder()
        let outcome = try await Program.run("init", "--data", "data", "--database", url, in: folder)
        #expect(outcome.code == 2, "\(outcome.err)")
        #expect(word.isEmpty || outcome.err.contains(word), "\(outcome.err)")
        #expect(!outcome.err.contains("geheim"))
    }

    @Test(
        "a server's database without a platform is refused, and one with a platform is not made anew",
        .enabled(if: PostgresCluster.isAvailable, "PostgreSQL is not installed"))
    func wrongDatabase() async throws {
        let server = try await PostgresCluster.database()
        let platform = try await Platform(database: server.url)
        _ = try await loaded(platform)
        let empty = try await PostgresCluster.database()
        let wrong = try await run(platform, "search", "示例", "--database", empty.url)
        #expect(wrong.code == 2)
        #expect(wrong.err.contains("chengxin init"), "\(wrong.err)")
        let second = try await Program.run("init", "--data", "second", "--database", server.url, in: platform.folder)
        #expect(second.code == 2, "\(second.err)")
        try await server.sql("INSERT INTO chengxin.schema_version VALUES (99)")
        let newer = try await run(platform, "search", "示例")
        #expect(newer.code == 2 && newer.err.contains("99"), "\(newer.err)")
        try await server.sql("DELETE FROM chengxin.schema_version; INSERT INTO chengxin.schema_version VALUES (1)")
        let older = try await run(platform, "search", "示例")
        #expect(older.code == 2 && older.err.contains("schema 1"), "\(older.err)")
    }

    @Test("a proof that was taken away holds offline, and not with one character changed")
    func proof() async throws {
        let platform = try await Platform()
        let record = try await loaded(platform)
        let server = try await Server.start(data: platform.data, in: platform.folder)
        let text = try await server.get("/api/v1/records/\(record)/proof").text
        let key = try await server.get("/log/key").text.trimmingCharacters(in: .whitespacesAndNewlines)
        _ = try await server.stop()
        let file = try platform.folder.write("a.tlog-proof", Data(text.utf8))
        let holds = try await Program.run("verify", "proof", file, "--key", key, "--json", in: platform.folder)
        #expect(try holds.json()["valid"] as? Bool == true, "\(holds.err)")
        let revision = try holds.json()["revision"] as? [String: Any]
        #expect(revision?["record"] as? String == record)
        #expect(!text.contains(Invented.hiddenRemark), "what is not public is in a proof as a digest only")
        var random = SplitMix64(5)
        for _ in 0..<6 {
            var bytes = Array(text.utf8)
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 0x02
            let broken = try platform.folder.write("b.tlog-proof", Data(bytes))
            #expect(try await Program.run("verify", "proof", broken, "--key", key, in: platform.folder).code == 1)
        }
    }
}
