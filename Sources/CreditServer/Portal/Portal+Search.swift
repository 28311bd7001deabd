import CreditCatalogue
import CreditContent
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird

extension Portal {
    @Sendable func home(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let totals = try await store.totals(shownOn: page.today)
        let feeds = try await store.lastDeliveries().count
        func latest(_ item: String, _ heading: String, _ href: String, _ all: String) async throws -> Values {
            let rows = try await store.list(ListQuery(item: item, shownOn: page.today, limit: 5)).rows
            let entries = publisher.views(rows, for: .public).map { record -> Values in
                values([
                    "href": "/r/\(record.row.id)", "title": page.title(of: record),
                    "organisation": record.row.subjectName,
                    "decided": page.when(record.decidedOn),
                ])
            }
            return ["heading": page.word(heading), "entries": entries, "allHref": href, "allLabel": page.word(all)]
        }
        let examples = catalogue.edition.division == "990000" ? ["示例", "餐饮", "科技"] : ["有限公司"]
        let news = content.current().folder.items.filter { $0.isShown(on: page.today) }.prefix(4)
        return try page.render(
            "home", title: page.word("homeTitle"),
            values([
                "search": ["value": ""], "examples": examples.map { ["href": "/s?q=\(Page.encode($0))", "text": $0] },
                "tally": [
                    ["label": page.word("homeTallySubjects"), "number": page.number(totals.organisations)],
                    [
                        "label": page.word("homeTallyRecords"),
                        "number": page.number(totals.shownByItem.values.reduce(0, +)),
                    ],
                    ["label": page.word("homeTallySources"), "number": page.number(feeds)],
                    ["label": page.word("homeTallyItems"), "number": page.number(catalogue.items.count)],
                ],
                "tallyAsOf": page.say(
                    "sayTallyAsOf", ["time": totals.lastReceivedAt.map(page.format.moment) ?? page.asOf]),
                "hasNews": news.isEmpty ? nil : true,
                "news": news.map(page.entry),
                "latest": [
                    try await latest(
                        "administrative-licence", "homeLatestLicences", "/publicity/licences", "homeAllLicences"),
                    try await latest(
                        "administrative-penalty", "homeLatestPenalties", "/publicity/penalties", "homeAllPenalties"),
                ],
            ]), at: .search, headerSearch: false)
    }

    @Sendable func results(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let text = page.parameter("q", limit: 100)
        guard let text else {
            let tips = ["tipFewerWords", "tipUseCode", "tipWho"].map { ["text": page.word($0)] as Values }
            return try page.render(
                "results", title: page.word("resultsAskTitle"),
                [
                    "heading": page.word("resultsAskTitle"), "search": ["value": ""], "notices": [Values](),
                    "none": ["heading": page.word("resultsAskHeading"), "tips": tips] as Values,
                ],
                at: .search, isKept: false, headerSearch: false)
        }
        var query = SearchQuery(text: text, offset: (page.pageNumber - 1) * Page.pageSize, limit: Page.pageSize)
        let chosen = Chosen(page)
        chosen.narrow(&query, choices, on: page.today)
        query.countedGroups = choices.categories.map(\.values)
        let result = try await store.search(query)
        let heading = page.say("sayResultsTitle", ["query": text])
        var content = values([
            "heading": heading, "search": ["value": text], "notices": codeNotice(text, page).map { [$0] } ?? [Values](),
            // Where nothing was found and nothing is chosen, there is nothing to narrow down.
            "filters": result.hits.isEmpty && !chosen.isAny ? nil : searchFilters(text, chosen, result.counts, page),
        ])
        let also = page.pageNumber == 1 ? self.content.current().folder.search(text, on: page.today, limit: 3) : []
        if !also.isEmpty { content["also"] = ["items": also.map(page.entry)] as Values }
        if result.hits.isEmpty {
            var tips: [Values] = []
            if chosen.isAny {
                tips.append(["link": ["href": "/s?q=\(Page.encode(text))", "text": page.word("tipClearFilters")]])
            }
            tips += ["tipFewerWords", "tipOneCharacter", "tipUseCode", "tipWho"].map { ["text": page.word($0)] }
            content["none"] = ["heading": page.say("sayResultsNone", ["query": text]), "tips": tips] as Values
        } else {
            let total = page.say(
                result.isExact ? "sayResultsTotal" : "sayResultsAtLeast", ["count": page.number(result.total)])
            content["found"] = values([
                "filterable": true, "total": result.total == 1 && result.isExact ? page.word("sayResultsTotalOne") : total,
                "start": String(query.offset + 1),
                "hits": result.hits.map { hit($0, text, page) }, "pager": page.pager(total: result.total),
            ])
            let again = request.uri.query ?? ""
            let narrowed = chosen.parameters.map { "&\($0.name)=\(Page.encode($0.value))" }.joined()
            content["downloads"] =
                [
                    "scope": page.say(
                        "sayDownloadScope",
                        ["count": page.number(min(result.total, 1000)), "date": page.format.day(page.today)]),
                    "files": [
                        ["href": "/s.csv?\(again)", "label": page.word("fileCsv"), "detail": "CSV"],
                        [
                            "href": "/api/v1/subjects?q=\(Page.encode(text))\(narrowed)&limit=100", "label": page.word("fileJson"),
                            "detail": "JSON",
                        ],
                    ],
                ] as Values
        }
        return try page.render("results", title: heading, content, at: .search, isKept: false, headerSearch: false)
    }

