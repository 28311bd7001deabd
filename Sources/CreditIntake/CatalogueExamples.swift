import CreditCatalogue
import CreditModel

/// Runs the examples that a catalogue carries: good rows must load clean, bad rows must fail as the feed says.
public struct CatalogueExamples {
    let catalogue: Catalogue

    public init(catalogue: Catalogue) { self.catalogue = catalogue }

    /// Every example that came out otherwise.
    public func problems(today: Day) -> [CatalogueProblem] {
        catalogue.feeds.flatMap { problems(of: $0, today: today) }
    }

    public func problems(of feed: Feed, today: Day) -> [CatalogueProblem] {
        guard let examples = feed.examples else { return [] }
        var problems: [CatalogueProblem] = []
        do {
            for (row, rejects) in try rejects(in: examples.good, feed: feed, today: today) where !rejects.isEmpty {
                let words = rejects.map { "\($0.code.rawValue) in \($0.field ?? "the row")" }.joined(separator: ", ")
                problems.append(
                    CatalogueProblem(
                        file: examples.good, line: nil, message: "row \(row) should be right but has \(words)"))
            }
        } catch {
            problems.append(CatalogueProblem(file: examples.good, line: nil, message: "cannot be read: \(error)"))
        }
        do {
            let found = try rejects(in: examples.badFile, feed: feed, today: today)
            for bad in examples.bad {
                let rejects = found[bad.row] ?? []
                if !rejects.contains(where: {
                    $0.code.rawValue == bad.code && (bad.field == nil || $0.field == bad.field)
                }) {
                    let words = rejects.map { "\($0.code.rawValue) in \($0.field ?? "the row")" }.joined(
                        separator: ", ")
                    problems.append(
                        CatalogueProblem(
                            file: examples.badFile, line: nil,
                            message:
                                "row \(bad.row) should give \(bad.code) in \(bad.field ?? "the row") but gives \(words.isEmpty ? "nothing" : words)"
                        ))
                }
            }
            for row in found.keys.sorted()
            where found[row]?.isEmpty == false && !examples.bad.contains(where: { $0.row == row }) {
                problems.append(
                    CatalogueProblem(
                        file: examples.badFile, line: nil,
                        message: "row \(row) is rejected, but the feed does not expect it"))
            }
        } catch {
            problems.append(CatalogueProblem(file: examples.badFile, line: nil, message: "cannot be read: \(error)"))
        }
        return problems
    }

    /// Data rows counted from 1 → their rejects.
    private func rejects(in path: String, feed: Feed, today: Day) throws -> [Int: [Reject]] {
        let bytes = catalogue.files.first { $0.path == path }?.bytes ?? []
        var reader = try Table.open(bytes: bytes, name: path)
        var row = 0
        var result: [Int: [Reject]] = [:]
        _ = try Intake(catalogue: catalogue, feed: feed.id, today: today).run(&reader) { outcome in
            row += 1
            if case .rejected(let rejects) = outcome { result[row] = rejects } else { result[row] = [] }
        }
        return result
    }
}
