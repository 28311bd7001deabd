import CreditCatalogue
import CreditIntake
import CreditModel
import CreditResolution

/// Any table, read row by row for matching: whom each row is about, and the row itself to be written out again.
public struct MatchTable {
    public struct Row: Sendable {
        public let query: MatchQuery
        /// The row's cells as CSV, without the line end.
        public let cells: [UInt8]
    }

    private var reader: any TableReader
    private var held: [RawRow]
    private var row = RawRow()
    private let kept: [Int]
    public let columns: MatchColumns
    /// Headings of the columns that are carried through, and the same as CSV.
    public let headings: [String]
    public let header: [UInt8]

    private static let rowsSearched = 40

    /// Columns that earlier runs added are not carried through twice.
    public static let added = ["subject_uscc", "decision", "confidence", "reason"]
    private static let own = Set(added + ["parts"])

    /// - Parameter added: headings that an earlier run of something else added; left out only where all of a set are there, so
    ///   that no column of the file's own is lost for its name.
    /// - Throws: `TableError`, `MatchColumnsError`.
    public init(
        _ reader: any TableReader, given: [MatchColumns.Part: String] = [:], added: [Set<String>]? = nil,
        catalogue: Catalogue
    ) throws {
        var reader = reader
        var held: [RawRow] = []
        var headings: [String]?
        var columns: MatchColumns?
        var row = RawRow()
        var failure: (any Error)?
        if reader.keys != nil {
            if try reader.next(into: &row) { held = [row] }
            headings = reader.keys ?? []
            columns = try MatchColumns(headings: headings ?? [], given: given, catalogue: catalogue)
        } else {
            // Titles and notes may stand above the header.
            for _ in 0..<Self.rowsSearched where columns == nil {
                guard try reader.next(into: &row) else { break }
                let cells = (0..<row.count).map { row.text($0) }
                do {
                    columns = try MatchColumns(headings: cells, given: given, catalogue: catalogue)
                    headings = cells
                } catch {
                    failure = failure ?? error
                }
            }
        }
        guard let columns, let headings else {
            throw failure ?? MatchColumnsError.nothing(headings: [])
        }
        self.reader = reader
        self.held = held
        self.columns = columns
        let left = added.map { sets in sets.first { $0.isSubset(of: headings) } ?? [] } ?? Self.own
        let kept = headings.indices.filter { !left.contains(headings[$0]) }
        self.kept = kept
        self.headings = kept.map { headings[$0] }
        header = CSVLine.bytes(kept.map { Array(headings[$0].utf8)[...] })
    }

    public var bytesRead: Int { reader.bytesRead }
    public var bytesTotal: Int { reader.bytesTotal }

    /// The next row; nil at the end.
    public mutating func next() throws -> Row? {
        guard try advance() else { return nil }
        return Row(query: columns.query(row), cells: cells())
    }

    /// The next row as texts, with its line; nil at the end.
    public mutating func nextTexts() throws -> (line: Int, cells: [String], query: MatchQuery)? {
        guard try advance() else { return nil }
        return (row.line, kept.map { row.text($0) }, columns.query(row))
    }

    /// Whom the next row is about, without the row; nil at the end.
    public mutating func nextQuery() throws -> MatchQuery? { try advance() ? columns.query(row) : nil }

    /// The next row's cells, and what it says of whom it is about where that is wanted; nil at the end.
    public mutating func next(parsing: Bool) throws -> (cells: [UInt8], query: MatchQuery?)? {
        try advance() ? (cells(), parsing ? columns.query(row) : nil) : nil
    }

    /// Goes to the next row that is not blank.
    private mutating func advance() throws -> Bool {
        repeat {
            if !held.isEmpty {
                row = held.removeFirst()
            } else if try !reader.next(into: &row) {
                return false
            }
        } while (0..<row.count).allSatisfy { row[$0].isEmpty }
        return true
    }

    private func cells() -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        for (place, column) in kept.enumerated() {
            if place > 0 { line.append(0x2C) }
            CSVLine.append(row[column], to: &line)
        }
        return line
    }
}

/// One line of CSV as RFC 4180 has it, without its end.
public enum CSVLine {
    public static func bytes(_ cells: [ArraySlice<UInt8>]) -> [UInt8] {
        var line: [UInt8] = []
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(0x2C) }
            append(cell, to: &line)
        }
        return line
    }

    public static func append(_ cell: ArraySlice<UInt8>, to line: inout [UInt8]) {
        var needsQuotes = false
        for byte in cell where byte <= 0x2C && (byte == 0x22 || byte == 0x2C || byte == 0x0A || byte == 0x0D) {
            needsQuotes = true
        }
        guard needsQuotes else {
            line.append(contentsOf: cell)
            return
        }
        line.append(0x22)
        for byte in cell {
            if byte == 0x22 { line.append(0x22) }
            line.append(byte)
        }
        line.append(0x22)
    }
}
