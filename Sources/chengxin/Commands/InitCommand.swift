import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditStore
import Foundation

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Create a platform in an empty or new directory.")

    @OptionGroup var data: DataOption
    @OptionGroup var rules: CatalogueOption
    @OptionGroup var output: JSONFlag

    func run() async throws {
        let manager = FileManager.default
        let directory = data.data
        if manager.fileExists(atPath: Platform.databasePath(directory)) {
            throw UsageError(message: "there is a platform in `\(directory)` already; nothing was touched")
        }
        // The rules are checked before anything is created.
        let source = try CatalogueLocation.find(option: rules.catalogue)
        let catalogue = try Catalogue.load(directory: source)
        do {
            try manager.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw StoreError(.readOnly, "`\(directory)` cannot be created; check the path and its permissions")
        }
        // A catalogue of one's own travels with the data; the shipped one stays with the program, so that it is updated with it.
        if rules.catalogue != nil {
            do {
                try manager.copyItem(atPath: source, toPath: Platform.cataloguePath(directory))
            } catch {
                throw StoreError(.readOnly, "the catalogue cannot be copied to `\(directory)`; check its permissions")
            }
        }
        let platform = Platform(
            directory: directory, catalogue: catalogue,
            store: try await Store.create(sqlite: Platform.databasePath(directory)))
        let digest = try await platform.keepCatalogue()
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.field("data", directory)
                json.field("edition", catalogue.edition.id)
                json.field("catalogue", digest)
            }
            Console.print(json)
        } else {
            Console.print(
                "created \(directory) with catalogue \(catalogue.edition.id) (\(catalogue.items.count) items, \(catalogue.feeds.count) feeds)"
            )
        }
    }
}
