import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import TransparencyLog

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write everything committed up to now into one file, while the platform goes on working.",
        discussion: """
            The file holds the database in a form that fits both engines, the public log, a catalogue of one's own, and the \
            keys of log and reports unless --without-key. Keep it as you keep the platform: it is readable by its owner only.
            """)

    @OptionGroup var data: DataOption
    @Option(name: .customLong("out"), help: ArgumentHelp("The new file.", valueName: "file")) var file: String
    @Flag(help: "Leave the keys that sign log and reports out; a restored platform needs them from elsewhere before it can go on.")
    var withoutKey = false
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: file) else {
            throw UsageError(message: "there is a file `\(file)` already; a backup is never overwritten")
        }
        let platform = try await Platform.open(data)
        let log = PlatformLog(platform)
        // Published first, so that the log in the backup is as far as the database at its timepoint can be.
        try await log.publish()
        let now = Instant.now()
        try await platform.store.audit(
            AuditNote(
                .backupMade, by: Platform.operatorName(), object: String(file.split(separator: "/").last ?? ""),
                source: "command line"), at: now)
        try await log.publish()
        let (directory, withoutKey) = (platform.directory, withoutKey)
        let progress = TableProgress(quiet: output.json)
        let manifest = try await platform.store.backup(
            to: file, at: Instant.now(),
            files: { facts, hand in try BackupFiles(directory).hand(over: facts, withKey: !withoutKey, hand) },
            progress: { progress.update($0, $1) })
        progress.finish()
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("file", file)
                json.field("timepoint", manifest.timepoint)
                json.field("leaves", manifest.leaves)
            }
            Console.print(json)
        } else {
            Console.print("\(file): everything committed before \(manifest.timepoint), \(manifest.leaves) leaves")
        }
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a platform from a backup in an empty or new directory, and prove it.")

    @Option(name: .customLong("in"), help: ArgumentHelp("The backup.", valueName: "file")) var file: String
    @OptionGroup var data: DataOption
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let directory = DataDirectory(path: data.data)
        guard !directory.isPlatform else {
            throw UsageError(message: "there is a platform in `\(directory.path)` already; nothing was touched")
        }
        // Read to its end before anything is created: a broken backup must not become half a platform.
        let manifest = try Store.checkBackup(file)
        let named = data.database ?? ProcessInfo.processInfo.environment["CHENGXIN_DATABASE"]
        let location = try named.map { try DataDirectory.location(url: $0) } ?? .sqlite(path: directory.sqlite)
        do {
            try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        } catch {
            throw StoreError(.readOnly, "`\(directory.path)` cannot be created; check the path and its permissions")
        }
        let progress = TableProgress(quiet: output.json)
        let store: Store
        do {
            store = try await Store.restore(
                file, to: location, file: { try BackupFiles(directory).take($0) },
                progress: { progress.update($0, $1) })
        } catch {
            // What was begun is taken away, so that the restore can be run again.
            if case .sqlite(let path) = location {
                for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            }
            throw error
        }
        progress.finish()
        if case .postgres(let url) = location { try directory.writePrivate(url + "\n", to: directory.databaseNote) }
        let catalogue = try CatalogueLocation.find(option: nil, data: directory)
        let platform = Platform(directory: directory, catalogue: try .load(directory: catalogue), store: store)
        let log = PlatformLog(platform)
        let (published, leaves) = try await log.verify(quiet: output.json, collecting: true)
        let report = try await store.verify(
            StoreVerifier(catalogue: platform.catalogue), published: leaves, by: Platform.operatorName(),
            at: Instant.now())
        try await store.audit(
            AuditNote(
                .restored, by: Platform.operatorName(), object: manifest.timepoint, source: "command line"),
            at: Instant.now())
        if FileManager.default.fileExists(atPath: directory.logKey) { try await log.publish() }
        let findings = published.findingCount + report.findingCount
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("timepoint", manifest.timepoint)
                json.field("records", report.records)
                json.field("revisions", report.revisions)
                json.field("leaves", manifest.leaves)
                json.field("root", published.root.base64)
                json.field("finding_count", findings)
            }
            Console.print(json)
        } else {
            Console.print(
                "restored to \(manifest.timepoint): \(report.records) records, \(report.revisions) revisions, \(manifest.leaves) leaves, root \(published.root.base64)"
            )
            Console.print(findings == 0 ? "  proved: store and log fit" : "  \(findings) findings; run `chengxin verify store`")
        }
        if findings > 0 { throw ExitCode(1) }
    }
}

/// The files of a data directory that go with its backup.
struct BackupFiles {
    let directory: DataDirectory

    init(_ directory: DataDirectory) { self.directory = directory }

    func hand(over facts: LogFacts, withKey: Bool, _ hand: (BackupFile) throws -> Void) throws {
        let storage = PlatformLog.storage(directory)
        for path in TilePath.all(size: UInt64(facts.publishedSize)) {
            try hand(BackupFile(path: "log/\(path)", bytes: try storage.read(path)))
        }
        // The tree head of the snapshot, not of the directory, which may be further by now: a restored platform completes what
        // was signed but not yet public.
        if let checkpoint = facts.publishedCheckpoint {
            try hand(BackupFile(path: "log/checkpoint", bytes: checkpoint))
        }
        var paths = ["witnesses.txt", "public.url"]
        if withKey { paths += ["keys/log.key", "keys/report.json", "keys/watch.key"] }
        let own = directory.catalogue
        if let names = FileManager.default.enumerator(atPath: own) {
            paths += names.compactMap { $0 as? String }.map { "catalogue/\($0)" }.sorted()
        }
        // What the credit office wrote, and mails that were noted as told and wait for another program.
        for folder in ["content", "outbox"] {
            guard let names = FileManager.default.enumerator(atPath: directory.path + "/" + folder) else { continue }
            paths += names.compactMap { $0 as? String }.map { "\(folder)/\($0)" }.sorted()
        }
        for path in paths {
            var isFolder: ObjCBool = false
            let full = directory.path + "/" + path
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue,
                let bytes = FileManager.default.contents(atPath: full)
            else { continue }
            try hand(BackupFile(path: path, bytes: Array(bytes)))
        }
    }

    func take(_ file: BackupFile) throws {
        let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
        guard !file.path.hasPrefix("/"), !parts.contains(".."), !parts.contains("") else {
            throw BackupError(.changed, "the backup names a file outside the platform's directory")
        }
        let full = directory.path + "/" + file.path
        let folder = full.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let isKey = file.path.hasPrefix("keys/") || file.path.hasPrefix("outbox/")
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: isKey ? [.posixPermissions: 0o700] : nil)
            if isKey {
                try directory.writePrivate(String(decoding: file.bytes, as: UTF8.self), to: full)
            } else {
                try Data(file.bytes).write(to: URL(filePath: full))
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw BackupError(.unwritable, "`\(full)` cannot be written; check the disk and its permissions")
        }
    }
}

/// Rows done, table by table.
final class TableProgress: @unchecked Sendable {
    // Called from the one thread that reads or writes the backup.
    private let quiet: Bool
    private var last = Instant.now()

    init(quiet: Bool) { self.quiet = quiet }

    func update(_ table: String, _ rows: Int) {
        let now = Instant.now()
        guard !quiet || Console.stderrIsTerminal, now.milliseconds - last.milliseconds >= 500 else { return }
        last = now
        Console.note(Console.stderrIsTerminal ? "\r\(table): \(rows) rows\u{1B}[K" : "\(table): \(rows) rows\n")
    }

    func finish() { if Console.stderrIsTerminal { Console.note("\r\u{1B}[K") } }
}
