import CZip
import Glibc

/// A zip archive read through libzip, with bounds on what it may unpack to.
final class Archive {
    private let zip: OpaquePointer
    private let limits: TableLimits
    /// Size of the archive in bytes.
    let size: Int
    private var unpacked = 0
    /// Ratios mean nothing for small parts: a table of zeros packs a thousandfold.
    private static let ratioFloor = 64 << 20

    /// - Throws: `damagedArchive`, or `archiveBomb` for a directory beyond all use.
    init(_ source: ByteSource, limits: TableLimits) throws {
        self.limits = limits
        size = source.total
        try Self.checkDirectory(source, limits)
        var code: Int32 = 0
        let opened: OpaquePointer?
        if let path = source.path {
            opened = zip_open(path, Int32(ZIP_RDONLY), &code)
        } else {
            opened = try Self.openMemory(source)
        }
        guard let opened else { throw TableError(.damagedArchive, "libzip error \(code)") }
        zip = opened
    }

    deinit { zip_discard(zip) }

    private static func openMemory(_ source: ByteSource) throws -> OpaquePointer? {
        // unsafe: libzip takes over this copy and frees it.
        guard let copy = malloc(max(source.total, 1)) else { throw TableError(.unreadable, "no memory") }
        _ = try source.read(into: UnsafeMutableRawBufferPointer(start: copy, count: source.total), at: 0)
        var error = zip_error_t()
        guard let buffer = zip_source_buffer_create(copy, zip_uint64_t(source.total), 1, &error) else {
            free(copy)
            return nil
        }
        guard let opened = zip_open_from_source(buffer, Int32(ZIP_RDONLY), &error) else {
            zip_source_free(buffer)
            return nil
        }
        return opened
    }

    /// libzip reads the whole directory into memory; look at its size first.
    private static func checkDirectory(_ source: ByteSource, _ limits: TableLimits) throws {
        let tail = try source.peek(at: max(0, source.total - 66_000), count: 66_000)
        func number(_ at: Int, _ length: Int) -> Int {
            (0..<length).reduce(0) { $0 | Int(tail[at + $1]) << (8 * $1) & Int.max }
        }
        guard tail.count >= 22 else { throw TableError(.damagedArchive, "too short for an archive") }
        for i in stride(from: tail.count - 22, through: 0, by: -1)
        where tail[i] == 0x50 && tail[i + 1] == 0x4B && tail[i + 2] == 5 && tail[i + 3] == 6 {
            let entries = number(i + 10, 2)
            let bytes = number(i + 12, 4)
            if (entries > limits.maxArchiveEntries && entries != 0xFFFF) || (bytes > 16 << 20 && bytes != 0xFFFF_FFFF) {
                throw TableError(.archiveBomb, "archive directory too large")
            }
            if entries == 0xFFFF || bytes == 0xFFFF_FFFF {
                // The 64-bit record stands somewhere before; its own fields count.
                for k in stride(from: i - 56, through: 0, by: -1)
                where tail[k] == 0x50 && tail[k + 1] == 0x4B && tail[k + 2] == 6 && tail[k + 3] == 6 {
                    if number(k + 32, 8) > limits.maxArchiveEntries || number(k + 40, 8) > 16 << 20 {
                        throw TableError(.archiveBomb, "archive directory too large")
                    }
                    return
                }
                throw TableError(.damagedArchive, "64-bit directory not found")
            }
            return
        }
        throw TableError(.damagedArchive, "no directory: the file is cut off")
    }

    private func index(of name: String) -> zip_int64_t { zip_name_locate(zip, name, zip_flags_t(ZIP_FL_NOCASE)) }

    func contains(_ name: String) -> Bool { index(of: name) >= 0 }

    /// Opens a part for reading; nil when there is none of that name.
    /// - Throws: `encrypted`, `damagedArchive`.
    func part(_ name: String) throws -> Part? {
        let index = index(of: name)
        guard index >= 0 else { return nil }
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_stat_index(zip, zip_uint64_t(index), 0, &status) == 0 else {
            throw TableError(.damagedArchive, "part without entry")
        }
        if status.valid & zip_uint64_t(ZIP_STAT_ENCRYPTION_METHOD) != 0, status.encryption_method != ZIP_EM_NONE {
            throw TableError(.encrypted, "encrypted archive entry")
        }
        guard let file = zip_fopen_index(zip, zip_uint64_t(index), 0) else {
            throw TableError(.damagedArchive, "libzip error \(zip_error_code_zip(zip_get_error(zip)))")
        }
        return Part(file, self, size: Int(clamping: status.size))
    }

    fileprivate func count(_ bytes: Int) throws {
        unpacked += bytes
        if unpacked > limits.maxArchiveBytes || (unpacked > Self.ratioFloor && unpacked / limits.maxArchiveRatio > size)
        {
            throw TableError(.archiveBomb, "unpacks to more than \(unpacked) bytes")
        }
    }

    /// One part being unpacked. Keeps its archive alive.
    final class Part {
        private let file: OpaquePointer
        private let archive: Archive
        /// Unpacked size according to the directory; a hint, it may lie.
        let size: Int
        private(set) var position = 0

        fileprivate init(_ file: OpaquePointer, _ archive: Archive, size: Int) {
            self.file = file
            self.archive = archive
            self.size = size
        }

        deinit { zip_fclose(file) }

        /// Unpacks into `target`; 0 at the end.
        func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
            let got = zip_fread(file, target.baseAddress, zip_uint64_t(target.count))
            guard got >= 0 else { throw TableError(.damagedArchive, "a part of the archive cannot be unpacked") }
            position += Int(got)
            try archive.count(Int(got))
            return Int(got)
        }

        /// Feeds the part to a parser, piece by piece; false once it is finished.
        func feed(_ parser: SAXParser, through buffer: UnsafeMutableRawBufferPointer) throws -> Bool {
            let got = try read(into: buffer)
            if got == 0 {
                try parser.finish()
                return false
            }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<got])
            try piece.withMemoryRebound(to: UInt8.self) { try parser.feed($0) }
            return true
        }

        /// Feeds the whole part to a handler.
        func parse(_ handler: any SAXHandler, limits: TableLimits) throws {
            let parser = try SAXParser(handler, limits: limits, encodingIsUTF8: true)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
            defer { buffer.deallocate() }
            while try feed(parser, through: buffer) {}
        }
    }
}
