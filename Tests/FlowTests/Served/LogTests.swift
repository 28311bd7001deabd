import Foundation
import Testing

/// The public log over the wire, as any client of C2SP tlog-tiles reads it.
extension Served {
    /// Origin, size and root of the present tree head.
    private func head() async throws -> (text: String, size: Int, lines: [String]) {
        let text = try await get("/log/checkpoint").text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return (text, try #require(lines.count > 4 ? Int(lines[1]) : nil, "no checkpoint: \(text)"), lines)
    }

    @Test("the tree head is a signed note of origin, size and root that nobody may keep")
    func checkpoint() async throws {
        let answer = try await get("/log/checkpoint")
        #expect(answer.status == 200 && answer.header("Content-Type") == "text/plain; charset=utf-8")
        #expect(answer.header("Cache-Control") == "no-store")
        let (_, size, lines) = try await head()
        #expect(size > 256 && !lines[0].isEmpty)
        #expect(Data(base64Encoded: lines[2])?.count == 32)
        #expect(lines[3].isEmpty && lines[4].hasPrefix("— \(lines[0]) "), "a blank line, then the log's own signature")
    }

    @Test("the key is one verifier key of the log's name, and the pages show the same")
    func key() async throws {
        let answer = try await get("/log/key")
        #expect(answer.status == 200 && answer.header("Content-Type") == "text/plain; charset=utf-8")
        #expect(answer.header("Cache-Control") == "no-cache")
        let key = try #require(answer.text.split(separator: "\n").first.map(String.init))
        #expect(answer.text == key + "\n")
        #expect(key.hasPrefix(try await head().lines[0] + "+"))
        for target in ["/log", "/r/\(city.shownRecord)/proof"] {
            #expect(try await get(target).text.contains(key), "\(target) does not show the key")
        }
    }

    @Test("a full tile may be kept for ever, a partial one for a minute; each has the size that its width says")
    func tiles() async throws {
        let size = try await head().size
        let (full, rest) = (size / 256, size % 256)
        try #require(full > 0)
        for (target, count) in [("/log/tile/0/000", 256 * 32), ("/log/tile/entries/000", 256 * 34)] {
            let tile = try await get(target)
            #expect(tile.status == 200 && tile.body.count == count, "\(target): \(tile.status), \(tile.body.count)")
            #expect(tile.header("Cache-Control") == "public, max-age=31536000, immutable", "\(target)")
            #expect(tile.header("Content-Type") == "application/octet-stream", "\(target)")
        }
        guard rest > 0 else { return }
        let name = String(repeating: "0", count: 3 - "\(full)".count) + "\(full).p/\(rest)"
        for (target, count) in [("/log/tile/0/\(name)", rest * 32), ("/log/tile/entries/\(name)", rest * 34)] {
            let tile = try await get(target)
            #expect(tile.status == 200 && tile.body.count == count, "\(target): \(tile.status), \(tile.body.count)")
            #expect(tile.header("Cache-Control") == "public, max-age=60", "\(target)")
        }
    }

    @Test(
        "what is no tile, or leads out of the log, is a problem with 404 and gives nothing away",
        arguments: [
            "/log/tile/../../keys/log.key", "/log/tile/..%2F..%2Fkeys%2Flog.key",
            "/log/tile/%2e%2e/%2e%2e/keys/log.key",
            "/log/tile/0/../../../keys/log.key", "/log/tile/0/000.p/../../../../chengxin.db", "/log/../keys/log.key",
            "/log/tile//etc/passwd", "/log/tile/%2Fetc%2Fpasswd", "/log/tile/0/000%00", "/log/tile/0/00",
            "/log/tile/0/0000",
            "/log/tile/0/x000/000", "/log/tile/0/999", "/log/tile/0/-01", "/log/tile/0/000.p/0",
            "/log/tile/0/000.p/256",
            "/log/tile/0/000.p/01", "/log/tile/64/000", "/log/tile/entries", "/log/tile/", "/log/keys/log.key",
            "/log/tile/0/x999/x999/x999/x999/x999/x999/999", "/log/tile/5/000", "/log/nothing",
            "/log/%2e%2e/witnesses.txt",
        ])
    func notATile(_ target: String) async throws {
        let answer = try await get(target)
        try expectProblem(answer, 404, "not-found", target)
        #expect(!answer.text.contains("PRIVATE") && !answer.text.contains("root:"), "\(target)")
        let head = try await city.server.request("HEAD", target)
        #expect(head.status == 404 && head.body.isEmpty, "HEAD \(target): \(head.status)")
    }

    @Test(
        "HEAD tells what GET would, without the body",
        arguments: ["checkpoint", "key", "tile/0/000", "tile/entries/000"])
    func head(_ name: String) async throws {
        let (get, head) = (
            try await get("/log/\(name)"), try await city.server.request("HEAD", "/log/\(name)")
        )
        #expect(head.status == 200 && head.body.isEmpty)
        for header in ["Content-Type", "Cache-Control", "X-Content-Type-Options"] {
            #expect(head.header(header) == get.header(header) && get.header(header) != nil, "\(name): \(header)")
        }
    }

    @Test("the page of the log says how far it is, and every page leads to it")
    func logPage() async throws {
        for language in ["zh", "en"] {
            let text = try await get("/log?lang=\(language)").text
            #expect(text.contains("/log/checkpoint") && text.contains("/log/key") && text.contains("/log/tile/"))
        }
        for page in ["/", "/data", "/o/\(Invented.code(1))", "/nothing-here"] {
            #expect(try await get(page).text.contains("href=\"/log\""), "\(page)")
        }
    }
}
