/// Reads JSON as rows: an array of objects, an object around exactly one such array, a single object, or JSON Lines.
///
/// In JSON Lines a bad line is one flawed row; elsewhere a syntax error ends the file. An object around rows that has a
/// second list of objects is refused when that is reached.
struct JSONReader: TableReader {
    private enum State {
        /// Within the array of rows; `first` before any element.
        case array(first: Bool)
        case lines
        /// A single object, not yet read.
        case single
        case done
    }

    private let scanner: JSONScanner
    private let limits: TableLimits
    private var builder: JSONRowBuilder
    private var state: State
    /// Objects that are open around the array of rows.
    private var wrappers = 0
    private let format: TableFacts.Format
    private var sawEmptyArray = false

    var facts: TableFacts { TableFacts(format: format, encoding: scanner.stream.encodingName) }
    var keys: [String]? { builder.keys }
    var bytesRead: Int { scanner.stream.source.position }
    var bytesTotal: Int { scanner.stream.source.total }

    /// - Parameter stream: its window stands at the front of the text.
    /// - Throws: `jsonSyntax`; `notATable` for a lone value.
    static func open(_ stream: TextStream, limits: TableLimits) throws -> any TableReader {
        let scanner = JSONScanner(stream)
        let isLines = try looksLikeLines(stream)
        if isLines { return try JSONReader(scanner, .jsonLines, limits: limits) }
        switch try scanner.peekToken() {
        case UInt8(ascii: "["): return try JSONReader(scanner, .json, limits: limits)
        case UInt8(ascii: "{"): return try JSONReader(scanner, .jsonObject, limits: limits)
        default:
            var builder = JSONRowBuilder(scanner, limits: limits)
            try builder.skipValue(depth: 1)
            try expectEnd(scanner)
            throw TableError(.notATable, "a lone JSON value", seems: .init(zh: "单个 JSON 值", en: "a single JSON value"))
        }
    }

    /// The first line is a whole object and the next one begins another.
    private static func looksLikeLines(_ stream: TextStream) throws -> Bool {
        if ["jsonl", "ndjson"].contains(stream.source.pathExtension) { return true }
        var start = 0
        func isBlank(_ i: Int) -> Bool { [9, 10, 13, 32].contains(stream.base[i]) }
        while start < stream.end, isBlank(start) { start += 1 }
        guard start < stream.end, stream.base[start] == UInt8(ascii: "{") else { return false }
        var stop = start
        while true {
            while stop < stream.end, stream.base[stop] != 10 { stop += 1 }
            // A first line of a megabyte is more likely an object around everything.
            if stop < stream.end || stop > 1 << 20 { break }
            if try !stream.refill(keeping: 0) { break }
        }
        guard stop < stream.end else { return false }
        var last = stop - 1
        while last > start, isBlank(last) { last -= 1 }
        guard stream.base[last] == UInt8(ascii: "}") else { return false }
        var next = stop
        while true {
            while next < stream.end, isBlank(next) { next += 1 }
            if next < stream.end || next > 2 << 20 { break }
            if try !stream.refill(keeping: 0) { break }
        }
        return next < stream.end && stream.base[next] == UInt8(ascii: "{")
    }

    private init(_ scanner: JSONScanner, _ format: TableFacts.Format, limits: TableLimits) throws {
        self.scanner = scanner
        self.limits = limits
        self.format = format
        builder = JSONRowBuilder(scanner, limits: limits)
        switch format {
        case .jsonLines:
            scanner.staysOnLine = true
            state = .lines
        case .jsonObject:
            state = .done
            try scanner.expect(UInt8(ascii: "{"))
            wrappers = 1
            if try seekRows(afterValue: false) {
                state = .array(first: true)
            } else if !sawEmptyArray {
                scanner.restart()
                state = .single
            }
        default:
            try scanner.expect(UInt8(ascii: "["))
            state = .array(first: true)
        }
    }

