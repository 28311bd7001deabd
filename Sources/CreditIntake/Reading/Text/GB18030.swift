import CIconv
import Glibc

/// GB 18030 to UTF-8 by table; also reads GBK and GB 2312, which are parts of it.
///
/// The tables are filled once from the system's iconv. A lookup per character is several times faster than handing
/// blocks to iconv, and leaves us in charge of characters split between blocks and of damaged ones.
struct GB18030: Sendable {
    /// Two-byte characters by (lead − 0x81) × 192 + (trail − 0x40): UTF-8 in the low three bytes, its length in the
    /// highest; 0 where there is none.
    private let pairs: [UInt32]
    /// Four-byte characters of the basic plane by their linear number, in the same form.
    private let quads: [UInt32]

    private static let supplementaryBase = 189_000
    private static let quadsCount = 39_420

    /// Nil when the system's iconv lacks GB 18030 (its gconv modules are not installed).
    static let shared: GB18030? = GB18030()

    private init?() {
        guard let converter = iconv_open("UTF-8", "GB18030"), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var pairs = [UInt32](repeating: 0, count: 126 * 192)
        for lead in 0x81...0xFE {
            for trail in 0x40...0xFE where trail != 0x7F {
                pairs[(lead - 0x81) * 192 + trail - 0x40] = Self.convert(converter, [UInt8(lead), UInt8(trail)])
            }
        }
        var quads = [UInt32](repeating: 0, count: Self.quadsCount)
        for number in 0..<Self.quadsCount {
            quads[number] = Self.convert(
                converter,
                [
                    UInt8(0x81 + number / 12600), UInt8(0x30 + number / 1260 % 10), UInt8(0x81 + number / 10 % 126),
                    UInt8(0x30 + number % 10),
                ])
        }
        self.pairs = pairs
        self.quads = quads
    }

