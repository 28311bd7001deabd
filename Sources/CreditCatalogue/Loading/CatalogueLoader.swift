import CreditModel
import Dispatch
import FoundationEssentials
import Yams

extension Catalogue {
    /// Loads the catalogue of a directory and refuses it whole when anything in it is wrong.
    /// - Throws: `InvalidCatalogue` with every problem found.
    public static func load(directory: String) throws -> Catalogue {
        try CatalogueLoader(directory: directory).load()
    }
}

/// Reads every file once, in the order in which later files refer to earlier ones.
struct CatalogueLoader {
    let directory: String
    private let log = ProblemLog()

    init(directory: String) { self.directory = directory }

    func load() throws -> Catalogue {
        let files = try readFiles()
        let nodes = Self.composed(files)
        func parse(_ file: Catalogue.SourceFile) -> YAMLMap? { self.parse(file, nodes[file.path]) }
        func map(_ path: String) -> YAMLMap? {
            guard let file = files.first(where: { $0.path == path }) else {
                log.add(path, nil, "the file is missing")
                return nil
            }
            return parse(file)
        }
        func maps(in folder: String) -> [YAMLMap] {
            files.filter { $0.path.hasPrefix(folder + "/") && $0.path.hasSuffix(".yaml") }.compactMap(parse)
        }
        func read<T>(_ path: String, _ body: (YAMLMap) -> T) -> T? {
            guard let map = map(path) else { return nil }
            let value = body(map)
            map.finish("the file")
            return value
        }
        func readAll<T>(_ folder: String, _ body: (YAMLMap) -> T?) -> [T] {
            maps(in: folder).compactMap { map in
                let value = body(map)
                map.finish("the file")
                return value
            }
        }

        let edition = read("catalogue.yaml", Self.edition)
        let laws = read("laws.yaml") { $0.list("laws", Self.law) } ?? []
        let categories = read("categories.yaml") { $0.list("categories", Self.category) } ?? []
        let forbidden = read("forbidden.yaml", TableReaders.forbidden)
        let cleaning = read("cleaning.yaml", TableReaders.cleaning)
        let checks = read("checks.yaml", TableReaders.checks) ?? [:]
        let calendar = read("calendar.yaml", TableReaders.calendar)
        let clocks = read("clocks.yaml", ClockReader.read)
        let reports = read("reports.yaml", ReportReader.read)
        let tiles = files.contains { $0.path == "tiles.yaml" } ? read("tiles.yaml", TableReaders.tiles) : nil
        let openData = read("open-data.yaml", OpenDataReader.read)
        let tables = readAll("codes", TableReaders.codeTable)
        let items = readAll("items", ItemReader.read)
        let itemByID = unique(items, id: \.id, what: "item")
        let feeds = readAll("feeds") { FeedReader.read($0, items: itemByID) }
        let divisionFile = files.first { $0.path == "divisions.csv" }
        if divisionFile == nil { log.add("divisions.csv", nil, "the file is missing") }
        let divisions = TableReaders.divisions(
            String(decoding: divisionFile?.bytes ?? [], as: UTF8.self), file: "divisions.csv", log: log)
        var wording: [String: Bilingual] = [:]
        for map in maps(in: "wording") where !map.file.hasPrefix("wording/pages/") {
            for key in map.keys where wording.updateValue(map.bilingual(key), forKey: key) != nil {
                map.problem("the words `\(key)` stand twice")
            }
        }

        var prose: [String: ProsePage] = [:]
        for map in maps(in: "wording/pages") {
            let name = map.file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? map.file
            prose[name] = TableReaders.prose(map)
            map.finish("the file")
        }

        let lawByID = unique(laws, id: \.id, what: "law")
        let tableByID = unique(tables, id: \.id, what: "code table")
        _ = unique(feeds, id: \.id, what: "feed")
        _ = unique(categories, id: \.id, what: "category")
        if log.problems.isEmpty, let edition, let forbidden, let cleaning, let calendar, let clocks, let reports,
            let openData
        {
            let catalogue = Catalogue(
                edition: edition, laws: lawByID, categories: categories.sorted { $0.number < $1.number },
                items: items.sorted { $0.id < $1.id }, feeds: feeds.sorted { $0.id < $1.id }, codeTables: tableByID,
                divisions: divisions, calendar: calendar, forbidden: forbidden, checks: checks, cleaning: cleaning,
                clocks: clocks, reports: reports, tiles: tiles, openData: openData, wording: wording, prose: prose, files: files,
                itemPositions: Self.positions(items.sorted { $0.id < $1.id }.map(\.id)),
                feedPositions: Self.positions(feeds.sorted { $0.id < $1.id }.map(\.id)))
            CatalogueRules(catalogue: catalogue, log: log).check()
            ClockChecks(catalogue: catalogue, log: log).check()
            CatalogueRules(catalogue: catalogue, log: log).checkReports()
            if log.problems.isEmpty { return catalogue }
        }
        throw InvalidCatalogue(problems: log.problems)
    }

