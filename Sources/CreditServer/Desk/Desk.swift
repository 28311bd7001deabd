import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird

/// The desk: rows that wait for a person, who is who, and what was decided. Every look is written down before the answer
/// (RIGHTS 15); every decision has an officer, a reason and a way back.
struct Desk: Sendable {
    let portal: Portal
    let officers: Officers

    var store: any ServiceStore { portal.store }

    func add(to router: Router<PortalContext>) {
        router.get("/desk") { _, _ in Response.redirect(to: "/desk/review", type: .normal) }
        router.get("/desk/review", use: queue)
        router.get("/desk/review/:row", use: review)
        router.post("/desk/review/:row", use: decideRow)
        router.get("/desk/decisions", use: decisions)
        router.post("/desk/decisions", use: decideSubjects)
        router.post("/desk/decisions/:decision/undo", use: undo)
    }

    static func takes(_ path: String) -> Bool { path == "/desk/decisions" || path.hasPrefix("/desk/review/") }
    static func takesOnly(_ path: String) -> Bool { path.hasPrefix("/desk/decisions/") && path.hasSuffix("/undo") }

    func look(_ officer: Actor, at object: String, _ request: Request) async throws {
        try await store.audit(
            AuditNote(.looked, by: officer, object: object, source: "desk", purpose: "resolution"), at: Instant.now())
    }

    // MARK: The queue

    @Sendable func queue(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try officers.officer(of: request)
        let page = Page(portal, request)
        try await look(officer, at: "waiting rows", request)
        let after = page.parameter("after").flatMap { Int64($0) } ?? 0
        let found = try await store.reviewQueue(after: after, limit: Page.pageSize)
        let columns = ["colRow", "colWhoIsMeant", "colNumbers", "colFeed", "colWhyWaiting"].map(page.word)
        let rows = found.rows.map { waiting -> Values in
            let row = waiting.row
            return [
                "lead": [
                    "heading": columns[0],
                    "link": ["href": "/desk/review/\(row.id)", "text": String(row.id)] as Values,
                ] as Values,
                "cells": [
                    ["heading": columns[1], "text": row.name ?? "–", "zh": true] as Values,
                    [
                        "heading": columns[2],
                        "text": row.identifiers.isEmpty ? "–" : row.identifiers.map(\.value).joined(separator: " "),
                    ],
                    [
                        "heading": columns[3],
                        "text": portal.catalogue.feed(row.feed)?.title[page.language] ?? row.feed,
                    ],
                    ["heading": columns[4], "text": page.word(Self.reasonWord(row.reason))],
                ],
            ]
        }
        let content = values([
            "officer": officer.id, "count": page.say("sayWaitingRows", ["count": page.number(found.total)]),
            "start": found.rows.first.map { ["href": "/desk/review/\($0.row.id)", "text": page.word("deskStart")] as Values },
            "table": rows.isEmpty
                ? nil
                : [
                    "caption": page.word("deskQueueTitle"), "captionHidden": true,
                    "columns": columns.map { ["heading": $0] as Values }, "rows": rows,
                ] as Values,
            "next": found.rows.count == Page.pageSize
                ? ["href": "/desk/review?after=\(found.rows.last?.row.id ?? 0)", "text": page.word("deskNext")] as Values : nil,
        ])
        return try page.render(
            "desk-queue", title: page.word("deskQueueTitle"), content, here: page.word("deskQueueTitle"), isKept: false)
    }

