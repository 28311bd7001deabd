import Glibc

/// One file that is being written, a megabyte at a time. Replaces a file of the same name.
struct FileOutput: ~Copyable {
    private let descriptor: Int32
    private let path: String
    var buffer = ByteBuffer(capacity: (1 << 20) + (64 << 10))

    /// - Throws: `SampleError.cannotWrite`.
    init(path: String) throws {
        let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw Self.fault(path) }
        descriptor = opened
        self.path = path
    }

    deinit { _ = close(descriptor) }

    /// Writes out what has gathered, if it is enough to be worth it.
    mutating func drain() throws {
        if buffer.count >= 1 << 20 { try flush() }
    }

    /// - Throws: `SampleError.cannotWrite`, as when the disk is full.
    mutating func flush() throws {
        var done = 0
        while done < buffer.count {
            let written = write(descriptor, buffer.base + done, buffer.count - done)
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.fault(path)
            }
            done += written
        }
        buffer.clear()
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws {
        var current = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            current += current.isEmpty || current.hasSuffix("/") ? String(part) : "/\(part)"
            if mkdir(current, 0o755) != 0, errno != EEXIST { throw fault(current) }
        }
    }

    private static func fault(_ path: String) -> SampleError {
        SampleError(code: .cannotWrite, detail: "\(path): \(String(cString: strerror(errno)))")
    }
}
