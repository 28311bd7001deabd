import CreditCatalogue
import CreditModel
import HTTPTypes
import Hummingbird

/// The site as an app on a phone: its name, icons, and what is shown without a network (decision 0031).
extension Portal {
    @Sendable func manifest(_ request: Request, _ context: PortalContext) -> Response {
        let page = Page(self, request)
        let city = catalogue.edition.city[page.language]
        var json = JSONWriter()
        json.object { json in
            json.field("id", "/")
            json.field("name", page.isEnglish ? "\(page.word("siteName")), \(city)" : "\(page.word("siteName")) · \(city)")
            json.field("short_name", page.word("siteName"))
            json.field("lang", page.isEnglish ? "en" : "zh-CN")
            json.field("start_url", "/")
            json.field("scope", "/")
            json.field("display", "minimal-ui")
            json.field("background_color", "#ffffff")
            json.field("theme_color", "#173f73")
            json.array("icons") { json in
                for (source, sizes, type, purpose) in [
                    ("emblem.svg", "any", "image/svg+xml", "any"), ("icon-192.png", "192x192", "image/png", "any"),
                    ("icon-512.png", "512x512", "image/png", "any"),
                    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
                ] {
                    json.object { json in
                        json.field("src", "/assets/\(source)")
                        json.field("sizes", sizes)
                        json.field("type", type)
                        json.field("purpose", purpose)
                    }
                }
            }
        }
        return .bytes(json.bytes, "application/manifest+json; charset=utf-8", headers: [.cacheControl: "no-cache"])
    }

    @Sendable func worker(_ request: Request, _ context: PortalContext) -> Response {
        .bytes(assets.worker, "text/javascript; charset=utf-8", headers: [.cacheControl: "no-cache"])
    }

    @Sendable func icon(_ request: Request, _ context: PortalContext) throws -> Response {
        guard let bytes = assets.icons[context.parameters.get("icon") ?? ""] else {
            throw Problem.notFound(Bilingual(zh: "这个地址没有内容。", en: "There is nothing at this address."))
        }
        return .bytes(bytes, "image/png", headers: [.cacheControl: "public, max-age=86400"])
    }

    /// The same for everybody, whenever asked: the worker keeps it.
    @Sendable func offline(_ request: Request, _ context: PortalContext) throws -> Response {
        let page = Page(self, request)
        return try page.render("offline", title: page.word("offlineTitle"), [:], isKept: false, headerSearch: false)
    }
}
