/// One row of a delivered table as UTF-8 bytes.
///
/// A reader refills the same value, so nothing is allocated per row once it has grown to the widest row seen.
/// Cells are valid UTF-8 with their outer blanks kept; where the file held something that is not text, the cell
/// shows U+FFFD in its place and `flaws` says so.
public struct RawRow: Sendable {
    /// Where the row starts: the physical line, counted from 1, in CSV, JSON and XML; the row number in XLSX.
    public internal(set) var line: Int
    /// What was wrong with this row; empty for nearly every row.
    public internal(set) var flaws: [RowFlaw]

    /// Half-open range of a cell within `bytes`. 32 bits suffice: a row is bounded by `TableLimits.maxRowBytes`.
    struct Span {
        var start: UInt32
        var end: UInt32
        static let empty = Span(start: 0, end: 0)
        var count: Int { Int(end &- start) }
    }

    // Both arrays only grow; `used` and `count` say how much of them belongs to this row.
    private var bytes: [UInt8]
    private var spans: [Span]
    private(set) var used: Int
    /// Number of cells. Rows of one table may differ.
    public private(set) var count: Int

    public init() {
        line = 0
        flaws = []
        bytes = []
        spans = []
        used = 0
        count = 0
    }

    /// The bytes of one cell; empty when the row has no such cell.
    public subscript(cell: Int) -> ArraySlice<UInt8> {
        guard cell >= 0, cell < count else { return [] }
        let span = spans[cell]
        return bytes[Int(span.start)..<Int(span.end)]
    }

    /// Calls `body` with the bytes of one cell, without copying them; with no bytes when the row has no such cell.
    public func withCell<R>(_ cell: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        guard cell >= 0, cell < count else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
        let span = spans[cell]
        // unsafe: hands the cell out in place, once per cell of every file; the range was checked when it was stored.
        return try bytes.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[Int(span.start)..<Int(span.end)]))
        }
    }

    /// One cell as a string; for the few places that need one.
    public func text(_ cell: Int) -> String {
        String(decoding: self[cell], as: UTF8.self)
    }
}

// MARK: - Filling, for the readers

extension RawRow {
    mutating func reset(line: Int) {
        self.line = line
        used = 0
        count = 0
        if !flaws.isEmpty { flaws.removeAll(keepingCapacity: true) }
    }

    /// Notes a flaw once per cell and kind.
    mutating func note(_ kind: RowFlaw.Kind, cell: Int?) {
        // A hostile row could name thousands of cells; past this many the row is plainly unusable.
        guard flaws.count < 64 else { return }
        let flaw = RowFlaw(cell: cell, kind: kind)
        if !flaws.contains(flaw) { flaws.append(flaw) }
    }

    private mutating func grow(to needed: Int) {
        if bytes.count < needed {
            bytes.append(contentsOf: repeatElement(0, count: max(needed, 2 * bytes.count, 1024) - bytes.count))
        }
    }

    /// Adds bytes to the row's store and returns where they start.
    @discardableResult
    mutating func append(_ source: UnsafePointer<UInt8>, _ length: Int) -> Int {
        let start = used
        guard length > 0 else { return start }
        grow(to: used + length)
        // unsafe: one bulk copy; `grow` made the room.
        bytes.withUnsafeMutableBufferPointer { store in
            (store.baseAddress.unsafelyUnwrapped + start).update(from: source, count: length)
        }
        used += length
        return start
    }

    mutating func append(byte: UInt8) {
        grow(to: used + 1)
        bytes[used] = byte
        used += 1
    }

    /// Adds U+FFFD in UTF-8.
    mutating func appendReplacement() {
        append(byte: 0xEF)
        append(byte: 0xBF)
        append(byte: 0xBD)
    }

    /// Forgets bytes added after `mark`; the caller has stored no span beyond it.
    mutating func truncate(to mark: Int) {
        if mark < used { used = mark }
    }

    /// Makes the bytes from `start` to the end of the store the text of `cell`; cells in between become empty.
    mutating func setCell(_ cell: Int, from start: Int) {
        setCell(cell, Span(start: UInt32(start), end: UInt32(used)))
    }

    mutating func setCell(_ cell: Int, _ span: Span) {
        if cell >= count {
            while spans.count <= cell { spans.append(.empty) }
            for gap in count..<cell { spans[gap] = .empty }
            count = cell + 1
        }
        spans[cell] = span
    }

    func span(of cell: Int) -> Span { cell < count ? spans[cell] : .empty }

    /// Takes over a whole row: its bytes in one copy and the ranges of its cells.
    mutating func fill(bytes source: UnsafePointer<UInt8>, _ length: Int, spans list: UnsafePointer<Span>, _ cells: Int)
    {
        append(source, length)
        while spans.count < cells { spans.append(.empty) }
        // unsafe: one bulk copy into an array just made long enough.
        spans.withUnsafeMutableBufferPointer { store in
            if let base = store.baseAddress { base.update(from: list, count: cells) }
        }
        count = cells
    }

    /// Calls `body` with the store from `start` on, for a second look at bytes just added.
    func withBytes<R>(from start: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        // unsafe: reads the row's own store in place.
        try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[start..<used])) }
    }

    /// The longest prefix of `length` bytes at `start` that is at most `limit` long and ends between characters.
    func cut(start: Int, length: Int, limit: Int) -> Int {
        guard length > limit else { return length }
        var end = limit
        while end > 0, bytes[start + end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}

/// Something wrong with one row of a delivered table. The rest of the file is read on.
public struct RowFlaw: Sendable, Hashable {
    /// The cell, counted from 0, or nil when the flaw is the row's.
    public let cell: Int?
    public let kind: Kind

    public init(cell: Int?, kind: Kind) {
        self.cell = cell
        self.kind = kind
    }

    public enum Kind: String, Sendable, CaseIterable {
        /// Bytes that mean nothing in the file's encoding; the cell shows U+FFFD.
        case undecodableBytes
        /// A NUL character; the cell shows U+FFFD.
        case nulByte
        /// The cell or the whole row exceeds its limit; the text was cut, the rest skipped.
        case cellTooLong
        /// More cells than `TableLimits.maxCells`; the rest was skipped.
        case tooManyCells
        /// A quote opens in this line and never closes; the row holds this line only.
        case unterminatedQuote
        /// A JSON line, or an element of a JSON array, that is not an object.
        case malformedLine
        /// A JSON object names a key twice; the last value is kept.
        case duplicateKey
        /// XLSX: an integer of more than 15 digits stored as a number. The spreadsheet keeps 15; the rest is invented.
        case numberLostDigits
    }
}
