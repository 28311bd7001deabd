/// Reads XML as rows: a row is an element whose children are all leaves; elements around rows are passed through.
///
/// Attributes of a row are fields like its children; attributes of a child are fields named `child.attribute`. Where
/// the children carry nothing but attributes and repeat (`<row a="1"/><row a="2"/>`), the children are the rows. A child
/// that repeats within a row is joined with "；".
struct XMLReader: TableReader {
    private let stream: TextStream
    private let rows: XMLRowCollector
    private let parser: SAXParser
    /// Set when the document declares an encoding that is left to libxml2.
    private let declaredElsewhere: String?
    private var nextRow = 0
    private var isFinished = false
    private static let piece = 32 << 10

    /// - Parameter stream: its window stands at the front of the text.
    /// - Throws: `xmlSyntax`, `notATable`, `legacyExcel`.
    init(_ stream: TextStream, limits: TableLimits) throws {
        self.stream = stream
        let head = UnsafeBufferPointer(start: stream.base, count: min(stream.end, 1024))
        let declared = Self.declaredEncoding(head)
        // The stream has told UTF-8, UTF-16 and GB 18030 apart by content. Any other declared encoding is libxml2's.
        let ours = ["utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "gb18030", "gbk", "gb2312", "us-ascii", "ascii"]
        declaredElsewhere = declared.flatMap { ours.contains($0) ? nil : $0 }
        rows = XMLRowCollector(limits: limits)
        parser = try SAXParser(rows, limits: limits, encodingIsUTF8: declaredElsewhere == nil)
        if declaredElsewhere != nil { stream.source.seek(to: 0) }
        fed = 0
        // Blanks before the declaration are common and harmless.
        while declaredElsewhere == nil, fed < stream.end, [9, 10, 13, 32].contains(stream.base[fed]) {
            if stream.base[fed] == 10 { blankLines += 1 }
            fed += 1
        }
    }

    /// How far the window has been fed to the parser.
    private var fed: Int
    private var blankLines = 0

    private static func declaredEncoding(_ head: UnsafeBufferPointer<UInt8>) -> String? {
        let text = String(decoding: head.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
        guard text.contains("<?xml"), let declaration = text.split(separator: "?>").first else { return nil }
        let bytes = Array(declaration.utf8)
        let key = Array("encoding".utf8)
        guard bytes.count > key.count,
            let at = (0..<bytes.count - key.count).first(where: { bytes[$0..<$0 + key.count].elementsEqual(key) })
        else { return nil }
        let rest = bytes[(at + key.count)...].drop { $0 == 32 || $0 == 61 }
        guard let quote = rest.first, quote == 34 || quote == 39 else { return nil }
        return String(decoding: rest.dropFirst().prefix { $0 != quote }, as: UTF8.self).lowercased()
    }

    var facts: TableFacts {
        var facts = TableFacts(format: .xml, encoding: declaredElsewhere?.uppercased() ?? stream.encodingName)
        if isFinished, rows.fieldsOutside > 0 {
            facts.notes.append(TableNote(.fieldsOutsideRows, count: rows.fieldsOutside))
        }
        return facts
    }

    var keys: [String]? { rows.keys }
    var bytesRead: Int { stream.source.position }
    var bytesTotal: Int { stream.source.total }

    mutating func next(into row: inout RawRow) throws -> Bool {
        while nextRow >= rows.count {
            rows.drop()
            nextRow = 0
            if isFinished { return false }
            do { try advance() } catch let error as TableError where error.line != nil && blankLines > 0 {
                throw TableError(error.code, error.detail, line: (error.line ?? 0) + blankLines, seems: error.seems)
            }
        }
        rows.take(nextRow, into: &row)
        row.line += blankLines
        nextRow += 1
        return true
    }

    private mutating func advance() throws {
        if declaredElsewhere != nil {
            let bytes = try stream.source.peek(at: stream.source.position, count: Self.piece)
            stream.source.seek(to: stream.source.position + bytes.count)
            try bytes.withUnsafeBufferPointer { try parser.feed($0) }
            if bytes.isEmpty { try finish() }
            return
        }
        if fed == stream.end {
            let more = try stream.refill(keeping: fed)
            fed = 0
            if !more { return try finish() }
        }
        let length = min(Self.piece, stream.end - fed)
        let damaged = !stream.damage(in: fed..<fed + length).isEmpty
        rows.isDamaged = damaged || (rows.isDamaged && rows.count == 0)
        try parser.feed(UnsafeBufferPointer(start: stream.base + fed, count: length))
        fed += length
    }

    private mutating func finish() throws {
        isFinished = true
        try parser.finish()
        rows.finish()
    }
}
