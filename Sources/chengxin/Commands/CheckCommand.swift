import ArgumentParser
import CreditCatalogue
import CreditDocuments
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Crypto
import Foundation
import TransparencyLog

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check many organisations at once: which each row means, what is public about it, and as of when.",
        discussion: """
            Facts only, as the portal shows them: no score and no verdict. Columns of names and codes are found as `match` finds \
            them; every other column is carried through. Exit code 1 where some rows are unsure, not found or refused.
            """)

    @Argument(help: "A file with a column of names, of codes, or both: CSV, XLSX, JSON, XML.") var file: String
    @OptionGroup var data: DataOption
    @Option(help: "What it is for: an id of a purpose of the catalogue; a word that is none, such as `list`, is answered with all of them.") var purpose: String
    @Option(help: "The case, tender or document that the check is for.") var basis: String?
    @Option(help: ArgumentHelp("First day of the look-back.", valueName: "day")) var since: String?
    @Option(help: ArgumentHelp("Years of the look-back, where --since is left out.", valueName: "n")) var years: Int?
    @Option(help: ArgumentHelp("Write the result here; CSV on stdout without it.", valueName: "file.xlsx|csv|json")) var out: String?
    @Option(
        help: ArgumentHelp(
            "A column that is not found by its heading: \(MatchColumns.Part.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "part=heading"))
    var column: [String] = []
    @Option(help: "Language of the result: zh or en.") var lang: String?
    @Option(help: "Who asks, for the audit; the system’s user where left out.") var officer: String?
    @Option(help: ArgumentHelp("The platform’s public address, for links.", valueName: "url")) var address: String?
    @OptionGroup var output: JSONFlag

    private enum Form: String { case xlsx, csv, json }

    func run() async throws {
        let started = Instant.now()
        let form = try form()
        let language = try language()
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw UsageError(message: "`\(file)` cannot be read; check the path and its permissions")
        }
        let platform = try await Platform.open(data)
        let today = try Platform.today()
        let check = OrganisationCheck(
            catalogue: platform.catalogue, store: platform.store,
            clock: { Instant(milliseconds: Int64(today.daysSinceEpoch) * 86_400_000 + 4 * 3_600_000) }, moment: Instant.now)
        let actor = Platform.operatorName(officer)
        guard actor != CheckAsker.anybody.actor else { throw UsageError(message: "--officer names a person; `public` is nobody") }
        let asker = CheckAsker(actor)
        let sheet = try check.sheet(
            { try Table.open(bytes: Array(bytes), name: file) }, asker: asker, given: try MatchColumns.given(column))
        let result = try await check.perform(
            CheckRequest(
                sheet: sheet, purpose: purpose, basis: basis.flatMap { $0.isEmpty ? nil : String($0.prefix(200)) },
                since: try since(check), language: language, asker: asker,
                digest: Hexadecimal.text(SHA256.hash(data: bytes)), source: "command line"))
        let base = try await address(platform)
        try write(result, form, base: base, platform.catalogue)
        let seconds = Double(Instant.now().milliseconds - started.milliseconds) / 1000
        let counts = CheckResult.Outcome.allCases.map { "\($0.rawValue) \(result.count($0))" }.joined(separator: ", ")
        Console.error("\(result.rows.count) rows, \(result.subjects.count) organisations: \(counts); \(seconds) s")
        if result.count(.sure) != result.rows.count { throw ExitCode(1) }
    }

    private func form() throws -> Form {
        guard let out else { return output.json ? .json : .csv }
        guard let form = Form(rawValue: (out as NSString).pathExtension.lowercased()) else {
            throw UsageError(message: "--out ends in .xlsx, .csv or .json")
        }
        return form
    }

    private func language() throws -> Language {
        guard let lang else { return Console.language }
        guard let language = Language(rawValue: lang) else { throw UsageError(message: "--lang is zh or en") }
        return language
    }

    private func since(_ check: OrganisationCheck) throws -> Day {
        guard let since else { return try check.since(years: years) }
        if years != nil { throw UsageError(message: "give --since or --years, not both") }
        guard let day = Day(iso: since) else { throw UsageError(message: "--since is a day, YYYY-MM-DD") }
        return day
    }

    private func address(_ platform: Platform) async throws -> String {
        if let address { return address.hasSuffix("/") ? String(address.dropLast()) : address }
        return PlatformReports.address(origin: try await PlatformLog(platform).publicLog().key.name)
    }

    private func write(_ result: CheckResult, _ form: Form, base: String, _ catalogue: Catalogue) throws {
        var json = JSONWriter(capacity: 1 << 16)
        if form == .json || output.json { CheckJSON(base: base).write(result, into: &json) }
        guard let out else {
            if form == .json {
                Console.print(json)
            } else {
                FileHandle.standardOutput.write(Data(CheckCSV(result, catalogue: catalogue, base: base).bytes))
            }
            return
        }
        switch form {
        case .xlsx: try CheckWorkbook(result, catalogue: catalogue, base: base).write(to: out)
        case .csv: try save(CheckCSV(result, catalogue: catalogue, base: base).bytes, to: out)
        case .json: try save(json.bytes + [0x0A], to: out)
        }
        if output.json { Console.print(json) }
    }

    private func save(_ bytes: [UInt8], to out: String) throws {
        do { try Data(bytes).write(to: URL(filePath: out), options: .atomic) } catch {
            throw UsageError(message: "`\(out)` cannot be written; check the path and its permissions")
        }
    }
}

extension MatchColumns {
    /// Columns that the user named, as `part=heading`.
    static func given(_ texts: [String]) throws -> [Part: String] {
        var given: [Part: String] = [:]
        for text in texts {
            let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2, let part = Part(rawValue: halves[0]) else {
                throw UsageError(
                    message: "--column is part=heading, where part is one of \(Part.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            given[part] = halves[1]
        }
        return given
    }
}
