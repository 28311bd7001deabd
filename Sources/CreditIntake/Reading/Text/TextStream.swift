/// The text of a file as a moving window of valid UTF-8.
///
/// A reader scans `base[0..<end]` and asks for more with `refill`, naming what it still needs. UTF-8 is read straight
/// into the window and validated there; other encodings pass through a raw buffer. Owned by one reader.
final class TextStream {
    /// Bytes taken in at a time.
    private let block: Int
    /// How much is looked at to tell UTF-8 from GB 18030 once non-ASCII bytes appear.
    private static let judgedBytes = 256 << 10

    let source: ByteSource
    private(set) var encoding: TextEncoding
    private let bomLength: Int

    /// The window. Invalidated by `refill`.
    private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// End of the valid text in the window.
    private(set) var end = 0
    /// Positions in the window of U+FFFD that stand for bytes that could not be decoded, ascending.
    private(set) var damage: [Int] = []
    /// No more text will come.
    private(set) var atEnd = false

    // Bytes read but not yet decoded: raw[rawStart..<rawEnd].
    private let raw: UnsafeMutablePointer<UInt8>
    private var rawStart = 0
    private var rawEnd = 0
    private var sourceEnded = false

    /// - Parameter block: bytes taken in at a time; tests make it small. The judged sample is the upper bound.
    init(_ source: ByteSource, encoding: TextEncoding, bomLength: Int, block: Int = 128 << 10) {
        self.source = source
        self.block = min(max(block, 16), Self.judgedBytes)
        self.encoding = encoding
        self.bomLength = bomLength
        source.seek(to: bomLength)
        capacity = 4 * self.block
        // unsafe: two plain buffers owned by this object and freed with it; all access is bounded by end and rawEnd.
        base = .allocate(capacity: capacity)
        raw = .allocate(capacity: Self.judgedBytes + 64)
    }

    deinit {
        base.deallocate()
        raw.deallocate()
    }

    var encodingName: String { encoding.name(withBOM: bomLength > 0) }

