import CreditCatalogue
import CreditIntake
import CreditModel
import TestSupport
import Testing

@Suite("the catalogue's own examples")
struct ExampleTests {
    static let feeds = [
        "abnormal", "commitment", "contract", "enforcement", "environment-grade", "honour", "licence", "penalty",
        "penalty-environment", "practitioner", "registration",
        "serious-dishonesty", "tax-grade",
    ]

    @Test("every feed is tested")
    func complete() throws { #expect(try SharedCatalogue.load().feeds.map(\.id).sorted() == Self.feeds) }

    @Test("good rows load and bad rows fail as the feed says", arguments: feeds)
    func examples(_ id: String) throws {
        let catalogue = try SharedCatalogue.load()
        let feed = try #require(catalogue.feed(id))
        #expect(CatalogueExamples(catalogue: catalogue).problems(of: feed, today: Taken.today).map(\.description) == [])
    }

    @Test("an example that comes out otherwise is told")
    func told() throws {
        let catalogue = try SharedCatalogue.load()
        let feed = try #require(catalogue.feed("penalty"))
        // On a day before every decision, all of them lie in the future.
        let problems = CatalogueExamples(catalogue: catalogue).problems(
            of: feed, today: try #require(Day(iso: "2020-01-01")))
        #expect(problems.contains { $0.file == "examples/penalty/good.csv" && $0.message.contains("day-in-future") })
    }

    @Test("rows in any order have the same outcomes", arguments: feeds, [UInt64(1), 2, 3])
    func orderIndependent(_ id: String, seed: UInt64) throws {
        let catalogue = try SharedCatalogue.load()
        let examples = try #require(catalogue.feed(id)?.examples)
        for path in [examples.good, examples.badFile] {
            let text = String(decoding: try #require(catalogue.files.first { $0.path == path }).bytes, as: UTF8.self)
            let lines = text.split(whereSeparator: \.isNewline).map(String.init)
            func outcomes(_ lines: [String]) throws -> [String] {
                let taken = try Taken(id, bytes: Array((lines.joined(separator: "\n") + "\n").utf8))
                try #require(taken.outcomes.count == lines.count - 1)
                return taken.outcomes.map { outcome in
                    switch outcome {
                    case .draft(let draft): "draft \(draft.values) \(draft.subject) \(draft.changes) \(draft.notes)"
                    case .rejected(let rejects):
                        "rejected \(rejects.map { "\($0.code) \($0.field ?? "-") \($0.suggestion ?? "-") \($0.other ?? "-") \($0.original)" })"
                    }
                }
            }
            var rng = SplitMix64(seed)
            let plain = Dictionary(zip(lines.dropFirst(), try outcomes(lines)), uniquingKeysWith: { first, _ in first })
            let shuffled = lines.dropFirst().shuffled(using: &rng)
            for (line, outcome) in zip(shuffled, try outcomes([lines[0]] + shuffled)) {
                #expect(plain[line] == outcome, "seed \(seed), \(path): \(line)")
            }
        }
    }
}
