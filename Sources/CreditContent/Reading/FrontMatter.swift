import CreditModel
import Yams

/// The keys above a body. A key that nobody asked for is a problem, never ignored.
final class FrontMatter {
    private var nodes: [String: Node] = [:]
    private var asked: Set<String> = []
    private let report: (Int?, String) -> Void

    init(_ yaml: String, report: @escaping (Int?, String) -> Void) {
        self.report = report
        do {
            guard let node = try Yams.compose(yaml: yaml) else { return }
            guard let mapping = node.mapping else {
                report(2, "the front matter is lines of `key: value`")
                return
            }
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    report(line(of: key), "a key is plain text")
                    continue
                }
                nodes[name] = value
            }
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            report(mark.line + 1, "not readable as YAML: \(problem)")
        } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
            report(context.mark.line + 1, "a key stands twice: \(keys.map { $0.description }.sorted().joined(separator: ", "))")
        } catch { report(2, "not readable as YAML") }
    }

    /// Lines of the file: its first is `---`.
    private func line(of node: Node) -> Int? { node.mark.map { $0.line + 1 } }
    func line(_ key: String) -> Int? { nodes[key].flatMap(line(of:)) ?? 1 }

    private func node(_ key: String) -> Node? {
        asked.insert(key)
        return nodes[key]
    }

    func optionalText(_ key: String, most: Int) -> String? { node(key).flatMap { text($0, key, most) } }

    func text(_ key: String, most: Int) -> String? {
        guard let node = node(key) else {
            report(1, "`\(key)` is missing")
            return nil
        }
        return text(node, key, most)
    }

    private func text(_ node: Node, _ key: String, _ most: Int) -> String? {
        guard let text = node.scalar?.string, !text.isEmpty else {
            report(line(of: node), "`\(key)` is text")
            return nil
        }
        guard text.count <= most else {
            report(line(of: node), "`\(key)` has more than \(most) characters")
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) else {
            report(line(of: node), "`\(key)` is one line without control characters")
            return nil
        }
        return text
    }

    func texts(_ key: String, most: Int) -> [String] {
        guard let node = node(key) else { return [] }
        guard let sequence = node.sequence, sequence.count <= 20 else {
            report(line(of: node), "`\(key)` is a list of at most 20")
            return []
        }
        return sequence.compactMap { text($0, key, most) }
    }

    func optionalDay(_ key: String) -> Day? { node(key).flatMap { day($0, key) } }

    func day(_ key: String) -> Day? {
        guard let node = node(key) else {
            report(1, "`\(key)` is missing")
            return nil
        }
        return day(node, key)
    }

    private func day(_ node: Node, _ key: String) -> Day? {
        guard let text = node.scalar?.string, let day = Day(iso: text) else {
            report(line(of: node), "`\(key)` is a day written YYYY-MM-DD")
            return nil
        }
        return day
    }

    func finish() {
        for (key, node) in nodes.sorted(by: { $0.key < $1.key }) where !asked.contains(key) {
            report(line(of: node), "there is no key `\(key)`")
        }
    }
}
