import CreditCatalogue
import CreditContent
import CreditModel
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The monthly bulletin as one file that needs nothing else: its styles within, its links to the portal.
public struct BulletinDocument: Sendable {
    private let portal: Portal

    /// - Parameter address: where the public reaches the portal; without it the links of the page are left as words.
    public init(
        catalogue: Catalogue, store: any ServiceStore, log: PublicLog, address: String?,
        clock: @escaping @Sendable () -> Instant
    ) throws {
        let assets = try Assets()
        portal = Portal(
            catalogue: catalogue, store: store, templates: try Templates(catalogue: catalogue, assets: assets), assets: assets,
            log: log, publicAddress: address, choices: SearchChoices(catalogue), content: ContentLibrary(directory: nil), clock: clock)
    }

    /// - Returns: the page; nil for a month that has no bulletin.
    public func html(of month: Month, language: Language) async throws -> String? {
        let head = HTTPRequest(
            method: .get, scheme: nil, authority: nil, path: "/statistics/bulletin/\(month)?lang=\(language.rawValue)")
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        guard let response = try await portal.bulletin(of: month, Page(portal, request)) else { return nil }
        let text = Gathered()
        try await response.body.write(text)
        return standingAlone(text.text)
    }

    private func standingAlone(_ page: String) -> String {
        let styles = String(decoding: portal.assets.styles, as: UTF8.self)
        var page = page.replacing(#/<script[^>]*><\/script>\n?/#, with: "")
            .replacing(#/<link rel="icon"[^>]*>\n?/#, with: "")
            .replacing(#/<link rel="stylesheet"[^>]*>/#, with: "<style>\n\(styles)</style>")
        if let address = portal.publicAddress {
            for name in ["href", "action"] {
                page = page.replacing(" \(name)=\"/", with: " \(name)=\"\(HTML.escape(address))/")
            }
        } else {
            page = page.replacing(#/ (href|action)="\/[^"]*"/#, with: "")
        }
        return page
    }
}

/// Takes what a response writes.
private final class Gathered: ResponseBodyWriter {
    private(set) var text = ""

    func write(_ buffer: ByteBuffer) async throws { text += String(buffer: buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
