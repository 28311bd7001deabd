import CZstd
import NIOCore
import Synchronization

/// Bytes of an answer packed with Zstandard (RFC 8878), while it is kept and nobody asks for it: a fifth of a page's size.
struct PackedBytes: Sendable {
    private let frame: [UInt8]
    private let length: Int

    var count: Int { frame.count }

    /// The fastest of the usual levels: an answer is packed while somebody waits for it.
    private static let level: CInt = 1
    private static let contexts = Mutex(Contexts())

    /// What packs and unpacks, taken by one thread at a time: half a megabyte each, so they are kept, as many as worked at once.
    private struct Contexts {
        var packing: [Context] = []
        var unpacking: [Context] = []
    }
    private struct Context: @unchecked Sendable { let pointer: OpaquePointer }

    /// Nil where packing gains nothing.
    init?(_ plain: ByteBuffer) {
        guard let context = Self.contexts.withLock({ $0.packing.popLast() }) ?? ZSTD_createCCtx().map({ Context(pointer: $0) })
        else { return nil }
        defer { Self.contexts.withLock { $0.packing.append(context) } }
        length = plain.readableBytes
        let bound = ZSTD_compressBound(length)
        var isPacked = false
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            let size = plain.withUnsafeReadableBytes {
                ZSTD_compressCCtx(context.pointer, output.baseAddress, bound, $0.baseAddress, $0.count, Self.level)
            }
            isPacked = ZSTD_isError(size) == 0
            count = isPacked ? size : 0
        }
        guard isPacked, packed.count < length else { return nil }
        // Without the room that packing might have needed.
        frame = Array(packed[...])
    }

    /// The bytes as they were.
    var plain: ByteBuffer? {
        guard let context = Self.contexts.withLock({ $0.unpacking.popLast() }) ?? ZSTD_createDCtx().map({ Context(pointer: $0) })
        else { return nil }
        defer { Self.contexts.withLock { $0.unpacking.append(context) } }
        var buffer = ByteBufferAllocator().buffer(capacity: length)
        let size = buffer.withUnsafeMutableWritableBytes { output in
            frame.withUnsafeBytes { ZSTD_decompressDCtx(context.pointer, output.baseAddress, length, $0.baseAddress, $0.count) }
        }
        guard ZSTD_isError(size) == 0, size == length else { return nil }
        buffer.moveWriterIndex(forwardBy: size)
        return buffer
    }
}
