import ChengxinClient
import Foundation
import FoundationNetworking
import Synchronization
import TestSupport
import Testing

/// The library for Swift programs, against the running server.
extension Served {
    private var client: ChengxinClient {
        get throws {
            ChengxinClient(address: try #require(URL(string: "http://127.0.0.1:\(city.server.port)")), language: "en")
        }
    }

    @Test("the Swift client finds, reads, pages, matches and proves")
    func clientCalls() async throws {
        let client = try client
        let found = try await client.search(Invented.code(12))
        #expect(found.hits.map(\.code) == [Invented.code(12)] && found.total == 1)
        var ids: [String] = []
        for try await record in client.records(item: "administrative-penalty", pageSize: 7) { ids.append(record.id) }
        #expect(ids.count == ServedCity.shownPenalties && Set(ids).count == ids.count)
        let record = try await client.record(city.shownRecord)
        #expect(record.id == city.shownRecord && record.authority == Invented.authority && record.publishedUntil != nil)
        #expect(try await client.record(city.shownRecord).id == record.id, "a kept answer that still holds")
        #expect(try await client.organisation(Invented.code(1))["records"] != nil)
        #expect(try await client.catalogue()["edition"]?.text != nil)
        #expect(try await !client.proof(city.shownRecord).isEmpty)
        let answers = try await client.match([MatchRow(id: "a", name: Invented.name(2), code: Invented.code(2))])
        #expect(answers.map(\.decision) == ["match"] && answers.first?.subjectUscc == Invented.code(2))
    }

    @Test("a problem reaches the program with its code and words")
    func clientProblems() async throws {
        let client = try client
        for (record, code, status) in [("0-0", "not-found", 404), (city.endedRecord, "gone", 410)] {
            await #expect {
                _ = try await client.record(record)
            } throws: { error in
                let problem = error as? ChengxinProblem
                return problem?.code == code && problem?.status == status && problem?.detail.isEmpty == false
            }
        }
    }

