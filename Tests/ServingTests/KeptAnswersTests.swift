import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import CreditServer

@Suite("answers are kept in two rooms until something changes")
struct KeptAnswersTests {
    private static let headers: HTTPFields = [.eTag: "\"1\"", .contentType: "application/json", .cacheControl: "no-cache"]

    /// A page of some 16 kB that packs well, different for each number.
    private static func answer(_ number: Int, _ headers: HTTPFields = headers) -> Response {
        let text = (0..<200).map { "{\"record\":\"\(number)-\($0)\",\"authority\":\"示例市市场监督管理局\",\"state\":\"shown\"}" }.joined(separator: ",")
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static func bytes(_ response: Response?) async throws -> ByteBuffer? { try await response?.body.collected() }

    @Test("what is kept is found at its moment alone, with its own bytes and headers")
    func moments() async throws {
        let kept = KeptAnswers<String, Int>(Meter())
        try await kept.keep(Self.answer(1), for: "/o/1", 7)
        let found = try #require(kept.find("/o/1", 7))
        #expect(found.headers == Self.answer(1).headers)
        #expect(try await Self.bytes(found) == Self.bytes(Self.answer(1)))
        #expect(kept.find("/o/2", 7) == nil)
        #expect(kept.find("/o/1", 8) == nil)
        // A new moment empties both rooms, and what was worked out for the old one is not kept for it.
        try await kept.keep(Self.answer(2), for: "/o/2", 8)
        #expect(kept.find("/o/1", 7) == nil)
        #expect(kept.find("/o/1", 8) == nil)
    }

    @Test("asked for twice, an answer outlives as it was many that are asked for once; asked for once, it does not")
    func rooms() async throws {
        let meter = Meter()
        let kept = KeptAnswers<String, Int>(meter, mostBytes: 1 << 20)
        for number in [1, 2] { try await kept.keep(Self.answer(number), for: "/o/\(number)", 7) }
        try await kept.keep(Self.answer(1), for: "/o/1", 7)
        // Five times as much as the room of plain answers holds.
        for number in 1000..<1120 { try await kept.keep(Self.answer(number), for: "/o/\(number)", 7) }
        let found = try #require(kept.find("/o/1", 7))
        #expect(try await Self.bytes(found) == Self.bytes(Self.answer(1)))
        // The length that a client is told is the plain one.
        #expect(found.headers[.contentLength] == Self.answer(1).headers[.contentLength])
        #expect(found.headers[.eTag] == "\"1\"")
        #expect(kept.find("/o/2", 7) == nil)
        #expect(kept.find("/o/1000", 7) == nil)
        #expect(meter.text(leaves: 0).contains("chengxin_kept_answers_evictions_total 1"))
    }

    @Test("popularity outlives a change: what was asked for before is packed the next time")
    func popularity() async throws {
        let kept = KeptAnswers<String, Int>(Meter(), mostBytes: 1 << 20)
        try await kept.keep(Self.answer(1), for: "/o/1", 7)
        try await kept.keep(Self.answer(1), for: "/o/1", 8)
        for number in 1000..<1120 { try await kept.keep(Self.answer(number), for: "/o/\(number)", 8) }
        #expect(try await Self.bytes(kept.find("/o/1", 8)) == Self.bytes(Self.answer(1)))
    }

    @Test("an answer that was packed for its client is kept as it was sent")
    func packedForClient() async throws {
        var headers = Self.headers
        headers[.contentEncoding] = "gzip"
        let answer = Self.answer(1, headers)
        let packed = try #require(try await KeptAnswers<String, Int>.Packed(answer))
        guard case .ready(let bytes) = packed.body else {
            Issue.record("packed twice")
            return
        }
        #expect(try await Self.bytes(answer) == bytes)
        #expect(try await Self.bytes(packed.response) == bytes)
    }

    @Test("packed bytes come back exactly, whatever they are", arguments: [0, 1, 2, 100, 16_384, 1 << 20])
    func packing(count: Int) throws {
        var random = SystemRandomNumberGenerator()
        let noise = ByteBuffer(bytes: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        // Noise does not pack; where it is said to, it comes back.
        if let packed = PackedBytes(noise) { #expect(packed.plain == noise) }
        let words = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7 % 11) })
        let packed = PackedBytes(words)
        #expect(packed == nil || packed?.plain == words)
        if count >= 100 { #expect((packed?.count ?? .max) < count) }
    }

    @Test("generations: the older goes when the younger is half of all, what is asked for again moves over")
    func generations() {
        var kept = Generations<Int, String>(most: 100)
        for number in 0..<5 { #expect(kept.add("a\(number)", for: number, weight: 10).isEmpty) }
        #expect(kept.find(0) == "a0")
        #expect(kept.add("b", for: 5, weight: 10).isEmpty)
        // 0 is asked for again and moves to the younger; the others stay behind.
        #expect(kept.find(0) == "a0")
        for number in 6..<9 { #expect(kept.add("c", for: number, weight: 10).isEmpty) }
        let gone = kept.add("d", for: 9, weight: 10)
        #expect(Set(gone.keys) == [1, 2, 3, 4])
        #expect(kept.find(1) == nil)
        #expect(kept.find(0) == "a0")
        // A value that takes the place of another weighs once.
        for _ in 0..<50 { #expect(kept.add("e", for: 9, weight: 10).isEmpty || kept.find(0) != nil) }
    }
}
