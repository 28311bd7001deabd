/// The first 16 bytes of a SHA-256: tells contents and keys apart without a heap allocation for each.
///
/// Two different inputs meet by chance once in 2⁶⁴ of them; on purpose, finding two takes about as many tries.
public struct Digest128: Sendable, Hashable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// Takes the first 16 bytes, big-endian. Nil where there are fewer.
    public init?(_ bytes: some Sequence<UInt8>) {
        var (high, low, count): (UInt64, UInt64, Int) = (0, 0, 0)
        for byte in bytes {
            if count < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
            count += 1
            if count == 16 { break }
        }
        guard count == 16 else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// Takes the first 16 bytes of a longer digest.
    public init(beginning digest: UnsafeRawBufferPointer) {
        precondition(digest.count >= 16, "a digest has 16 bytes at least")
        high = UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for index in 0..<8 {
                buffer[index] = UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64(index)))
                buffer[8 + index] = UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64(index)))
            }
            count = 16
        }
    }
}
