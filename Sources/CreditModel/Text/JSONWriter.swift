/// Writes JSON as bytes. Objects keep the order in which fields are written; strings are escaped as RFC 8259 asks and
/// no more, so that the same values always give the same bytes.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        try body(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    public mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        try body(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Begins a field; a value must follow.
    public mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func field(_ name: String, _ value: String?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    public mutating func field(_ name: String, _ value: Int64?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    public mutating func field(_ name: String, _ value: Int) { field(name, Int64(value)) }

    public mutating func field(_ name: String, _ value: Bool) {
        key(name)
        self.value(value)
    }

    /// A decimal that is already text, such as `12.3`.
    public mutating func field(_ name: String, number: String) {
        key(name)
        separate()
        bytes.append(contentsOf: number.utf8)
        needsComma = true
    }

    public mutating func object(_ name: String, _ body: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try object(body)
    }

    public mutating func array(_ name: String, _ body: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try array(body)
    }

    public mutating func value(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    /// A field whose text is escaped already.
    public mutating func field(written key: [UInt8], escaped text: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes += key
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// The same where the name lies among others in a block.
    public mutating func field(written key: UnsafeBufferPointer<UInt8>, escaped text: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(contentsOf: key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// What was written before, again: the bytes in a range, which are one value.
    public mutating func again(_ range: Range<Int>) {
        separate()
        bytes.append(contentsOf: Array(bytes[range]))
        needsComma = true
    }

    public mutating func value(_ number: Int64) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
        needsComma = true
    }

    public mutating func value(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        needsComma = true
    }

    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    /// Begins a field whose quoted name and colon are written already: `"name":`.
    public mutating func key(written key: [UInt8]) {
        separate()
        bytes += key
        needsComma = false
    }

    /// The quoted name with its colon, for fields that are written very often.
    public static func written(_ name: String) -> [UInt8] {
        var json = JSONWriter()
        json.key(name)
        return json.bytes
    }

    /// Such names in one block, and where each lies in it.
    public static func written(_ names: [String]) -> (block: [UInt8], places: [Range<Int>]) {
        var (block, places): ([UInt8], [Range<Int>]) = ([], [])
        for name in names {
            let start = block.count
            block += written(name)
            places.append(start..<block.count)
        }
        return (block, places)
    }

    public mutating func field(written key: [UInt8], _ value: String?) {
        self.key(written: key)
        if let value { self.value(value) } else { null() }
    }

    public mutating func field(written key: [UInt8], _ day: Day?) {
        self.key(written: key)
        if let day { value(day) } else { null() }
    }

    public mutating func field(_ name: String, _ day: Day?) {
        key(name)
        if let day { value(day) } else { null() }
    }

    /// A day as a string: `"2026-03-05"`.
    public mutating func value(_ day: Day) {
        separate()
        let (year, month, dayOfMonth) = day.parts
        guard (1000...9999).contains(year) else {
            quote(day.description)
            needsComma = true
            return
        }
        func digit(_ number: Int) -> UInt8 { UInt8(48 + number % 10) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(digit(year / 1000))
        bytes.append(digit(year / 100))
        bytes.append(digit(year / 10))
        bytes.append(digit(year))
        bytes.append(UInt8(ascii: "-"))
        bytes.append(digit(month / 10))
        bytes.append(digit(month))
        bytes.append(UInt8(ascii: "-"))
        bytes.append(digit(dayOfMonth / 10))
        bytes.append(digit(dayOfMonth))
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// JSON that is already written and known to be right, such as stored content.
    public mutating func raw(_ json: [UInt8]) {
        separate()
        bytes += json
        needsComma = true
    }

    /// The same for other sequences of bytes.
    @_disfavoredOverload
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Whether a byte of a text cannot stand in a string as it is (RFC 8259 section 7).
    @inlinable public static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        // The usual text needs no escape and is taken in one piece.
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            // Without an early end, so that many bytes are looked at in one step.
            var needsEscape = false
            for byte in utf8 {
                needsEscape = needsEscape || Self.needsEscape(byte)
            }
            if !needsEscape { bytes.append(contentsOf: utf8) }
            return !needsEscape
        }
        if !isPlain { escape(text) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
            case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
            case 0x0C: bytes.append(contentsOf: #"\f"#.utf8)
            case 0..<0x20:
                bytes.append(contentsOf: #"\u00"#.utf8)
                bytes.append(Self.hex[Int(byte >> 4)])
                bytes.append(Self.hex[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }

    private static let hex = Array("0123456789abcdef".utf8)
}
