import Glibc

/// Bytes appended once and read back by position: in memory up to a bound, beyond it in an unlinked temporary file,
/// of which nothing remains however the process ends.
final class PagedStore {
    private static let pageSize = 64 << 10
    private static let cachedPages = 256

    private var pages: [UnsafeMutablePointer<UInt8>] = []
    private let maxPages: Int
    private(set) var count = 0
    // After spilling: full pages lie in the file in order, `pages` holds the page being filled, then cached ones.
    private var descriptor: Int32 = -1
    private var written = 0
    private var cacheTags: [Int] = []
    private var cache: [UnsafeMutablePointer<UInt8>?] = []

    /// - Parameter memory: bytes kept in memory before spilling.
    init(memory: Int) { maxPages = max(1, memory / Self.pageSize) }

    deinit {
        for page in pages { page.deallocate() }
        for case let page? in cache { page.deallocate() }
        if descriptor >= 0 { close(descriptor) }
    }

    var hasSpilled: Bool { descriptor >= 0 }

    func append(_ source: UnsafePointer<UInt8>, _ length: Int) throws {
        var done = 0
        while done < length {
            let within = count % Self.pageSize
            if within == 0 { try addPage() }
            let step = min(length - done, Self.pageSize - within)
            (pages[pages.count - 1] + within).update(from: source + done, count: step)
            done += step
            count += step
        }
    }

    private func addPage() throws {
        if descriptor < 0, pages.count == maxPages { descriptor = try Self.temporaryFile() }
        if descriptor >= 0 {
            // Every page is full here; the last one written to is used again.
            for page in pages { try write(page) }
            for page in pages.dropLast() { page.deallocate() }
            pages = pages.suffix(1)
            if cache.isEmpty {
                cache = [UnsafeMutablePointer<UInt8>?](repeating: nil, count: Self.cachedPages)
                cacheTags = [Int](repeating: -1, count: Self.cachedPages)
            }
        } else {
            pages.append(.allocate(capacity: Self.pageSize))
        }
    }

    private func write(_ page: UnsafeMutablePointer<UInt8>) throws {
        var done = 0
        while done < Self.pageSize {
            let step = pwrite(descriptor, page + done, Self.pageSize - done, off_t(written * Self.pageSize + done))
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { throw TableError(.unreadable, "temporary file: errno \(errno)") }
            done += step
        }
        written += 1
    }

    /// Calls `body` with the bytes from `offset`, piece by piece, without copying.
    func read(_ offset: Int, _ length: Int, _ body: (UnsafePointer<UInt8>, Int) -> Void) throws {
        var at = offset
        var left = min(length, count - offset)
        while left > 0 {
            let page = try self.page(at / Self.pageSize)
            let within = at % Self.pageSize
            let step = min(left, Self.pageSize - within)
            body(page + within, step)
            at += step
            left -= step
        }
    }

    private func page(_ number: Int) throws -> UnsafePointer<UInt8> {
        if descriptor < 0 { return UnsafePointer(pages[number]) }
        if number >= written { return UnsafePointer(pages[0]) }
        let slot = number % Self.cachedPages
        let page = cache[slot] ?? .allocate(capacity: Self.pageSize)
        cache[slot] = page
        if cacheTags[slot] != number {
            cacheTags[slot] = -1
            var done = 0
            while done < Self.pageSize {
                let step = pread(descriptor, page + done, Self.pageSize - done, off_t(number * Self.pageSize + done))
                if step < 0, errno == EINTR { continue }
                guard step > 0 else { throw TableError(.unreadable, "temporary file: errno \(errno)") }
                done += step
            }
            cacheTags[slot] = number
        }
        return UnsafePointer(page)
    }

    private static func temporaryFile() throws -> Int32 {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array((folder + "/chengxin-XXXXXX").utf8CString)
        let descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard descriptor >= 0 else { throw TableError(.unreadable, "temporary file: errno \(errno)") }
        _ = template.withUnsafeBufferPointer { $0.baseAddress.map { unlink($0) } }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}
