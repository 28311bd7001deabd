/// Up to 256 entries, each after its length as big-endian uint16 (C2SP tlog-tiles, "Log entries").
public struct EntryBundle: Sendable, RandomAccessCollection {
    /// Longest entry, in bytes.
    public static let maximumEntryBytes = 65_535

    public let bytes: [UInt8]
    private let bounds: [Range<Int>]

    /// Reads a bundle.
    /// - Throws: `LogError.malformed` when a length runs past the end or there are more than 256 entries.
    public init(_ bytes: [UInt8]) throws {
        var bounds: [Range<Int>] = []
        bounds.reserveCapacity(TilePath.fullWidth)
        var position = 0
        while position < bytes.count {
            guard position + 2 <= bytes.count, bounds.count < TilePath.fullWidth else {
                throw LogError(.malformed, "not an entry bundle")
            }
            let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            let end = position + 2 + length
            guard end <= bytes.count else { throw LogError(.malformed, "not an entry bundle: it ends early") }
            bounds.append(position + 2..<end)
            position = end
        }
        self.bytes = bytes
        self.bounds = bounds
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { bounds.count }
    public subscript(position: Int) -> ArraySlice<UInt8> { bytes[bounds[position]] }

    /// Leaf hashes of the entries, in order.
    public func leafHashes() -> [TreeHash] {
        bytes.withUnsafeBytes { buffer in
            bounds.map { TreeHash.leaf(of: UnsafeRawBufferPointer(rebasing: buffer[$0])) }
        }
    }

    /// Appends one entry to the bytes of a bundle.
    /// - Throws: `LogError.entryTooLong`.
    public static func append(_ entry: some Collection<UInt8>, to bytes: inout [UInt8]) throws {
        guard entry.count <= maximumEntryBytes else {
            throw LogError(.entryTooLong, "an entry has \(entry.count) bytes; the limit is \(maximumEntryBytes)")
        }
        bytes.append(UInt8(entry.count >> 8))
        bytes.append(UInt8(entry.count & 255))
        bytes.append(contentsOf: entry)
    }
}