    private static func positions(_ ids: [String]) -> [String: Int] {
        Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func unique<T>(_ values: [T], id: (T) -> String, what: String) -> [String: T] {
        var result: [String: T] = [:]
        for value in values where result.updateValue(value, forKey: id(value)) != nil {
            let file = [
                "item": "items/", "feed": "feeds/", "code table": "codes/", "law": "laws.yaml",
                "category": "categories.yaml",
            ][what]
            log.add(file ?? directoryName, nil, "\(what) `\(id(value))` is declared twice")
        }
        return result
    }

    private var directoryName: String { directory.split(separator: "/").last.map(String.init) ?? directory }

    private typealias Composed = Result<Node?, any Error>

    /// What stands in each YAML file, by path: read on all cores, since every command waits for it.
    private static func composed(_ files: [Catalogue.SourceFile]) -> [String: Composed] {
        let files = files.filter { $0.path.hasSuffix(".yaml") }
        let nodes = [Composed](unsafeUninitializedCapacity: files.count) { buffer, count in
            // unsafe: each place is written once, by one thread, before anybody reads it.
            nonisolated(unsafe) let places = buffer
            DispatchQueue.concurrentPerform(iterations: files.count) { index in
                let composed = Composed { try Yams.compose(yaml: String(decoding: files[index].bytes, as: UTF8.self)) }
                (places.baseAddress! + index).initialize(to: composed)
            }
            count = files.count
        }
        return Dictionary(uniqueKeysWithValues: zip(files.map(\.path), nodes))
    }

    private func parse(_ file: Catalogue.SourceFile, _ composed: Composed?) -> YAMLMap? {
        do {
            guard let node = try composed?.get() else {
                log.add(file.path, nil, "the file is empty")
                return nil
            }
            return YAMLMap(node, file: file.path, log: log, what: "the file")
        } catch {
            log.add(file.path, nil, "not readable as YAML: \(error)")
            return nil
        }
    }

    /// All files below the directory, by path, so that the edition's bytes are the same wherever it is read.
    private func readFiles() throws -> [Catalogue.SourceFile] {
        let manager = FileManager.default
        guard let names = try? manager.subpathsOfDirectory(atPath: directory) else {
            throw InvalidCatalogue(problems: [
                CatalogueProblem(
                    file: directoryName, line: nil, message: "there is no catalogue directory at this place")
            ])
        }
        var files: [Catalogue.SourceFile] = []
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".csv") {
            guard let data = manager.contents(atPath: directory + "/" + name) else {
                log.add(name, nil, "the file cannot be read")
                continue
            }
            files.append(.init(path: name, bytes: Array(data)))
        }
        return files
    }

    private static func edition(_ map: YAMLMap) -> Edition {
        let national = map.map("national")
        defer { national?.finish("`national`") }
        return Edition(
            id: map.text("edition"), title: map.bilingual("title"), effectiveFrom: map.day("effectiveFrom"),
            city: map.bilingual("city"), division: map.text("division"),
            national: .init(
                title: national?.bilingual("title") ?? Bilingual(zh: "", en: ""),
                number: national?.text("number") ?? "",
                verified: national?.bool("verified") ?? false), basis: map.basis())
    }

    private typealias Edition = Catalogue.Edition

    private static func law(_ map: YAMLMap) -> Law {
        Law(
            id: map.text("id"), title: map.bilingual("title"), number: map.optionalText("number"),
            issued: map.optionalDay("issued"), effectiveFrom: map.optionalDay("effectiveFrom"),
            effectiveTo: map.optionalDay("effectiveTo"), verified: map.bool("verified"), source: map.text("source"))
    }

    private static func category(_ map: YAMLMap) -> Category {
        Category(
            id: map.text("id"), number: map.int("number"), title: map.bilingual("title"),
            subjects: map.bilingual("subjects"), covers: map.bilingual("covers"), basis: map.basis(),
            verified: map.bool("verified"))
    }
}
