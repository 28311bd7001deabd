import ArgumentParser
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import TransparencyLog

/// Checks that believe nothing but arithmetic and a public key.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove the log, the store, a record's proof, a report or a backup; says what was checked and names what does not fit.",
        subcommands: [VerifyLogCommand.self, VerifyStoreCommand.self, VerifyProofCommand.self, VerifyReportCommand.self, VerifyBackupCommand.self])
}

struct VerifyLogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Derive the whole log anew from its entries and compare every tile and the signed root.")

    @OptionGroup var data: DataOption
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let platform = try await Platform.open(data)
        let (report, _) = try await PlatformLog(platform).verify(quiet: output.json)
        let facts = try await platform.store.logFacts()
        let damages = report.findings
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("origin", facts.origin)
                json.field("size", Int64(report.size))
                json.field("root", report.root.base64)
                json.field("waiting", facts.size - Int64(report.size))
                json.field("files", Int64(report.bundles + report.tiles))
                json.array("findings") { json in damages.forEach { json.value($0) } }
                json.field("finding_count", Int64(report.findingCount))
            }
            Console.print(json)
        } else {
            Console.print("log \(facts.origin): \(report.size) leaves, root \(report.root.base64)")
            Console.print(
                "  checked: signature of the tree head, \(report.bundles) entry bundles, \(report.tiles) tiles, every leaf, every tile, the root; \(facts.size - Int64(report.size)) leaves wait to be published"
            )
            for damage in damages.prefix(50) { Console.print("  damaged: \(damage)") }
            Console.print(damages.isEmpty ? "  everything fits" : "  \(report.findingCount) findings")
        }
        if report.findingCount > 0 { throw ExitCode(1) }
    }
}

struct VerifyStoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Compare every revision and audit row with its leaf, and every record's state with its revisions.")

    @OptionGroup var data: DataOption
    @Flag(help: "Write states that differ from their revisions anew.") var rebuild = false
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let platform = try await Platform.open(data)
        let log = PlatformLog(platform)
        let (published, leaves) = try await log.verify(quiet: output.json, collecting: true)
        let progress = Progress("verify store", total: 1, quiet: output.json)
        let report = try await platform.store.verify(
            StoreVerifier(catalogue: platform.catalogue), published: leaves, rebuild: rebuild,
            by: Platform.operatorName(), at: Instant.now(),
            progress: { rows in if rows % 100_000 == 0 { Console.note("\(rows) revisions\n") } })
        progress.finish()
        if rebuild, report.rebuilt > 0 { try await log.publish() }
        let findings = published.findings.map { "log: \($0)" } + report.findings.map(\.description)
        let count = published.findingCount + report.findingCount
        let left = count - report.rebuilt
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("subjects", report.subjects)
                json.field("records", report.records)
                json.field("revisions", report.revisions)
                json.field("erased", report.erased)
                json.field("audit_rows", report.audits)
                json.field("leaves", report.leaves)
                json.array("findings") { json in findings.forEach { json.value($0) } }
                json.field("finding_count", count)
                json.field("rebuilt", report.rebuilt)
            }
            Console.print(json)
        } else {
            Console.print(
                """
                store: \(report.subjects) subjects, \(report.records) records, \(report.revisions) revisions (\(report.erased) erased), \(report.audits) audit rows, \(report.leaves) leaves
                  checked: every stored byte of revisions and audit against its leaf, order of numbers and moments, every state against its revisions, an owner for every leaf
                """)
            for finding in findings.prefix(50) { Console.print("  \(finding)") }
            Console.print(
                findings.isEmpty
                    ? "  everything fits"
                    : "  \(count) findings, \(report.rebuilt) states written anew")
        }
        if left > 0 { throw ExitCode(1) }
    }
}

struct VerifyProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Check a record's .tlog-proof offline, against nothing but the log's public key.")

    @Argument(help: "The proof file.") var file: String
    @Option(
        help: ArgumentHelp("The log's public key, as published at /log; with --data it is taken from there.", valueName: "vkey"))
    var key: String?
    @Option(name: .customLong("data"), help: ArgumentHelp("A platform's directory.", valueName: "dir")) var data: String?
    @Option(help: ArgumentHelp("A witness's public key; may be given several times.", valueName: "vkey"))
    var witness: [String] = []
    @Option(help: "How many of the witnesses must have signed.") var quorum = 0
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard let contents = FileManager.default.contents(atPath: file) else {
            throw UsageError(message: "`\(file)` cannot be read")
        }
        var text = key
        if text == nil, let data {
            let options = try DataOption.parse(["--data", data])
            text = try await Platform.open(options).store.logFacts().verifierKey
        }
        guard let text else { throw UsageError(message: "give the log's public key with --key, or a platform with --data") }
        let proof: RecordProof
        let verified: LogProof.Verified
        do {
            proof = try RecordProof(Array(contents))
            verified = try proof.verify(
                log: try NoteVerifier(text), witnesses: try witness.map { try NoteVerifier($0) }, quorum: quorum)
        } catch let error as LogError {
            if output.json {
                var json = JSONWriter()
                json.object { json in
                    json.field("valid", false)
                    json.field("reason", error.detail)
                }
                Console.print(json)
            } else {
                Console.print("the proof does not hold: \(error.detail)")
            }
            throw ExitCode(1)
        }
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("valid", true)
                json.field("origin", verified.checkpoint.origin)
                json.field("size", Int64(verified.checkpoint.size))
                json.field("leaf", Int64(verified.index))
                json.array("witnesses") { json in verified.witnesses.forEach { json.value($0.name) } }
                json.key("revision")
                json.raw(proof.published)
            }
            Console.print(json)
        } else {
            Console.print(
                """
                the proof holds: leaf \(verified.index) of \(verified.checkpoint.size) in \(verified.checkpoint.origin), \(verified.witnesses.count) witnesses
                  checked: the seal over what is shown below, the way to the root, the signature of the tree head
                  not checked: whether the record still stands; ask the platform
                \(String(decoding: proof.published, as: UTF8.self))
                """)
        }
    }
}

struct VerifyBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Read a backup to its end and check every frame, without restoring it.")

    @Argument(help: "The backup.") var file: String
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let manifest: BackupManifest
        do {
            manifest = try Store.checkBackup(file)
        } catch let error as BackupError where error.code == .changed || error.code == .truncated {
            if output.json {
                var json = JSONWriter()
                json.object { json in
                    json.field("whole", false)
                    json.field("reason", error.detail)
                }
                Console.print(json)
            } else {
                Console.print(error.detail)
            }
            throw ExitCode(1)
        }
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("whole", true)
                json.field("timepoint", manifest.timepoint)
                json.field("origin", manifest.origin)
                json.field("leaves", manifest.leaves)
            }
            Console.print(json)
        } else {
            Console.print(
                "the backup is whole: everything of \(manifest.origin) committed before \(manifest.timepoint), \(manifest.leaves) leaves")
        }
    }
}
