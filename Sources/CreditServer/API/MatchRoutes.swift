import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices
import Foundation
import HTTPTypes
import Hummingbird

/// `POST /api/v1/match` and the reconciliation service that OpenRefine speaks to (W3C Reconciliation API 0.2).
///
/// Both take names and numbers of organisations and nothing else: no representative, no address, so that nobody can be looked
/// up through the firms they stand for (RIGHTS 3).
struct MatchRoutes: Sendable {
    let catalogue: Catalogue
    let store: any ServiceStore
    let publicAddress: String?

    static let mostRows = 1000
    static let mostBytes = 1 << 20

    func add(to group: RouterGroup<PortalContext>) {
        group.post("match", use: match)
        group.get("reconcile", use: reconcile)
        group.post("reconcile", use: reconcile)
    }

    static let match = "/api/v1/match"
    static let reconcile = "/api/v1/reconcile"

    // MARK: Match

    private struct MatchRequest: Decodable {
        struct Row: Decodable {
            let id: String?
            let name: String?
            let code: String?
        }
        let rows: [Row]
        /// Whether each answer tells how the name was taken apart.
        let explain: Bool?
    }

    @Sendable func match(_ request: Request, _ context: PortalContext) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.mostBytes)
        let asked: MatchRequest
        do { asked = try JSONDecoder().decode(MatchRequest.self, from: Data(body.readableBytesView)) } catch {
            throw Problem(
                code: "bad-request", status: .badRequest,
                detail: Bilingual(
                    zh: "请求体应为 {\"rows\":[{\"id\":\"1\",\"name\":\"…\",\"code\":\"…\"}]}。",
                    en: "The body is {\"rows\":[{\"id\":\"1\",\"name\":\"…\",\"code\":\"…\"}]}."))
        }
        guard (1...Self.mostRows).contains(asked.rows.count) else {
            throw Problem.badParameter(
                "rows", Bilingual(zh: "一次 1 到 \(Self.mostRows) 行。", en: "1 to \(Self.mostRows) rows at a time."))
        }
        let answers = try await store.match(
            asked.rows.map { MatchQuery(name: Self.short($0.name), code: Self.short($0.code)) },
            divisions: catalogue.divisions)
        let subjects = try await subjects(of: answers)
        let reader = NameReader.shared(catalogue.divisions)
        var json = JSONWriter(capacity: 1 << 14)
        json.object { json in
            json.array("results") { json in
                for (row, answer) in zip(asked.rows, answers) {
                    json.object { json in
                        json.field("id", row.id)
                        Self.write(answer, subjects, into: &json)
                        guard asked.explain == true, let name = Self.short(row.name) else { return }
                        json.object("parts") { json in
                            for (part, text) in reader.read(name).explained { json.field(part.rawValue, text) }
                        }
                    }
                }
            }
        }
        return .json(json)
    }

    /// An answer's fields, for programs and for people.
    static func write(_ answer: MatchAnswer, _ subjects: [SubjectID: SubjectProfile], into json: inout JSONWriter) {
        json.field("decision", answer.decision.rawValue)
        json.field("confidence", number: decimal(answer.confidence))
        json.object("reason") { json in
            json.field("code", answer.reason.code)
            json.field("zh", answer.reason.words.zh)
            json.field("en", answer.reason.words.en)
        }
        json.field("subject_uscc", answer.subject.flatMap { subjects[$0]?.state.code })
        json.array("candidates") { json in
            for candidate in answer.candidates {
                guard let profile = subjects[candidate.subject] else { continue }
                json.object { json in
                    json.field("id", profile.id.description)
                    json.field("uscc", profile.state.code)
                    json.field("name", profile.state.name)
                    json.field("confidence", number: decimal(candidate.confidence))
                    json.field("matched_name", candidate.name.map { NameParts.string($0.text) })
                    json.field("matched_as", candidate.kind.map { "\($0)" })
                    json.field("differences_zh", candidate.comparison?.words.zh)
                    json.field("differences_en", candidate.comparison?.words.en)
                }
            }
        }
    }

    private static func decimal(_ value: Double) -> String { String((value * 1000).rounded() / 1000) }

    private static func short(_ text: String?) -> String? { text.map { String($0.unicodeScalars.prefix(1000)) } }

    /// The subjects of the answers, as they are shown now: merged ones under the subject they are part of.
    func subjects(of answers: [MatchAnswer]) async throws -> [SubjectID: SubjectProfile] {
        var subjects: [SubjectID: SubjectProfile] = [:]
        for subject in Set(answers.flatMap { $0.candidates.map(\.subject) }) {
            subjects[subject] = try await store.profile(id: subject)
        }
        return subjects
    }

    // MARK: Reconciliation

    private struct Question: Decodable {
        struct Property: Decodable {
            let pid: String
            let v: Value
        }
        /// A text, a number, or an object with an id, as clients send it.
        enum Value: Decodable {
            case text(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else if let number = try? container.decode(Double.self) {
                    self = .text(String(number))
                } else if let object = try? container.decode([String: String].self) {
                    self = .text(object["id"] ?? object["name"] ?? "")
                } else {
                    self = .text("")
                }
            }
            var text: String { switch self { case .text(let text): text } }
        }
        let query: String
        let limit: Int?
        let properties: [Property]?
    }

    @Sendable func reconcile(_ request: Request, _ context: PortalContext) async throws -> Response {
        let sent: String?
        if request.method == .post {
            let body = try await request.body.collect(upTo: Self.mostBytes)
            sent = QueryString.value("queries", inForm: String(decoding: body.readableBytesView, as: UTF8.self))
        } else {
            sent = QueryString.value("queries", in: request)
        }
        guard let sent else { return open(manifest(request)) }
        let questions: [String: Question]
        do { questions = try JSONDecoder().decode([String: Question].self, from: Data(sent.utf8)) } catch {
            throw Problem.badParameter(
                "queries",
                Bilingual(
                    zh: "应为 {\"q0\":{\"query\":\"名称\"}} 形式的 JSON。", en: "JSON of the form {\"q0\":{\"query\":\"a name\"}}."))
        }
        guard questions.count <= Self.mostRows else {
            throw Problem.badParameter(
                "queries", Bilingual(zh: "一次最多 \(Self.mostRows) 个。", en: "at most \(Self.mostRows) at a time."))
        }
        let keys = questions.keys.sorted()
        let answers = try await store.match(
            keys.map { key in
                let question = questions[key]
                let code = question?.properties?.first { Self.codeProperties.contains($0.pid.lowercased()) }?.v.text
                return MatchQuery(name: Self.short(question?.query), code: Self.short(code))
            }, divisions: catalogue.divisions)
        let subjects = try await subjects(of: answers)
        var json = JSONWriter(capacity: 1 << 14)
        json.object { json in
            for (key, answer) in zip(keys, answers) {
                json.object(key) { json in
                    json.array("result") { json in
                        let limit = max(1, min(questions[key]?.limit ?? 5, 25))
                        for (place, candidate) in answer.candidates.prefix(limit).enumerated() {
                            guard let profile = subjects[candidate.subject] else { continue }
                            json.object { json in
                                json.field("id", profile.state.code)
                                json.field("name", profile.state.name)
                                json.field("description", answer.reason.words[Preferences(request).language])
                                json.field("score", number: String((candidate.confidence * 1000).rounded() / 10))
                                json.field("match", place == 0 && answer.decision == .match)
                                json.array("type") { json in Self.type(&json) }
                            }
                        }
                    }
                }
            }
        }
        return open(json)
    }

    private static let codeProperties: Set<String> = ["uscc", "code", "统一社会信用代码"]

    private static func type(_ json: inout JSONWriter) {
        json.object { json in
            json.field("id", "organisation")
            json.field("name", "单位 Organisation")
        }
    }

    private func manifest(_ request: Request) -> JSONWriter {
        let base = publicAddress ?? request.head.authority.map { "http://\($0)" } ?? ""
        var json = JSONWriter()
        json.object { json in
            json.array("versions") { json in json.value("0.2") }
            json.field("name", "诚信 Chengxin · \(catalogue.edition.city.zh)")
            json.field("identifierSpace", "\(base)/o/")
            json.field("schemaSpace", "\(base)/catalogue/")
            json.array("defaultTypes") { json in Self.type(&json) }
            json.object("view") { json in json.field("url", "\(base)/o/{{id}}") }
            json.field("batchSize", 100)
        }
        return json
    }

    /// Anybody's page may ask: nothing here depends on who asks.
    private func open(_ json: JSONWriter) -> Response {
        var response = Response.json(json)
        response.headers[.accessControlAllowOrigin] = "*"
        return response
    }
}
