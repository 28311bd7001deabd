import CreditModel
import Yams

/// A YAML mapping that remembers which keys were asked for; a key nobody asked for is a problem, never ignored.
final class YAMLMap {
    let file: String
    let line: Int?
    let log: ProblemLog
    private var nodes: [String: Node] = [:]
    private var asked: Set<String> = []

    init(_ node: Node, file: String, log: ProblemLog, what: String) {
        self.file = file
        self.log = log
        line = node.mark?.line
        guard let mapping = node.mapping else {
            log.add(file, line, "\(what) must be a mapping of keys to values")
            return
        }
        for (key, value) in mapping {
            if let name = key.scalar?.string {
                nodes[name] = value
            } else {
                log.add(file, key.mark?.line, "a key must be plain text")
            }
        }
    }

    func has(_ key: String) -> Bool { nodes[key] != nil }
    var keys: [String] { nodes.keys.sorted() }

    func node(_ key: String) -> Node? {
        asked.insert(key)
        return nodes[key]
    }

    func problem(_ message: String, at node: Node? = nil) { log.add(file, node?.mark?.line ?? line, message) }

    private func required(_ key: String) -> Node? {
        let found = node(key)
        if found == nil { problem("`\(key)` is missing") }
        return found
    }

    func text(_ key: String) -> String {
        guard let node = required(key) else { return "" }
        return scalar(node, key) ?? ""
    }

    func optionalText(_ key: String) -> String? { node(key).flatMap { scalar($0, key) } }

    private func scalar(_ node: Node, _ key: String) -> String? {
        guard let scalar = node.scalar else {
            problem("`\(key)` must be text", at: node)
            return nil
        }
        return scalar.string
    }

    func bool(_ key: String) -> Bool { required(key).flatMap { bool($0, key) } ?? false }
    func optionalBool(_ key: String) -> Bool? { node(key).flatMap { bool($0, key) } }

    private func bool(_ node: Node, _ key: String) -> Bool? {
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            problem("`\(key)` must be true or false", at: node)
            return nil
        }
    }

    func int(_ key: String) -> Int { required(key).flatMap { int($0, key) } ?? 0 }
    func optionalInt(_ key: String) -> Int? { node(key).flatMap { int($0, key) } }

    private func int(_ node: Node, _ key: String) -> Int? {
        guard let text = node.scalar?.string, let value = Int(text) else {
            problem("`\(key)` must be a whole number", at: node)
            return nil
        }
        return value
    }

    func day(_ key: String) -> Day {
        guard let node = required(key) else { return .openEnd }
        return day(node, key) ?? .openEnd
    }

    func optionalDay(_ key: String) -> Day? { node(key).flatMap { day($0, key) } }

    private func day(_ node: Node, _ key: String) -> Day? {
        guard let text = node.scalar?.string, let day = Day(iso: text) else {
            problem("`\(key)` must be a day written YYYY-MM-DD", at: node)
            return nil
        }
        return day
    }

    func bilingual(_ key: String) -> Bilingual { required(key).map { bilingual($0, key) } ?? Bilingual(zh: "", en: "") }
    func optionalBilingual(_ key: String) -> Bilingual? { node(key).map { bilingual($0, key) } }

    private func bilingual(_ node: Node, _ key: String) -> Bilingual {
        let map = YAMLMap(node, file: file, log: log, what: "`\(key)`")
        defer { map.finish("`\(key)`") }
        let (zh, en) = (map.text("zh"), map.text("en"))
        if zh.isEmpty || en.isEmpty { problem("`\(key)` needs both zh and en", at: node) }
        return Bilingual(zh: zh, en: en)
    }

    func choice<T: RawRepresentable & CaseIterable>(_ key: String, _ type: T.Type) -> T? where T.RawValue == String {
        guard let node = required(key) else { return nil }
        return choice(node, key, type)
    }

    func optionalChoice<T: RawRepresentable & CaseIterable>(_ key: String, _ type: T.Type) -> T?
    where T.RawValue == String {
        node(key).flatMap { choice($0, key, type) }
    }

    private func choice<T: RawRepresentable & CaseIterable>(_ node: Node, _ key: String, _: T.Type) -> T?
    where T.RawValue == String {
        if let value = node.scalar.flatMap({ T(rawValue: $0.string) }) { return value }
        let allowed = T.allCases.map(\.rawValue).joined(separator: ", ")
        problem("`\(key)` is `\(node.scalar?.string ?? "?")`, allowed are: \(allowed)", at: node)
        return nil
    }

    func texts(_ key: String) -> [String] { required(key).map { texts($0, key) } ?? [] }
    func optionalTexts(_ key: String) -> [String] { node(key).map { texts($0, key) } ?? [] }

    private func texts(_ node: Node, _ key: String) -> [String] {
        guard let sequence = node.sequence else {
            problem("`\(key)` must be a list", at: node)
            return []
        }
        return sequence.compactMap { element in
            guard let text = element.scalar?.string else {
                problem("every entry of `\(key)` must be text", at: element)
                return nil
            }
            return text
        }
    }

    func list<T>(_ key: String, _ body: (YAMLMap) -> T?) -> [T] { required(key).map { list($0, key, body) } ?? [] }
    func optionalList<T>(_ key: String, _ body: (YAMLMap) -> T?) -> [T] { node(key).map { list($0, key, body) } ?? [] }

    private func list<T>(_ node: Node, _ key: String, _ body: (YAMLMap) -> T?) -> [T] {
        guard let sequence = node.sequence else {
            problem("`\(key)` must be a list", at: node)
            return []
        }
        return sequence.compactMap { element in
            let map = YAMLMap(element, file: file, log: log, what: "an entry of `\(key)`")
            let value = body(map)
            map.finish("an entry of `\(key)`")
            return value
        }
    }

    func map(_ key: String) -> YAMLMap? { required(key).map { YAMLMap($0, file: file, log: log, what: "`\(key)`") } }
    func optionalMap(_ key: String) -> YAMLMap? {
        node(key).map { YAMLMap($0, file: file, log: log, what: "`\(key)`") }
    }

    func basis(_ key: String = "basis") -> [Basis] {
        list(key) { Basis(law: $0.text("law"), article: $0.optionalText("article"), verified: $0.bool("verified")) }
    }

    /// Names every key that no reader asked for.
    func finish(_ what: String) {
        for key in nodes.keys.sorted() where !asked.contains(key) {
            problem("unknown key `\(key)` in \(what)", at: nodes[key])
        }
    }
}
