import CreditCatalogue
import CreditDocuments
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TransparencyLog

/// Reports over HTTP: asked for, downloaded, checked.
struct ReportRoutes: Sendable {
    let portal: Portal
    let issuer: ReportIssuer
    let askers: ReportAskers

    func add(to router: Router<PortalContext>) {
        router.get("/reports", use: choose)
        router.get("/o/:code/report.pdf", use: pdf)
        router.get("/o/:code/report.json", use: json)
        router.get("/verify", use: verify)
        router.post("/verify", use: upload)
        router.get("/verify/:number", use: verifyNumber)
        router.get("/.well-known/jwks.json", use: keys)
        let group = router.group("api/v1/reports")
        group.post("", use: post)
        group.get("status", use: status)
        group.post("verify", use: check)
        group.get(":number", use: standing)
    }

    static func takes(_ path: String) -> Bool { path == "/verify" }
    static func takesOnly(_ path: String) -> Bool { path == "/api/v1/reports" || path == "/api/v1/reports/verify" }
    /// Whether an answer may depend on more than what the store holds.
    static func isAlwaysNew(_ path: String) -> Bool {
        path.hasPrefix("/verify") || path.hasPrefix("/api/v1/reports") || path.hasPrefix("/.well-known") || path.contains("/report.")
    }
    static let mostBytes = 8 << 20

    // MARK: handing out

    @Sendable func pdf(_ request: Request, _ context: PortalContext) async throws -> Response {
        // A HEAD must not issue a report.
        if request.method == .head { return Response(status: .ok, headers: [.contentType: Self.pdfType]) }
        let document = try await issue(try asked(request, context))
        return try await answer(document, asPDF: true, isDownload: true)
    }

    @Sendable func json(_ request: Request, _ context: PortalContext) async throws -> Response {
        if request.method == .head { return Response(status: .ok, headers: [.contentType: Self.jsonType]) }
        let document = try await issue(try asked(request, context))
        return try await answer(document, asPDF: false, isDownload: true)
    }

    private static let pdfType = "application/pdf"
    private static let jsonType = "application/json; charset=utf-8"

    private func issue(_ request: ReportRequest) async throws -> IssuedDocument {
        do { return try await issuer.issue(request) } catch let error as DocumentError {
            throw Self.problem(error, isPublic: request.asker.standing == .public)
        }
    }

    private func answer(_ document: IssuedDocument, asPDF: Bool, isDownload: Bool) async throws -> Response {
        let bytes: [UInt8]
        do { bytes = asPDF ? try await issuer.pdf(of: document) : document.json } catch let error as DocumentError {
            throw Self.problem(error, isPublic: true)
        }
        let name = "\(document.report.number).\(asPDF ? "pdf" : "json")"
        return .bytes(
            bytes, asPDF ? Self.pdfType : Self.jsonType,
            headers: [
                .cacheControl: "no-store", .contentDisposition: "attachment; filename=\"\(name)\"",
                .location: "/verify/\(document.report.number)",
            ])
    }

    static func problem(_ error: DocumentError, isPublic: Bool) -> Problem {
        switch error.code {
        case .unknownSubject: Problem(code: "not-found", status: .notFound, detail: error.words)
        case .wrongPurpose: Problem(code: "bad-parameter", status: .badRequest, detail: error.words)
        case .notAllowed where isPublic: Problem(code: "sign-in", status: .unauthorized, detail: error.words)
        case .notAllowed: Problem(code: "refused", status: .forbidden, detail: error.words)
        case .busy, .noKey: Problem(code: "busy", status: .serviceUnavailable, detail: error.words)
        case .malformed, .invalid, .badRequest: Problem(code: "bad-request", status: .badRequest, detail: error.words)
        default:
            Problem(
                code: "fault", status: .internalServerError,
                detail: Bilingual(zh: "报告没有画成，请稍后再试。", en: "The report could not be drawn; please try again later."))
        }
    }

    /// A request as an address states it.
    private func asked(_ request: Request, _ context: PortalContext) throws -> ReportRequest {
        let raw = context.parameters.get("code") ?? ""
        func value(_ name: String) -> String? { QueryString.value(name, in: request).flatMap { $0.isEmpty ? nil : $0 } }
        return try self.request(
            Body(
                subject: raw.removingPercentEncoding ?? raw, kind: value("kind"), language: value("lang"),
                purpose: value("purpose"), basis: value("basis"), from: value("from"), to: value("to"),
                fields: value("fields")?.split(separator: ",").map(String.init)), request, source: "portal")
    }

    struct Body: Decodable {
        let subject: String
        let kind: String?
        let language: String?
        let purpose: String?
        let basis: String?
        let from: String?
        let to: String?
        let fields: [String]?
    }

