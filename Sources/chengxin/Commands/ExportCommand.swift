import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import Synchronization
import TransparencyLog

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Open data: a snapshot of everything public, or the changes since a timepoint.",
        discussion: """
            Files of each dataset in CSV and JSON Lines, plain and gzip, with digests and the log's signed tree head, in a folder named by \
            the timepoint. A folder appears whole or not at all; an export that was interrupted is simply run again. `serve` offers what \
            lies in DATA/snapshots.
            """)

    @OptionGroup var data: DataOption
    @Option(help: ArgumentHelp("Where to write; without it DATA/snapshots, which `serve` offers.", valueName: "dir"))
    var out: String?
    @Option(help: ArgumentHelp("Write the changes since this timepoint instead, as JSON Lines.", valueName: "timepoint"))
    var since: String?
    @Option(help: "Snapshots to keep in the folder, the newest first.") var keep = 2
    @OptionGroup var json: JSONFlag

    func run() async throws {
        guard (1...100).contains(keep) else { throw UsageError(message: "--keep is 1 to 100") }
        var place: Int64?
        if let since {
            guard let number = Int64(since), number >= 0 else {
                throw UsageError(message: "--since is a timepoint: 0 or a positive whole number, as a snapshot states it")
            }
            place = number
        }
        let platform = try await Platform.open(data)
        let today = try Platform.today()
        // What is over is over in the log as well, so that the timepoint says everything.
        _ = try await platform.store.runTerms(today: today, at: .now())
        let publisher = Publisher(catalogue: platform.catalogue, today: today)
        let datasets = OpenDatasets(platform.catalogue)
        let folder = out ?? platform.directory.snapshots
        if let place {
            try await changes(since: place, to: folder, platform, datasets, publisher)
        } else {
            try await snapshot(to: folder, platform, datasets, publisher)
        }
    }

    private func snapshot(to folder: String, _ platform: Platform, _ datasets: OpenDatasets, _ publisher: Publisher) async throws {
        let log = PlatformLog(platform)
        let export = try SnapshotExport(to: folder, datasets: datasets, publisher: publisher)
        let total = try await platform.store.totals(shownOn: publisher.today).shownByItem.values.reduce(0, +)
        // Told from the thread that reads.
        let progress = ExportProgress(total: total, quiet: json.json)
        let outcome = try await export.run(
            from: platform.store, at: .now(), licence: platform.catalogue.openData.licence.id, keep: keep,
            checkpoint: {
                try await log.publish()
                let published = try await log.publicLog()
                return try (published.head().size, published.checkpoint().bytes)
            },
            progress: { progress.update($0) })
        progress.finish()
        let snapshot = outcome.snapshot
        let rows = snapshot.files.filter { $0.format == "jsonl" && !$0.compressed }.reduce(0) { $0 + $1.rows }
        if json.json {
            var json = JSONWriter()
            json.object { json in
                json.field("timepoint", snapshot.timepoint)
                json.field("folder", "\(folder)/\(snapshot.timepoint)")
                json.field("new", outcome.isNew)
                json.field("rows", rows)
                json.field("bytes", snapshot.files.reduce(0) { $0 + $1.bytes })
                json.field("files", snapshot.files.count)
            }
            Console.print(json.text)
        } else {
            Console.print(
                outcome.isNew
                    ? "snapshot \(snapshot.timepoint): \(rows) lines in \(folder)/\(snapshot.timepoint)"
                    : "nothing has changed: the snapshot \(snapshot.timepoint) is in \(folder) already")
        }
    }

    private func changes(
        since place: Int64, to folder: String, _ platform: Platform, _ datasets: OpenDatasets, _ publisher: Publisher
    ) async throws {
        let end = try await platform.store.version().leaves
        guard place <= end else {
            throw UsageError(message: "timepoint \(place) has not come yet; the log ends at \(end)")
        }
        let delta = try ChangeExport(to: folder, since: place)
        let outcome = try await delta.run(
            OpenStream(datasets: datasets, store: platform.store, publisher: publisher), OpenLine(datasets))
        if json.json {
            var json = JSONWriter()
            json.object { json in
                json.field("since", place)
                json.field("timepoint", outcome.timepoint)
                json.field("file", outcome.path)
                json.field("events", outcome.events)
            }
            Console.print(json.text)
        } else {
            Console.print("\(outcome.events) events from \(place) to \(outcome.timepoint) in \(outcome.path)")
        }
    }
}

private final class ExportProgress: Sendable {
    private let progress: Mutex<Progress>

    init(total: Int, quiet: Bool) { progress = Mutex(Progress("export", total: total, quiet: quiet)) }

    func update(_ rows: Int64) { progress.withLock { $0.update(done: Int(rows), rows: Int(rows)) } }
    func finish() { progress.withLock { $0.finish() } }
}
