import CreditCatalogue
import CreditModel
import Foundation

/// Leaves out what is nil: to a template, absent means absent.
func values(_ pairs: KeyValuePairs<String, (any PageValue)?>) -> Values {
    var result = Values(capacity: pairs.count)
    for (key, value) in pairs { if let value { result.append(key, value) } }
    return result
}

/// The portal's templates, compiled once a language with that language's words already in them.
struct Templates: Sendable {
    private let compiled: [Language: [String: Template]]

    /// - Throws: `PortalFault.template` naming a template that does not compile or a word that does not exist.
    init(catalogue: Catalogue, assets: Assets) throws {
        var compiled: [Language: [String: Template]] = [:]
        for language in Language.allCases {
            var sources: [String: String] = [:]
            for (name, text) in assets.templates { sources[name] = try Self.fillWords(text, name, catalogue, language) }
            for name in sources.keys { compiled[language, default: [:]][name] = try Template(name, of: sources) }
        }
        self.compiled = compiled
    }

    /// - Throws: `PortalFault.template` for a name that does not exist.
    func render(_ name: String, _ values: Values, _ language: Language) throws -> [UInt8] {
        guard let template = compiled[language]?[name] else { throw PortalFault.template(name) }
        return template.fill(values)
    }

    /// `{{t.key}}` → the word, escaped. A missing word is a fault at start, not an empty place on a page.
    private static func fillWords(_ text: String, _ name: String, _ catalogue: Catalogue, _ language: Language) throws
        -> String
    {
        var result = ""
        var rest = text[...]
        while let open = rest.range(of: "{{t.") {
            result += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].range(of: "}}") else { throw PortalFault.template(name) }
            let key = String(rest[open.upperBound..<close.lowerBound])
            guard let word = catalogue.wording[key] else {
                throw PortalFault.template("\(name) uses the word `\(key)`, which wording/ does not have")
            }
            result += HTML.escape(word[language])
            rest = rest[close.upperBound...]
        }
        return result + rest
    }
}

enum HTML {
    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
            "\"", with: "&quot;")
    }
}

/// The portal cannot be served as it is installed.
public enum PortalFault: Error, CustomStringConvertible {
    case resources
    case template(String)

    public var description: String {
        switch self {
        case .resources:
            "the folder chengxin_CreditServer.resources with templates and styles is missing beside the program; install it there"
        case .template(let detail): "a page template is wrong: \(detail)"
        }
    }
}
