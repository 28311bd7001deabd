import CZstd
import CreditModel
import CreditRegistry
import CreditServices

#if canImport(Glibc)
    import Glibc
#endif

/// How the words of one item's statements are packed into the payload of a revision, and back.
///
/// A statement's two canonical objects repeat the same names in every row, and departments repeat the same sentences. A packing
/// keeps the names once, in order, and a dictionary of what many subjects share; a payload is then only what is its own:
///
///     payload = packing number (varint) ‖ zstd frame without its magic number
///     frame   = published values ‖ internal values ‖ changes ‖ notes ‖ rule set, each ended by 00, or 01 alone where not stated
///
/// The canonical bytes that were sealed come back exactly: names stand in the order of their UTF-8, values are escaped again by the
/// same writer. A packing is never changed; a statement with a name that it lacks gets a new one.
final class Packing: Sendable {
    let number: Int64
    /// Names of the fields in canonical order.
    let published: [String]
    let `internal`: [String]
    let dictionary: [UInt8]?
    // Immutable after creation, which is what zstd asks of dictionaries that several threads use.
    private let compressing: Handle?
    private let expanding: Handle?
    /// Published names, then the others.
    let names: RecordValues.Names
    private let publishedKeys: [[UInt8]]
    private let internalKeys: [[UInt8]]

    private struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

    /// What a payload says besides the columns of its revision.
    struct Content: Equatable {
        var statement: Statement
        var changes: [UInt8]?
        var notes: [UInt8]?
        var ruleSet: String?
    }

    /// Fast and nearly as small as the slow levels, since the dictionary does most of the work.
    private static let level: CInt = 3
    private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    /// No statement is larger by far (`TableLimits.maxRowBytes`): a damaged length must not ask for memory without end.
    private static let mostBytes = 64 << 20

    init(number: Int64, published: [String], internal: [String], dictionary: [UInt8]?) {
        self.number = number
        self.published = published
        self.internal = `internal`
        self.dictionary = dictionary
        names = RecordValues.Names(published + `internal`)
        publishedKeys = published.map { Array("\"\($0)\":".utf8) }
        internalKeys = `internal`.map { Array("\"\($0)\":".utf8) }
        compressing = dictionary.flatMap { ZSTD_createCDict($0, $0.count, Self.level) }.map { Handle(pointer: $0) }
        expanding = dictionary.flatMap { ZSTD_createDDict($0, $0.count) }.map { Handle(pointer: $0) }
    }

    deinit {
        if let compressing { ZSTD_freeCDict(compressing.pointer) }
        if let expanding { ZSTD_freeDDict(expanding.pointer) }
    }

    // MARK: packing

