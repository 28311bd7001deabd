/// The right edge of a growing tree: for each level the hashes that do not fill a tile yet, and the entries likewise.
/// It is all that is needed to go on, O(log n) in size; full tiles leave it as soon as they are complete.
struct TreeEdge {
    /// Leaves so far.
    private(set) var size: UInt64 = 0
    /// Hashes of the partial tile of each level, fewer than 256 each.
    private var levels: [[TreeHash]] = []
    /// Bytes of the partial entry bundle.
    private var bundle: [UInt8] = []
    /// Full tiles completed since the last `takeTiles`.
    private var complete: [Tile] = []

    /// The edge of an empty tree.
    init() {}

    /// Reads the edge of a tree of `size` leaves: one partial tile per level, and the partial entry bundle.
    /// - Throws: `LogError.malformed` when a tile has a wrong length or the entries are not those of the leaves.
    init(size: UInt64, read: (TilePath) throws -> [UInt8]) throws {
        self.size = size
        var level = 0
        while TilePath.elements(.hashes(level: level), in: size) > 0 {
            var hashes: [TreeHash] = []
            if let path = Self.partial(.hashes(level: level), in: size) {
                hashes = try Tile.hashes(read(path), at: path)
                hashes.reserveCapacity(TilePath.fullWidth)
            }
            levels.append(hashes)
            level += 1
        }
        if let path = Self.partial(.entries, in: size) {
            bundle = try read(path)
            guard try EntryBundle(bundle).leafHashes() == levels[0] else {
                throw LogError(.malformed, "\(path) does not hold the entries of its leaf tile")
            }
        }
    }

    /// - Throws: `LogError.entryTooLong`; the edge is unchanged then.
    mutating func append(_ entry: [UInt8]) throws {
        try EntryBundle.append(entry, to: &bundle)
        push(.leaf(entry), level: 0)
        size += 1
        if size % 256 == 0 {
            complete.append(Tile(TilePath(.entries, index: size / 256 - 1), bytes: bundle))
            bundle.removeAll(keepingCapacity: true)
        }
    }

    /// Root of the tree.
    func root() -> TreeHash { .root(ofLevels: levels) }

    /// Full tiles completed since the last call, and the partial tiles of this size.
    mutating func takeTiles() -> [Tile] {
        defer { complete.removeAll(keepingCapacity: true) }
        var tiles = complete
        for (level, hashes) in levels.enumerated() {
            if let path = Self.partial(.hashes(level: level), in: size) {
                tiles.append(Tile(path, bytes: Tile.bytes(hashes)))
            }
        }
        if let path = Self.partial(.entries, in: size) { tiles.append(Tile(path, bytes: bundle)) }
        return tiles
    }

    private mutating func push(_ hash: TreeHash, level: Int) {
        if level == levels.count { levels.append([]) }
        levels[level].append(hash)
        guard levels[level].count == TilePath.fullWidth else { return }
        let index = (size + 1) >> (8 * UInt64(level + 1)) - 1
        complete.append(Tile(TilePath(.hashes(level: level), index: index), bytes: Tile.bytes(levels[level])))
        let root = TreeHash.root(of: levels[level])
        levels[level].removeAll(keepingCapacity: true)
        push(root, level: level + 1)
    }

    /// The partial tile of a level in a tree, nil when its tiles are all full.
    static func partial(_ kind: TilePath.Kind, in size: UInt64) -> TilePath? {
        let elements = TilePath.elements(kind, in: size)
        let width = Int(elements % 256)
        return width == 0 ? nil : TilePath(kind, index: elements / 256, width: width)
    }
}
