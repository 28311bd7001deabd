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
        router.get("/reports/disclose", use: chooseParts)
        router.post("/reports/disclose", use: leaveOut)
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

    static func takes(_ path: String) -> Bool { path == "/verify" || path == "/reports/disclose" }
    static func takesOnly(_ path: String) -> Bool { path == "/api/v1/reports" || path == "/api/v1/reports/verify" }
    /// Whether an answer may depend on more than what the store holds.
    static func isAlwaysNew(_ path: String) -> Bool {
        path.hasPrefix("/verify") || path.hasPrefix("/api/v1/reports") || path.hasPrefix("/.well-known") || path.contains("/report.")
    }
    static let mostBytes = 8 << 20

    // MARK: handing out

    @Sendable func pdf(_ request: Request, _ context: PortalContext) async throws -> Response {
        let asked = try await asked(request, context)
        if request.method == .head { return try await head(asked, Self.pdfType) }
        return try await issue(asked, asPDF: true)
    }

    @Sendable func json(_ request: Request, _ context: PortalContext) async throws -> Response {
        let asked = try await asked(request, context)
        if request.method == .head { return try await head(asked, Self.jsonType) }
        return try await issue(asked, asPDF: false)
    }

    private static let pdfType = "application/pdf"
    private static let jsonType = "application/json; charset=utf-8"

    /// A HEAD must not issue a report, and says what a GET would.
    private func head(_ asked: ReportRequest, _ type: String) async throws -> Response {
        do { try await issuer.preview(asked) } catch let error as DocumentError {
            throw Self.problem(error, isPublic: asked.asker.standing == .public)
        }
        return Response(status: .ok, headers: [.contentType: type, .cacheControl: "no-store"])
    }

    private func issue(_ asked: ReportRequest, asPDF: Bool) async throws -> Response {
        do {
            if asPDF {
                let (document, pdf) = try await issuer.issuePages(asked)
                return Self.answer(pdf, document, asPDF: true)
            }
            let document = try await issuer.issue(asked)
            return Self.answer(document.json, document, asPDF: false)
        } catch let error as DocumentError {
            throw Self.problem(error, isPublic: asked.asker.standing == .public)
        }
    }

    private static func answer(_ bytes: [UInt8], _ document: IssuedDocument, asPDF: Bool) -> Response {
        let name = "\(document.report.number).\(asPDF ? "pdf" : "json")"
        return .bytes(
            bytes, asPDF ? pdfType : jsonType,
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
    private func asked(_ request: Request, _ context: PortalContext) async throws -> ReportRequest {
        let raw = context.parameters.get("code") ?? ""
        func value(_ name: String) -> String? { QueryString.value(name, in: request).flatMap { $0.isEmpty ? nil : $0 } }
        return try await self.request(
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

    private func request(_ body: Body, _ request: Request, source: String) async throws -> ReportRequest {
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
        let period: ClosedRange<Day>?
        do {
            period = try CertificatePeriod(
                today: portal.clock().day, maximumMonths: portal.catalogue.reports.certificate.maximumMonths
            ).days(from: try day(body.from, "from"), to: try day(body.to, "to"))
        } catch let error as DocumentError { throw Self.problem(error, isPublic: true) }
        let asker: ReportAsker
        do {
            asker = try askers.asker(
                of: request, about: body.subject, basis: body.basis.map { String($0.unicodeScalars.prefix(200)) })
        } catch {
            // Whoever tries keys leaves a trace (RIGHTS 15).
            if error.status == .unauthorized { try await issuer.refuseKey(source: source) }
            throw error
        }
        return ReportRequest(
            subject: String(body.subject.unicodeScalars.prefix(100)), kind: kind, language: language,
            purpose: body.purpose ?? "", asker: asker, period: period, fields: body.fields ?? [], source: source)
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
        var response = try await issue(
            try await self.request(body, request, source: "api"),
            asPDF: request.headers[.accept]?.contains("application/pdf") == true)
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

    private func write(_ standing: ReportStanding, into json: inout JSONWriter) {
        json.field("number", standing.report.number)
        json.field("issued_at", standing.report.issuedAt.description)
        json.field("status", "\(standing.status)")
        // Whoever has only the number of a report that showed more than the public sees learns no more than whether it holds.
        guard standing.report.audience == .public else { return }
        json.field("kind", standing.report.kind.rawValue)
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
