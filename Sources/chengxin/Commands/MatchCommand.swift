import ArgumentParser
import CreditCatalogue
import CreditIntake
import CreditModel
import CreditResolution
import CreditServices
import CreditStore
import Foundation

struct MatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match", abstract: "Say which subject each row of a file is about, how sure that is, and why.",
        discussion: """
            Adds the columns subject_uscc, decision (match, review or none), confidence (0 to 1) and reason; every other \
            column is carried through. Exit code 1 where some rows are not matched.
            """)

    @Argument(help: "A file with a column of names, of codes, or both: CSV, XLSX, JSON, XML.") var file: String
    @OptionGroup var data: DataOption
    @Option(help: ArgumentHelp("Write the result here; without it, on stdout.", valueName: "file.csv")) var out: String?
    @Flag(help: "Find the rows that are about the same body among the file's own rows; adds the column cluster.")
    var within = false
    @Option(
        help: ArgumentHelp(
            "A column that is not found by its heading: \(MatchColumns.Part.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "part=heading"))
    var column: [String] = []
    @Option(help: "Language of the reasons: zh or en.") var lang: String?
    @Flag(help: "Add the column parts: how the name was taken apart.") var explain = false

    private var language: Language { lang == "en" ? .english : lang == "zh" ? .chinese : Console.language }
    private static let chunk = 32_768

    func run() async throws {
        if let lang, !["zh", "en"].contains(lang) { throw UsageError(message: "--lang is zh or en") }
        let given = try MatchColumns.given(column)
        let directory = DataDirectory(path: data.data)
        let started = Instant.now()
        var counts: [MatchDecision: Int] = [:]
        let output = try CSVOutput(out)
        if within {
            let catalogue = try Catalogue.load(directory: try CatalogueLocation.find(option: nil, data: directory))
            counts = try await group(catalogue, given, into: output)
        } else {
            counts = try await match(try await Platform.open(data), given, into: output)
        }
        try output.close()
        let rows = counts.values.reduce(0, +)
        let seconds = Double(Instant.now().milliseconds - started.milliseconds) / 1000
        Console.error(
            "\(rows) rows: \(MatchDecision.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }.joined(separator: ", ")); \(seconds) s")
        if !within, counts[.match] != rows { throw ExitCode(1) }
    }

    // MARK: Against the registry

    private func match(_ platform: Platform, _ given: [MatchColumns.Part: String], into output: CSVOutput) async throws
        -> [MatchDecision: Int]
    {
        var table = try MatchTable(try Table.open(path: file), given: given, catalogue: platform.catalogue)
        let reader = NameReader(divisions: platform.catalogue.divisions)
        let index = try await platform.store.matchIndex(reader)
        let workers = ProcessInfo.processInfo.activeProcessorCount
        var counts: [MatchDecision: Int] = [:]
        try output.line(table.header + added(""))
        let progress = Progress(file, total: table.bytesTotal, quiet: out == nil)
        var done = 0
        while true {
            var rows: [MatchTable.Row] = []
            while rows.count < Self.chunk, let row = try table.next() { rows.append(row) }
            if rows.isEmpty { break }
            let queries = rows.map(\.query)
            var answers = try await MatchBatch(index: index).answers(queries, workers: workers)
            try await confirm(&answers, queries, index, platform.store, workers)
            for (row, answer) in zip(rows, answers) {
                counts[answer.decision, default: 0] += 1
                var cells = row.cells
                append(answer, code: answer.subject.flatMap(index.code) ?? "", to: &cells)
                if explain { append(partsOf: row.query.name, reader, to: &cells) }
                try output.line(cells)
            }
            done += rows.count
            progress.update(done: table.bytesRead, rows: done)
        }
        progress.finish()
        return counts
    }

    /// Asks the registrations about those rows that the name leaves open and that say more than a name.
    private func confirm(
        _ answers: inout [MatchAnswer], _ queries: [MatchQuery], _ index: MatchIndex, _ store: Store, _ workers: Int
    ) async throws {
        let open = answers.indices.filter {
            queries[$0].particulars?.isEmpty == false && answers[$0].candidates.first?.comparison != nil
        }
        guard !open.isEmpty else { return }
        let subjects = Set(open.flatMap { answers[$0].candidates.map(\.subject) })
        let known = FetchedParticulars(try await store.particulars(of: Array(subjects)))
        let better = try await MatchBatch(index: index, particulars: known).answers(
            open.map { queries[$0] }, workers: workers)
        for (place, answer) in zip(open, better) { answers[place] = answer }
    }

    // MARK: Within the file

    private func group(_ catalogue: Catalogue, _ given: [MatchColumns.Part: String], into output: CSVOutput) async throws
        -> [MatchDecision: Int]
    {
        var table = try MatchTable(try Table.open(path: file), given: given, catalogue: catalogue)
        let reader = NameReader(divisions: catalogue.divisions)
        var grouping = RowGrouping(reader: reader)
        while let query = try table.nextQuery() { grouping.add(query) }
        let outcome = try await grouping.outcome(workers: ProcessInfo.processInfo.activeProcessorCount)
        // The file is read again to be written out, so that it need not be held.
        table = try MatchTable(try Table.open(path: file), given: given, catalogue: catalogue)
        var counts: [MatchDecision: Int] = [:]
        try output.line(table.header + added(",cluster"))
        var row = 0
        while let read = try table.next(parsing: explain), row < grouping.rowCount {
            var cells = read.cells
            let group = outcome.groups[row]
            let answer = outcome.answers[row] ?? .byOwnNumber
            counts[answer.decision, default: 0] += 1
            cells.append(contentsOf: ",\(group + 1)".utf8)
            append(answer, code: grouping.code(ofGroup: group) ?? "", to: &cells)
            if explain { append(partsOf: read.query?.name, reader, to: &cells) }
            try output.line(cells)
            row += 1
        }
        return counts
    }

    private func append(_ answer: MatchAnswer, code: String, to line: inout [UInt8]) {
        line.append(contentsOf: ",\(code),\(answer.decision.rawValue),\(Self.confidence(answer.confidence)),".utf8)
        CSVLine.append(Array(answer.reason.words[language].utf8)[...], to: &line)
    }

    private func added(_ before: String) -> [UInt8] {
        Array("\(before),\(MatchTable.added.joined(separator: ","))\(explain ? ",parts" : "")".utf8)
    }

    private func append(partsOf name: String?, _ reader: NameReader, to line: inout [UInt8]) {
        let parts = name.map(reader.read)?.explained.map { "\($0.part.rawValue)=\($0.text)" }.joined(separator: " ") ?? ""
        line.append(0x2C)
        CSVLine.append(Array(parts.utf8)[...], to: &line)
    }

    private static func confidence(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        if thousandths >= 1000 { return "1.000" }
        let digits = String(thousandths)
        return "0." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

/// Lines into a file or onto stdout, gathered so that a million of them are not a million writes.
final class CSVOutput {
    private let handle: FileHandle
    private let path: String?
    private var buffer: [UInt8] = []

    init(_ path: String?) throws {
        self.path = path
        guard let path else {
            handle = .standardOutput
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
        else { throw StoreError(.readOnly, "the result file `\(path)` cannot be written") }
        self.handle = handle
    }

    func line(_ bytes: [UInt8]) throws {
        buffer += bytes
        buffer.append(0x0A)
        if buffer.count > 1 << 20 { try flush() }
    }

    func close() throws {
        try flush()
        if path != nil { try handle.close() }
    }

    private func flush() throws {
        do { try handle.write(contentsOf: Data(buffer)) } catch {
            // A reader of stdout that went away (| head) is no fault of ours.
            if let path { throw StoreError(.full, "the result file `\(path)` cannot be written any further") }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
