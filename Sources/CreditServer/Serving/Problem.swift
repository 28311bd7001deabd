import CreditModel
import HTTPTypes
import Hummingbird
import NIOCore

/// Something the caller can mend. Leaves as an RFC 9457 problem document from the API and as a page from the portal.
struct Problem: Error {
    /// Last part of the type's address `/problems/…`, documented in docs/problems.md.
    let code: String
    let status: HTTPResponse.Status
    let detail: Bilingual
    /// Set where a record was withdrawn: the portal explains it on a page of its own.
    var withdrawal: Withdrawal?

    static func notFound(_ detail: Bilingual) -> Problem {
        Problem(code: "not-found", status: .notFound, detail: detail)
    }
    static func gone(_ detail: Bilingual) -> Problem { Problem(code: "gone", status: .gone, detail: detail) }
    static func badParameter(_ name: String, _ detail: Bilingual) -> Problem {
        Problem(
            code: "bad-parameter", status: .badRequest,
            detail: Bilingual(zh: "参数 \(name)：\(detail.zh)", en: "Parameter \(name): \(detail.en)"))
    }

    static let titles: [String: Bilingual] = [
        "not-found": Bilingual(zh: "没有找到", en: "Not found"),
        "gone": Bilingual(zh: "已停止公示", en: "No longer shown"),
        "bad-parameter": Bilingual(zh: "参数需要修改", en: "A parameter needs to change"),
        "method-not-allowed": Bilingual(zh: "此地址不支持这种请求方式", en: "This address does not take that method"),
        "too-large": Bilingual(zh: "请求太大", en: "The request is too large"),
        "sign-in": Bilingual(zh: "需要登录", en: "Sign in"),
        "other-site": Bilingual(zh: "表单来自别的网站", en: "The form came from another site"),
        "watch": Bilingual(zh: "关注没有设成", en: "The watch was not made"),
        "watch-too-many": Bilingual(zh: "关注太多", en: "Too many watches"),
        "refused": Bilingual(zh: "规则不允许", en: "The rules do not allow it"),
        "too-many-requests": Bilingual(zh: "请求太频繁", en: "Too many requests"),
        "proof-pending": Bilingual(zh: "证明正在生成", en: "The proof is being made"),
        "cosignature": Bilingual(zh: "见证签名没有收下", en: "The cosignature was not taken"),
        "bad-request": Bilingual(zh: "请求无法读懂", en: "The request cannot be read"),
        "timepoint-ahead": Bilingual(zh: "时间点还没有到", en: "The timepoint has not come yet"),
        "snapshot-withheld": Bilingual(zh: "这个文件不再提供", en: "The file is no longer handed out"),
        "wrong-scope": Bilingual(zh: "密钥不是用在这里的", en: "The key is for something else"),
        "busy": Bilingual(zh: "暂时办不了", en: "Not possible at this moment"),
        "fault": Bilingual(zh: "我们这边出了问题", en: "Something went wrong on our side"),
    ]

    func response(_ language: Language) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.field("type", "/problems/\(code)")
            json.field("title", (Self.titles[code] ?? Bilingual(zh: code, en: code))[language])
            json.field("status", Int(status.code))
            json.field("detail", detail[language])
        }
        return .bytes(json.bytes, "application/problem+json; charset=utf-8", status: status)
    }
}

extension Response {
    static func bytes(_ bytes: [UInt8], _ type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:])
        -> Response
    {
        var fields = headers
        fields[.contentType] = type
        if status == .ok, fields[.cacheControl] == "no-cache" { fields[.eTag] = Revalidation.tag(bytes) }
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func html(_ page: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        // Terms end on their day and words follow the reader's language, so a shared copy must ask again.
        .bytes(
            page, "text/html; charset=utf-8", status: status,
            headers: [.cacheControl: "no-cache", .vary: "Accept-Language, Cookie"])
    }

    static func json(_ json: JSONWriter, status: HTTPResponse.Status = .ok) -> Response {
        .bytes(json.bytes, "application/json; charset=utf-8", status: status, headers: [.cacheControl: "no-cache"])
    }
}
