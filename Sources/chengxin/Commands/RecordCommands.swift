import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditStore
import Foundation

/// What officers do to single records.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Correct, supplement, withdraw, mark, shield or restore one record; nothing is ever overwritten.",
        discussion: """
            Every act needs a reason from the list, the document it rests on, and the name of the officer; it becomes a revision \
            with a leaf in the log and a row of the audit. Acts: \(AmendmentRule.table.map(\.act.rawValue).joined(separator: ", ")).
            """)

    @Argument(help: ArgumentHelp("What is done: correct, supplement, withdraw, mark, unmark, shield, restore."))
    var act: String
    @Argument(help: "The record's id, such as 84-11.") var record: String
    @OptionGroup var data: DataOption
    @Option(help: "Why, from the act's list; the first of the list where it is left out.") var reason: String?
    @Option(help: "The document on which it rests, such as a decision's number; everybody may read it.") var basis: String
    @Option(help: "Who decides; an account name or office.") var officer: String
    @Option(help: ArgumentHelp("The day from which it is so; today, or for a correction the record's day.", valueName: "day"))
    var effective: String?
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A new value, for correct and supplement; empty takes it away.", valueName: "field=value"))
    var edits: [String] = []
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard let act = Act(rawValue: act), AmendmentRule.table.contains(where: { $0.act == act }) else {
            throw UsageError(
                message: "the act is one of \(AmendmentRule.table.map(\.act.rawValue).joined(separator: ", "))")
        }
        guard let id = RecordID(record) else {
            throw UsageError(message: "`\(record)` is no record id; ids look like 84-11 and stand in `chengxin show`")
        }
        let reasons = Reason.fitting(act)
        guard let reason = reason.map({ Reason(rawValue: $0) }) ?? reasons.first, reasons.contains(reason) else {
            throw UsageError(
                message: "--reason for \(act.rawValue) is one of \(reasons.map(\.rawValue).joined(separator: ", "))")
        }
        var effectiveOn: Day?
        if let effective {
            guard let day = Day(iso: effective) else { throw UsageError(message: "--effective is a day, YYYY-MM-DD") }
            effectiveOn = day
        }
        var values: [String: String] = [:]
        for edit in edits {
            guard let equals = edit.firstIndex(of: "=") else {
                throw UsageError(message: "--set takes field=value, such as --set fine=2000")
            }
            values[String(edit[..<equals])] = String(edit[edit.index(after: equals)...])
        }
        let officer = officer.trimmingCharacters(in: .whitespacesAndNewlines)
        let amendment = Amendment(
            act, reason: reason, basis: basis.trimmingCharacters(in: .whitespacesAndNewlines),
            officer: Actor(.account, officer), effectiveOn: effectiveOn, edits: values)
        let platform = try await Platform.open(data)
        let state = try await platform.store.amend(
            id, amendment, catalogue: platform.catalogue, source: "command line", at: Instant.now())
        try await PlatformLog(platform).publish()
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("record", id.description)
                json.field("act", act.rawValue)
                json.field("revision", state.revision)
                json.field("standing", state.standing.rawValue)
                json.field("mark", state.mark?.rawValue)
                json.field("published_until", state.clocks.publishedUntil?.description)
            }
            Console.print(json)
        } else {
            Console.print("\(act.rawValue): record \(id) is \(state.standing.rawValue), revision \(state.revision)")
        }
    }
}

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Everything that happened to one record: what, when, from which day, on what basis.")

    @Argument(help: "The record's id, such as 84-11.") var record: String
    @OptionGroup var data: DataOption
    @OptionGroup var output: JSONFlag

    func run() async throws {
        guard let id = RecordID(record) else {
            throw UsageError(message: "`\(record)` is no record id; ids look like 84-11 and stand in `chengxin show`")
        }
        let platform = try await Platform.open(data)
        try await platform.store.audit(
            AuditNote(
                .looked, by: Platform.operatorName(), object: "record \(id)", source: "command line",
                purpose: "operation"), at: Instant.now())
        let history = try await platform.store.history(of: id)
        if history.isEmpty { throw UsageError(message: "there is no record \(id)") }
        if output.json {
            var json = JSONWriter(capacity: 4096)
            json.object { json in
                json.field("record", id.description)
                json.array("revisions") { json in
                    for revision in history {
                        json.object { json in
                            json.field("leaf", revision.leaf)
                            json.field("actor", revision.actor?.description)
                            json.key("revision")
                            json.raw(revision.publishedForm)
                        }
                    }
                }
            }
            Console.print(json)
            return
        }
        for revision in history {
            let who = revision.actor?.description ?? revision.batch.map { "batch \($0)" } ?? ""
            Console.print(
                "\(revision.number)  \(revision.recordedAt.chinaMinute)  \(revision.act.rawValue)  from \(revision.effectiveOn)  \(revision.reason?.rawValue ?? "")  \(revision.basis ?? "")  \(who)  leaf \(revision.leaf)"
            )
        }
    }
}

struct TermsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms",
        abstract: "Move every record whose term is over out of its circle. `serve` does the same by itself each day.")

    @OptionGroup var data: DataOption
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let platform = try await Platform.open(data)
        let moved = try await platform.store.runTerms(today: try Platform.today(), at: Instant.now())
        try await PlatformLog(platform).publish()
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("publication_ended", moved.publication)
                json.field("disclosure_ended", moved.disclosure)
                json.field("erased", moved.erased)
            }
            Console.print(json)
        } else {
            Console.print(
                "\(moved.publication) records left publication, \(moved.disclosure) left disclosure, \(moved.erased) were erased"
            )
        }
    }
}
