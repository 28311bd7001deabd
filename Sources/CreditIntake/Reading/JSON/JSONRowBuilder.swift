/// Turns JSON objects into rows: nested objects become dotted keys, arrays become text.
struct JSONRowBuilder {
    private static let maxKeyBytes = 4096
    private static let listSeparator: [UInt8] = Array("；".utf8)

    private let scanner: JSONScanner
    private let limits: TableLimits
    private(set) var keys: [String] = []
    private var keyBytes: [[UInt8]] = []
    private var indexes: [[UInt8]: Int] = [:]
    /// For each key the serial number of the last object that named it.
    private var namedBy: [Int] = []
    private var serial = 0
    /// The key that followed in the object before; most objects name their keys in the same order.
    private var expected = 0
    private var path: [UInt8] = []
    private var scratch: [UInt8] = []

    init(_ scanner: JSONScanner, limits: TableLimits) {
        self.scanner = scanner
        self.limits = limits
    }

    /// Reads one object, its brace next, into `row`.
    mutating func read(into row: inout RawRow) throws {
        serial += 1
        expected = 0
        path.removeAll(keepingCapacity: true)
        try readObject(into: &row, depth: 1)
    }

    /// Forgets keys first named in a row that turned out malformed.
    mutating func forgetKeys(beyond count: Int) {
        while keys.count > count {
            keys.removeLast()
            indexes[keyBytes.removeLast()] = nil
            namedBy.removeLast()
        }
    }

    /// Passes over any value.
    mutating func skipValue(depth: Int) throws {
        var nothing = JSONText(limit: 0)
        try readText(&nothing, depth: depth)
    }

    private mutating func readObject(into row: inout RawRow, depth: Int) throws {
        try checkDepth(depth)
        try scanner.expect(UInt8(ascii: "{"))
        if try scanner.peekToken() == UInt8(ascii: "}") {
            scanner.advance()
            if !path.isEmpty, let cell = key(into: &row) { row.setCell(cell, .empty) }
            return
        }
        let base = path.count
        while true {
            guard try scanner.peekToken() == UInt8(ascii: "\"") else { throw scanner.fault("a key is expected") }
            if base > 0 { path.append(UInt8(ascii: ".")) }
            var fits = true
            var own = path
            swap(&own, &path)
            path = []
            try scanner.readString { bytes, length in
                if own.count + length <= Self.maxKeyBytes {
                    own.append(contentsOf: UnsafeBufferPointer(start: bytes, count: length))
                } else {
                    fits = false
                }
            }
            path = own
            try scanner.expect(UInt8(ascii: ":"))
            if fits {
                try readValue(into: &row, depth: depth)
            } else {
                row.note(.tooManyCells, cell: nil)
                try skipValue(depth: depth)
            }
            path.removeLast(path.count - base)
            let byte = try scanner.peekToken()
            scanner.advance()
            if byte == UInt8(ascii: "}") { return }
            guard byte == UInt8(ascii: ",") else { throw scanner.fault("a comma or brace is expected") }
        }
    }

    private func checkDepth(_ depth: Int) throws {
        guard depth <= limits.maxDepth else { throw scanner.fault("nested deeper than \(limits.maxDepth)") }
    }

    /// The cell of the key in `path`; nil when there are too many.
    private mutating func key(into row: inout RawRow) -> Int? {
        let index: Int
        if expected < keyBytes.count, keyBytes[expected] == path {
            index = expected
        } else if let known = indexes[path] {
            index = known
        } else {
            guard keys.count < limits.maxCells else {
                row.note(.tooManyCells, cell: nil)
                return nil
            }
            index = keys.count
            keys.append(String(decoding: path, as: UTF8.self))
            keyBytes.append(path)
            indexes[path] = index
            namedBy.append(0)
        }
        expected = index + 1
        if namedBy[index] == serial { row.note(.duplicateKey, cell: index) }
        namedBy[index] = serial
        return index
    }

    private mutating func readValue(into row: inout RawRow, depth: Int) throws {
        let token = try scanner.peekToken()
        if token == UInt8(ascii: "{") { return try readObject(into: &row, depth: depth + 1) }
        guard let cell = key(into: &row) else { return try skipValue(depth: depth) }
        let start = row.used
        let limit = max(0, min(limits.maxCellBytes, limits.maxRowBytes - start))
        switch token {
        case UInt8(ascii: "\""):
            var cut = false
            try scanner.readString { bytes, length in
                let room = limit - (row.used - start)
                if cut { return }
                if length <= room {
                    row.append(bytes, length)
                } else {
                    cut = true
                    row.append(bytes, CharacterEnd.before(bytes, room))
                }
            }
            if cut { row.note(.cellTooLong, cell: cell) }
            noteString(cell, &row)
        case UInt8(ascii: "["):
            try readArray(into: &row, cell: cell, limit: limit, depth: depth + 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try scanner.readNumber(into: &scratch, limit: limit + 1)
            if scratch.count > limit {
                scratch.removeLast(scratch.count - limit)
                row.note(.cellTooLong, cell: cell)
            }
            let plain = Self.plain(scratch)
            append(plain.count <= limit ? plain : scratch, to: &row)
        default:
            switch try scanner.readLiteral() {
            case UInt8(ascii: "t"): append(Array("true".utf8), to: &row)
            case UInt8(ascii: "f"): append(Array("false".utf8), to: &row)
            default: break
            }
        }
        row.setCell(cell, from: start)
    }

    private func noteString(_ cell: Int, _ row: inout RawRow) {
        if scanner.stringWasDamaged { row.note(.undecodableBytes, cell: cell) }
        if scanner.stringHadNUL { row.note(.nulByte, cell: cell) }
    }

    private func append(_ bytes: [UInt8], to row: inout RawRow) {
        bytes.withUnsafeBufferPointer { if let base = $0.baseAddress { row.append(base, $0.count) } }
    }

    /// The source text of a plain decimal; exponents written out where that is reasonable.
    private static func plain(_ number: [UInt8]) -> [UInt8] {
        guard number.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return number }
        return DecimalDigits.expand(number) ?? number
    }

