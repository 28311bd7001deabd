import CreditModel
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A request as the portal sees it: who asks in which language, with which view options.
struct PortalContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who is connected: a client, or a proxy before it.
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    /// A part of a path without its percent signs; as it stands where it is not UTF-8. Most parts have none.
    static func decoded(_ part: String) -> String {
        part.utf8.contains(UInt8(ascii: "%")) ? part.removingPercentEncoding ?? part : part
    }
}

/// What a reader chose: language and display. From the address first, then cookies, then the browser's languages.
struct Preferences: Sendable {
    let language: Language
    let isElder: Bool
    /// `light`, `dark` or nil = as the device.
    let theme: String?
    /// Set where the address changed the language, so that it is remembered.
    let remembers: Bool

    init(_ request: Request) {
        let cookies = request.cookies
        let asked =
            request.uri.query == nil ? nil : request.uri.queryParameters["lang"].flatMap { Language(rawValue: String($0)) }
        remembers = asked != nil
        language = asked ?? cookies["lang"].flatMap { Language(rawValue: $0.value) } ?? Self.browserLanguage(request)
        isElder = cookies["view"]?.value == "elder"
        theme = cookies["theme"].map(\.value).flatMap { ["light", "dark"].contains($0) ? $0 : nil }
    }

    private static func browserLanguage(_ request: Request) -> Language {
        guard let header = request.headers[.acceptLanguage]?.lowercased() else { return .chinese }
        let first = header.split(separator: ",").first { $0.hasPrefix("zh") || $0.hasPrefix("en") }
        return first?.hasPrefix("en") == true ? .english : .chinese
    }
}
