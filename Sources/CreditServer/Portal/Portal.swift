import CreditCatalogue
import CreditContent
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird

/// The public portal. Each page is an extension in a file of its own.
struct Portal: Sendable {
    let catalogue: Catalogue
    let store: any ServiceStore
    let templates: Templates
    let assets: Assets
    let log: PublicLog
    let publicAddress: String?
    let choices: SearchChoices
    let content: ContentLibrary
    let clock: @Sendable () -> Instant
    let deliveries = LastDeliveries()

    var publisher: Publisher { Publisher(catalogue: catalogue, today: clock().day) }
    var records: PublicRecords { PublicRecords(store: store, publisher: publisher) }
}

/// One page being made: the reader's language, words and the frame.
struct Page {
    let portal: Portal
    let request: Request
    let preferences: Preferences
    let format: FieldFormat

    init(_ portal: Portal, _ request: Request, _ preferences: Preferences? = nil) {
        self.portal = portal
        self.request = request
        self.preferences = preferences ?? Preferences(request)
        format = FieldFormat(catalogue: portal.catalogue, language: self.preferences.language)
    }

    var language: Language { preferences.language }
    var isEnglish: Bool { language == .english }

    /// A word of the interface. Templates check theirs at start; a word missing here shows its key.
    func word(_ key: String) -> String { portal.catalogue.wording[key]?[language] ?? key }

    func say(_ key: String, _ values: [String: String]) -> String {
        portal.catalogue.wording[key].map { Bilingual.fill($0[language], values) } ?? key
    }

    func when(_ day: String?) -> Values? { day.map { ["iso": $0, "text": format.day($0)] } }

    func number(_ value: Int) -> String {
        if (0..<1000).contains(value) { return String(value) }
        var digits = Array(String(value))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return String(digits)
    }

    var asOf: String { format.moment(portal.clock()) }
    var today: Day { portal.clock().day }

    enum Place: String { case search, publicity, lists, catalogue, statistics, data, help }

    /// Renders a page inside its frame.
    func render(
        _ template: String, title: String, _ content: Values, at place: Place? = nil,
        trail: [(href: String, label: String)] = [],
        here: String? = nil, isKept: Bool = true, headerSearch: Bool = true, hasProblem: Bool = false,
        status: HTTPResponse.Status = .ok, feed: String? = nil
    ) throws -> Response {
        var content = content
        let city = portal.catalogue.edition.city[language]
        let site =
            isEnglish ? "\(word("siteName")), \(city) public credit platform" : "\(word("siteName")) · \(city)公共信用信息平台"
        let path = request.uri.path
        let query = request.uri.query ?? ""
        var frame = values([
            "lang": isEnglish ? "en" : "zh-CN",
            "view": [preferences.isElder ? "elder" : "standard", preferences.theme].compactMap { $0 }.joined(
                separator: " "),
            "title": (hasProblem ? word("pageErrorPrefix") : "") + title + " · " + site,
            "description": isEnglish
                ? "Public credit records of organisations in \(city): who decided, on what basis, until when, and how to contest."
                : "\(city)公共信用信息：谁作的决定、依据什么、公示到哪一天、怎样提异议。",
            "styles": "/assets/site.css?v=\(portal.assets.version)",
            "manifest": "/manifest.webmanifest?lang=\(language.rawValue)",
            "script": "/assets/enhance.js?v=\(portal.assets.version)",
            "city": isEnglish ? "\(city) public credit platform" : "\(city)公共信用信息平台",
            "operator": isEnglish ? "Credit Office of \(city) · as of \(asOf)" : "\(city)信用管理办公室主办 · 数据截至\(asOf)",
        ])
        let back = Self.encode(query.isEmpty ? path : "\(path)?\(query)")
        frame["elder"] = [
            "href": "/view?elder=\(preferences.isElder ? 0 : 1)&back=\(back)",
            "label": word(preferences.isElder ? "viewStandard" : "viewElder"),
        ] as Values
        let other = isEnglish ? Language.chinese : .english
        frame["otherLanguage"] = [
            "href": Self.address(path, query, setting: "lang", to: other.rawValue), "lang": isEnglish ? "zh-CN" : "en",
            "label": isEnglish ? "中文" : "English",
        ] as Values
        func option(_ parameter: String, _ label: String, _ current: Bool) -> Values {
            ["href": "/view?\(parameter)&back=\(back)", "label": word(label), "current": current]
        }
        frame["viewOptions"] = [
            option("elder=0", "viewStandard", !preferences.isElder),
            option("elder=1", "viewElder", preferences.isElder),
            option("theme=system", "viewSystem", preferences.theme == nil),
            option("theme=light", "viewLight", preferences.theme == "light"),
            option("theme=dark", "viewDark", preferences.theme == "dark"),
        ]
        if let place { frame["at"] = [place.rawValue: true] as Values }
        if headerSearch { frame["headerSearch"] = true }
        if let feed { frame["feed"] = ["href": feed, "title": title] as Values }
        if let here {
            frame["crumbs"] =
                [
                    "trail": ([(href: "/", label: word("crumbHome"))] + trail).map {
                        ["href": $0.href, "label": $0.label] as Values
                    }, "here": here,
                ] as Values
        }
        if isKept {
            let base = absolute(path)
            frame["canonical"] = ["href": base, "zhHref": base + "?lang=zh", "enHref": base + "?lang=en"] as Values
        }
        content["page"] = frame
        return .html(try portal.templates.render(template, content, language), status: status)
    }