    /// Scalars are joined; an array with anything nested is kept as compact JSON.
    private mutating func readArray(into row: inout RawRow, cell: Int, limit: Int, depth: Int) throws {
        try checkDepth(depth)
        var compact = JSONText(limit: limit)
        var joined = JSONText(limit: limit)
        var isFlat = true
        try scanner.expect(UInt8(ascii: "["))
        compact.append(UInt8(ascii: "["))
        if try scanner.peekToken() == UInt8(ascii: "]") {
            scanner.advance()
        } else {
            var first = true
            while true {
                if !first {
                    compact.append(UInt8(ascii: ","))
                    joined.append(Self.listSeparator)
                }
                first = false
                let token = try scanner.peekToken()
                if token == UInt8(ascii: "{") || token == UInt8(ascii: "[") { isFlat = false }
                var element = JSONText(limit: limit)
                try readText(&element, plain: isFlat ? { joined.append($0) } : nil, depth: depth)
                compact.append(element)
                noteString(cell, &row)
                let byte = try scanner.peekToken()
                scanner.advance()
                if byte == UInt8(ascii: "]") { break }
                guard byte == UInt8(ascii: ",") else { throw scanner.fault("a comma or bracket is expected") }
            }
        }
        compact.append(UInt8(ascii: "]"))
        let result = isFlat ? joined : compact
        append(result.bytes, to: &row)
        if result.isCut { row.note(.cellTooLong, cell: cell) }
    }

    /// Any value as compact JSON; a scalar's text also goes to `plain`.
    private mutating func readText(_ text: inout JSONText, plain: (([UInt8]) -> Void)? = nil, depth: Int) throws {
        try checkDepth(depth)
        switch try scanner.peekToken() {
        case UInt8(ascii: "\""):
            let keep = text.limit
            var string: [UInt8] = []
            try scanner.readString { bytes, length in
                if string.count <= keep { string.append(contentsOf: UnsafeBufferPointer(start: bytes, count: length)) }
            }
            text.appendQuoted(string)
            plain?(string)
        case UInt8(ascii: "{"):
            scanner.advance()
            text.append(UInt8(ascii: "{"))
            try readMembers(&text, close: UInt8(ascii: "}"), depth: depth + 1)
        case UInt8(ascii: "["):
            scanner.advance()
            text.append(UInt8(ascii: "["))
            try readMembers(&text, close: UInt8(ascii: "]"), depth: depth + 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try scanner.readNumber(into: &scratch, limit: text.limit + 1)
            text.append(scratch)
            plain?(Self.plain(scratch))
        default:
            let word: [UInt8]
            switch try scanner.readLiteral() {
            case UInt8(ascii: "t"): word = Array("true".utf8)
            case UInt8(ascii: "f"): word = Array("false".utf8)
            default: word = Array("null".utf8)
            }
            text.append(word)
            plain?(word.first == UInt8(ascii: "n") ? [] : word)
        }
    }

    private mutating func readMembers(_ text: inout JSONText, close: UInt8, depth: Int) throws {
        try checkDepth(depth)
        if try scanner.peekToken() == close {
            scanner.advance()
            text.append(close)
            return
        }
        while true {
            if close == UInt8(ascii: "}") {
                guard try scanner.peekToken() == UInt8(ascii: "\"") else { throw scanner.fault("a key is expected") }
                try readText(&text, depth: depth)
                try scanner.expect(UInt8(ascii: ":"))
                text.append(UInt8(ascii: ":"))
            }
            try readText(&text, depth: depth)
            let byte = try scanner.peekToken()
            scanner.advance()
            text.append(byte)
            if byte == close { return }
            guard byte == UInt8(ascii: ",") else { throw scanner.fault("a comma is expected") }
        }
    }
}

/// JSON text being put together; keeps no more than its limit.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    let limit: Int
    private(set) var isCut = false

    init(limit: Int) { self.limit = limit }

    mutating func append(_ byte: UInt8) {
        if bytes.count < limit, !isCut { bytes.append(byte) } else { isCut = true }
    }

    mutating func append(_ more: [UInt8]) {
        guard !isCut else { return }
        let room = limit - bytes.count
        if more.count <= room {
            bytes.append(contentsOf: more)
        } else {
            isCut = true
            more.withUnsafeBufferPointer {
                if let base = $0.baseAddress { bytes.append(contentsOf: $0.prefix(CharacterEnd.before(base, room))) }
            }
        }
    }

    mutating func append(_ other: JSONText) {
        append(other.bytes)
        if other.isCut { isCut = true }
    }

    mutating func appendQuoted(_ string: [UInt8]) {
        guard limit > 0, !isCut else { return }
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        quoted.reserveCapacity(string.count + 2)
        for byte in string {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
            case 10: quoted += Array("\\n".utf8)
            case 13: quoted += Array("\\r".utf8)
            case 9: quoted += Array("\\t".utf8)
            case ..<0x20:
                let digits = Array(String(byte, radix: 16).utf8)
                quoted += Array("\\u00".utf8) + (digits.count == 1 ? [48] : []) + digits
            default: quoted.append(byte)
            }
        }
        quoted.append(UInt8(ascii: "\""))
        append(quoted)
    }
}

enum CharacterEnd {
    /// The longest length up to `room` that ends between characters; byte `room` must exist.
    static func before(_ bytes: UnsafePointer<UInt8>, _ room: Int) -> Int {
        var end = max(0, room)
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}
