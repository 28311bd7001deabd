/// Reads CSV and its relatives: any delimiter the sniffer knows, RFC 4180 quotes, any line ends.
///
/// Rows are scanned in the window of a `TextStream`. An opening quote that never closes does not swallow the file:
/// when the file or the row limit is reached inside quotes, the physical line it began on becomes one flawed row and
/// reading resumes with the next line.
struct CSVReader: TableReader {
    private let stream: TextStream
    private let scanner: CSVScanner
    private let limits: TableLimits
    private let delimiterName: String
    private var cursor: Int
    private var line: Int
    // A file made so that every line opens a quote that stays open to the row limit would be scanned again for each
    // line. After this many such re-readings in the same stretch, quotes end with their line until it is passed.
    private static let patience = 16
    private var rereadings = 0
    /// Absolute text position up to which a failed attempt has looked.
    private var looked = 0
    /// Absolute text position of the window's first byte.
    private var windowStart = 0

    init(_ stream: TextStream, _ finding: DelimiterSniffer.Finding, limits: TableLimits) throws {
        self.stream = stream
        self.limits = limits
        scanner = CSVScanner(delimiter: finding.delimiter, maxCells: limits.maxCells)
        delimiterName = String(decoding: finding.delimiter, as: UTF8.self)
        cursor = 0
        line = 1
        if finding.skip > 0 {
            while stream.end < finding.skip, try stream.refill(keeping: 0) {}
            cursor = min(finding.skip, stream.end)
            line = 2
        }
    }

    var facts: TableFacts { TableFacts(format: .csv, encoding: stream.encodingName, delimiter: delimiterName) }
    var keys: [String]? { nil }
    var bytesRead: Int { stream.source.position }
    var bytesTotal: Int { stream.source.total }

