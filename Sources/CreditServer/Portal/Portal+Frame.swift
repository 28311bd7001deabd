import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird

extension Portal {
    // MARK: assets

    @Sendable func styles(_ request: Request, _ context: PortalContext) -> Response {
        asset(assets.styles, "text/css; charset=utf-8", request)
    }
    @Sendable func script(_ request: Request, _ context: PortalContext) -> Response {
        asset(assets.script, "text/javascript; charset=utf-8", request)
    }
    @Sendable func emblem(_ request: Request, _ context: PortalContext) -> Response {
        asset(assets.emblem, "image/svg+xml", request)
    }

    private func asset(_ bytes: [UInt8], _ type: String, _ request: Request) -> Response {
        let isVersioned = request.uri.queryParameters["v"] != nil
        return .bytes(
            bytes, type,
            headers: [.cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "public, max-age=3600"])
    }

    // MARK: display

    /// Sets a display option and goes back. Only to a path of this site: an address elsewhere would be an open redirect.
    @Sendable func viewOptions(_ request: Request, _ context: PortalContext) -> Response {
        let page = Page(self, request)
        let back = page.parameter("back", limit: 2000) ?? "/"
        let isLocal =
            back.hasPrefix("/") && !back.hasPrefix("//") && !back.hasPrefix("/\\") && back.utf8.allSatisfy { $0 > 0x1F }
        let path = back.split(separator: "?", maxSplits: 1).map(String.init)
        let target = isLocal ? Page.encode(path[0]) + (path.count > 1 ? "?" + Self.encodeQuery(path[1]) : "") : "/"
        var response = Response(status: .seeOther, headers: [.location: target, .cacheControl: "no-store"])
        switch page.parameter("elder") {
        case "1": response.setCookie(Cookies.preference("view", "elder"))
        case "0": response.setCookie(Cookies.forget("view"))
        default: break
        }
        switch page.parameter("theme") {
        case let theme? where ["light", "dark"].contains(theme): response.setCookie(Cookies.preference("theme", theme))
        case "system": response.setCookie(Cookies.forget("theme"))
        default: break
        }
        return response
    }

    private static func encodeQuery(_ query: String) -> String {
        query.addingPercentEncoding(
            withAllowedCharacters: CharacterSet(
                charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/=&%+")) ?? ""
    }

    // MARK: errors

    /// What a problem document's `type` leads to.
    @Sendable func problemType(_ request: Request, _ context: PortalContext) throws -> Response {
        let code = context.parameters.get("code") ?? ""
        guard let title = Problem.titles[code] else {
            throw Problem.notFound(Bilingual(zh: "没有这种问题。", en: "There is no such problem."))
        }
        return .bytes(Array("\(code)\n\(title.zh)\n\(title.en)\n".utf8), "text/plain; charset=utf-8")
    }

    func errorPage(_ problem: Problem, reference: String, _ request: Request, _ preferences: Preferences) throws
        -> Response
    {
        let page = Page(self, request, preferences)
        switch problem.code {
        case "not-found":
            return try page.render(
                "not-found", title: page.word("notFoundTitle"), ["search": ["value": ""]], isKept: false,
                status: .notFound)
        case "gone":
            if let withdrawal = problem.withdrawal { return try withdrawnPage(withdrawal, page) }
            return try page.render("gone", title: page.word("goneTitle"), [:], isKept: false, status: .gone)
        case "proof-pending":
            return try page.render(
                "pending", title: page.word("pendingTitle"),
                [
                    "detail": problem.detail[page.language],
                    "again": ["href": request.uri.path, "text": page.word("pendingAgain")],
                ], isKept: false, status: problem.status)
        case "fault":
            return try page.render(
                "problem", title: page.word("problemTitle"), ["reference": reference, "time": page.asOf], isKept: false,
                status: problem.status)
        default:
            return try page.render(
                "refused", title: page.word("refusedTitle"),
                [
                    "reason": problem.detail[page.language],
                    "ways": [["link": ["href": "/", "text": page.word("crumbHome")]]] as [Values],
                ],
                isKept: false, status: problem.status)
        }
    }
}
