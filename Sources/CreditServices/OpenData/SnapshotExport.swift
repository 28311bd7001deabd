import CreditCatalogue
import CreditModel
import Foundation
import Glibc
import Synchronization

/// Writes a snapshot: files of every dataset in CSV and JSON Lines, their digests, and the log's signed tree head.
///
/// Everything is written into a folder of a hidden name and renamed at the end. A crash before that leaves a hidden folder, which the
/// next export removes; readers see a whole snapshot or none. Memory is bounded by one portion of the store.
public final class SnapshotExport: Sendable {
    private struct Output {
        let dataset: String
        let format: String
        let files: [ExportFile]
        var rows: Int64 = 0

        mutating func append(_ bytes: some Collection<UInt8>) throws {
            for file in files { try file.append(bytes) }
            rows += 1
        }
    }
    private struct State {
        var timepoint: Int64 = -1
        var csv: [Output] = []
        var json: [Output] = []
    }

    /// Thrown to end the reading where the snapshot of this timepoint lies there already.
    private struct Exists: Error {
        let snapshot: OpenSnapshot
    }

    public struct Outcome: Sendable {
        public let snapshot: OpenSnapshot
        /// False where it had been written before.
        public let isNew: Bool
    }

    private let folder: SnapshotFolder
    private let datasets: OpenDatasets
    private let publisher: Publisher
    private let line: OpenLine
    private let state = Mutex(State())
    private let lock: Int32
    private var part: String { "\(folder.path)/.part" }

    /// - Throws: `OpenDataError.busy` where another export writes there, `.unwritable`.
    public init(to path: String, datasets: OpenDatasets, publisher: Publisher) throws {
        folder = SnapshotFolder(path: path)
        (self.datasets, self.publisher, line) = (datasets, publisher, OpenLine(datasets))
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw OpenDataError(.unwritable, "`\(path)` cannot be made a folder; check the path and its permissions")
        }
        lock = open("\(path)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw OpenDataError(.unwritable, "`\(path)` cannot be written; check its permissions") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw OpenDataError(.busy, "another export is writing into `\(path)`; wait for it, or name another folder")
        }
    }

    deinit { close(lock) }

    /// - Parameters:
    ///   - checkpoint: makes the log public and gives its signed tree head; asked once everything is read.
    ///   - progress: told how many lines are written.
    public func run(
        from store: some OpenDataStore, at instant: Instant, licence: String, keep: Int,
        checkpoint: () async throws -> (size: UInt64, bytes: [UInt8])?, progress: @Sendable @escaping (Int64) -> Void = { _ in }
    ) async throws -> Outcome {
        do {
            try await store.openSnapshot { [self] portion in
                let rows = try state.withLock { state in
                    try take(portion, &state)
                    return state.json.reduce(0) { $0 + $1.rows }
                }
                progress(rows)
            }
            let head = try await checkpoint()
            let snapshot = try finish(at: instant, licence: licence, head: head)
            for old in folder.all().dropFirst(max(keep, 1)) {
                try? FileManager.default.removeItem(atPath: "\(folder.path)/\(old.timepoint)")
            }
            return Outcome(snapshot: snapshot, isNew: true)
        } catch let exists as Exists {
            return Outcome(snapshot: exists.snapshot, isNew: false)
        } catch {
            // Files are closed before their folder goes, so that the room is given back at once.
            state.withLock { $0 = State() }
            try? FileManager.default.removeItem(atPath: part)
            throw error
        }
    }

    private func take(_ portion: OpenPortion, _ state: inout State) throws {
        switch portion {
        case .begin(let timepoint):
            if let snapshot = folder.snapshot(timepoint) { throw Exists(snapshot: snapshot) }
            let final = "\(folder.path)/\(timepoint)"
            guard !FileManager.default.fileExists(atPath: final) else {
                throw OpenDataError(
                    .inTheWay, "`\(final)` is there and is no snapshot; move it away, or name another folder with --out")
            }
            state = State(timepoint: timepoint)
            try? FileManager.default.removeItem(atPath: part)
            guard mkdir(part, 0o755) == 0 else { throw ExportFile.failure(part) }
            for id in [OpenDatasets.organisations] + datasets.datasets.map(\.id) {
                state.csv.append(try output(id, "csv"))
                state.json.append(try output(id, "jsonl"))
            }
            // A mark tells spreadsheets that the bytes are UTF-8.
            try head(OpenDatasets.organisationColumns, &state.csv[0])
            for (index, dataset) in datasets.datasets.enumerated() {
                try head(OpenDatasets.recordColumns + dataset.fields.map(\.name), &state.csv[index + 1])
            }
        case .subjects(let subjects):
            for subject in subjects { try write(subject, &state) }
        }
    }

    private func output(_ dataset: String, _ format: String) throws -> Output {
        Output(
            dataset: dataset, format: format,
            files: [
                try ExportFile("\(dataset).\(format)", in: part, isCompressed: false),
                try ExportFile("\(dataset).\(format).gz", in: part, isCompressed: true),
            ])
    }

    private func head(_ columns: [String], _ output: inout Output) throws {
        try output.append([0xEF, 0xBB, 0xBF] + Array(OpenLine.row(columns).utf8))
        output.rows = 0
    }

    private func write(_ subject: OpenSubject, _ state: inout State) throws {
        var isShown = false
        for row in subject.rows {
            guard let view = datasets.view(row, by: publisher), let position = datasets.position(of: row.item) else { continue }
            isShown = true
            try state.csv[position + 1].append(line.csv(view, datasets.datasets[position]).utf8)
            var json = JSONWriter(capacity: 1024)
            line.json(view, into: &json)
            try state.json[position + 1].append(json.bytes + [0x0A])
        }
        // Who has nothing shown is in no file.
        guard isShown else { return }
        try state.csv[0].append(line.csv(subject.organisation).utf8)
        var json = JSONWriter(capacity: 512)
        line.json(subject.organisation, into: &json)
        try state.json[0].append(json.bytes + [0x0A])
    }

    private func finish(at instant: Instant, licence: String, head: (size: UInt64, bytes: [UInt8])?) throws -> OpenSnapshot {
        let (timepoint, files) = try state.withLock { state in
            let files = try (state.csv + state.json).flatMap { output in
                try output.files.map { file in
                    let digest = try file.finish()
                    return OpenSnapshot.File(
                        name: file.name, dataset: output.dataset, format: output.format,
                        compressed: file.name.hasSuffix(".gz"), rows: output.rows, bytes: file.size, sha256: digest)
                }
            }
            let timepoint = state.timepoint
            state = State()
            return (timepoint, files)
        }
        let snapshot = OpenSnapshot(
            timepoint: timepoint, treeSize: head?.size, day: publisher.today.description, takenAt: instant.description,
            catalogue: datasets.catalogue.edition.id, licence: licence, files: files.sorted { $0.name < $1.name })
        try put(OpenSnapshot.sums, Array(snapshot.files.map { "\($0.sha256)  \($0.name)\n" }.joined().utf8))
        if let head { try put(OpenSnapshot.checkpoint, head.bytes) }
        try put(OpenSnapshot.manifest, Array(try snapshot.encoded()))
        guard rename(part, "\(folder.path)/\(timepoint)") == 0 else { throw ExportFile.failure(part) }
        // The rename itself must last as well.
        let directory = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
        return snapshot
    }

    private func put(_ name: String, _ bytes: [UInt8]) throws {
        let file = try ExportFile(name, in: part, isCompressed: false)
        try file.append(bytes)
        _ = try file.finish()
    }
}
