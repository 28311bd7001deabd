import FoundationEssentials
import Synchronization
import TestSupport

@testable import TransparencyLog

/// RFC 6962 section 2.1 written down as it stands there: slow, recursive, sharing no code with the library's trees.
enum Reference {
    static func root(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
        if leaves.isEmpty { return .empty }
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        let middle = leaves.startIndex + split(leaves.count)
        return .node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    static func path(_ index: Int, _ leaves: ArraySlice<TreeHash>) -> [TreeHash] {
        if leaves.count == 1 { return [] }
        let middle = leaves.startIndex + split(leaves.count)
        return leaves.startIndex + index < middle
            ? path(index, leaves[..<middle]) + [root(leaves[middle...])]
            : path(index - split(leaves.count), leaves[middle...]) + [root(leaves[..<middle])]
    }

    static func proof(_ old: Int, _ leaves: ArraySlice<TreeHash>, whole: Bool = true) -> [TreeHash] {
        if old == leaves.count { return whole ? [] : [root(leaves)] }
        let half = split(leaves.count)
        let middle = leaves.startIndex + half
        return old <= half
            ? proof(old, leaves[..<middle], whole: whole) + [root(leaves[middle...])]
            : proof(old - half, leaves[middle...], whole: false) + [root(leaves[..<middle])]
    }

    private static func split(_ count: Int) -> Int {
        var power = 1
        while power * 2 < count { power *= 2 }
        return power
    }
}

/// A fault of one call: what was asked is done first, or not at all.
enum Fault: CaseIterable, Sendable {
    case notStored, stored
}

struct Broken: Error {}

/// Breaks the n-th call of ledger and storage together.
final class Faults: Sendable {
    private let state = Mutex<(calls: [String], breaks: (call: Int, fault: Fault)?)>(([], nil))

    /// Names of the calls since it was armed or disarmed.
    var calls: [String] { state.withLock { $0.calls } }

    func arm(_ call: Int, _ fault: Fault) { state.withLock { $0 = ([], (call, fault)) } }
    func disarm() { state.withLock { $0 = ([], nil) } }

    func run<Result>(_ call: String, _ body: () throws -> Result) throws -> Result {
        let fault = state.withLock { state in
            defer { state.calls.append(call) }
            return state.breaks?.call == state.calls.count ? state.breaks?.fault : nil
        }
        if fault == .notStored { throw Broken() }
        let result = try body()
        if fault == .stored { throw Broken() }
        return result
    }
}

/// A ledger in memory that remembers every checkpoint it committed.
final class MemoryLedger: LogLedger {
    struct State {
        var entries: [[UInt8]] = []
        var checkpoint: [UInt8]?
        var published: UInt64 = 0
        var signedMs: Int64 = 0
        var commits: [[UInt8]] = []
        /// Lowest entry that was asked for.
        var lowest: UInt64 = .max
    }

    let origin: String
    let faults: Faults
    let content: Mutex<State>

    init(_ entries: [[UInt8]] = [], origin: String = "log.example/chengxin", faults: Faults = Faults()) {
        self.origin = origin
        self.faults = faults
        content = Mutex(State(entries: entries))
    }

    func append(_ entries: some Sequence<[UInt8]>) { content.withLock { $0.entries += entries } }

    func state() async throws -> LedgerState {
        try faults.run("state") {
            content.withLock {
                LedgerState(
                    origin: origin, checkpoint: $0.checkpoint, published: $0.published, signedMs: $0.signedMs,
                    end: UInt64($0.entries.count))
            }
        }
    }

    func entries(_ range: Range<UInt64>) async throws -> [[UInt8]] {
        try faults.run("entries") {
            content.withLock {
                $0.lowest = min($0.lowest, range.lowerBound)
                return Array($0.entries[Int(range.lowerBound)..<Int(range.upperBound)])
            }
        }
    }

    func commit(_ checkpoint: [UInt8], size: UInt64, at ms: Int64, replacing: [UInt8]?) async throws -> Bool {
        try faults.run("commit") {
            content.withLock {
                guard $0.checkpoint == replacing else { return false }
                $0.checkpoint = checkpoint
                $0.signedMs = ms
                $0.commits.append(checkpoint)
                return true
            }
        }
    }

