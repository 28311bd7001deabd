import ArgumentParser
import CreditCatalogue
import CreditDocuments
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Issue credit reports and certificates, or leave parts out of one before handing it on.",
        discussion: "chengxin report 91990102MACX000176 … issues a report; see `chengxin report issue --help`.",
        subcommands: [IssueReportCommand.self, DiscloseReportCommand.self], defaultSubcommand: IssueReportCommand.self)
}

struct IssueReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue a credit report or a no-violation certificate as PDF, with its signed JSON beside it.",
        discussion: """
            With --batch, one for each row of a CSV that has a column 统一社会信用代码 (or uscc), such as the parties of a whole filing. \
            A certificate takes --from, --to and --field; `chengxin catalogue` names the fields in reports.yaml.
            """)

    @Argument(help: "A unified code, another number, profession/licence, or the platform's own id.") var subject: String?
    @OptionGroup var data: DataOption
    @Option(help: ArgumentHelp("Where the PDF goes; the JSON gets the same name with .json.", valueName: "file.pdf"))
    var out: String?
    @Option(help: ArgumentHelp("A CSV with the codes of many subjects.", valueName: "file.csv")) var batch: String?
    @Option(help: ArgumentHelp("Where the files of a batch go.", valueName: "dir")) var outDir: String?
    @Option(help: "full or no-violation.") var kind = "full"
    @Option(help: "zh or en.") var lang = "zh"
    @Option(help: "What it is for: an id of a purpose of the catalogue; a word that is none, such as `list`, is answered with all of them.") var purpose: String
    @Option(
        name: .customLong("as"),
        help: "public (what the portal shows), subject (handed to the organisation itself) or officer (with --basis).")
    var standing = "public"
    @Option(help: "The case or document on which an officer asks, or the identity check of the organisation’s agent.")
    var basis: String?
    @Option(help: "Who asks, for the audit; the system’s user where left out.") var officer: String?
    @Option(help: ArgumentHelp("First day of a certificate’s period.", valueName: "day")) var from: String?
    @Option(help: ArgumentHelp("Last day of a certificate’s period.", valueName: "day")) var to: String?
    @Option(help: "A field of a certificate; several may be given, all where left out.") var field: [String] = []
    @Option(help: ArgumentHelp("The platform’s public address, for the QR code.", valueName: "url")) var address: String?
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let platform = try await Platform.open(data)
        let reports = PlatformReports(platform)
        let today = try Platform.today()
        let clock: @Sendable () -> Instant = {
            Instant(milliseconds: Int64(today.daysSinceEpoch) * 86_400_000 + 4 * 3_600_000)
        }
        let issuer = try await reports.issuer(
            address: address.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }, clock: clock)
        switch (subject, batch) {
        case (let subject?, nil):
            guard let out, out.hasSuffix(".pdf") else { throw UsageError(message: "--out is a file that ends in .pdf") }
            let subject = try await Self.number(of: subject, platform)
            let made = try await make(subject, issuer, today: today, to: out)
            tell([made])
        case (nil, let batch?):
            guard let outDir else { throw UsageError(message: "--batch needs --out-dir, where the files go") }
            try await makeBatch(batch, issuer, platform, today: today, into: outDir)
        default: throw UsageError(message: "give one code, or --batch with a CSV of codes")
        }
    }

    private struct Made {
        let subject: String
        let number: String?
        let file: String?
        let found: Int
        let problem: String?
    }

    private func request(_ subject: String, _ issuer: ReportIssuer, today: Day) throws -> ReportRequest {
        guard let kind = ReportKind(rawValue: kind) else { throw UsageError(message: "--kind is full or no-violation") }
        guard let language = Language(rawValue: lang) else { throw UsageError(message: "--lang is zh or en") }
        guard let standing = Self.standings[standing] else {
            throw UsageError(message: "--as is public, subject or officer")
        }
        func day(_ text: String?, _ option: String) throws -> Day? {
            guard let text else { return nil }
            guard let day = Day(iso: text) else { throw UsageError(message: "\(option) is a day, YYYY-MM-DD") }
            return day
        }
        let period = try CertificatePeriod(
            today: today, maximumMonths: issuer.catalogue.reports.certificate.maximumMonths
        ).days(from: try day(from, "--from"), to: try day(to, "--to"))
        // Whoever works at the counter has seen the papers of the organisation's agent, so there is no key to compare.
        let asker = ReportAsker(actor: Platform.operatorName(officer), standing: standing, basis: basis)
        return ReportRequest(
            subject: subject, kind: kind, language: language, purpose: purpose, asker: asker, period: period,
            fields: field, source: "command line")
    }

    /// The number under which reports know a subject, from any that `show` takes.
    private static func number(of subject: String, _ platform: Platform) async throws -> String {
        for spelling in SubjectFile.spellings(of: subject) where try await platform.store.profile(code: spelling) != nil {
            return spelling
        }
        guard let id = Int64(subject), let profile = try await platform.store.profile(id: SubjectID(id)) else { return subject }
        return profile.identifiers.first?.value ?? profile.state.code
    }

    private static let standings = ["public": ReportAsker.anybody.standing, "subject": .subject, "officer": .officer]

    private func make(_ subject: String, _ issuer: ReportIssuer, today: Day, to file: String) async throws -> Made {
        let (document, pdf) = try await issuer.issuePages(try request(subject, issuer, today: today))
        try write(document.json, to: String(file.dropLast(4)) + ".json")
        try write(pdf, to: file)
        return Made(
            subject: document.report.subject.code, number: document.report.number, file: file,
            found: document.report.counters.reduce(0) { $0 + $1.count }, problem: nil)
    }

    private func write(_ bytes: [UInt8], to file: String) throws {
        do { try Data(bytes).write(to: URL(filePath: file), options: .atomic) } catch {
            throw UsageError(message: "`\(file)` cannot be written; check the path and its permissions")
        }
    }

    private func makeBatch(
        _ file: String, _ issuer: ReportIssuer, _ platform: Platform, today: Day, into folder: String
    ) async throws {
        let codes = try Self.codes(file, platform.catalogue)
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw UsageError(message: "`\(folder)` cannot be created; check the path and its permissions")
        }
        var all: [Made] = []
        for code in codes {
            do {
                let name = code.filter { $0.isLetter || $0.isNumber }
                let number = try await Self.number(of: code, platform)
                all.append(try await make(number, issuer, today: today, to: "\(folder)/\(name).pdf"))
            } catch let error as DocumentError where error.code == .unknownSubject {
                // One party that is not known here does not hold up the others of the filing.
                all.append(Made(subject: code, number: nil, file: nil, found: 0, problem: error.words[Console.language]))
            }
        }
        tell(all)
        if all.contains(where: { $0.problem != nil }) { throw ExitCode(1) }
    }

    /// The codes of a table, each once, in its order.
    private static func codes(_ file: String, _ catalogue: Catalogue) throws -> [String] {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw UsageError(message: "`\(file)` cannot be read")
        }
        var reader = try Table.open(bytes: Array(bytes), name: file)
        var columns: [Int]?
        var codes: [String] = []
        var row = RawRow()
        while try reader.next(into: &row) {
            let cells = (0..<row.count).map { row.text($0) }
            guard let columns else {
                // Found as `match` and `check` find them.
                let found = try? MatchColumns(headings: cells, catalogue: catalogue).columns
                columns = [found?[.code], found?[.registrationNumber], found?[.organisationCode]].compactMap { $0 }
                if columns?.isEmpty != false {
                    throw UsageError(message: "the first row of `\(file)` has no column of codes, such as 统一社会信用代码 (or uscc)")
                }
                continue
            }
            // The first number that a row has.
            let code = columns.lazy.map { cells.indices.contains($0) ? Folding.code(cells[$0]) : "" }.first { !$0.isEmpty }
            if let code, !codes.contains(code) { codes.append(code) }
        }
        return codes
    }

    private func tell(_ all: [Made]) {
        guard output.json else {
            for made in all {
                Console.print(
                    made.number.map { "\($0)  \(made.subject)  \(made.found) records  \(made.file ?? "")" }
                        ?? "–  \(made.subject)  \(made.problem ?? "")")
            }
            return
        }
        var json = JSONWriter()
        json.object { json in
            json.array("reports") { json in
                for made in all {
                    json.object { json in
                        json.field("subject", made.subject)
                        json.field("number", made.number)
                        json.field("file", made.file)
                        json.field("records", made.found)
                        json.field("problem", made.problem)
                    }
                }
            }
        }
        Console.print(json)
    }
}

