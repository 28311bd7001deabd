import ArgumentParser
import CreditCatalogue
import CreditIntake
import CreditModel
import CreditServices
import Foundation

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "The receiver's checks before sending: no database, nothing stored.")

    @Argument(help: "Files.") var paths: [String]
    @Option(help: "The feed; without it, taken from the file's name.") var feed: String?
    @Option(help: ArgumentHelp("Write the rejected rows here.", valueName: "file.csv")) var rejects: String?
    @OptionGroup var rules: CatalogueOption
    @OptionGroup var output: JSONFlag

    func run() throws {
        let catalogue = try rules.load()
        let files = try DeliveryFiles.list(paths, feed: feed, catalogue: catalogue)
        if let rejects { try RejectOutput.create(rejects) }
        var found = 0
        var objects: [JSONWriter] = []
        for entry in files {
            let intake = try Intake(catalogue: catalogue, feed: entry.feed, today: try Platform.today())
            var reader = try Table.open(path: entry.path)
            let name = entry.path.split(separator: "/").last.map(String.init) ?? entry.path
            let writer = try RejectOutput(path: rejects, file: name, catalogue: catalogue, item: intake.item)
            let progress = Progress(name, total: reader.bytesTotal, quiet: output.json && !Console.stderrIsTerminal)
            var subjectless = 0
            let summary = try intake.run(&reader, progress: { progress.update(done: $0, rows: $1) }) { outcome in
                switch outcome {
                case .rejected(let rejects): for reject in rejects { try writer.add(reject) }
                case .draft(let draft):
                    if !draft.subject.identifiers.contains(where: \.scheme.isDefinite) { subjectless += 1 }
                }
            }
            progress.finish()
            try writer.close()
            found += summary.rejectedRows
            var object = JSONWriter()
            object.object { json in
                json.field("feed", entry.feed)
                json.field("file", entry.path)
                json.field("rows", summary.rows)
                json.field("valid", summary.rows - summary.rejectedRows)
                json.field("rejected", summary.rejectedRows)
                json.field("without_identifier", subjectless)
                json.field("format", summary.facts.format.rawValue)
                json.field("encoding", summary.facts.encoding)
                json.field("layout", summary.layout)
            }
            objects.append(object)
            if !output.json {
                Console.print(
                    "\(entry.path): \(summary.rows) rows of \(entry.feed) (\(summary.facts.format.rawValue), \(summary.facts.encoding)): \(summary.rows - summary.rejectedRows) right, \(summary.rejectedRows) rejected"
                )
                let lines = RejectFile(catalogue: catalogue, item: intake.item)
                for reject in writer.first {
                    Console.print("  line \(reject.line): \(reject.code): \(lines.message(reject)[Console.language])")
                }
                if writer.count > writer.first.count {
                    Console.print(
                        "  … and \(writer.count - writer.first.count) more; --rejects FILE.csv writes them all")
                }
            }
        }
        if output.json {
            if objects.count == 1 {
                Console.print(objects[0])
            } else {
                var all = JSONWriter()
                all.object { json in json.array("files") { json in objects.forEach { json.raw($0.bytes) } } }
                Console.print(all)
            }
        }
        if found > 0 { throw ExitCode(1) }
    }
}
