import Glibc

/// Writes numbers and arrays of numbers to a file that appears whole or not at all, with a checksum at its end.
///
/// Only for what can be made anew from the store: on any fault the file is simply not there.
package final class SnapshotWriter {
    private let file: Int32
    private let path: String
    private let temporary: String
    private var sum = Checksum()
    private var hasFailed: Bool

    package init(_ path: String) {
        self.path = path
        temporary = "\(path).\(getpid()).new"
        // It holds what the database holds, so only the owner reads it.
        file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        hasFailed = file < 0
    }

    package func write(_ number: Int) { write([UInt64(bitPattern: Int64(number))]) }

    package func write(_ text: String) { write(Array(text.utf8)) }

    package func write<T: BitwiseCopyable>(_ array: [T]) {
        put([UInt64(array.count)])
        put(array)
    }

    private func put<T: BitwiseCopyable>(_ array: [T]) {
        array.withUnsafeBytes { bytes in
            sum.add(bytes)
            var rest = bytes[...]
            while !rest.isEmpty, !hasFailed {
                let written = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written > 0 { rest = rest.dropFirst(written) } else if errno != EINTR { hasFailed = true }
            }
        }
    }

    /// - Returns: whether the file is there.
    package func finish() -> Bool {
        let value = sum.value
        put([value])
        // Not synchronised: after a power cut the checksum tells, and the index is made anew.
        if file >= 0 { close(file) }
        if hasFailed || rename(temporary, path) != 0 {
            unlink(temporary)
            return false
        }
        return true
    }
}

/// Reads what `SnapshotWriter` wrote. Once something does not fit, every further answer is nil.
package final class SnapshotReader {
    private let file: Int32
    private var rest: Int
    private var sum = Checksum()

    package init?(_ path: String) {
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        rest = Int(lseek(file, 0, SEEK_END))
        lseek(file, 0, SEEK_SET)
    }

    deinit { if file >= 0 { close(file) } }

    package func number() -> Int? { array(of: UInt64.self).flatMap { $0.count == 1 ? Int(Int64(bitPattern: $0[0])) : nil } }

    package func text() -> String? { array(of: UInt8.self).map { String(decoding: $0, as: UTF8.self) } }

    package func array<T: BitwiseCopyable>(of type: T.Type = T.self) -> [T]? {
        guard let count: [UInt64] = take(1), count[0] <= UInt64(rest / MemoryLayout<T>.stride) else { return nil }
        return take(Int(count[0]))
    }

    /// Whether everything was read and nothing of it has changed.
    package func isWhole() -> Bool {
        let value = sum.value
        guard rest == 8, let stored: [UInt64] = take(1) else { return false }
        return stored[0] == value
    }

    private func take<T: BitwiseCopyable>(_ count: Int) -> [T]? {
        let size = count * MemoryLayout<T>.stride
        guard size <= rest else { return nil }
        rest -= size
        var isRead = true
        let result = [T](unsafeUninitializedCapacity: count) { buffer, initialized in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            var place = 0
            while place < size {
                let got = read(file, bytes.baseAddress?.advanced(by: place), size - place)
                if got > 0 { place += got } else if got == 0 || errno != EINTR { isRead = false; break }
            }
            if !isRead { for index in bytes.indices { bytes[index] = 0 } }
            sum.add(UnsafeRawBufferPointer(bytes))
            initialized = count
        }
        return isRead ? result : nil
    }
}

/// Tells damage, not intent: whoever may write the file may write the database as well.
private struct Checksum {
    private(set) var value: UInt64 = 0x243F_6A88_85A3_08D3

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var value = value ^ UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var place = 0
        while place + 8 <= bytes.count {
            value = (value ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x9FB2_1C65_1E98_DF25
            value ^= value >> 29
            place += 8
        }
        while place < bytes.count {
            value = (value ^ UInt64(bytes[place])) &* 0x9FB2_1C65_1E98_DF25
            value ^= value >> 29
            place += 1
        }
        self.value = value
    }
}