    func published(_ size: UInt64) async throws {
        try faults.run("published") { content.withLock { $0.published = size } }
    }
}

/// A storage in memory that remembers every checkpoint that was public, and which paths were read and written.
final class MemoryStorage: LogStorage {
    struct State {
        var files: [String: [UInt8]] = [:]
        var checkpoints: [[UInt8]] = []
        var reads: [String] = []
        var locked = false
    }

    let faults: Faults
    let content = Mutex(State())

    init(faults: Faults = Faults()) { self.faults = faults }

    var files: [String: [UInt8]] {
        get { content.withLock { $0.files } }
        set { content.withLock { $0.files = newValue } }
    }

    func read(_ path: String) throws -> [UInt8] {
        try content.withLock {
            $0.reads.append(path)
            guard let bytes = $0.files[path] else { throw LogError(.missing, "cannot open \(path)") }
            return bytes
        }
    }

    func names(in directory: String) throws -> [String] {
        let prefix = directory.isEmpty ? "" : directory + "/"
        return content.withLock { content in
            content.files.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
                .filter { !$0.contains("/") }
        }
    }

    func write(_ tiles: [Tile], tornBeyond: UInt64?) throws {
        for tile in tiles {
            try faults.run("tile") {
                try content.withLock {
                    let path = tile.path.description
                    if tile.path.isFull, !tile.path.isBeyond(tornBeyond), let old = $0.files[path], old != tile.bytes {
                        throw LogError(.conflict, path)
                    }
                    $0.files[path] = tile.bytes
                }
            }
        }
    }

    func makeDurable() throws { try faults.run("sync") {} }

    func replaceCheckpoint(_ bytes: [UInt8]) throws {
        try faults.run("checkpoint") {
            content.withLock {
                $0.files["checkpoint"] = bytes
                $0.checkpoints.append(bytes)
            }
        }
    }

    func acquireLock() throws -> LogLock {
        try content.withLock {
            guard !$0.locked else { throw LogError(.locked, "locked") }
            $0.locked = true
        }
        return LogLock { [self] in content.withLock { $0.locked = false } }
    }

    func create() throws {}
}

enum Fixture {
    static let origin = "log.example/chengxin"

    static func signer(_ name: String = origin, seed: UInt8 = 7, _ algorithm: NoteVerifier.Algorithm = .ed25519) throws
        -> NoteSigner
    {
        try NoteSigner(name: name, seed: [UInt8](repeating: seed, count: 32), algorithm: algorithm)
    }

    /// Entries of different lengths, also empty ones.
    static func entries(_ count: Int, seed: UInt64 = 1) -> [[UInt8]] {
        var random = SplitMix64(seed)
        return (0..<count).map { _ in
            let length = Int.random(in: 0...24, using: &random)
            return (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
    }

    static func leaves(_ entries: [[UInt8]]) -> [TreeHash] { entries.map { TreeHash.leaf($0) } }

    /// All tiles of a tree made at once.
    static func tiles(_ entries: [[UInt8]]) throws -> [String: [UInt8]] {
        var edge = TreeEdge()
        for entry in entries { try edge.append(entry) }
        return Dictionary(uniqueKeysWithValues: edge.takeTiles().map { ($0.path.description, $0.bytes) })
    }

    static func proofs(_ tiles: [String: [UInt8]], size: Int) -> TileProofs {
        TileProofs(size: UInt64(size)) { path in
            guard let bytes = tiles[path.description] else { throw LogError(.missing, path.description) }
            return bytes
        }
    }

    static func verify(_ storage: some LogStorage) throws -> LogReport {
        var verifier = LogVerifier(storage: storage, keys: [try signer().verifier])
        return try verifier.verify()
    }
}

extension TreeHash {
    /// The hash with one bit changed.
    func flipped(_ bit: Int) -> TreeHash? {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return TreeHash(bytes: bytes)
    }
}
