/// Splits one row of a CSV window into the raw ranges of its cells. Holds no text; used and owned by `CSVReader`.
///
/// Quotes follow RFC 4180 and are forgiving elsewhere: they open only at the start of a cell (leading blanks allowed),
/// stray ones inside a cell are text, and text behind a closing quote is kept.
final class CSVScanner {
    enum Outcome {
        /// The row ends before `next`, after `lines` line ends.
        case row(next: Int, lines: Int)
        /// Nothing but a line end.
        case blank(next: Int)
        /// The text ended inside the row.
        case cutOff(insideQuotes: Bool)
    }

    /// A cell whose text is not simply its raw range.
    struct Rewrite {
        let cell: Int
        let quoted: Bool
    }

    /// What a byte means outside and inside quotes.
    private enum Class {
        static let text: UInt8 = 0
        static let delimiter: UInt8 = 1
        static let lineFeed: UInt8 = 2
        static let carriageReturn: UInt8 = 3
        static let nul: UInt8 = 4
        static let quote: UInt8 = 5
    }

    private let delimiter: [UInt8]
    private let maxCells: Int
    private let outside: UnsafeMutablePointer<UInt8>
    private let inside: UnsafeMutablePointer<UInt8>

    /// Ranges of the cells of the row scanned last, from its first byte; of quoted cells what is between the quotes.
    let cells: UnsafeMutablePointer<RawRow.Span>
    private(set) var count = 0
    /// Cells that need more than a copy: doubled quotes, text behind a quote, NUL.
    private(set) var rewrites: [Rewrite] = []
    /// Cells beyond the limit were dropped.
    private(set) var dropped = false
    /// Cell that was still open when the text ended, for `acceptOpenQuote`.
    private(set) var openCell: Int?

    init(delimiter: [UInt8], maxCells: Int) {
        self.delimiter = delimiter
        self.maxCells = maxCells
        // unsafe: class tables and the list of cells, read per byte and written per cell of every file.
        outside = .allocate(capacity: 256)
        inside = .allocate(capacity: 256)
        cells = .allocate(capacity: maxCells)
        outside.initialize(repeating: Class.text, count: 256)
        inside.initialize(repeating: Class.text, count: 256)
        for table in [outside, inside] {
            table[10] = Class.lineFeed
            table[13] = Class.carriageReturn
            table[0] = Class.nul
        }
        outside[Int(delimiter[0])] = Class.delimiter
        inside[Int(DelimiterSniffer.quote)] = Class.quote
    }

    deinit {
        outside.deallocate()
        inside.deallocate()
        cells.deallocate()
    }

    /// Scans the row that starts at `from`.
    /// - Parameters:
    ///   - final: the text ends at `to`, which ends the row, too.
    ///   - acceptOpenQuote: with `final`, a quote still open at the end is closed there; else that is `cutOff`.
    func scan(_ p: UnsafePointer<UInt8>, _ from: Int, _ to: Int, final: Bool, acceptOpenQuote: Bool = false) -> Outcome
    {
        count = 0
        dropped = false
        openCell = nil
        if !rewrites.isEmpty { rewrites.removeAll(keepingCapacity: true) }
        var lines = 0
        var i = from
        let isWide = delimiter.count > 1
        let firstDelimiter = delimiter[0]

        while true {
            // At the start of a cell.
            var start = i
            var close = -1
            var rewrite = false
            var probe = i
            while probe < to, p[probe] == 0x20 || (p[probe] == 0x09 && firstDelimiter != 0x09) { probe += 1 }
            if probe == to, !final { return .cutOff(insideQuotes: false) }
            if probe < to, p[probe] == DelimiterSniffer.quote {
                start = probe + 1
                i = start
                quoted: while true {
                    while i < to, inside[Int(p[i])] == Class.text { i += 1 }
                    guard i < to else {
                        guard final, acceptOpenQuote else { return .cutOff(insideQuotes: true) }
                        openCell = count
                        close = to
                        break quoted
                    }
                    switch inside[Int(p[i])] {
                    case Class.quote:
                        if i + 1 == to, !final { return .cutOff(insideQuotes: false) }
                        if i + 1 < to, p[i + 1] == DelimiterSniffer.quote {
                            rewrite = true
                            i += 2
                        } else {
                            close = i
                            i += 1
                            break quoted
                        }
                    case Class.carriageReturn:
                        lines += 1
                        i += i + 1 < to && p[i + 1] == 10 ? 2 : 1
                    case Class.lineFeed:
                        lines += 1
                        i += 1
                    default:
                        rewrite = true
                        i += 1
                    }
                }
            }
            // The rest of an unquoted cell, or what stands behind a closing quote.
            let restStart = i
            unquoted: while true {
                while i < to, outside[Int(p[i])] == Class.text { i += 1 }
                guard i < to else {
                    if final { break unquoted }
                    return .cutOff(insideQuotes: false)
                }
                let kind = outside[Int(p[i])]
                if kind == Class.nul {
                    rewrite = true
                    i += 1
                    continue
                }
                if kind == Class.delimiter, isWide {
                    if i + delimiter.count > to {
                        if !final { return .cutOff(insideQuotes: false) }
                        i += 1
                        continue
                    }
                    if p[i + 1] != delimiter[1] || p[i + 2] != delimiter[2] {
                        i += 1
                        continue
                    }
                }
                break
            }

            let isQuoted = close >= 0
            var stop = i
            if isQuoted {
                if isBlank(p, restStart, i) {
                    stop = close
                } else {
                    rewrite = true
                }
            }
            if count < maxCells {
                cells[count] = RawRow.Span(start: UInt32(start - from), end: UInt32(stop - from))
                if rewrite { rewrites.append(Rewrite(cell: count, quoted: isQuoted)) }
                count += 1
            } else {
                dropped = true
            }

            let isBlankLine = count == 1 && !isQuoted && isBlank(p, start, stop)
            if i == to { return isBlankLine ? .blank(next: i) : .row(next: i, lines: lines) }
            let kind = outside[Int(p[i])]
            if kind == Class.delimiter {
                i += delimiter.count
                continue
            }
            if kind == Class.carriageReturn, i + 1 == to, !final { return .cutOff(insideQuotes: false) }
            let next = kind == Class.carriageReturn && i + 1 < to && p[i + 1] == 10 ? i + 2 : i + 1
            if isBlankLine { return .blank(next: next) }
            return .row(next: next, lines: lines + 1)
        }
    }

    private func isBlank(_ p: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
        var i = from
        while i < to, p[i] == 0x20 || p[i] == 0x09 { i += 1 }
        return i >= to
    }
}
