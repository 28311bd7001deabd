import CZlib
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import CreditServer

@Suite struct CompressionTests {
    private func request(_ accepted: String?) -> Request {
        var fields: HTTPFields = [:]
        fields[.acceptEncoding] = accepted
        return Request(
            head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/", headerFields: fields),
            body: RequestBody(buffer: ByteBuffer()))
    }

    @Test(
        "gzip is sent to those who take it",
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("br, gzip;q=0.5", true), ("gzip;q=0", false), ("GZIP", true),
            ("*", true), ("*;q=0", false), ("identity", false), ("gzip;q=0, *", false), ("deflate, gzip ; q=1.0", true),
            ("gzip;q=x", true), ("xgzip", false),
        ] as [(String?, Bool)])
    func accepted(words: String?, isTaken: Bool) {
        #expect(Compression.takesGzip(request(words)) == isTaken)
    }

    @Test("What is packed unpacks to the same bytes; equal bytes are packed equally; noise is left alone")
    func unpacked() throws {
        var seed: UInt64 = 20_261_126
        func next() -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return seed >> 33
        }
        for size in [600, 5000, 70_000, 1_000_000] {
            let words = ["行政处罚", "organisation", "示例科技有限公司", "2026-03-05", "\"code\":"]
            var text = ""
            while text.utf8.count < size { text += words[Int(next() % 5)] }
            let plain = ByteBuffer(string: text)
            let packed = try #require(Compression.gzip(plain))
            #expect(packed == Compression.gzip(plain))
            #expect(packed.readableBytes < plain.readableBytes / 3)
            #expect(try unpack(packed, size: plain.readableBytes) == plain)
        }
        let noise = ByteBuffer(bytes: (0..<5000).map { _ in UInt8(truncatingIfNeeded: next()) })
        #expect(Compression.gzip(noise) == nil)
    }

    private func unpack(_ packed: ByteBuffer, size: Int) throws -> ByteBuffer {
        var (input, output) = (Array(packed.readableBytesView), [UInt8](repeating: 0, count: size + 1))
        var stream = z_stream()
        try #require(inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        let end = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
                return inflate(&stream, Z_FINISH)
            }
        }
        try #require(end == Z_STREAM_END)
        return ByteBuffer(bytes: output.prefix(Int(stream.total_out)))
    }
}
