import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird
import TransparencyLog

/// `/api/v1`, as `API/openapi.yaml` describes it. A test compares the two both ways.
struct API: Sendable {
    let catalogue: Catalogue
    let store: any ServiceStore
    let log: PublicLog
    let publicAddress: String?
    let choices: SearchChoices
    let shapes: SubjectJSON
    let clock: @Sendable () -> Instant

    var publisher: Publisher { Publisher(catalogue: catalogue, today: clock().day) }

    func add(to router: Router<PortalContext>) {
        let group = router.group("api/v1")
        group.get("subjects", use: search)
        group.get("suggest", use: suggest)
        group.get("subjects/:code", use: subject)
        group.get("subjects/:code/records", use: records)
        group.get("records/:record", use: record)
        group.get("records/:record/proof", use: proof)
        group.get("records", use: list)
        group.get("batches/:receipt", use: batch)
        group.get("batches/:receipt/rejects", use: rejects)
        group.get("catalogue", use: catalogueIndex)
        group.get("catalogue/:item", use: catalogueItem)
        group.get("feeds", use: feeds)
        group.get("statistics/:topic", use: statistics)
        group.get("openapi.yaml", use: document)
        MatchRoutes(catalogue: catalogue, store: store, publicAddress: publicAddress).add(to: group)
    }

    // MARK: parameters

