import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import Hummingbird

extension Portal {
    @Sendable func record(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(self, request)
        let record = try await records.record(context.parameters.get("record") ?? "")
        let revisions = try await store.revisions(of: record.row.id)
        let mark = record.row.mark == nil ? nil : revisions.first { $0.act == .mark }
        let address = page.subjectAddress(
            SubjectState(
                kind: record.item.subjects == [.practitioner] ? .practitioner : .organisation,
                code: record.row.subjectCode, name: record.row.subjectName, isRegistered: true))
        let title = page.title(of: record)
        let proof = "/r/\(record.row.id)/proof"
        return try page.render(
            "record", title: "\(title) · \(record.row.subjectName)",
            values([
                "notices": mark.map { [page.notice(of: $0)] } ?? [],
                "category": record.item.title[page.language], "title": title,
                "subject": ["href": address, "name": record.row.subjectName, "code": record.row.subjectCode],
                "state": page.state(of: record) ?? ["label": page.word("stateInForce"), "tone": "plain"],
                "authority": record.authority ?? (page.isEnglish ? "not stated" : "未注明"),
                "decided": page.when(record.decidedOn),
                "shownUntil": page.shownUntil(record), "facts": record.fields.map(page.fact),
                "bases": bases(record, page), "term": page.term(record),
                "contest": page.contest(record.item, authority: record.authority),
                "hasCleaned": cleaned(record, page).isEmpty ? nil : true, "cleaned": cleaned(record, page),
                "revisions": page.history(revisions),
                "proof": values([
                    "href": proof,
                    "place": revisions.first { $0.act.isStatement }.map {
                        page.say("sayProofPlace", ["leaf": page.number(Int($0.leaf))])
                    },
                ]),
                "permalink": page.absolute("/r/\(record.row.id)"),
                "takeAway": [
                    [
                        "href": "/api/v1/records/\(record.row.id)", "label": page.word("dataRecordJson"),
                        "detail": "JSON",
                    ],
                    ["href": proof, "label": page.word("dataRecordProof"), "detail": "tlog-proof"],
                ],
                "origin": origin(record, page),
            ]), trail: [(href: address, label: record.row.subjectName)], here: title)
    }

    /// What intake changed in spelling, field by field.
    private func cleaned(_ record: RecordView, _ page: Page) -> [Values] {
        record.changes.flatMap { change in change.codes.map { (change, $0) } }.filter { $0.1 != "trimmed" }.map {
            change, code in
            let stored = record.fields.first { $0.field.name == change.field.name }
            return values([
                "field": change.field.title[page.language],
                "from": change.delivered.isEmpty ? "–" : change.delivered,
                "to": stored.map { page.format.text($0.value, of: $0.field) } ?? "–",
                "why": catalogue.cleaning.changes[code]?[page.language] ?? code,
            ])
        }
    }

    private func bases(_ record: RecordView, _ page: Page) -> [Values] {
        var bases: [Values] = []
        if let own = page.value(of: .legalBasis, in: record) {
            bases.append([
                "law": own, "article": "", "stated": true, "use": page.isEnglish ? "as the decision states" : "决定书所引",
            ])
        }
        bases += page.bases(record.item.basis, use: page.isEnglish ? "for recording and publishing" : "收录和公示的依据")
        // The rule of the record's own day, where there are several; else what the item states.
        let set = record.row.clocks.ruleSet.flatMap { catalogue.ruleSet($0) }
        let ofTerm = set?.basis ?? record.item.publication.basis
        bases += page.bases(ofTerm, use: page.isEnglish ? "for the term" : "公示期限的依据")
        return bases
    }

    private func origin(_ record: RecordView, _ page: Page) -> [Values] {
        let received = page.labelled("originReceived", page.format.moment(record.row.receivedAt))
        guard let batch = record.row.batch else {
            return [received, page.labelled("originDepartment", page.word("actByOfficer"))]
        }
        return [
            page.labelled("originBatch", page.isEnglish ? "No. \(batch.number)" : "第 \(batch.number) 批"),
            page.labelled("originDepartment", batch.department ?? (page.isEnglish ? "not stated" : "未注明")),
            received, page.labelled("originRow", String(batch.line)),
        ]
    }
}
