/// Reads the first visible sheet with content of an XLSX workbook, row by row.
struct XLSXReader: TableReader {
    private static let piece = 32 << 10

    private let archive: Archive
    private let limits: TableLimits
    private let strings: SharedStrings?
    private let sheet: SheetStream
    private var nextRow = 0
    private(set) var facts: TableFacts

    /// - Throws: `damagedArchive`, `encrypted`, `archiveBomb`, `notATable`, `legacyExcel`, `noSheet`, `xmlSyntax`.
    init(_ source: ByteSource, limits: TableLimits) throws {
        self.limits = limits
        let archive = try Archive(source, limits: limits)
        self.archive = archive
        let workbook = try Workbook(archive, limits: limits)
        let styles =
            try workbook.stylesPart.flatMap(archive.part).map { try CellStyles($0, limits: limits) } ?? CellStyles()
        var chosen: (sheet: Workbook.Sheet, stream: SheetStream)?
        var others: [String] = []
        for sheet in workbook.sheets {
            // Looking for content elsewhere is a courtesy; a workbook of very many sheets does without.
            if chosen != nil, others.count >= 64 { break }
            guard let part = try archive.part(sheet.part) else { continue }
            let scanner = SheetScanner(styles: styles, from1904: workbook.countsFrom1904, limits: limits)
            let stream = try SheetStream(part, scanner, limits: limits)
            if chosen == nil, !sheet.isHidden {
                if try stream.hasContent() { chosen = (sheet, stream) }
            } else if (try? stream.hasContent()) == true {
                others.append(sheet.name)
            }
        }
        guard let chosen else { throw TableError(.noSheet, "\(workbook.sheets.count) sheets, none visible with cells") }
        strings = try workbook.sharedStringsPart.flatMap(archive.part).map { try SharedStrings($0, limits: limits) }
        sheet = chosen.stream
        facts = TableFacts(format: .xlsx, encoding: "UTF-8", sheet: chosen.sheet.name)
        if !others.isEmpty { facts.notes.append(TableNote(.otherSheets, names: others, count: others.count)) }
    }

    var keys: [String]? { nil }
    var bytesTotal: Int { archive.size }
    /// The share of the sheet that has been unpacked, in bytes of the file.
    var bytesRead: Int {
        guard sheet.part.size > 0, !sheet.isFinished else { return archive.size }
        return Int(Double(archive.size) * min(1, Double(sheet.part.position) / Double(sheet.part.size)))
    }

    mutating func next(into row: inout RawRow) throws -> Bool {
        let scanner = sheet.scanner
        while nextRow >= scanner.rows.count {
            scanner.drop()
            nextRow = 0
            if try !sheet.advance() {
                if scanner.rows.isEmpty { return finish() }
            }
        }
        let pending = scanner.rows[nextRow]
        nextRow += 1
        row.reset(line: pending.number)
        for flaw in pending.flaws { row.note(flaw.kind, cell: flaw.cell) }
        for index in pending.firstCell..<pending.firstCell + pending.cellCount {
            let cell = scanner.cells[index]
            let start = row.used
            if cell.shared >= 0 {
                try readShared(cell, into: &row)
            } else {
                scanner.bytes.withUnsafeBufferPointer {
                    if let base = $0.baseAddress {
                        row.append(base + pending.firstByte + cell.start, cell.end - cell.start)
                    }
                }
            }
            row.setCell(cell.column, from: start)
        }
        return true
    }

    private func readShared(_ cell: SheetScanner.Cell, into row: inout RawRow) throws {
        let room = limits.maxRowBytes - row.used
        let limit = min(limits.maxCellBytes, room)
        let start = row.used
        try strings?.read(cell.shared, limit: limit + 4) { row.append($0, $1) }
        let length = row.used - start
        if length > limit {
            row.truncate(to: start + row.cut(start: start, length: length, limit: max(0, limit)))
            row.note(.cellTooLong, cell: cell.column)
        }
    }

    private mutating func finish() -> Bool {
        let merged = sheet.scanner.mergedAreas
        if merged > 0, !facts.notes.contains(where: { $0.kind == .mergedCells }) {
            facts.notes.append(TableNote(.mergedCells, count: merged))
        }
        return false
    }

    /// A sheet being unpacked and parsed, a piece at a time.
    private final class SheetStream {
        let part: Archive.Part
        let scanner: SheetScanner
        private let parser: SAXParser
        private let buffer: UnsafeMutableRawBufferPointer
        private(set) var isFinished = false

        init(_ part: Archive.Part, _ scanner: SheetScanner, limits: TableLimits) throws {
            self.part = part
            self.scanner = scanner
            parser = try SAXParser(scanner, limits: limits, encodingIsUTF8: true)
            // unsafe: one plain buffer between libzip and libxml2, freed with this object.
            buffer = .allocate(byteCount: XLSXReader.piece, alignment: 16)
        }

        deinit { buffer.deallocate() }

        /// Parses one more piece; false at the end of the sheet.
        func advance() throws -> Bool {
            if isFinished { return false }
            if try part.feed(parser, through: buffer) { return true }
            isFinished = true
            return false
        }

        func hasContent() throws -> Bool {
            while scanner.rows.isEmpty {
                if try !advance() { return !scanner.rows.isEmpty }
            }
            return true
        }
    }
}
