import Crypto
import CreditModel
import HTTPTypes
import Hummingbird

/// Lets a reader keep an answer and ask whether it still holds (RFC 9110 section 13): an answer that is the same is not sent again.
///
/// Public answers are `no-cache`: they may be kept, but never shown without asking. So a record whose publication ended, or
/// that was withdrawn a second ago, is never shown from somebody's copy, and the clocks need no say in any cache's arithmetic.
struct Revalidation: RouterMiddleware {
    func handle(_ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response)
        async throws -> Response
    {
        let response = try await next(request, context)
        guard request.method == .get || request.method == .head, response.status == .ok,
            let tag = response.headers[.eTag], let asked = request.headers[.ifNoneMatch],
            Self.matches(tag, asked)
        else { return response }
        var headers: HTTPFields = [.eTag: tag]
        for name in [HTTPField.Name.cacheControl, .vary] { headers[name] = response.headers[name] }
        return Response(status: .notModified, headers: headers)
    }

    /// Compared weakly, as `If-None-Match` asks: a proxy that compresses marks a tag with `W/`.
    static func matches(_ tag: String, _ asked: String) -> Bool {
        if asked.trimmingBlanks == "*" { return true }
        func strong(_ tag: String) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...] }
        return asked.split(separator: ",").contains { strong($0.trimmingBlanks) == strong(tag) }
    }

    /// A strong tag: equal bytes, equal tag. 128 bits, so that nobody can make two answers of one tag by trying.
    static func tag(_ bytes: [UInt8]) -> String {
        "\"" + Hexadecimal.text(SHA256.hash(data: bytes).prefix(16)) + "\""
    }
}

extension StringProtocol {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
