import ArgumentParser
import CreditDocuments
import CreditModel
import Foundation

struct DiscloseReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disclose",
        abstract: "Leave fields or records out of a signed report before handing it on. What is left still verifies.",
        discussion: """
            A reader sees that something was left out, and how much, but not what. Counters, scope, purpose and the subject’s name \
            always stay. Where a field is left out, the proofs from the public log go with it, since they show whole records. \
            `--list` names what can be left out.
            """)

    @Argument(help: "The signed JSON of a report.") var file: String
    @Option(help: ArgumentHelp("Fields that stay; all others go.", valueName: "name,…")) var fields: String?
    @Option(help: ArgumentHelp("Fields that go.", valueName: "name,…")) var without: String?
    @Option(help: ArgumentHelp("Records that go, as the report numbers them.", valueName: "id,…")) var withoutRecords: String?
    @Option(help: ArgumentHelp("Where the new JSON goes.", valueName: "file.json")) var out: String?
    @Flag(help: "Only name the fields and records of the report.") var list = false
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard let contents = FileManager.default.contents(atPath: file) else {
            throw UsageError(message: "`\(file)` cannot be read")
        }
        let report: SignedReport
        do { report = try SignedReport(file: Array(contents)) } catch let error as DocumentError {
            throw UsageError(message: "`\(file)`: \(error.detail)")
        }
        let contained = try report.contained()
        if list { return tell(contained) }
        guard let out else { throw UsageError(message: "--out names the new file; --list shows what can be left out") }
        guard (fields == nil) != (without == nil && withoutRecords == nil) else {
            throw UsageError(message: "say what stays with --fields, or what goes with --without and --without-records")
        }
        let (stay, go, records) = (Self.words(fields), Self.words(without), Self.words(withoutRecords))
        for name in stay.union(go) where !contained.fields.contains(name) {
            throw UsageError(message: "the report has no field `\(name)`; --list names them")
        }
        for id in records where !contained.records.contains(id) {
            throw UsageError(message: "the report has no record `\(id)`; --list names them")
        }
        let left = fields == nil ? go : Set(contained.fields).subtracting(stay)
        let bytes = try report.withholding(records: records, fields: left).bytes()
        do { try Data(bytes).write(to: URL(filePath: out), options: .atomic) } catch {
            throw UsageError(message: "`\(out)` cannot be written; check the path and its permissions")
        }
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("file", out)
                json.array("fields_left_out") { json in left.sorted().forEach { json.value($0) } }
                json.array("records_left_out") { json in records.sorted().forEach { json.value($0) } }
            }
            Console.print(json)
        } else {
            Console.print("\(out): left out \(left.count) fields and \(records.count) records; the signature still holds")
        }
    }

    private static func words(_ text: String?) -> Set<String> {
        Set((text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty })
    }

    private func tell(_ contained: SignedReport.Contained) {
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.array("fields") { json in contained.fields.forEach { json.value($0) } }
                json.array("records") { json in contained.records.forEach { json.value($0) } }
            }
            Console.print(json)
        } else {
            Console.print("fields   \(contained.fields.joined(separator: ","))\nrecords  \(contained.records.joined(separator: ","))")
        }
    }
}
