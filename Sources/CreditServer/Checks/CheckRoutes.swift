import CreditCatalogue
import CreditDocuments
import CreditModel
import CreditRegistry
import CreditServices
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Checks of many organisations over HTTP: the page `/check` for people, `POST /api/v1/checks` for programs.
///
/// Nothing that was sent is kept: whoever wants the result in another form sends it again, and each time is a row of the audit.
struct CheckRoutes: Sendable {
    let portal: Portal
    let check: OrganisationCheck
    let holders: KeyHolders

    static let page = "/check"
    static let api = "/api/v1/checks"
    private static let publicBytes = 4 << 20
    private static let mostBytes = 16 << 20
    static let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    func add(to router: Router<PortalContext>) {
        router.get("/check", use: form)
        router.post("/check", use: submit)
        let group = router.group("api/v1")
        group.post("checks", use: post)
    }

    /// Who asks, and what may be sent.
    /// - Throws: `Problem` 401 for a key that does not count, 403 for one that is not for checks.
    func asker(of request: Request) throws -> CheckAsker {
        guard let holder = try holders.holder(of: request) else { return .anybody }
        guard holder.grant.allows(.check), holder.actor != CheckAsker.anybody.actor else {
            throw Problem(
                code: "refused", status: .forbidden,
                detail: Bilingual(zh: "这个密钥不能用于批量核对。", en: "This key is not for batch checks."))
        }
        return CheckAsker(holder.actor)
    }

    func body(_ request: Request, _ asker: CheckAsker) async throws -> [UInt8] {
        Array(try await request.body.collect(upTo: asker.isPublic ? Self.publicBytes : Self.mostBytes).readableBytesView)
    }

    static func digest(_ bytes: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: bytes)) }

    static func problem(_ error: CheckError) -> Problem {
        switch error.code {
        case .wrongPurpose, .wrongPeriod: Problem(code: "bad-parameter", status: .badRequest, detail: error.words)
        case .tooManyRows: Problem(code: "too-large", status: .contentTooLarge, detail: error.words)
        default: Problem(code: "bad-request", status: .badRequest, detail: error.words)
        }
    }

    // MARK: For programs

    private struct Body: Decodable {
        struct Row: Decodable {
            let name: String?
            let code: String?
        }
        let purpose: String?
        let basis: String?
        let years: Int?
        let rows: [Row]
    }

    @Sendable func post(_ request: Request, _ context: PortalContext) async throws -> Response {
        let asker = try asker(of: request)
        let bytes = try await body(request, asker)
        let page = Page(portal, request)
        do {
            let asked = try asked(bytes, request, asker, page)
            let result = try await check.perform(asked)
            return try Self.answer(
                result, request.headers[.accept] ?? "", catalogue: portal.catalogue, base: page.absolute(""))
        } catch let error as CheckError {
            throw Self.problem(error)
        } catch let error as DocumentError {
            throw ReportRoutes.problem(error, isPublic: true)
        }
    }

    private func asked(_ bytes: [UInt8], _ request: Request, _ asker: CheckAsker, _ page: Page) throws -> CheckRequest {
        var purpose = page.parameter("purpose", limit: 60)
        var basis = page.parameter("basis")
        var years = page.parameter("years").map { Int($0) ?? 0 }
        let sheet: CheckSheet
        if request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? true {
            let body: Body
            do { body = try JSONDecoder().decode(Body.self, from: Data(bytes)) } catch {
                throw Problem(
                    code: "bad-request", status: .badRequest,
                    detail: Bilingual(
                        zh: "请求体应为 {\"purpose\":\"bidding\",\"rows\":[{\"name\":\"…\",\"code\":\"…\"}]}，或者 CSV、XLSX 表格。",
                        en: "The body is {\"purpose\":\"bidding\",\"rows\":[{\"name\":\"…\",\"code\":\"…\"}]}, or a table as CSV or XLSX."))
            }
            (purpose, basis, years) = (body.purpose ?? purpose, body.basis ?? basis, body.years ?? years)
            sheet = CheckSheet(
                rows: body.rows.map { ($0.name, $0.code) }, mostRows: asker.mostRows(portal.catalogue.reports.check),
                language: page.language)
        } else {
            sheet = try check.sheet(bytes: bytes, name: "", asker: asker)
        }
        return CheckRequest(
            sheet: sheet, purpose: purpose ?? "", basis: basis.map { String($0.unicodeScalars.prefix(200)) },
            since: try check.since(years: years), language: page.language, asker: asker, digest: Self.digest(bytes),
            source: "api")
    }

    static func answer(_ result: CheckResult, _ accept: String, catalogue: Catalogue, base: String) throws -> Response {
        var response: Response
        if accept.contains(xlsx) {
            response = .bytes(
                try CheckWorkbook(result, catalogue: catalogue, base: base).bytes(), xlsx,
                headers: [.contentDisposition: "attachment; filename=\"\(fileName(result)).xlsx\""])
        } else if accept.contains("text/csv") {
            response = .bytes(
                CheckCSV(result, catalogue: catalogue, base: base).bytes, "text/csv; charset=utf-8",
                headers: [.contentDisposition: "attachment; filename=\"\(fileName(result)).csv\""])
        } else {
            var json = JSONWriter(capacity: 1 << 16)
            CheckJSON(base: base).write(result, into: &json)
            response = .bytes(json.bytes, "application/json; charset=utf-8")
        }
        response.headers[.cacheControl] = "no-store"
        response.headers[.vary] = "Accept, Accept-Language, Cookie"
        return response
    }

    private static func fileName(_ result: CheckResult) -> String { "check-\(result.asked.today)" }
}
