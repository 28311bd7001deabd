import ArgumentParser
import CreditModel
import CreditServer
import Foundation

struct BulletinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulletin", abstract: "Write the monthly credit bulletin as one HTML file, for print or for sending on.")

    @OptionGroup var data: DataOption
    @Option(help: ArgumentHelp("The month; the one before the present one where left out.", valueName: "YYYY-MM"))
    var month: String?
    @Option(help: ArgumentHelp("Where the file goes.", valueName: "file.html")) var out: String
    @Option(help: "zh or en.") var lang = "zh"
    @Option(help: ArgumentHelp("The platform’s public address, for links.", valueName: "url")) var address: String?

    func run() async throws {
        guard let language = Language(rawValue: lang) else { throw UsageError(message: "--lang is zh or en") }
        let today = try Platform.today()
        guard let month = month.map({ Month(iso: $0) }) ?? Month(today).adding(-1) else {
            throw UsageError(message: "--month is a month, YYYY-MM")
        }
        let platform = try await Platform.open(data)
        let document = try BulletinDocument(
            catalogue: platform.catalogue, store: platform.store, log: try await PlatformLog(platform).publicLog(),
            address: address.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 },
            clock: { Instant(milliseconds: Int64(today.daysSinceEpoch) * 86_400_000 + 4 * 3_600_000) })
        guard let page = try await document.html(of: month, language: language) else {
            throw UsageError(message: "--month is at most the present one, and no more than ten years ago")
        }
        do { try Data(page.utf8).write(to: URL(filePath: out), options: .atomic) } catch {
            throw UsageError(message: "`\(out)` cannot be written; check the path and its permissions")
        }
        Console.print("wrote the bulletin of \(month) to \(out)")
    }
}
