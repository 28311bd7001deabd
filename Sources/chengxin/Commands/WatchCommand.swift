import ArgumentParser
import CreditModel
import CreditRegistry
import CreditServer
import CreditServices
import CreditStore
import CreditWatch
import Foundation

/// Who is told of what.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Watch organisations, lists and sectors, and tell watchers what changed.",
        subcommands: [Add.self, List.self, Remove.self, Retry.self, Run.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Watch something in the name of a key (`chengxin account add NAME --scope watch`, or own:CODE).")
        @Argument(help: "The name of the key.") var holder: String
        @Option(help: ArgumentHelp("Watch one organisation.", valueName: "code")) var organisation: String?
        @Option(help: ArgumentHelp("Watch all records of a public item, such as abnormal-operation.", valueName: "item"))
        var list: String?
        @Option(help: ArgumentHelp("Watch all records of organisations in a section of GB/T 4754.", valueName: "A…T"))
        var sector: String?
        @Option(help: ArgumentHelp("Tell by signed POST to this address.", valueName: "url")) var webhook: String?
        @Option(help: ArgumentHelp("Tell by mail.", valueName: "address")) var mail: String?
        @Flag(help: "Tell nothing; the holder asks for the events.") var feed = false
        @Option(help: ArgumentHelp("immediately, daily or weekly.", valueName: "how often")) var frequency = "immediately"
        @Option(help: ArgumentHelp("The last day.", valueName: "day")) var until: String?
        @OptionGroup var data: DataOption
        @OptionGroup var delivery: WatchDelivery
        @OptionGroup var output: JSONFlag

        func run() async throws {
            let targets = [("organisation", organisation), ("list", list), ("sector", sector)].filter { $0.1 != nil }
            let channels = [("webhook", webhook), ("mail", mail), ("feed", feed ? "" : nil)].filter { $0.1 != nil }
            guard targets.count == 1 else { throw UsageError(message: "give one of --organisation, --list and --sector") }
            guard channels.count == 1 else { throw UsageError(message: "give one of --webhook, --mail and --feed") }
            let watches = try await WatchCommand.open(data, delivery)
            guard watches.setting.standing(holder) != nil else {
                throw UsageError(
                    message: "no key `\(holder)` is in force; `chengxin account list` shows those there are, `chengxin account add` makes one")
            }
            let request = WatchRequest(
                targetKind: targets[0].0, target: targets[0].1 ?? "", channel: channels[0].0, address: channels[0].1 ?? "",
                frequency: frequency, until: until ?? "")
            let added: (watch: Watch, isNew: Bool)
            do {
                added = try await watches.register.add(request, for: holder, source: "command line")
            } catch let error as WatchError { throw UsageError(message: error.words[Console.language]) }
            try await PlatformLog(watches.platform).publish()
            var secret: String?
            if added.isNew, case .webhook = added.watch.channel { secret = try watches.setting.secrets().webhook(of: added.watch.id) }
            if output.json {
                var json = JSONWriter()
                WatchJSON(catalogue: watches.platform.catalogue, address: watches.address).watch(
                    added.watch, secret: secret, into: &json)
                return Console.print(json)
            }
            Console.print("watch \(added.watch.id)" + (added.isNew ? "" : "  (there already; nothing changed)"))
            if case .feed = added.watch.channel {
                Console.error("Its holder asks for the events at \(watches.address)/api/v1/watches/\(added.watch.id)/events, with name and key.")
            }
            if let secret { Console.print("secret \(secret)\nThe secret is shown this once.") }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Who watches what, and how far each has been told.")
        @Option(help: "Only those of this key.") var holder: String?
        @OptionGroup var data: DataOption
        @OptionGroup var output: JSONFlag

        func run() async throws {
            let watches = try await WatchCommand.open(data, WatchDelivery.parse([]))
            let shapes = WatchJSON(catalogue: watches.platform.catalogue, address: watches.address)
            var (offset, total) = (0, 0)
            var json = JSONWriter()
            var rows: [Watch] = []
            repeat {
                let found = try await watches.platform.store.watches(of: holder, offset: offset, limit: 500)
                total = found.total
                rows += found.watches
                offset += 500
            } while offset < total
            if output.json {
                json.object { json in
                    json.field("total", total)
                    json.array("watches") { json in
                        for watch in rows { shapes.watch(watch, into: &json) }
                    }
                }
                return Console.print(json)
            }
            for watch in rows {
                let state = watch.failing.map { "failing since \($0.since.day): \($0.reason)" }
                    ?? watch.lastToldAt.map { "told \($0.chinaMinute)" } ?? "nothing told yet"
                let until = watch.until.map { " until \($0)" } ?? ""
                Console.print(
                    "\(watch.id)  \(watch.holder)  \(watch.target.kind) \(watch.target.value)  \(watch.channel.kind) \(watch.channel.address)  \(watch.frequency.rawValue)\(until)  \(state)"
                )
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a watch; everything kept of it goes.")
        @Argument(help: "The watch's id.") var watch: String
        @OptionGroup var data: DataOption

        func run() async throws {
            let platform = try await Platform.open(data)
            guard
                try await platform.store.removeWatch(
                    watch, of: nil, by: Platform.operatorName(), source: "command line", at: Instant.now())
            else { throw UsageError(message: "there is no watch \(watch)") }
            try await PlatformLog(platform).publish()
            Console.print("watch \(watch) removed")
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try a failing watch again.")
        @Argument(help: "The watch's id.") var watch: String
        @OptionGroup var data: DataOption

        func run() async throws {
            let platform = try await Platform.open(data)
            guard try await platform.store.resumeWatch(watch, of: nil) else {
                throw UsageError(message: "there is no watch \(watch)")
            }
            Console.print("watch \(watch) is tried again")
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what is due, once. `serve` does the same by itself.",
            discussion: "Exit code 1 where a receiver did not take its message; it is tried again when its pause is over.")
        @OptionGroup var data: DataOption
        @OptionGroup var delivery: WatchDelivery
        @Option(help: ArgumentHelp("Address under which the public reaches the portal, for links.", valueName: "url"))
        var publicAddress: String?
        @OptionGroup var output: JSONFlag

        func run() async throws {
            let watches = try await WatchCommand.open(data, delivery, address: publicAddress)
            // Ends of terms are acts with places in the log; without them nobody could be told of them.
            let moved = try await watches.platform.store.runTerms(today: watches.clock().day, at: Instant.now())
            if moved.total > 0 { try await PlatformLog(watches.platform).publish() }
            var total = WatchRound.Outcome()
            repeat {
                let round = try await watches.round()
                let outcome = try await round.run()
                total.isDone = true
                total.add(outcome)
                // Watches of one busy receiver wait for its next turn; `serve` waits, a single run does not.
                if outcome.messages == 0 { break }
            } while !total.isDone
            if output.json {
                var json = JSONWriter()
                json.object { json in
                    json.field("messages", total.messages)
                    json.field("events", total.events)
                    json.field("failed", total.failed)
                    json.field("asleep", total.asleep)
                    json.field("ended", total.ended)
                }
                Console.print(json)
            } else {
                Console.print(
                    "\(total.messages) messages with \(total.events) events sent, \(total.failed) not taken, \(total.asleep) asleep, \(total.ended) ended"
                )
            }
            if total.failed > 0 { throw ExitCode(1) }
        }
    }

    fileprivate static func open(_ data: DataOption, _ delivery: WatchDelivery, address: String? = nil) async throws -> PlatformWatch {
        let platform = try await Platform.open(data)
        let clock: @Sendable () -> Instant
        if ProcessInfo.processInfo.environment["CHENGXIN_TODAY"] != nil {
            let day = try Platform.today()
            clock = { Instant(milliseconds: Int64(day.daysSinceEpoch) * 86_400_000 + 4 * 3_600_000) }
        } else {
            clock = Instant.now
        }
        let named = address.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        return PlatformWatch(platform, delivery, address: try await PlatformReports.address(platform, named), clock: clock)
    }
}
