import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import Hummingbird

extension Portal {
    /// A record the public may see.
    /// - Throws: `Problem` not-found, or gone where its term is over.
    func shownRecord(_ text: String) async throws -> RecordView {
        guard let id = RecordID(text), let row = try await store.record(id) else {
            throw Problem.notFound(Bilingual(zh: "没有这条记录。", en: "There is no such record."))
        }
        if publisher.state(of: row) == .withdrawn, row.clocks.publishedUntil.map({ $0 >= publisher.today }) == true {
            throw try await withdrawn(row)
        }
        guard let record = publisher.view(row, for: .public) else {
            // The same answer for what ended and what was never public: the address must not tell which.
            throw Problem.gone(Bilingual(zh: "这条记录不公示。", en: "This record is not shown."))
        }
        return record
    }

    /// A withdrawal is explained publicly, without what the record said (行政处罚法 art. 48).
    private func withdrawn(_ row: RecordRow) async throws -> Problem {
        let act = try await store.revisions(of: row.id).first { $0.act == .withdraw }
        func sentence(_ language: Language) -> String {
            guard let act else { return "" }
            let day = FieldFormat(catalogue: catalogue, language: language).day(act.effectiveOn)
            let why = act.reason.map { catalogue.words("reason", $0.rawValue)[language] } ?? ""
            let basis = act.basis ?? ""
            return language == .english
                ? "Withdrawn from \(day): \(why). Basis: \(basis)." : "自\(day)起撤回：\(why)。依据：\(basis)。"
        }
        return Problem.gone(Bilingual(zh: sentence(.chinese), en: sentence(.english)))
    }

    @Sendable func record(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let record = try await shownRecord(context.parameters.get("record") ?? "")
        let revisions = try await store.revisions(of: record.row.id)
        let address = page.subjectAddress(
            SubjectState(
                kind: record.item.subjects == [.practitioner] ? .practitioner : .organisation,
                code: record.row.subjectCode, name: record.row.subjectName, isRegistered: true))
        let title = page.title(of: record)
        let cleaned = record.changes.flatMap { change in change.codes.map { (change, $0) } }.filter {
            $0.1 != "trimmed"
        }
        return try page.render(
            "record", title: "\(title) · \(record.row.subjectName)",
            values([
                "notices": [Values](), "category": record.item.title[page.language], "title": title,
                "subject": ["href": address, "name": record.row.subjectName, "code": record.row.subjectCode],
                "state": page.state(of: record) ?? ["label": page.word("stateInForce"), "tone": "plain"],
                "authority": record.authority ?? (page.isEnglish ? "not stated" : "未注明"),
                "decided": page.when(record.decidedOn),
                "shownUntil": page.shownUntil(record), "facts": record.fields.map(page.fact),
                "bases": bases(record, page), "term": term(record, page),
                "contest": page.contest(record.item, authority: record.authority),
                "hasCleaned": cleaned.isEmpty ? nil : true,
                "cleaned": cleaned.map { change, code in
                    let stored = record.fields.first { $0.field.name == change.field.name }
                    return values([
                        "field": change.field.title[page.language],
                        "from": change.delivered.isEmpty ? "–" : change.delivered,
                        "to": stored.map { page.format.text($0.value, of: $0.field) } ?? "–",
                        "why": catalogue.cleaning.changes[code]?[page.language] ?? code,
                    ])
                },
                "revisions": revisions.map { revision in
                    values([
                        "at": page.when(revision.recordedAt.day.description),
                        "what": page.deed(revision),
                        "who": revision.department
                            ?? revision.feed.flatMap { catalogue.feed($0)?.provider[page.language] }
                            ?? revision.basis ?? "",
                    ])
                },
                "permalink": page.absolute("/r/\(record.row.id)"),
                "takeAway": [
                    [
                        "href": "/api/v1/records/\(record.row.id)", "label": page.word("dataRecordJson"),
                        "detail": "JSON",
                    ],
                    [
                        "href": "/r/\(record.row.id)/proof", "label": page.word("dataRecordProof"),
                        "detail": "tlog-proof",
                    ],
                ],
                "origin": origin(record, page),
            ]), trail: [(href: address, label: record.row.subjectName)], here: title)
    }

    private func bases(_ record: RecordView, _ page: Page) -> [Values] {
        var bases: [Values] = []
        if let own = page.value(of: .legalBasis, in: record) {
            bases.append([
                "law": own, "article": "", "stated": true, "use": page.isEnglish ? "as the decision states" : "决定书所引",
            ])
        }
        bases += page.bases(record.item.basis, use: page.isEnglish ? "for recording and publishing" : "收录和公示的依据")
        bases += page.bases(record.item.publication.basis, use: page.isEnglish ? "for the term" : "公示期限的依据")
        return bases
    }

    private func term(_ record: RecordView, _ page: Page) -> Values {
        let until = record.row.publishedUntil.flatMap { Day(iso: $0) }
        guard let until, !until.isOpenEnd else { return ["text": page.word("shownWhileValid"), "why": ""] }
        let day = page.format.day(until)
        let text =
            page.isEnglish
            ? "Shown until \(day), then it leaves by itself; nobody need apply." : "公示到\(day)，到期自动停止，不用申请。"
        let why: String
        switch record.item.publication.term {
        case .rules: why = page.judged(record.row.clocks)
        case .months(let months, _):
            why =
                page.isEnglish
                ? "\(months) months from the day of the decision, the longest term." : "从决定日起最长公示 \(months) 个月。"
        case .until: why = page.isEnglish ? "As long as it is valid." : "在有效期内公示。"
        case .always, .never: why = ""
        }
        return ["text": text, "why": why]
    }

    private func origin(_ record: RecordView, _ page: Page) -> [Values] {
        guard let batch = record.row.batch else {
            return [
                ["label": page.word("originReceived"), "text": page.format.moment(record.row.receivedAt)],
                [
                    "label": page.word("originDepartment"),
                    "text": page.isEnglish ? "put right by an officer" : "由工作人员更正",
                ],
            ]
        }
        return [
            [
                "label": page.word("originBatch"),
                "text": page.isEnglish ? "No. \(batch.number)" : "第 \(batch.number) 批",
            ],
            [
                "label": page.word("originDepartment"),
                "text": batch.department ?? (page.isEnglish ? "not stated" : "未注明"),
            ],
            ["label": page.word("originReceived"), "text": page.format.moment(record.row.receivedAt)],
            ["label": page.word("originRow"), "text": String(batch.line)],
        ]
    }
}
