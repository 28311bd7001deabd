/// What a row or a record states, by field position: canonical texts, all in one block of bytes.
///
/// A row has some twenty values of which each is written once more, as JSON; so they are kept as bytes, and a text is made only of
/// what is asked for as text. A value that is set anew leaves the bytes of the one before behind until the block is copied: what is
/// equal is told by the values and never by the block.
public struct StatedValues: Sendable {
    @usableFromInline var bytes: [UInt8] = []
    /// Of each field in `bytes`; a field without value begins at -1.
    @usableFromInline var places: [Place]

    @usableFromInline struct Place: Sendable {
        @usableFromInline var start: Int32
        @usableFromInline var end: Int32

        @inlinable init(_ start: Int32, _ end: Int32) { (self.start, self.end) = (start, end) }
        @usableFromInline static let none = Place(-1, -1)
    }

    /// Values of so many fields, none of them stated yet.
    public init(count: Int) { places = Array(repeating: .none, count: count) }

    public init(_ texts: [String?]) {
        self.init(count: texts.count)
        for (position, text) in texts.enumerated() { self[position] = text }
    }

    @inlinable public var count: Int { places.count }
    @inlinable public var indices: Range<Int> { places.indices }

    @inlinable public func states(_ position: Int) -> Bool { places[position].start >= 0 }

    /// The value of a field as text; nil where it is not stated.
    public subscript(position: Int) -> String? {
        get { withBytes(position) { String(decoding: $0, as: UTF8.self) } }
        set {
            guard var text = newValue else { return places[position] = .none }
            text.withUTF8 { set(position, $0) }
        }
    }

    /// States a field.
    /// - Parameter value: UTF-8.
    @inlinable public mutating func set(_ position: Int, _ value: UnsafeBufferPointer<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: value)
        places[position] = Place(Int32(start), Int32(bytes.count))
    }

    /// The value of a field as UTF-8; nil where it is not stated.
    @inlinable public func withBytes<T>(_ position: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> T) rethrows -> T? {
        let place = places[position]
        guard place.start >= 0 else { return nil }
        return try bytes.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[Int(place.start)..<Int(place.end)]))
        }
    }

    /// The whole block with the place of each field in it; a field without value has none.
    @inlinable public func withBlock<T>(
        _ body: (_ block: UnsafeBufferPointer<UInt8>, _ place: (Int) -> Range<Int>?) throws -> T
    ) rethrows -> T {
        try places.withUnsafeBufferPointer { places in
            try bytes.withUnsafeBufferPointer { block in
                try body(block) { places[$0].start < 0 ? nil : Int(places[$0].start)..<Int(places[$0].end) }
            }
        }
    }

    /// A value that is a day, `YYYY-MM-DD`.
    public func day(_ position: Int) -> Day? { withBytes(position) { Day(iso: $0) } ?? nil }

    /// Whether a field states this very text.
    public func isStated(_ position: Int, as text: String) -> Bool {
        withBytes(position) { $0.elementsEqual(text.utf8) } ?? false
    }

    /// Nothing stated any more; the room is kept.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        for position in places.indices { places[position] = .none }
    }

    /// The same values in a block of their own that is not larger than they need. A copy of the array would be the same block, with
    /// all the room that some long row once needed.
    public func copy() -> StatedValues {
        var copy = StatedValues(count: count)
        copy.bytes.reserveCapacity(places.reduce(0) { $0 + Int($1.end - $1.start) })
        for position in indices { withBytes(position) { copy.set(position, $0) } }
        return copy
    }

    /// How many bytes there is room for.
    var room: Int { bytes.capacity }
}

extension StatedValues: Hashable {
    public static func == (left: StatedValues, right: StatedValues) -> Bool {
        left.count == right.count
            && left.indices.allSatisfy { position in
                left.withBytes(position) { value in right.withBytes(position) { $0.elementsEqual(value) } ?? false }
                    ?? !right.states(position)
            }
    }

    public func hash(into hasher: inout Hasher) {
        for position in indices {
            hasher.combine(states(position))
            withBytes(position) { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }
}

extension StatedValues: ExpressibleByArrayLiteral, CustomStringConvertible {
    public init(arrayLiteral texts: String?...) { self.init(texts) }

    public var description: String { indices.map { self[$0] }.description }
}
