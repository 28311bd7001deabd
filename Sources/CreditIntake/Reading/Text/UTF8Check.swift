/// Validation of UTF-8, by pointer: every byte of every file passes here.
enum UTF8Check {
    enum Stop {
        /// All bytes are whole characters.
        case end
        /// The bytes from here on are the beginning of a character.
        case incomplete
        /// Here stands a byte that begins no character.
        case invalid
    }

    /// The first position in `from..<to` that is not part of a whole character, and why.
    static func scan(_ p: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> (position: Int, stop: Stop) {
        var i = from
        while i < to {
            // unsafe: unaligned loads of 4 and 8 bytes, only where that many remain.
            let raw = UnsafeRawPointer(p)
            while i + 8 <= to, raw.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
                i += 8
            }
            while i < to, p[i] < 0x80 { i += 1 }
            // Runs of Chinese characters: E1–EC and EE–EF, each followed by two continuation bytes.
            while i + 4 <= to {
                let word = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: i, as: UInt32.self))
                guard word & 0x00C0_C0F0 == 0x0080_80E0, word & 0x0F != 0x00, word & 0x0F != 0x0D else { break }
                i += 3
            }
            guard i < to, p[i] >= 0x80 else { continue }
            let length = characterLength(p, i, to)
            if length <= 0 { return (i, length == 0 ? .incomplete : .invalid) }
            i += length
        }
        return (to, .end)
    }

    /// Length of the non-ASCII character at `i`; 0 when it is cut off by `to`; negative when it is none, then the
    /// number of bytes to skip (the longest beginning of a character, as Unicode recommends).
    static func characterLength(_ p: UnsafePointer<UInt8>, _ i: Int, _ to: Int) -> Int {
        let lead = p[i]
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF4: (length, high) = (4, 0x8F)
        case 0xF1...0xF3: length = 4
        default: return -1
        }
        for k in 1..<length {
            guard i + k < to else { return 0 }
            guard p[i + k] >= low, p[i + k] <= high else { return -k }
            low = 0x80
            high = 0xBF
        }
        return length
    }

    /// Position of the first byte above 0x7F, or `to`.
    static func firstNonASCII(_ p: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Int {
        var i = from
        let raw = UnsafeRawPointer(p)
        while i + 8 <= to, raw.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { i += 8 }
        while i < to, p[i] < 0x80 { i += 1 }
        return i
    }
}
