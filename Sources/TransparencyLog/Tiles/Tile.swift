/// A tile and its bytes.
public struct Tile: Hashable, Sendable {
    public let path: TilePath
    public let bytes: [UInt8]

    public init(_ path: TilePath, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// The hashes in the bytes of a hash tile.
    /// - Throws: `LogError.malformed` naming the path when the length is not that of its width.
    static func hashes(_ bytes: [UInt8], at path: TilePath) throws -> [TreeHash] {
        guard bytes.count == path.width * TreeHash.byteCount else {
            throw LogError(.malformed, "\(path) has \(bytes.count) bytes, not \(path.width * TreeHash.byteCount)")
        }
        return bytes.withUnsafeBytes { buffer in
            (0..<path.width).map { TreeHash(copying: UnsafeRawBufferPointer(rebasing: buffer[($0 * 32)...])) }
        }
    }

    static func bytes(_ hashes: some Sequence<TreeHash>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(TilePath.fullWidth * TreeHash.byteCount)
        for hash in hashes { hash.withBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
