import Foundation
import Yams

/// `API/openapi.yaml`, as far as a test walks it.
struct OpenAPIDocument {
    let root: [String: Any]

    init() throws {
        let text = try String(contentsOfFile: Program.repository + "/API/openapi.yaml", encoding: .utf8)
        guard let root = try Yams.load(yaml: text) as? [String: Any] else {
            throw Unexpected(what: "openapi.yaml is no mapping")
        }
        self.root = root
    }

    struct Operation {
        /// Where the path begins: the document's server, else the path's own.
        let base: String
        let path: String
        let method: String
        let parameters: [[String: Any]]
        let responses: [String: Any]
        /// Whether it is for officers, with a key.
        let isGuarded: Bool
    }

    var operations: [Operation] {
        let paths = root["paths"] as? [String: [String: Any]] ?? [:]
        return paths.keys.sorted().flatMap { path -> [Operation] in
            let entry = paths[path] ?? [:]
            let shared = entry["parameters"] as? [[String: Any]] ?? []
            let servers = (entry["servers"] ?? root["servers"]) as? [[String: Any]] ?? []
            let server = servers.first?["url"] as? String ?? ""
            return ["get", "post", "put", "delete", "patch"].compactMap { method in
                guard let operation = entry[method] as? [String: Any] else { return nil }
                let own = operation["parameters"] as? [[String: Any]] ?? []
                return Operation(
                    base: server.hasSuffix("/") ? String(server.dropLast()) : server, path: path, method: method,
                    parameters: (shared + own).map(resolve),
                    responses: operation["responses"] as? [String: Any] ?? [:],
                    isGuarded: operation["security"] != nil)
            }
        }
    }

    /// What a `$ref` stands for.
    func resolve(_ value: [String: Any]) -> [String: Any] {
        guard let reference = value["$ref"] as? String else { return value }
        var place: Any? = root
        for part in reference.drop(while: { $0 == "#" || $0 == "/" }).split(separator: "/") {
            place = (place as? [String: Any])?[String(part)]
        }
        return resolve(place as? [String: Any] ?? [:])
    }

    /// Media types of a documented response with their schemas and examples.
    func contents(_ operation: Operation, _ status: Int) -> [(type: String, schema: [String: Any], example: Any?)] {
        let response = (operation.responses[String(status)] as? [String: Any]).map(resolve)
        return (response?["content"] as? [String: [String: Any]] ?? [:]).sorted { $0.key < $1.key }.map { type, media in
            (type, media["schema"] as? [String: Any] ?? [:], media["example"])
        }
    }

    /// Names of the headers that a response documents.
    func headers(_ operation: Operation, _ status: Int) -> [String] {
        let response = (operation.responses[String(status)] as? [String: Any]).map(resolve)
        return (response?["headers"] as? [String: Any] ?? [:]).keys.sorted()
    }

    /// Where a value does not fit a schema; the keywords that the document uses.
    func faults(_ value: Any, _ schema: [String: Any], at place: String = "$") -> [String] {
        let schema = resolve(schema)
        if let choices = schema["oneOf"] as? [[String: Any]] {
            let fitting = choices.count { self.faults(value, $0, at: place).isEmpty }
            return fitting == 1 ? [] : ["\(place) fits \(fitting) of its choices"]
        }
        if let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map({ [$0] }),
            !types.contains(where: { Self.is(value, $0) })
        {
            return ["\(place) should be \(types.joined(separator: " or ")) and is \(value)"]
        }
        var faults: [String] = []
        if let allowed = (schema["enum"] as? [Any])?.compactMap({ $0 as? String }), let text = value as? String,
            !allowed.contains(text)
        {
            faults.append("\(place): `\(text)` is not documented")
        }
        if let text = value as? String, let pattern = schema["pattern"] as? String,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            faults.append("\(place): `\(text)` does not fit \(pattern)")
        }
        if let number = value as? NSNumber, !(value is String) {
            if let least = schema["minimum"] as? Int, number.doubleValue < Double(least) {
                faults.append("\(place): \(number) is below \(least)")
            }
            if let most = schema["maximum"] as? Int, number.doubleValue > Double(most) {
                faults.append("\(place): \(number) is above \(most)")
            }
        }
        if let list = value as? [Any] {
            if let most = schema["maxItems"] as? Int, list.count > most {
                faults.append("\(place) has \(list.count) entries")
            }
            if let items = schema["items"] as? [String: Any] {
                for (index, entry) in list.enumerated() {
                    faults += self.faults(entry, items, at: "\(place)[\(index)]")
                }
            }
        }
        if let object = value as? [String: Any] {
            let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
            for name in schema["required"] as? [String] ?? [] where object[name] == nil {
                faults.append("\(place).\(name) is missing")
            }
            for (name, entry) in object {
                if let property = properties[name] {
                    faults += self.faults(entry, property, at: "\(place).\(name)")
                } else if schema["additionalProperties"] as? Bool == false {
                    faults.append("\(place).\(name) is not documented")
                } else if let more = schema["additionalProperties"] as? [String: Any] {
                    faults += self.faults(entry, more, at: "\(place).\(name)")
                }
            }
        }
        return faults
    }

    private static func `is`(_ value: Any, _ type: String) -> Bool {
        if value is NSNull { return type == "null" }
        switch type {
        case "string": return value is String
        case "object": return value is [String: Any]
        case "array": return value is [Any]
        case "boolean": return value is Bool
        case "number": return !(value is String) && value is NSNumber || value is Int || value is Double
        case "integer":
            if value is Int { return true }
            return (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
        default: return false
        }
    }
}
