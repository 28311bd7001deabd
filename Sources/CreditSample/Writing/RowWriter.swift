import Glibc

/// Writes rows to one file in one form and knows in which physical line the next row begins.
struct RowWriter: ~Copyable {
    private var output: FileOutput
    private let form: FileForm
    private let headings: [[UInt8]]
    /// Counted from 1, as editors and reject files do.
    private(set) var line = 1
    private var isFirst = true
    private let converter: iconv_t?

    init(path: String, form: FileForm, headings: [String]) throws {
        output = try FileOutput(path: path)
        self.form = form
        self.headings = headings.map { Array($0.utf8) }
        converter = form == .csvGB18030 ? iconv_open("GB18030", "UTF-8") : nil
    }

    deinit { if let converter { _ = iconv_close(converter) } }

    /// Writes what stands before the first row. Must come first.
    mutating func begin() throws {
        switch form {
        case .csv, .csvGB18030, .tsv:
            // Excel takes a file without the mark for the local encoding; GB18030 files never have one.
            if form == .csv { output.buffer.append([0xEF, 0xBB, 0xBF]) }
            let start = output.buffer.count
            for (index, heading) in headings.enumerated() {
                if index > 0 { output.buffer.append(byte: delimiter) }
                output.buffer.append(heading)
            }
            output.buffer.append("\r\n")
            if form == .csvGB18030 { try convert(from: start) }
            line = 2
        case .jsonArray:
            output.buffer.append("[\n")
            line = 2
        case .jsonLines: break
        case .xml:
            output.buffer.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<delivery>\n")
            line = 3
        }
    }

    private var delimiter: UInt8 { form == .tsv ? 9 : 0x2C }

    mutating func write(_ row: borrowing Row) throws {
        switch form {
        case .csv, .tsv: grid(row)
        case .csvGB18030:
            let start = output.buffer.count
            grid(row)
            try convert(from: start)
        case .jsonArray:
            if !isFirst { output.buffer.append(",\n") }
            object(row)
            line += 1
        case .jsonLines:
            object(row)
            output.buffer.append("\n")
            line += 1
        case .xml: element(row)
        }
        isFirst = false
        try output.drain()
    }

    /// Ends the file. Nothing may be written after.
    mutating func finish() throws {
        switch form {
        case .jsonArray: output.buffer.append("\n]\n")
        case .xml: output.buffer.append("</delivery>\n")
        default: break
        }
        try output.flush()
    }

    private mutating func grid(_ row: borrowing Row) {
        let quotes = row.needsQuotes
        let mark = delimiter
        for cell in 0..<row.count {
            if cell > 0 { output.buffer.append(byte: mark) }
            let (start, length) = (row.start(of: cell), row.length(of: cell))
            if quotes {
                quoted(row.bytes.base + start, length, mark)
            } else {
                output.buffer.append(row.bytes.base + start, length)
            }
        }
        output.buffer.append("\r\n")
        line += 1
    }

    private mutating func quoted(_ start: UnsafePointer<UInt8>, _ length: Int, _ mark: UInt8) {
        let bytes = UnsafeBufferPointer(start: start, count: length)
        guard bytes.contains(where: { $0 == mark || $0 == 0x22 || $0 == 10 || $0 == 13 }) else {
            return output.buffer.append(start, length)
        }
        output.buffer.append(byte: 0x22)
        for byte in bytes {
            if byte == 0x22 { output.buffer.append(byte: 0x22) }
            if byte == 10 { line += 1 }
            output.buffer.append(byte: byte)
        }
        output.buffer.append(byte: 0x22)
    }

    private mutating func object(_ row: borrowing Row) {
        output.buffer.append(byte: UInt8(ascii: "{"))
        for cell in 0..<min(row.count, headings.count) {
            if cell > 0 { output.buffer.append(byte: 0x2C) }
            output.buffer.append(byte: 0x22)
            output.buffer.append(headings[cell])
            output.buffer.append("\":\"")
            for byte in row[cell] {
                switch byte {
                case 0x22: output.buffer.append("\\\"")
                case 0x5C: output.buffer.append("\\\\")
                case 10: output.buffer.append("\\n")
                case 13: output.buffer.append("\\r")
                case 9: output.buffer.append("\\t")
                default: output.buffer.append(byte: byte)
                }
            }
            output.buffer.append(byte: 0x22)
        }
        output.buffer.append(byte: UInt8(ascii: "}"))
    }

    private mutating func element(_ row: borrowing Row) {
        output.buffer.append("  <row>")
        for cell in 0..<min(row.count, headings.count) where row.length(of: cell) > 0 {
            output.buffer.append(byte: UInt8(ascii: "<"))
            output.buffer.append(headings[cell])
            output.buffer.append(byte: UInt8(ascii: ">"))
            for byte in row[cell] {
                switch byte {
                case UInt8(ascii: "&"): output.buffer.append("&amp;")
                case UInt8(ascii: "<"): output.buffer.append("&lt;")
                case UInt8(ascii: ">"): output.buffer.append("&gt;")
                case 10:
                    line += 1
                    output.buffer.append(byte: byte)
                default: output.buffer.append(byte: byte)
                }
            }
            output.buffer.append("</")
            output.buffer.append(headings[cell])
            output.buffer.append(byte: UInt8(ascii: ">"))
        }
        output.buffer.append("</row>\n")
        line += 1
    }

    /// Rewrites what was appended since `start` in GB18030, which has every character of Unicode.
    private mutating func convert(from start: Int) throws {
        guard let converter, Int(bitPattern: converter) != -1 else {
            throw SampleError(code: .cannotWrite, detail: "this system's iconv does not know GB18030")
        }
        var source = Array(
            UnsafeBufferPointer(start: output.buffer.base + start, count: output.buffer.count - start).map(
                CChar.init(bitPattern:)))
        var target = [CChar](repeating: 0, count: source.count * 2 + 16)
        var (left, room) = (source.count, target.count)
        let failed = source.withUnsafeMutableBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                var (input, output) = (source.baseAddress, target.baseAddress)
                return iconv(converter, &input, &left, &output, &room) == .max
            }
        }
        guard !failed, left == 0 else { throw SampleError(code: .cannotWrite, detail: "text that GB18030 cannot take") }
        output.buffer.shorten(to: start)
        output.buffer.append(target.prefix(target.count - room).map(UInt8.init(bitPattern:)))
    }
}
