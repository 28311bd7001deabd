import CZlib
import HTTPTypes
import Hummingbird
import NIOCore

/// Sends text packed with gzip to a client that takes it (RFC 9110 section 8.4): about a quarter of the bytes of a page.
///
/// Stands behind `AnswerCache`, so that an answer that is kept is packed once. Only what is the same for everybody is packed:
/// where a secret and a stranger's text stand in one answer, its packed length would tell of the secret (BREACH, CVE-2013-3587).
struct Compression: RouterMiddleware {
    /// Below, the header fields weigh more than what is saved.
    private static let least = 600
    /// Above, answers are downloads that are sent as they come.
    private static let most = 4 << 20

    func handle(_ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response)
        async throws -> Response
    {
        var response = try await next(request, context)
        guard request.method == .get, request.headers[.authorization] == nil, response.status == .ok,
            Self.isPublic(response.headers[.cacheControl]), let type = response.headers[.contentType], Self.isText(type),
            response.headers[.contentEncoding] == nil, let length = response.body.contentLength, (Self.least...Self.most).contains(length)
        else { return response }
        // Said in the plain answer, too: a shared copy of it is not for one who takes the packed one.
        response.headers[.vary] = response.headers[.vary].map { "\($0), Accept-Encoding" } ?? "Accept-Encoding"
        guard Self.takesGzip(request) else { return response }
        let collected = Collected()
        try await response.body.write(Collector(collected: collected))
        guard let packed = Self.gzip(collected.buffer) else { return response }
        var headers = response.headers
        headers[.contentEncoding] = "gzip"
        headers[.contentLength] = String(packed.readableBytes)
        // Other bytes of the same meaning: the tag compares weakly (RFC 9110 section 8.8.1).
        if let tag = headers[.eTag], !tag.hasPrefix("W/") { headers[.eTag] = "W/" + tag }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: packed))
    }

    private static func isPublic(_ control: String?) -> Bool { control == "no-cache" || control?.hasPrefix("public") == true }

    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type.hasPrefix("application/json") || type.hasPrefix("application/") && type.contains("+json")
            || type.hasPrefix("image/svg") || type.hasPrefix("application/atom+xml")
    }

    /// `gzip` or `*` with a weight above nothing.
    static func takesGzip(_ request: Request) -> Bool {
        guard let accepted = request.headers[.acceptEncoding] else { return false }
        var star = false
        for part in accepted.split(separator: ",") {
            let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let name = words.first else { continue }
            let weight = words.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if name == "gzip" { return weight > 0 }
            if name == "*" { star = weight > 0 }
        }
        return star
    }

    /// One member of gzip (RFC 1952), without time or name, so that equal bytes stay equal; nil where it would not be smaller.
    static func gzip(_ plain: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        // 15 bits of window, 16 more for gzip's frame; level 5 is where text stops to shrink for its time.
        guard
            deflateInit2_(
                &stream, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        let size = plain.readableBytes
        var packed = ByteBufferAllocator().buffer(capacity: size)
        let isDone = plain.withUnsafeReadableBytes { input in
            packed.withUnsafeMutableWritableBytes { output in
                stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(size)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        guard isDone else { return nil }
        packed.moveWriterIndex(forwardBy: Int(stream.total_out))
        return packed
    }

    /// The bytes of a body that was made whole.
    private final class Collected {
        var buffer = ByteBuffer()
    }

    private struct Collector: ResponseBodyWriter {
        let collected: Collected
        mutating func write(_ buffer: ByteBuffer) async throws {
            var buffer = buffer
            if collected.buffer.readableBytes == 0 { collected.buffer = buffer } else { collected.buffer.writeBuffer(&buffer) }
        }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
