import Foundation
import Testing
import TransparencyLog

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Witnesses hand in what they signed; nobody else gets anything into the log's tree head.
extension Served {
    /// Hands lines in, again and again while the log is busy: it is written to by other tests too.
    private func send(_ lines: String) async throws -> (status: Int, text: String, type: String?) {
        let address = "http://127.0.0.1:\(city.server.port)/log/cosignatures"
        var request = URLRequest(url: try #require(URL(string: address)))
        request.httpMethod = "POST"
        request.httpBody = Data(lines.utf8)
        request.setValue("en", forHTTPHeaderField: "Accept-Language")
        var (data, answer) = try await URLSession.shared.data(for: request)
        for _ in 0..<100 where (answer as? HTTPURLResponse)?.statusCode == 503 {
            (data, answer) = try await URLSession.shared.data(for: request)
        }
        let response = try #require(answer as? HTTPURLResponse)
        return (
            response.statusCode, String(decoding: data, as: UTF8.self),
            response.value(forHTTPHeaderField: "Content-Type")
        )
    }

    private func expectRefusal(_ lines: String, _ status: Int, _ code: String) async throws {
        let answer = try await send(lines)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.type?.hasPrefix("application/problem+json") == true && answer.text.contains("/problems/\(code)"))
    }

    @Test("a known witness' cosignature joins the tree head, the log's page and new proofs")
    func cosigned() async throws {
        // The log may grow between the two requests; the witness then signs the newer head, as any witness would.
        var answer = (status: 0, text: "", type: String?.none)
        for _ in 0..<5 where answer.status != 200 {
            let note = try Note(try await get("/log/checkpoint").body)
            let line = try Cosignature.sign(note.text, at: 1_780_000_000, with: city.witness)
            answer = try await send(line.line + "\n")
        }
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.text.contains("— witness.example "))
        let note = try Note(Array(answer.text.utf8))
        #expect(note.signatures.contains { city.witness.verifier.matches($0) })
        // A tree that grew meanwhile waits for its next cosignature; the answer itself is the tree head that was signed.
        let (page, proof) = (
            try await get("/log").text, try await get("/api/v1/records/\(city.shownRecord)/proof").text
        )
        guard try await get("/log/checkpoint").text == answer.text else { return }
        #expect(page.contains("witness.example"))
        #expect(proof.contains("— witness.example "))
    }

    @Test(
        "what is no signature line is refused with 400", arguments: ["", "x", "x\n", "— \n", "— a b\n", "\n\n", "{}"])
    func unreadable(_ lines: String) async throws { try await expectRefusal(lines, 400, "cosignature") }

    @Test("a witness that is not entered here is refused with 403, whatever it signed")
    func unknownWitness() async throws {
        let note = try Note(try await get("/log/checkpoint").body)
        for name in ["stranger.example", "witness.example"] {
            let stranger = try NoteSigner(generating: name, algorithm: .cosignature)
            let line = try Cosignature.sign(note.text, at: 1_780_000_000, with: stranger)
            try await expectRefusal(line.line + "\n", 403, "cosignature")
        }
    }

    @Test("a known witness' signature of another tree head is refused with 409")
    func staleCosignature() async throws {
        let note = try Note(try await get("/log/checkpoint").body)
        var lines = note.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines[1] = "1"
        let line = try Cosignature.sign(lines.joined(separator: "\n"), at: 1_780_000_000, with: city.witness)
        try await expectRefusal(line.line + "\n", 409, "cosignature")
    }

    @Test("a body of more than 4096 bytes is refused with 413")
    func tooMuch() async throws { try await expectRefusal(String(repeating: "x", count: 5000), 413, "too-large") }

    @Test("the address takes POST alone", arguments: ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
    func postOnly(_ method: String) async throws {
        let answer = try await city.server.request(method, "/log/cosignatures")
        #expect(answer.status == 405 && answer.header("Allow") == "POST", "\(method): \(answer.status)")
    }
}
