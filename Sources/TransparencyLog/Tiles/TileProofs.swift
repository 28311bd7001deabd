/// Roots and proofs of a tree, computed from its tiles.
///
/// Nothing read is believed: check what comes out against a signed checkpoint. A partial tile that is gone is cut from
/// the full one, since a log may delete it then. Tiles are kept while the value lives, so several proofs share reads.
public struct TileProofs {
    /// Returns the bytes at a path; throws `LogError.missing` where there is none.
    public typealias Reader = (TilePath) throws -> [UInt8]

    /// Leaves of the tree the proofs are in.
    public let size: UInt64
    private let read: Reader
    private var tiles: [TilePath: [TreeHash]] = [:]

    public init(size: UInt64, read: @escaping Reader) {
        self.size = size
        self.read = read
    }

    /// Root of the tree, or of an earlier state of it.
    /// - Throws: `LogError.invalidProof` for a size beyond the tree; what reading throws.
    public mutating func root(size earlier: UInt64? = nil) throws -> TreeHash {
        let end = earlier ?? size
        try require(end <= size, "size \(end) is beyond the tree of size \(size)")
        return end == 0 ? .empty : try subtree(0..<end)
    }

    /// Proof of the leaf at `index` (RFC 6962 section 2.1.1).
    public mutating func inclusion(of index: UInt64) throws -> InclusionProof {
        try require(index < size, "index \(index) is beyond the tree of size \(size)")
        var hashes: [TreeHash] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = Self.split(range)
            if index < middle {
                hashes.append(try subtree(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                hashes.append(try subtree(range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return InclusionProof(index: index, size: size, hashes: hashes.reversed())
    }

    /// Proof that the tree of `oldSize` leaves grew to this one (RFC 6962 section 2.1.2).
    public mutating func consistency(from oldSize: UInt64) throws -> ConsistencyProof {
        try require(oldSize > 0 && oldSize <= size, "no consistency proof from size \(oldSize) to size \(size)")
        var hashes: [TreeHash] = []
        var range = 0..<size
        // `oldSize` ends inside the range. When it ends with it, the range is a subtree of both trees.
        while oldSize != range.upperBound {
            let middle = Self.split(range)
            if oldSize <= middle {
                hashes.append(try subtree(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                hashes.append(try subtree(range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        // The verifier knows the old root: it is left out when it would start the path.
        if range.lowerBound > 0 { hashes.append(try subtree(range)) }
        return ConsistencyProof(oldSize: oldSize, newSize: size, hashes: hashes.reversed())
    }

    /// The leaf hash at an index.
    public mutating func leaf(at index: UInt64) throws -> TreeHash {
        try require(index < size, "index \(index) is beyond the tree of size \(size)")
        return try subtree(index..<index + 1)
    }

    /// Merkle tree hash of leaves that RFC 6962 makes a subtree: full ones come from one tile, others are joined.
    private mutating func subtree(_ range: Range<UInt64>) throws -> TreeHash {
        let count = range.upperBound - range.lowerBound
        if count & (count - 1) == 0 {
            let height = count.trailingZeroBitCount
            let level = height / 8
            let first = range.lowerBound >> (8 * UInt64(level))
            let start = Int(first % 256)
            let hashes = try tile(level: level, index: first / 256)
            return TreeHash.root(of: hashes[start..<start + (1 << (height % 8))])
        }
        let middle = Self.split(range)
        return .node(try subtree(range.lowerBound..<middle), try subtree(middle..<range.upperBound))
    }

    private mutating func tile(level: Int, index: UInt64) throws -> [TreeHash] {
        let width = min(256, TilePath.elements(.hashes(level: level), in: size) - index * 256)
        let path = TilePath(.hashes(level: level), index: index, width: Int(width))
        if let hashes = tiles[path] { return hashes }
        let bytes: [UInt8]
        do {
            bytes = try read(path)
        } catch let error as LogError where error.code == .missing && !path.isFull {
            bytes = Array(try read(path.full).prefix(path.width * TreeHash.byteCount))
        }
        let hashes = try Tile.hashes(bytes, at: path)
        tiles[path] = hashes
        return hashes
    }

    /// Where RFC 6962 splits a tree: at the largest power of two below its size.
    private static func split(_ range: Range<UInt64>) -> UInt64 {
        let count = range.upperBound - range.lowerBound
        return range.lowerBound + (1 << (63 - UInt64((count - 1).leadingZeroBitCount)))
    }

    private func require(_ condition: Bool, _ reason: String) throws {
        if !condition { throw LogError(.invalidProof, reason) }
    }
}
