import ArgumentParser
import CreditModel
import CreditRegistry
import CreditStore
import Foundation

struct CodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code", abstract: "Unified codes that were really issued although their check character is wrong.",
        subcommands: [CodeAcceptCommand.self, CodeListCommand.self])
}

struct CodeAcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "An officer accepts such a code, with a reason; rows that carry it load from then on.")

    @Argument(help: "The code, 18 characters.") var code: String
    @OptionGroup var data: DataOption
    @Option(help: "What shows that the code is real, such as the certificate that was seen.") var reason: String
    @Option(help: "Who decides; an account name or office.") var officer: String
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let folded = Folding.code(code)
        if (try? UnifiedCode(folded)) != nil {
            throw UsageError(message: "the check character of this code is right; it needs no acceptance")
        }
        do { _ = try UnifiedCode.pilot(folded) } catch {
            throw UsageError(
                message:
                    "this is no unified code at all (\(error.rawValue)); only 18 characters of the standard's alphabet can be accepted"
            )
        }
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        let officer = officer.trimmingCharacters(in: .whitespacesAndNewlines)
        guard reason.count >= 5 else {
            throw UsageError(message: "--reason must say what shows that the code is real (5 characters at least)")
        }
        guard !officer.isEmpty else { throw UsageError(message: "--officer must say who decides") }
        let platform = try await Platform.open(data)
        let isNew = try await platform.store.accept(
            CodeOverride(code: folded, reason: reason, officer: officer, acceptedAt: Instant.now()))
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("code", folded)
                json.field("accepted", isNew)
            }
            Console.print(json)
        } else {
            Console.print(
                isNew
                    ? "accepted \(folded); rows that carry it load from now on"
                    : "\(folded) was accepted before; its first reason stands")
        }
    }
}

struct CodeListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The codes that were accepted, by whom and why.")

    @OptionGroup var data: DataOption
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let overrides = try await Platform.open(data).store.codeOverrides()
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.array("codes") { json in
                    for override in overrides {
                        json.object { json in
                            json.field("code", override.code)
                            json.field("reason", override.reason)
                            json.field("officer", override.officer)
                            json.field("accepted_at", override.acceptedAt.description)
                        }
                    }
                }
            }
            Console.print(json)
        } else {
            Console.print("\(overrides.count) codes accepted")
            for override in overrides {
                Console.print("\(override.code)  \(override.acceptedAt.day)  \(override.officer): \(override.reason)")
            }
        }
    }
}
