/// Reads a delivered file row by row. Memory does not grow with the file.
///
/// Not Sendable: one task reads one file.
public protocol TableReader {
    /// What the file is. `encoding` and `notes` may become more exact as the file is read.
    var facts: TableFacts { get }
    /// JSON and XML: the keys seen so far; may grow from row to row; cell *i* belongs to `keys[i]`.
    /// Nil for grids (CSV, XLSX), whose header the caller finds.
    var keys: [String]? { get }
    /// Bytes of the file as stored that have been taken in, for showing progress.
    var bytesRead: Int { get }
    /// Size of the file as stored.
    var bytesTotal: Int { get }
    /// Refills `row` with the next row; false at the end of the file.
    /// - Throws: `TableError` when the file cannot be read on; rows handed out before must then not be kept.
    mutating func next(into row: inout RawRow) throws -> Bool
}

/// What a delivered file turned out to be.
public struct TableFacts: Sendable, Hashable {
    public enum Format: String, Sendable, CaseIterable {
        case csv, xlsx
        /// A JSON array of objects.
        case json
        /// An object around one array of objects, or a single object.
        case jsonObject = "json-object"
        case jsonLines = "json-lines"
        case xml
    }

    public var format: Format
    /// As reported to people: "UTF-8", "UTF-8 with BOM", "GB18030", "UTF-16LE", "UTF-16BE".
    public var encoding: String
    /// CSV only: the delimiter as written in the file.
    public var delimiter: String?
    /// XLSX only: the sheet that is read.
    public var sheet: String?
    public var notes: [TableNote]

    init(format: Format, encoding: String, delimiter: String? = nil, sheet: String? = nil, notes: [TableNote] = []) {
        self.format = format
        self.encoding = encoding
        self.delimiter = delimiter
        self.sheet = sheet
        self.notes = notes
    }
}

/// Something the person who delivered the file should know, though it did not stop the reading.
public struct TableNote: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Other sheets with cells were not read; `names` lists them.
        case otherSheets = "other-sheets"
        /// Cells are merged; only the top left one has a value. `count` is the number of merged areas.
        /// Known once the whole sheet has been read.
        case mergedCells = "merged-cells"
        /// XML: `count` fields stood outside any row and were not read. Known at the end of the file.
        case fieldsOutsideRows = "fields-outside-rows"
    }

    public let kind: Kind
    public let names: [String]
    public let count: Int

    init(_ kind: Kind, names: [String] = [], count: Int) {
        self.kind = kind
        self.names = names
        self.count = count
    }

    public var zh: String {
        switch kind {
        case .otherSheets: "只读取第一张有内容的工作表，未读取：\(names.joined(separator: "、"))。"
        case .mergedCells: "有 \(count) 处合并单元格，只有左上角的单元格有值。"
        case .fieldsOutsideRows: "有 \(count) 个字段不属于任何一行，未读取。"
        }
    }

    public var en: String {
        switch kind {
        case .otherSheets: "Only the first sheet with content is read; not read: \(names.joined(separator: ", "))."
        case .mergedCells: "\(count) merged areas: only the top left cell of each has a value."
        case .fieldsOutsideRows: "\(count) fields stand outside any row and were not read."
        }
    }
}

/// Bounds on what one file may ask of the reader. Together they keep one file's parser under 256 MiB.
public struct TableLimits: Sendable, Hashable {
    /// Bytes of UTF-8 in one cell; longer text is cut and flagged. Default 256 KiB.
    public var maxCellBytes = 256 << 10
    /// Cells of one row; further ones are dropped and flagged. Default 4,096.
    public var maxCells = 4096
    /// Bytes of UTF-8 in one row, also how far an open quote is followed. Default 4 MiB.
    public var maxRowBytes = 4 << 20
    /// XLSX: bytes unpacked per byte stored, looked at beyond 64 MiB unpacked. Default 250.
    public var maxArchiveRatio = 250
    /// XLSX: bytes unpacked in all. Default 8 GiB, far above the largest sheet Excel can hold.
    public var maxArchiveBytes = 8 << 30
    /// XLSX: entries in the archive. Default 10,000.
    public var maxArchiveEntries = 10_000
    /// XLSX: shared strings kept in memory; beyond, they move to an unlinked temporary file. Default 64 MiB.
    public var maxSharedStringMemory = 64 << 20
    /// JSON and XML: nesting. Default 128.
    public var maxDepth = 128

    public init() {}

    /// The same with values that would make reading impossible replaced by the smallest that work.
    var sane: TableLimits {
        var limits = self
        limits.maxCellBytes = max(limits.maxCellBytes, 16)
        limits.maxCells = min(max(limits.maxCells, 1), 1 << 20)
        limits.maxRowBytes = min(max(limits.maxRowBytes, 64), 1 << 30)
        limits.maxCellBytes = min(limits.maxCellBytes, limits.maxRowBytes)
        limits.maxArchiveRatio = max(limits.maxArchiveRatio, 1)
        limits.maxDepth = min(max(limits.maxDepth, 2), 1000)
        return limits
    }
}