    /// The results under the same words and filters as a table, at most 1000.
    @Sendable func resultTable(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        guard let text = page.parameter("q", limit: 100) else {
            throw Problem.badParameter("q", Bilingual(zh: "请给出名称的一部分或代码。", en: "give a part of a name, or a code."))
        }
        var query = SearchQuery(text: text, limit: 1000)
        Chosen(page).narrow(&query, choices, on: page.today)
        var table = "\u{FEFF}code,name,status,division,established_on,matched\r\n"
        for hit in try await store.search(query).hits {
            let cells = [
                hit.state.code, hit.state.name, hit.state.status ?? "", page.division(hit.state),
                hit.state.establishedOn ?? "", hit.matched,
            ]
            table += cells.map(CSVCell.write).joined(separator: ",") + "\r\n"
        }
        return .bytes(
            Array(table.utf8), "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"results.csv\"", .cacheControl: "no-cache"])
    }

    /// A code whose check does not fit deserves a word about it, since the reader will find nothing.
    private func codeNotice(_ text: String, _ page: Page) -> Values? {
        let code = Folding.code(text)
        guard code.utf8.count == 18, code.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) }) else {
            return nil
        }
        do throws(CodeFault) {
            _ = try UnifiedCode(code)
            return nil
        } catch {
            let expected = UnifiedCode.checkCharacter(of: code.utf8.prefix(17)).map { String(UnicodeScalar($0)) } ?? "?"
            return [
                "tone": "plain", "heading": page.say("sayCodeWrong", ["expected": expected]),
                "paragraphs": [page.word("codeWrongText")],
            ]
        }
    }

    /// Every choice that leads anywhere, with how many organisations it leads to.
    private func searchFilters(_ text: String, _ chosen: Chosen, _ counts: NameCounts?, _ page: Page) -> Values {
        let counts = counts ?? NameCounts()
        func options(_ all: [(value: String, text: String, count: Int)], _ current: String?) -> [(value: String, text: String)] {
            all.filter { $0.count > 0 || $0.value == current }.map { ($0.value, "\($0.text) \(page.number($0.count))") }
        }
        let city = catalogue.edition.division
        let districts = catalogue.divisions.within(String(city.prefix(city.hasSuffix("0000") ? 2 : 4))).map { division in
            // A code that ends in 00 stands for everything below it.
            let prefix = division.code.hasSuffix("00") ? String(division.code.prefix(4)) : division.code
            let count = counts.divisions.reduce(0) { $0 + ($1.key.hasPrefix(prefix) ? $1.value : 0) }
            return (value: prefix, text: division.name, count: count)
        }
        let kinds = choices.kinds.map { (value: $0.id, text: $0.title[page.language], count: counts.count(of: $0)) }
        let statuses = choices.statuses.map {
            (value: $0.id, text: $0.title[page.language], count: counts.statuses[$0.id] ?? 0)
        }
        let sectors = choices.sectors.map {
            (value: $0.id, text: $0.title[page.language], count: counts.sectors[$0.id] ?? 0)
        }
        let categories = zip(choices.categories, counts.groups).map {
            (value: $0.id, text: $0.title[page.language], count: $1)
        }
        return values([
            "action": "/s",
            "fields": [
                page.select("division", "filterDivision", options(districts, chosen.division), current: chosen.division),
                page.select("kind", "filterKind", options(kinds, chosen.kind), current: chosen.kind),
                page.select("sector", "filterSector", options(sectors, chosen.sector), current: chosen.sector),
                page.select("status", "filterStatus", options(statuses, chosen.status), current: chosen.status),
                page.select(
                    "category", "filterCategory", options(categories, chosen.category), current: chosen.category),
            ],
            "kept": [["name": "q", "value": text]],
            "clearHref": chosen.isAny ? "/s?q=\(Page.encode(text))" : nil,
        ])
    }

    private func hit(_ hit: SearchResult.Hit, _ text: String, _ page: Page) -> Values {
        let matchedOther = hit.field == .formerName || hit.field == .deliveredName
        return values([
            "href": page.subjectAddress(hit.state), "nameParts": parts(hit.state.name, text), "code": hit.state.code,
            "status": page.status(hit.state), "kind": page.kind(hit.state), "division": page.division(hit.state),
            "founded": hit.state.establishedOn.map { page.say("sayFounded", ["date": page.format.day($0)]) },
            "former": matchedOther ? true : nil, "formerParts": matchedOther ? parts(hit.matched, text) : nil,
        ])
    }

    /// The name cut into what was asked for and the rest.
    private func parts(_ name: String, _ text: String) -> [Values] {
        guard let range = name.range(of: text, options: [.caseInsensitive, .widthInsensitive]) else {
            return [["text": name, "hit": false]]
        }
        return [
            (name[..<range.lowerBound], false), (name[range], true), (name[range.upperBound...], false),
        ].filter { !$0.0.isEmpty }.map { ["text": String($0.0), "hit": $0.1] }
    }
}

/// What a reader narrowed the results down by.
private struct Chosen {
    let division: String?
    let kind: String?
    let sector: String?
    let status: String?
    let category: String?

    init(_ page: Page) {
        division = page.parameter("division", limit: 6)
        kind = page.parameter("kind", limit: 40)
        sector = page.parameter("sector", limit: 40)
        status = page.parameter("status", limit: 40)
        category = page.parameter("category", limit: 40)
    }

    var parameters: [(name: String, value: String)] {
        [
            ("division", division), ("kind", kind), ("sector", sector), ("status", status), ("category", category),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    var isAny: Bool { !parameters.isEmpty }

    func narrow(_ query: inout SearchQuery, _ choices: SearchChoices, on day: Day) {
        query.division = division
        query.status = status
        query.sector = sector
        query.shownOn = day
        choices.narrow(&query, kind: kind, category: category)
    }
}
