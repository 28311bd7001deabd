import CreditModel
import Foundation

/// Everything in a content folder that can be shown, and what cannot and why.
///
/// A file with a fault is left out whole; the others are not held up by it.
public struct ContentFolder: Sendable {
    /// Newest first; of one day by section and name.
    public let items: [ContentItem]
    /// By file and line.
    public let problems: [ContentProblem]
    private let index: ContentIndex

    static let mostFiles = 5000

    init(files: [ContentFile], problems: [ContentProblem]) {
        var problems = problems
        items = Self.pair(files, &problems).sorted {
            $0.date != $1.date ? $0.date > $1.date : ($0.section.rawValue, $0.slug) < ($1.section.rawValue, $1.slug)
        }
        self.problems = problems.sorted { ($0.file, $0.line ?? 0, $0.message) < ($1.file, $1.line ?? 0, $1.message) }
        index = ContentIndex(items)
    }

    public static let empty = ContentFolder(files: [], problems: [])

    /// Reads a folder. Never throws: what cannot be read is a problem of its own.
    public static func read(_ directory: String) -> ContentFolder {
        var problems: [ContentProblem] = []
        var files: [ContentFile] = []
        do {
            for entry in try ContentListing(directory).entries {
                if let fault = entry.fault {
                    problems.append(ContentProblem(file: entry.path, line: nil, message: fault))
                } else if let data = FileManager.default.contents(atPath: directory + "/" + entry.path) {
                    let read = ContentFile.read(entry.path, Array(data))
                    problems += read.problems
                    if let file = read.file { files.append(file) }
                } else {
                    problems.append(ContentProblem(file: entry.path, line: nil, message: "cannot be read"))
                }
            }
        } catch let problem as ContentProblem { problems.append(problem) } catch {
            problems.append(ContentProblem(file: ".", line: nil, message: "cannot be read"))
        }
        return ContentFolder(files: files, problems: problems)
    }

    /// The two languages of an item come together; what they disagree about keeps the later file out.
    private static func pair(_ files: [ContentFile], _ problems: inout [ContentProblem]) -> [ContentItem] {
        var groups: [String: [ContentFile]] = [:]
        for file in files.sorted(by: { $0.path < $1.path }) {
            let key = "\(file.section.rawValue)/\(file.slug)"
            if let first = groups[key]?.first {
                func differs(_ name: String) {
                    problems.append(
                        ContentProblem(file: file.path, line: nil, message: "`\(name)` is not as in \(first.path)"))
                }
                if groups[key]?.contains(where: { $0.language == file.language }) == true {
                    problems.append(
                        ContentProblem(
                            file: file.path, line: nil, message: "the name `\(file.slug)` is taken by \(first.path)"))
                    continue
                }
                let before = problems.count
                if first.date != file.date { differs("date") }
                if first.kind != file.kind { differs("kind") }
                if first.expires != file.expires { differs("expires") }
                if first.start != file.start { differs("start") }
                if first.end != file.end { differs("end") }
                if problems.count > before { continue }
            }
            groups[key, default: []].append(file)
        }
        return groups.values.compactMap { group in
            guard let first = group.first else { return nil }
            return ContentItem(
                section: first.section, slug: first.slug, kind: first.kind, date: first.date, expires: first.expires,
                start: first.start, end: first.end,
                editions: Dictionary(group.map { ($0.language, $0.edition) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    // MARK: asking

    public func items(in section: ContentSection, on day: Day) -> [ContentItem] {
        items.filter { $0.section == section && $0.isShown(on: day) }
    }

    public func item(_ section: ContentSection, _ slug: String, on day: Day) -> ContentItem? {
        items.first { $0.section == section && $0.slug == slug && $0.isShown(on: day) }
    }

    /// What is in the calendar, by its first day.
    public func events(on day: Day) -> [ContentItem] {
        items.filter { $0.start != nil && $0.isShown(on: day) }.sorted {
            ($0.start ?? $0.date, $0.slug) < ($1.start ?? $1.date, $1.slug)
        }
    }

    public func search(_ text: String, on day: Day, limit: Int) -> [ContentItem] {
        Array(index.find(text).lazy.map { items[$0] }.filter { $0.isShown(on: day) }.prefix(limit))
    }
}
