import ArgumentParser
import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation

struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Take in delivered files: check, clean, file under the right organisation.",
        discussion: """
            Each file is one delivery and one transaction: it is taken in whole or not at all; bad rows are rejected one by one. \
            In a directory, files are taken whose name begins with a feed's id (penalty-2026-03.csv), in the order registration first.
            """)

    @Argument(help: "Files or directories.") var paths: [String]
    @OptionGroup var data: DataOption
    @Option(help: "The feed; without it, taken from the file's name.") var feed: String?
    @Option(
        help: ArgumentHelp("Unified code of the delivering department, when the rows do not say.", valueName: "uscc"))
    var department: String?
    @Option(help: ArgumentHelp("Write the rejected rows here.", valueName: "file.csv")) var rejects: String?
    @Flag(help: "Do everything but keep nothing.") var dryRun = false
    @OptionGroup var background: BackgroundFlag
    @OptionGroup var output: JSONFlag

    /// So many rows are not a day's delivery but a city: its names take seconds to index.
    private static let isACity = 200_000

    func run() async throws {
        try background.begin()
        ProcessMemory.keepLow()
        if let department {
            do { _ = try UnifiedCode(Folding.code(department)) } catch {
                throw UsageError(message: "--department is no valid unified social credit code: \(error.rawValue)")
            }
        }
        let platform = try await Platform.open(data)
        let deliveries = try DeliveryFiles.list(paths, feed: feed, catalogue: platform.catalogue)
        let digest = try await platform.keepCatalogue()
        let pilots = Set(try await platform.store.codeOverrides().map(\.code))
        if let rejects { try RejectOutput.create(rejects) }
        var results: [DeliveryResult] = []
        for delivery in deliveries {
            let receipt: Filed
            do {
                receipt = try await take(delivery, platform, digest, pilots)
            } catch {
                try? await PlatformLog(platform).publish()
                // What was taken in before stays taken in, so it is reported before the fault is.
                if output.json, !results.isEmpty { Console.print(DeliveryResult.json(results)) }
                if deliveries.count > 1 { Console.error("\(delivery.path):") }
                throw error
            }
            results.append(DeliveryResult(feed: delivery.feed, path: delivery.path, receipt: receipt))
            if !output.json { results.last?.print(catalogue: platform.catalogue, dryRun: dryRun) }
        }
        if output.json { Console.print(DeliveryResult.json(results)) }
        // What was taken in is stored whatever becomes of the public log, so it is reported first.
        if !dryRun {
            try await PlatformLog(platform).publish()
            if results.reduce(0, { $0 + $1.receipt.totals.accepted }) > Self.isACity {
                // So that the server that starts next can be searched at once. The index is as large as what the deliveries left behind.
                platform.store.letGoOfMemory()
                ProcessMemory.giveBack()
                try await platform.store.refreshSearch()
                platform.store.keepSearchSnapshot()
            }
        }
        if results.contains(where: { $0.receipt.totals.rejected > 0 || $0.receipt.totals.waiting > 0 }) {
            throw ExitCode(1)
        }
    }

    private func take(_ delivery: DeliveryFiles.Entry, _ platform: Platform, _ digest: String, _ pilots: Set<String>)
        async throws -> Filed
    {
        let today = try Platform.today()
        let intake = try Intake(catalogue: platform.catalogue, feed: delivery.feed, today: today, pilots: pilots)
        let batch = NewBatch(
            receipt: NewBatch.makeReceipt(), feed: delivery.feed, item: intake.item.id,
            fileName: String(delivery.path.split(separator: "/").last ?? ""),
            department: department.map { Folding.code($0) },
            catalogueDigest: digest, startedAt: Instant.now())
        let (path, quiet, dryRun, rejects) = (delivery.path, output.json && !Console.stderrIsTerminal, dryRun, rejects)
        let catalogue = platform.catalogue
        let actor = department.map { Actor(.department, Folding.code($0)) } ?? Platform.operatorName()
        do {
            return try await platform.store.transact(at: batch.startedAt) { transaction in
                var reader = try Table.open(path: path)
                let progress = Progress(batch.fileName, total: reader.bytesTotal, quiet: quiet)
                defer { progress.finish() }
                let output = try RejectOutput(
                    path: rejects, file: batch.fileName, catalogue: catalogue, item: intake.item)
                var giveBackAt = Self.isACity
                let receipt = try Delivery(intake: intake, by: actor, source: "command line").file(
                    &reader, as: batch, in: transaction,
                    progress: { done, rows in
                        progress.update(done: done, rows: rows)
                        if rows >= giveBackAt {
                            ProcessMemory.giveBack()
                            giveBackAt = rows + Self.isACity
                        }
                    },
                    rejected: { try output.add($0) })
                try output.close()
                let filed = Filed(receipt: receipt, firstRejects: output.first, rejectCount: output.count)
                // Rolling back is what a rehearsal is: everything happened, nothing stays.
                if dryRun { throw Rehearsed(filed: filed) }
                return filed
            }
        } catch let rehearsed as Rehearsed {
            return rehearsed.filed
        }
    }

    private struct Rehearsed: Error { let filed: Filed }
}

