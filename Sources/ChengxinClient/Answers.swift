import Foundation

/// What the server answered in place of a result (RFC 9457).
public struct ChengxinProblem: Error, Sendable, CustomStringConvertible {
    public let status: Int
    /// Stable; the list is `docs/problems.md`. Empty where the answer was no problem document.
    public let code: String
    /// For people, in the client's language.
    public let title: String
    public let detail: String

    init(status: Int, _ data: Data) {
        struct Document: Decodable {
            let type: String?
            let title: String?
            let detail: String?
        }
        let document = try? JSONDecoder().decode(Document.self, from: data)
        self.status = status
        code = document?.type?.split(separator: "/").last.map(String.init) ?? ""
        title = document?.title ?? ""
        detail = document?.detail ?? ""
    }

    public var description: String { "\(status) \(code): \(detail)" }
}

public struct SearchAnswer: Sendable, Decodable {
    public struct Hit: Sendable, Decodable {
        public let code: String?
        public let name: String
        public let kind: String
        public let status: String?
        public let division: String?
    }
    public let query: String
    public let total: Int
    public let totalIsExact: Bool
    public let hits: [Hit]
}

/// A public record in its term. Days are `YYYY-MM-DD` in China's time.
public struct PublicRecord: Sendable, Decodable {
    public struct Subject: Sendable, Decodable {
        public let code: String?
        public let name: String
    }
    public let id: String
    public let item: String
    public let title: String
    /// Nil where the whole answer is about one subject.
    public let subject: Subject?
    public let authority: String?
    public let documentNo: String?
    public let decidedOn: String?
    public let state: String
    /// Not to be shown after this day.
    public let publishedUntil: String?
    /// The first day on which repair may be asked for; nil where the rules name none.
    public let repairableFrom: String?
    public let basis: String?
}

public struct RecordPage: Sendable, Decodable {
    public let total: Int
    public let records: [PublicRecord]
    public let next: String?
}

/// A row to be matched: a name, a code, or both.
public struct MatchRow: Sendable, Encodable {
    public let id: String?
    public let name: String?
    public let code: String?

    public init(id: String? = nil, name: String? = nil, code: String? = nil) {
        (self.id, self.name, self.code) = (id, name, code)
    }
}

public struct MatchAnswer: Sendable, Decodable {
    public let id: String?
    /// `match`, `review` (a person must look) or `none`.
    public let decision: String
    public let confidence: Double?
    public let subjectUscc: String?
}

struct SubjectRecords: Decodable { let records: [PublicRecord] }

struct MatchAnswers: Decodable { let results: [MatchAnswer] }

/// JSON of any shape, for answers that grow with the catalogue.
public enum JSONValue: Sendable, Decodable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    public subscript(key: String) -> JSONValue? {
        if case .object(let values) = self { values[key] } else { nil }
    }
    public var text: String? { if case .text(let text) = self { text } else { nil } }
}
