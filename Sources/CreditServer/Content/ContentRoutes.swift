import CreditCatalogue
import CreditContent
import CreditModel
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird

/// What the credit office wrote: a page a section, a page an item, a feed a section, and the calendar as a file.
struct ContentRoutes: Sendable {
    let portal: Portal

    /// Sections whose address is a list of items; the calendar has a page of its own.
    static let sections = ContentSection.allCases

    func add(to router: Router<PortalContext>) {
        for section in Self.sections {
            let path = "/\(section.rawValue)"
            router.get("\(RouterPath(path))") { request, _ in
                section == .calendar ? try calendar(request) : try list(section, request)
            }
            router.get("\(RouterPath(path + "/feed.atom"))") { request, _ in feed(section, request) }
            router.get("\(RouterPath(path + "/:slug"))") { request, context in
                try item(section, context.parameters.get("slug") ?? "", request)
            }
        }
        router.get("/calendar.ics") { request, _ in calendarFile(request) }
    }

    // MARK: pages

    private func list(_ section: ContentSection, _ request: Request) throws -> Response {
        let page = Page(portal, request)
        let all = portal.content.current().folder.items(in: section, on: page.today)
        let kind = page.parameter("kind", limit: 20).flatMap(ContentKind.init(rawValue:))
        let items = kind.map { kind in all.filter { $0.kind == kind } } ?? all
        let first = (min(page.pageNumber, max((items.count + Page.pageSize - 1) / Page.pageSize, 1)) - 1) * Page.pageSize
        let title = page.section(section)
        let present = section.kinds.filter { kind in all.contains { $0.kind == kind } }
        return try page.render(
            "content-list", title: title,
            values([
                "heading": title, "intro": page.word("contentLead" + section.word), "sections": page.sections(at: section),
                "hasKinds": present.count > 1 ? true : nil,
                "kinds": present.count > 1 ? page.kinds(present, section, chosen: kind) : nil,
                "hasItems": items.isEmpty ? nil : true,
                "items": items.dropFirst(first).prefix(Page.pageSize).map(page.entry), "pager": page.pager(total: items.count),
                "feedHref": "/\(section.rawValue)/feed.atom?lang=\(page.language.rawValue)",
            ]), here: title)
    }

    private func calendar(_ request: Request) throws -> Response {
        let page = Page(portal, request)
        let events = portal.content.current().folder.events(on: page.today)
        let isPast: (ContentItem) -> Bool = { ($0.end ?? $0.start ?? $0.date) < page.today }
        let (coming, past) = (events.filter { !isPast($0) }, events.filter(isPast).suffix(Page.pageSize).reversed())
        let title = page.section(.calendar)
        return try page.render(
            "calendar", title: title,
            values([
                "heading": title, "intro": page.word("contentLeadCalendar"), "sections": page.sections(at: .calendar),
                "hasComing": coming.isEmpty ? nil : true, "coming": coming.map(page.entry),
                "hasPast": past.isEmpty ? nil : true, "past": past.map(page.entry),
                "fileHref": "/calendar.ics?lang=\(page.language.rawValue)",
                "feedHref": "/calendar/feed.atom?lang=\(page.language.rawValue)",
            ]), here: title)
    }

    private func item(_ section: ContentSection, _ slug: String, _ request: Request) throws -> Response {
        let page = Page(portal, request)
        let folder = portal.content.current().folder
        guard let item = folder.item(section, slug, on: page.today) else {
            throw Problem.notFound(Bilingual(zh: "没有这篇内容，或者它已经到期。", en: "There is no such text, or its time is over."))
        }
        let (edition, written) = item.edition(page.language)
        let title = page.section(section)
        var facts = [page.labelled("contentSource", edition.source)]
        facts.append(["label": page.word("contentDate"), "when": page.when(item.date.description) ?? [:]])
        if let days = page.days(of: item) { facts.append(page.labelled("contentWhen", days)) }
        if let place = edition.place { facts.append(page.labelled("contentPlace", place)) }
        if let expires = item.expires {
            facts.append(["label": page.word("contentUntil"), "when": page.when(expires.description) ?? [:]])
        }
        let others = folder.items(in: section, on: page.today).filter { $0.slug != slug }.prefix(5)
        return try page.render(
            "content-item", title: edition.title,
            values([
                "kind": page.word("contentKind" + item.kind.word), "title": edition.title, "facts": facts,
                "body": Markup(text: edition.html), "bodyLang": written == page.language ? nil : written == .chinese ? "zh-CN" : "en",
                "otherLanguage": written == page.language ? nil : true,
                "hasBasis": edition.basis.isEmpty ? nil : true, "basis": edition.basis,
                "calendarHref": item.start == nil ? nil : "/calendar",
                "hasOthers": others.isEmpty ? nil : true,
                "others": others.map { other -> Values in
                    let (edition, written) = other.edition(page.language)
                    return values([
                        "href": other.address, "text": edition.title, "otherLang": page.mark(written),
                    ])
                },
                "sectionHref": "/\(section.rawValue)", "sectionTitle": title, "permalink": page.absolute(item.address),
            ]), trail: [(href: "/\(section.rawValue)", label: title)], here: edition.title)
    }

