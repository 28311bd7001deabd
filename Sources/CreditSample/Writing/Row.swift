/// The cells of one row, end to end in one buffer that is filled again for every row.
struct Row: ~Copyable {
    var bytes = ByteBuffer(capacity: 16 << 10)
    private var ends: [Int] = []

    init() { ends.reserveCapacity(64) }

    var count: Int { ends.count }

    mutating func clear() {
        bytes.clear()
        ends.removeAll(keepingCapacity: true)
    }

    /// Ends the cell that was being appended to.
    mutating func end() { ends.append(bytes.count) }

    mutating func cell(_ text: StaticString) {
        bytes.append(text)
        end()
    }

    mutating func cell(number: Int, width: Int = 1) {
        bytes.append(number: number, width: width)
        end()
    }

    mutating func blank() { end() }

    func start(of cell: Int) -> Int { cell == 0 ? 0 : ends[cell - 1] }
    func length(of cell: Int) -> Int { ends[cell] - start(of: cell) }

    /// A copy of one cell.
    subscript(cell: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: bytes.base + start(of: cell), count: length(of: cell)))
    }

    /// Puts other text in the place of a cell. For flawed rows only: it moves all that follows.
    mutating func replace(_ cell: Int, with text: [UInt8]) {
        let (start, end) = (start(of: cell), ends[cell])
        let tail = Array(UnsafeBufferPointer(start: bytes.base + end, count: bytes.count - end))
        bytes.shorten(to: start)
        bytes.append(text)
        bytes.append(tail)
        let moved = start + text.count - end
        for index in cell..<ends.count { ends[index] += moved }
    }

    mutating func replace(_ cell: Int, with text: String) { replace(cell, with: Array(text.utf8)) }

    /// Whether any byte would need quotes in CSV. One pass over the whole row, as nearly none does.
    var needsQuotes: Bool {
        var found: UInt8 = 0
        let base = bytes.base
        for index in 0..<bytes.count {
            let byte = base[index]
            found |= (byte == 0x2C ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte < 0x20 ? 1 : 0)
        }
        return found != 0
    }
}
