import CreditModel
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Turns every error into an answer a person or a program can use. Nothing of the fault itself leaves the server.
struct ErrorMiddleware: RouterMiddleware {
    let portal: Portal

    func handle(_ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response)
        async throws -> Response
    {
        let problem: Problem
        var reference = ""
        do {
            let response = try await next(request, context)
            return response
        } catch let error as Problem {
            problem = error
        } catch let error as HTTPError {
            // Another method is refused as such, whatever the address.
            let isTaken = Self.methods(request.uri.path).contains(request.method)
            problem = isTaken ? Self.translate(error.status) : Self.refusing(request.uri.path)
        } catch is NIOTooManyBytesError {
            problem = Self.translate(.contentTooLarge)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // The operator finds the fault by the reference the reader was given.
            reference = String(UInt32.random(in: .min ... .max), radix: 16)
            context.logger.error(
                "request failed",
                metadata: [
                    "problem.reference": "\(reference)", "error.type": "\(type(of: error))", "error": "\(error)",
                ])
            problem = Problem(
                code: "fault", status: .internalServerError,
                detail: Bilingual(
                    zh: "问题编号 \(reference)。请过几分钟再试。", en: "Reference \(reference). Please try again in a few minutes."))
        }
        let preferences = Preferences(request)
        var response =
            Self.isForPrograms(request.uri.path)
            ? problem.response(preferences.language)
            : try portal.errorPage(problem, reference: reference, request, preferences)
        if problem.status == .methodNotAllowed {
            response.headers[.allow] = Self.methods(request.uri.path).map(\.rawValue).joined(separator: ", ")
        }
        // A challenge is for browsers, which ask their reader by it. A program that says it is one is refused and no more:
        // Foundation's URLSession on Linux does not come back from a challenge to which it has no answer.
        if problem.status == .unauthorized, request.headers[.requestedWith] == nil {
            response.headers[.wwwAuthenticate] = "Basic realm=\"desk\", charset=\"UTF-8\""
        }
        if problem.status == .serviceUnavailable { response.headers[.retryAfter] = "2" }
        return response
    }

    /// Whether an address answers with data, so that what went wrong is data too and no page.
    static func isForPrograms(_ path: String) -> Bool {
        path.hasPrefix("/api/") || path.hasPrefix("/log/") || path.hasSuffix(".json")
    }

    /// What may be asked of an address. Most are only read; some take something in, and a few do nothing else.
    static func methods(_ path: String) -> [HTTPRequest.Method] {
        if let methods = WatchRoutes.methods(path) { return methods }
        if LogRoutes.takes(path) || path == MatchRoutes.match || Desk.takesOnly(path)
            || ReportRoutes.takesOnly(path) || path == CheckRoutes.api
        { return [.post] }
        return path == MatchRoutes.reconcile || Desk.takes(path) || DeskAPI.takes(path) || ReportRoutes.takes(path)
            || path == CheckRoutes.page
            ? [.get, .head, .post] : [.get, .head]
    }

    private static func refusing(_ path: String) -> Problem {
        let method = methods(path).first == .post ? "POST" : "GET"
        return Problem(
            code: "method-not-allowed", status: .methodNotAllowed,
            detail: Bilingual(zh: "请用 \(method)。", en: "Use \(method)."))
    }

    private static func translate(_ status: HTTPResponse.Status) -> Problem {
        switch status {
        case .notFound: .notFound(Bilingual(zh: "这个地址没有内容。", en: "There is nothing at this address."))
        case .contentTooLarge:
            Problem(
                code: "too-large", status: status,
                detail: Bilingual(zh: "请求超过了允许的大小。", en: "The request is larger than allowed."))
        default:
            Problem(
                code: "bad-request", status: status,
                detail: Bilingual(zh: "请检查地址和参数。", en: "Check the address and its parameters."))
        }
    }
}

/// Headers that every answer carries: nothing may be framed, sniffed, or loaded from elsewhere.
struct SecurityHeaders: RouterMiddleware {
    func handle(_ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response)
        async throws -> Response
    {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; manifest-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "same-origin"
        return response
    }
}

/// Remembers a language that was chosen by the address.
struct LanguageCookie: RouterMiddleware {
    func handle(_ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response)
        async throws -> Response
    {
        var response = try await next(request, context)
        guard request.uri.query != nil else { return response }
        let preferences = Preferences(request)
        if preferences.remembers { response.setCookie(Cookies.preference("lang", preferences.language.rawValue)) }
        return response
    }
}

enum Cookies {
    /// A choice of display: a year, this site only, nothing about the reader.
    static func preference(_ name: String, _ value: String) -> Cookie {
        Cookie(name: name, value: value, maxAge: 31_536_000, path: "/", httpOnly: true, sameSite: .lax)
    }

    static func forget(_ name: String) -> Cookie {
        Cookie(name: name, value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .lax)
    }
}
