import Foundation
import TestSupport
import Testing

/// The built program tells a receiver that is not ours: Python, which checks the signature by itself.
@Suite("Watching from the command line")
struct WatchCommandTests {
    private static let script = Program.repository + "/Tests/Independent/webhook_receiver.py"

    /// A receiver, running; what it says goes to a file of the test's folder.
    private func receiver(_ folder: Folder, secret: String, port: Int = 0, _ more: String...) async throws -> (process: Running, port: Int) {
        let process = try Running(
            "/usr/bin/env", ["python3", "-u", Self.script, "--secret", secret, "--port", "\(port)"] + more,
            ProcessInfo.processInfo.environment, in: folder)
        while true {
            if let line = try process.soFar().split(separator: "\n").first, let port = Int(line.dropFirst(5)) { return (process, port) }
            guard process.isRunning else { throw Unexpected(what: "no receiver: \(try process.soFar())") }
            await Task.yield()
        }
    }

    private func messages(_ process: Running) throws -> [[String: Any]] {
        try process.soFar().split(separator: "\n").dropFirst().compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    private func freePort() throws -> Int {
        // Taken and let go: the receiver takes it a moment later.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw Unexpected(what: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    @Test("killed between sending and noting, it sends the same events again under the same ids, and a withdrawal after that", .timeLimit(.minutes(2)))
    func killed() async throws {
        let platform = try await Platform()
        let folder = platform.folder
        func run(_ arguments: String...) async throws -> Program.Outcome {
            try await Program.start(arguments + ["--data", platform.data], in: folder).end()
        }
        _ = try await platform.ingest(try folder.write("r.csv", Invented.registrations(1...2).csv), feed: "registration")
        #expect(try await run("account", "add", "bank", "--scope", "watch").code == 0)
        let port = try freePort()
        let made = try await run(
            "watch", "add", "bank", "--organisation", Invented.code(1), "--webhook", "http://127.0.0.1:\(port)/hook",
            "--private-receivers", "--json")
        #expect(made.code == 0, "\(made.err)")
        let secret = try #require(try made.json()["secret"] as? String)
        _ = try await platform.ingest(try folder.write("p.csv", Invented.penalties(1...2).csv), feed: "penalty")

        let silent = try await receiver(folder, secret: secret, port: port, "--hold")
        let first = try Program.start(["watch", "run", "--private-receivers", "--data", platform.data], in: folder)
        while try messages(silent.process).isEmpty, first.isRunning { await Task.yield() }
        first.send(SIGKILL)
        #expect(try await first.end().signal == SIGKILL)
        let sent = try #require(try messages(silent.process).first)
        silent.process.send(SIGKILL)
        _ = try await silent.process.end()
        #expect(sent["signature"] as? Bool == true)
        #expect(sent["kinds"] as? [String] == ["appeared"], "subject 2 is not watched")

        let taking = try await receiver(folder, secret: secret, port: port, "--count", "1")
        let second = try await run("watch", "run", "--private-receivers", "--json")
        #expect(second.code == 0, "\(second.err)")
        #expect(try second.json()["messages"] as? Int == 1)
        #expect(try await taking.process.end().code == 0)
        let again = try #require(try messages(taking.process).first)
        #expect(again["id"] as? String == sent["id"] as? String)
        #expect(again["events"] as? [String] == sent["events"] as? [String])

        let records = try await platform.show(Invented.code(1))["records"] as? [[String: Any]] ?? []
        let record = try #require(records.first { $0["item"] as? String == "administrative-penalty" }?["id"] as? String)
        #expect(try await run("record", "withdraw", record, "--basis", "示复决〔2026〕1号", "--officer", "li.ming").code == 0)
        let last = try await receiver(folder, secret: secret, port: port, "--count", "1")
        #expect(try await run("watch", "run", "--private-receivers").code == 0)
        #expect(try await last.process.end().code == 0)
        let left = try #require((try messages(last.process).first?["left"] as? [[String: Any]])?.first)
        #expect(left["leaving"] as? String == "withdrawn" && (left["href"] as? String)?.hasSuffix("/r/\(record)") == true)
        #expect(left["told_at"] is String && left["record"] == nil)
    }

    @Test("a wrong secret does not hold, and a receiver that refuses makes exit code 1")
    func refused() async throws {
        let platform = try await Platform()
        let folder = platform.folder
        func run(_ arguments: String...) async throws -> Program.Outcome {
            try await Program.start(arguments + ["--data", platform.data], in: folder).end()
        }
        _ = try await platform.ingest(try folder.write("r.csv", Invented.registrations(1...1).csv), feed: "registration")
        _ = try await run("account", "add", "bank", "--scope", "watch")
        let taking = try await receiver(folder, secret: "whsec_" + Data("another".utf8).base64EncodedString(), "--status", "500")
        let made = try await run(
            "watch", "add", "bank", "--list", "administrative-penalty", "--webhook", "http://127.0.0.1:\(taking.port)/",
            "--private-receivers", "--json")
        let id = try #require(try made.json()["id"] as? String)
        _ = try await platform.ingest(try folder.write("p.csv", Invented.penalties(1...1).csv), feed: "penalty")
        #expect(try await run("watch", "run", "--private-receivers").code == 1)
        #expect(try await taking.process.end().code == 1)
        // What cannot be had is wrong usage, in words.
        for arguments in [
            ["watch", "add", "bank", "--organisation", Invented.code(29_000), "--feed"], ["watch", "add", "nobody", "--organisation", Invented.code(1), "--feed"],
            ["watch", "add", "bank", "--organisation", Invented.code(1), "--webhook", "http://127.0.0.1:1/"],
            ["watch", "add", "bank", "--organisation", Invented.code(1)], ["watch", "remove", "none"],
        ] {
            let outcome = try await Program.start(arguments + ["--data", platform.data], in: folder).end()
            #expect(outcome.code == 2 && outcome.err.hasPrefix("Error: "), "\(arguments): \(outcome.err)")
            if arguments[2] == "nobody" { #expect(outcome.err.contains("account list"), "\(outcome.err)") }
        }
        let listed = try await run("watch", "list", "--json").json()
        #expect(listed["total"] as? Int == 1)
        #expect(try await run("watch", "remove", id).code == 0)
        #expect(try await run("watch", "list", "--json").json()["total"] as? Int == 0)
    }
}
