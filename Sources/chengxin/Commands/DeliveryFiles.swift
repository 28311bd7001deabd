import CreditCatalogue
import CreditIntake
import CreditModel
import Foundation

/// Which files a command means, and which feed each belongs to.
enum DeliveryFiles {
    struct Entry: Sendable {
        let path: String
        let feed: String
    }

    static func list(_ paths: [String], feed: String?, catalogue: Catalogue) throws -> [Entry] {
        if let feed { _ = try Intake(catalogue: catalogue, feed: feed, today: Day.openEnd) }
        let manager = FileManager.default
        var entries: [Entry] = []
        for path in paths {
            var isDirectory: ObjCBool = false
            guard manager.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw UsageError(message: "there is no file `\(path)`")
            }
            if !isDirectory.boolValue {
                guard let feed = feed ?? guess(path, catalogue) else {
                    throw UsageError(
                        message: "which feed is `\(path)`? Name it with --feed; `chengxin feeds` lists them")
                }
                entries.append(Entry(path: path, feed: feed))
                continue
            }
            let names = (try? manager.contentsOfDirectory(atPath: path)) ?? []
            let found = names.sorted().filter { name in
                ["csv", "tsv", "txt", "xlsx", "json", "jsonl", "ndjson", "xml"].contains {
                    name.lowercased().hasSuffix("." + $0)
                }
            }.compactMap { name in (feed ?? guess(name, catalogue)).map { Entry(path: path + "/" + name, feed: $0) } }
            guard !found.isEmpty else {
                throw UsageError(
                    message: "no file in `\(path)` has a name that begins with a feed's id; name the feed with --feed")
            }
            entries += found
        }
        // Registrations first, so that records find their subjects' names.
        return entries.enumerated().sorted { left, right in
            let (a, b) = (left.element.feed == "registration" ? 0 : 1, right.element.feed == "registration" ? 0 : 1)
            return a == b ? left.offset < right.offset : a < b
        }.map(\.element)
    }

    /// `penalty-environment-2026.csv` → penalty-environment: the longest id that the name begins with.
    private static func guess(_ path: String, _ catalogue: Catalogue) -> String? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return catalogue.feeds.map(\.id).filter { id in
            guard name.hasPrefix(id) else { return false }
            let next = name.dropFirst(id.count).first
            return next.map { !$0.isLetter } ?? true
        }.max { $0.count < $1.count }
    }
}
