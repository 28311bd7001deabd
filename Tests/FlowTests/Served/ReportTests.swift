import Foundation
import Testing

/// Reports over HTTP.
extension Served {
    @Test("HEAD of a report says what a GET would, and issues nothing")
    func reportHead() async throws {
        let code = Invented.code(1)
        for (target, status) in [
            ("/o/\(code)/report.pdf?purpose=information", 200), ("/o/\(code)/report.json?purpose=information", 200),
            ("/o/91990199MACX999999/report.pdf?purpose=information", 404), ("/o/\(code)/report.pdf?purpose=supervision", 400),
            ("/o/\(code)/report.pdf?purpose=information&kind=no-violation", 401),
        ] {
            let answer = try await city.server.request("HEAD", target)
            #expect(answer.status == status, "\(target)")
            #expect(answer.header("location") == nil)
        }
    }

    @Test("a certificate's day that cannot be is named; a key that is none is refused")
    func reportRequests() async throws {
        let code = Invented.code(1)
        let wrong = try await get("/o/\(code)/report.json?purpose=information&to=2019-01-01")
        #expect(wrong.status == 400 && wrong.text.contains("to"))
        let key = Data("li:wrong".utf8).base64EncodedString()
        let refused = try await get(
            "/o/\(code)/report.json?purpose=information", headers: ["Authorization": "Basic \(key)"])
        #expect(refused.status == 401)
        // Whoever asks for data is refused in data.
        for answer in [wrong, refused, try await get("/o/\(code)/report.json?purpose=none")] {
            #expect(answer.header("content-type")?.hasPrefix("application/problem+json") == true, "\(answer.status)")
        }
    }

    @Test("whoever has the number of an officer's or own report learns whether it holds and when it was issued, no more")
    func closedReport() async throws {
        let name = Invented.name(1)
        let issued = try await Program.run(
            "report", Invented.code(1), "--data", city.platform.data, "--as", "officer", "--officer", "li", "--basis", "示监〔2026〕1号",
            "--purpose", "supervision", "--out", "closed.pdf", "--json", in: city.platform.folder)
        let number = try #require((try issued.json()["reports"] as? [[String: Any]])?.first?["number"] as? String)
        let page = try await get("/verify/\(number)").text
        #expect(page.contains(number))
        #expect(!page.contains(name) && !page.contains("行政监管"), "neither the subject nor the purpose")
        #expect(try await get("/verify/\(city.report)").text.contains(name), "the test would prove nothing otherwise")
        let told = try await get("/api/v1/reports/\(number)").json()
        #expect(Set(told.keys) == ["number", "issued_at", "status"])
    }
}
