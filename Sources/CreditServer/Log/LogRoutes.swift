import CreditModel
import CreditServices
import HTTPTypes
import Hummingbird
import NIOCore
import TransparencyLog

/// The public log over HTTP, as C2SP tlog-tiles asks: any client of such logs can read it. Any web server could serve the
/// same files; this one saves a city from having to run one.
struct LogRoutes: Sendable {
    private let log: PublicLog
    private let box: CosignatureBox

    /// - Throws: `LogError.invalidKey` where a witness's key is no cosigner's.
    init(log: PublicLog, witnesses: [NoteVerifier]) throws {
        self.log = log
        box = try CosignatureBox(log: log.key, witnesses: witnesses)
    }

    func add(to router: Router<PortalContext>) {
        router.get("/log/checkpoint", use: checkpoint)
        router.get("/log/key", use: key)
        router.get("/log/tile/**", use: tile)
        router.post("/log/cosignatures", use: cosignature)
    }

    /// Whether an address takes something in; every other address of the server is only read.
    static func takes(_ path: String) -> Bool { path == "/log/cosignatures" }

    @Sendable func checkpoint(_ request: Request, _ context: PortalContext) throws -> Response {
        .bytes(try log.checkpoint().bytes, "text/plain; charset=utf-8", headers: [.cacheControl: "no-store"])
    }

    /// The key with which the log's tree heads are checked, as a signed-note verifier key.
    @Sendable func key(_ request: Request, _ context: PortalContext) -> Response {
        .bytes(Array("\(log.key)\n".utf8), "text/plain; charset=utf-8", headers: [.cacheControl: "no-cache"])
    }

    @Sendable func tile(_ request: Request, _ context: PortalContext) throws -> Response {
        let path = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
        do {
            let tile = try log.tile(path)
            // A full tile never changes; a partial one is superseded and may be let go.
            let caching = tile.isFull ? "public, max-age=31536000, immutable" : "public, max-age=60"
            return .bytes(tile.bytes, "application/octet-stream", headers: [.cacheControl: caching])
        } catch let error as LogError where error.code == .malformed || error.code == .missing {
            throw Problem.notFound(Bilingual(zh: "日志里没有这个文件。", en: "The log has no such file."))
        }
    }

    /// A witness hands in its cosignature of our present tree head.
    @Sendable func cosignature(_ request: Request, _ context: PortalContext) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: 4096)
        } catch is NIOTooManyBytesError {
            throw HTTPError(.contentTooLarge)
        }
        let answer = String(buffer: body)
        do {
            let note = try box.accept(answer, storage: log.storage)
            return .bytes(note.bytes, "text/plain; charset=utf-8", headers: [.cacheControl: "no-store"])
        } catch let error as LogError {
            let refusal: (HTTPResponse.Status, Bilingual)? =
                switch error.code {
                case .malformed:
                    (
                        .badRequest,
                        Bilingual(zh: "请按签名行的格式提交，以换行结尾。", en: "Send signature lines, each with its newline.")
                    )
                case .unsigned:
                    (.forbidden, Bilingual(zh: "本平台没有登记这个见证方的公钥。", en: "No key of this witness is known here."))
                case .invalidSignature:
                    (
                        .conflict,
                        Bilingual(
                            zh: "签名不属于当前的树头，请取最新的 /log/checkpoint 再签。",
                            en:
                                "The signature is not of the present tree head; take /log/checkpoint again and sign that."
                        )
                    )
                case .locked:
                    (.serviceUnavailable, Bilingual(zh: "日志正在更新，请再试一次。", en: "The log is being updated; try again."))
                default: nil
                }
            guard let refusal else { throw error }
            throw Problem(code: "cosignature", status: refusal.0, detail: refusal.1)
        }
    }
}
