import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import TransparencyLog

/// The log of one data directory: its key, its files, and how they follow the database.
struct PlatformLog {
    let platform: Platform

    init(_ platform: Platform) { self.platform = platform }

    static func storage(_ directory: DataDirectory) -> DirectoryStorage { DirectoryStorage(path: directory.log) }

    /// Makes the key that signs the log's tree heads, or takes the one that an interrupted init left.
    static func makeKey(_ directory: DataDirectory, origin: String) throws -> NoteSigner {
        if FileManager.default.fileExists(atPath: directory.logKey) {
            let key = try readKey(directory)
            guard key.verifier.name == origin else {
                throw UsageError(
                    message: "`\(directory.logKey)` is the key of the log \(key.verifier.name), not of \(origin)")
            }
            return key
        }
        let key: NoteSigner
        do { key = try NoteSigner(generating: origin) } catch {
            throw UsageError(message: "--origin is a name without blanks or +, such as credit.example.cn/log")
        }
        try directory.makePrivate(directory.keys)
        try directory.writePrivate(key.secret + "\n", to: directory.logKey)
        return key
    }

    static func readKey(_ directory: DataDirectory) throws -> NoteSigner {
        guard let data = FileManager.default.contents(atPath: directory.logKey) else {
            throw UsageError(
                message: "the log's key `\(directory.logKey)` is missing or cannot be read; restore it from where it is kept")
        }
        return try NoteSigner(
            secret: String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func publisher() throws -> LogPublisher<some LogLedger, DirectoryStorage> {
        LogPublisher(
            ledger: platform.store.ledger, storage: Self.storage(platform.directory),
            signer: try Self.readKey(platform.directory))
    }

    /// Creates the log's directory with the tree head of size 0. For init only: a log is never created in passing.
    func create() async throws { try await publisher().create(now: Instant.now().milliseconds) }

    /// Brings the public log up to date with the database. Where another process of this platform is at it, that one does.
    func publish() async throws {
        do {
            _ = try await publisher().publish(now: Instant.now().milliseconds)
        } catch let error as LogError where error.code == .locked || error.code == .overtaken {
            return
        }
    }

    /// For readers.
    func publicLog() async throws -> PublicLog {
        let facts = try await platform.store.logFacts()
        return PublicLog(storage: Self.storage(platform.directory), key: try NoteVerifier(facts.verifierKey))
    }

    /// Keys of the witnesses whose cosignatures this platform takes.
    func witnesses() throws -> [NoteVerifier] {
        guard let data = FileManager.default.contents(atPath: platform.directory.witnesses) else { return [] }
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty && !$0.hasPrefix("#") }.map { try NoteVerifier($0) }
    }
}

extension PlatformLog {
    /// Derives the public log anew.
    /// - Parameter collecting: also hands back all leaves, 32 bytes each. A leaf that is not proved is handed back as zeros.
    func verify(quiet: Bool, collecting: Bool = false) async throws -> (report: LogCheck, leaves: [UInt8]) {
        let facts = try await platform.store.logFacts()
        var verifier = LogVerifier(
            storage: Self.storage(platform.directory), keys: [try NoteVerifier(facts.verifierKey)])
        var leaves: [UInt8] = []
        let progress = Progress("verify log", total: Int(clamping: facts.publishedSize), quiet: quiet)
        let report = try verifier.verify(
            progress: { done, _ in progress.update(done: Int(done), rows: Int(done)) },
            entries: { start, bundle in
                guard collecting else { return }
                // Places of bundles that are damaged stay zero, so that what follows keeps its place.
                let gap = Int(start) * 32 - leaves.count
                if gap > 0 { leaves += [UInt8](repeating: 0, count: gap) }
                for entry in bundle {
                    leaves += entry.count == 32 ? Array(entry) : [UInt8](repeating: 0, count: 32)
                }
            })
        progress.finish()
        // A genuine older tree head put back verifies by itself; only the database knows that the log was further.
        let isBehind = report.isSound && report.size < UInt64(clamping: facts.publishedSize)
        let behind = isBehind ? ["checkpoint: of \(report.size) leaves, but \(facts.publishedSize) were published"] : []
        return (LogCheck(report: report, behind: behind), leaves)
    }
}

/// What deriving the log anew came to, together with what the database knows of it.
struct LogCheck {
    let report: LogReport
    let behind: [String]

    var size: UInt64 { report.size }
    var root: TreeHash { report.root }
    var bundles: UInt64 { report.bundles }
    var tiles: UInt64 { report.tiles }
    /// The first of the findings, each with the file it is about.
    var findings: [String] { behind + report.damages.map(\.description) }
    var findingCount: Int { behind.count + Int(report.damageCount) }
}

extension LogReport.Damage {
    /// The file, and what is wrong with it.
    var description: String { "\(path): \(reason)" }
}