struct ReportKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report-key", abstract: "The key that signs reports, and its history.",
        subcommands: [Make.self, List.self, Rotate.self, Withdraw.self])

    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the first key, on a platform that was created before there were reports.")
        @OptionGroup var data: DataOption

        func run() async throws {
            let platform = try await Platform.open(data)
            try await PlatformReports(platform).makeKey()
            Console.print("key  \(try PlatformReports.signer(platform.directory).id)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the published key set (JWKS): every key that ever signed here, with its time.")
        @OptionGroup var data: DataOption

        func run() async throws {
            let platform = try await Platform.open(data)
            Console.print(String(decoding: try PlatformReports.signer(platform.directory).keys.json, as: UTF8.self))
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the key in force and sign with a new one. What the old one signed stays valid.")
        @OptionGroup var data: DataOption
        @Flag(help: "The secret may be in other hands: nothing the old key signed is believed any more.")
        var compromised = false

        func run() async throws {
            let platform = try await Platform.open(data)
            let signer = try await PlatformReports(platform).rotateKey(compromised: compromised)
            Console.print("key  \(signer.id)")
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraw an earlier key whose secret may be in other hands: nothing it signed is believed any more.")
        @Argument(help: "The key’s id, as `report-key list` prints it.") var key: String
        @OptionGroup var data: DataOption

        func run() async throws {
            let platform = try await Platform.open(data)
            let signer = try await PlatformReports(platform).withdrawKey(key)
            Console.print("withdrawn  \(key)\nin force   \(signer.id)")
        }
    }
}
