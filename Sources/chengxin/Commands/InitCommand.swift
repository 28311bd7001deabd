import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditStore
import Foundation
import TransparencyLog

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Create a platform in an empty or new directory.")

    @OptionGroup var data: DataOption
    @OptionGroup var rules: CatalogueOption
    @Option(
        help: ArgumentHelp(
            "Name of the platform's public log, as its checkpoints state it; an address without https://.",
            valueName: "name"))
    var origin = "localhost/log"
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let manager = FileManager.default
        let directory = DataDirectory(path: data.data)
        if directory.isPlatform {
            throw UsageError(message: "there is a platform in `\(directory.path)` already; nothing was touched")
        }
        let named = data.database ?? ProcessInfo.processInfo.environment["CHENGXIN_DATABASE"]
        let location = try named.map { try DataDirectory.location(url: $0) } ?? .sqlite(path: directory.sqlite)
        // The rules are checked before anything is created.
        let source = try CatalogueLocation.find(option: rules.catalogue)
        let catalogue = try Catalogue.load(directory: source)
        do {
            try manager.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        } catch {
            throw StoreError(.readOnly, "`\(directory.path)` cannot be created; check the path and its permissions")
        }
        // A catalogue of one's own travels with the data; the shipped one stays with the program, so that it is updated with it.
        if rules.catalogue != nil {
            do {
                try manager.copyItem(atPath: source, toPath: directory.catalogue)
            } catch {
                throw StoreError(.readOnly, "the catalogue cannot be copied to `\(directory.path)`; check its permissions")
            }
        }
        // The key first: a log whose key is lost can never be continued. If we crash before the database is there, the next
        // init takes the same key.
        let key = try PlatformLog.makeKey(directory, origin: origin)
        let store = try await Store.create(
            location, origin: origin, verifierKey: key.verifier.description, at: Instant.now())
        if case .postgres(let url) = location { try directory.writePrivate(url + "\n", to: directory.databaseNote) }
        let platform = Platform(directory: directory, catalogue: catalogue, store: store)
        try await PlatformLog(platform).create()
        try await PlatformReports(platform).makeKey()
        let digest = try await platform.keepCatalogue()
        try await PlatformLog(platform).publish()
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("data", directory.path)
                json.field("edition", catalogue.edition.id)
                json.field("catalogue", digest)
                json.field("log_origin", origin)
                json.field("log_key", key.verifier.description)
            }
            Console.print(json)
        } else {
            Console.print(
                "created \(directory.path) with catalogue \(catalogue.edition.id) (\(catalogue.items.count) items, \(catalogue.feeds.count) feeds)"
            )
            Console.print("  log \(key.verifier)  (give this key to whoever checks proofs)")
        }
    }
}