    private func text(_ name: String, _ request: Request, limit: Int = 100) throws -> String? {
        guard let raw = QueryString.value(name, in: request) else { return nil }
        // Counted as the document of the interface counts, by code points.
        guard raw.unicodeScalars.count <= limit, !raw.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw Problem.badParameter(
                name,
                Bilingual(zh: "最多 \(limit) 个字符，不含控制字符。", en: "at most \(limit) characters, no control characters."))
        }
        return raw.isEmpty ? nil : raw
    }

    private func flag(_ name: String, _ request: Request) throws -> Bool {
        switch try text(name, request) {
        case "true": true
        case "false", nil: false
        default: throw Problem.badParameter(name, Bilingual(zh: "请写 true 或 false。", en: "true or false."))
        }
    }

    private func day(_ name: String, _ request: Request) throws -> Day? {
        guard let raw = try text(name, request) else { return nil }
        guard let day = Day(iso: raw) else {
            throw Problem.badParameter(name, Bilingual(zh: "请写成 2026-03-05。", en: "a day written 2026-03-05."))
        }
        return day
    }

    private func path(_ name: String, _ context: PortalContext) -> String {
        let raw = context.parameters.get(name) ?? ""
        return PortalContext.decoded(raw)
    }

    // MARK: subjects and records

    @Sendable func search(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let words = try text("q", request) else {
            throw Problem.badParameter("q", Bilingual(zh: "请给出名称的一部分或代码。", en: "give a part of a name, or a code."))
        }
        var query = SearchQuery(text: words, kind: .organisation)
        query.limit = try QueryString.number("limit", request, default: 20, 1...100)
        query.offset = try QueryString.number("offset", request, default: 0, 0...10_000)
        query.division = try text("division", request, limit: 6)
        query.status = try text("status", request, limit: 40)
        query.sector = try sector(request)
        query.shownOn = clock().day
        choices.narrow(
            &query, kind: try text("kind", request, limit: 40), category: try text("category", request, limit: 40))
        if try flag("counts", request) { query.countedGroups = choices.categories.map(\.values) }
        let result = try await store.search(query)
        var json = JSONWriter(capacity: 4096)
        SearchJSON.write(result, query: words, choices: choices, into: &json)
        return .json(json)
    }

    /// A letter that the standard does not have would find nobody, which would read as "no such organisations".
    private func sector(_ request: Request) throws -> String? {
        guard let letter = try text("sector", request) else { return nil }
        guard choices.sectors.contains(where: { $0.id == letter }) else {
            let all = choices.sectors.map(\.id).joined(separator: " ")
            throw Problem.badParameter(
                "sector",
                Bilingual(
                    zh: "请给出国民经济行业分类的门类字母：\(all)。",
                    en: "a section letter of the classification of industries: \(all)."))
        }
        return letter
    }

    /// At most ten names to choose from while one types: those that begin with the words first.
    @Sendable func suggest(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let words = try text("q", request) else {
            throw Problem.badParameter("q", Bilingual(zh: "请给出名称开头的几个字。", en: "give the beginning of a name."))
        }
        let result = try await store.search(SearchQuery(text: words, kind: .organisation, limit: 10))
        var json = JSONWriter(capacity: 1024)
        SearchJSON.suggestions(result, query: words, into: &json)
        return .json(json)
    }

    private func file(_ context: PortalContext) async throws -> SubjectFile {
        guard
            let file = try await SubjectFile.load(
                code: path("code", context), from: store, publisher: publisher, audience: .public)
        else {
            throw Problem.notFound(Bilingual(zh: "这里没有这个代码的单位。", en: "Nobody here has this code."))
        }
        return file
    }

    @Sendable func subject(_ request: Request, _ context: PortalContext) async throws -> Response {
        // A usual file of a dozen records.
        var json = JSONWriter(capacity: 24 << 10)
        shapes.file(try await file(context), into: &json)
        return .json(json)
    }

    @Sendable func records(_ request: Request, _ context: PortalContext) async throws -> Response {
        let file = try await file(context)
        let item = try text("item", request)
        let shown = file.records.filter { item == nil || $0.item.id == item }
        var json = JSONWriter(capacity: 8192)
        json.object { json in
            json.field("total", shown.count)
            json.array("records") { json in for record in shown { shapes.record(record, into: &json) } }
        }
        return .json(json)
    }

    @Sendable func record(_ request: Request, _ context: PortalContext) async throws -> Response {
        let record = try await PublicRecords(store: store, publisher: publisher).record(path("record", context))
        var json = JSONWriter(capacity: 2048)
        shapes.record(record, into: &json, withSubject: true)
        return .json(json)
    }

    /// The proof of the revision that states a public record, as a `.tlog-proof` file or, on request, as JSON.
    @Sendable func proof(_ request: Request, _ context: PortalContext) async throws -> Response {
        let proofs = RecordProofs(store: store, log: log, publisher: publisher)
        let proof = try await proofs.proof(of: path("record", context))
        guard request.headers[.accept]?.contains("application/json") == true else {
            let name = "\(path("record", context)).tlog-proof"
            return .bytes(
                proof.proof.bytes, "text/plain; charset=utf-8",
                headers: [
                    .contentDisposition: "attachment; filename=\"\(name)\"", .cacheControl: "no-cache",
                    .vary: "Accept",
                ])
        }
        var json = JSONWriter(capacity: 4096)
        proofs.write(proof, into: &json)
        var response = Response.json(json)
        response.headers[.vary] = "Accept"
        return response
    }

    @Sendable func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let id = try text("item", request), let item = catalogue.item(id), item.publicity == .public,
            item.subjects.contains(.organisation)
        else {
            throw Problem.badParameter(
                "item", Bilingual(zh: "请给出目录里公示的单位事项。", en: "a public item of the catalogue about organisations."))
        }
        var query = ListQuery(item: item.id, shownOn: clock().day)
        query.limit = try QueryString.number("limit", request, default: 20, 1...500)
        query.authority = try text("authority", request, limit: 200)
        query.kind = try text("kind", request, limit: 60)
        query.words = try text("words", request)
        query.from = try day("from", request)
        query.to = try day("to", request)
        let total = try await store.list(query).total
        if let after = try text("after", request) {
            let parts = after.split(separator: "_").map(String.init)
            guard parts.count == 2, Day(iso: parts[0]) != nil, let id = RecordID(parts[1]) else {
                throw Problem.badParameter(
                    "after", Bilingual(zh: "请用上一页给出的 next。", en: "use the `next` of the page before."))
            }
            query.after = ListQuery.Position(day: parts[0], id: id)
        }
        let rows = try await store.list(query).rows
        var json = JSONWriter(capacity: 8192)
        json.object { json in
            json.field("item", item.id)
            json.field("total", total)
            json.array("records") { json in
                for record in publisher.views(rows, for: .public) {
                    shapes.record(record, into: &json, withSubject: true)
                }
            }
            json.field("next", rows.count == query.limit ? rows.last.map { "\($0.day ?? "")_\($0.id)" } : nil)
        }
        return .json(json)
    }

    // MARK: statistics

    @Sendable func statistics(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let topic = StatisticsTopic(rawValue: path("topic", context)) else {
            throw Problem.notFound(Bilingual(zh: "没有这个统计专题。", en: "There is no such topic of statistics."))
        }
        let statistics = Statistics(catalogue: catalogue, store: store, today: clock().day)
        let period = StatisticsPeriod(from: try text("from", request), to: try text("to", request))
        let table = try await statistics.table(topic, in: try period.requiredMonths(topic, statistics))
        var json = JSONWriter(capacity: 1 << 14)
        table.write(asOf: clock(), into: &json)
        return .json(json)
    }

    // MARK: batches

    private func batchRow(_ context: PortalContext) async throws -> BatchRow {
        guard let batch = try await store.batch(receipt: path("receipt", context)) else {
            throw Problem.notFound(Bilingual(zh: "没有这个回执码。", en: "There is no such receipt."))
        }
        return batch
    }

    @Sendable func batch(_ request: Request, _ context: PortalContext) async throws -> Response {
        let batch = try await batchRow(context)
        var json = JSONWriter(capacity: 2048)
        json.object { json in
            json.field("batch", batch.receipt)
            json.field("number", batch.number)
            json.field("feed", batch.feed)
            json.field("item", batch.item)
            json.field("file", batch.fileName)
            json.field("department", batch.department)
            json.field("started_at", batch.startedAt.description)
            json.field("finished_at", batch.totals.finishedAt.description)
            json.field("rows", batch.totals.rows)
            json.field("accepted", batch.totals.accepted)
            json.field("updated", batch.totals.updated)
            json.field("unchanged", batch.totals.unchanged)
            json.field("rejected", batch.totals.rejected)
            json.field("unresolved", batch.totals.waiting)
            json.field("seconds", number: String(batch.totals.seconds))
            json.field("format", batch.totals.format)
            json.field("encoding", batch.totals.encoding)
            json.field("layout", batch.totals.layout)
            json.key("columns")
            json.raw(batch.totals.columns)
            json.key("changes")
            json.raw(batch.totals.changes)
            json.key("notes")
            json.raw(batch.totals.notes)
        }
        return .json(json)
    }

    @Sendable func rejects(_ request: Request, _ context: PortalContext) async throws -> Response {
        let batch = try await batchRow(context)
        let after = try QueryString.number("after", request, default: 0, 0...Int(Int32.max))
        let limit = try QueryString.number("limit", request, default: 100, 1...1000)
        guard let item = catalogue.item(batch.item) else {
            throw Problem.notFound(Bilingual(zh: "目录里没有这个事项。", en: "The catalogue has no such item."))
        }
        let rows = try await store.rejects(batch: batch.number, after: Int64(after), limit: limit)
        let messages = RejectFile(catalogue: catalogue, item: item)
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.array("rejects") { json in
                for row in rows {
                    let message = messages.message(row)
                    json.object { json in
                        json.field("line", row.line)
                        json.field("column", row.column)
                        json.field("field", row.field)
                        json.field("code", row.code)
                        json.object("message") { json in
                            json.field("zh", message.zh)
                            json.field("en", message.en)
                        }
                        json.field("suggestion", row.suggestion)
                        json.field("original", row.original)
                    }
                }
            }
            json.field("next", rows.count == limit ? rows.last?.ordinal : nil)
        }
        return .json(json)
    }

    // MARK: catalogue

    @Sendable func catalogueIndex(_ request: Request, _ context: PortalContext) -> Response {
        var json = JSONWriter(capacity: 8192)
        json.object { json in
            json.field("edition", catalogue.edition.id)
            json.field("effective_from", catalogue.edition.effectiveFrom.description)
            json.array("categories") { json in
                for category in catalogue.categories {
                    json.object { json in
                        json.field("id", category.id)
                        json.field("number", category.number)
                        words("title", category.title, &json)
                        json.field("verified", category.verified)
                        json.array("items") { json in
                            for item in catalogue.items where item.category == category.id { json.value(item.id) }
                        }
                    }
                }
            }
        }
        return .json(json)
    }

    private func words(_ name: String, _ text: Bilingual, _ json: inout JSONWriter) {
        json.object(name) { json in
            json.field("zh", text.zh)
            json.field("en", text.en)
        }
    }

    @Sendable func catalogueItem(_ request: Request, _ context: PortalContext) throws -> Response {
        guard let item = catalogue.item(path("item", context)) else {
            throw Problem.notFound(Bilingual(zh: "目录里没有这个事项。", en: "The catalogue has no such item."))
        }
        let format = FieldFormat(catalogue: catalogue, language: .chinese)
        var json = JSONWriter(capacity: 8192)
        json.object { json in
            json.field("id", item.id)
            json.field("category", item.category)
            words("title", item.title, &json)
            words("conduct", item.conduct, &json)
            json.field("nature", item.nature.rawValue)
            json.array("subjects") { json in item.subjects.map(\.rawValue).sorted().forEach { json.value($0) } }
            words("source", item.source, &json)
            json.field("basis", format.bases(item.basis))
            json.field("verified", item.verified)
            json.field("publicity", item.publicity.rawValue)
            json.field("sharing", item.sharing.rawValue)
            json.field("retention_years", item.retention.map { Int64($0.years) })
            json.array("fields") { json in
                for field in item.fields {
                    json.object { json in
                        json.field("name", field.name)
                        words("title", field.title, &json)
                        json.field("type", field.type.rawValue)
                        json.field("publicity", field.publicity.rawValue)
                        json.field("codes", field.table)
                    }
                }
            }
            json.array("feeds") { json in catalogue.feeds(of: item.id).forEach { json.value($0.id) } }
        }
        return .json(json)
    }

    @Sendable func feeds(_ request: Request, _ context: PortalContext) -> Response {
        var json = JSONWriter(capacity: 1 << 16)
        json.object { json in
            json.array("feeds") { json in
                for feed in catalogue.feeds {
                    guard let item = catalogue.item(feed.item) else { continue }
                    json.object { json in
                        json.field("feed", feed.id)
                        json.field("item", feed.item)
                        words("title", feed.title, &json)
                        json.array("columns") { json in
                            for (field, spellings) in feed.headings {
                                json.object { json in
                                    json.field("field", item.fields[field].name)
                                    json.field("type", feed.types[field].rawValue)
                                    json.array("headings") { json in spellings.forEach { json.value($0) } }
                                }
                            }
                        }
                    }
                }
            }
        }
        return .json(json)
    }

    @Sendable func document(_ request: Request, _ context: PortalContext) throws -> Response {
        guard let bytes = OpenAPIDocument.load() else {
            throw Problem.notFound(
                Bilingual(
                    zh: "接口说明没有随程序安装：请把 API/openapi.yaml 放在程序所在目录或其上级目录。",
                    en: "The API description was not installed with the program: put API/openapi.yaml beside it or in a folder above."))
        }
        return .bytes(bytes, "application/yaml; charset=utf-8")
    }
}

/// The API description, found as the catalogue is: beside the program or in the folders above it.
enum OpenAPIDocument {
    static func load() -> [UInt8]? {
        guard let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        var folder = executable[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            for path in ["\(folder)/API/openapi.yaml", "\(folder)/share/chengxin/API/openapi.yaml"] {
                if let data = FileManager.default.contents(atPath: path) { return Array(data) }
            }
        }
        return nil
    }
}
