import ArgumentParser
import CreditDocuments
import CreditModel
import CreditStore
import Foundation
import TransparencyLog

struct VerifyReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Check a report offline: its signature, every disclosed value, the pages of the PDF, the proofs of its records.")

    @Argument(help: "The JSON or the PDF.") var file: String
    @Option(help: ArgumentHelp("The platform’s keys, as published at /.well-known/jwks.json.", valueName: "jwks.json"))
    var keys: String?
    @Option(help: ArgumentHelp("The log’s public key: the line that /log/key of the platform hands out.", valueName: "vkey")) var logKey: String?
    @Option(help: ArgumentHelp("A status list fetched earlier, to see how the report stood then.", valueName: "file"))
    var statusList: String?
    @Option(name: .customLong("data"), help: ArgumentHelp("A platform’s directory, in place of both keys.", valueName: "dir"))
    var data: String?
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard let contents = FileManager.default.contents(atPath: file) else {
            throw UsageError(message: "`\(file)` cannot be read")
        }
        let verifier = try await verifier()
        do {
            let start = ContinuousClock.now
            let report = try verifier.verify(document: Array(contents))
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            tell(report, verifier, status: try status(report, verifier.keys), seconds)
        } catch let error as DocumentError where error.code == .invalid || error.code == .malformed {
            if output.json {
                var json = JSONWriter()
                json.object { json in
                    json.field("valid", false)
                    json.field("reason", error.detail)
                }
                Console.print(json)
            } else {
                Console.print("the report does not hold: \(error.detail)")
            }
            throw ExitCode(1)
        }
    }

    private func verifier() async throws -> ReportVerifier {
        var keySet: ReportKeySet?
        var log: NoteVerifier?
        if let data {
            let platform = try await Platform.open(try DataOption.parse(["--data", data]))
            keySet = try PlatformReports.signer(platform.directory).keys
            log = try NoteVerifier(try await platform.store.logFacts().verifierKey)
        }
        if let keys {
            guard let bytes = FileManager.default.contents(atPath: keys) else {
                throw UsageError(message: "`\(keys)` cannot be read")
            }
            keySet = try ReportKeySet(Array(bytes))
        }
        if let logKey { log = try NoteVerifier(logKey) }
        guard let keySet else {
            throw UsageError(message: "give the platform’s keys with --keys, or a platform with --data")
        }
        return ReportVerifier(keys: keySet, log: log)
    }

    private func status(_ report: ReportVerifier.Verified, _ keys: ReportKeySet) throws -> StatusList.Status? {
        guard let statusList else { return nil }
        guard let bytes = FileManager.default.contents(atPath: statusList) else {
            throw UsageError(message: "`\(statusList)` cannot be read")
        }
        let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return try StatusList(token: token, address: report.statusList, keys: keys, at: Instant.now()).status(
            at: report.statusIndex)
    }

    private func tell(_ report: ReportVerifier.Verified, _ verifier: ReportVerifier, status: StatusList.Status?, _ seconds: Double) {
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("valid", true)
                json.field("number", report.number)
                json.field("kind", report.kind)
                json.field("subject", report.subjectCode)
                json.field("name", report.subjectName)
                json.field("issued_at", report.issuedAt.description)
                json.field("purpose", report.purpose)
                json.field("key", report.keyID)
                json.field("records", report.records)
                json.field("unlisted", report.unlisted)
                json.field("withheld", report.withheld)
                json.field("proved", report.proved)
                json.field("unproved", report.unproved)
                json.field("pages_checked", report.pagesChecked)
                json.field("seconds", number: String(seconds))
                json.field("status", status.map { "\($0)" })
            }
            Console.print(json)
            return
        }
        Console.print(
            """
            the report holds: \(report.number), \(report.kind), \(report.subjectName) \(report.subjectCode)
              issued \(report.issuedAt) for: \(report.purpose)
              checked: the signature (key \(report.keyID), in force then), the digest of every value, every byte of the file\(report.pagesChecked ? ", the pages of the PDF" : "")
            """)
        Console.print(
            verifier.log == nil
                ? "  not checked: the proofs of \(report.records) records; give the line of the platform’s /log/key with --log-key"
                : "  checked: \(report.proved) of \(report.records) records stand in the public log as stated; \(report.unproved) carry no proof")
        if report.unlisted > 0 { Console.print("  counted, not stated: \(report.unlisted) records more") }
        if report.withheld > 0 { Console.print("  left out by whoever handed it on: \(report.withheld) values or records") }
        Console.print(
            status.map { "  status in the list given: \($0)" }
                ?? "  not checked: whether it was superseded since; ask \(report.statusList) or the address in its QR code")
    }
}
