import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Public lists by their addresses.
struct PublicList: Sendable {
    let path: String
    let item: String
    let word: String

    static let publicity = [
        PublicList(path: "licences", item: "administrative-licence", word: "publicityLicences"),
        PublicList(path: "penalties", item: "administrative-penalty", word: "publicityPenalties"),
    ]
}

extension Portal {
    @Sendable func publicityIndex(_ request: Request, _ context: PortalContext) -> Response {
        .redirect(to: "/publicity/penalties", type: .found)
    }

    @Sendable func publicity(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let (name, form) = Self.split(context.parameters.get("column") ?? "")
        guard let column = PublicList.publicity.first(where: { $0.path == name }),
            let item = catalogue.item(column.item)
        else {
            throw Problem.notFound(Bilingual(zh: "没有这个专栏。", en: "There is no such column."))
        }
        if form != .page { return try await download(item, page, form, name: name) }
        let heading = page.word(column.word)
        var content = try await listing(item, page, action: "/publicity/\(name)", caption: heading)
        content["heading"] = heading
        content["tabs"] = PublicList.publicity.map {
            ["href": "/publicity/\($0.path)", "label": page.word($0.word), "current": $0.path == name] as Values
        }
        content["intro"] = page.word(name == "licences" ? "licencesLead" : "penaltiesLead")
        content["feed"] = "/publicity/\(name)/feed.atom"
        return try page.render(
            "publicity", title: heading, content, at: .publicity, here: heading, hasProblem: content["problems"] != nil,
            feed: "/publicity/\(name)/feed.atom")
    }

    @Sendable func lists(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let totals = try await store.totals(shownOn: page.today)
        func entries(_ nature: Item.Nature) -> [Values] {
            listItems.filter { $0.nature == nature }.map { item in
                [
                    "href": "/lists/\(item.id)", "title": item.title[page.language],
                    "number": page.say("sayListNumber", ["count": page.number(totals.shownByItem[item.id] ?? 0)]),
                    "detail": item.source[page.language],
                    "term": page.say("sayListTerm", ["term": page.publicationText(item)]),
                ]
            }
        }
        return try page.render(
            "lists", title: page.word("listsTitle"),
            [
                "groups": [
                    [
                        "heading": page.word("listsAdverse"), "explanation": page.word("listsAdverseText"),
                        "entries": entries(.adverse),
                    ],
                    [
                        "heading": page.word("listsFavourable"), "explanation": page.word("listsFavourableText"),
                        "entries": entries(.favourable) + entries(.neutral),
                    ],
                ] as [Values],
                "asOf": page.say("sayTallyAsOf", ["time": page.asOf]),
            ], at: .lists, here: page.word("listsTitle"))
    }

    /// Public items that are delivered, apart from registration, the two 双公示 columns and practitioners (no list of people).
    var listItems: [Item] {
        let delivered = Set(catalogue.feeds.map(\.item))
        return catalogue.items.filter {
            delivered.contains($0.id) && $0.publicity == .public && $0.subjects.contains(.organisation)
                && $0.category != "registration"
                && !PublicList.publicity.map(\.item).contains($0.id)
        }
    }