    /// The address under which the public reaches a path.
    func absolute(_ path: String) -> String {
        if let address = portal.publicAddress { return address + path }
        guard let host = request.head.authority,
            host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E })
        else { return path }
        return "http://" + host + path
    }

    /// The same address with one parameter set and the page number kept out.
    static func address(_ path: String, _ query: String, setting name: String, to value: String?) -> String {
        var parts = query.split(separator: "&").filter { !$0.hasPrefix(name + "=") }.map(String.init)
        if let value { parts.append("\(name)=\(encode(value))") }
        return parts.isEmpty ? path : "\(path)?\(parts.joined(separator: "&"))"
    }

    static func encode(_ text: String) -> String {
        if text.utf8.allSatisfy(isUnreserved) { return text }
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "-")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")

    /// A parameter of the query, decoded, trimmed and bounded; nil where absent or blank.
    func parameter(_ name: String, limit: Int = 200) -> String? {
        guard let raw = QueryString.value(name, in: request) else { return nil }
        let text = String(raw).unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.prefix(limit))
        let trimmed = String(view).trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : trimmed
    }

    static let pageSize = 20
    /// Deeper pages are for downloads, not for readers.
    static let lastPage = 500

    var pageNumber: Int { min(max(parameter("page").flatMap { Int($0) } ?? 1, 1), Self.lastPage) }

    /// The pager, or nil where one page holds everything.
    func pager(total: Int) -> Values? {
        let pages = min((total + Self.pageSize - 1) / Self.pageSize, Self.lastPage)
        guard pages > 1 else { return nil }
        let current = min(pageNumber, pages)
        let query = request.uri.query ?? ""
        func href(_ page: Int) -> String { Self.address(request.uri.path, query, setting: "page", to: String(page)) }
        var entries: [Values] = []
        var last = 0
        for page in Set([1, pages, current - 1, current, current + 1]).filter({ (1...pages).contains($0) }).sorted() {
            if page - last > 1 { entries.append(["gap": true]) }
            entries.append([
                "href": href(page), "number": number(page), "name": isEnglish ? "Page \(page)" : "第 \(page) 页",
                "current": page == current,
            ])
            last = page
        }
        let (first, end) = ((current - 1) * Self.pageSize + 1, min(current * Self.pageSize, total))
        return values([
            "summary": isEnglish
                ? "\(number(first))–\(number(end)) of \(number(total))"
                : "第 \(number(first))–\(number(end)) 条，共 \(number(total)) 条",
            "previous": current > 1 ? ["href": href(current - 1)] : nil,
            "next": current < pages ? ["href": href(current + 1)] : nil,
            "pages": entries,
        ])
    }

    /// A select of a filter form.
    func select(_ name: String, _ label: String, _ options: [(value: String, text: String)], current: String?) -> Values
    {
        [
            "name": name, "label": word(label), "isSelect": true,
            "options": ([(value: "", text: word("filterAll"))] + options).map {
                ["value": $0.value, "text": $0.text, "selected": $0.value == (current ?? "")] as Values
            },
        ]
    }

    func input(_ name: String, _ label: String, type: String, value: String?, error: String? = nil) -> Values {
        values([
            "name": name, "label": word(label), "isInput": true, "type": type, "value": value ?? "", "error": error,
            "describedBy": error == nil ? nil : "f-\(name)-error",
        ])
    }
}
