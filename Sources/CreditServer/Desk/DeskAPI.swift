import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird

/// The desk for programs: the same acts, the same keys, the same audit.
struct DeskAPI: Sendable {
    let desk: Desk

    func add(to router: Router<PortalContext>) {
        let group = router.group("api/v1")
        group.get("review", use: queue)
        group.get("review/:row", use: review)
        group.get("decisions", use: decisions)
        group.post("decisions", use: decide)
    }

    static func takes(_ path: String) -> Bool { path == "/api/v1/decisions" }

    @Sendable func queue(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try desk.officers.officer(of: request)
        try await desk.look(officer, at: "waiting rows", request)
        let after = try QueryString.number("after", request, default: 0, 0...Int64.max)
        let found = try await desk.store.reviewQueue(after: after, limit: 100)
        var json = JSONWriter()
        json.object { json in
            json.field("total", found.total)
            json.array("rows") { json in
                for row in found.rows { json.object { json in Self.write(row, into: &json) } }
            }
        }
        return .json(json)
    }

    @Sendable func review(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try desk.officers.officer(of: request)
        guard let id = context.parameters.get("row").flatMap({ Int64($0) }), let row = try await desk.store.reviewRow(id)
        else { throw Problem.notFound(Bilingual(zh: "没有这一行。", en: "There is no such row.")) }
        try await desk.look(officer, at: "waiting \(id)", request)
        let query = MatchQuery(name: row.row.name, identifiers: row.row.identifiers)
        let answers = try await desk.store.match([query], divisions: desk.portal.catalogue.divisions)
        var subjects: [SubjectID: SubjectProfile] = [:]
        for subject in Set(answers.flatMap { $0.candidates.map(\.subject) }) {
            subjects[subject] = try await desk.store.profile(id: subject)
        }
        var json = JSONWriter()
        json.object { json in
            Self.write(row, into: &json)
            if let answer = answers.first { MatchRoutes.write(answer, subjects, into: &json) }
        }
        return .json(json)
    }

    @Sendable func decisions(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try desk.officers.officer(of: request)
        try await desk.look(officer, at: "identity decisions", request)
        var json = JSONWriter()
        let found = try await desk.store.decisions(limit: 200)
        json.object { json in
            json.array("decisions") { json in
                for decision in found { json.object { json in Self.write(decision, into: &json) } }
            }
        }
        return .json(json)
    }

    private struct Asked: Decodable {
        let act: String
        let reason: String
        let subject: String?
        let other: String?
        let name: String?
        let row: Int64?
        let record: String?
        let remember: Bool?
        let decision: Int64?
    }

    @Sendable func decide(_ request: Request, _ context: PortalContext) async throws -> Response {
        let officer = try desk.officers.officer(of: request)
        let body = try await request.body.collect(upTo: 1 << 16)
        guard let asked = try? JSONDecoder().decode(Asked.self, from: Data(body.readableBytesView)) else {
            throw Self.bad("请求体应为含 act 和 reason 的 JSON 对象。", "The body is a JSON object with act and reason.")
        }
        func subject(_ text: String?) async throws -> SubjectID {
            guard let text, let profile = try await desk.store.profile(code: Folding.code(text)) else {
                throw Self.bad("subject 或 other 不是已知单位的代码。", "subject or other is no known organisation's number.")
            }
            return profile.id
        }
        let deed: IdentityAct.Deed
        switch (asked.act, asked.row, asked.name, asked.decision) {
        case ("file", let row?, _, _):
            deed = .file(waiting: row, try await subject(asked.subject), remember: asked.remember ?? false)
        case ("return", let row?, _, _): deed = .giveBack(waiting: row)
        case ("move", _, _, _):
            guard let record = asked.record.flatMap({ RecordID($0) }) else {
                throw Self.bad("record 不是记录编号，例如 84-11。", "record is no record's id, such as 84-11.")
            }
            deed = .move(record, to: try await subject(asked.subject))
        case ("same", _, _, _): deed = .merge(try await subject(asked.subject), other: try await subject(asked.other))
        case ("different", _, _, _): deed = .keepApart(try await subject(asked.subject), try await subject(asked.other))
        case ("means", _, let name?, _): deed = .nameMeans(name, try await subject(asked.subject))
        case ("means-not", _, let name?, _): deed = .nameMeansNot(name, try await subject(asked.subject))
        case ("undo", _, _, let decision?): deed = .undo(decision: decision)
        default:
            throw Self.bad(
                "act 为 file、return、move、same、different、means、means-not、undo 之一，并带上它要的字段。",
                "act is file, return, move, same, different, means, means-not or undo, with the fields that it needs.")
        }
        do {
            let made = try await desk.store.decide(
                IdentityAct(deed, reason: asked.reason, officer: officer), catalogue: desk.portal.catalogue, source: "api",
                at: Instant.now())
            var json = JSONWriter()
            json.object { json in json.array("decisions") { json in made.forEach { json.value($0) } } }
            return .json(json)
        } catch let error as RegistryError {
            throw Problem(
                code: "refused", status: .conflict, detail: Bilingual(zh: "规则不允许（\(error.detail)）。", en: error.detail))
        }
    }

    private static func bad(_ zh: String, _ en: String) -> Problem {
        Problem(code: "bad-request", status: .badRequest, detail: Bilingual(zh: zh, en: en))
    }

    private static func write(_ row: ReviewRow, into json: inout JSONWriter) {
        json.field("row", row.row.id)
        json.field("receipt", row.receipt)
        json.field("line", row.row.line)
        json.field("feed", row.row.feed)
        json.field("item", row.row.item)
        json.field("waits_because", row.row.reason)
        json.field("name", row.row.name)
        json.array("identifiers") { json in row.row.identifiers.forEach { json.value($0.description) } }
        if let decision = row.decision { json.object("decided") { json in write(decision, into: &json) } }
    }

    private static func write(_ decision: IdentityDecision, into json: inout JSONWriter) {
        json.field("decision", decision.id)
        json.field("kind", decision.kind.rawValue)
        json.field("subject", decision.subject?.description)
        json.field("other", decision.other?.description)
        json.field("name", decision.name)
        json.field("row", decision.waiting)
        json.field("record", decision.record?.description)
        json.field("officer", decision.officer)
        json.field("reason", decision.reason)
        json.field("decided_at", decision.decidedAt.description)
        if let undone = decision.undone {
            json.object("undone") { json in
                json.field("officer", undone.officer)
                json.field("reason", undone.reason)
                json.field("at", undone.at.description)
            }
        }
    }
}