    @Sendable func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let (name, form) = Self.split(context.parameters.get("list") ?? "")
        guard let item = listItems.first(where: { $0.id == name }) else {
            throw Problem.notFound(Bilingual(zh: "没有这张名单。", en: "There is no such list."))
        }
        if form != .page { return try await download(item, page, form, name: name) }
        let heading = item.title[page.language]
        var content = try await listing(item, page, action: "/lists/\(name)", caption: heading)
        content["heading"] = heading
        content["intro"] = item.conduct[page.language]
        var facts = [
            page.labelled("listConduct", item.conduct[page.language]),
            page.labelled("listWho", item.source[page.language]),
            page.labelled("listTerm", page.publicationText(item), pending: !item.publication.verified),
        ]
        if item.position(of: .removedOn) != nil {
            facts.append(page.labelled("listLeave", page.word("listLeaveText")))
        }
        facts.append(page.labelled("listBasis", page.format.bases(item.basis)))
        content["facts"] = facts
        content["feed"] = "/lists/\(name)/feed.atom"
        return try page.render(
            "list", title: heading, content, at: .lists, trail: [(href: "/lists", label: page.word("listsTitle"))],
            here: heading,
            hasProblem: content["problems"] != nil, feed: "/lists/\(name)/feed.atom")
    }

    // MARK: shared by both

    enum Form { case page, csv, json }

    /// `penalties.csv` → penalties, CSV.
    private static func split(_ name: String) -> (String, Form) {
        if name.hasSuffix(".csv") { return (String(name.dropLast(4)), .csv) }
        if name.hasSuffix(".json") { return (String(name.dropLast(5)), .json) }
        return (name, .page)
    }

    private func query(_ item: Item, _ page: Page) -> (query: ListQuery, problems: [(field: String, text: String)]) {
        var query = ListQuery(
            item: item.id, shownOn: page.today, offset: (page.pageNumber - 1) * Page.pageSize, limit: Page.pageSize)
        var problems: [(field: String, text: String)] = []
        query.authority = page.parameter("authority")
        query.kind = page.parameter("kind", limit: 60)
        query.words = page.parameter("words", limit: 100)
        func day(_ name: String) -> Day? {
            guard let text = page.parameter(name, limit: 20) else { return nil }
            if let day = Day(iso: Folding.code(text).replacing("/", with: "-")) { return day }
            problems.append((name, page.word("dateUnreadable")))
            return nil
        }
        query.from = day("from")
        query.to = day("to")
        if let from = query.from, let to = query.to, from > to { problems.append(("to", page.word("datesCrossed"))) }
        return (query, problems)
    }

    private func listing(_ item: Item, _ page: Page, action: String, caption: String) async throws -> Values {
        let (query, problems) = query(item, page)
        let authorities = try await store.authorities(of: item.id, shownOn: page.today, limit: 100).map {
            (value: $0, text: $0)
        }
        let kinds = item.position(of: .kind).flatMap { item.fields[$0].table }.flatMap { catalogue.codeTables[$0] }?
            .values
            .map { (value: $0.code, text: $0.title[page.language]) }
        var fields = [page.select("authority", "filterAuthority", authorities, current: query.authority)]
        if let kinds { fields.append(page.select("kind", "filterKindOfAct", kinds, current: query.kind)) }
        for name in ["from", "to"] {
            fields.append(
                page.input(
                    name, name == "from" ? "filterFrom" : "filterTo", type: "date",
                    value: page.parameter(name, limit: 20), error: problems.first { $0.field == name }?.text))
        }
        fields.append(page.input("words", "filterWords", type: "text", value: query.words))
        let isFiltered =
            query.authority != nil || query.kind != nil || query.words != nil || query.from != nil || query.to != nil
        var content = values([
            "filters": values([
                "action": action, "fields": fields, "clearHref": isFiltered || !problems.isEmpty ? action : nil,
            ]),
            "columnsExplained": [
                "summary": page.word("columnsExplainedTitle"),
                "terms": ["Organisation", "Title", "Authority", "DocumentNo", "Decided", "ShownUntil"].map {
                    ["term": page.word("col\($0)"), "meaning": page.word("explain\($0)")]
                },
            ] as Values,
        ])
        let tips = ["tipWiderDates", "tipOtherKind"].map { ["text": page.word($0)] as Values }
        let none: Values = ["heading": page.word("tableNone"), "tips": tips]
        if !problems.isEmpty {
            content["problems"] =
                [
                    "heading": page.word("problemsTitle"),
                    "items": problems.map { ["target": "f-\($0.field)", "text": $0.text] },
                ] as Values
            content["none"] = none
            return content
        }
        let result = try await store.list(query)
        let records = publisher.views(result.rows, for: .public)
        if records.isEmpty {
            content["none"] = none
            return content
        }
        let date = page.format.day(page.today)
        let search = request(page)
        let count = page.number(result.total) + (result.isWhole ? "" : "+")
        content["total"] = page.say("sayTableTotal", ["count": count, "date": date])
        content["table"] = table(records, caption: caption, page)
        if let pager = page.pager(total: result.total) { content["pager"] = pager }
        content["downloads"] =
            [
                "scope": page.say("sayDownloadScope", ["count": count, "date": date]),
                "files": [
                    ["href": "\(action).csv\(search)", "label": page.word("fileCsv"), "detail": "CSV"],
                    ["href": "\(action).json\(search)", "label": page.word("fileJson"), "detail": "JSON"],
                ],
            ] as Values
        return content
    }

    private func request(_ page: Page) -> String {
        let kept = Page.address("", page.request.uri.query ?? "", setting: "page", to: nil)
        return kept.hasPrefix("?") ? kept : ""
    }

    func table(_ records: [RecordView], caption: String, _ page: Page) -> Values {
        let columns = ["colOrganisation", "colTitle", "colAuthority", "colDocumentNo", "colDecided", "colShownUntil"]
            .map(page.word)
        return [
            "caption": caption, "captionHidden": true, "columns": columns.map { ["heading": $0] },
            "rows": records.map { record -> Values in
                [
                    "lead": [
                        "heading": columns[0],
                        "link": ["href": "/o/\(Page.encode(record.row.subjectCode))", "text": record.row.subjectName],
                        "sub": record.row.subjectCode,
                    ] as Values,
                    "cells": [
                        [
                            "heading": columns[1],
                            "link": ["href": "/r/\(record.row.id)", "text": page.title(of: record)],
                        ],
                        ["heading": columns[2], "text": record.authority ?? "–"],
                        ["heading": columns[3], "text": record.documentNumber ?? "–"],
                        values([
                            "heading": columns[4], "when": page.when(record.decidedOn),
                            "text": record.decidedOn == nil ? "–" : nil,
                        ]),
                        values([
                            "heading": columns[5], "when": page.shownUntil(record),
                            "text": page.shownUntil(record) == nil ? page.word("shownWhileValid") : nil,
                        ]),
                    ] as [Values],
                ]
            },
        ]
    }

    // MARK: downloads

    /// The whole list under the filters, streamed in chunks from where the last one ended.
    private func download(_ item: Item, _ page: Page, _ form: Form, name: String) async throws -> Response {
        let (query, problems) = query(item, page)
        if let problem = problems.first {
            throw Problem.badParameter(problem.field, Bilingual(zh: problem.text, en: problem.text))
        }
        let (store, publisher, json) = (store, publisher, SubjectJSON(catalogue: catalogue))
        let fields = item.fields.filter { $0.publicity == .public }
        let body = ResponseBody { writer in
            var query = query
            query.offset = 0
            query.limit = 500
            query.after = ListQuery.Position(day: "9999-99-99", id: RecordID(subject: SubjectID(0), ordinal: 0))
            var isFirst = true
            if form == .csv {
                let head = ["record", "subject_code", "subject_name"] + fields.map(\.name) + ["published_until"]
                try await writer.write(ByteBuffer(string: "\u{FEFF}" + head.joined(separator: ",") + "\r\n"))
            } else {
                try await writer.write(ByteBuffer(string: "[\n"))
            }
            while true {
                let rows = try await store.list(query).rows
                var buffer = ByteBuffer()
                for record in publisher.views(rows, for: .public) {
                    if form == .csv {
                        let cells =
                            [record.row.id.description, record.row.subjectCode, record.row.subjectName]
                            + fields.map { field in record.row.values[field.name] ?? "" } + [
                                record.row.publishedUntil ?? ""
                            ]
                        buffer.writeString(cells.map(CSVCell.write).joined(separator: ",") + "\r\n")
                    } else {
                        var object = JSONWriter(capacity: 1024)
                        json.record(record, into: &object, withSubject: true)
                        buffer.writeString(isFirst ? "" : ",\n")
                        buffer.writeBytes(object.bytes)
                    }
                    isFirst = false
                }
                try await writer.write(buffer)
                guard rows.count == query.limit, let last = rows.last else { break }
                query.after = ListQuery.Position(day: last.day ?? "", id: last.id)
            }
            if form == .json { try await writer.write(ByteBuffer(string: "\n]\n")) }
            try await writer.finish(nil)
        }
        let ending = form == .csv ? "csv" : "json"
        return Response(
            status: .ok,
            headers: [
                .contentType: form == .csv ? "text/csv; charset=utf-8" : "application/json; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(name)-\(page.today).\(ending)\"",
                .cacheControl: "no-cache",
            ], body: body)
    }

    /// All public records of one subject as a table of item, field and value columns.
    func recordTable(_ records: [RecordView], _ page: Page, name: String) -> Response {
        var text = "\u{FEFF}record,item,title,authority,document_no,decided_on,published_until,field,value\r\n"
        for record in records {
            let head = [
                record.row.id.description, record.item.title[page.language], page.title(of: record),
                record.authority ?? "", record.documentNumber ?? "",
                record.decidedOn ?? "", record.row.publishedUntil ?? "",
            ]
            for field in record.fields {
                text +=
                    (head + [field.field.title[page.language], page.format.text(field.value, of: field.field)]).map(
                        CSVCell.write
                    ).joined(separator: ",") + "\r\n"
            }
        }
        return .bytes(
            Array(text.utf8), "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"\(name).csv\"", .cacheControl: "no-cache"])
    }
}
