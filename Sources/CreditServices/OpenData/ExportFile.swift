import CZlib
import CreditModel
import Crypto
import Glibc

/// A file being written, with its digest; bytes are gathered and written in large pieces.
final class ExportFile {
    private static let piece = 1 << 17
    let name: String
    private let path: String
    private let descriptor: Int32
    private let gzip: Gzip?
    private var gathered: [UInt8] = []
    private var hash = SHA256()
    private(set) var size: Int64 = 0

    init(_ name: String, in folder: String, isCompressed: Bool) throws {
        self.name = name
        path = "\(folder)/\(name)"
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
        gzip = isCompressed ? try Gzip() : nil
        gathered.reserveCapacity(Self.piece + 4096)
    }

    deinit { _ = Glibc.close(descriptor) }

    func append(_ bytes: some Collection<UInt8>) throws {
        gathered.append(contentsOf: bytes)
        if gathered.count >= Self.piece { try flush(isLast: false) }
    }

    /// Writes what is gathered and waits until the disk has it.
    /// - Returns: the digest in hexadecimal.
    func finish() throws -> String {
        try flush(isLast: true)
        guard fsync(descriptor) == 0 else { throw Self.failure(path) }
        return Hexadecimal.text(hash.finalize())
    }

    private func flush(isLast: Bool) throws {
        if let gzip {
            try gzip.compress(gathered, isLast: isLast, write)
        } else {
            try gathered.withUnsafeBytes(write)
        }
        gathered.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path) }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
            size += Int64(count)
            rest = rest.dropFirst(count)
        }
    }

    static func failure(_ path: String) -> OpenDataError {
        let number = errno
        let reason = String(cString: strerror(number))
        return number == ENOSPC || number == EDQUOT
            ? OpenDataError(.noRoom, "`\(path)` cannot be written: \(reason). Nothing was published; make room and run the export again")
            : OpenDataError(.unwritable, "`\(path)` cannot be written: \(reason)")
    }
}

/// A gzip stream. The fastest level but one: the files are read once and the disk is not the limit.
private final class Gzip {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var output = [UInt8](repeating: 0, count: 1 << 16)

    init() throws {
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 for a gzip header instead of a zlib one; the header holds no time, so equal content is equal bytes.
        let outcome = deflateInit2_(
            stream, 3, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard outcome == Z_OK else { throw OpenDataError(.unwritable, "there is no memory for compressing") }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func compress(_ bytes: [UInt8], isLast: Bool, _ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        var bytes = bytes
        try bytes.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            var isFull = true
            while isFull {
                let room = output.count
                let made = output.withUnsafeMutableBufferPointer { buffer in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(room)
                    deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    return room - Int(stream.pointee.avail_out)
                }
                try output.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0.prefix(made))) }
                isFull = made == room
            }
        }
    }
}
