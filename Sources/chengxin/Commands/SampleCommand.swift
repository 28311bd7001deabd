import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditSample
import Foundation

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Write an invented city's deliveries: every feed, realistic proportions, some dirty rows.",
        discussion: """
            Everything is invented: names contain 示例, codes lie in division 990000, which no standard assigns. \
            The same seed and numbers give the same bytes. answers.csv says what should become of each dirty row.
            """)

    @Option(help: ArgumentHelp("Directory for the files.", valueName: "dir")) var out: String
    @Option(help: "How many organisations.") var organisations = 2000
    @Option(help: "How many records; without it, 13 an organisation.") var records: Int?
    @Option(help: "Seed of the city.") var seed: UInt64 = 1
    @OptionGroup var rules: CatalogueOption
    @OptionGroup var output: JSONFlag

    func run() throws {
        let catalogue = try rules.load()
        let city = SampleCity(
            catalogue: catalogue, organisations: organisations, records: records, seed: seed,
            today: try Platform.today())
        let progress = Progress("sample", total: city.rows, quiet: output.json && !Console.stderrIsTerminal)
        let summary: SampleCity.Summary
        do {
            summary = try city.write(to: out) { progress.update(done: $0, rows: $0) }
        } catch let error as SampleError where error.code == .sizeOutOfRange { throw UsageError(message: error.detail) }
        progress.finish()
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("out", out)
                json.field("rows", summary.rows)
                json.field("dirty_rows", summary.dirtyRows)
                json.field("answers", summary.answers)
                json.array("files") { json in
                    for file in summary.files {
                        json.object { json in
                            json.field("name", file.name)
                            json.field("feed", file.feed)
                            json.field("rows", file.rows)
                            json.field("dirty_rows", file.dirtyRows)
                        }
                    }
                }
            }
            Console.print(json)
        } else {
            for file in summary.files {
                Console.print("\(file.name): \(file.rows) rows of \(file.feed), \(file.dirtyRows) of them dirty")
            }
            Console.print("\(summary.rows) rows in \(out); what should become of the dirty ones: \(summary.answers)")
        }
    }
}
