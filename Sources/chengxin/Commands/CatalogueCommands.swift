import ArgumentParser
import CreditCatalogue
import CreditIntake
import CreditModel
import Foundation

struct FeedsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feeds", abstract: "The feeds with their columns, from the catalogue.")

    @Argument(help: "One feed; without it, all.") var feed: String?
    @OptionGroup var rules: CatalogueOption
    @OptionGroup var output: JSONFlag

    func run() throws {
        let catalogue = try rules.load()
        if let feed { _ = try Intake(catalogue: catalogue, feed: feed, today: Day.openEnd) }
        let feeds = catalogue.feeds.filter { feed == nil || $0.id == feed }
        if output.json {
            var json = JSONWriter(capacity: 1 << 16)
            json.object { json in
                json.array("feeds") { json in for feed in feeds { write(feed, catalogue, into: &json) } }
            }
            Console.print(json)
            return
        }
        for feed in feeds {
            Console.print("\(feed.id)  \(feed.title.zh) / \(feed.title.en)")
            guard let item = catalogue.item(feed.item) else { continue }
            let required = Set(feed.required.filter { $0.count == 1 }.flatMap { $0 })
            for (field, spellings) in feed.headings {
                let mark = required.contains(field) ? "*" : " "
                Console.print(
                    "  \(mark) \(item.fields[field].name) (\(feed.types[field].rawValue)): \(spellings.joined(separator: " | "))"
                )
            }
        }
        Console.print("* required. Headings are found in any order, in any of the spellings shown.")
    }

    private func write(_ feed: Feed, _ catalogue: Catalogue, into json: inout JSONWriter) {
        guard let item = catalogue.item(feed.item) else { return }
        json.object { json in
            json.field("feed", feed.id)
            json.field("item", feed.item)
            json.object("title") { json in
                json.field("zh", feed.title.zh)
                json.field("en", feed.title.en)
            }
            json.array("columns") { json in
                for (field, spellings) in feed.headings {
                    json.object { json in
                        json.field("field", item.fields[field].name)
                        json.field("type", feed.types[field].rawValue)
                        json.field("required", feed.required.contains([field]))
                        json.array("headings") { json in spellings.forEach { json.value($0) } }
                    }
                }
            }
            json.array("required") { json in
                for group in feed.required { json.value(group.map { item.fields[$0].name }.joined(separator: "|")) }
            }
        }
    }
}

struct CatalogueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue", abstract: "Look after the rules.",
        subcommands: [CatalogueCheckCommand.self, CatalogueDiffCommand.self])
}

struct CatalogueCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Load a catalogue as the server would, run its examples, and name every fault.")

    @Argument(help: "The catalogue's directory; without it, the shipped one.") var directory: String?
    @OptionGroup var output: JSONFlag

    func run() throws {
        let path = try CatalogueLocation.find(option: directory)
        var problems: [CatalogueProblem] = []
        var catalogue: Catalogue?
        do {
            let loaded = try Catalogue.load(directory: path)
            catalogue = loaded
            problems = CatalogueExamples(catalogue: loaded).problems(today: try Platform.today())
        } catch let invalid as InvalidCatalogue { problems = invalid.problems }
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("catalogue", path)
                json.field("edition", catalogue?.edition.id)
                json.array("problems") { json in
                    for problem in problems {
                        json.object { json in
                            json.field("file", problem.file)
                            json.field("line", problem.line.map(Int64.init))
                            json.field("message", problem.message)
                        }
                    }
                }
            }
            Console.print(json)
        } else if problems.isEmpty, let catalogue {
            let unverified = catalogue.items.count { !$0.verified }
            Console.print(
                """
                \(catalogue.edition.id): \(catalogue.categories.count) categories, \(catalogue.items.count) items (\(unverified) to be confirmed), \
                \(catalogue.feeds.count) feeds, \(catalogue.codeTables.count) code tables, \(catalogue.divisions.count) divisions, \
                \(catalogue.laws.count) laws: loads, and every example comes out as it should
                """)
        } else {
            for problem in problems { Console.print(problem.description) }
        }
        if !problems.isEmpty { throw ExitCode(1) }
    }
}

struct CatalogueDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What changed between two catalogues, in words.")

    @Argument(help: "The older one.") var old: String
    @Argument(help: "The newer one.") var new: String
    @OptionGroup var output: JSONFlag

    func run() throws {
        let (before, after) = (try Catalogue.load(directory: old), try Catalogue.load(directory: new))
        let lines = CatalogueDiff.lines(before, after)
        if output.json {
            var json = JSONWriter()
            json.object { json in json.array("changes") { json in lines.forEach { json.value($0) } } }
            Console.print(json)
        } else {
            Console.print(lines.isEmpty ? "no difference" : lines.joined(separator: "\n"))
        }
        if !lines.isEmpty { throw ExitCode(1) }
    }
}