    /// The unpacked form, or nil where the statement has a name that this packing lacks.
    func plain(_ content: Content) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.statement.published.count)
        guard append(content.statement.published, publishedKeys, to: &bytes) else { return nil }
        if let rest = content.statement.internal {
            guard append(rest, internalKeys, to: &bytes) else { return nil }
        } else {
            for _ in internalKeys { bytes.append(Self.absent) }
        }
        for part in [content.changes, content.notes, content.ruleSet.map { Array($0.utf8) }] {
            guard let part else {
                bytes.append(Self.absent)
                continue
            }
            if part.contains(0) || part.first == Self.absent { return nil }
            bytes += part
            bytes.append(Self.end)
        }
        return bytes
    }

    private static let end: UInt8 = 0
    private static let absent: UInt8 = 1

    /// Walks a canonical object and appends its values in the order of the keys.
    private func append(_ object: [UInt8], _ keys: [[UInt8]], to bytes: inout [UInt8]) -> Bool {
        object.withUnsafeBufferPointer { object in
            guard object.count >= 2, object[0] == UInt8(ascii: "{") else { return false }
            var place = 1
            for key in keys {
                let count = key.count
                let isHere =
                    place + count < object.count
                    && key.withUnsafeBufferPointer { key in
                        for index in 0..<count where object[place + index] != key[index] { return false }
                        return true
                    }
                guard isHere else {
                    bytes.append(Self.absent)
                    continue
                }
                place += count
                // A value: a string, escaped as the canonical writer does.
                guard place < object.count, object[place] == UInt8(ascii: "\"") else { return false }
                place += 1
                let start = place
                while place < object.count, object[place] != UInt8(ascii: "\""), object[place] != UInt8(ascii: "\\") {
                    place += 1
                }
                guard place < object.count else { return false }
                if object[place] == UInt8(ascii: "\"") {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: object[start..<place]))
                } else {
                    // Escaped text stays escaped here, marked by its first byte, so that it comes back as it was.
                    while place < object.count, object[place] != UInt8(ascii: "\"") {
                        place += object[place] == UInt8(ascii: "\\") ? 2 : 1
                    }
                    guard place < object.count else { return false }
                    bytes.append(Self.escaped)
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: object[start..<place]))
                }
                bytes.append(Self.end)
                place += 1
                if place < object.count, object[place] == UInt8(ascii: ",") { place += 1 }
            }
            return place == object.count - 1 && object[place] == UInt8(ascii: "}")
        }
    }

    private static let escaped = RecordValues.escaped

    /// Compresses the unpacked form.
    /// - Parameter context: of the calling thread.
    func payload(_ plain: [UInt8], _ context: CompressionContext) -> [UInt8] {
        let bound = ZSTD_compressBound(plain.count)
        return [UInt8](unsafeUninitializedCapacity: bound + 10) { buffer, count in
            var start = 0
            var rest = UInt64(number)
            while rest >= 0x80 {
                buffer[start] = UInt8(truncatingIfNeeded: rest) | 0x80
                rest >>= 7
                start += 1
            }
            buffer[start] = UInt8(rest)
            start += 1
            let target = UnsafeMutableRawPointer(buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: 1)!) + start
            let length = context.compress(plain, into: target, bound, compressing?.pointer)
            // The magic number is the same in all frames.
            memmove(target, target + 4, length - 4)
            count = start + length - 4
        }
    }

    // MARK: unpacking

    /// The number of the packing that a payload names, and where its frame begins.
    static func number(of payload: UnsafeRawBufferPointer) -> (number: Int64, frame: Int)? {
        var (value, shift, place): (UInt64, UInt64, Int) = (0, 0, 0)
        while place < payload.count, shift < 63 {
            let byte = payload[place]
            value |= UInt64(byte & 0x7F) << shift
            place += 1
            if byte < 0x80 { return (Int64(value), place) }
            shift += 7
        }
        return nil
    }

    /// The unpacked form of a payload; nil where it is damaged.
    func plain(_ payload: [UInt8], from frame: Int, _ context: ExpansionContext) -> [UInt8]? {
        context.frame.removeAll(keepingCapacity: true)
        context.frame += Self.magic
        context.frame += payload[frame...]
        let size = context.frame.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        guard size <= UInt64(Self.mostBytes) else { return nil }
        return context.expand(Int(size), expanding?.pointer)
    }

    /// Hands out the values by position: published, internal, then changes, notes, rule set; nil where not stated.
    /// - Returns: false where the bytes are not of this packing.
    func forEach(_ plain: [UInt8], _ body: (_ position: Int, _ value: ArraySlice<UInt8>?) -> Void) -> Bool {
        var place = 0
        let count = published.count + `internal`.count + 3
        for position in 0..<count {
            guard place < plain.count else { return false }
            if plain[place] == Self.absent {
                body(position, nil)
                place += 1
                continue
            }
            let start = place
            while place < plain.count, plain[place] != Self.end { place += 1 }
            guard place < plain.count else { return false }
            body(position, plain[start..<place])
            place += 1
        }
        return place == plain.count
    }

    /// The values of the fields, with what cleaning did and what was remarked; nil where the bytes are not of this packing.
    func values(_ plain: [UInt8]) -> (values: RecordValues, changes: [UInt8]?, notes: [UInt8]?)? {
        var places: [(start: Int32, end: Int32)] = []
        let count = published.count + `internal`.count
        places.reserveCapacity(count + 3)
        let isWhole = plain.withUnsafeBufferPointer { plain in
            var place = 0
            while places.count < count + 3 {
                guard place < plain.count else { return false }
                let start = place
                if plain[place] == Self.absent {
                    places.append((-1, -1))
                } else {
                    while place < plain.count, plain[place] != Self.end { place += 1 }
                    guard place < plain.count else { return false }
                    places.append((Int32(start), Int32(place)))
                }
                place += 1
            }
            return place == plain.count
        }
        guard isWhole else { return nil }
        func part(_ position: Int) -> [UInt8]? {
            let (start, end) = places[position]
            return start < 0 ? nil : Array(plain[Int(start)..<Int(end)])
        }
        let (changes, notes) = (part(count), part(count + 1))
        places.removeLast(3)
        return (RecordValues(names: names, bytes: plain, places: places), changes, notes)
    }

    /// The canonical objects as they were sealed; nil where the bytes are not of this packing.
    func content(_ plain: [UInt8]) -> Content? {
        var (first, second): ([UInt8], [UInt8]) = ([UInt8(ascii: "{")], [UInt8(ascii: "{")])
        first.reserveCapacity(plain.count * 2)
        var (changes, notes, ruleSet): ([UInt8]?, [UInt8]?, String?) = (nil, nil, nil)
        let (publishedCount, internalCount) = (published.count, `internal`.count)
        func append(_ key: [UInt8], _ value: ArraySlice<UInt8>, to object: inout [UInt8]) {
            if object.count > 1 { object.append(UInt8(ascii: ",")) }
            object += key
            object.append(UInt8(ascii: "\""))
            object += value.first == Self.escaped ? value.dropFirst() : value
            object.append(UInt8(ascii: "\""))
        }
        let isWhole = forEach(plain) { position, value in
            guard let value else { return }
            switch position {
            case ..<publishedCount: append(publishedKeys[position], value, to: &first)
            case ..<(publishedCount + internalCount):
                append(internalKeys[position - publishedCount], value, to: &second)
            case publishedCount + internalCount: changes = Array(value)
            case publishedCount + internalCount + 1: notes = Array(value)
            default: ruleSet = String(decoding: value, as: UTF8.self)
            }
        }
        guard isWhole else { return nil }
        first.append(UInt8(ascii: "}"))
        second.append(UInt8(ascii: "}"))
        return Content(
            statement: Statement(published: first, internal: second.count > 2 ? second : nil), changes: changes,
            notes: notes, ruleSet: ruleSet)
    }
}

