import ChengxinClient
import Foundation
import FoundationNetworking
import Synchronization
import TestSupport
import Testing

/// The library for Swift programs, against the running server.
extension Served {
    private var client: ChengxinClient {
        get throws { ChengxinClient(address: try #require(URL(string: "http://127.0.0.1:\(city.server.port)")), language: "en") }
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
                        url: url, statusCode: status, httpVersion: nil, headerFields: ["Retry-After": "3", "ETag": "\"a\""])
                else { throw Unexpected(what: "no answer") }
                return (Data((late ? "{\"type\":\"/problems/too-many-requests\"}" : "{\"edition\":\"x\"}").utf8), answer)
            }, sleep: { duration in slept.withLock { $0.append(duration) } })
        #expect(try await client.catalogue()["edition"]?.text == "x")
        #expect(slept.withLock { $0 } == [.seconds(3), .seconds(3)])
        #expect(try await client.catalogue()["edition"]?.text == "x")
        #expect(asked.withLock { $0.last } == "\"a\"")
        await #expect {
            _ = try await client.catalogue()
        } throws: { ($0 as? ChengxinProblem)?.code == "too-many-requests" }
    }

    @Test("what the client says it covers is in the document, and the rest is left out on purpose")
    func clientCoverage() throws {
        let text = try String(contentsOfFile: Program.repository + "/API/openapi.yaml", encoding: .utf8)
        let all = Set(text.matches(of: /operationId: ([A-Za-z]+)/).map { String($0.1) })
        #expect(ChengxinClient.operations.isSubset(of: all))
        // The log has tools of its own, the desk has its pages, departments have the command line; the others may follow.
        for needed in ["searchSubjects", "getSubject", "listRecords", "getRecord", "getProof", "match"] {
            #expect(ChengxinClient.operations.contains(needed))
        }
        print("the client covers \(ChengxinClient.operations.count) of \(all.count) operations; not: \(all.subtracting(ChengxinClient.operations).sorted().joined(separator: ", "))")
    }
}
