import CreditModel
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that is sent piece by piece. A download that broke off goes on with `Range: bytes=N-`.
struct Download: Sendable {
    private static let piece = 1 << 17
    let path: String
    let file: OpenSnapshot.File
    /// Under which a browser keeps it.
    let name: String

    func response(_ request: Request) throws -> Response {
        let tag = "\"\(file.sha256)\""
        var headers: HTTPFields = [
            .contentType: file.compressed
                ? "application/gzip" : file.format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
            .cacheControl: "no-store", .eTag: tag, .acceptRanges: "bytes",
            .contentDisposition: "attachment; filename=\"\(name)\"",
        ]
        // A beginning that belongs to another file must not be continued with this one.
        let isSame = request.headers[.ifRange].map { $0 == tag } ?? true
        guard isSame, let start = Self.start(request.headers[.range]) else {
            return Response(status: .ok, headers: headers, body: body(from: 0))
        }
        guard start < file.bytes else {
            headers[.contentRange] = "bytes */\(file.bytes)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        headers[.contentRange] = "bytes \(start)-\(file.bytes - 1)/\(file.bytes)"
        return Response(status: .partialContent, headers: headers, body: body(from: start))
    }

    /// `bytes=N-`; any other form of a range is answered by the whole file, as RFC 9110 lets a server do.
    private static func start(_ range: String?) -> Int64? {
        guard let range, range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
        return Int64(range.dropFirst(6).dropLast()).flatMap { $0 >= 0 ? $0 : nil }
    }

    private func body(from start: Int64) -> ResponseBody {
        ResponseBody(contentLength: Int(file.bytes - start)) { writer in
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(start))
            var rest = file.bytes - start
            while rest > 0, let data = try handle.read(upToCount: min(Self.piece, Int(rest))), !data.isEmpty {
                try await writer.write(ByteBuffer(bytes: data))
                rest -= Int64(data.count)
            }
            try await writer.finish(nil)
        }
    }
}