    mutating func next(into row: inout RawRow) throws -> Bool {
        while true {
            if cursor == stream.end, try !refill() { return false }
            let from = cursor
            let impatient = rereadings > Self.patience && windowStart + from < looked
            if impatient {
                try takeSingleLine(into: &row)
                if row.count > 0 { return true }
                continue
            }
            let visible = min(stream.end, from + limits.maxRowBytes)
            let final = stream.atEnd && visible == stream.end
            switch scanner.scan(stream.base, from, visible, final: final) {
            case .row(let next, let lines):
                take(from, next, into: &row)
                line += lines
                cursor = next
                return true
            case .blank(let next):
                if next > from, next <= stream.end, Self.isLineEnd(stream.base[next - 1]) { line += 1 }
                cursor = next
            case .cutOff(let insideQuotes):
                if !final, visible - from < limits.maxRowBytes {
                    try widen()
                } else {
                    if insideQuotes { noteRereading(from) }
                    try takeSingleLine(into: &row)
                    if row.count > 0 { return true }
                }
            }
        }
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

    private mutating func refill() throws -> Bool {
        windowStart += cursor
        let more = try stream.refill(keeping: cursor)
        cursor = 0
        return more
    }

    /// Doubles what is visible of a row longer than the window, so that a long row is scanned a few times only.
    private mutating func widen() throws {
        let wanted = min(2 * (stream.end - cursor), limits.maxRowBytes)
        repeat {
            if try !refill() { return }
        } while stream.end - cursor < wanted
    }

    private mutating func noteRereading(_ from: Int) {
        rereadings = windowStart + from < looked ? rereadings + 1 : 1
        looked = max(looked, windowStart + min(stream.end, from + limits.maxRowBytes))
    }

    /// The physical line at the cursor becomes a row of its own; the remainder of an endless line is skipped.
    private mutating func takeSingleLine(into row: inout RawRow) throws {
        var seen = 0
        while true {
            let bound = min(stream.end - cursor, limits.maxRowBytes)
            while seen < bound, !Self.isLineEnd(stream.base[cursor + seen]) { seen += 1 }
            if seen < bound || seen >= limits.maxRowBytes || stream.atEnd { break }
            _ = try refill()
        }
        let from = cursor
        var stop = from + seen
        // A line cut at the limit is cut between characters; the window itself ends between characters.
        while stop > from, stop < stream.end, stream.base[stop] & 0xC0 == 0x80 { stop -= 1 }
        let hasEnd = stop == stream.end ? stream.atEnd : Self.isLineEnd(stream.base[stop])
        let outcome = scanner.scan(stream.base, from, stop, final: true, acceptOpenQuote: true)
        if case .row = outcome {
            take(from, stop, into: &row)
            if let cell = scanner.openCell { row.note(.unterminatedQuote, cell: cell) }
            if !hasEnd { row.note(.cellTooLong, cell: max(0, row.count - 1)) }
        } else {
            row.reset(line: line)
        }
        cursor = stop
        if !hasEnd { try skipToLineEnd() }
        try skipLineEnd()
    }

    private mutating func skipToLineEnd() throws {
        while true {
            let p = stream.base
            while cursor < stream.end, !Self.isLineEnd(p[cursor]) { cursor += 1 }
            if cursor < stream.end { return }
            if try !refill() { return }
        }
    }

    private mutating func skipLineEnd() throws {
        if cursor == stream.end, try !refill() { return }
        let byte = stream.base[cursor]
        guard Self.isLineEnd(byte) else { return }
        cursor += 1
        line += 1
        if byte == 13 {
            if cursor == stream.end, try !refill() { return }
            if stream.base[cursor] == 10 { cursor += 1 }
        }
    }

    /// Hands the scanned cells out: one copy of the raw row, then the few cells that must be rewritten behind it.
    private func take(_ from: Int, _ next: Int, into row: inout RawRow) {
        row.reset(line: line)
        let raw = UnsafePointer(stream.base + from)
        let count = scanner.count
        row.fill(bytes: raw, next - from, spans: scanner.cells, count)
        if scanner.dropped { row.note(.tooManyCells, cell: nil) }
        if !stream.damage.isEmpty { noteDamage(from, next, into: &row) }
        for rewrite in scanner.rewrites { self.rewrite(rewrite, raw, into: &row) }
        if row.used > limits.maxCellBytes {
            for cell in 0..<count {
                var span = row.span(of: cell)
                guard span.count > limits.maxCellBytes else { continue }
                let length = row.cut(start: Int(span.start), length: span.count, limit: limits.maxCellBytes)
                span.end = span.start + UInt32(length)
                row.setCell(cell, span)
                row.note(.cellTooLong, cell: cell)
            }
        }
    }

    private func noteDamage(_ from: Int, _ next: Int, into row: inout RawRow) {
        var cell = 0
        for position in stream.damage(in: from..<next) {
            let offset = UInt32(position - from)
            while cell < scanner.count - 1, scanner.cells[cell].end <= offset { cell += 1 }
            row.note(.undecodableBytes, cell: min(cell, max(0, scanner.count - 1)))
        }
    }

    private func rewrite(_ rewrite: CSVScanner.Rewrite, _ raw: UnsafePointer<UInt8>, into row: inout RawRow) {
        let span = scanner.cells[rewrite.cell]
        let start = row.used
        var inQuotes = rewrite.quoted
        var i = Int(span.start)
        let end = Int(span.end)
        var plain = i
        while i < end {
            let byte = raw[i]
            if byte == 0 {
                row.append(raw + plain, i - plain)
                row.appendReplacement()
                row.note(.nulByte, cell: rewrite.cell)
                plain = i + 1
            } else if inQuotes, byte == DelimiterSniffer.quote {
                row.append(raw + plain, i - plain)
                if i + 1 < end, raw[i + 1] == DelimiterSniffer.quote {
                    i += 1
                    plain = i
                } else {
                    // The closing quote; what follows is kept as it stands.
                    inQuotes = false
                    plain = i + 1
                }
            }
            i += 1
        }
        row.append(raw + plain, end - plain)
        row.setCell(rewrite.cell, from: start)
    }
}
