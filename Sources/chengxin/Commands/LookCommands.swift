import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find organisations by any part of a name, or by a code or its beginning.")

    @Argument(help: "Words or a code.") var text: String
    @OptionGroup var data: DataOption
    @Option(help: "How many to show, 1 to 1000.") var limit = 20
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard (1...1000).contains(limit) else { throw UsageError(message: "--limit must be 1 to 1000") }
        guard text.utf8.count <= 1000 else {
            throw UsageError(message: "the words are too long; a few characters of the name are enough")
        }
        let platform = try await Platform.open(data)
        let result = try await platform.store.search(SearchQuery(text: text, limit: limit))
        if output.json {
            var json = JSONWriter()
            SearchJSON.write(result, query: text, into: &json)
            Console.print(json)
            return
        }
        Console.print("\(result.isExact ? "" : "at least ")\(result.total) found for `\(text)`")
        let format = FieldFormat(catalogue: platform.catalogue, language: Console.language)
        for hit in result.hits {
            let status = hit.state.status.map { format.code($0, "registration-status") } ?? ""
            let matched = hit.field == .name || hit.field == .code ? "" : "  (\(hit.matched))"
            Console.print("\(hit.state.code)  \(hit.state.name)  \(status)\(matched)")
        }
    }
}

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One subject's file: registration, records, lists, commitments.",
        discussion:
            "Whoever holds the data directory sees the whole file (--as officer). --as public shows what the portal shows."
    )

    @Argument(help: "A unified code, another number, profession/licence, or the platform's own id.") var subject: String
    @OptionGroup var data: DataOption
    @Option(name: .customLong("as"), help: "public, self or officer.") var audience = "officer"
    @Option(help: ArgumentHelp("As it was on this day; today where left out.", valueName: "day")) var asOf: String?
    @Option(
        help: ArgumentHelp(
            "As far as it was known then: a day (its end, in China) or a moment such as 2026-03-05T08:00:00Z.",
            valueName: "moment"))
    var knownAt: String?
    @Option(help: "What the look is for; kept in the audit together with who looks.") var purpose = "operation"
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard let audience = Audience(rawValue: audience) else {
            throw UsageError(message: "--as is one of \(Audience.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let day = try asOf.map { try Self.day($0, "--as-of") }
        let moment = try knownAt.map { try Self.moment($0) }
        let platform = try await Platform.open(data)
        let publisher = Publisher(catalogue: platform.catalogue, today: try Platform.today())
        if audience != .public {
            // The look is kept before the answer is given: no log, no answer (RIGHTS 15).
            try await platform.store.audit(
                AuditNote(
                    .looked, by: Platform.operatorName(), object: "subject \(subject)", source: "command line",
                    purpose: purpose), at: Instant.now())
        }
        var file = try await SubjectFile.load(
            code: subject, from: platform.store, publisher: publisher, audience: audience)
        if file == nil, let id = Int64(subject), let profile = try await platform.store.profile(id: SubjectID(id)) {
            file = try await SubjectFile.load(
                profile: profile, from: platform.store, publisher: publisher, audience: audience)
        }
        if let profile = file?.profile, day != nil || moment != nil {
            file = try await SubjectFile.load(
                profile: profile, asOf: day, knownAt: moment, from: platform.store, publisher: publisher,
                audience: audience)
            if file == nil { throw UsageError(message: "nothing was known here of `\(subject)` then") }
        }
        guard let file else {
            throw UsageError(
                message: "nobody here has the number `\(subject)`; `chengxin search` finds organisations by name")
        }
        if output.json {
            var json = JSONWriter(capacity: 4096)
            SubjectJSON(catalogue: platform.catalogue).file(file, into: &json)
            Console.print(json)
        } else {
            print(file, platform.catalogue)
        }
    }

    private static func day(_ text: String, _ option: String) throws -> Day {
        guard let day = Day(iso: text) else { throw UsageError(message: "\(option) is a day, YYYY-MM-DD") }
        return day
    }

    private static func moment(_ text: String) throws -> Instant {
        if let day = Day(iso: text) {
            // The last millisecond of the day in China.
            return Instant(milliseconds: Int64(day.daysSinceEpoch + 1) * 86_400_000 - 8 * 3_600_000 - 1)
        }
        guard let date = try? Date(text, strategy: .iso8601) else {
            throw UsageError(message: "--known-at is a day, YYYY-MM-DD, or a moment, 2026-03-05T08:00:00Z")
        }
        return Instant(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }

    private func print(_ file: SubjectFile, _ catalogue: Catalogue) {
        let format = FieldFormat(catalogue: catalogue, language: Console.language)
        let state = file.profile.state
        Console.print("\(state.name)  \(state.code)")
        for former in file.profile.names(.former) { Console.print("  formerly \(former)") }
        if let status = state.status { Console.print("  \(format.code(status, "registration-status"))") }
        Console.print("  \(file.profile.identifiers.map(\.description).joined(separator: "  "))")
        if file.records.isEmpty { Console.print("  no records; no record is not the same as nothing wrong") }
        for record in file.records {
            Console.print(
                "\n[\(record.row.id)] \(record.item.title[Console.language]): \(record.title ?? record.documentNumber ?? "")  (\(record.state.rawValue), until \(record.row.publishedUntil ?? "–"))"
            )
            for field in record.fields {
                Console.print("  \(field.field.title[Console.language]): \(format.text(field.value, of: field.field))")
            }
        }
    }
}

struct WaitingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waiting",
        abstract: "Rows that name somebody but give no number: they wait for an officer and are never guessed.")

    @OptionGroup var data: DataOption
    @Option(help: "How many to show.") var limit = 50
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard limit > 0 else { throw UsageError(message: "--limit must be at least 1") }
        let platform = try await Platform.open(data)
        try await platform.store.audit(
            AuditNote(
                .looked, by: Platform.operatorName(), object: "waiting rows", source: "command line",
                purpose: "operation"), at: Instant.now())
        let rows = try await platform.store.waiting(batch: nil, limit: limit)
        let total = try await platform.store.totals(shownOn: try Platform.today()).waiting
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("total", total)
                json.array("rows") { json in
                    for row in rows {
                        json.object { json in
                            json.field("batch_number", row.batch)
                            json.field("line", row.line)
                            json.field("item", row.item)
                            json.field("reason", row.reason)
                            json.field("name", row.name)
                            json.field("identifiers", row.identifiers)
                        }
                    }
                }
            }
            Console.print(json)
            return
        }
        Console.print("\(total) rows wait for an officer")
        for row in rows {
            Console.print(
                "batch \(row.batch) line \(row.line)  \(row.item)  \(row.reason)  \(row.name ?? "–")  \(row.identifiers)"
            )
        }
    }
}
