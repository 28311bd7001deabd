import CPostgres

/// The only row of a result in binary format, decoded by the types that the server names. Lives as long as the result.
struct PostgresRow: SQLRow {
    let result: OpaquePointer

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, 0, index(column)) == 1 }

    func integer(_ column: Int) -> Int64 {
        guard let bytes = value(column) else { return 0 }
        switch type(column) {
        case PostgresType.int8: return Int64(bitPattern: Self.number(bytes))
        case PostgresType.int4: return Int64(Int32(bitPattern: Self.number(bytes)))
        case PostgresType.int2: return Int64(Int16(bitPattern: Self.number(bytes)))
        case PostgresType.bool: return bytes[0] == 0 ? 0 : 1
        case PostgresType.numeric:
            guard let number = PostgresNumeric(bytes).integer else {
                preconditionFailure("column \(column) holds a number that is not a 64-bit integer")
            }
            return number
        default: unreadable(column, as: "an integer")
        }
    }

    func real(_ column: Int) -> Double {
        guard let bytes = value(column) else { return 0 }
        switch type(column) {
        case PostgresType.float8: return Double(bitPattern: Self.number(bytes))
        case PostgresType.float4: return Double(Float(bitPattern: Self.number(bytes)))
        case PostgresType.numeric: return PostgresNumeric(bytes).real
        case PostgresType.int8, PostgresType.int4, PostgresType.int2: return Double(integer(column))
        default: unreadable(column, as: "a real number")
        }
    }

    func text(_ column: Int) -> String {
        guard let bytes = value(column) else { return "" }
        switch type(column) {
        case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.unknown,
            PostgresType.json, PostgresType.char:
            return String(decoding: bytes, as: UTF8.self)
        default: unreadable(column, as: "text")
        }
    }

    func bytes(_ column: Int) -> [UInt8] {
        guard let bytes = value(column) else { return [] }
        guard type(column) == PostgresType.bytea else { unreadable(column, as: "bytes") }
        return Array(bytes)
    }

    private func index(_ column: Int) -> CInt {
        precondition((0..<Int(PQnfields(result))).contains(column), "the result has no column \(column)")
        return CInt(column)
    }

    private func type(_ column: Int) -> Oid { PQftype(result, CInt(column)) }

    private func value(_ column: Int) -> UnsafeRawBufferPointer? {
        guard !isNull(column) else { return nil }
        let start = UnsafeRawPointer(PQgetvalue(result, 0, CInt(column)))
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, 0, CInt(column))))
    }

    private func unreadable(_ column: Int, as wanted: String) -> Never {
        preconditionFailure(
            "column \(column) has the PostgreSQL type \(type(column)), which does not read as \(wanted); cast it in SQL"
        )
    }

    /// A number as the server sends it, most significant byte first.
    static func number<T: FixedWidthInteger & UnsignedInteger>(_ bytes: UnsafeRawBufferPointer) -> T {
        bytes.reduce(0) { $0 << 8 | T($1) }
    }
}

/// `numeric` in binary: 16-bit words for the count of digits, the weight of the first, the sign and the scale, then
/// digits to base 10,000 (PostgreSQL, numeric_send).
struct PostgresNumeric {
    private let digits: [Int]
    private let weight: Int
    private let sign: UInt16

    init(_ bytes: UnsafeRawBufferPointer) {
        func word(_ position: Int) -> UInt16 {
            UInt16(bytes[2 * position]) << 8 | UInt16(bytes[2 * position + 1])
        }
        digits = (0..<Int(word(0))).map { Int(word(4 + $0)) }
        weight = Int(Int16(bitPattern: word(1)))
        sign = word(2)
    }

    /// nil where there is a fraction, or more than 64 bits.
    var integer: Int64? {
        guard sign == 0 || sign == 0x4000, digits.dropFirst(max(0, weight + 1)).allSatisfy({ $0 == 0 }) else {
            return nil
        }
        var value: Int64 = 0
        // Built from below zero, where there is room for one more.
        for position in 0..<max(0, weight + 1) {
            let (product, first) = value.multipliedReportingOverflow(by: 10_000)
            let (sum, second) = product.subtractingReportingOverflow(
                Int64(position < digits.count ? digits[position] : 0))
            if first || second { return nil }
            value = sum
        }
        if sign == 0x4000 { return value }
        return value == .min ? nil : -value
    }

    var real: Double {
        switch sign {
        case 0xC000: return .nan
        case 0xD000: return .infinity
        case 0xF000: return -.infinity
        default:
            // Through decimal text, so that the value is the nearest there is.
            let mantissa = digits.map { String(String(10_000 + $0).dropFirst()) }.joined()
            let text = (sign == 0x4000 ? "-0" : "0") + mantissa + "e\(4 * (weight + 1 - digits.count))"
            return Double(text) ?? .nan
        }
    }
}