/// One thread's means of compressing.
final class CompressionContext {
    private let context: OpaquePointer

    init() {
        guard let context = ZSTD_createCCtx() else { preconditionFailure("no memory for a compression context") }
        self.context = context
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 3)
        ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0)
    }

    deinit { ZSTD_freeCCtx(context) }

    fileprivate func compress(
        _ bytes: [UInt8], into target: UnsafeMutableRawPointer, _ capacity: Int, _ dictionary: OpaquePointer?
    ) -> Int {
        ZSTD_CCtx_refCDict(context, dictionary)
        let length = bytes.withUnsafeBytes { ZSTD_compress2(context, target, capacity, $0.baseAddress, $0.count) }
        precondition(ZSTD_isError(length) == 0 && length > 4, "compression into enough room cannot fail")
        return length
    }
}

/// One thread's means of expanding.
final class ExpansionContext {
    private let context: OpaquePointer
    /// The frame to expand; its room is kept.
    fileprivate var frame: [UInt8] = []

    init() {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("no memory for an expansion context") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Nil where the frame is damaged.
    fileprivate func expand(_ size: Int, _ dictionary: OpaquePointer?) -> [UInt8]? {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let length = frame.withUnsafeBytes { frame in
                dictionary == nil
                    ? ZSTD_decompressDCtx(context, buffer.baseAddress, size, frame.baseAddress, frame.count)
                    : ZSTD_decompress_usingDDict(
                        context, buffer.baseAddress, size, frame.baseAddress, frame.count, dictionary)
            }
            failed = ZSTD_isError(length) != 0 || length != size
            count = failed ? 0 : size
        }
        return failed ? nil : bytes
    }
}