    private static func expectEnd(_ scanner: JSONScanner) throws {
        try scanner.skipBlanks()
        if try scanner.peek() != nil { throw scanner.fault("text behind the end") }
    }

    /// Passes through the members of the open objects to the next array of objects; false at the end of the text.
    private mutating func seekRows(afterValue: Bool) throws -> Bool {
        var afterValue = afterValue
        var atStart = !afterValue
        while wrappers > 0 {
            let byte = try scanner.peekToken()
            if byte == UInt8(ascii: "}"), afterValue || atStart {
                scanner.advance()
                wrappers -= 1
                (afterValue, atStart) = (true, false)
                continue
            }
            if afterValue { try scanner.expect(UInt8(ascii: ",")) }
            try scanner.skipBlanks()
            try scanner.readString { _, _ in }
            try scanner.expect(UInt8(ascii: ":"))
            (afterValue, atStart) = (true, false)
            switch try scanner.peekToken() {
            case UInt8(ascii: "{"):
                guard wrappers < limits.maxDepth else { throw scanner.fault("nested deeper than \(limits.maxDepth)") }
                scanner.advance()
                wrappers += 1
                (afterValue, atStart) = (false, true)
            case UInt8(ascii: "["):
                scanner.advance()
                switch try scanner.peekToken() {
                case UInt8(ascii: "{"): return true
                case UInt8(ascii: "]"):
                    scanner.advance()
                    sawEmptyArray = true
                default: try skipElements()
                }
            default: try builder.skipValue(depth: wrappers)
            }
        }
        try Self.expectEnd(scanner)
        return false
    }

    private mutating func skipElements() throws {
        while true {
            try builder.skipValue(depth: wrappers + 1)
            let byte = try scanner.peekToken()
            scanner.advance()
            if byte == UInt8(ascii: "]") { return }
            guard byte == UInt8(ascii: ",") else { throw scanner.fault("a comma or bracket is expected") }
        }
    }

    mutating func next(into row: inout RawRow) throws -> Bool {
        switch state {
        case .done: return false
        case .single:
            state = .done
            try scanner.skipBlanks()
            row.reset(line: scanner.line)
            try builder.read(into: &row)
            try Self.expectEnd(scanner)
            return true
        case .array(let first): return try nextElement(first, into: &row)
        case .lines: return try nextLine(into: &row)
        }
    }

    private mutating func nextElement(_ first: Bool, into row: inout RawRow) throws -> Bool {
        let byte = try scanner.peekToken()
        if byte == UInt8(ascii: "]") {
            scanner.advance()
            state = .done
            if wrappers > 0, try seekRows(afterValue: true) {
                throw TableError(.notATable, "more than one list of objects", line: scanner.line)
            }
            try Self.expectEnd(scanner)
            return false
        }
        if !first { try scanner.expect(UInt8(ascii: ",")) }
        state = .array(first: false)
        let token = try scanner.peekToken()
        row.reset(line: scanner.line)
        if token == UInt8(ascii: "{") {
            try builder.read(into: &row)
        } else {
            try builder.skipValue(depth: 1)
            row.note(.malformedLine, cell: nil)
        }
        return true
    }

    private mutating func nextLine(into row: inout RawRow) throws -> Bool {
        while let byte = try blankFree() {
            if byte == 0x0A {
                try scanner.skipLine()
                continue
            }
            row.reset(line: scanner.line)
            let known = builder.keys.count
            do {
                guard byte == UInt8(ascii: "{") else { throw scanner.fault("not an object") }
                try builder.read(into: &row)
                if let rest = try blankFree(), rest != 0x0A { throw scanner.fault("text behind the object") }
            } catch let error as TableError where error.code == .jsonSyntax {
                builder.forgetKeys(beyond: known)
                row.reset(line: scanner.line)
                row.note(.malformedLine, cell: nil)
            }
            try scanner.skipLine()
            return true
        }
        state = .done
        return false
    }

    private func blankFree() throws -> UInt8? {
        try scanner.skipBlanks()
        return try scanner.peek()
    }
}
