/// Where a log is published: a tree of immutable tiles and one mutable checkpoint, at paths of C2SP tlog-tiles.
///
/// An implementation keeps two promises that the publisher's order of writes rests on: after `makeDurable` every tile
/// written before survives a power cut, and `replaceCheckpoint` shows readers either the old or the new checkpoint.
public protocol LogStorage: Sendable {
    /// - Throws: `LogError.missing`, `.storage`.
    func read(_ path: String) throws -> [UInt8]

    /// Names in a directory of the log, in any order; none where there is no directory.
    func names(in directory: String) throws -> [String]

    /// Writes tiles, each wholly or not at all as far as readers see; they need not be durable yet.
    ///
    /// - Parameter tornBeyond: nil when no tile may exist with other bytes. After a crash, the size of the tree up to
    ///   which tiles are public: whatever stands beyond it may be half written and is replaced.
    /// - Throws: `LogError.conflict` naming a full tile that exists with other bytes; `.storage`.
    func write(_ tiles: [Tile], tornBeyond: UInt64?) throws

    /// Makes all tiles written so far durable.
    func makeDurable() throws

    /// Replaces the file `checkpoint` and makes that durable.
    func replaceCheckpoint(_ bytes: [UInt8]) throws

    /// Keeps other publishers out until the lock is released.
    /// - Throws: `LogError.locked` at once when another holds it; `.missing` when the log has no directory.
    func acquireLock() throws -> LogLock

    /// Creates the place of a new log, if it is not there. The only call that creates it.
    func create() throws
}

extension LogStorage {
    /// Path of the checkpoint.
    public static var checkpointPath: String { "checkpoint" }

    /// The bytes of a tile, in the form that `TileProofs` asks for.
    public func read(_ path: TilePath) throws -> [UInt8] { try read(path.description) }
}

/// The right to publish, given up at the latest when the value goes.
public final class LogLock: Sendable {
    private let onRelease: @Sendable () -> Void

    public init(onRelease: @escaping @Sendable () -> Void) { self.onRelease = onRelease }

    deinit { onRelease() }
}
