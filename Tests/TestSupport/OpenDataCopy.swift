import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation

/// What somebody outside holds who loads a snapshot and follows the stream: one line of JSON for each thing.
public struct OpenDataCopy: Sendable {
    public var lines: [String: String] = [:]
    public var timepoint: Int64 = 0
    /// Every line that came to it, for looking for what must not come.
    public var received: [String] = []

    public init() {}

    /// A snapshot written and read back.
    public init(_ city: City, on day: Day, at now: Instant = City.now) async throws {
        let folder = try TemporaryDirectory()
        let datasets = OpenDatasets(city.catalogue)
        let outcome = try await SnapshotExport(
            to: folder.path, datasets: datasets, publisher: city.publisher(on: day)
        ).run(from: city.store, at: now, licence: "test", keep: 1, checkpoint: { nil })
        timepoint = outcome.snapshot.timepoint
        for file in outcome.snapshot.files where file.format == "jsonl" && !file.compressed {
            let data = FileManager.default.contents(atPath: "\(folder.path)/\(timepoint)/\(file.name)") ?? Data()
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
                received.append(String(line))
                lines[try Self.id(String(line))] = String(line)
            }
        }
    }

    /// Follows the stream to its end in answers of so many records.
    /// - Parameter repeating: every answer is asked for and applied twice.
    public mutating func follow(_ city: City, on day: Day, limit: Int = 500, repeating: Bool = false) async throws {
        let datasets = OpenDatasets(city.catalogue)
        let stream = OpenStream(datasets: datasets, store: city.store, publisher: city.publisher(on: day))
        while true {
            let page = try await stream.page(after: timepoint, limit: limit)
            for _ in 0..<(repeating ? 2 : 1) {
                for event in page.events { try apply(event, page, OpenLine(datasets)) }
            }
            timepoint = page.next
            if page.next == page.timepoint { return }
        }
    }

    private mutating func apply(_ event: OpenEvent, _ page: OpenPage, _ line: OpenLine) throws {
        var whole = JSONWriter()
        page.write(event, line, into: &whole)
        received.append(whole.text)
        var json = JSONWriter()
        switch event.content {
        case .left(let id, _, _):
            lines[id] = nil
            return
        case .organisation(let organisation): line.json(organisation, into: &json)
        case .record(let view): line.json(view, into: &json)
        }
        lines[try Self.id(json.text)] = json.text
    }

    private static func id(_ line: String) throws -> String {
        struct Thing: Decodable { let id: String }
        return try JSONDecoder().decode(Thing.self, from: Data(line.utf8)).id
    }
}
