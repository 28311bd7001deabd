import Crypto
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// A backup is a row of frames: kind (1 byte), length of the payload (8 bytes, big-endian), payload, SHA-256 of kind, length
/// and payload. The last frame holds the digest of all digests before it, so a backup that ends early or misses a frame is
/// told from a whole one.
struct BackupFrame {
    enum Kind: UInt8 {
        /// First frame: JSON with format, timepoint, schema, engine.
        case manifest = 0x4D
        /// Name of a table and its columns, one a line; rows follow.
        case table = 0x54
        case rows = 0x52
        /// Path of a file under the data directory; its content follows.
        case file = 0x46
        case data = 0x44
        case end = 0x45

        var name: String {
            switch self {
            case .manifest: "manifest"
            case .table: "table"
            case .rows: "rows"
            case .file: "file"
            case .data: "data"
            case .end: "end"
            }
        }
    }
    let kind: Kind
    let payload: [UInt8]

    /// Payloads are cut at about this size, so that neither side holds more.
    static let portion = 1 << 20
    static let limit = 64 << 20

    var header: [UInt8] {
        [kind.rawValue] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }

    var digest: [UInt8] {
        var hash = SHA256()
        hash.update(data: header)
        hash.update(data: payload)
        return Array(hash.finalize())
    }
}

/// A backup that cannot be made or read; the detail says where and what to do.
public struct BackupError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        let name: String
        /// The file ends before its last frame.
        public static let truncated = Code(name: "backup-truncated")
        /// A frame is not what was written.
        public static let changed = Code(name: "backup-changed")
        public static let notABackup = Code(name: "not-a-backup")
        /// Made by a later program.
        public static let newer = Code(name: "backup-newer")
        public static let unwritable = Code(name: "backup-unwritable")
        public static let exists = Code(name: "backup-exists")
    }
    public let code: Code
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { detail }
}

/// Writes frames to a new file. The file gets its name only when it is whole and on disk; a crash leaves `….part`.
final class BackupWriter {
    private let path: String
    private let descriptor: Int32
    private var digests = SHA256()
    private var isFinished = false

    init(path: String) throws {
        self.path = path
        guard access(path, F_OK) != 0 else {
            throw BackupError(.exists, "there is a file at the backup's name already; choose another name")
        }
        // 0600: a backup holds everything the platform holds.
        descriptor = open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw Self.fault() }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(path + ".part") }
    }

    func write(_ kind: BackupFrame.Kind, _ payload: [UInt8]) throws {
        let frame = BackupFrame(kind: kind, payload: payload)
        let digest = frame.digest
        digests.update(data: digest)
        try put(frame.header)
        try put(payload)
        try put(digest)
    }

    func finish() throws {
        try write(.end, Array(digests.finalize()))
        // If we crash before the rename, there is no backup of that name; after it, it is whole.
        guard fsync(descriptor) == 0, rename(path + ".part", path) == 0 else { throw Self.fault() }
        isFinished = true
    }

    private func put(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw Self.fault()
                }
                done += count
            }
        }
    }

    private static func fault() -> BackupError {
        BackupError(
            .unwritable,
            errno == ENOSPC
                ? "the disk is full; free some space and make the backup again"
                : "the backup cannot be written: \(String(cString: strerror(errno)))")
    }
}

/// Reads frames and checks each before it hands it out.
final class BackupReader {
    private let descriptor: Int32
    private var digests = SHA256()
    private(set) var offset: Int64 = 0
    /// What the frames at hand belong to, for messages: `table revision`.
    private var place = "its beginning"

    init(path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            throw BackupError(.notABackup, "the backup cannot be read: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// The next frame; nil after the last.
    func next() throws -> BackupFrame? {
        let header = try take(9)
        guard let kind = BackupFrame.Kind(rawValue: header[0]) else {
            throw offset <= 9
                ? BackupError(.notABackup, "the file is no backup of this program") : damaged("an unknown frame")
        }
        let length = header.dropFirst().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(BackupFrame.limit) else { throw damaged("a frame of an impossible length") }
        let payload = try take(Int(length))
        let frame = BackupFrame(kind: kind, payload: payload)
        let digest = frame.digest
        guard try take(32) == digest else { throw damaged("a changed \(kind.name) frame") }
        if kind == .end {
            guard payload == Array(digests.finalize()) else { throw damaged("frames that are missing or out of order") }
            return nil
        }
        digests.update(data: digest)
        if kind == .table || kind == .file {
            let name = String(decoding: payload.prefix { $0 != 0x0A }, as: UTF8.self)
            place = "\(kind.name) \(name)"
        }
        return frame
    }

    private func damaged(_ what: String) -> BackupError {
        BackupError(.changed, "the backup holds \(what) in \(place), before byte \(offset); use another backup")
    }

    private func take(_ count: Int) throws -> [UInt8] {
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
                if read < 0, errno == EINTR { continue }
                if read < 0 { failed = errno }
                if read <= 0 { break }
                filled += read
            }
        }
        offset += Int64(bytes.count)
        if failed != 0 {
            throw BackupError(.notABackup, "the backup cannot be read: \(String(cString: strerror(failed)))")
        }
        guard bytes.count == count else {
            throw BackupError(
                .truncated, "the backup ends in the middle of \(place), at byte \(offset); use another backup")
        }
        return bytes
    }
}
