/// What a full verification of a log found.
public struct LogReport: Hashable, Sendable {
    /// A file that is missing, damaged or no part of the log.
    public struct Damage: Hashable, Sendable {
        /// Path below the log's root.
        public let path: String
        public let reason: String
    }

    /// Most faults that are listed; all are counted.
    public static let maximumListed = 1000

    /// From the checkpoint; nil when it cannot be read or none of the given keys signed it.
    public internal(set) var checkpoint: Checkpoint?
    /// Root that the entries give.
    public internal(set) var root = TreeHash.empty
    /// Entries, full and partial bundles, full and partial hash tiles that were read.
    public internal(set) var entries: UInt64 = 0
    public internal(set) var bundles: UInt64 = 0
    public internal(set) var tiles: UInt64 = 0
    public private(set) var damages: [Damage] = []
    public private(set) var damageCount: UInt64 = 0
    private var named: Set<String> = []

    public var origin: String? { checkpoint?.origin }
    public var size: UInt64 { checkpoint?.size ?? 0 }
    public var isSound: Bool { damageCount == 0 && checkpoint != nil }

    /// Each file is named once, with its first fault.
    mutating func add(_ path: String, _ reason: String) {
        guard !named.contains(path) else { return }
        damageCount += 1
        guard damages.count < Self.maximumListed else { return }
        named.insert(path)
        damages.append(Damage(path: path, reason: reason))
    }
}
