/// Rows as bytes, the same from every engine: a value is a tag and, for whole numbers, a zigzag varint; for text and bytes,
/// a varint length and the bytes; for reals, eight bytes big-endian.
enum RowCodec {
    private enum Tag: UInt8 { case null, integer, real, text, bytes }

    static func append(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(Tag.null.rawValue)
        case .integer(let number):
            bytes.append(Tag.integer.rawValue)
            append(UInt64(bitPattern: (number << 1) ^ (number >> 63)), &bytes)
        case .real(let number):
            bytes.append(Tag.real.rawValue)
            let bits = number.bitPattern
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        case .text(let text):
            bytes.append(Tag.text.rawValue)
            append(UInt64(text.utf8.count), &bytes)
            bytes.append(contentsOf: text.utf8)
        case .bytes(let content):
            bytes.append(Tag.bytes.rawValue)
            append(UInt64(content.count), &bytes)
            bytes += content
        }
    }

    private static func append(_ number: UInt64, _ bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Reads `columns` values from `position` on. Nil where the bytes are no row; a frame's digest has been checked by then,
    /// so that is a fault of whoever wrote it.
    static func row(_ bytes: [UInt8], at position: inout Int, columns: Int) -> [SQLValue]? {
        var row: [SQLValue] = []
        row.reserveCapacity(columns)
        for _ in 0..<columns {
            guard position < bytes.count, let tag = Tag(rawValue: bytes[position]) else { return nil }
            position += 1
            switch tag {
            case .null: row.append(.null)
            case .integer:
                guard let raw = varint(bytes, &position) else { return nil }
                row.append(.integer(Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)))
            case .real:
                guard position + 8 <= bytes.count else { return nil }
                let bits = bytes[position..<position + 8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
                position += 8
                row.append(.real(Double(bitPattern: bits)))
            case .text, .bytes:
                guard let count = varint(bytes, &position), count <= UInt64(bytes.count - position) else { return nil }
                let content = bytes[position..<position + Int(count)]
                position += Int(count)
                row.append(tag == .text ? .text(String(decoding: content, as: UTF8.self)) : .bytes(Array(content)))
            }
        }
        return row
    }

    private static func varint(_ bytes: [UInt8], _ position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
