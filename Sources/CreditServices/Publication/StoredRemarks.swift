/// Reads back what cleaning did to a record and what was remarked, as the registry stored it.
enum StoredRemarks {
    struct Change {
        let field: String
        let codes: [String]
        let delivered: String
    }

    /// Empty where there are none, and where the text is not what the registry writes.
    static func changes(_ json: [UInt8]?) -> [Change] {
        (objects(json) ?? []).compactMap { members in
            guard let field = members["field"]?.first, let codes = members["codes"],
                let delivered = members["delivered"]?.first
            else { return nil }
            return Change(field: field, codes: codes, delivered: delivered)
        }
    }

    /// The codes of what was remarked, in the registry's order.
    static func notes(_ json: [UInt8]?) -> [String] { objects(json)?.compactMap { $0["code"]?.first } ?? [] }

    private static func objects(_ json: [UInt8]?) -> [[String: [String]]]? {
        guard let json else { return nil }
        var reader = RemarkReader(json)
        return reader.objects()
    }
}

/// Reads a list of flat objects whose values are text, null or lists of text: all that `JSONWriter` writes of remarks. Every
/// record of a page passes here, so it works on the bytes.
private struct RemarkReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil where the text is of another shape. Null is an empty list, text a list of one.
    mutating func objects() -> [[String: [String]]]? {
        var found: [[String: [String]]] = []
        guard take("[") else { return nil }
        if take("]") { return atEnd ? found : nil }
        repeat {
            guard let object = object() else { return nil }
            found.append(object)
        } while take(",")
        return take("]") && atEnd ? found : nil
    }

    private mutating func object() -> [String: [String]]? {
        var members: [String: [String]] = [:]
        guard take("{") else { return nil }
        if take("}") { return members }
        repeat {
            guard let name = string(), take(":"), let value = value() else { return nil }
            members[name] = value
        } while take(",")
        return take("}") ? members : nil
    }

    private mutating func value() -> [String]? {
        if take("[") {
            var list: [String] = []
            if take("]") { return list }
            repeat {
                guard let text = string() else { return nil }
                list.append(text)
            } while take(",")
            return take("]") ? list : nil
        }
        if bytes[position...].starts(with: "null".utf8) {
            position += 4
            return []
        }
        return string().map { [$0] }
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            position += 1
        }
        if take("\"") { return String(decoding: bytes[start..<position - 1], as: UTF8.self) }
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard let scalar = escaped() else { return nil }
            text.append(contentsOf: String(scalar).utf8)
        }
        return nil
    }

    /// What stands after a backslash (RFC 8259 section 7).
    private mutating func escaped() -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"):
            guard let high = unit() else { return nil }
            guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
            guard take("\\"), take("u"), let low = unit(), (0xDC00..<0xE000).contains(low) else { return nil }
            return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        default: return nil
        }
    }

    private mutating func unit() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        defer { position += 4 }
        return UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    }

    private var atEnd: Bool { position == bytes.count }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }
}
