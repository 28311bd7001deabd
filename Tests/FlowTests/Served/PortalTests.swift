import Foundation
import TestSupport
import Testing

/// The pages as a browser gets them.
extension Served {
    @Test("every page answers, in both languages, with headers that keep it from harm")
    func pagesAnswer() async throws {
        for page in city.pages {
            for language in ["zh", "en"] {
                let answer = try await get(page + (page.contains("?") ? "&" : "?") + "lang=\(language)")
                #expect(answer.status == 200, "\(page): \(answer.status)")
                #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
                #expect(answer.text.contains("<html lang=\"\(language == "en" ? "en" : "zh-CN")\""), "\(page)")
                expectSafe(answer, page)
                #expect(!answer.text.contains("{{"), "\(page) has an unfilled place")
                #expect(answer.body.count < 60_000, "\(page) has \(answer.body.count) bytes")
                #expect(answer.text.firstMatch(of: #/<title>[^<]+</title>/#) != nil, "\(page) has no title")
                #expect(answer.text.matches(of: #/<h1[ >]/#).count == 1, "\(page) has not exactly one h1")
            }
        }
    }

    func expectSafe(_ answer: Answer, _ what: String) {
        let policy = answer.header("Content-Security-Policy") ?? ""
        #expect(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'")
                && !policy.contains("unsafe"), "\(what)")
        #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(what)")
        #expect(answer.header("Referrer-Policy") == "same-origin", "\(what)")
        #expect(answer.header("Server") == nil, "\(what)")
    }

    @Test("no page needs an inline style or script, or anything from elsewhere")
    func nothingInline() async throws {
        for page in city.pages {
            let text = try await get(page).text
            #expect(text.firstMatch(of: #/<script(?![^>]* src="/assets/)/#) == nil, "\(page) has an inline script")
            #expect(text.firstMatch(of: #/ (style|on[a-z]+)="/#) == nil, "\(page) has an inline style or handler")
            #expect(
                text.firstMatch(of: #/<(script|link rel="stylesheet"|img)[^>]*(src|href)="(https?:)?///#) == nil,
                "\(page) loads from elsewhere")
        }
    }

    @Test("every link on every page leads somewhere")
    func links() async throws {
        var checked: Set<String> = []
        for page in city.pages {
            let text = try await get(page).text
            for match in text.matches(of: #/(?:href|action|src)="(/[^"#]*)/#) {
                let target = String(match.1).replacing("&amp;", with: "&")
                guard checked.insert(target).inserted else { continue }
                let answer = try await get(target)
                // What belongs to a holder of a key asks for the key.
                let isLocked = target.hasPrefix("/me/") && answer.status == 401
                #expect(answer.status < 400 || isLocked, "\(page) → \(target): \(answer.status)")
            }
            let ids = Set(text.matches(of: #/ id="([^"]+)"/#).map { String($0.1) })
            for match in text.matches(of: #/href="\#([^"]+)"/#) {
                #expect(ids.contains(String(match.1)), "\(page) → #\(match.1)")
            }
            #expect(text.matches(of: #/ id="([^"]+)"/#).count == ids.count, "\(page) uses an id twice")
        }
        #expect(checked.count > 100)
    }

    @Test("what is not there is a page with 404; what is no longer shown is one with 410")
    func missing() async throws {
        for target in [
            "/nothing", "/r/0-0", "/r/x", "/o/\(Codes.unified(29_000))", "/p/lawyer/0", "/lists/nothing",
            "/catalogue/nothing", "/batches/nothing", "/publicity/x",
        ] {
            let answer = try await get(target)
            #expect(answer.status == 404, "\(target): \(answer.status)")
            #expect(
                answer.header("Content-Type") == "text/html; charset=utf-8" && answer.text.contains("</html>"),
                "\(target)")
            expectSafe(answer, target)
        }
        let gone = try await get("/r/\(city.endedRecord)")
        #expect(gone.status == 410 && gone.text.contains("</html>"))
        expectSafe(gone, "gone")
    }

    @Test(
        "the display options lead back into this site only",
        arguments: [
            "https://evil.example/", "//evil.example", "/%5Cevil.example", "/%09/evil.example", "%2F%2Fevil.example",
            "javascript:alert(1)", "evil.example",
            "/%0d%0aX-Evil:%201", "/..//evil.example", "/%2F/evil.example",
        ])
    func openRedirect(_ back: String) async throws {
        let answer = try await get("/view?elder=1&back=\(back)")
        #expect(answer.status == 303)
        let location = answer.header("Location") ?? ""
        #expect(
            location.hasPrefix("/") && !location.hasPrefix("//") && !location.hasPrefix("/\\"), "\(back) → \(location)")
        #expect(answer.header("X-Evil") == nil)
    }

    @Test("display options are kept in cookies and lead back to the same address")
    func viewOptions() async throws {
        let answer = try await get("/view?elder=1&theme=dark&back=/s%3Fq%3D%25E7%25A4%25BA%26page%3D2")
        #expect(answer.status == 303 && answer.header("Location") == "/s?q=%E7%A4%BA&page=2")
        let cookies = answer.headers.filter { $0.name.lowercased() == "set-cookie" }.map(\.value)
        #expect(cookies.contains { $0.hasPrefix("view=elder") } && cookies.contains { $0.hasPrefix("theme=dark") })
        #expect(cookies.allSatisfy { $0.contains("HttpOnly") && $0.contains("SameSite=Lax") })
        let page = try await get("/", headers: ["Cookie": "view=elder; theme=dark"])
        #expect(page.text.contains("class=\"elder dark\""))
        let odd = try await get("/", headers: ["Cookie": "view=elder\"><script>; theme=<b>; lang=xx"])
        #expect(odd.status == 200 && !odd.text.contains("<b>"))
    }

    @Test("a language once chosen by the address is remembered")
    func languageCookie() async throws {
        let chosen = try await get("/?lang=en")
        let cookie = try #require(chosen.header("Set-Cookie"))
        #expect(cookie.hasPrefix("lang=en") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
        #expect(try await get("/help", headers: ["Cookie": "lang=en"]).text.contains("<html lang=\"en\""))
        #expect(
            try await get("/help", headers: ["Accept-Language": "en-US,en;q=0.9"]).text.contains("<html lang=\"en\""))
        #expect(try await get("/help", headers: ["Accept-Language": "fr"]).text.contains("<html lang=\"zh-CN\""))
        #expect(try await get("/").header("Set-Cookie") == nil, "nothing is set that was not asked for")
    }

    @Test(
        "what a reader or a department typed is text on the page, never markup",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "{{page}}", "</title><b>",
            "示例<b>",
        ])
    func escaping(_ text: String) async throws {
        let words = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        for target in [
            "/s?q=\(words)", "/publicity/penalties?words=\(words)", "/publicity/penalties?from=\(words)",
            "/batches?receipt=\(words)",
            "/publicity/penalties?authority=\(words)", "/s?q=%E7%A4%BA&division=\(words)", "/\(words)", "/o/\(words)",
        ] {
            let answer = try await get(target)
            #expect(answer.status < 500, "\(target)")
            for mark in ["<script>alert", "<img src=x", "<b>", "</title><b"] {
                #expect(!answer.text.contains(mark), "\(target) lets \(mark) through")
            }
            #expect(
                answer.text.firstMatch(of: #/value="[^"]*"[^ >/]/#) == nil, "\(target): an attribute was broken open")
        }
    }

    @Test("markup that a department delivered is text on the page")
    func deliveredMarkup() async throws {
        let id = try #require(try await city.platform.firstRecord(of: 2)["id"] as? String)
        for target in ["/r/\(id)", "/o/\(Invented.code(2))"] {
            let text = try await get(target).text
            #expect(text.contains("&lt;script&gt;alert(1)") && !text.contains("<script>alert"), "\(target)")
        }
    }

    @Test("tables to download parse and hold the whole list under the filters")
    func downloads() async throws {
        let answer = try await get("/publicity/penalties.csv")
        #expect(answer.status == 200 && answer.header("Content-Type") == "text/csv; charset=utf-8")
        #expect(answer.header("Content-Disposition")?.contains("attachment") == true)
        #expect(Array(answer.body.prefix(3)) == [0xEF, 0xBB, 0xBF])
        let rows = CSVReader.rows(String(decoding: answer.body.dropFirst(3), as: UTF8.self))
        #expect(rows.count == ServedCity.shownPenalties + 1)
        #expect(rows.allSatisfy { $0.count == rows[0].count })
        #expect(Set(rows.dropFirst().map { $0[0] }).count == ServedCity.shownPenalties)
        let filtered = try await get("/publicity/penalties.csv?words=%E8%AF%95%E9%AA%8C%E7%AC%AC12%E6%9C%BA")
        #expect(CSVReader.rows(filtered.text).count == 2)
        let json = try await get("/publicity/penalties.json")
        let list = try JSONSerialization.jsonObject(with: Data(json.body)) as? [[String: Any]]
        #expect(list?.count == ServedCity.shownPenalties)
        let document = try OpenAPIDocument()
        for record in list ?? [] {
            let faults = document.faults(record, ["$ref": "#/components/schemas/Record"])
            #expect(faults.isEmpty, "\(faults)")
        }
        for target in [
            "/o/\(Invented.code(1)).csv", "/s.csv?q=%E7%A4%BA%E4%BE%8B", "/lists/abnormal-operation.csv",
            "/batches/\(city.receipt)/rejects.csv",
        ] {
            let table = try await get(target)
            #expect(table.status == 200 && table.header("Content-Type") == "text/csv; charset=utf-8", "\(target)")
            let rows = CSVReader.rows(table.text)
            #expect(rows.count > 1 && rows.allSatisfy { $0.count == rows[0].count }, "\(target)")
        }
        #expect(try await get("/publicity/penalties.csv?from=2026-05-01&to=2026-01-01").status == 400)
    }

    @Test("filters that contradict each other are explained at the field, with nothing else lost")
    func crossedDates() async throws {
        let text = try await get("/publicity/penalties?from=2026-05-01&to=2026-01-01&words=%E6%9C%BA%E6%A2%B0&lang=en")
            .text
        #expect(text.contains("href=\"#f-to\"") && text.contains("id=\"f-to\"") && text.contains("id=\"f-to-error\""))
        #expect(
            text.contains("value=\"2026-05-01\"") && text.contains("value=\"2026-01-01\"")
                && text.contains("value=\"机械\""))
        #expect(text.contains("<title>Error"))
    }

    @Test("a blank that a form sends as + is a blank")
    func blanks() async throws {
        #expect(try await get("/publicity/penalties?words=a+b%2Bc").text.contains("value=\"a b+c\""))
        #expect(try await get("/api/v1/subjects?q=a+b%2Bc").json()["query"] as? String == "a b+c")
        let answer = try await get("/batches?receipt=+\(city.receipt.uppercased())+")
        #expect(answer.header("Location") == "/batches/\(city.receipt)", "a receipt is found as people paste it")
    }

    @Test("other numbers and spellings of one organisation lead to its one address")
    func oneAddress() async throws {
        let code = Invented.code(1)
        for spelling in [code.lowercased(), Codes.organisation(of: code)] {
            let answer = try await get("/o/\(spelling)")
            #expect(
                (300..<400).contains(answer.status) && answer.header("Location") == "/o/\(code)",
                "\(spelling): \(answer.status)")
        }
    }

    @Test(
        "the server's own signs of life",
        arguments: ["/healthz", "/readyz", "/robots.txt", "/favicon.ico", "/assets/site.css", "/assets/enhance.js"])
    func operations(_ target: String) async throws {
        let answer = try await get(target)
        #expect(answer.status == 200 && !answer.body.isEmpty)
        expectSafe(answer, target)
    }

    @Test("a page or an answer that has not changed is not sent again, and a changed question gets its own")
    func revalidation() async throws {
        for target in ["/", "/o/\(Invented.code(1))", "/api/v1/subjects/\(Invented.code(1))"] {
            let first = try await get(target)
            let tag = try #require(first.header("ETag"), "\(target)")
            #expect(first.header("Cache-Control") == "no-cache", "\(target)")
            for asked in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await get(target, headers: ["If-None-Match": asked])
                #expect(again.status == 304 && again.text.isEmpty && again.header("ETag") == tag, "\(target) \(asked)")
            }
            #expect(try await get(target, headers: ["If-None-Match": "\"other\""]).status == 200, "\(target)")
        }
        #expect(try await get("/nowhere", headers: ["If-None-Match": "*"]).status == 404)
    }

    @Test("text is packed for who takes it, says so, and is the same answer under a weak tag")
    func packed() async throws {
        for target in ["/", "/o/\(Invented.code(1))", "/api/v1/subjects/\(Invented.code(1))", "/assets/site.css"] {
            let plain = try await get(target)
            #expect(plain.header("Content-Encoding") == nil && plain.header("Vary")?.contains("Accept-Encoding") == true, "\(target)")
            for _ in 1...2 {
                let packed = try await get(target, headers: ["Accept-Encoding": "br, gzip"])
                #expect(packed.status == 200 && packed.header("Content-Encoding") == "gzip", "\(target)")
                #expect(packed.header("Content-Type") == plain.header("Content-Type"), "\(target)")
                #expect(packed.header("Vary")?.contains("Accept-Encoding") == true, "\(target)")
                #expect(packed.body.starts(with: [0x1F, 0x8B]) && packed.body.count < plain.body.count / 2, "\(target)")
                #expect(packed.header("Content-Length") == String(packed.body.count), "\(target)")
                guard let tag = packed.header("ETag") else { continue }
                #expect(tag == "W/" + (plain.header("ETag") ?? ""), "\(target)")
                let again = try await get(target, headers: ["Accept-Encoding": "gzip", "If-None-Match": tag])
                #expect(again.status == 304 && again.body.isEmpty, "\(target)")
            }
        }
        // What is one's own is not packed: its length would speak (BREACH).
        #expect(try await get("/desk", headers: ["Accept-Encoding": "gzip"]).header("Content-Encoding") == nil)
    }

    @Test("headers longer than any browser sends are refused before they are held")
    func longHeaders() async throws {
        #expect(try await get("/", headers: ["X-Long": String(repeating: "a", count: 12_000)]).status == 200)
        #expect(try await get("/", headers: ["X-Long": String(repeating: "a", count: 17_000)]).status == 400)
        let many = Dictionary(uniqueKeysWithValues: (1...120).map { ("X-\($0)", "y") })
        #expect(try await get("/", headers: many).status == 400)
    }
}
