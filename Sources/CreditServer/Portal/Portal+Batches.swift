import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Portal {
    @Sendable func batches(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        var problem: String?
        let typed = page.parameter("receipt", limit: 60)
        if let typed {
            let receipt = Folding.code(typed).lowercased().filter { $0 != "-" }
            if try await store.batch(receipt: receipt) != nil {
                return .redirect(to: "/batches/\(receipt)", type: .normal)
            }
            problem = page.word("receiptUnknown")
        }
        let feed = page.parameter("feed", limit: 60)
        let days = try await store.deliveryDays(limit: 400).filter { feed == nil || $0.feed == feed }.prefix(60)
        var content = values([
            "receipt": values(["value": typed ?? "", "error": problem]),
            "filters": values([
                "action": "/batches",
                "fields": [
                    page.select(
                        "feed", "filterFeed", catalogue.feeds.map { (value: $0.id, text: $0.title[page.language]) },
                        current: feed)
                ],
                "clearHref": feed == nil ? nil : "/batches",
            ]),
            "table": days.isEmpty ? nil : dayTable(Array(days), page),
        ])
        if let problem {
            content["problems"] =
                ["heading": page.word("problemsTitle"), "items": [["target": "receipt", "text": problem]]] as Values
        }
        return try page.render(
            "batches", title: page.word("batchesTitle"), content, here: page.word("batchesTitle"), isKept: false,
            hasProblem: problem != nil)
    }

    private func dayTable(_ days: [DeliveryDay], _ page: Page) -> Values {
        let columns = ["colDay", "colFeed", "colBatches", "colRows", "colAccepted", "colRejected", "colWaiting"].map(
            page.word)
        return [
            "caption": page.word("batchesCounts"), "captionHidden": true,
            "columns": columns.enumerated().map { values(["heading": $1, "numeric": $0 > 1 ? true : nil]) },
            "rows": days.map { day -> Values in
                let feed = catalogue.feed(day.feed)?.title[page.language] ?? day.feed
                let numbers = [day.batches, day.rows, day.accepted, day.rejected, day.waiting]
                return [
                    "lead": ["heading": columns[0], "text": page.format.day(day.day)],
                    "cells": [["heading": columns[1], "text": feed] as Values]
                        + numbers.enumerated().map {
                            ["heading": columns[$0 + 2], "text": page.number($1), "numeric": true]
                        },
                ]
            },
        ]
    }

    private func batchRow(_ context: PortalContext) async throws -> BatchRow {
        guard let batch = try await store.batch(receipt: context.parameters.get("receipt") ?? "") else {
            throw Problem.notFound(Bilingual(zh: "没有这个回执码。", en: "There is no such receipt."))
        }
        return batch
    }

    @Sendable func batch(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let batch = try await batchRow(context)
        let totals = batch.totals
        let item = catalogue.item(batch.item)
        let columns = StoredColumns.decode(totals.columns)
        let faults = try await store.rejectCount(batch: batch.number)
        let start = (page.pageNumber - 1) * Page.pageSize
        let rejects = try await store.rejects(batch: batch.number, after: Int64(start), limit: Page.pageSize)
        let waiting = totals.waiting > 0 ? try await store.waiting(batch: batch.number, limit: 100) : []
        let rate = totals.seconds > 0 ? Int(Double(totals.rows) / totals.seconds) : totals.rows
        let figures = [
            ("figureRows", totals.rows), ("figureAccepted", totals.accepted), ("figureUpdated", totals.updated),
            ("figureUnchanged", totals.unchanged), ("figureRejected", totals.rejected),
            ("figureWaiting", totals.waiting),
        ].map { ["label": page.word($0.0), "number": page.number($0.1)] }
        var file: [Values] = [
            ["label": page.isEnglish ? "File" : "文件名", "text": batch.fileName],
            ["label": page.word("fileEncoding"), "text": totals.encoding],
            ["label": page.word("fileFormat"), "text": totals.format.uppercased()],
            ["label": page.word("fileEdition"), "text": catalogue.edition.id],
        ]
        if let layout = totals.layout { file.append(["label": page.isEnglish ? "Layout" : "版式", "text": layout]) }
        let ignored = columns.filter { $0.use == "unknown" || $0.use == "ignored" }.map(\.heading)
        let refused = columns.filter { $0.use == "refused" }
        return try page.render(
            "batch", title: page.word("batchOver"),
            values([
                "notices": StoredColumns.notes(totals.notes).map { note in
                    ["tone": "plain", "heading": page.isEnglish ? note.en : note.zh] as Values
                },
                "receipt": batch.receipt,
                "progress": ["label": page.word("batchDone"), "tone": totals.rejected == 0 ? "jade" : "plain"],
                "feed": catalogue.feed(batch.feed)?.title[page.language] ?? batch.feed,
                "department": batch.department ?? (page.isEnglish ? "not stated" : "未注明"),
                "received": ["iso": batch.startedAt.description, "text": page.format.moment(batch.startedAt)],
                "figures": figures,
                "rejects": rejects.isEmpty
                    ? nil : item.map { rejectValues(rejects, batch, $0, start: start, of: faults, page) },
                "waiting": waiting.isEmpty ? nil : waitingValues(waiting, totals.waiting, page),
                "changes": changesTable(totals.changes, page), "recognised": recognised(columns, item, page),
                "ignored": ignored.isEmpty ? nil : ["headings": ignored],
                "refused": refused.isEmpty
                    ? nil : ["headings": refused.map { ["heading": $0.heading, "why": refusal($0.heading, page)] }],
                "file": file,
                "times": [
                    ["label": page.word("timeReceived"), "text": String(batch.startedAt.chinaMinute.suffix(5))],
                    ["label": page.word("timeFinished"), "text": String(totals.finishedAt.chinaMinute.suffix(5))],
                    [
                        "label": page.word("timeTaken"),
                        "text": page.isEnglish
                            ? "\(totals.seconds) s, \(page.number(rate)) rows/s"
                            : "\(totals.seconds) 秒，每秒 \(page.number(rate)) 行",
                    ],
                ],
                "takeAway": [
                    [
                        "href": "/batches/\(batch.receipt)/rejects.csv", "label": page.word("batchRejectFile"),
                        "detail": "CSV",
                    ],
                    ["href": "/api/v1/batches/\(batch.receipt)", "label": page.word("batchJson"), "detail": "JSON"],
                ],
            ]), trail: [(href: "/batches", label: page.word("batchesTitle"))], here: page.word("batchOver"),
            isKept: false)
    }

    private func rejectValues(
        _ rejects: [RejectRow], _ batch: BatchRow, _ item: Item, start: Int, of total: Int, _ page: Page
    ) -> Values {
        let messages = RejectFile(catalogue: catalogue, item: item)
        return values([
            "intro": page.say(
                "sayRejects", ["rows": page.number(batch.totals.rows), "count": page.number(batch.totals.rejected)]),
            "fileHref": "/batches/\(batch.receipt)/rejects.csv",
            "caption": page.say(
                "sayRejectsCaption",
                [
                    "first": page.number(start + 1), "last": page.number(start + rejects.count),
                    "count": page.number(total),
                ]),
            "pager": page.pager(total: total),
            "rows": rejects.map { reject -> Values in
                let (message, remedy) = messages.parts(reject, withSuggestion: false)
                let isEmpty =
                    reject.code == CheckCode.requiredMissing.rawValue
                    || reject.code == CheckCode.subjectMissing.rawValue
                let original =
                    isEmpty ? (page.isEnglish ? "(empty)" : "（空）") : reject.original.isEmpty ? nil : reject.original
                return values([
                    "line": String(reject.line), "column": reject.column ?? (page.isEnglish ? "whole row" : "整行"),
                    "field": reject.field ?? "", "message": message[page.language], "remedy": remedy[page.language],
                    "code": reject.code,
                    "original": original.map { $0.count > 60 ? $0.prefix(60) + "…" : $0 },
                    "suggestion": reject.suggestion,
                ])
            },
        ])
    }

    private func waitingValues(_ rows: [WaitingView], _ total: Int, _ page: Page) -> Values {
        let columns = [
            page.word("rejectLine"), page.isEnglish ? "Name in the row" : "这一行的名称",
            page.isEnglish ? "Why nobody can be sure" : "为什么认不准",
        ]
        let reasons: [String: Bilingual] = [
            "no-identifier": Bilingual(zh: "只有名称，没有任何号码", en: "a name and no number"),
            "legacy-identifier-only": Bilingual(zh: "只有无法核验的旧号码", en: "only an old number that cannot be checked"),
            "identifiers-disagree": Bilingual(zh: "几个号码分属不同单位", en: "its numbers belong to different organisations"),
            "name-missing": Bilingual(zh: "号码没有登记过，又没有名称", en: "an unknown number and no name"),
        ]
        return [
            "intro": page.say("sayWaiting", ["count": page.number(total)]),
            "table": [
                "caption": page.word("waitingTitle"), "captionHidden": true, "columns": columns.map { ["heading": $0] },
                "rows": rows.map { row -> Values in
                    [
                        "lead": ["heading": columns[0], "text": String(row.line)],
                        "cells": [
                            ["heading": columns[1], "text": row.name ?? row.identifiers],
                            ["heading": columns[2], "text": reasons[row.reason]?[page.language] ?? row.reason],
                        ],
                    ]
                },
            ] as Values,
        ]
    }

    private func changesTable(_ json: [UInt8], _ page: Page) -> Values? {
        let counts = StoredColumns.counts(json)
        guard !counts.isEmpty else { return nil }
        let columns = [page.word("colChange"), page.word("colCount")]
        return [
            "caption": page.word("changesTitle"), "captionHidden": true,
            "columns": [["heading": columns[0]], ["heading": columns[1], "numeric": true] as Values],
            "rows": counts.sorted { $0.value > $1.value }.map { code, count -> Values in
                [
                    "lead": ["heading": columns[0], "text": catalogue.cleaning.changes[code]?[page.language] ?? code],
                    "cells": [["heading": columns[1], "text": page.number(count), "numeric": true] as Values],
                ]
            },
        ]
    }

    private func recognised(_ columns: [StoredColumns.Column], _ item: Item?, _ page: Page) -> Values? {
        let known = columns.filter { $0.field != nil }
        guard !known.isEmpty, let item else { return nil }
        let headings = [page.word("colHeading"), page.word("colField")]
        return [
            "caption": page.word("columnsRecognised"), "columns": headings.map { ["heading": $0] },
            "rows": known.map { column -> Values in
                let field = column.field.flatMap { item.position(of: $0) }.map { item.fields[$0] }
                return [
                    "lead": ["heading": headings[0], "text": column.heading],
                    "cells": [
                        ["heading": headings[1], "text": field?.title[page.language] ?? "", "sub": column.field ?? ""]
                    ],
                ]
            },
        ]
    }

    private func refusal(_ heading: String, _ page: Page) -> String {
        if let group = catalogue.forbidden.group(inHeading: heading) {
            return page.isEnglish ? "\(group.title.en): never recorded" : "\(group.title.zh)：不得记录"
        }
        return page.isEnglish ? "identifies a person; not needed, not read" : "涉及个人身份，用不着，没有读取"
    }

    /// The reject file, streamed.
    @Sendable func rejectFile(_ request: Request, _ context: PortalContext) async throws -> Response {
        let batch = try await batchRow(context)
        guard let item = catalogue.item(batch.item) else {
            throw Problem.notFound(Bilingual(zh: "目录里没有这个事项。", en: "The catalogue has no such item."))
        }
        let (store, lines) = (store, RejectFile(catalogue: catalogue, item: item))
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: RejectFile.header))
            var after: Int64 = 0
            while true {
                let rows = try await store.rejects(batch: batch.number, after: after, limit: 1000)
                guard let last = rows.last else { break }
                try await writer.write(ByteBuffer(string: rows.map { lines.line(file: batch.fileName, $0) }.joined()))
                after = last.ordinal
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"rejects-\(batch.number).csv\"",
                .cacheControl: "no-store",
            ], body: body)
    }
}

/// Reads back what a batch stored about its file.
enum StoredColumns {
    struct Column: Decodable {
        let heading: String
        let use: String
        let field: String?
    }
    struct Note: Decodable {
        let zh: String
        let en: String
    }

    static func decode(_ json: [UInt8]) -> [Column] {
        (try? JSONDecoder().decode([Column].self, from: Data(json))) ?? []
    }
    static func counts(_ json: [UInt8]) -> [String: Int] {
        (try? JSONDecoder().decode([String: Int].self, from: Data(json))) ?? [:]
    }
    static func notes(_ json: [UInt8]) -> [Note] { (try? JSONDecoder().decode([Note].self, from: Data(json))) ?? [] }
}
