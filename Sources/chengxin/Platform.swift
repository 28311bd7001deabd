import ArgumentParser
import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices
import CreditStore
import Crypto
import Foundation

/// A data directory with the rules and the store it holds.
struct Platform {
    let directory: DataDirectory
    let catalogue: Catalogue
    let store: Store

    /// Opens what `init` created. Never creates anything: a wrong path must not become an empty city.
    static func open(_ data: DataOption) async throws -> Platform {
        let directory = DataDirectory(path: data.data)
        let location = try directory.location(option: data.database)
        let catalogue = try Catalogue.load(directory: try CatalogueLocation.find(option: nil, data: directory))
        let store = try await Store.open(
            location, snapshot: SearchSnapshot(path: directory.searchIndex),
            matching: MatchSnapshot(path: directory.matchIndex), places: PlaceWords(catalogue.divisions))
        return Platform(directory: directory, catalogue: catalogue, store: store)
    }

    /// Who works at the command line, for the audit: the name given, else the system's name of the user.
    static func operatorName(_ given: String? = nil) -> Actor {
        let name = given.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
        if !name.isEmpty { return Actor(.account, name) }
        return Actor(.operator, ProcessInfo.processInfo.environment["USER"] ?? "uid \(getuid())")
    }

    /// Today in the city. `CHENGXIN_TODAY=2026-11-23` sets it for demonstrations and tests.
    static func today() throws -> Day {
        guard let text = ProcessInfo.processInfo.environment["CHENGXIN_TODAY"] else { return Instant.now().day }
        guard let day = Day(iso: text) else {
            throw UsageError(message: "CHENGXIN_TODAY must be a day written YYYY-MM-DD")
        }
        return day
    }

    /// The catalogue's digest; its content is kept in the database once, so that a batch's rules can be read back later.
    func keepCatalogue() async throws -> String {
        var hash = SHA256()
        var json = JSONWriter(capacity: 1 << 20)
        json.array { json in
            for file in catalogue.files {
                hash.update(data: Array(file.path.utf8) + [0])
                hash.update(data: file.bytes)
                json.object { json in
                    json.field("path", file.path)
                    json.field("content", String(decoding: file.bytes, as: UTF8.self))
                }
            }
        }
        let digest = Hexadecimal.text(hash.finalize())
        try await store.keep(
            catalogue: digest, edition: catalogue.edition.id, content: json.bytes, by: Self.operatorName(),
            at: Instant.now())
        return digest
    }
}

/// Where the rules are: an option, the data directory's own copy, beside the program, or the working directory.
enum CatalogueLocation {
    static func find(option: String?, data: DataDirectory? = nil) throws -> String {
        let manager = FileManager.default
        func isCatalogue(_ path: String) -> Bool { manager.fileExists(atPath: path + "/catalogue.yaml") }
        if let option {
            guard isCatalogue(option) else {
                throw UsageError(message: "`\(option)` holds no catalogue.yaml, so it is no catalogue")
            }
            return option
        }
        var candidates: [String] = []
        if let data { candidates.append(data.catalogue) }
        if let environment = ProcessInfo.processInfo.environment["CHENGXIN_CATALOGUE"] {
            candidates.append(environment)
        }
        // The program may be installed (…/bin/chengxin, …/share/chengxin/Catalogue) or stand in its build folder.
        if let executable = try? manager.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            var folder = executable[...]
            while let slash = folder.lastIndex(of: "/"), !folder.isEmpty {
                folder = folder[..<slash]
                candidates.append("\(folder)/Catalogue")
                candidates.append("\(folder)/share/chengxin/Catalogue")
            }
        }
        candidates.append("Catalogue")
        guard let found = candidates.first(where: isCatalogue) else {
            throw UsageError(
                message:
                    "no catalogue was found beside the program; name one with --catalogue DIR or CHENGXIN_CATALOGUE")
        }
        return found
    }
}

struct DataOption: ParsableArguments {
    @Option(name: .customLong("data"), help: ArgumentHelp("The platform's directory.", valueName: "dir"))
    var data: String

    @Option(
        help: ArgumentHelp(
            "The platform's PostgreSQL database; without it, what `init` noted in the directory. CHENGXIN_DATABASE says the same.",
            valueName: "postgres://…"))
    var database: String?
}

struct JSONFlag: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print the result as JSON on stdout.")
    var json = false
}

struct CatalogueOption: ParsableArguments {
    @Option(
        name: .customLong("catalogue"),
        help: ArgumentHelp("The rules to use instead of the shipped ones.", valueName: "dir"))
    var catalogue: String?

    func load() throws -> Catalogue { try Catalogue.load(directory: try CatalogueLocation.find(option: catalogue)) }
}
