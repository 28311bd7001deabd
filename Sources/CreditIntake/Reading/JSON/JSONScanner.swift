/// Strict RFC 8259 tokens from a `TextStream`. Knows nothing of tables.
final class JSONScanner {
    let stream: TextStream
    private(set) var position = 0
    /// Physical line, counted from 1.
    private(set) var line = 1
    /// Line ends are no blanks: each value must end on its line.
    var staysOnLine = false
    /// What the string read last contained besides text.
    private(set) var stringWasDamaged = false
    private(set) var stringHadNUL = false

    init(_ stream: TextStream) { self.stream = stream }

    func restart() {
        stream.rewind()
        position = 0
        line = 1
    }

    func fault(_ detail: String) -> TableError { TableError(.jsonSyntax, detail, line: line) }

    /// The next byte, or nil at the end of the text.
    func peek() throws -> UInt8? {
        if position < stream.end { return stream.base[position] }
        let more = try stream.refill(keeping: position)
        position = 0
        return more ? stream.base[0] : nil
    }

    func advance() { position += 1 }

    func skipBlanks() throws {
        while let byte = try peek() {
            switch byte {
            case 0x20, 0x09, 0x0D: position += 1
            case 0x0A:
                if staysOnLine { return }
                line += 1
                position += 1
            default: return
            }
        }
    }

    /// Passes over blanks and returns the byte behind them, which must exist.
    func peekToken() throws -> UInt8 {
        try skipBlanks()
        guard let byte = try peek() else { throw fault("the text ends early") }
        return byte
    }

    func expect(_ byte: UInt8) throws {
        guard try peekToken() == byte else { throw fault("unexpected character") }
        position += 1
    }

    /// Passes over the rest of the line and its end.
    func skipLine() throws {
        while let byte = try peek() {
            position += 1
            if byte == 0x0A {
                line += 1
                return
            }
        }
    }

    /// Reads a string, its opening quote next, handing its text over in pieces of whole characters.
    func readString(_ emit: (UnsafePointer<UInt8>, Int) -> Void) throws {
        stringWasDamaged = false
        stringHadNUL = false
        try expect(UInt8(ascii: "\""))
        while true {
            guard try peek() != nil else { throw fault("a string does not end") }
            // unsafe: scans the window in place; `end` bounds it.
            let p = UnsafePointer(stream.base)
            let start = position
            var i = position
            while i < stream.end, p[i] != 0x22, p[i] != 0x5C, p[i] >= 0x20 { i += 1 }
            if i > start {
                if !stream.damage(in: start..<i).isEmpty { stringWasDamaged = true }
                emit(p + start, i - start)
                position = i
            }
            guard i < stream.end else { continue }
            switch p[i] {
            case 0x22:
                position += 1
                return
            case 0x5C:
                position += 1
                try readEscape(emit)
            default: throw fault("a control character in a string")
            }
        }
    }

    private func readEscape(_ emit: (UnsafePointer<UInt8>, Int) -> Void) throws {
        guard let byte = try peek() else { throw fault("a string does not end") }
        position += 1
        let plain: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = byte
        case UInt8(ascii: "b"): plain = 8
        case UInt8(ascii: "f"): plain = 12
        case UInt8(ascii: "n"): plain = 10
        case UInt8(ascii: "r"): plain = 13
        case UInt8(ascii: "t"): plain = 9
        case UInt8(ascii: "u"): return try readUnicode(emit)
        default: throw fault("an unknown escape")
        }
        withUnsafePointer(to: plain) { emit($0, 1) }
    }

    private func readUnicode(_ emit: (UnsafePointer<UInt8>, Int) -> Void) throws {
        var unit = try readHex()
        while true {
            if unit & 0xFC00 == 0xD800 {
                // A high half needs its low half in the next escape.
                guard try peek() == UInt8(ascii: "\\") else { break }
                position += 1
                guard try peek() == UInt8(ascii: "u") else {
                    replaceHalf(emit)
                    return try readEscape(emit)
                }
                position += 1
                let low = try readHex()
                if low & 0xFC00 == 0xDC00 {
                    put(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF), emit)
                    return
                }
                replaceHalf(emit)
                unit = low
                continue
            }
            break
        }
        if unit & 0xF800 == 0xD800 { return replaceHalf(emit) }
        if unit == 0 {
            stringHadNUL = true
            put(0xFFFD, emit)
        } else {
            put(unit, emit)
        }
    }

    private func replaceHalf(_ emit: (UnsafePointer<UInt8>, Int) -> Void) {
        stringWasDamaged = true
        put(0xFFFD, emit)
    }

    private func put(_ scalar: UInt32, _ emit: (UnsafePointer<UInt8>, Int) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4) { buffer in
            guard let base = buffer.baseAddress else { return }
            var length = 0
            UTF8Write.scalar(scalar, base, &length)
            emit(base, length)
        }
    }

    private func readHex() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = try peek(), let digit = Hexadecimal.digit(byte) else {
                throw fault("a malformed \\u escape")
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    /// Reads a number into `text`, of which no more than `limit` bytes are kept.
    func readNumber(into text: inout [UInt8], limit: Int) throws {
        text.removeAll(keepingCapacity: true)
        func take() {
            if text.count < limit { text.append(stream.base[position]) }
            position += 1
        }
        func takeDigits() throws {
            guard let first = try peek(), (48...57).contains(first) else { throw fault("a malformed number") }
            while let byte = try peek(), (48...57).contains(byte) { take() }
        }
        if try peek() == UInt8(ascii: "-") { take() }
        if try peek() == UInt8(ascii: "0") {
            take()
        } else {
            try takeDigits()
        }
        if try peek() == UInt8(ascii: ".") {
            take()
            try takeDigits()
        }
        if let byte = try peek(), byte | 0x20 == UInt8(ascii: "e") {
            take()
            if let sign = try peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { take() }
            try takeDigits()
        }
    }

    /// Reads `true`, `false` or `null` and returns its first byte.
    func readLiteral() throws -> UInt8 {
        let first = try peekToken()
        let word: StaticString
        switch first {
        case UInt8(ascii: "t"): word = "true"
        case UInt8(ascii: "f"): word = "false"
        case UInt8(ascii: "n"): word = "null"
        default: throw fault("unexpected character")
        }
        for k in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[k] else { throw fault("unexpected character") }
            position += 1
        }
        return first
    }
}
