import Foundation
import TestSupport
import Testing

extension Served {
    /// Batch checks, as people and programs meet them.
    @Suite("batch checks over HTTP")
    struct CheckTests {
        private let city: ServedCity

        init() throws { city = try #require(ServedCity.current) }

        private let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

        private func form(_ fields: [(String, String)]) -> String {
            fields.map { name, value in
                "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
            }.joined(separator: "&")
        }

        @Test("the API answers in the documented shape, for rows and for a table, as JSON, CSV and workbook")
        func api() async throws {
            let document = try OpenAPIDocument()
            let operation = try #require(document.operations.first { $0.path == "/checks" })
            let content = try #require(document.contents(operation, 200).first { $0.type == "application/json" })
            let body = #"{"purpose":"bidding","rows":[{"name":"\#(Invented.name(1))","code":"\#(Invented.code(1))"},{"name":"没有这样一家单位"}]}"#
            let answer = try await city.server.request(
                "POST", "/api/v1/checks", headers: ["Content-Type": "application/json"], body: body)
            #expect(answer.status == 200, "\(answer.text.prefix(300))")
            #expect(document.faults(try answer.json(), content.schema).isEmpty)
            let counts = try answer.json()["counts"] as? [String: Int]
            #expect(counts?["not_found"] == 1)
            #expect(answer.header("Cache-Control") == "no-store")
            for accept in [xlsx, "text/csv"] {
                let answer = try await city.server.request(
                    "POST", "/api/v1/checks?purpose=bidding", headers: ["Content-Type": "text/csv", "Accept": accept],
                    body: "名称,统一社会信用代码\n\(Invented.name(2)),\(Invented.code(2))\n")
                #expect(answer.status == 200 && answer.header("Content-Type")?.hasPrefix(accept) == true)
                #expect(answer.header("Content-Disposition")?.contains("attachment") == true)
            }
        }

        @Test("what cannot be asked is a problem", arguments: [
            ("", "", 400), ("{}", "", 400), (#"{"purpose":"bidding","rows":[]}"#, "", 400),
            (#"{"purpose":"curiosity","rows":[{"name":"示例市甲有限公司"}]}"#, "", 400),
            (#"{"purpose":"bidding","years":9,"rows":[{"name":"示例市甲有限公司"}]}"#, "", 400),
            (#"{"purpose":"bidding","rows":[{"name":"示例市甲有限公司"}]}"#, "Basic bGk6d3Jvbmc=", 401),
        ])
        func problems(_ body: String, _ key: String, _ status: Int) async throws {
            let answer = try await city.server.request(
                "POST", "/api/v1/checks", headers: key.isEmpty ? [:] : ["Authorization": key], body: body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.header("Content-Type")?.hasPrefix("application/problem+json") == true)
        }

        @Test("201 rows of somebody without a key are too many")
        func tooMany() async throws {
            let rows = (1...201).map { #"{"code":"\#(Codes.unified($0))"}"# }.joined(separator: ",")
            let answer = try await city.server.request(
                "POST", "/api/v1/checks", body: #"{"purpose":"bidding","rows":[\#(rows)]}"#)
            #expect(answer.status == 413, "\(answer.text)")
        }

        @Test("the page takes pasted lines and a file, tells the open rows first, and carries the rows to the download")
        func page() async throws {
            let lines = "没有这样一家单位厂\n\(Invented.name(1))，\(Invented.code(1))\n"
            let typed = try await city.server.request(
                "POST", "/check?lang=zh", headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: form([("lines", lines), ("purpose", "bidding"), ("years", "3")]))
            #expect(typed.status == 200)
            let open = try #require(typed.text.range(of: "id=\"to-do\""))
            let found = try #require(typed.text.range(of: "id=\"found\""))
            #expect(open.lowerBound < found.lowerBound)
            #expect(typed.text.contains("/o/\(Invented.code(1))") && !typed.text.contains(Invented.hiddenRepresentative))
            #expect(!typed.text.contains("{{") && typed.body.count < 60_000)
            let table = try #require(typed.text.firstMatch(of: #/name="table" value="([^"]*)"/#)).1
            let workbook = try await city.server.request(
                "POST", "/check", headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: form([("table", String(table)), ("purpose", "bidding"), ("format", "xlsx")]))
            #expect(workbook.status == 200 && workbook.header("Content-Type") == xlsx)
            #expect(workbook.body.starts(with: [0x50, 0x4B]))
            let parts = [
                "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbidding\r\n",
                "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"bidders.csv\"\r\nContent-Type: text/csv\r\n\r\n统一社会信用代码\n\(Invented.code(2))\n\r\n--x--\r\n",
            ]
            let file = try await city.server.request(
                "POST", "/check", headers: ["Content-Type": "multipart/form-data; boundary=x"], body: parts.joined())
            #expect(file.status == 200 && file.text.contains("/o/\(Invented.code(2))"))
        }

        @Test("an empty form comes back with what is missing, beside the fields")
        func empty() async throws {
            let answer = try await city.server.request("POST", "/check?lang=zh", body: "")
            #expect(answer.status == 200 && answer.text.contains("file-error") && answer.text.contains("purpose-error"))
        }
    }
}
