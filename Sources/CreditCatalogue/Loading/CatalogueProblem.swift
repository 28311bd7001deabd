/// One fault of a catalogue, for the person who edits it.
public struct CatalogueProblem: Sendable, Hashable, CustomStringConvertible {
    public let file: String
    public let line: Int?
    public let message: String

    public init(file: String, line: Int?, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    public var description: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
}

/// A catalogue that does not load. It is refused whole: half a rule book would be worse than none.
public struct InvalidCatalogue: Error, CustomStringConvertible {
    public let problems: [CatalogueProblem]

    public var description: String {
        let shown = problems.prefix(50).map(\.description).joined(separator: "\n")
        return "the catalogue has \(problems.count) problem\(problems.count == 1 ? "" : "s"):\n\(shown)"
    }
}

/// Collects problems, so that one run names them all.
final class ProblemLog {
    private(set) var problems: [CatalogueProblem] = []

    func add(_ file: String, _ line: Int?, _ message: String) {
        problems.append(CatalogueProblem(file: file, line: line, message: message))
    }
}
