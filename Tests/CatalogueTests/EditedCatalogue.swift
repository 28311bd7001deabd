import CreditCatalogue
import FoundationEssentials
import TestSupport
import Testing

/// A small working copy of the repository's catalogue in which a test spoils one thing.
struct EditedCatalogue {
    /// Two kinds of organisation records and the practitioners: enough for every rule, quick to load.
    private static let files = [
        "catalogue.yaml", "laws.yaml", "open-data.yaml", "categories.yaml", "clocks.yaml",
        "forbidden.yaml", "checks.yaml", "cleaning.yaml",
        "items/registration.yaml",
        "items/administrative-penalty.yaml", "items/abnormal-operation.yaml", "items/practitioner.yaml",
        "feeds/registration.yaml", "feeds/penalty.yaml",
        "feeds/practitioner.yaml", "codes/party-kind.yaml", "codes/penalty-kind.yaml", "codes/procedure.yaml",
        "codes/licence-status-2016.yaml", "codes/registration-status.yaml", "codes/profession.yaml",
        "codes/practice-status.yaml", "codes/severity.yaml", "codes/abnormal-kind.yaml",
        "examples/registration/good.csv", "examples/registration/bad.csv", "examples/penalty/good.csv",
        "examples/penalty/bad.csv",
        "examples/practitioner/good.csv", "examples/practitioner/bad.csv",
    ]

    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for file in Self.files { try put(file, try Self.shipped(file)) }
        let divisions = try Self.shipped("divisions.csv").split(separator: "\n").filter {
            $0.hasPrefix("code") || $0.hasPrefix("99")
        }
        try put("divisions.csv", divisions.joined(separator: "\n") + "\n")
        let calendar = try Self.shipped("calendar.yaml")
        let start = try #require(calendar.range(of: "\n  2026:"))
        try put("reports.yaml", Self.reports)
        try put("calendar.yaml", "years:" + calendar[start.lowerBound...])
    }

    /// Reports over the few items of this copy.
    private static let reports = """
        version: sample
        rowsPerSection: 10
        basis: [ { law: national-catalogue-2024, verified: true } ]
        purposes:
          - { id: information, title: { zh: 了解, en: Information }, askers: [public], basis: [ { law: national-catalogue-2024, verified: true } ] }
        sections:
          - { id: all, title: { zh: 全部, en: All }, items: [administrative-penalty, abnormal-operation] }
        labels: []
        certificate:
          maximumMonths: 60
          items: [administrative-penalty, abnormal-operation]
          basis: [ { law: national-catalogue-2024, verified: true } ]
          fields:
            - { id: other, title: { zh: 其他, en: Other }, authorities: [] }
        check:
          years: 3
          mostYears: 5
          publicRows: 200
          mostRows: 10000
          groups:
            - { id: penalty, title: { zh: 行政处罚, en: Penalties }, items: [administrative-penalty] }

        """

    private static func shipped(_ file: String) throws -> String {
        let data = try #require(
            FileManager.default.contents(atPath: SharedCatalogue.directory + "/" + file), "\(file) is missing")
        return String(decoding: data, as: UTF8.self)
    }

    func text(_ file: String) throws -> String {
        String(decoding: try #require(FileManager.default.contents(atPath: directory.file(file))), as: UTF8.self)
    }

    func put(_ file: String, _ text: String) throws {
        let path = directory.file(file)
        if let slash = path.lastIndex(of: "/") {
            try FileManager.default.createDirectory(atPath: String(path[..<slash]), withIntermediateDirectories: true)
        }
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: directory.file(file)) }

    /// Changes the first place where `old` stands.
    func edit(_ file: String, _ old: String, _ new: String) throws {
        var content = try text(file)
        let place = try #require(content.range(of: old), "\(file) does not hold \(old)")
        content.replaceSubrange(place, with: new)
        try put(file, content)
    }

    /// Replaces a top-level key with everything under it.
    func editBlock(_ file: String, _ key: String, _ new: String) throws {
        var lines: [Substring] = []
        var inside = false
        for line in try text(file).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(key + ":") {
                inside = true
                lines.append(new[...])
                continue
            }
            if inside, line.first == " " || line.first == "#" { continue }
            inside = false
            lines.append(line)
        }
        try put(file, lines.joined(separator: "\n"))
    }

    func load() throws -> Catalogue { try Catalogue.load(directory: directory.path) }

    func problems() -> [CatalogueProblem] {
        do {
            _ = try load()
            return []
        } catch let error as InvalidCatalogue { return error.problems } catch {
            return [CatalogueProblem(file: "?", line: nil, message: "\(error)")]
        }
    }
}

extension String {
    /// The first place of a text, compared by bytes.
    func range(of part: String) -> Range<Index>? {
        let (bytes, wanted) = (Array(utf8), Array(part.utf8))
        guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
        var start = 0
        while let next = bytes[start...].firstIndex(of: first), next + wanted.count <= bytes.count {
            if bytes[next..<next + wanted.count].elementsEqual(wanted) {
                let lower = utf8.index(utf8.startIndex, offsetBy: next)
                return lower..<utf8.index(lower, offsetBy: wanted.count)
            }
            start = next + 1
        }
        return nil
    }
}
