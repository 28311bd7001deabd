/// The encodings in which departments deliver text.
enum TextEncoding: Sendable, Hashable {
    /// Only ASCII so far: may still turn out as UTF-8 or GB 18030.
    case undecided
    case utf8
    case gb18030
    case utf16LittleEndian
    case utf16BigEndian

    /// As reported to people. ASCII is UTF-8; a mark is worth mentioning there only.
    func name(withBOM bom: Bool) -> String {
        let name =
            switch self {
            case .undecided, .utf8: "UTF-8"
            case .gb18030: "GB18030"
            case .utf16LittleEndian: "UTF-16LE"
            case .utf16BigEndian: "UTF-16BE"
            }
        return bom && self == .utf8 ? name + " with BOM" : name
    }

    /// What the first bytes of a file say. `bomLength` bytes are to be skipped.
    /// - Throws: `TableError.unsupportedEncoding` for UTF-32.
    static func detect(_ sample: [UInt8]) throws -> (encoding: TextEncoding, bomLength: Int) {
        if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if sample.starts(with: [0xFF, 0xFE, 0, 0]) || sample.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw TableError(.unsupportedEncoding, "UTF-32")
        }
        if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        if sample.starts(with: [0x84, 0x31, 0x95, 0x33]) { return (.gb18030, 4) }
        if let utf16 = utf16WithoutBOM(sample) { return (utf16, 0) }
        let encoding = sample.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return TextEncoding.undecided }
            let first = UTF8Check.firstNonASCII(base, 0, all.count)
            return judge(UnsafeBufferPointer(rebasing: all[first...]))
        }
        return (encoding, 0)
    }

    /// UTF-16 of mostly Chinese text still has delimiters, digits and line ends, each with a zero on one side only.
    private static func utf16WithoutBOM(_ sample: [UInt8]) -> TextEncoding? {
        let pairs = min(sample.count, 8192) / 2
        guard pairs > 0, sample.count < 8192 ? sample.count % 2 == 0 : true else { return nil }
        var even = 0
        var odd = 0
        // Pairs of a zero and a byte that is no ASCII text: binary data has those.
        var strange = 0
        func isText(_ byte: UInt8) -> Bool { (32...126).contains(byte) || (9...13).contains(byte) }
        for k in 0..<pairs {
            let (first, second) = (sample[2 * k], sample[2 * k + 1])
            if first == 0 { even += 1 }
            if second == 0 { odd += 1 }
            if first == 0 || second == 0, !isText(first | second) { strange += 1 }
        }
        // A few stray NULs do not make a file UTF-16: at least one character in 20 must show the pattern, and twice.
        let enough = max(2, pairs / 20)
        guard strange * 4 <= even + odd else { return nil }
        if odd >= enough, even * 20 <= odd { return .utf16LittleEndian }
        if even >= enough, odd * 20 <= even { return .utf16BigEndian }
        return nil
    }

    /// UTF-8 or GB 18030, from bytes beginning with the first non-ASCII one; the last character may be cut off.
    ///
    /// Text in one of them hardly ever makes sense in the other beyond a few characters. A UTF-8 file with single
    /// damaged places stays UTF-8: it has far more whole characters than damage.
    static func judge(_ bytes: UnsafeBufferPointer<UInt8>) -> TextEncoding {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return .undecided }
        var whole = 0
        var damaged = 0
        var i = 0
        while i < bytes.count {
            if base[i] < 0x80 {
                i += 1
                continue
            }
            let length = UTF8Check.characterLength(base, i, bytes.count)
            if length == 0 { break }
            if length > 0 { whole += length - 1 } else { damaged += 1 }
            i += abs(length)
        }
        if damaged == 0 || whole >= 4 * damaged { return .utf8 }
        guard let national = GB18030.shared else { return .utf8 }
        let other = national.tally(bytes)
        return other.damaged * 2 > other.whole && other.damaged >= damaged ? .utf8 : .gb18030
    }
}