    /// The places of undecodable bytes within a part of the window. By bisection: a hostile file has one per byte.
    func damage(in part: Range<Int>) -> ArraySlice<Int> {
        func place(_ position: Int) -> Int {
            var low = 0
            var high = damage.count
            while low < high {
                let middle = (low + high) / 2
                if damage[middle] < position { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return damage.isEmpty ? [] : damage[place(part.lowerBound)..<place(part.upperBound)]
    }

    /// Starts over at the beginning of the text.
    func rewind() {
        source.seek(to: bomLength)
        end = 0
        damage = []
        atEnd = false
        rawStart = 0
        rawEnd = 0
        sourceEnded = false
    }

    /// Moves the text from `keep` on to the front of the window and adds more behind it.
    /// - Returns: false when nothing could be added because the file has ended; the text has moved all the same.
    func refill(keeping keep: Int) throws -> Bool {
        if keep > 0 {
            if end > keep { base.update(from: base + keep, count: end - keep) }
            end -= keep
            if !damage.isEmpty { damage = damage.compactMap { $0 >= keep ? $0 - keep : nil } }
        }
        if atEnd { return false }
        makeRoom()
        let before = end
        while end == before, !atEnd { try step() }
        return end > before
    }

    private func makeRoom() {
        let needed = end + 3 * block + 64
        guard needed > capacity else { return }
        let larger = max(needed, 2 * capacity)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: end)
        base.deallocate()
        base = moved
        capacity = larger
    }

    private var rawCount: Int { rawEnd - rawStart }

    private func step() throws {
        switch encoding {
        case .undecided: try readUndecided()
        // At most the beginning of one character is left over from the block before.
        case .utf8 where rawCount <= 4: try readUTF8()
        default: try decodeRaw()
        }
    }

    private func readUndecided() throws {
        let got = try source.read(into: UnsafeMutableRawBufferPointer(start: base + end, count: block))
        if got < block { sourceEnded = true }
        let first = UTF8Check.firstNonASCII(base, end, end + got)
        let rest = end + got - first
        end = first
        if rest == 0 {
            atEnd = sourceEnded
            return
        }
        keepRaw(base + first, rest)
        try fillRaw(upTo: Self.judgedBytes)
        encoding = TextEncoding.judge(UnsafeBufferPointer(start: raw, count: rawEnd))
    }

    private func readUTF8() throws {
        let left = rawCount
        if left > 0 { (base + end).update(from: raw + rawStart, count: left) }
        rawStart = 0
        rawEnd = 0
        var got = 0
        if !sourceEnded {
            got = try source.read(into: UnsafeMutableRawBufferPointer(start: base + end + left, count: block))
            if got < block { sourceEnded = true }
        }
        let stop = end + left + got
        let (position, reason) = UTF8Check.scan(base, end, stop)
        let rest = stop - position
        end = position
        if reason == .end {
            atEnd = sourceEnded
        } else {
            keepRaw(base + position, rest)
            if reason == .invalid || sourceEnded { try decodeRaw() }
        }
    }

    private func keepRaw(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        raw.update(from: bytes, count: count)
        rawStart = 0
        rawEnd = count
    }

    private func fillRaw(upTo wanted: Int) throws {
        guard !sourceEnded, rawCount < wanted else { return }
        if rawStart > 0 {
            raw.update(from: raw + rawStart, count: rawCount)
            rawEnd -= rawStart
            rawStart = 0
        }
        let got = try source.read(into: UnsafeMutableRawBufferPointer(start: raw + rawEnd, count: wanted - rawEnd))
        if got < wanted - rawEnd { sourceEnded = true }
        rawEnd += got
    }

    private func decodeRaw() throws {
        try fillRaw(upTo: block)
        let count = min(rawCount, block)
        let final = sourceEnded && count == rawCount
        let from = UnsafePointer(raw + rawStart)
        var consumed = 0
        switch encoding {
        case .undecided, .utf8: consumed = decodeUTF8(from, count, final: final)
        case .gb18030:
            guard let national = GB18030.shared else {
                throw TableError(.unsupportedEncoding, "the system's iconv lacks GB18030")
            }
            (consumed, end) = national.decode(from, count, final: final, to: base, at: end, damage: &damage)
        case .utf16LittleEndian: consumed = decodeUTF16(from, count, final: final, high: 1)
        case .utf16BigEndian: consumed = decodeUTF16(from, count, final: final, high: 0)
        }
        rawStart += consumed
        if final { atEnd = true }
    }

    /// UTF-8 that holds damage somewhere.
    private func decodeUTF8(_ p: UnsafePointer<UInt8>, _ count: Int, final: Bool) -> Int {
        var i = 0
        while i < count {
            let (position, reason) = UTF8Check.scan(p, i, count)
            (base + end).update(from: p + i, count: position - i)
            end += position - i
            i = position
            if reason == .end || (reason == .incomplete && !final) { break }
            let length = UTF8Check.characterLength(p, i, count)
            i += length == 0 ? count - i : -length
            replace()
        }
        return i
    }

    /// `high` is the place of the high byte within each pair.
    private func decodeUTF16(_ p: UnsafePointer<UInt8>, _ count: Int, final: Bool, high: Int) -> Int {
        func unit(_ i: Int) -> UInt32 { UInt32(p[i + high]) << 8 | UInt32(p[i + 1 - high]) }
        var i = 0
        while i + 1 < count {
            let value = unit(i)
            guard value & 0xF800 == 0xD800 else {
                UTF8Write.scalar(value, base, &end)
                i += 2
                continue
            }
            if value < 0xDC00, i + 3 >= count, !final { return i }
            if value < 0xDC00, i + 3 < count, unit(i + 2) & 0xFC00 == 0xDC00 {
                UTF8Write.scalar(0x10000 + (value & 0x3FF) << 10 + (unit(i + 2) & 0x3FF), base, &end)
                i += 4
            } else {
                replace()
                i += 2
            }
        }
        if final, i < count {
            replace()
            i = count
        }
        return i
    }

    private func replace() {
        damage.append(end)
        UTF8Write.scalar(0xFFFD, base, &end)
    }
}