    private static func convert(_ converter: iconv_t, _ bytes: [UInt8]) -> UInt32 {
        var input = bytes.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 8)
        return input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var from = input.baseAddress
                var to = output.baseAddress
                var left = input.count
                var room = output.count
                iconv(converter, nil, nil, nil, nil)
                guard iconv(converter, &from, &left, &to, &room) == 0, left == 0 else { return 0 }
                let length = output.count - room
                guard (1...3).contains(length) else { return 0 }
                var packed = UInt32(length) << 24
                for k in 0..<length { packed |= UInt32(UInt8(bitPattern: output[k])) << (8 * k) }
                return packed
            }
        }
    }

    /// Converts what it can of `source`, stopping before a character cut off by its end unless `final`.
    /// `target` must have room for 3 × `count` + 4 bytes. Positions of U+FFFD written for damage go to `damage`.
    func decode(
        _ source: UnsafePointer<UInt8>, _ count: Int, final: Bool, to target: UnsafeMutablePointer<UInt8>,
        at start: Int,
        damage: inout [Int]
    ) -> (consumed: Int, end: Int) {
        pairs.withUnsafeBufferPointer { table -> (Int, Int) in
            var i = 0
            var o = start
            // unsafe: unaligned 4- and 8-byte loads and stores within the room the caller guarantees.
            let raw = UnsafeRawPointer(source)
            let out = UnsafeMutableRawPointer(target)
            while i < count {
                while i + 8 <= count {
                    let word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                    guard word & 0x8080_8080_8080_8080 == 0 else { break }
                    out.storeBytes(of: word, toByteOffset: o, as: UInt64.self)
                    i += 8
                    o += 8
                }
                while i < count, source[i] < 0x80 {
                    target[o] = source[i]
                    i += 1
                    o += 1
                }
                while i + 1 < count {
                    let lead = source[i]
                    let trail = source[i + 1]
                    guard lead > 0x80, lead < 0xFF, trail >= 0x40 else { break }
                    let packed = table[(Int(lead) &- 0x81) &* 192 &+ Int(trail) &- 0x40]
                    guard packed != 0 else { break }
                    out.storeBytes(of: packed.littleEndian, toByteOffset: o, as: UInt32.self)
                    o &+= Int(packed >> 24)
                    i &+= 2
                }
                guard i < count, source[i] >= 0x80 else { continue }
                let length = decodeRare(source, i, count, final: final, to: target, at: &o, damage: &damage)
                if length == 0 { break }
                i += length
            }
            return (i, o)
        }
    }

    /// A four-byte character, damage, or the cut-off end (0 bytes taken).
    private func decodeRare(
        _ p: UnsafePointer<UInt8>, _ i: Int, _ count: Int, final: Bool, to target: UnsafeMutablePointer<UInt8>,
        at o: inout Int, damage: inout [Int]
    ) -> Int {
        let left = count - i
        let lead = p[i]
        var skip = 1
        if lead > 0x80, lead < 0xFF {
            if left < 2 {
                if !final { return 0 }
            } else if (0x30...0x39).contains(p[i + 1]) {
                if left < 4 {
                    // Could still become a character, unless the third byte already rules it out.
                    if !final, left == 2 || (0x81...0xFE).contains(p[i + 2]) { return 0 }
                } else if (0x81...0xFE).contains(p[i + 2]), (0x30...0x39).contains(p[i + 3]) {
                    let high = (Int(lead) - 0x81) * 10 + Int(p[i + 1]) - 0x30
                    let number = (high * 126 + Int(p[i + 2]) - 0x81) * 10 + Int(p[i + 3]) - 0x30
                    if number < Self.quadsCount, quads[number] != 0 {
                        put(quads[number], target, &o)
                        return 4
                    }
                    if number >= Self.supplementaryBase, number - Self.supplementaryBase < 0x10_0000 {
                        let scalar = UInt32(0x10000 + number - Self.supplementaryBase)
                        UTF8Write.scalar(scalar, target, &o)
                        return 4
                    }
                    skip = 4
                }
            } else if p[i + 1] >= 0x80 {
                // A pair without a character. A second byte below 0x80 is left alone: it may be a delimiter.
                skip = 2
            }
        }
        damage.append(o)
        UTF8Write.scalar(0xFFFD, target, &o)
        return skip
    }

    private func put(_ packed: UInt32, _ target: UnsafeMutablePointer<UInt8>, _ o: inout Int) {
        for k in 0..<Int(packed >> 24) {
            target[o] = UInt8(truncatingIfNeeded: packed >> UInt32(8 * k))
            o += 1
        }
    }

    /// Counts whole characters and damage in a sample, for telling encodings apart.
    func tally(_ bytes: UnsafeBufferPointer<UInt8>) -> (whole: Int, damaged: Int) {
        var whole = 0
        var damaged = 0
        var i = 0
        while i < bytes.count {
            let lead = bytes[i]
            if lead < 0x80 {
                i += 1
            } else if i + 1 >= bytes.count {
                break
            } else if lead > 0x80, lead < 0xFF, bytes[i + 1] >= 0x40, bytes[i + 1] < 0xFF,
                pairs[(Int(lead) - 0x81) * 192 + Int(bytes[i + 1]) - 0x40] != 0
            {
                whole += 1
                i += 2
            } else if lead > 0x80, lead < 0xFF, (0x30...0x39).contains(bytes[i + 1]), i + 3 < bytes.count,
                (0x81...0xFE).contains(bytes[i + 2]), (0x30...0x39).contains(bytes[i + 3])
            {
                whole += 1
                i += 4
            } else {
                damaged += 1
                i += 1
            }
        }
        return (whole, damaged)
    }
}

/// Writes scalars as UTF-8 by pointer.
enum UTF8Write {
    static func scalar(_ value: UInt32, _ target: UnsafeMutablePointer<UInt8>, _ o: inout Int) {
        switch value {
        case ..<0x80:
            target[o] = UInt8(value)
            o += 1
        case ..<0x800:
            target[o] = UInt8(0xC0 | value >> 6)
            target[o + 1] = UInt8(0x80 | value & 0x3F)
            o += 2
        case ..<0x10000:
            target[o] = UInt8(0xE0 | value >> 12)
            target[o + 1] = UInt8(0x80 | value >> 6 & 0x3F)
            target[o + 2] = UInt8(0x80 | value & 0x3F)
            o += 3
        default:
            target[o] = UInt8(0xF0 | value >> 18)
            target[o + 1] = UInt8(0x80 | value >> 12 & 0x3F)
            target[o + 2] = UInt8(0x80 | value >> 6 & 0x3F)
            target[o + 3] = UInt8(0x80 | value & 0x3F)
            o += 4
        }
    }
}
