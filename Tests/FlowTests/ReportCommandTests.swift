import Foundation
import TestSupport
import Testing

@Suite("reports from the command line")
struct ReportCommandTests {
    private func platform() async throws -> Platform {
        let platform = try await Platform()
        let folder = platform.folder
        for (name, delivery, feed) in [
            ("registration.csv", Invented.registrations(1...3), "registration"),
            ("penalty.csv", Invented.penalties(1...4, about: { ($0 - 1) % 3 + 1 }), "penalty"),
        ] {
            let outcome = try await platform.ingest(try folder.write(name, delivery.csv), feed: feed)
            try #require(outcome.code == 0, "\(outcome.err)")
        }
        return platform
    }

    private func run(_ platform: Platform, _ arguments: String...) async throws -> Program.Outcome {
        try await Program.start(arguments + ["--data", platform.data], in: platform.folder).end()
    }

    private func numbers(_ outcome: Program.Outcome) throws -> [String] {
        try #require(outcome.code == 0, "\(outcome.err)")
        return (try outcome.json()["reports"] as? [[String: Any]] ?? []).compactMap { $0["number"] as? String }
    }

    @Test("a report for the subject itself is made from any spelling of its numbers, alone and in a batch")
    func spellings() async throws {
        let platform = try await platform()
        let code = Invented.code(1)
        let dashed = code.prefix(8) + "-" + code.dropFirst(8).lowercased()
        let id = (try await platform.show(code)["subject"] as? [String: Any])?["id"]
        for spelling in [String(dashed), " \(code) ", id.map { "\($0)" } ?? code] {
            let made = try await run(
                platform, "report", spelling, "--as", "subject", "--purpose", "own", "--out", "own.pdf", "--json")
            #expect(try numbers(made).count == 1, "\(spelling)")
        }
        let file = try platform.folder.write("parties.csv", "单位名称,uscc\n甲,\(dashed)\n乙,\(Invented.code(2))\n")
        let batch = try await run(
            platform, "report", "--batch", file, "--out-dir", "all", "--as", "subject", "--purpose", "listing", "--kind", "no-violation",
            "--json")
        #expect(try numbers(batch).count == 2)
    }

    @Test("fields and records can be left out of a report, which then still verifies and says so")
    func disclose() async throws {
        let platform = try await platform()
        _ = try numbers(
            try await run(
                platform, "report", Invented.code(1), "--purpose", "information", "--out", "r.pdf", "--json"))
        let list = try await Program.run("report", "disclose", "r.json", "--list", "--json", in: platform.folder).json()
        let fields = try #require(list["fields"] as? [String])
        let records = try #require(list["records"] as? [String])
        #expect(fields.contains("facts") && records.count == 2)
        func made(_ arguments: String...) async throws -> [String: Any] {
            let made = try await Program.start(
                ["report", "disclose", "r.json", "--out", "less.json"] + arguments, in: platform.folder).end()
            #expect(made.code == 0, "\(made.err)")
            return try await run(platform, "verify", "report", "less.json", "--json").json()
        }
        let few = try await made("--fields", "subjectName,documentNumber")
        #expect(few["valid"] as? Bool == true && few["withheld"] as? Int ?? 0 > 2)
        let text = try platform.folder.text("less.json")
        #expect(!text.contains("\"facts\":{\"label\""))
        let less = try await made("--without-records", records[0])
        #expect(less["withheld"] as? Int == 1 && less["proved"] as? Int == 2)
        for wrong in [["--without", "nothing"], ["--without-records", "9-9"], [], ["--fields", "facts", "--without", "fine"]] {
            let refused = try await Program.start(
                ["report", "disclose", "r.json", "--out", "no.json"] + wrong, in: platform.folder).end()
            #expect(refused.code == 2, "\(wrong) \(refused.text)")
        }
    }

    @Test("a report names the address under which the platform was served, not that of the log; its pages cost what they take")
    func address() async throws {
        let platform = try await platform()
        let server = try await Server.start(
            data: platform.data, in: platform.folder, "--public-address", "https://credit.example.test/", "--rate-limit", "30")
        let target = "/o/\(Invented.code(1))/report.pdf?purpose=information"
        // At once: by the time that a busy machine has drawn the first, units may have come back.
        async let (one, other) = (server.get(target).status, server.get(target).status)
        #expect(try await [one, other].sorted() == [200, 429], "twenty of thirty units are spent")
        #expect(try await server.stop() == 0)
        _ = try numbers(
            try await run(platform, "report", Invented.code(1), "--purpose", "information", "--out", "r.pdf", "--json"))
        let text = try platform.folder.text("r.json")
        #expect(text.contains("\"uri\":\"https://credit.example.test/api/v1/reports/status\""))
    }

    @Test("an earlier key is withdrawn by its id; what it signed does not verify any more")
    func withdraw() async throws {
        let platform = try await platform()
        _ = try numbers(
            try await run(platform, "report", Invented.code(1), "--purpose", "information", "--out", "r.pdf", "--json"))
        let first = try #require(
            try await run(platform, "verify", "report", "r.json", "--json").json()["key"] as? String)
        #expect(try await run(platform, "report-key", "withdraw", first).code == 2, "it is the one in force")
        #expect(try await run(platform, "report-key", "rotate").code == 0)
        #expect(try await run(platform, "verify", "report", "r.json").code == 0)
        #expect(try await run(platform, "report-key", "withdraw", first).code == 0)
        #expect(try await run(platform, "verify", "report", "r.json").code == 1)
        #expect(try await run(platform, "report-key", "withdraw", first).code == 2)
    }

    @Test("an account whose last day cannot be read does not count, is named, and survives other changes")
    func damaged() async throws {
        let platform = try await platform()
        #expect(try await run(platform, "account", "add", "chen", "--until", "2030-01-01").code == 0)
        let path = platform.folder.url.appending(components: "data", "keys", "desk.txt")
        let lines = try String(contentsOf: path, encoding: .utf8).replacing("2030-01-01", with: "2030-01-0")
        try lines.write(to: path, atomically: true, encoding: .utf8)
        #expect(try await run(platform, "account", "list").text.contains("chen  does not count"))
        #expect(try await run(platform, "account", "add", "li").code == 0)
        let list = try await run(platform, "account", "list").text
        #expect(list.contains("chen  does not count") && list.contains("li  active"))
        #expect(try String(contentsOf: path, encoding: .utf8).contains("2030-01-0\n"))
    }
}
