/// Collects the rows of one sheet as libxml2 finds its elements; `XLSXReader` takes them out after each piece.
///
/// Cells that refer to shared strings keep the number only: a few bytes of sheet could otherwise unfold into megabytes
/// before anyone takes the rows.
final class SheetScanner: SAXHandler {
    struct Cell {
        var column: Int
        /// Shared string, or −1 for text of its own.
        var shared: Int
        /// Text of its own, counted from the row's first byte.
        var start: Int
        var end: Int
    }

    struct Row {
        var number: Int
        var firstCell: Int
        var cellCount: Int
        var firstByte: Int
        var flaws: [RowFlaw]
    }

    private let styles: CellStyles
    private let from1904: Bool
    private let limits: TableLimits

    private(set) var rows: [Row] = []
    private(set) var cells: [Cell] = []
    private(set) var bytes: [UInt8] = []
    private(set) var mergedAreas = 0

    private var text: CellTextBuffer
    private var current = Row(number: 0, firstCell: 0, cellCount: 0, firstByte: 0, flaws: [])
    private var inRow = false
    private var inCell = false
    private var collecting = false
    private var phonetic = 0
    private var sawInline = false
    private var column = -1
    private var style = 0
    private var type = CellType.number

    private enum CellType {
        case number, shared, text, boolean, error, date
    }

    init(styles: CellStyles, from1904: Bool, limits: TableLimits) {
        self.styles = styles
        self.from1904 = from1904
        self.limits = limits
        text = CellTextBuffer(limit: limits.maxCellBytes + 4)
    }

    /// Forgets the complete rows, all taken; keeps what is known of the row still open.
    func drop() {
        cells.removeFirst(current.firstCell)
        bytes.removeFirst(current.firstByte)
        current.firstCell = 0
        current.firstByte = 0
        rows.removeAll(keepingCapacity: true)
    }

    func start(_ name: SAXName, _ attributes: SAXAttributes, _ parser: SAXParser) {
        if name == "c" {
            if inRow { startCell(attributes) }
        } else if name == "v" {
            // A cell with both inline text and a value shows the text.
            collecting = inCell && !sawInline
        } else if name == "t" {
            guard inCell, phonetic == 0 else { return }
            if !sawInline { text.clear() }
            sawInline = true
            collecting = true
        } else if name == "row" {
            let number = attributes.integer("r") ?? current.number + 1
            current = Row(number: number, firstCell: cells.count, cellCount: 0, firstByte: bytes.count, flaws: [])
            inRow = true
            column = -1
        } else if name == "rPh" {
            phonetic += 1
        } else if name == "mergeCell" {
            mergedAreas += 1
        }
    }

    func end(_ name: SAXName, _ parser: SAXParser) {
        if name == "v" || name == "t" {
            collecting = false
        } else if name == "c" {
            if inCell { endCell() }
            inCell = false
        } else if name == "row" {
            guard inRow else { return }
            inRow = false
            current.cellCount = cells.count - current.firstCell
            if current.cellCount > 0 || !current.flaws.isEmpty { rows.append(current) }
            current.firstCell = cells.count
            current.firstByte = bytes.count
        } else if name == "rPh" {
            phonetic -= 1
        }
    }

    func text(_ piece: UnsafeBufferPointer<UInt8>, _ parser: SAXParser) {
        if collecting { text.append(piece) }
    }

    private func startCell(_ attributes: SAXAttributes) {
        inCell = true
        sawInline = false
        text.clear()
        style = 0
        type = .number
        var place = column + 1
        for i in 0..<attributes.count {
            guard let name = attributes.name(i) else { continue }
            let value = attributes.value(i)
            if name == "r" {
                place = Self.column(value) ?? place
            } else if name == "s" {
                style = DecimalDigits.integer(value) ?? 0
            } else if name == "t" {
                type = Self.type(value)
            }
        }
        column = place
    }

    private static func type(_ value: UnsafeBufferPointer<UInt8>) -> CellType {
        if value.elementsEqual("s".utf8) { return .shared }
        if value.elementsEqual("str".utf8) || value.elementsEqual("inlineStr".utf8) { return .text }
        if value.elementsEqual("b".utf8) { return .boolean }
        if value.elementsEqual("e".utf8) { return .error }
        if value.elementsEqual("d".utf8) { return .date }
        return .number
    }

    /// `AB12` is column 27; nil without letters in front.
    static func column(_ reference: UnsafeBufferPointer<UInt8>) -> Int? {
        var value = 0
        for byte in reference {
            let letter = byte & 0xDF
            guard letter >= 65, letter <= 90, value < 1 << 20 else { break }
            value = value * 26 + Int(letter) - 64
        }
        return value > 0 ? value - 1 : nil
    }

    private func endCell() {
        guard !text.isEmpty else { return }
        guard column < limits.maxCells else {
            flaw(.tooManyCells, nil)
            return
        }
        let start = bytes.count
        var shared = -1
        if sawInline {
            text.decodeEscapes()
            text.withBytes { bytes.append(contentsOf: $0) }
        } else {
            switch type {
            case .shared:
                guard let index = text.withBytes(DecimalDigits.integer) else { return }
                shared = index
            case .text:
                text.decodeEscapes()
                text.withBytes { bytes.append(contentsOf: $0) }
            case .error: text.withBytes { bytes.append(contentsOf: $0) }
            case .boolean:
                let isTrue = text.withBytes { $0.elementsEqual("1".utf8) || $0.elementsEqual("true".utf8) }
                bytes.append(contentsOf: isTrue ? "TRUE".utf8 : "FALSE".utf8)
            case .date: bytes.append(contentsOf: text.withBytes(CellNumber.isoMoment))
            case .number: appendNumber()
            }
        }
        cells.append(
            Cell(column: column, shared: shared, start: start - current.firstByte, end: bytes.count - current.firstByte)
        )
        if bytes.count - start > limits.maxCellBytes { cutCell(start) }
        if bytes.count - current.firstByte > limits.maxRowBytes {
            // The row is full: this cell and all after it are dropped.
            cells.removeLast()
            bytes.removeSubrange(start...)
            flaw(.cellTooLong, column)
        }
    }

    private func cutCell(_ start: Int) {
        var end = start + limits.maxCellBytes
        while end > start, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        bytes.removeSubrange(end...)
        cells[cells.count - 1].end = bytes.count - current.firstByte
        flaw(.cellTooLong, column)
    }

    private func flaw(_ kind: RowFlaw.Kind, _ cell: Int?) {
        let flaw = RowFlaw(cell: cell, kind: kind)
        if current.flaws.count < 64, !current.flaws.contains(flaw) { current.flaws.append(flaw) }
    }

    private func appendNumber() {
        let kind = styles.kind(style)
        let lost = text.withBytes { value -> Bool in
            if kind != .number, let moment = CellNumber.moment(value, kind, from1904: from1904) {
                bytes.append(contentsOf: moment)
                return false
            }
            if CellNumber.isPlain(value) {
                bytes.append(contentsOf: value)
                return false
            }
            let plain = CellNumber.plain(value)
            bytes.append(contentsOf: plain.bytes)
            return plain.lostDigits
        }
        if lost { flaw(.numberLostDigits, column) }
    }
}
