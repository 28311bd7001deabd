/// Opens delivered files as tables, whatever they are called.
public enum Table {
    /// What is looked at before a format is chosen.
    private static let sampleBytes = 1 << 20

    /// Opens a file on disk.
    /// - Throws: `TableError` when it is not a table that can be read.
    public static func open(path: String, limits: TableLimits = .init()) throws -> any TableReader {
        try open(ByteSource(path: path), limits: limits)
    }

    /// Opens a file held in memory. `name` counts by its extension only, and only where the content leaves a choice.
    /// - Throws: `TableError` when it is not a table that can be read.
    public static func open(bytes: [UInt8], name: String, limits: TableLimits = .init()) throws -> any TableReader {
        try open(ByteSource(bytes: bytes, name: name), limits: limits)
    }

    private static func open(_ source: ByteSource, limits: TableLimits) throws -> any TableReader {
        let limits = limits.sane
        let sample = try source.peek(at: 0, count: sampleBytes)
        guard !sample.isEmpty else { throw TableError(.emptyFile, "no bytes") }
        switch FileSignature.of(sample) {
        case .zip: return try XLSXReader(source, limits: limits)
        case .compoundFile: throw try FileSignature.compoundFileError(source)
        case .bareExcel: throw TableError(.legacyExcel, "BIFF without a container")
        case .other(let seems): throw TableError(.notATable, "known signature: \(seems.en)", seems: seems)
        case nil: break
        }
        let (encoding, bomLength) = try TextEncoding.detect(sample)
        let isUTF16 = encoding == .utf16LittleEndian || encoding == .utf16BigEndian
        if !isUTF16, FileSignature.isBinary(sample[bomLength..<min(sample.count, 64 << 10)]) {
            throw TableError(
                .notATable, "binary content", seems: .init(zh: "二进制文件", en: "a binary file"))
        }
        let stream = TextStream(source, encoding: encoding, bomLength: bomLength)
        return try openText(stream, limits: limits)
    }

    private static func openText(_ stream: TextStream, limits: TableLimits) throws -> any TableReader {
        guard let first = try skipBlank(stream) else { throw TableError(.emptyFile, "nothing but blanks") }
        // Leading blanks beyond the window belong to no format; CSV skips them as blank lines.
        let isAtFront = first.atFront
        let head = UnsafeBufferPointer(start: stream.base, count: min(stream.end, 64 << 10))
        let fileExtension = stream.source.pathExtension
        if isAtFront {
            let start = Array(head[min(first.offset, head.count)...].prefix(4096))
            switch TextShape.of(start, fileExtension: fileExtension) {
            case .html: throw TableError(.notATable, "HTML", seems: .init(zh: "网页（HTML）", en: "a web page (HTML)"))
            case .json: return try JSONReader.open(stream, limits: limits)
            case .xml: return try XMLReader(stream, limits: limits)
            case .grid: break
            }
        }
        let preferred: UInt8? = fileExtension == "tsv" || fileExtension == "tab" ? 9 : nil
        let finding = DelimiterSniffer.find(
            in: head, isWhole: stream.atEnd && head.count == stream.end, preferred: preferred)
        stream.rewind()
        return try CSVReader(stream, finding, limits: limits)
    }

    /// Position of the first character that is not blank, or nil in a blank file. Leaves the window at the front of
    /// the text unless blanks fill it.
    private static func skipBlank(_ stream: TextStream) throws -> (offset: Int, atFront: Bool)? {
        var atFront = true
        var from = 0
        while true {
            let more = try stream.refill(keeping: from)
            var i = 0
            while i < stream.end, [9, 10, 11, 12, 13, 32].contains(stream.base[i]) { i += 1 }
            if i < stream.end {
                if !atFront {
                    stream.rewind()
                    _ = try stream.refill(keeping: 0)
                }
                return (i, atFront)
            }
            if !more { return nil }
            atFront = false
            from = stream.end
        }
    }
}

/// Tells JSON, XML and HTML from grids by the first characters of the text.
enum TextShape {
    case json, xml, html, grid

    static func of(_ start: [UInt8], fileExtension: String) -> TextShape {
        guard let first = start.first else { return .grid }
        let saysJSON = ["json", "jsonl", "ndjson", "geojson"].contains(fileExtension)
        if saysJSON { return .json }
        let next = start.dropFirst().first { ![9, 10, 13, 32].contains($0) }
        let saysGrid = ["csv", "tsv", "tab"].contains(fileExtension)
        switch first {
        case UInt8(ascii: "{"):
            return next == UInt8(ascii: "\"") || next == UInt8(ascii: "}") || (next == nil && !saysGrid) ? .json : .grid
        case UInt8(ascii: "["):
            guard let next else { return saysGrid ? .grid : .json }
            if next == UInt8(ascii: "{") || next == UInt8(ascii: "]") { return .json }
            return !saysGrid && Array("[\"-0123456789tfn".utf8).contains(next) ? .json : .grid
        case UInt8(ascii: "<"):
            let lower = String(
                decoding: start.prefix(1024).map { (65...90).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
            if isHTML(lower) { return .html }
            guard let next else { return .grid }
            let opensName =
                next == UInt8(ascii: "?") || next == UInt8(ascii: "!") || next >= 0x80 || next == UInt8(ascii: "_")
                || (65...90).contains(next & 0xDF)
            return opensName && !(saysGrid && !lower.contains(">")) ? .xml : .grid
        default:
            return .grid
        }
    }

    private static func isHTML(_ lower: String) -> Bool {
        // Behind an XML prolog only the root element counts; elsewhere any of the usual beginnings of exported pages.
        if lower.hasPrefix("<?xml") { return contains(lower, "<html") }
        return ["<!doctype html", "<html", "<head", "<body", "<table", "<meta", "<script", "<style", "<div", "<p>"]
            .contains { lower.hasPrefix($0) } || (lower.hasPrefix("<!--") && contains(lower, "<html"))
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard text.count >= part.count else { return false }
        return (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }
}
