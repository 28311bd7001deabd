import Foundation

/// A snapshot that lies in a folder: `manifest.json` says what is in it.
public struct OpenSnapshot: Codable, Sendable, Hashable {
    public struct File: Codable, Sendable, Hashable {
        public let name: String
        /// `organisations`, or an item of the catalogue.
        public let dataset: String
        /// `csv` or `jsonl`.
        public let format: String
        public let compressed: Bool
        public let rows: Int64
        public let bytes: Int64
        public let sha256: String
    }
    /// Everything in it stood so at this timepoint.
    public let timepoint: Int64
    /// Size of the log under the signed tree head in `checkpoint`; nil where none was signed yet.
    public let treeSize: UInt64?
    /// The day by which terms were judged.
    public let day: String
    public let takenAt: String
    public let catalogue: String
    public let licence: String
    public let files: [File]

    enum CodingKeys: String, CodingKey {
        case timepoint
        case treeSize = "tree_size"
        case day
        case takenAt = "taken_at"
        case catalogue, licence, files
    }

    public static let manifest = "manifest.json"
    public static let sums = "SHA256SUMS"
    public static let checkpoint = "checkpoint"

    public func file(_ name: String) -> File? { files.first { $0.name == name } }

    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

/// The folder in which snapshots lie, each in a folder named by its timepoint.
public struct SnapshotFolder: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// Newest first. What is being written, and whatever else lies there, is passed over.
    public func all() -> [OpenSnapshot] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap(Self.timepoint).sorted(by: >).compactMap(snapshot)
    }

    public func snapshot(_ timepoint: Int64) -> OpenSnapshot? {
        guard let data = FileManager.default.contents(atPath: file(OpenSnapshot.manifest, of: timepoint)),
            let snapshot = try? JSONDecoder().decode(OpenSnapshot.self, from: data), snapshot.timepoint == timepoint
        else { return nil }
        return snapshot
    }

    public func file(_ name: String, of timepoint: Int64) -> String { "\(path)/\(timepoint)/\(name)" }

    static func timepoint(_ name: String) -> Int64? {
        guard let number = Int64(name), number >= 0, String(number) == name else { return nil }
        return number
    }
}