    // MARK: files

    private func feed(_ section: ContentSection, _ request: Request) -> Response {
        let page = Page(portal, request)
        let items = portal.content.current().folder.items(in: section, on: page.today).prefix(50)
        let city = portal.catalogue.edition.city[page.language]
        let feed = AtomFeed(
            Array(items), title: "\(page.section(section)) · \(city)", language: page.language, address: page.absolute(""),
            path: "/\(section.rawValue)", author: page.isEnglish ? "Credit Office of \(city)" : "\(city)信用管理办公室",
            today: page.today)
        return .bytes(
            Array(feed.xml.utf8), "application/atom+xml; charset=utf-8",
            headers: [.cacheControl: "no-cache", .vary: "Accept-Language, Cookie"])
    }

    private func calendarFile(_ request: Request) -> Response {
        let page = Page(portal, request)
        let edition = portal.catalogue.edition
        let calendar = ICalendar(
            portal.content.current().folder.events(on: page.today),
            name: "\(page.section(.calendar)) · \(edition.city[page.language])", language: page.language,
            address: page.absolute(""), division: edition.division)
        return .bytes(
            Array(calendar.text.utf8), "text/calendar; charset=utf-8",
            headers: [
                .cacheControl: "no-cache", .vary: "Accept-Language, Cookie",
                .contentDisposition: "attachment; filename=\"calendar.ics\"",
            ])
    }
}

extension Page {
    func section(_ section: ContentSection) -> String { word("contentSection" + section.word) }

    /// The language of a text that is not the page's.
    func mark(_ written: Language) -> String? {
        written == language ? nil : written == .chinese ? "zh-CN" : "en"
    }

    /// The sections beside each other.
    func sections(at current: ContentSection) -> [Values] {
        ContentSection.allCases.map {
            ["href": "/\($0.rawValue)", "label": section($0), "current": $0 == current]
        }
    }

    func kinds(_ kinds: [ContentKind], _ section: ContentSection, chosen: ContentKind?) -> [Values] {
        let all: [Values] = [["href": "/\(section.rawValue)", "text": word("filterAll"), "chosen": chosen == nil]]
        return all
            + kinds.map {
                [
                    "href": "/\(section.rawValue)?kind=\($0.rawValue)", "text": word("contentKind" + $0.word),
                    "chosen": $0 == chosen,
                ]
            }
    }

    /// An item in a list.
    func entry(_ item: ContentItem) -> Values {
        let (edition, written) = item.edition(language)
        return values([
            "href": item.address, "title": edition.title, "summary": edition.summary, "otherLang": mark(written),
            "date": when(item.date.description), "kind": word("contentKind" + item.kind.word),
            "days": days(of: item), "place": edition.place,
        ])
    }

    /// When it takes place, in words.
    func days(of item: ContentItem) -> String? {
        guard let start = item.start else { return nil }
        guard let end = item.end, end != start else { return format.day(start) }
        return isEnglish ? "\(format.day(start)) to \(format.day(end))" : "\(format.day(start))至\(format.day(end))"
    }
}

extension ContentSection {
    /// Ends the keys of its words.
    var word: String {
        switch self {
        case .news: "News"
        case .policies: "Policies"
        case .cases: "Cases"
        case .calendar: "Calendar"
        case .training: "Training"
        case .honours: "Honours"
        }
    }
}

extension ContentKind {
    var word: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