/// A delivery with the first of its rejects, for the screen.
struct Filed: Sendable {
    let receipt: BatchReceipt
    let firstRejects: [RejectRow]
    let rejectCount: Int
    var totals: BatchTotals { receipt.totals }
}

struct DeliveryResult {
    let feed: String
    let path: String
    let receipt: Filed

    func print(catalogue: Catalogue, dryRun: Bool) {
        let totals = receipt.totals
        let rate = totals.seconds > 0 ? Int(Double(totals.rows) / totals.seconds) : totals.rows
        Console.print(
            """
            \(path): \(totals.rows) rows of \(feed) (\(totals.format), \(totals.encoding)) in \(totals.seconds) s, \(rate)/s
              accepted \(totals.accepted), updated \(totals.updated), unchanged \(totals.unchanged), rejected \(totals.rejected), unresolved \(totals.waiting)
            """)
        let unused = receipt.receipt.summary.columns.filter { $0.use == .unknown }.map(\.heading)
        let refused = receipt.receipt.summary.columns.filter { $0.use == .refused }.map(\.heading)
        if !unused.isEmpty { Console.print("  columns not known and not stored: \(unused.joined(separator: ", "))") }
        if !refused.isEmpty { Console.print("  columns refused and not read: \(refused.joined(separator: ", "))") }
        for note in receipt.receipt.summary.facts.notes {
            Console.print("  \(Console.language == .chinese ? note.zh : note.en)")
        }
        guard let item = catalogue.feed(feed).flatMap({ catalogue.item($0.item) }) else { return }
        let file = RejectFile(catalogue: catalogue, item: item)
        for reject in receipt.firstRejects {
            Console.print("  line \(reject.line): \(reject.code): \(file.message(reject)[Console.language])")
        }
        if receipt.rejectCount > 5 {
            Console.print("  … and \(receipt.rejectCount - 5) more; see the reject file or the batch's page")
        }
        Console.print(
            dryRun
                ? "  nothing was stored (--dry-run)"
                : "  batch \(receipt.receipt.number), receipt \(receipt.receipt.receipt): /batches/\(receipt.receipt.receipt)"
        )
    }

    static func json(_ results: [DeliveryResult]) -> JSONWriter {
        var json = JSONWriter()
        if results.count == 1 {
            results[0].write(into: &json)
        } else {
            json.object { json in
                json.key("files")
                json.array { json in for result in results { result.write(into: &json) } }
                json.field("rows", results.reduce(0) { $0 + $1.receipt.totals.rows })
                json.field("accepted", results.reduce(0) { $0 + $1.receipt.totals.accepted })
                json.field("updated", results.reduce(0) { $0 + $1.receipt.totals.updated })
                json.field("unchanged", results.reduce(0) { $0 + $1.receipt.totals.unchanged })
                json.field("rejected", results.reduce(0) { $0 + $1.receipt.totals.rejected })
                json.field("unresolved", results.reduce(0) { $0 + $1.receipt.totals.waiting })
            }
        }
        return json
    }

    private func write(into json: inout JSONWriter) {
        let totals = receipt.totals
        json.object { json in
            json.field("feed", feed)
            json.field("file", path)
            json.field("batch", receipt.receipt.receipt)
            json.field("batch_number", receipt.receipt.number)
            json.field("rows", totals.rows)
            json.field("accepted", totals.accepted)
            json.field("updated", totals.updated)
            json.field("unchanged", totals.unchanged)
            json.field("rejected", totals.rejected)
            json.field("unresolved", totals.waiting)
            json.field("seconds", number: String(totals.seconds))
            json.field("rows_per_second", totals.seconds > 0 ? Int(Double(totals.rows) / totals.seconds) : totals.rows)
            json.field("format", totals.format)
            json.field("encoding", totals.encoding)
            json.field("layout", totals.layout)
            json.key("columns")
            json.raw(totals.columns)
            json.key("changes")
            json.raw(totals.changes)
            json.key("notes")
            json.raw(totals.notes)
        }
    }
}
