import Foundation
import Testing

@Suite("chengxin check")
struct CheckCommandTests {
    private func city() async throws -> Platform {
        let platform = try await Platform()
        _ = try await platform.ingest(
            try platform.folder.write("registration.csv", Invented.registrations(1...5).csv), feed: "registration")
        _ = try await platform.ingest(
            try platform.folder.write("penalty.csv", Invented.penalties(1...2, about: { $0 }).csv), feed: "penalty")
        return platform
    }

    @Test("a table in, a workbook, CSV or JSON out; other columns are carried through and the exit code tells what is open")
    func forms() async throws {
        let platform = try await city()
        let list = "投标人,统一社会信用代码,报价\r\n\(Invented.name(1)),\(Invented.code(1)),=1+1\r\n\(Invented.name(3)),,2\r\n没有这样一家单位,,3\r\n"
        let file = try platform.folder.write("bidders.csv", list)
        let run = try await Program.run(
            "check", file, "--data", platform.data, "--purpose", "bidding", "--basis", "示招〔2026〕1号", "--lang", "zh", "--json",
            in: platform.folder)
        #expect(run.code == 1, "one row is not found: \(run.err)")
        let json = try run.json()
        #expect((json["counts"] as? [String: Int])?["sure"] == 2)
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.map { $0["outcome"] as? String } == ["sure", "sure", "not-found"])
        #expect((rows[0]["given"] as? [String: String])?["报价"] == "=1+1")
        let organisations = try #require(json["organisations"] as? [[String: Any]])
        #expect(((organisations[0]["found"] as? [String: [Any]])?["penalty"])?.count == 1)
        for form in ["xlsx", "csv", "json"] {
            let out = platform.folder.path("out.\(form)")
            let run = try await Program.run(
                "check", file, "--data", platform.data, "--purpose", "bidding", "--out", out, "--lang", "zh", in: platform.folder)
            #expect(run.code == 1, "\(run.err)")
            #expect(FileManager.default.fileExists(atPath: out))
        }
        #expect(try platform.folder.text("out.csv").contains("'=1+1"))
        #expect(try await Program.run("verify", "store", "--data", platform.data, in: platform.folder).code == 0)
    }

    @Test("what cannot be asked is refused with what to do", arguments: [
        ["--purpose", "curiosity"], ["--purpose", "bidding", "--years", "9"], ["--purpose", "bidding", "--since", "x"],
        ["--purpose", "bidding", "--out", "x.pdf"], ["--purpose", "bidding", "--column", "code=nothing"],
    ])
    func refused(_ options: [String]) async throws {
        let platform = try await city()
        let file = try platform.folder.write("list.csv", "统一社会信用代码\n\(Invented.code(1))\n")
        let run = try await Program.start(["check", file, "--data", platform.data] + options, in: platform.folder).end()
        #expect(run.code == 2 && !run.err.isEmpty, "\(run.err)")
    }
}
