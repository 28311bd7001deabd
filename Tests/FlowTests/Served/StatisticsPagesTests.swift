import Foundation
import TestSupport
import Testing

/// Statistics as readers and programs get them.
extension Served {
    /// Rows of a CSV answer by their columns.
    private func table(_ target: String) async throws -> [[String: String]] {
        let answer = try await get(target)
        try #require(answer.status == 200, "\(target): \(answer.status)")
        #expect(Array(answer.body.prefix(3)) == [0xEF, 0xBB, 0xBF])
        let rows = CSVReader.rows(String(decoding: answer.body.dropFirst(3), as: UTF8.self))
        let head = try #require(rows.first)
        return rows.dropFirst().map { Dictionary(zip(head, $0)) { first, _ in first } }
    }

    @Test("penalties are counted in the month of their decision, also where their term is over; withdrawn and rejected ones are not")
    func counted() async throws {
        let rows = try await table("/statistics/penalties.csv?from=2022-01&to=2026-11")
        func count(_ month: String) -> Int {
            rows.filter { $0["month"] == month }.reduce(0) { $0 + (Int($1["count"] ?? "") ?? 0) }
        }
        #expect(count("2022-03") == 1, "its term ended in 2023")
        #expect(count("2026-01") == 45, "48 less one of 2022, one withdrawn, one rejected")
        #expect(Set(rows.map { $0["division"] }) == ["990102"])
    }

    @Test("table, answer and page give the same numbers", arguments: ["penalties", "records", "divisions", "endings", "changes", "objections", "quality", "faults"])
    func same(topic: String) async throws {
        // Other tests change the city meanwhile: asked again until nothing has changed in between.
        var (rows, answer, again) = ([[String: String]](), [String: Any](), [[String: String]]())
        for _ in 0..<20 {
            rows = try await table("/statistics/\(topic).csv")
            answer = try await get("/api/v1/statistics/\(topic)").json()
            again = try await table("/statistics/\(topic).csv")
            if rows == again { break }
        }
        let objects = try #require(answer["rows"] as? [[String: Any]])
        #expect(rows.count == objects.count)
        for (row, object) in zip(rows, objects) {
            #expect(Set(row.keys) == Set(object.keys))
            for (key, text) in row {
                let value = object[key]
                let shown = value is NSNull ? "" : (value as? String) ?? (value as? NSNumber).map { "\($0)" } ?? "?"
                #expect(text == shown || Double(text) == Double(shown), "\(topic) \(key)")
            }
        }
        let document = try OpenAPIDocument()
        #expect(document.faults(answer, ["$ref": "#/components/schemas/Statistics"]).isEmpty)
    }

    @Test("each chart has a name, a sentence, and the numbers of its picture in its table", arguments: ["zh", "en"])
    func charts(language: String) async throws {
        for page in ["/statistics", "/statistics/penalties", "/statistics/records", "/statistics/endings?from=2026-11&to=2036-10", "/quality"] {
            let text = try await get(page + (page.contains("?") ? "&" : "?") + "lang=\(language)").text
            let figures = text.components(separatedBy: "<figure ").dropFirst()
            #expect(!figures.isEmpty, "\(page)")
            for figure in figures {
                #expect(figure.contains("role=\"img\"") && figure.contains("<title id=") && figure.contains("<details>"))
                let parts = figure.components(separatedBy: "<details>")
                let cells = Set(parts[1].matches(of: #/class="num">([^<]+)</#).map { String($0.1) })
                for value in parts[0].matches(of: #/<text[^>]*class="cn"[^>]*>([^<]+)</#).map({ String($0.1) }) {
                    #expect(cells.contains(value), "\(page): \(value) stands in the picture only")
                }
            }
        }
    }

    @Test("the bulletin names its month, what changed, and as of when its sources are")
    func bulletin() async throws {
        let zh = try await get("/statistics/bulletin/2026-11?lang=zh").text
        #expect(zh.contains("2026年11月信用月报") && zh.contains("2026年10月") && zh.contains("来源和截止时间"))
        // Received today: 45 registrations and penalties and what else the city has; one withdrawn, one contested.
        #expect(zh.matches(of: #/撤回</th>\s*<td[^>]*>1</#).count == 1, "\(zh)")
        let en = try await get("/statistics/bulletin/2026-01?lang=en").text
        #expect(en.contains("Bulletin of Jan 2026") && en.contains("+45"))
        for month in ["2026-12", "2016-11", "2026-13", "x", "2026-1"] {
            #expect(try await get("/statistics/bulletin/\(month)").status == 404, "\(month)")
        }
    }

    @Test("the bulletin as a file needs nothing else and says what the page says")
    func bulletinFile() async throws {
        let folder = city.platform.folder
        for (address, isLinked) in [("", false), ("https://credit.example.cn/", true)] {
            let file = folder.path("bulletin-\(isLinked).html")
            let more = isLinked ? ["--address", address] : []
            let outcome = try await Program.start(
                ["bulletin", "--data", city.platform.data, "--month", "2026-11", "--out", file] + more, in: folder
            ).end()
            #expect(outcome.code == 0, "\(outcome.err)")
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(text.contains("2026年11月信用月报") && text.contains("<style>") && text.contains("role=\"img\""))
            #expect(!text.contains("<script") && !text.contains("<link rel=\"stylesheet\"") && !text.contains("href=\"/"))
            #expect(text.contains("href=\"https://credit.example.cn/statistics\"") == isLinked)
        }
        for month in ["2026-12", "2016-11", "x"] {
            let outcome = try await Program.run(
                "bulletin", "--data", city.platform.data, "--month", month, "--out", folder.path("none.html"), in: folder)
            #expect(outcome.code != 0 && outcome.err.contains("--month"), "\(month): \(outcome.err)")
        }
    }

    @Test("what is no topic is not found; what is no period is explained, and a page then shows the usual one")
    func periods() async throws {
        for target in ["/statistics/nothing", "/statistics/nothing.csv", "/statistics/faults", "/api/v1/statistics/nothing"] {
            #expect(try await get(target).status == 404, "\(target)")
        }
        for query in ["from=2026", "from=2026-11&to=2026-01", "from=2000-01&to=2026-01", "to=%3Cb%3E"] {
            #expect(try await get("/statistics/penalties.csv?\(query)").status == 400, "\(query)")
            #expect(try await get("/api/v1/statistics/penalties?\(query)").status == 400, "\(query)")
            let page = try await get("/statistics/penalties?\(query)&lang=zh")
            #expect(page.status == 200 && page.text.contains("2024年12月至2026年11月"), "\(query)")
        }
        #expect(try await get("/statistics/quality").header("Location") == "/quality")
    }

    @Test("statistics name no organisation and nobody")
    func nobody() async throws {
        for page in [
            "/statistics", "/statistics/penalties", "/statistics/divisions", "/statistics/changes", "/statistics/bulletin/2026-11",
            "/quality", "/api/v1/statistics/penalties", "/api/v1/statistics/objections",
        ] {
            let text = try await get(page).text
            for number in [1, 4, 5, 45] {
                #expect(!text.contains(Invented.name(number)) && !text.contains(Invented.code(number)), "\(page)")
            }
            #expect(!text.contains("示例丁") && !text.contains(city.practitioner), "\(page)")
        }
    }
}
