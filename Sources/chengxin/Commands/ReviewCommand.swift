import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices
import CreditStore
import Foundation

/// The desk at the command line: who is who, decided by officers, with a way back.
struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Rows and subjects that a person must decide: who is who, with reasons and a way back.",
        subcommands: [
            List.self, Show.self, File.self, GiveBack.self, Merge.self, Move.self, Apart.self, Name.self, Undo.self, Decisions.self,
        ], defaultSubcommand: List.self)

    struct DeskOptions: ParsableArguments {
        @OptionGroup var data: DataOption
        @Option(help: "Who decides; an account name or office.") var officer: String
        @Option(help: "Why, in five characters at least; kept with the decision.") var reason: String

        func perform(_ deed: IdentityAct.Deed) async throws {
            let platform = try await Platform.open(data)
            let act = IdentityAct(
                deed, reason: reason.trimmingCharacters(in: .whitespacesAndNewlines),
                officer: Actor(.account, officer.trimmingCharacters(in: .whitespacesAndNewlines)))
            let decisions = try await platform.store.decide(
                act, catalogue: platform.catalogue, source: "command line", at: Instant.now())
            try await PlatformLog(platform).publish()
            for decision in decisions {
                if case .undo = deed {
                    Console.print("decision \(decision) is undone")
                } else {
                    Console.print("decision \(decision); `chengxin review undo \(decision)` takes it back")
                }
            }
        }
    }

    /// A subject by any of its numbers, or by the platform's own id.
    static func subject(_ text: String, _ data: DataOption) async throws -> SubjectID {
        let platform = try await Platform.open(data)
        if let profile = try await platform.store.profile(code: Folding.code(text)) { return profile.id }
        if let id = Int64(text), let profile = try await platform.store.profile(id: SubjectID(id)) { return profile.id }
        throw UsageError(message: "nobody here has the number `\(text)`; `chengxin search` finds organisations by name")
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Rows that wait for an officer, oldest first.")
        @OptionGroup var data: DataOption
        @Option(help: "Rows after this number.") var after: Int64 = 0
        @Option(help: "How many, 1 to 1000.") var limit = 20

        func run() async throws {
            guard (1...1000).contains(limit) else { throw UsageError(message: "--limit must be 1 to 1000") }
            let platform = try await Platform.open(data)
            try await platform.store.audit(
                AuditNote(
                    .looked, by: Platform.operatorName(), object: "waiting rows", source: "command line",
                    purpose: "resolution"), at: Instant.now())
            let page = try await platform.store.reviewQueue(after: after, limit: limit)
            Console.print("\(page.total) rows wait")
            for row in page.rows {
                Console.print(
                    "\(row.row.id)  \(row.row.name ?? "–")  \(row.row.identifiers.map(\.value).joined(separator: " "))  \(row.row.feed)  \(row.row.reason)"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One waiting row beside those it may mean.")
        @Argument(help: "The row's number.") var row: Int64
        @OptionGroup var data: DataOption

        func run() async throws {
            let platform = try await Platform.open(data)
            guard let found = try await platform.store.reviewRow(row) else {
                throw UsageError(message: "there is no waiting row \(row)")
            }
            try await platform.store.audit(
                AuditNote(
                    .looked, by: Platform.operatorName(), object: "waiting \(row)", source: "command line",
                    purpose: "resolution"), at: Instant.now())
            Console.print("row \(row): \(found.row.name ?? "–")  \(found.row.identifiers.map(\.description).joined(separator: " "))")
            Console.print("  \(found.row.feed), receipt \(found.receipt), line \(found.row.line); \(found.row.reason)")
            let query = MatchQuery(name: found.row.name, identifiers: found.row.identifiers)
            guard let answer = try await platform.store.match([query], divisions: platform.catalogue.divisions).first else {
                return
            }
            Console.print("  \(answer.reason.words[Console.language])")
            for candidate in answer.candidates {
                guard let profile = try await platform.store.profile(id: candidate.subject) else { continue }
                let words = candidate.comparison.map { $0.words[Console.language] } ?? ""
                Console.print("  \(profile.state.code)  \(profile.state.name)  \(words)")
            }
        }
    }

    struct File: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "File a waiting row under a subject.")
        @Argument(help: "The row's number.") var row: Int64
        @Option(name: .customLong("as"), help: "A number of the subject, or its id.") var subject: String
        @Flag(help: "Later rows of this name without a number follow.") var remember = false
        @OptionGroup var desk: DeskOptions

        func run() async throws {
            let id = try await ReviewCommand.subject(subject, desk.data)
            try await desk.perform(.file(waiting: row, id, remember: remember))
        }
    }

    struct GiveBack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "return", abstract: "Give a waiting row back to its department, which must name the number.")
        @Argument(help: "The row's number.") var row: Int64
        @OptionGroup var desk: DeskOptions

        func run() async throws { try await desk.perform(.giveBack(waiting: row)) }
    }

    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one subject as part of another.")
        @Argument(help: "The subject that stays.") var subject: String
        @Argument(help: "The subject that is shown with it.") var other: String
        @OptionGroup var desk: DeskOptions

        func run() async throws {
            try await desk.perform(
                .merge(
                    try await ReviewCommand.subject(subject, desk.data),
                    other: try await ReviewCommand.subject(other, desk.data)))
        }
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Split a file: state a record anew under the subject it is really about.")
        @Argument(help: "The record's id, such as 84-11.") var record: String
        @Option(help: "A number of the subject it is about, or its id.") var to: String
        @OptionGroup var desk: DeskOptions

        func run() async throws {
            guard let id = RecordID(record) else {
                throw UsageError(message: "`\(record)` is no record id; ids look like 84-11 and stand in `chengxin show`")
            }
            try await desk.perform(.move(id, to: try await ReviewCommand.subject(to, desk.data)))
        }
    }

    struct Apart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Never join these two.")
        @Argument(help: "One subject.") var subject: String
        @Argument(help: "The other.") var other: String
        @OptionGroup var desk: DeskOptions

        func run() async throws {
            try await desk.perform(
                .keepApart(
                    try await ReviewCommand.subject(subject, desk.data), try await ReviewCommand.subject(other, desk.data)))
        }
    }

    struct Name: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say whom a name means, or whom it never means.")
        @Argument(help: "The name as departments write it.") var name: String
        @Option(help: "It means this subject.") var means: String?
        @Option(help: "It never means this subject.") var meansNot: String?
        @OptionGroup var desk: DeskOptions

        func run() async throws {
            switch (means, meansNot) {
            case (let subject?, nil):
                try await desk.perform(.nameMeans(name, try await ReviewCommand.subject(subject, desk.data)))
            case (nil, let subject?):
                try await desk.perform(.nameMeansNot(name, try await ReviewCommand.subject(subject, desk.data)))
            default: throw UsageError(message: "give either --means or --means-not")
            }
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a decision back; a record that it filed is withdrawn, the row waits again.")
        @Argument(help: "The decision's number.") var decision: Int64
        @OptionGroup var desk: DeskOptions

        func run() async throws { try await desk.perform(.undo(decision: decision)) }
    }

    struct Decisions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What was decided, by whom and why, newest first.")
        @OptionGroup var data: DataOption
        @Option(help: "How many, 1 to 1000.") var limit = 20

        func run() async throws {
            guard (1...1000).contains(limit) else { throw UsageError(message: "--limit must be 1 to 1000") }
            let platform = try await Platform.open(data)
            for decision in try await platform.store.decisions(limit: limit) {
                let what = [
                    decision.name, decision.subject.map { "subject \($0)" }, decision.other.map { "subject \($0)" },
                    decision.waiting.map { "row \($0)" },
                ].compactMap { $0 }.joined(separator: ", ")
                let undone = decision.undone.map { "  undone by \($0.officer): \($0.reason)" } ?? ""
                Console.print(
                    "\(decision.id)  \(decision.kind.rawValue)  \(what)  \(decision.officer): \(decision.reason)\(undone)")
            }
        }
    }
}
