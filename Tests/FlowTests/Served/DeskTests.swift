import Foundation
import TestSupport
import Testing

extension Served {
    /// The desk and the matching interfaces, as officers and programs meet them.
    @Suite("the desk and matching over HTTP")
    struct DeskTests {
        private let city: ServedCity

        init() throws { city = try #require(ServedCity.current) }

        @Test("matching answers every row, in order, with words")
        func match() async throws {
            let name = Invented.name(3)
            let body = #"{"rows":[{"id":"a","name":"\#(name)"},{"id":"b","code":"\#(Invented.code(5))"},{"name":""}]}"#
            let answer = try await city.server.request("POST", "/api/v1/match", body: body)
            #expect(answer.status == 200)
            let results = try #require(try answer.json()["results"] as? [[String: Any]])
            #expect(results.map { $0["decision"] as? String } == ["match", "match", "none"])
            #expect(results.map { $0["subject_uscc"] as? String } == [Invented.code(3), Invented.code(5), nil])
            let schema = try OpenAPIDocument()
            for operation in schema.operations where operation.path == "/match" {
                for content in schema.contents(operation, 200) {
                    #expect(schema.faults(try answer.json(), content.schema).isEmpty)
                }
            }
        }

        @Test("what is no question is a problem that says what one looks like", arguments: ["", "[]", "{}", #"{"rows":[]}"#, "x"])
        func badMatch(body: String) async throws {
            let answer = try await city.server.request("POST", "/api/v1/match", body: body)
            #expect(answer.status == 400 && answer.text.contains("rows"), "\(answer.text)")
        }

        @Test("a practitioner is not found by name")
        func noPeople() async throws {
            let answer = try await city.server.request("POST", "/api/v1/match", body: #"{"rows":[{"name":"示例丁"}]}"#)
            #expect(answer.text.contains(#""candidates":[]"#))
        }

        @Test("OpenRefine's protocol: the manifest, and candidates by key")
        func reconcile() async throws {
            let manifest = try await city.server.request("GET", "/api/v1/reconcile").json()
            #expect(manifest["versions"] as? [String] == ["0.2"])
            let question = #"{"q0":{"query":"\#(Invented.name(3))","limit":1},"q1":{"query":"没有这样一家单位"}}"#
            let encoded = question.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let answer = try await city.server.request("POST", "/api/v1/reconcile", body: "queries=\(encoded)")
            let json = try answer.json()
            let first = ((json["q0"] as? [String: Any])?["result"] as? [[String: Any]])?.first
            #expect(first?["id"] as? String == Invented.code(3) && first?["match"] as? Bool == true, "\(answer.text)")
            #expect(((json["q1"] as? [String: Any])?["result"] as? [Any])?.isEmpty == true)
        }

        @Test(
            "the desk opens to nobody without a key",
            arguments: ["/desk/review", "/desk/review/1", "/desk/decisions", "/api/v1/review", "/api/v1/decisions"])
        func closed(path: String) async throws {
            let bare = try await city.server.request("GET", path)
            #expect(bare.status == 401 && bare.header("WWW-Authenticate")?.hasPrefix("Basic") == true)
            let wrong = try await city.server.request(
                "GET", path, headers: ["Authorization": "Basic " + Data("nobody:x".utf8).base64EncodedString()])
            #expect(wrong.status == 401)
        }

        @Test("an officer files a waiting row from the page, finds the decision, and takes it back")
        func journey() async throws {
            let platform = try await Platform()
            _ = try await platform.ingest(
                try platform.folder.write("registration.csv", Invented.registrations(1...3).csv), feed: "registration")
            var row = Invented.penalties(1...1, about: { _ in 2 })
            let code = row.headings.firstIndex(of: "CF_XDR_SHXYM") ?? 0
            let name = row.headings.firstIndex(of: "CF_XDR_MC") ?? 0
            row.rows[0][code] = ""
            var near = Array(Invented.name(2))
            near[near.count - 5] = "鑫"
            row.rows[0][name] = String(near)
            let outcome = try await platform.ingest(try platform.folder.write("penalty.csv", row.csv), feed: "penalty")
            #expect(try outcome.json()["unresolved"] as? Int == 1)
            let account = try await Program.run("account", "add", "chen", "--data", platform.data, in: platform.folder)
            let key = try #require(account.text.split(separator: "\n").last?.split(separator: " ").last)
            let server = try await Server.start(data: platform.data, in: platform.folder)
            let headers = ["Authorization": "Basic " + Data("chen:\(key)".utf8).base64EncodedString()]
            let queue = try await server.request("GET", "/desk/review?lang=zh", headers: headers)
            #expect(queue.status == 200 && queue.text.contains(String(near)), "\(queue.status)")
            let page = try await server.request("GET", "/desk/review/1?lang=zh", headers: headers)
            #expect(page.text.contains(Invented.name(2)) && page.text.contains("<mark"))
            #expect(page.body.count < 60_000)
            let subject = try #require(page.text.firstMatch(of: /id="c1" name="decision" value="(\d+)"/)?.1)
            let form = ["Content-Type": "application/x-www-form-urlencoded"].merging(headers) { $1 }
            let short = try await server.request(
                "POST", "/desk/review/1?lang=zh", headers: form, body: "decision=\(subject)&reason=x")
            #expect(short.status == 400 && short.text.contains("至少五个字"))
            let foreign = try await server.request(
                "POST", "/desk/review/1", headers: form.merging(["Origin": "https://elsewhere.example"]) { $1 },
                body: "decision=\(subject)&reason=checked+by+phone")
            #expect(foreign.status == 403)
            let done = try await server.request(
                "POST", "/desk/review/1", headers: form, body: "decision=\(subject)&reason=checked+by+phone")
            #expect(done.status == 303 || done.status == 302 || done.status == 200, "\(done.status)")
            let decisions = try await server.request("GET", "/desk/decisions", headers: headers)
            #expect(decisions.text.contains("checked by phone") && decisions.text.contains("/desk/decisions/1/undo"))
            let undone = try await server.request(
                "POST", "/api/v1/decisions", headers: headers, body: #"{"act":"undo","decision":1,"reason":"the other firm"}"#)
            #expect(undone.status == 200, "\(undone.text)")
            let waiting = try await server.request("GET", "/api/v1/review", headers: headers).json()
            #expect(waiting["total"] as? Int == 1)
            _ = try await Program.run("account", "disable", "chen", "--data", platform.data, in: platform.folder)
            #expect(try await server.request("GET", "/desk/review", headers: headers).status == 401)
            _ = try await server.stop()
        }
    }
}