    private func request(_ body: Body, _ request: Request, source: String) throws -> ReportRequest {
        guard let kind = ReportKind(rawValue: body.kind ?? "full") else {
            throw Problem.badParameter("kind", Bilingual(zh: "full 或者 no-violation。", en: "full or no-violation."))
        }
        guard let language = Language(rawValue: body.language ?? Preferences(request).language.rawValue) else {
            throw Problem.badParameter("language", Bilingual(zh: "zh 或者 en。", en: "zh or en."))
        }
        func day(_ text: String?, _ name: String) throws -> Day? {
            guard let text else { return nil }
            guard let day = Day(iso: text) else {
                throw Problem.badParameter(name, Bilingual(zh: "请写成 2026-03-05。", en: "a day written 2026-03-05."))
            }
            return day
        }
        var period: ClosedRange<Day>?
        let (from, to) = (try day(body.from, "from"), try day(body.to, "to"))
        if from != nil || to != nil {
            let today = portal.clock().day
            let (first, last) = (from ?? today.adding(months: -36), to ?? today)
            guard first <= last else {
                throw Problem.badParameter("from", Bilingual(zh: "不能晚于 to。", en: "is after `to`."))
            }
            period = first...last
        }
        return ReportRequest(
            subject: String(body.subject.unicodeScalars.prefix(100)), kind: kind, language: language,
            purpose: body.purpose ?? "",
            asker: try askers.asker(
                of: request, about: body.subject, basis: body.basis.map { String($0.unicodeScalars.prefix(200)) }),
            period: period, fields: body.fields ?? [], source: source)
    }

    /// `POST /api/v1/reports`: the signed JSON, or the PDF where that is what the caller accepts.
    @Sendable func post(_ request: Request, _ context: PortalContext) async throws -> Response {
        let bytes = try await request.body.collect(upTo: 1 << 16)
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(bytes.readableBytesView)) else {
            throw Problem(
                code: "bad-request", status: .badRequest,
                detail: Bilingual(
                    zh: "请求体应为 {\"subject\":\"统一社会信用代码\",\"purpose\":\"…\"}。",
                    en: "The body is {\"subject\":\"a code\",\"purpose\":\"…\"}."))
        }
        let document = try await issue(try self.request(body, request, source: "api"))
        var response = try await answer(
            document, asPDF: request.headers[.accept]?.contains("application/pdf") == true, isDownload: false)
        response.status = .created
        response.headers[.vary] = "Accept"
        return response
    }

    // MARK: for programs that check

    @Sendable func keys(_ request: Request, _ context: PortalContext) throws -> Response {
        do {
            return .bytes(
                try issuer.signer().keys.json, "application/jwk-set+json",
                headers: [.cacheControl: "public, max-age=300", .accessControlAllowOrigin: "*"])
        } catch let error as DocumentError { throw Self.problem(error, isPublic: true) }
    }

    @Sendable func status(_ request: Request, _ context: PortalContext) async throws -> Response {
        .bytes(
            Array(try await issuer.statusList().utf8), "application/statuslist+jwt",
            headers: [.cacheControl: "public, max-age=60", .accessControlAllowOrigin: "*"])
    }

    @Sendable func standing(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let standing = try await issuer.standing(context.parameters.get("number") ?? "") else { throw Self.unknown }
        var json = JSONWriter()
        json.object { json in write(standing, into: &json) }
        return .bytes(json.bytes, Self.jsonType, headers: [.cacheControl: "no-store"])
    }

    static let unknown = Problem.notFound(
        Bilingual(zh: "没有出具过这个编号的报告。", en: "No report with this number was ever issued."))

    private func write(_ standing: ReportIssuer.Standing, into json: inout JSONWriter) {
        json.field("number", standing.report.number)
        json.field("kind", standing.report.kind.rawValue)
        json.field("issued_at", standing.report.issuedAt.description)
        json.field("status", "\(standing.status)")
        json.field("sha256", Hexadecimal.text(standing.report.digest))
        json.array("changed") { json in standing.changed.forEach { json.value($0.record.description) } }
        json.field("newer_records", standing.newer.count)
    }

    /// `POST /api/v1/reports/verify`: a JSON or a PDF is checked, and how it stands now is told with it.
    @Sendable func check(_ request: Request, _ context: PortalContext) async throws -> Response {
        let bytes = try await request.body.collect(upTo: Self.mostBytes)
        var json = JSONWriter()
        do {
            let report = try await verified(Array(bytes.readableBytesView))
            let standing = try await issuer.standing(report.number)
            json.object { json in
                json.field("valid", true)
                json.field("withheld", report.withheld)
                json.field("proved", report.proved)
                json.key("report")
                if let standing { json.object { json in write(standing, into: &json) } } else { json.null() }
            }
        } catch let error as DocumentError where error.code == .invalid || error.code == .malformed {
            json.object { json in
                json.field("valid", false)
                json.field("reason", error.detail)
            }
        }
        return .bytes(json.bytes, Self.jsonType, headers: [.cacheControl: "no-store"])
    }

    func verified(_ bytes: [UInt8]) async throws -> ReportVerifier.Verified {
        let verifier = ReportVerifier(keys: try issuer.signer().keys, log: issuer.log.key)
        return try verifier.verify(document: bytes)
    }
}
