import Foundation
import TestSupport
import Testing

/// The document and the server say the same, both ways.
extension Served {
    /// A path with its places filled by what this city has.
    private func filled(_ operation: OpenAPIDocument.Operation, unknown: Bool) -> String {
        let values =
            unknown
            ? [
                "code": Codes.unified(29_000), "record": "999999999-1", "receipt": String(repeating: "0", count: 26),
                "item": "no-such-item", "topic": "no-such-topic", "tile": "0/999", "number": String(repeating: "0", count: 21),
                "timepoint": "999999999", "file": "none.csv",
            ]
            : [
                "code": Invented.code(1), "record": city.shownRecord, "receipt": city.receipt,
                "item": "administrative-penalty", "topic": "penalties", "tile": "0/000", "number": city.report,
                "timepoint": city.snapshot, "file": "organisations.csv",
            ]
        return operation.base + values.reduce(operation.path) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// What only reads; what takes something in has tests of its own.
    private func reads(_ document: OpenAPIDocument) -> [OpenAPIDocument.Operation] {
        document.operations.filter { $0.method == "get" && !$0.isGuarded }
    }

    private func required(_ operation: OpenAPIDocument.Operation, except name: String? = nil) -> [String] {
        operation.parameters.filter {
            $0["in"] as? String == "query" && $0["required"] as? Bool == true && $0["name"] as? String != name
        }.map { parameter in
            "\(parameter["name"] ?? "")=\(encode(parameter["example"] as? String ?? ""))"
        }
    }

    private func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private func address(_ operation: OpenAPIDocument.Operation, _ query: [String], unknown: Bool = false) -> String {
        filled(operation, unknown: unknown) + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    @Test("every documented address answers in the documented shape")
    func documentedIsServed() async throws {
        let document = try OpenAPIDocument()
        #expect(document.operations.count >= 16)
        for operation in reads(document) {
            for content in document.contents(operation, 200) {
                let target = address(operation, required(operation))
                let answer = try await get(target, headers: ["Accept": content.type])
                #expect(answer.status == 200, "\(target): \(answer.status) \(answer.text.prefix(200))")
                #expect(
                    answer.header("Content-Type")?.hasPrefix(content.type) == true,
                    "\(target): \(answer.header("Content-Type") ?? "")")
                for name in document.headers(operation, 200) {
                    #expect(answer.header(name) != nil, "\(target) has no \(name)")
                }
                guard answer.status == 200, content.type == "application/json" else { continue }
                let faults = document.faults(try answer.json(), content.schema)
                #expect(faults.isEmpty, "\(target): \(faults.prefix(10))")
            }
        }
    }

    @Test("every served address is documented")
    func servedIsDocumented() throws {
        func routes(_ file: String, _ pattern: Regex<(Substring, Substring, Substring)>, base: String) throws
            -> [String]
        {
            let path = Program.repository + "/Sources/CreditServer/" + file
            return try String(contentsOfFile: path, encoding: .utf8).matches(of: pattern).map { match in
                let places = match.2.split(separator: "/").map { part in
                    part == "**" ? "{tile}" : part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
                }
                return "\(match.1) " + ([base] + places).joined(separator: "/")
            }
        }
        let served =
            try routes("API/API.swift", /group\.(get|post|put|delete|patch)\("([^"]+)"/, base: "/api/v1")
            + routes("API/MatchRoutes.swift", /group\.(get|post|put|delete|patch)\("([^"]+)"/, base: "/api/v1")
            + routes("Checks/CheckRoutes.swift", /group\.(get|post|put|delete|patch)\("([^"]+)"/, base: "/api/v1")
            + routes("Desk/DeskAPI.swift", /group\.(get|post|put|delete|patch)\("([^"]+)"/, base: "/api/v1")
            + routes("Reports/ReportRoutes.swift", /group\.(get|post|put|delete|patch)\("([^"]*)"/, base: "/api/v1/reports")
            + routes("Watch/WatchRoutes.swift", /group\.(get|post|put|delete|patch)\("([^"]*)"/, base: "/api/v1/watches")
            + routes("OpenData/OpenDataRoutes.swift", /group\.(get|post|put|delete|patch)\("([^"]+)"/, base: "/api/v1")
            + routes("Log/LogRoutes.swift", /router\.(get|post|put|delete|patch)\("([^"]+)"/, base: "")
        #expect(Set(served) == Set(try OpenAPIDocument().operations.map { "\($0.method) \($0.base)\($0.path)" }))
    }

    @Test(
        "a body past its limit is a request that is too large, and no fault of the server",
        arguments: [("/api/v1/checks", 4 << 20), ("/api/v1/match", 1 << 20), ("/api/v1/reports", 1 << 16), ("/api/v1/reports/verify", 8 << 20)])
    func tooManyBytes(_ path: String, _ limit: Int) async throws {
        let answer = try await city.server.request("POST", path, body: String(repeating: "x", count: limit + 1))
        #expect(answer.status == 413, "\(path): \(answer.text.prefix(200))")
        #expect(try answer.json()["type"] as? String == "/problems/too-large")
    }

    @Test("the examples of the document fit its own shapes")
    func examples() throws {
        let document = try OpenAPIDocument()
        for operation in document.operations {
            for status in operation.responses.keys.compactMap({ Int($0) }) {
                for content in document.contents(operation, status) {
                    guard let example = content.example else { continue }
                    let faults = document.faults(example, content.schema)
                    #expect(faults.isEmpty, "\(operation.path) \(status): \(faults)")
                }
            }
        }
    }

    @Test("every documented limit is kept, and what exceeds it is a problem that names the parameter")
    func limits() async throws {
        for operation in reads(try OpenAPIDocument()) {
            for parameter in operation.parameters where parameter["in"] as? String == "query" {
                guard let name = parameter["name"] as? String, name != "lang",
                    let schema = parameter["schema"] as? [String: Any]
                else { continue }
                var bad: [String] = []
                var good: [String] = []
                if let most = schema["maximum"] as? Int {
                    bad += ["\(most + 1)", "x", "1.5", "99999999999999999999"]
                    good.append("\(most)")
                }
                if let least = schema["minimum"] as? Int {
                    bad.append("\(least - 1)")
                    good.append("\(least)")
                }
                if let most = schema["maxLength"] as? Int { bad.append(String(repeating: "x", count: most + 1)) }
                if schema["format"] as? String == "date" {
                    bad += ["2026-13-01", "2026-02-29", "yesterday", "05/03/2026"]
                }
                if schema["pattern"] != nil { bad += ["x", "x_1-1", "2026-01-01_1"] }
                if schema["type"] as? String == "string" { bad.append("a%00b") }
                let others = required(operation, except: name)
                for value in bad {
                    let target = address(operation, others + ["\(name)=\(value)"])
                    let answer = try await get(target)
                    try expectProblem(answer, 400, "bad-parameter", target)
                    if answer.status == 400 { #expect(answer.text.contains(name), "\(target): \(answer.text)") }
                }
                for value in good {
                    let target = address(operation, others + ["\(name)=\(value)"])
                    #expect(try await get(target).status == 200, "\(target)")
                }
                if parameter["required"] as? Bool == true {
                    let target = address(operation, others)
                    try expectProblem(try await get(target), 400, "bad-parameter", target)
                }
            }
        }
    }

    @Test("what is not there is a problem document with 404")
    func unknown() async throws {
        for operation in reads(try OpenAPIDocument()) where operation.path.contains("{") {
            let target = address(operation, required(operation), unknown: true)
            try expectProblem(try await get(target), 404, "not-found", target)
        }
        for target in [
            "/api/v1", "/api/v1/nothing", "/api/v1/records/x", "/api/v1/records/1-1-1", "/api/v1/records/-1-1",
            "/api/v2/subjects",
        ] {
            try expectProblem(try await get(target), 404, "not-found", target)
        }
    }

    @Test(
        "another method is refused with 405; HEAD is like GET without the body",
        arguments: ["POST", "PUT", "DELETE", "PATCH"])
    func methods(_ method: String) async throws {
        let document = try OpenAPIDocument()
        let taking = Set(document.operations.filter { $0.method != "get" }.map(\.path))
        for operation in reads(document) where !taking.contains(operation.path) {
            let target = address(operation, required(operation))
            let answer = try await city.server.request(method, target)
            try expectProblem(answer, 405, "method-not-allowed", "\(method) \(target)")
            #expect(answer.header("Allow") == "GET, HEAD", "\(method) \(target)")
            let head = try await city.server.request("HEAD", target)
            #expect(head.status == 200 && head.body.isEmpty, "HEAD \(target): \(head.status)")
        }
        for target in ["/api/v1/catalogue", "/", "/healthz"] {
            let answer = try await city.server.request("HEAD", target)
            #expect(answer.status == 200 && answer.body.isEmpty, "HEAD \(target): \(answer.status)")
        }
    }

    @Test("a problem speaks the reader's language")
    func language() async throws {
        #expect(try await get("/api/v1/records/0-0?lang=en").json()["title"] as? String == "Not found")
        #expect(try await get("/api/v1/records/0-0?lang=zh").json()["title"] as? String == "没有找到")
        #expect(
            try await get("/api/v1/records/0-0", headers: ["Accept-Language": "en-GB,en"]).json()["title"] as? String
                == "Not found")
    }

    @Test("pages of a list follow each other without gap or repetition, newest first")
    func pages() async throws {
        var seen: [(id: String, day: String)] = []
        var after = ""
        repeat {
            let page = try await get("/api/v1/records?item=administrative-penalty&limit=7\(after)").json()
            #expect(page["total"] as? Int == ServedCity.shownPenalties)
            seen += (page["records"] as? [[String: Any]] ?? []).map {
                ($0["id"] as? String ?? "", $0["decided_on"] as? String ?? "")
            }
            after = (page["next"] as? String).map { "&after=\($0)" } ?? ""
        } while !after.isEmpty && seen.count < 1000
        #expect(seen.count == ServedCity.shownPenalties)
        #expect(Set(seen.map(\.id)).count == seen.count)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.day >= $1.day })
    }

    @Test("a sector narrows the search down, and a letter that is none is a problem that names the letters")
    func sectors() async throws {
        let words = "/api/v1/subjects?q=\(encode("示例"))"
        let all = try #require(try await get(words).json()["total"] as? Int)
        #expect(all > 0)
        #expect(try await get(words + "&sector=").json()["total"] as? Int == all)
        // The registrations of this city name no sector: found without the filter, and under no letter.
        let none = try await get(words + "&sector=C&counts=true").json()
        #expect(none["total"] as? Int == 0)
        #expect((none["counts"] as? [String: Any])?["sector"] as? [String: Int] == [:])
        for wrong in ["U", "c", "1", "CC", "%E5%88%B6"] {
            let answer = try await get(words + "&sector=\(wrong)")
            try expectProblem(answer, 400, "bad-parameter", wrong)
            #expect(answer.text.contains("sector"), "\(answer.text)")
        }
        #expect(try await get(words + "&sector=U&lang=en").text.contains("A B C D"))
        for (asked, isCounted) in [("true", true), ("false", false), ("", false)] {
            #expect((try await get(words + "&counts=\(asked)").json()["counts"] != nil) == isCounted, "\(asked)")
        }
        try expectProblem(try await get(words + "&counts=yes"), 400, "bad-parameter", "yes")
    }

    @Test("filters narrow the list and the total with it")
    func filters() async throws {
        func total(_ filter: String) async throws -> Int? {
            try await get("/api/v1/records?item=administrative-penalty&\(filter)").json()["total"] as? Int
        }
        #expect(try await total("kind=fine") == ServedCity.shownPenalties)
        #expect(try await total("kind=warning") == 0)
        #expect(try await total("kind=%25") == 0)
        #expect(try await total("authority=\(encode(Invented.authority))") == ServedCity.shownPenalties)
        #expect(try await total("authority=\(encode("示例市没有这个局"))") == 0)
        #expect(try await total("from=2026-01-05&to=2026-01-05") == ServedCity.shownPenalties)
        #expect(try await total("to=2026-01-04") == 0)
        #expect(try await total("words=\(encode("试验第12机械"))") == 1)
        #expect(try await total("words=%25") == 0, "a percent sign is a percent sign")
    }

    @Test("search finds by part of a name, former name and code, best first")
    func search() async throws {
        func hits(_ words: String) async throws -> [[String: Any]] {
            try await get("/api/v1/subjects?limit=100&q=\(encode(words))").json()["hits"] as? [[String: Any]] ?? []
        }
        #expect(try await hits("试验第").count == 45)
        #expect(try await hits(Invented.name(12)).first?["code"] as? String == Invented.code(12))
        #expect(try await hits(Invented.code(12)).map { $0["code"] as? String } == [Invented.code(12)])
        #expect(try await hits(Invented.code(12).lowercased()).first?["code"] as? String == Invented.code(12))
        #expect(try await hits("旧名机械厂").first?["code"] as? String == Invented.code(1))
        #expect(try await hits("机").count == 45, "one character is enough")
        #expect(try await hits("示例丁").isEmpty, "people are not searched")
        #expect(try await hits(Invented.registeredRepresentative).isEmpty, "nor by their names")
        #expect(try await get("/api/v1/subjects?q=%E7%A4%BA&status=in-operation&limit=1").json()["total"] as? Int == 45)
        #expect(try await get("/api/v1/subjects?q=%E7%A4%BA&status=revoked").json()["total"] as? Int == 0)
        #expect(try await get("/api/v1/subjects?q=%E7%A4%BA&division=9901&limit=1").json()["total"] as? Int == 45)
        #expect(try await get("/api/v1/subjects?q=%E7%A4%BA&division=9902").json()["total"] as? Int == 0)
    }

    @Test("the counts of a delivery add up, and its faults are all there")
    func batch() async throws {
        let batch = try await get("/api/v1/batches/\(city.receipt)").json()
        #expect(Counts(batch).addUp && Counts(batch) == Counts(rows: 48, accepted: 47, rejected: 1))
        let rejects =
            try await get("/api/v1/batches/\(city.receipt)/rejects").json()["rejects"] as? [[String: Any]] ?? []
        #expect(rejects.map { $0["line"] as? Int } == [49])
        #expect(rejects.first?["code"] as? String == "day-unreadable" && rejects.first?["original"] as? String == "见原件")
    }

    @Test("the server gives out the document in this repository")
    func document() async throws {
        let answer = try await get("/api/v1/openapi.yaml")
        guard answer.status == 200 else {
            Issue.record(
                "the program does not find API/openapi.yaml from where it was built: \(answer.status)",
                severity: .warning)
            return
        }
        #expect(answer.text.hasPrefix("# ") && answer.text.contains("openapi: 3.1.0"))
    }
}
