import ArgumentParser
import CreditCatalogue
import CreditDocuments
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import TransparencyLog

@main
struct Main {
    /// Exit codes that scripts rely on: 0 done · 1 done, but with rejects or findings · 2 wrong usage or configuration · 3 a fault.
    static func main() async {
        do {
            var command = try Chengxin.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            Foundation.exit(report(error))
        }
    }

    /// Says what happened on stderr (help and version on stdout), and gives the exit code.
    private static func report(_ error: any Error) -> Int32 {
        switch error {
        case let error as InvalidCatalogue: return fail(error.description, 2)
        case let error as TableError: return fail("\(error.zh)\n\(error.en)", error.code == .unreadable ? 3 : 2)
        case let error as IntakeError: return fail("\(error.message.zh)\n\(error.message.en)", 2)
        case let error as MatchColumnsError: return fail("\(error.message.zh)\n\(error.message.en)", 2)
        case let error as UsageError: return fail(error.message, 2)
        case let error as StoreError:
            let configuration: Set<StoreError.Code> = [
                .missing, .exists, .notOurs, .newer, .older, .unreachable, .refused,
            ]
            return fail(error.detail, configuration.contains(error.code) ? 2 : 3)
        case let error as RegistryError: return fail(error.detail, error.code == .clockMovedBack ? 3 : 2)
        case let error as DocumentError:
            return fail(error.words[Console.language], error.code == .notDrawn ? 3 : 2)
        case let error as OpenDataError: return fail(error.detail, error.code == .inTheWay || error.code == .busy ? 2 : 3)
        case let error as CheckError: return fail(error.words[Console.language], 2)
        case let error as BackupError: return fail(error.detail, error.code == .unwritable ? 3 : 2)
        case let error as LogError:
            return fail("the public log: \(error.detail)", error.code == .otherLog || error.code == .missing ? 2 : 3)
        default:
            if Chengxin.exitCode(for: error) == .success {
                print(Chengxin.fullMessage(for: error))
                return 0
            }
            let message = Chengxin.fullMessage(for: error)
            return fail(message, Chengxin.exitCode(for: error) == .validationFailure ? 2 : 3)
        }
    }

    private static func fail(_ message: String, _ code: Int32) -> Int32 {
        Console.error(message.hasPrefix("Error:") ? message : "Error: \(message)")
        return code
    }
}

struct Chengxin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chengxin",
        abstract: "诚信 · a city's public credit platform: from a department's file to a public page.",
        version: "0.1.0",
        subcommands: [
            InitCommand.self, ServeCommand.self, IngestCommand.self, ValidateCommand.self, FeedsCommand.self,
            SearchCommand.self, MatchCommand.self, CheckCommand.self, ShowCommand.self, HistoryCommand.self,
            RecordCommand.self, TermsCommand.self, WaitingCommand.self, ReviewCommand.self, AccountCommand.self, CodeCommand.self,
            VerifyCommand.self, ReportCommand.self, ReportKeyCommand.self, BackupCommand.self,
            RestoreCommand.self, CatalogueCommand.self, SampleCommand.self, WatchCommand.self,
            BulletinCommand.self, ExportCommand.self, ConsumersCommand.self, ContentCommand.self,
        ])
}

/// The command was called in a way that cannot work; the message says what to change.
struct UsageError: Error {
    let message: String
}
