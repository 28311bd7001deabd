import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import Hummingbird

/// Atom feeds (RFC 4287) for everybody, built from what is public at this moment: what was withdrawn is no longer in them.
extension Portal {
    private static let entriesInFeed = 50

    @Sendable func organisationFeed(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let raw = context.parameters.get("code") ?? ""
        let code = raw.removingPercentEncoding ?? raw
        guard let file = try await SubjectFile.load(code: code, from: store, publisher: publisher, audience: .public),
            file.profile.state.kind == .organisation
        else { throw Problem.notFound(Bilingual(zh: "这里没有这个代码的单位。", en: "Nobody here has this code.")) }
        let state = file.profile.state
        return try await feed(
            page, title: state.name, path: "/o/\(Page.encode(state.code))",
            records: file.records.sorted { $0.row.receivedAt > $1.row.receivedAt })
    }

    @Sendable func listFeed(_ request: Request, _ context: PortalContext) async throws -> Response {
        let name = context.parameters.get("list") ?? ""
        guard let item = listItems.first(where: { $0.id == name }) else {
            throw Problem.notFound(Bilingual(zh: "没有这张名单。", en: "There is no such list."))
        }
        let page = Page(self, request)
        return try await feed(item, page, title: item.title[page.language], path: "/lists/\(name)")
    }

    @Sendable func publicityFeed(_ request: Request, _ context: PortalContext) async throws -> Response {
        let name = context.parameters.get("column") ?? ""
        guard let column = PublicList.publicity.first(where: { $0.path == name }), let item = catalogue.item(column.item) else {
            throw Problem.notFound(Bilingual(zh: "没有这个专栏。", en: "There is no such column."))
        }
        let page = Page(self, request)
        return try await feed(item, page, title: page.word(column.word), path: "/publicity/\(name)")
    }

    /// The newest decisions of an item.
    private func feed(_ item: Item, _ page: Page, title: String, path: String) async throws -> Response {
        let query = ListQuery(item: item.id, shownOn: page.today, limit: Self.entriesInFeed)
        let records = publisher.views(try await store.list(query).rows, for: .public)
        return try await feed(page, title: title, path: path, records: records)
    }

    private func feed(_ page: Page, title: String, path: String, records: [RecordView]) async throws -> Response {
        let entries = records.prefix(Self.entriesInFeed)
        // An empty feed changes with the day: what was in it may have ended on it.
        let latest = entries.map(\.row.receivedAt).max() ?? Instant(milliseconds: Int64(page.today.daysSinceEpoch) * 86_400_000)
        let site = page.portal.catalogue.edition.city[page.language]
        let own = page.absolute("\(path)/feed.atom")
        var xml = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="\(page.isEnglish ? "en" : "zh-CN")">
            <id>\(Self.xml(own))</id>
            <title>\(Self.xml("\(title) · \(page.word("siteName")) \(site)"))</title>
            <updated>\(latest)</updated>
            <link rel="self" type="application/atom+xml" href="\(Self.xml(own))"/>
            <link rel="alternate" type="text/html" href="\(Self.xml(page.absolute(path)))"/>
            <author><name>\(Self.xml(page.word("siteName") + " " + site))</name></author>

            """
        for record in entries { xml += entry(record, page) }
        xml += "</feed>\n"
        return .bytes(
            Array(xml.utf8), "application/atom+xml; charset=utf-8",
            headers: [.cacheControl: "no-cache", .vary: "Accept-Language, Cookie"])
    }

    private func entry(_ record: RecordView, _ page: Page) -> String {
        let link = page.absolute("/r/\(record.row.id)")
        let separator = page.isEnglish ? ": " : "："
        func line(_ label: String, _ text: String?) -> String? { text.map { page.word(label) + separator + $0 } }
        let until = record.row.clocks.publishedUntil.map {
            $0.isOpenEnd ? page.word("shownWhileValid") : page.format.day($0)
        }
        let lines = [
            line("colAuthority", record.authority ?? page.word("watchNotStated")), line("colDocumentNo", record.documentNumber),
            line("colDecided", record.decidedOn.map(page.format.day)),
            line("watchBasis", page.format.basis(of: record)), line("colShownUntil", until),
            record.row.mark == nil ? nil : page.word("watchContestedNote"),
            line("watchContest", record.item.objection[page.language]),
        ].compactMap { $0 }
        return """
            <entry>
            <id>\(Self.xml(link))</id>
            <title>\(Self.xml("\(record.row.subjectName)\(separator)\(page.title(of: record))"))</title>
            <updated>\(record.row.receivedAt)</updated>
            <link rel="alternate" type="text/html" href="\(Self.xml(link))"/>
            <category term="\(Self.xml(record.item.id))" label="\(Self.xml(record.item.title[page.language]))"/>
            <summary>\(Self.xml(lines.joined(separator: "\n")))</summary>
            </entry>

            """
    }

    /// Text inside XML 1.0: escaped, without what XML cannot hold.
    private static func xml(_ text: String) -> String {
        let allowed = text.unicodeScalars.filter {
            $0.value >= 0x20 && $0.value != 0xFFFE && $0.value != 0xFFFF || $0 == "\n" || $0 == "\t"
        }
        return HTML.escape(String(String.UnicodeScalarView(allowed)))
    }
}
