import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices
import Hummingbird

/// One waiting row beside those whom it may mean, part by part, with differences marked.
struct CasePage {
    let desk: Desk
    let page: Page
    let row: ReviewRow

    func render(problem: String?, _ form: [String: String]) async throws -> Response {
        let kept = row.row
        let query = MatchQuery(name: kept.name, identifiers: kept.identifiers)
        let answer = try await desk.store.match([query], divisions: desk.portal.catalogue.divisions).first
        let candidates = answer?.candidates ?? []
        var profiles: [(MatchAnswer.Candidate, SubjectProfile)] = []
        for candidate in candidates {
            if let profile = try await desk.store.profile(id: candidate.subject),
                !profiles.contains(where: { $0.1.id == profile.id })
            {
                profiles.append((candidate, profile))
            }
        }
        var content = values([
            "number": String(kept.id), "name": kept.name ?? "–", "action": "/desk/review/\(kept.id)",
            "facts": facts(), "why": answer.map { $0.reason.words[page.language] },
            "compare": kept.name.flatMap { compare($0, profiles) },
            "choices": profiles.enumerated().map { place, pair in choice(place, pair.0, pair.1, form) },
            "hasChoices": profiles.isEmpty ? nil : true, "code": form["code"] ?? "", "reason": form["reason"] ?? "",
            "otherChosen": form["decision"] == "other", "returnChosen": form["decision"] == "return",
            "remember": form["remember"] == "1",
            "open": row.decision == nil ? true : nil,
            "decided": row.decision.map { decision in
                [
                    "text": page.say(
                        "sayDecided",
                        [
                            "number": String(decision.id), "who": decision.officer,
                            "when": page.format.moment(decision.decidedAt), "why": decision.reason,
                        ]), "href": "/desk/decisions",
                ] as Values
            },
        ])
        if let problem {
            content["problems"] =
                ["heading": page.word("problemsTitle"), "items": [["target": "reason", "text": problem]]] as Values
        }
        let title = page.say("sayCaseTitle", ["number": String(kept.id)])
        return try page.render(
            "desk-case", title: title, content, trail: [(href: "/desk/review", label: page.word("deskQueueTitle"))],
            here: title, isKept: false, hasProblem: problem != nil, status: problem == nil ? .ok : .badRequest)
    }

    /// What the row says of itself, with the fields that help to tell whom it means.
    private func facts() -> [Values] {
        let kept = row.row
        let catalogue = desk.portal.catalogue
        var facts: [Values] = [
            ["label": page.word("colWhoIsMeant"), "text": kept.name ?? "–", "zh": true],
            ["label": page.word("colWhyWaiting"), "text": page.word(Desk.reasonWord(kept.reason))],
            ["label": page.word("batchFeed"), "text": catalogue.feed(kept.feed)?.title[page.language] ?? kept.feed],
            [
                "label": page.word("deskReceipt"),
                "link": ["href": "/batches/\(row.receipt)", "text": row.receipt] as Values,
            ],
            ["label": page.word("rejectLine"), "text": String(kept.line)],
        ]
        if !kept.identifiers.isEmpty {
            facts.insert(
                ["label": page.word("colNumbers"), "text": kept.identifiers.map(\.value).joined(separator: " ")], at: 1)
        }
        let stated = FlatObject.decode(kept.content) ?? [:]
        for field in catalogue.item(kept.item)?.fields ?? [] where field.publicity == .public {
            guard let value = stated[field.name], field.name != "subjectName", facts.count < 16 else { continue }
            facts.append(["label": field.title[page.language], "text": String(value.prefix(300)), "zh": true])
        }
        return facts
    }

    private func choice(
        _ place: Int, _ candidate: MatchAnswer.Candidate, _ profile: SubjectProfile, _ form: [String: String]
    ) -> Values {
        let former = profile.names(.former)
        return values([
            "id": "c\(place + 1)", "key": String(place + 1), "value": profile.id.description, "name": profile.state.name,
            "code": profile.state.code, "href": "/o/\(profile.state.code)",
            "differences": candidate.comparison.map { $0.words[page.language] },
            "former": former.isEmpty ? nil : former.joined(separator: "、"),
            "established": profile.state.establishedOn.map { page.format.day($0) },
            "status": profile.state.status.map { page.format.code($0, "registration-status") },
            "chosen": form["decision"] == profile.id.description,
        ])
    }

    /// The parts of the names under one another; those that differ from the row's are marked.
    private func compare(_ name: String, _ profiles: [(MatchAnswer.Candidate, SubjectProfile)]) -> Values? {
        guard !profiles.isEmpty else { return nil }
        let reader = NameReader.shared(desk.portal.catalogue.divisions)
        let own = reader.read(name)
        let others = profiles.map { $0.0.name ?? reader.read($0.1.state.name) }
        let headings = [page.word("deskDelivered")] + profiles.indices.map { page.say("sayCandidate", ["number": String($0 + 1)]) }
        let rows = NameParts.Part.allCases.compactMap { part -> Values? in
            let texts = ([own] + others).map { NameParts.string($0[part]) }
            guard texts.contains(where: { !$0.isEmpty }) else { return nil }
            return [
                "part": page.word("part\(Desk.pascal(part.rawValue))"),
                "cells": zip(headings, texts).enumerated().map { place, cell in
                    values([
                        "heading": cell.0, "text": cell.1.isEmpty ? "–" : cell.1,
                        "differs": place > 0 && cell.1 != texts[0] ? page.word("deskDiffers") : nil,
                    ])
                },
            ]
        }
        return ["headings": headings, "rows": rows]
    }
}
