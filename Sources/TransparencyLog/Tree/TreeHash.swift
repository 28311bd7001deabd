import Crypto

/// A SHA-256 hash of an RFC 6962 Merkle tree: of a leaf, of an inner node or of a whole tree.
///
/// Held in four words, so that arrays of hashes are flat memory. `description` is the base64 form of the tlog formats.
public struct TreeHash: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of one hash.
    public static let byteCount = 32

    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The 32 bytes at the start of `bytes`.
    init(copying bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Self.byteCount, "a tree hash has 32 bytes")
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    init(_ digest: SHA256Digest) {
        self = digest.withUnsafeBytes { TreeHash(copying: $0) }
    }

    /// Nil unless exactly 32 bytes are given.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { TreeHash(copying: $0) }
    }

    /// Reads standard base64 with padding (RFC 4648 section 4); nil unless it is canonical and of 32 bytes.
    public init?(base64 text: some StringProtocol) {
        guard let bytes = Base64.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    public var bytes: [UInt8] { withBytes { Array($0) } }
    public var base64: String { Base64.encode(bytes) }
    public var hex: String { Hex.encode(bytes) }
    public var description: String { base64 }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: words, body)
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1
            && left.words.2 == right.words.2 && left.words.3 == right.words.3
    }

    public func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: $0) }
    }
}

/// The hashes of RFC 6962 section 2.1.
extension TreeHash {
    /// Root of the tree without leaves: the hash of nothing.
    public static let empty = TreeHash(SHA256().finalize())

    /// Hash of one entry: SHA-256(0x00 ‖ entry). The prefix keeps a leaf from passing as a node.
    public static func leaf(_ entry: some Collection<UInt8>) -> TreeHash {
        let contiguous = entry.withContiguousStorageIfAvailable { leaf(of: UnsafeRawBufferPointer($0)) }
        return contiguous ?? Array(entry).withUnsafeBytes { leaf(of: $0) }
    }

    /// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
    public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 0x01
            buffer.storeBytes(of: left.words.0, toByteOffset: 1, as: UInt64.self)
            buffer.storeBytes(of: left.words.1, toByteOffset: 9, as: UInt64.self)
            buffer.storeBytes(of: left.words.2, toByteOffset: 17, as: UInt64.self)
            buffer.storeBytes(of: left.words.3, toByteOffset: 25, as: UInt64.self)
            buffer.storeBytes(of: right.words.0, toByteOffset: 33, as: UInt64.self)
            buffer.storeBytes(of: right.words.1, toByteOffset: 41, as: UInt64.self)
            buffer.storeBytes(of: right.words.2, toByteOffset: 49, as: UInt64.self)
            buffer.storeBytes(of: right.words.3, toByteOffset: 57, as: UInt64.self)
            return digest(UnsafeRawBufferPointer(buffer))
        }
    }

    static func leaf(of entry: UnsafeRawBufferPointer) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: entry.count + 1, alignment: 8) { buffer in
            buffer[0] = 0x00
            UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: entry)
            return digest(UnsafeRawBufferPointer(buffer))
        }
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer) -> TreeHash {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        return TreeHash(hasher.finalize())
    }

    /// Root over the roots of equally large full subtrees, as RFC 6962 defines it for leaves.
    ///
    /// Pairs are joined level by level; an odd last one moves up unjoined, which gives the same tree as splitting at
    /// the largest power of two.
    static func root(of hashes: some Collection<TreeHash>) -> TreeHash {
        var level = Array(hashes)
        guard !level.isEmpty else { return .empty }
        while level.count > 1 {
            let pairs = level.count / 2
            for pair in 0..<pairs { level[pair] = node(level[2 * pair], level[2 * pair + 1]) }
            if level.count % 2 == 1 {
                level[pairs] = level[level.count - 1]
                level.removeLast(level.count - pairs - 1)
            } else {
                level.removeLast(level.count - pairs)
            }
        }
        return level[0]
    }

    /// Root of a tree from the hashes of each tile level that fill no tile.
    static func root(ofLevels levels: [[TreeHash]]) -> TreeHash {
        // Full subtrees from right to left: the hashes of a level lie left of all the lower ones.
        var root: TreeHash?
        for hashes in levels {
            var end = hashes.count
            while end > 0 {
                let count = end & -end
                let peak = TreeHash.root(of: hashes[(end - count)..<end])
                root = root.map { .node(peak, $0) } ?? peak
                end -= count
            }
        }
        return root ?? .empty
    }
}
