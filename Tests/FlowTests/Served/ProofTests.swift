import Foundation
import Testing

/// That a reader can take a proof away and check it without us.
extension Served {
    @Test("a proof is a file that the program checks offline; one changed byte and it does not hold")
    func proofFile() async throws {
        let target = "/api/v1/records/\(city.shownRecord)/proof"
        let answer = try await get(target)
        #expect(answer.status == 200 && answer.header("Content-Type") == "text/plain; charset=utf-8")
        #expect(
            answer.header("Content-Disposition") == "attachment; filename=\"\(city.shownRecord).tlog-proof\""
                && answer.header("Cache-Control") == "no-cache" && answer.header("Vary")?.contains("Accept") == true)
        let key = try await get("/log/key").text.trimmingCharacters(in: .newlines)
        let folder = try Folder()
        let file = try folder.write("proof", answer.body)
        let good = try await Program.run("verify", "proof", file, "--key", key, in: folder)
        #expect(good.code == 0, "\(good.err)")
        // In the published words, which the file carries in base64.
        let line = try #require(answer.text.split(separator: "\n").first { $0.hasPrefix("extra ") })
        let words = try #require(Data(base64Encoded: String(line.dropFirst("extra ".count))))
        let changed = String(decoding: words, as: UTF8.self).replacing("fine", with: "fins")
        #expect(Data(changed.utf8) != words, "the test would prove nothing")
        let forged = answer.text.replacing(line, with: "extra " + Data(changed.utf8).base64EncodedString())
        let bad = try await Program.run(
            "verify", "proof", try folder.write("forged", forged), "--key", key, in: folder)
        #expect(bad.code != 0, "\(bad.text)")
    }

    @Test("as JSON a proof has the same words, and they are what the record shows")
    func proofJSON() async throws {
        let target = "/api/v1/records/\(city.shownRecord)/proof"
        let answer = try await get(target, headers: ["Accept": "application/json"])
        #expect(answer.header("Content-Type") == "application/json; charset=utf-8")
        #expect(answer.header("Vary")?.contains("Accept") == true && answer.header("Cache-Control") == "no-cache")
        let proof = try answer.json()
        let text = try #require(proof["published"] as? String)
        let published = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "not JSON: \(text)")
        #expect(published["record"] as? String == city.shownRecord)
        let record = try await get("/api/v1/records/\(city.shownRecord)").json()
        #expect(published["content"] as? [String: String] == record["fields"] as? [String: String])
        for (sealed, shown) in [
            ("publishedUntil", "published_until"), ("disclosedUntil", "disclosed_until"), ("severity", "severity"),
            ("repairableFrom", "repairable_from"), ("ruleSet", "rule_set"),
        ] {
            #expect(published[sealed] as? String == record[shown] as? String, "\(sealed)")
        }
        #expect((record["proof"] as? [String: String])?["href"] == target)
        let page = try await get("/r/\(city.shownRecord)/proof").text
        #expect(page.contains(try #require(proof["entry"] as? String)), "the page shows another fingerprint")
        #expect(page.contains("href=\"\(target)\""))
    }

    @Test("HEAD on a proof tells what GET would")
    func proofHead() async throws {
        for (target, type) in [
            ("/api/v1/records/\(city.shownRecord)/proof", "text/plain; charset=utf-8"),
            ("/r/\(city.shownRecord)/proof", "text/html; charset=utf-8"),
        ] {
            let head = try await city.server.request("HEAD", target)
            #expect(head.status == 200 && head.body.isEmpty && head.header("Content-Type") == type, "\(target)")
        }
    }

    @Test("there is no proof of what is not there or not shown, and the page says no more than the record's")
    func noProof() async throws {
        for id in ["0-0", "x", "999999999-1", "%2e%2e"] {
            try expectProblem(try await get("/api/v1/records/\(id)/proof"), 404, "not-found", id)
            #expect(try await get("/r/\(id)/proof").status == 404, "\(id)")
        }
        for id in [city.endedRecord, city.withdrawnRecord] {
            let api = try await get("/api/v1/records/\(id)/proof?lang=en")
            try expectProblem(api, 410, "gone", id)
            #expect(api.text == (try await get("/api/v1/records/\(id)?lang=en")).text, "\(id)")
            #expect(try await get("/r/\(id)/proof").status == 410, "\(id)")
        }
    }

    @Test("a contested and a corrected record have proofs of the words that are shown now")
    func proofOfPresentWords() async throws {
        for (id, word) in [(city.markedRecord, "示例市试验第5机械有限公司"), (city.correctedRecord, "当事人未记录培训情况。")] {
            let answer = try await get("/api/v1/records/\(id)/proof", headers: ["Accept": "application/json"])
            #expect(answer.status == 200, "\(id)")
            #expect((try answer.json()["published"] as? String)?.contains(word) == true, "\(id)")
        }
    }
}
