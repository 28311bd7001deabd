import CreditModel

/// What a record states, field by field, as the bytes in which it is kept.
///
/// A record has some twenty values of which an answer shows some, most of them as JSON: so a text is made only of what is asked for.
public struct RecordValues: Sendable {
    /// The names that a kind of record may state; shared by all records that were packed alike.
    public final class Names: Sendable {
        let list: [String]
        let positions: [String: Int]

        public init(_ list: [String]) {
            self.list = list
            positions = Dictionary(list.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Of a record that states nothing.
    public static let none = RecordValues([:])

    /// Marks a value that is kept as it stands between the quotes of a JSON string, with escapes. All others need none.
    public static let escaped: UInt8 = 2

    private let names: Names
    private let bytes: [UInt8]
    /// Where the value of each name begins and ends; a name without value begins at -1.
    private let places: [(start: Int32, end: Int32)]

    /// - Parameter places: of the values in `bytes`, one for each name; -1 where one is not stated.
    public init(names: Names, bytes: [UInt8], places: [(start: Int32, end: Int32)]) {
        precondition(places.count == names.list.count, "values and their names do not fit each other")
        (self.names, self.bytes, self.places) = (names, bytes, places)
    }

    public init(_ values: [String: String]) {
        var (bytes, places, list): ([UInt8], [(start: Int32, end: Int32)], [String]) = ([], [], [])
        for (name, value) in values {
            var json = JSONWriter()
            json.value(value)
            let start = Int32(bytes.count)
            if json.bytes.contains(UInt8(ascii: "\\")) { bytes.append(Self.escaped) }
            bytes += json.bytes.dropFirst().dropLast()
            list.append(name)
            places.append((start, Int32(bytes.count)))
        }
        self.init(names: Names(list), bytes: bytes, places: places)
    }

    /// The value of a field; nil where it is not stated.
    public subscript(name: String) -> String? {
        guard let (start, end) = place(name) else { return nil }
        guard start < end, bytes[start] == Self.escaped else {
            return bytes.withUnsafeBufferPointer {
                String(decoding: UnsafeBufferPointer(rebasing: $0[start..<end]), as: UTF8.self)
            }
        }
        return FlatObject.decode(Array("{\"v\":\"".utf8) + bytes[start + 1..<end] + Array("\"}".utf8))?["v"] ?? ""
    }

    /// Field → value.
    public var all: [String: String] {
        Dictionary(
            names.list.compactMap { name in self[name].map { (name, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    /// Where the values of an item's fields are found here; -1 where the record cannot state one.
    func positions(of fields: FieldKeys) -> [Int] { fields.positions(in: names) }

    /// Writes a field with its value as it is kept.
    /// - Parameters:
    ///   - position: one of `positions(of:)`.
    ///   - key: the quoted name with its colon (`JSONWriter.written`).
    /// - Returns: false, and nothing is written, where the value is not stated.
    @discardableResult
    func write(at position: Int, key: [UInt8], into json: inout JSONWriter) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            guard let value = escaped(position, in: bytes) else { return false }
            json.field(written: key, escaped: value)
            return true
        }
    }

    /// A value as it stands between the quotes of a JSON string; nil where it is not stated.
    private func escaped(_ position: Int, in bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        guard position >= 0, places[position].start >= 0 else { return nil }
        let (start, end) = (Int(places[position].start), Int(places[position].end))
        let first = start < end && bytes[start] == Self.escaped ? start + 1 : start
        return UnsafeBufferPointer(rebasing: bytes[first..<end])
    }

    /// Writes those fields of an item that are stated, with their values as they are kept.
    /// - Parameters:
    ///   - positions: of all of them, see `positions(of:)`.
    ///   - isShown: which of them may be, by their place in the item; nil = all.
    func write(_ fields: FieldKeys, at positions: [Int], isShown: [Bool]?, into json: inout JSONWriter) {
        bytes.withUnsafeBufferPointer { bytes in
            fields.block.withUnsafeBufferPointer { keys in
                for (field, position) in positions.enumerated() {
                    guard isShown?[field] ?? true, let value = escaped(position, in: bytes) else { continue }
                    json.field(written: UnsafeBufferPointer(rebasing: keys[fields.places[field]]), escaped: value)
                }
            }
        }
    }

    private func place(_ name: String) -> (start: Int, end: Int)? {
        guard let position = names.positions[name], places[position].start >= 0 else { return nil }
        return (Int(places[position].start), Int(places[position].end))
    }
}
