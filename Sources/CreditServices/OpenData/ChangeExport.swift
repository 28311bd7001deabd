import CreditModel
import Foundation
import Glibc

/// Writes the stream from one timepoint to the present into a file, page by page; the file appears whole or not at all.
public struct ChangeExport: Sendable {
    private static let eventsAtOnce = 1000
    private let folder: String
    private let since: Int64

    public struct Outcome: Sendable {
        public let path: String
        public let timepoint: Int64
        public let events: Int
    }

    public init(to folder: String, since: Int64) throws {
        (self.folder, self.since) = (folder, since)
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw OpenDataError(.unwritable, "`\(folder)` cannot be made a folder; check the path and its permissions")
        }
    }

    public func run(_ stream: OpenStream, _ line: OpenLine) async throws -> Outcome {
        let part = ".changes.\(getpid()).part"
        do {
            let file = try ExportFile(part, in: folder, isCompressed: false)
            var (next, events) = (since, 0)
            while true {
                let page = try await stream.page(after: next, limit: Self.eventsAtOnce)
                for event in page.events {
                    var json = JSONWriter(capacity: 1024)
                    page.write(event, line, into: &json)
                    try file.append(json.bytes + [0x0A])
                }
                (next, events) = (page.next, events + page.events.count)
                if page.next >= page.timepoint { break }
            }
            _ = try file.finish()
            let path = "\(folder)/changes-\(since)-\(next).jsonl"
            guard rename("\(folder)/\(part)", path) == 0 else { throw ExportFile.failure(path) }
            return Outcome(path: path, timepoint: next, events: events)
        } catch {
            unlink("\(folder)/\(part)")
            throw error
        }
    }
}
