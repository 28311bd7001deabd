/// Finds the delimiter of a CSV file from its first rows, with quotes respected.
struct DelimiterSniffer {
    struct Finding: Hashable {
        /// UTF-8 of the delimiter: one byte, or three for the full-width comma.
        var delimiter: [UInt8]
        /// Bytes of a `sep=` line in front of the table, its line end included.
        var skip: Int
    }

    static let comma = UInt8(ascii: ",")
    static let quote = UInt8(ascii: "\"")
    static let fullWidthComma: [UInt8] = [0xEF, 0xBC, 0x8C]
    /// In order of preference when nothing speaks for one of them.
    private static let candidates: [UInt8] = [comma, UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|")]
    private static let rowsLooked = 60

    /// - Parameters:
    ///   - head: the beginning of the file.
    ///   - isWhole: the file ends with `head`, so its last row is complete.
    ///   - preferred: the delimiter the file's name suggests; settles ties only.
    static func find(in head: UnsafeBufferPointer<UInt8>, isWhole: Bool, preferred: UInt8?) -> Finding {
        if let declared = declaration(in: head) { return declared }
        var best = Finding(delimiter: [preferred ?? comma], skip: 0)
        var bestScore = 0.0
        for candidate in candidates {
            var score = DelimiterSniffer.score(head, [candidate], isWhole: isWhole)
            if candidate == preferred { score *= 1.5 }
            if score > bestScore {
                bestScore = score
                best.delimiter = [candidate]
            }
        }
        // The full-width comma is ordinary punctuation in Chinese text; only a file without any other is split by it.
        if bestScore == 0, DelimiterSniffer.score(head, fullWidthComma, isWhole: isWhole) >= 1 {
            best.delimiter = fullWidthComma
        }
        return best
    }

    /// Excel's `sep=;` in the first line, with or without quotes.
    private static func declaration(in head: UnsafeBufferPointer<UInt8>) -> Finding? {
        var i = 0
        let quoted = head.first == quote
        if quoted { i = 1 }
        for expected in "sep=".utf8 {
            guard i < head.count, head[i] | 0x20 == expected | 0x20 else { return nil }
            i += 1
        }
        guard i < head.count, head[i] < 0x80, head[i] != quote, head[i] != 10, head[i] != 13, head[i] != 0 else {
            return nil
        }
        let delimiter = head[i]
        i += 1
        if quoted {
            guard i < head.count, head[i] == quote else { return nil }
            i += 1
        }
        guard i < head.count else { return Finding(delimiter: [delimiter], skip: i) }
        if head[i] == 13 {
            return Finding(delimiter: [delimiter], skip: i + 1 < head.count && head[i + 1] == 10 ? i + 2 : i + 1)
        }
        return head[i] == 10 ? Finding(delimiter: [delimiter], skip: i + 1) : nil
    }

    /// How well the first rows fit a delimiter: 0 when it never splits anything.
    private static func score(_ head: UnsafeBufferPointer<UInt8>, _ delimiter: [UInt8], isWhole: Bool) -> Double {
        let shape = shape(of: head, delimiter, isWhole: isWhole)
        guard let first = shape.counts.first else { return 0 }
        var frequency: [Int: Int] = [:]
        for count in shape.counts where count > 1 { frequency[count, default: 0] += 1 }
        guard let usual = frequency.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return 0 }
        let share = Double(usual.value) / Double(shape.counts.count)
        // Wide rows are better evidence than narrow ones, but not without end.
        var score = share * share * Double(min(usual.key, 40) - 1)
        // A header splits like the rows below it; punctuation inside cells does not.
        if first != usual.key { score *= 0.3 }
        // Text behind a closing quote: the quotes belong to another delimiter.
        if shape.broken > 0 { score *= 0.1 }
        return score
    }

    /// Cells per row, and how often text followed a closing quote.
    private static func shape(
        of head: UnsafeBufferPointer<UInt8>, _ delimiter: [UInt8], isWhole: Bool
    ) -> (counts: [Int], broken: Int) {
        var counts: [Int] = []
        var broken = 0
        var cells = 1
        var rowIsBlank = true
        var atStart = true
        var i = 0
        while i < head.count, counts.count < rowsLooked {
            let byte = head[i]
            if byte == 10 || byte == 13 {
                if !rowIsBlank { counts.append(cells) }
                (cells, rowIsBlank, atStart) = (1, true, true)
                i += 1
            } else if matches(head, i, delimiter) {
                (cells, rowIsBlank, atStart) = (cells + 1, false, true)
                i += delimiter.count
            } else if atStart, byte == quote {
                rowIsBlank = false
                atStart = false
                var closed = false
                i += 1
                while i < head.count, !closed {
                    if head[i] != quote {
                        i += 1
                    } else if i + 1 < head.count, head[i + 1] == quote {
                        i += 2
                    } else {
                        closed = true
                        i += 1
                    }
                }
                if !closed { return (counts, broken) }
                if i < head.count, head[i] != 10, head[i] != 13, head[i] != 32, !matches(head, i, delimiter) {
                    broken += 1
                }
            } else {
                if byte != 32 {
                    atStart = false
                    rowIsBlank = false
                }
                i += 1
            }
        }
        if i >= head.count, !rowIsBlank, isWhole || counts.isEmpty { counts.append(cells) }
        return (counts, broken)
    }

    private static func matches(_ head: UnsafeBufferPointer<UInt8>, _ i: Int, _ delimiter: [UInt8]) -> Bool {
        guard i + delimiter.count <= head.count else { return false }
        for k in 0..<delimiter.count where head[i + k] != delimiter[k] { return false }
        return true
    }
}
