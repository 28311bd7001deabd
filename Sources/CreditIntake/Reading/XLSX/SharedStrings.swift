/// The texts that cells of a workbook refer to by number. May be larger than memory.
final class SharedStrings {
    /// Each text is stored as its length in four bytes and its UTF-8.
    private let store: PagedStore
    /// Where every eighth text begins; the ones between are found by walking.
    private var marks: [UInt64] = []
    private(set) var count = 0
    private static let stride = 8
    /// 64 Mi texts cost 64 MiB of marks; no real workbook comes near.
    private static let maxCount = 64 << 20
    // Cells mostly refer to texts in the order in which they are stored.
    private var lastIndex = -1
    private var lastOffset = 0

    init(limits: TableLimits) { store = PagedStore(memory: limits.maxSharedStringMemory) }

    /// - Throws: `xmlSyntax`, `damagedArchive`, `archiveBomb`.
    convenience init(_ part: Archive.Part, limits: TableLimits) throws {
        self.init(limits: limits)
        try part.parse(SharedStringScan(self, limits), limits: limits)
        lastIndex = -1
    }

    var hasSpilled: Bool { store.hasSpilled }

    func append(_ text: UnsafeBufferPointer<UInt8>) throws {
        guard count < Self.maxCount else { throw TableError(.archiveBomb, "too many shared strings") }
        if count % Self.stride == 0 { marks.append(UInt64(store.count)) }
        let length = UInt32(text.count).littleEndian
        try withUnsafeBytes(of: length) { header in
            try header.withMemoryRebound(to: UInt8.self) { header in
                if let base = header.baseAddress { try store.append(base, 4) }
            }
        }
        if let base = text.baseAddress { try store.append(base, text.count) }
        count += 1
    }

    private func length(at offset: Int) throws -> Int {
        var value = 0
        var shift = 0
        try store.read(offset, 4) { piece, count in
            for k in 0..<count {
                value |= Int(piece[k]) << shift
                shift += 8
            }
        }
        return value
    }

    /// Calls `body` with the pieces of text number `index`; not at all when there is none.
    func read(_ index: Int, limit: Int, _ body: (UnsafePointer<UInt8>, Int) -> Void) throws {
        guard index >= 0, index < count else { return }
        var at = index - index % Self.stride
        var offset = Int(marks[index / Self.stride])
        if lastIndex >= at, lastIndex <= index { (at, offset) = (lastIndex, lastOffset) }
        while at < index {
            offset += 4 + (try length(at: offset))
            at += 1
        }
        (lastIndex, lastOffset) = (index, offset)
        try store.read(offset + 4, min(limit, try length(at: offset)), body)
    }
}

/// Collects the texts of `sharedStrings.xml`: runs are joined, phonetic guides left out.
private final class SharedStringScan: SAXHandler {
    private let strings: SharedStrings
    private var text: CellTextBuffer
    private var inText = false
    private var phonetic = 0

    init(_ strings: SharedStrings, _ limits: TableLimits) {
        self.strings = strings
        // One byte more than a cell may hold, so that the reader sees and flags the cut.
        text = CellTextBuffer(limit: limits.maxCellBytes + 4)
    }

    func start(_ name: SAXName, _ attributes: SAXAttributes, _ parser: SAXParser) {
        if name == "si" {
            text.clear()
        } else if name == "t" {
            inText = phonetic == 0
        } else if name == "rPh" {
            phonetic += 1
        }
    }

    func end(_ name: SAXName, _ parser: SAXParser) {
        if name == "t" {
            inText = false
        } else if name == "rPh" {
            phonetic -= 1
        } else if name == "si" {
            text.decodeEscapes()
            do { try text.withBytes(strings.append) } catch {
                parser.stop((error as? TableError) ?? TableError(.unreadable, "shared strings"))
            }
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>, _ parser: SAXParser) {
        if inText { text.append(bytes) }
    }
}

/// Text of one cell while it is collected; keeps no more than its limit.
struct CellTextBuffer {
    private var bytes: [UInt8] = []
    private let limit: Int
    private var hasUnderscore = false

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        hasUnderscore = false
    }

    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) {
        let room = limit - bytes.count
        bytes.append(contentsOf: piece.prefix(room))
        if !hasUnderscore, piece.contains(UInt8(ascii: "_")) { hasUnderscore = true }
        // Cut between characters.
        if piece.count > room {
            while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
            if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
        }
    }

    /// `_x000D_` stands for the character with that number; spreadsheets write so what XML cannot hold.
    mutating func decodeEscapes() {
        guard hasUnderscore else { return }
        var decoded: [UInt8] = []
        var i = 0
        var highHalf: UInt32?
        while i < bytes.count {
            guard let unit = Self.escape(bytes[i...]) else {
                if highHalf != nil { decoded += [0xEF, 0xBF, 0xBD] }
                highHalf = nil
                decoded.append(bytes[i])
                i += 1
                continue
            }
            i += 7
            if let high = highHalf, unit & 0xFC00 == 0xDC00 {
                Self.append(0x10000 + (high & 0x3FF) << 10 + (unit & 0x3FF), to: &decoded)
                highHalf = nil
                continue
            }
            if highHalf != nil { decoded += [0xEF, 0xBF, 0xBD] }
            highHalf = unit & 0xFC00 == 0xD800 ? unit : nil
            if highHalf == nil { Self.append(unit & 0xFC00 == 0xDC00 ? 0xFFFD : unit, to: &decoded) }
        }
        if highHalf != nil { decoded += [0xEF, 0xBF, 0xBD] }
        bytes = decoded
    }

    private static func escape(_ rest: ArraySlice<UInt8>) -> UInt32? {
        guard rest.count >= 7, rest.first == UInt8(ascii: "_"), rest[rest.startIndex + 1] == UInt8(ascii: "x"),
            rest[rest.startIndex + 6] == UInt8(ascii: "_")
        else { return nil }
        var value: UInt32 = 0
        for byte in rest[(rest.startIndex + 2)..<(rest.startIndex + 6)] {
            guard let digit = Hexadecimal.digit(byte) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    private static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        if let scalar = Unicode.Scalar(scalar) {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }

    func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        try bytes.withUnsafeBufferPointer(body)
    }
}

enum Hexadecimal {
    static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 48...57: UInt32(byte) - 48
        case 65...70: UInt32(byte) - 55
        case 97...102: UInt32(byte) - 87
        default: nil
        }
    }
}