    static func reasonWord(_ reason: String) -> String {
        "waiting" + reason.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: One row

    @Sendable func review(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try officers.officer(of: request)
        let row = try await row(context)
        try await look(officer, at: "waiting \(row.row.id)", request)
        return try await CasePage(desk: self, page: Page(portal, request), row: row).render(problem: nil, [:])
    }

    @Sendable func decideRow(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try officers.officer(of: request)
        let row = try await row(context)
        let form = try await form(request)
        let page = Page(portal, request)
        let deed: IdentityAct.Deed?
        switch form["decision"] {
        case "return": deed = .giveBack(waiting: row.row.id)
        case "other":
            let code = Folding.code(form["code"] ?? "")
            deed = try await store.profile(code: code).map {
                .file(waiting: row.row.id, $0.id, remember: form["remember"] == "1")
            }
        case let subject?:
            deed = Int64(subject).map { .file(waiting: row.row.id, SubjectID($0), remember: form["remember"] == "1") }
        case nil: deed = nil
        }
        guard let deed else {
            let problem = page.word(form["decision"] == "other" ? "deskCodeUnknown" : "deskChoose")
            return try await CasePage(desk: self, page: page, row: row).render(problem: problem, form)
        }
        do {
            _ = try await store.decide(
                IdentityAct(deed, reason: form["reason"] ?? "", officer: officer), catalogue: portal.catalogue,
                source: "desk", at: Instant.now())
        } catch let error as RegistryError {
            return try await CasePage(desk: self, page: page, row: row).render(problem: page.refusal(error), form)
        }
        let next = try await store.reviewQueue(after: row.row.id, limit: 1).rows.first
        return .redirect(to: next.map { "/desk/review/\($0.row.id)" } ?? "/desk/review", type: .normal)
    }

    private func row(_ context: PortalContext) async throws -> ReviewRow {
        guard let id = context.parameters.get("row").flatMap({ Int64($0) }), let row = try await store.reviewRow(id) else {
            throw Problem.notFound(Bilingual(zh: "没有这一行。", en: "There is no such row."))
        }
        return row
    }

    // MARK: Decisions

    @Sendable func decisions(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try officers.officer(of: request)
        let page = Page(portal, request)
        try await look(officer, at: "identity decisions", request)
        return try await decisionsPage(page, problem: nil, [:])
    }

    @Sendable func decideSubjects(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try officers.officer(of: request)
        let page = Page(portal, request)
        let form = try await form(request)
        func subject(_ field: String) async throws -> SubjectID? {
            guard let text = form[field], !text.isEmpty else { return nil }
            return try await store.profile(code: Folding.code(text))?.id
        }
        let first = try await subject("subject")
        let second = try await subject("other")
        let name = form["name"] ?? ""
        let deed: IdentityAct.Deed?
        switch (form["kind"], first, second) {
        case ("same", let a?, let b?): deed = .merge(a, other: b)
        case ("different", let a?, let b?): deed = .keepApart(a, b)
        case ("means", let a?, _) where !name.isEmpty: deed = .nameMeans(name, a)
        case ("means-not", let a?, _) where !name.isEmpty: deed = .nameMeansNot(name, a)
        default: deed = nil
        }
        guard let deed else { return try await decisionsPage(page, problem: page.word("deskFormIncomplete"), form) }
        do {
            _ = try await store.decide(
                IdentityAct(deed, reason: form["reason"] ?? "", officer: officer), catalogue: portal.catalogue, source: "desk",
                at: Instant.now())
        } catch let error as RegistryError {
            return try await decisionsPage(page, problem: page.refusal(error), form)
        }
        return .redirect(to: "/desk/decisions", type: .normal)
    }

    @Sendable func undo(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try officers.officer(of: request)
        let page = Page(portal, request)
        let form = try await form(request)
        guard let id = context.parameters.get("decision").flatMap({ Int64($0) }) else {
            throw Problem.notFound(Bilingual(zh: "没有这个决定。", en: "There is no such decision."))
        }
        do {
            _ = try await store.decide(
                IdentityAct(.undo(decision: id), reason: form["reason"] ?? "", officer: officer),
                catalogue: portal.catalogue, source: "desk",
                at: Instant.now())
        } catch let error as RegistryError {
            return try await decisionsPage(page, problem: page.refusal(error), form)
        }
        return .redirect(to: "/desk/decisions", type: .normal)
    }

    private func decisionsPage(_ page: Page, problem: String?, _ form: [String: String]) async throws -> Response {
        var entries: [Values] = []
        for decision in try await store.decisions(limit: 50) {
            let names = try await subjectNames(decision)
            entries.append(
                values([
                    "number": String(decision.id), "kind": page.word("decision\(Self.pascal(decision.kind.rawValue))"),
                    "what": names.joined(separator: page.isEnglish ? " · " : "　"), "name": decision.name,
                    "row": decision.waiting.map { ["href": "/desk/review/\($0)", "text": String($0)] as Values },
                    "reason": decision.reason, "officer": decision.officer,
                    "decidedAt": page.format.moment(decision.decidedAt),
                    "undone": decision.undone.map {
                        page.say("sayUndone", ["who": $0.officer, "when": page.format.moment($0.at), "why": $0.reason])
                    },
                    "undo": decision.stands ? ["action": "/desk/decisions/\(decision.id)/undo", "id": "undo-\(decision.id)"] as Values : nil,
                ]))
        }
        var content = values([
            "decisions": entries.isEmpty ? nil : entries, "none": entries.isEmpty ? true : nil,
            "kinds": ["same", "different", "means", "means-not"].map { kind in
                ["value": kind, "text": page.word("decision\(Self.pascal(kind))"), "selected": form["kind"] == kind] as Values
            },
            "subject": form["subject"] ?? "", "other": form["other"] ?? "", "name": form["name"] ?? "",
            "reason": form["reason"] ?? "",
        ])
        if let problem {
            content["problems"] =
                ["heading": page.word("problemsTitle"), "items": [["target": "subject", "text": problem]]] as Values
        }
        return try page.render(
            "desk-decisions", title: page.word("deskDecisionsTitle"), content,
            trail: [(href: "/desk/review", label: page.word("deskQueueTitle"))], here: page.word("deskDecisionsTitle"),
            isKept: false, hasProblem: problem != nil, status: problem == nil ? .ok : .badRequest)
    }

    private func subjectNames(_ decision: IdentityDecision) async throws -> [String] {
        var names: [String] = []
        for subject in [decision.subject, decision.other].compactMap({ $0 }) {
            // Two that are merged lead to one profile; each is told by its own number here.
            names.append(try await store.profile(id: subject).map { "\($0.state.name)（\(subject)）" } ?? "\(subject)")
        }
        return names
    }

    static func pascal(_ text: String) -> String {
        text.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    func form(_ request: Request) async throws -> [String: String] {
        let body = try await request.body.collect(upTo: 1 << 16)
        return QueryString.form(String(decoding: body.readableBytesView, as: UTF8.self))
    }
}

extension Page {
    /// What the rules refused, in the reader's language where it is a fault of the form.
    func refusal(_ error: RegistryError) -> String {
        switch error.code {
        case .basisMissing: word("deskReasonMissing")
        default: isEnglish ? error.detail : "\(word("deskRefused"))（\(error.detail)）"
        }
    }
}
