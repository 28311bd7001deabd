import Glibc

/// The bytes of a delivered file, from disk or from memory, read in order or looked at by position.
final class ByteSource {
    private enum Storage {
        case file(descriptor: Int32)
        case memory([UInt8])
    }

    private let storage: Storage
    /// The file's path when it lies on disk.
    let path: String?
    /// File name or path as given, for its extension only.
    let name: String
    /// Size in bytes at the time of opening.
    let total: Int
    /// Bytes taken in so far.
    private(set) var position = 0

    init(bytes: [UInt8], name: String) {
        storage = .memory(bytes)
        path = nil
        self.name = name
        total = bytes.count
    }

    /// - Throws: `TableError.unreadable` when the path is no regular file that can be opened.
    init(path: String) throws {
        // Opening a pipe would wait for its writer; O_NONBLOCK makes that return, and fstat then refuses it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.fault("open") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw TableError(.unreadable, "not a regular file")
        }
        storage = .file(descriptor: descriptor)
        self.path = path
        name = path
        total = Int(status.st_size)
    }

    deinit {
        if case .file(let descriptor) = storage { close(descriptor) }
    }

    /// The lower-case extension of the name, without its dot.
    var pathExtension: String {
        let last = name.utf8.split(separator: UInt8(ascii: "/")).last ?? name.utf8[...]
        guard let dot = last.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return String(decoding: last[last.index(after: dot)...], as: UTF8.self).lowercased()
    }

    /// Fills `target` as far as the file goes, and moves on.
    func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        let got = try read(into: target, at: position)
        position += got
        return got
    }

    func seek(to offset: Int) { position = offset }

    /// Fills `target` from `offset` as far as the file goes; the position for reading in order stays.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        guard let base = target.baseAddress, target.count > 0 else { return 0 }
        switch storage {
        case .memory(let bytes):
            guard offset < bytes.count else { return 0 }
            let length = min(target.count, bytes.count - offset)
            bytes.withUnsafeBytes {
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + length]))
            }
            return length
        case .file(let descriptor):
            var got = 0
            while got < target.count {
                let step = pread(descriptor, base + got, target.count - got, off_t(offset + got))
                if step < 0 {
                    if errno == EINTR { continue }
                    throw Self.fault("read")
                }
                if step == 0 { break }
                got += step
            }
            return got
        }
    }

    /// A copy of up to `count` bytes at `offset`.
    func peek(at offset: Int, count: Int) throws -> [UInt8] {
        let length = max(0, min(count, total - offset))
        var failure: (any Error)?
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, filled in
            do { filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func fault(_ call: String) -> TableError {
        TableError(.unreadable, "\(call) failed: errno \(errno)")
    }
}
