import Glibc

/// A log in a directory of a local file system, ready to be served as static files.
///
/// Files are written beside their place and renamed, so a reader never sees half a file. Names that begin with a dot
/// are no part of the log: the lock, and what a crash left of a write, which the next write to that place takes over.
public struct DirectoryStorage: LogStorage {
    private static let lockName = ".lock"
    // Swift's Glibc module leaves out what glibc declares under _GNU_SOURCE only; every glibc since 2.14 has it. Where
    // it is not, `sync` makes durable too, but cannot tell of errors. To be deleted when the module declares it.
    private static let syncFileSystem: @convention(c) (Int32) -> Int32 = {
        guard let symbol = dlsym(nil, "syncfs") else {
            return { _ in
                sync()
                return 0
            }
        }
        return unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
    }()

    public let path: String

    /// Does not touch the disk. A directory that is not there is an error of the first use, never created by it.
    public init(path: String) { self.path = path }

    public func create() throws {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw Self.failure("create", ".", errno) }
    }

    public func read(_ path: String) throws -> [UInt8] {
        let file = open(absolute(path), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure("open", path, errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Self.failure("read", path, errno) }
        // One byte more than the file has, so that the end is seen without growing the buffer.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var count = 0
        while true {
            let room = bytes.count - count
            let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + count }, room) }
            if got < 0 {
                if errno == EINTR { continue }
                throw Self.failure("read", path, errno)
            }
            if got == 0 { break }
            count += got
            if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: 65_536)) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    public func names(in directory: String) throws -> [String] {
        guard let stream = opendir(absolute(directory)) else {
            if errno == ENOENT { return [] }
            throw Self.failure("list", directory, errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw Self.failure("list", directory, errno) }
        return names
    }

    public func write(_ tiles: [Tile], tornBeyond: UInt64?) throws {
        for tile in tiles {
            let name = tile.path.description
            if tile.path.isFull, !tile.path.isBeyond(tornBeyond) {
                do {
                    guard try read(name) == tile.bytes else {
                        throw LogError(.conflict, "\(name) exists with other bytes")
                    }
                } catch let error as LogError where error.code == .missing {}
            }
            // Written even when the same bytes are there: they may be in memory only, after a sync that failed.
            try replace(name, with: tile.bytes, durably: false)
        }
    }

    public func makeDurable() throws {
        // One call for a whole set of tiles; an fsync for each would cost two thousand of them per chunk.
        try withDirectory("") { directory in
            guard Self.syncFileSystem(directory) == 0 else { throw Self.failure("sync", ".", errno) }
        }
    }

    public func replaceCheckpoint(_ bytes: [UInt8]) throws {
        try replace(Self.checkpointPath, with: bytes, durably: true)
        // The rename itself is durable only with its directory.
        try withDirectory("") { directory in
            guard fsync(directory) == 0 else { throw Self.failure("sync", ".", errno) }
        }
    }

    public func acquireLock() throws -> LogLock {
        let file = open(absolute(Self.lockName), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Self.failure("open", Self.lockName, errno) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(file)
            if reason == EWOULDBLOCK { throw LogError(.locked, "another process publishes this log") }
            throw Self.failure("lock", Self.lockName, reason)
        }
        // The file stays: removing it would let two processes lock two files of one name.
        return LogLock { close(file) }
    }

    /// Writes beside the place and renames.
    // If we crash before the rename, a dot file stays and the next write to this place starts it anew.
    private func replace(_ name: String, with bytes: [UInt8], durably: Bool) throws {
        let slash = name.lastIndex(of: "/")
        let folder = slash.map { String(name[..<$0]) } ?? ""
        let last = slash.map { String(name[name.index(after: $0)...]) } ?? name
        let temporary = (folder.isEmpty ? "" : folder + "/") + ".\(last).new"
        var file = open(absolute(temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if file < 0, errno == ENOENT, !folder.isEmpty {
            try createFolders(folder)
            file = open(absolute(temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        }
        guard file >= 0 else { throw Self.failure("write", name, errno) }
        do {
            defer { close(file) }
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
                }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw Self.failure("write", name, errno)
                }
                written += count
            }
            if durably, fsync(file) != 0 { throw Self.failure("sync", name, errno) }
        } catch {
            unlink(absolute(temporary))
            throw error
        }
        guard rename(absolute(temporary), absolute(name)) == 0 else { throw Self.failure("rename", name, errno) }
    }

    /// Folders below the log's root only: the root itself must be there.
    private func createFolders(_ folder: String) throws {
        var path = ""
        for part in folder.split(separator: "/") {
            path += path.isEmpty ? String(part) : "/" + part
            guard mkdir(absolute(path), 0o755) == 0 || errno == EEXIST else {
                throw Self.failure("create", path, errno)
            }
        }
    }

    private func withDirectory(_ name: String, _ body: (Int32) throws -> Void) throws {
        let directory = open(absolute(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Self.failure("open", ".", errno) }
        defer { close(directory) }
        try body(directory)
    }

    private func absolute(_ name: String) -> String { path + "/" + name }

    private static func failure(_ action: String, _ name: String, _ number: Int32) -> LogError {
        let words = String(cString: strerror(number))
        return LogError(number == ENOENT ? .missing : .storage, "cannot \(action) \(name) in the log: \(words)")
    }
}
