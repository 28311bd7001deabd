import CreditModel
import CreditRegistry
import Crypto

/// Selective disclosure of RFC 9901: in place of a value the signed payload has the digest of a salted disclosure, so that
/// whoever holds the report can leave out what the reader need not know, and nobody can guess what was left out.
struct Disclosures {
    private(set) var texts: [String] = []
    /// What each digest stands for.
    private var elements: [String: [JSONValue]] = [:]
    private var salts = SaltSource()

    /// A member of an object: the disclosure is kept, the digest goes into the object's `_sd`.
    private mutating func digest(of elements: [JSONValue]) -> String {
        let salt = Base64URL.encode(salts.make())
        let text = Base64URL.encode(JSONValue.array([.text(salt)] + elements).canonical)
        texts.append(text)
        let digest = Self.digest(text)
        self.elements[digest] = [.text(salt)] + elements
        return digest
    }

    /// A payload made with these disclosures, with everything filled in.
    func opened(_ payload: JSONValue) throws -> JSONValue {
        var opener = Opener(waiting: elements)
        return try opener.open(payload, depth: 0)
    }

    static func digest(_ text: String) -> String { Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8)))) }

    /// An object all of whose members can be left out.
    mutating func hide(_ members: [(name: String, value: JSONValue)]) -> JSONValue {
        // In order of the digests, which tells nothing about the order of the members (RFC 9901 section 4.2.4.1).
        let digests = members.map { digest(of: [.text($0.name), $0.value]) }.sorted()
        return .object(["_sd": .array(digests.map { .text($0) })])
    }

    /// An element of a list that can be left out.
    mutating func hide(element: JSONValue) -> JSONValue {
        .object(["...": .text(digest(of: [element]))])
    }

    /// A payload with everything filled in that the disclosures disclose (RFC 9901 section 7.1).
    struct Opened {
        let payload: JSONValue
        /// Members and elements that were left out.
        let withheld: Int
    }

    /// - Throws: `DocumentError.invalid` for a disclosure that nothing refers to, that is referred to twice, or that is none.
    static func open(_ payload: JSONValue, _ texts: [String]) throws -> Opened {
        var opener = Opener()
        for text in texts {
            guard let bytes = Base64URL.decode(text), let elements = try? JSONValue(bytes).array,
                (2...3).contains(elements.count), elements[0].text != nil,
                opener.waiting.updateValue(elements, forKey: digest(text)) == nil
            else { throw DocumentError(.invalid, "a disclosure is damaged or stands twice") }
        }
        let opened = try opener.open(payload, depth: 0)
        guard opener.waiting.isEmpty else {
            throw DocumentError(.invalid, "a disclosed value is not what was signed")
        }
        return Opened(payload: opened, withheld: opener.withheld)
    }

    private struct Opener {
        var waiting: [String: [JSONValue]] = [:]
        var seen: Set<String> = []
        var withheld = 0

        /// The disclosure with this digest. A digest stands once in all the payload and its disclosures.
        private mutating func take(_ digest: JSONValue, elements count: Int) throws -> [JSONValue]? {
            guard let digest = digest.text, seen.insert(digest).inserted else {
                throw DocumentError(.invalid, "a digest stands twice")
            }
            guard let elements = waiting.removeValue(forKey: digest) else {
                withheld += 1
                return nil
            }
            guard elements.count == count else { throw DocumentError(.invalid, "a disclosure stands in the wrong place") }
            return elements
        }

        mutating func open(_ value: JSONValue, depth: Int) throws -> JSONValue {
            guard depth < 32 else { throw DocumentError(.invalid, "the disclosures are nested too deep") }
            switch value {
            case .object(var members):
                let digests = members.removeValue(forKey: "_sd")
                if depth == 0 {
                    guard (members.removeValue(forKey: "_sd_alg") ?? .text("sha-256")) == .text("sha-256") else {
                        throw DocumentError(.invalid, "the digests are of another kind than SHA-256")
                    }
                }
                for (name, member) in members { members[name] = try open(member, depth: depth + 1) }
                guard let digests else { return .object(members) }
                guard let list = digests.array else { throw DocumentError(.invalid, "`_sd` is no list") }
                for digest in list {
                    guard let elements = try take(digest, elements: 3) else { continue }
                    guard let name = elements[1].text, name != "_sd", name != "...", members[name] == nil else {
                        throw DocumentError(.invalid, "a disclosure has a name that cannot be")
                    }
                    members[name] = try open(elements[2], depth: depth + 1)
                }
                return .object(members)
            case .array(let values):
                var opened: [JSONValue] = []
                for value in values {
                    if let members = value.object, members.count == 1, let digest = members["..."] {
                        if let elements = try take(digest, elements: 2) {
                            opened.append(try open(elements[1], depth: depth + 1))
                        }
                    } else {
                        opened.append(try open(value, depth: depth + 1))
                    }
                }
                return .array(opened)
            default: return value
            }
        }
    }
}