    @Test("the client waits as long as the server asks, revalidates, and its patience ends")
    func clientPatience() async throws {
        let asked = Mutex<[String?]>([])
        let slept = Mutex<[Duration]>([])
        let client = ChengxinClient(
            address: try #require(URL(string: "https://credit.example")), patience: .seconds(7),
            transport: { request in
                let count = asked.withLock { asked in
                    asked.append(request.value(forHTTPHeaderField: "If-None-Match"))
                    return asked.count
                }
                let late = count == 1 || count == 2 || count > 4
                let status = late ? 429 : count == 3 ? 200 : 304
                guard let url = request.url,
                    let answer = HTTPURLResponse(
                        url: url, statusCode: status, httpVersion: nil,
                        headerFields: ["Retry-After": "3", "ETag": "\"a\""])
                else { throw Unexpected(what: "no answer") }
                return (
                    Data((late ? "{\"type\":\"/problems/too-many-requests\"}" : "{\"edition\":\"x\"}").utf8), answer
                )
            }, sleep: { duration in slept.withLock { $0.append(duration) } })
        #expect(try await client.catalogue()["edition"]?.text == "x")
        #expect(slept.withLock { $0 } == [.seconds(3), .seconds(3)])
        #expect(try await client.catalogue()["edition"]?.text == "x")
        #expect(asked.withLock { $0.last } == "\"a\"")
        await #expect {
            _ = try await client.catalogue()
        } throws: { ($0 as? ChengxinProblem)?.code == "too-many-requests" }
    }

    @Test("the Swift client reads lists, counts, the catalogue and reports")
    func clientReads() async throws {
        let client = try client
        let list = try await client.recordPage(item: "administrative-penalty", limit: 3, authority: Invented.authority)
        #expect(
            list.records.count == 3
                && list.records.allSatisfy { $0.authority == Invented.authority && $0.subject != nil })
        let before = try await client.recordPage(item: "administrative-penalty", to: "1999-12-31")
        #expect(before.total == 0 && before.next == nil)
        let own = try await client.records(of: Invented.code(2), item: "administrative-penalty")
        #expect(own.count == 1 && own.first?.item == "administrative-penalty")
        let counts = try await client.statistics("penalties", from: "2025-01", to: "2026-11")
        #expect(counts.topic == "penalties" && counts.from == "2025-01" && !counts.rows.isEmpty)
        #expect(try await client.catalogueItem("administrative-penalty")["nature"]?.text == "adverse")
        #expect(try await client.reportStanding(city.report).number == city.report)
        let report = try await client.report(on: Invented.code(2), purpose: "information")
        #expect(try JSONDecoder().decode(JSONValue.self, from: report)["sd_jwt"] != nil)
        #expect(
            try await client.report(on: Invented.code(2), purpose: "information", asPDF: true).starts(
                with: Data("%PDF".utf8)))
    }

    @Test("the Swift client checks many organisations, as facts and as a workbook")
    func clientChecks() async throws {
        let client = try client
        let rows = [CheckRow(name: Invented.name(1), code: Invented.code(1)), CheckRow(name: "没有这样一家单位")]
        let answer = try await client.check(rows, purpose: "bidding", basis: "示招〔2026〕1号+2号")
        #expect(answer["counts"]?["sure"] == .number(1) && answer["counts"]?["not_found"] == .number(1))
        #expect(try await client.checkWorkbook(rows, purpose: "bidding").starts(with: Data("PK".utf8)))
        await #expect {
            _ = try await client.check(rows, purpose: "curiosity")
        } throws: { ($0 as? ChengxinProblem)?.code == "bad-parameter" }
    }

    @Test("the Swift client follows the stream page by page, goes on from any of them, and resumes a download")
    func clientOpenData() async throws {
        let client = try client
        var pages: [ChangePage] = []
        for try await page in client.changes(after: 0, limit: 20) { pages.append(page) }
        #expect(pages.count > 2 && pages.last?.next == pages.last?.timepoint)
        var resumed: [ChangePage] = []
        for try await page in client.changes(after: pages[0].next, limit: 20) { resumed.append(page) }
        func events(_ pages: some Sequence<ChangePage>) -> [[String]] {
            pages.map { $0.events.map { "\($0.timepoint) \($0.kind) \($0.id)" } }
        }
        #expect(events(resumed) == events(pages.dropFirst()))
        // The last place is the end of the log, which what others ask meanwhile lengthens by audit rows alone.
        #expect(resumed.map(\.next).dropLast() == pages.dropFirst().map(\.next).dropLast())
        #expect(resumed.last.map { $0.next == $0.timepoint } == true)
        let snapshot = try #require(try await client.snapshots().first { String($0.timepoint) == city.snapshot })
        let file = try #require(snapshot.files.first { $0.name == "administrative-penalty.csv" })
        let whole = try await client.snapshotFile(file.name, of: snapshot.timepoint)
        #expect(file.available && Int64(whole.count) == file.bytes)
        #expect(try await client.snapshotFile(file.name, of: snapshot.timepoint, from: 100) == whole.dropFirst(100))
        #expect(try await client.datasets()["@type"]?.text == "dcat:Catalog")
        await #expect {
            _ = try await client.changePage(after: Int64.max)
        } throws: { ($0 as? ChengxinProblem)?.code == "timepoint-ahead" }
    }

    @Test("a server that sends the whole file instead of the rest gives no byte twice")
    func clientDownloadWithoutRanges() async throws {
        let url = try #require(URL(string: "https://credit.example"))
        let client = ChengxinClient(
            address: url,
            transport: { request in
                guard request.value(forHTTPHeaderField: "Range") == "bytes=4-", let url = request.url,
                    let answer = HTTPURLResponse(url: url, statusCode: 200, httpVersion: nil, headerFields: [:])
                else { throw Unexpected(what: "no range was asked for") }
                return (Data("beginning".utf8), answer)
            })
        #expect(try await client.snapshotFile("a.csv", of: 1, from: 4) == Data("nning".utf8))
    }

    @Test(
        "the Swift client adds, lists, asks, resumes and ends a watch with a key",
        .timeLimit(.minutes(2)))
    func clientWatches() async throws {
        let platform = try await Platform()
        let folder = platform.folder
        _ = try await platform.ingest(
            try folder.write("r.csv", Invented.registrations(1...2).csv), feed: "registration")
        let made = try await Program.run(
            "account", "add", "bank", "--scope", "watch", "--data", platform.data, in: folder)
        let key = try #require(made.text.split(separator: "\n").last?.split(separator: " ").last)
        let server = try await Server.start(data: platform.data, in: folder)
        let address = try #require(URL(string: "http://127.0.0.1:\(server.port)"))
        let client = ChengxinClient(address: address, key: .init(name: "bank", key: String(key)))
        let watch = try await client.addWatch(
            WatchTarget(kind: "organisation", value: Invented.code(1)), until: "2099-12-31")
        #expect(watch.channel == "feed" && watch.until == "2099-12-31" && watch.secret == nil)
        #expect(try await client.addWatch(watch.target, until: "2099-12-31").id == watch.id)
        #expect(try await client.watches().watches.map(\.id) == [watch.id])
        #expect(try await client.watch(watch.id).target == watch.target)
        #expect(try await client.resumeWatch(watch.id).failing == nil)
        _ = try await platform.ingest(try folder.write("p.csv", Invented.penalties(1...1).csv), feed: "penalty")
        let told = try await client.events(of: watch.id)
        #expect(told.events.map(\.kind) == ["appeared"] && told.events.first?.record?.item == "administrative-penalty")
        #expect(try await client.events(of: watch.id, after: told.through).events.isEmpty)
        try await client.removeWatch(watch.id)
        #expect(try await client.watches().total == 0)
        for key in [nil, ChengxinClient.Key(name: "bank", key: "not the key")] {
            let refused = await #expect(throws: ChengxinProblem.self) {
                _ = try await ChengxinClient(address: address, key: key).watches()
            }
            #expect(refused?.status == 401)
        }
        #expect(try await server.get("/api/v1/watches").header("WWW-Authenticate")?.hasPrefix("Basic") == true)
    }

    @Test("every operation of the client is in the document with its parameters, and the rest is left out on purpose")
    func clientCoverage() throws {
        let document = try OpenAPIDocument()
        let paths = try #require(document.root["paths"] as? [String: [String: Any]])
        var described: [String: Set<String>] = [:]
        for operation in document.operations {
            let entry = paths[operation.path]?[operation.method] as? [String: Any]
            let id = try #require(
                entry?["operationId"] as? String, "\(operation.method) \(operation.path) has no operationId")
            described[id] = Set(
                operation.parameters.filter { $0["in"] as? String == "query" }.compactMap { $0["name"] as? String })
        }
        for (operation, parameters) in ChengxinClient.operations {
            let known = try #require(described[operation], "\(operation) is not in the document")
            #expect(parameters.isSubset(of: known), "\(operation): \(parameters.subtracting(known))")
        }
        // The log has tools of its own, the desk has its pages, departments the command line, OpenRefine its own client.
        #expect(
            Set(described.keys).subtracting(ChengxinClient.operations.keys) == [
                "addCosignatures", "decide", "describeReconciliation", "getBatch", "getCheckpoint", "getDescription",
                "getLogKey",
                "getReview", "getTile", "listDecisions", "listFeeds", "listRejects", "listReportStatuses", "listReview",
                "reconcile",
                "suggestNames", "verifyReport",
            ])
    }
}
