import CreditModel

/// A JSON text as values, for texts whose bytes matter: what is read and written again gives the same bytes (RFC 8785) or is not accepted.
///
/// Numbers are whole, as everything we sign has no others.
public enum JSONValue: Sendable, Hashable {
    case null
    case flag(Bool)
    case number(Int64)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads a whole text.
    /// - Throws: `DocumentError.malformed` where it is no JSON, a key stands twice, or it is nested deeper than 32.
    public init(_ bytes: some Sequence<UInt8>) throws {
        var parser = JSONParser(Array(bytes))
        self = try parser.document()
    }

    /// Canonical bytes: keys in order of UTF-16 units, no blanks, the shortest escapes (RFC 8785).
    public var canonical: [UInt8] {
        var json = JSONWriter(capacity: 1024)
        write(into: &json)
        return json.bytes
    }

    public func write(into json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .flag(let flag): json.value(flag)
        case .number(let number): json.value(number)
        case .text(let text): json.value(text)
        case .array(let values): json.array { json in for value in values { value.write(into: &json) } }
        case .object(let members):
            json.object { json in
                for (key, value) in members.sorted(by: { Self.isBefore($0.key, $1.key) }) {
                    json.key(key)
                    value.write(into: &json)
                }
            }
        }
    }

    private static func isBefore(_ left: String, _ right: String) -> Bool {
        // Bytes are in the same order as UTF-16 units up to U+D7FF; only beyond may they differ.
        func isPlain(_ text: String) -> Bool { !text.utf8.contains { $0 >= 0xEE } }
        return isPlain(left) && isPlain(right)
            ? left.utf8.lexicographicallyPrecedes(right.utf8) : left.utf16.lexicographicallyPrecedes(right.utf16)
    }

    public subscript(key: String) -> JSONValue? { object?[key] }
    public var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
    public var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    public var number: Int64? { if case .number(let number) = self { number } else { nil } }

    static func text(_ value: String?) -> JSONValue { value.map { .text($0) } ?? .null }
}

/// Reads JSON strictly: RFC 8259 without fractions, without doubled keys.
private struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws -> JSONValue {
        let value = try value(depth: 0)
        skip()
        guard position == bytes.count else { throw wrong }
        return value
    }

    private var wrong: DocumentError { DocumentError(.malformed, "not readable as JSON at byte \(position)") }

    private mutating func skip() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) throws {
        guard position < bytes.count, bytes[position] == byte else { throw wrong }
        position += 1
    }

    private func peek() throws -> UInt8 {
        guard position < bytes.count else { throw wrong }
        return bytes[position]
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
        for byte in word.utf8 { try take(byte) }
        return value
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        guard depth < 32 else { throw wrong }
        skip()
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func object(_ depth: Int) throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        try take(UInt8(ascii: "{"))
        skip()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skip()
            let key = try string()
            skip()
            try take(UInt8(ascii: ":"))
            guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else { throw wrong }
            skip()
            if try peek() == UInt8(ascii: ",") {
                position += 1
            } else {
                try take(UInt8(ascii: "}"))
                return .object(members)
            }
        }
    }

    private mutating func array(_ depth: Int) throws -> JSONValue {
        var values: [JSONValue] = []
        try take(UInt8(ascii: "["))
        skip()
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array(values)
        }
        while true {
            values.append(try value(depth: depth + 1))
            skip()
            if try peek() == UInt8(ascii: ",") {
                position += 1
            } else {
                try take(UInt8(ascii: "]"))
                return .array(values)
            }
        }
    }

    private mutating func number() throws -> Int64 {
        let start = position
        if try peek() == UInt8(ascii: "-") { position += 1 }
        while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // One form for each number: no leading zeros, no minus zero.
        guard let value = Int64(text), String(value) == text else { throw wrong }
        return value
    }

    private mutating func string() throws -> String {
        try take(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"),
            bytes[position] >= 0x20
        { position += 1 }
        if try peek() == UInt8(ascii: "\"") {
            position += 1
            guard let text = String(validating: bytes[start..<position - 1], as: UTF8.self) else { throw wrong }
            return text
        }
        var content = Array(bytes[start..<position])
        while true {
            let byte = try peek()
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw wrong }
                return text
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw wrong
            default: content.append(byte)
            }
        }
    }

    private mutating func escape(into content: inout [UInt8]) throws {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try hex()
            if (0xD800..<0xDC00).contains(unit) {
                try take(UInt8(ascii: "\\"))
                try take(UInt8(ascii: "u"))
                let low = try hex()
                guard (0xDC00..<0xE000).contains(low) else { throw wrong }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw wrong }
            content.append(contentsOf: Array(String(scalar).utf8))
        default: throw wrong
        }
    }

    private mutating func hex() throws -> UInt32 {
        guard position + 4 <= bytes.count,
            let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw wrong }
        position += 4
        return value
    }
}
