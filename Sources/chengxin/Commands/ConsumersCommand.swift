import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation

/// Who takes open data with a key of their own, and who has not fetched what left.
struct ConsumersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consumers", abstract: "Consumers of open data: agreements, how far each has come, who is late.",
        subcommands: [List.self, Agree.self], defaultSubcommand: List.self)

    struct Agree: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Note what a consumer agreed to. The key itself: chengxin account add NAME --scope data.")
        @Argument(help: "Name of the consumer's key.") var name: String
        @Option(help: "The organisation that takes the data.") var who: String
        @Option(help: "What for.") var purpose: String
        @Option(help: ArgumentHelp("Last day of the agreement.", valueName: "day")) var until: String
        @OptionGroup var data: DataOption

        func run() async throws {
            guard let day = Day(iso: until) else { throw UsageError(message: "--until is a day, YYYY-MM-DD") }
            for (option, text) in [("--who", who), ("--purpose", purpose)] where !(2...200).contains(text.count) {
                throw UsageError(message: "\(option) is 2 to 200 characters")
            }
            let platform = try await Platform.open(data)
            guard try DeskAccounts(data).all().contains(where: { $0.name == name && $0.scopes.contains("data") }) else {
                throw UsageError(message: "`\(name)` has no key for data; issue one with `chengxin account add \(name) --scope data`")
            }
            try await platform.store.agree(
                DataContract(name: name, who: who, purpose: purpose, until: day), by: Platform.operatorName(), at: .now())
            Console.print("\(name): agreed until \(day)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All consumers. Exit 1 where one is late or its agreement is over or missing; each late one is audited.")
        @OptionGroup var data: DataOption
        @OptionGroup var json: JSONFlag

        func run() async throws {
            let platform = try await Platform.open(data)
            let today = try Platform.today()
            let now = Instant.now()
            let hours = platform.catalogue.openData.lateAfterHours
            let consumers = try await platform.store.dataConsumers()
            var findings = 0
            var report = JSONWriter()
            try await platform.audit(late: consumers.filter { $0.isLate(at: now, afterHours: hours) }, at: now)
            report.object { report in
                report.array("consumers") { report in
                    for consumer in consumers {
                        let isLate = consumer.isLate(at: now, afterHours: hours)
                        let isCovered = consumer.contract.map { $0.until >= today } ?? false
                        if isLate || !isCovered { findings += 1 }
                        report.object { report in
                            report.field("name", consumer.name)
                            report.field("who", consumer.contract?.who)
                            report.field("purpose", consumer.contract?.purpose)
                            report.field("until", consumer.contract?.until)
                            report.field("acknowledged", consumer.acknowledged)
                            report.field("acknowledged_at", consumer.acknowledgedAt?.description)
                            report.field("pending", consumer.pending)
                            report.field("pending_since", consumer.pendingSince?.description)
                            report.field("late", isLate)
                            report.field("agreement", consumer.contract == nil ? "missing" : isCovered ? "valid" : "over")
                        }
                        if !json.json { Console.print(Self.line(consumer, isLate: isLate, isCovered: isCovered)) }
                    }
                }
            }
            if json.json { Console.print(report.text) } else if consumers.isEmpty { Console.print("no consumer has a key or an agreement in use") }
            if findings > 0 { throw ExitCode(1) }
        }

        private static func line(_ consumer: DataConsumer, isLate: Bool, isCovered: Bool) -> String {
            let agreement = consumer.contract.map { "\($0.who): \($0.purpose), \(isCovered ? "until" : "OVER since") \($0.until)" } ?? "NO AGREEMENT on file"
            let place = consumer.acknowledged.map { "has fetched up to \($0) (\(consumer.acknowledgedAt?.chinaMinute ?? ""))" } ?? "has fetched nothing"
            let late = consumer.pending == 0 ? "" : "  \(isLate ? "LATE: " : "")\(consumer.pending) acts to follow since \(consumer.pendingSince?.chinaMinute ?? "")"
            return "\(consumer.name)  \(agreement)  \(place)\(late)"
        }
    }
}

extension Platform {
    /// One row of the audit for each consumer that has not fetched what left.
    fileprivate func audit(late consumers: [DataConsumer], at now: Instant) async throws {
        for consumer in consumers {
            try await store.audit(
                AuditNote(
                    .dataConsumerLate, by: Self.operatorName(), object: consumer.name, source: "command line",
                    basis: "\(consumer.pending) acts since \(consumer.pendingSince?.description ?? "")"), at: now)
        }
    }
}
