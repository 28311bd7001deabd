import Foundation
import FoundationXML
import TestSupport
import Testing

extension Served {
    @Suite("feeds and watches over HTTP")
    struct WatchPagesTests {
        private let city: ServedCity

        init() throws { city = try #require(ServedCity.current) }

        @Test(
            "a feed is Atom that parses, with what is public now and nothing that was withdrawn, and is not sent twice",
            arguments: ["/o/\(Invented.code(1))", "/o/\(Invented.code(4))", "/lists/abnormal-operation", "/lists/honour", "/publicity/penalties"])
        func feed(_ path: String) async throws {
            let answer = try await city.server.get("\(path)/feed.atom?lang=en")
            #expect(answer.status == 200 && answer.header("Content-Type") == "application/atom+xml; charset=utf-8")
            let atom = try #require(AtomReader.read(answer.body), "no XML: \(answer.text.prefix(300))")
            #expect(atom.root == "feed" && atom.texts("id").count == atom.entries + 1)
            for name in ["title", "updated"] { #expect(atom.texts(name).count == atom.entries + 1, "\(name)") }
            #expect(Set(atom.texts("id")).count == atom.texts("id").count)
            for moment in atom.texts("updated") { #expect(moment.firstMatch(of: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) != nil, "\(moment)") }
            for summary in atom.texts("summary") {
                for word in ["Authority: ", "Basis: ", "How to contest: "] { #expect(summary.contains(word), "\(summary)") }
            }
            #expect(!answer.text.contains("/r/\(city.withdrawnRecord)<") && !answer.text.contains(Invented.hiddenRemark))
            #expect(!answer.text.contains("/r/\(city.endedRecord)<"))
            let tag = try #require(answer.header("ETag"))
            let again = try await city.server.get("\(path)/feed.atom?lang=en", headers: ["If-None-Match": tag])
            #expect(again.status == 304 && again.body.isEmpty)
            let page = try await city.server.get(path)
            #expect(page.text.contains("<link rel=\"alternate\" type=\"application/atom+xml\"") && page.text.contains("href=\"\(path)/feed.atom\""))
        }

        @Test("there is no feed of a person, of nobody, or of a list that does not exist")
        func noFeed() async throws {
            let licence = city.practitioner.split(separator: "/").last.map(String.init) ?? ""
            for path in ["/o/\(licence)", "/o/\(Codes.unified(29_000))", "/lists/practitioner", "/lists/none", "/publicity/none"] {
                #expect(try await city.server.get("\(path)/feed.atom").status == 404, "\(path)")
            }
        }

        @Test("watches open to nobody without a key", arguments: ["/me/watch", "/api/v1/watches", "/api/v1/watches/abc", "/api/v1/watches/abc/events"])
        func closed(_ path: String) async throws {
            let bare = try await city.server.get(path)
            #expect(bare.status == 401 && bare.header("WWW-Authenticate")?.hasPrefix("Basic") == true)
            let wrong = try await city.server.get(path, headers: ["Authorization": "Basic " + Data("nobody:x".utf8).base64EncodedString()])
            #expect(wrong.status == 401)
        }

        @Test("a holder adds, sees, is told and stops; another holder sees nothing of it", .timeLimit(.minutes(2)))
        func journey() async throws {
            let platform = try await Platform()
            let folder = platform.folder
            _ = try await platform.ingest(try folder.write("r.csv", Invented.registrations(1...2).csv), feed: "registration")
            func account(_ name: String, _ scope: String) async throws -> [String: String] {
                let made = try await Program.run("account", "add", name, "--scope", scope, "--data", platform.data, in: folder)
                let key = try #require(made.text.split(separator: "\n").last?.split(separator: " ").last)
                return ["Authorization": "Basic " + Data("\(name):\(key)".utf8).base64EncodedString()]
            }
            let bank = try await account("bank", "watch")
            let own = try await account("firm", "own:\(Invented.code(2))")
            let other = try await account("other", "report")
            let server = try await Server.start(data: platform.data, in: folder)
            func post(_ path: String, _ body: String, _ more: [String: String] = [:]) async throws -> Answer {
                try await server.request("POST", path, headers: bank.merging(more) { $1 }, body: body)
            }
            #expect(try await server.get("/me/watch", headers: other).status == 403)

            // What cannot be had is said beside the form, with what was typed kept.
            let bad = try await post("/me/watch?lang=zh", "kind=organisation&code=%3Cb%3E1&channel=mail&address=a%40example.com&frequency=daily")
            #expect(bad.status == 400 && bad.text.contains("没有这个单位") && bad.text.contains("value=\"&lt;b&gt;1\""))
            #expect(bad.text.contains("href=\"#code\"") && bad.text.contains("id=\"code-error\""), "the summary leads to the field")
            #expect(bad.text.contains("value=\"a@example.com\"") && bad.text.contains("value=\"daily\" selected"))
            let inside = try await post("/me/watch?lang=en", "kind=list&list=abnormal-operation&channel=webhook&address=https%3A%2F%2F127.0.0.1%2F&frequency=immediately")
            #expect(inside.status == 400 && inside.text.contains("private network"))
            let foreign = try await post("/me/watch", "kind=list", ["Origin": "https://elsewhere.example"])
            #expect(foreign.status == 403)

            let form = "kind=organisation&code=\(Invented.code(1))&channel=mail&address=a%40example.com&frequency=immediately&until="
            let added = try await post("/me/watch?lang=zh", form)
            #expect(added.status == 200 && added.text.contains("已开始关注") && added.body.count < 60_000)
            #expect(try await post("/me/watch?lang=zh", form).text.contains("没有改动"))
            let hook = try await post("/me/watch", "kind=list&list=administrative-penalty&channel=webhook&address=https%3A%2F%2Fexample.com%2Fhook&frequency=weekly")
            #expect(hook.text.contains("whsec_") && hook.header("Cache-Control") == "no-store")
            let mine = try await server.get("/me/watch", headers: bank)
            #expect(!mine.text.contains("whsec_"), "a secret is shown once")
            let listed = try await server.get("/api/v1/watches", headers: bank).json()
            #expect(listed["total"] as? Int == 2)
            let document = try OpenAPIDocument()
            let described = try #require(document.operations.first { $0.path == "/watches" && $0.method == "get" })
            for content in document.contents(described, 200) { #expect(document.faults(listed, content.schema) == []) }

            // Its own organisation only.
            func add(_ code: String, _ headers: [String: String]) async throws -> Answer {
                try await server.request(
                    "POST", "/api/v1/watches", headers: headers,
                    body: #"{"target":{"kind":"organisation","value":"\#(code)"},"channel":"feed"}"#)
            }
            #expect(try await add(Invented.code(1), own).status == 403)
            let made = try await add(Invented.code(2), own)
            #expect(made.status == 201)
            let feed = try #require(try made.json()["id"] as? String)
            #expect(try await server.get("/api/v1/watches/\(feed)", headers: bank).status == 404)
            #expect(try await server.request("DELETE", "/api/v1/watches/\(feed)", headers: bank).status == 404)

            _ = try await platform.ingest(try folder.write("p.csv", Invented.penalties(1...2).csv), feed: "penalty")
            // The organisation asks for itself and sees its file in full.
            let events = try await server.get("/api/v1/watches/\(feed)/events", headers: own)
            #expect(events.status == 200 && events.text.contains("\"appeared\"") && events.text.contains(Invented.hiddenRemark))
            let asked = try #require(document.operations.first { $0.path == "/watches/{watch}/events" })
            for content in document.contents(asked, 200) { #expect(document.faults(try events.json(), content.schema) == []) }
            let through = try #require(try events.json()["through"] as? Int)
            let rest = try await server.get("/api/v1/watches/\(feed)/events?after=\(through)", headers: own).json()
            #expect((rest["events"] as? [Any])?.isEmpty == true)
            for after in ["x", "-1", "1.5"] {
                #expect(try await server.get("/api/v1/watches/\(feed)/events?after=\(after)", headers: own).status == 400)
            }

            // The service tells by mail; the link in the mail ends it.
            let outbox = platform.data + "/outbox"
            var mail: String?
            while mail == nil {
                mail = try? FileManager.default.contentsOfDirectory(atPath: outbox).first { $0.hasSuffix(".eml") }
                await Task.yield()
            }
            let text = String(decoding: try Data(contentsOf: URL(filePath: "\(outbox)/\(mail ?? "")")), as: UTF8.self)
            let stop = String(try #require(text.firstMatch(of: /List-Unsubscribe: <[a-z]+:\/\/[^\/>]+(\/[^>]+)>/)?.1))
            #expect(try await server.get(stop.dropLast() + (stop.hasSuffix("0") ? "1" : "0")).status == 404)
            let question = try await server.get(stop)
            #expect(question.status == 200 && question.text.contains("action=\"\(stop)\""))
            #expect(try await server.get("/api/v1/watches", headers: bank).json()["total"] as? Int == 2, "a look stops nothing")
            #expect(try await server.request("POST", stop, body: "List-Unsubscribe=One-Click").status == 200)
            #expect(try await server.get("/api/v1/watches", headers: bank).json()["total"] as? Int == 1)
            #expect(try await server.get(stop).status == 404)

            let last = try #require((try await server.get("/api/v1/watches", headers: bank).json()["watches"] as? [[String: Any]])?.first?["id"] as? String)
            let removed = try await post("/me/watch/\(last)/remove", "")
            #expect(removed.status == 303 && removed.header("Location") == "/me/watch", "\(removed.status)")
            #expect(try await post("/me/watch/\(last)/remove", "").status == 404)
            _ = try await server.stop()
        }
    }
}

/// Reads a feed back with libxml2's parser, strictly.
private final class AtomReader: NSObject, XMLParserDelegate {
    private(set) var root = ""
    private(set) var entries = 0
    private var found: [String: [String]] = [:]
    private var text = ""

    func texts(_ name: String) -> [String] { found[name] ?? [] }

    static func read(_ bytes: [UInt8]) -> AtomReader? {
        let reader = AtomReader()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldProcessNamespaces = true
        parser.delegate = reader
        return parser.parse() ? reader : nil
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard namespaceURI == "http://www.w3.org/2005/Atom" else { return parser.abortParsing() }
        if root.isEmpty { root = name }
        if name == "entry" { entries += 1 }
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        found[name, default: []].append(text)
    }
}
