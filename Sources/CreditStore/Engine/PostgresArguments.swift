import CPostgres

/// Type numbers of PostgreSQL (pg_type.dat): fixed since the types exist.
enum PostgresType {
    static let undecided: Oid = 0
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let char: Oid = 18
    static let name: Oid = 19
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let json: Oid = 114
    static let float4: Oid = 700
    static let float8: Oid = 701
    static let unknown: Oid = 705
    static let bpchar: Oid = 1042
    static let varchar: Oid = 1043
    static let numeric: Oid = 1700
}

/// The parameters of one statement in the form in which they are sent.
///
/// Integers are declared as `int8`, reals as `float8`, bytes as `bytea`, all in binary: every integer column takes an
/// int8 by assignment and compares with one through its index, and `LIMIT $1`, `$1 + 1` and `coalesce($1, 0)` mean 64
/// bits as they do in SQLite. Text is sent undecided, as a quoted literal would be, so that it fits `varchar`, `date`
/// or `jsonb` columns too; where nothing else decides, it is `text`. NULL says nothing of its type. Where a function
/// takes only smaller integers, SQL says so: `substr(name, CAST($1 AS INTEGER))`.
struct PostgresArguments {
    private var buffer: [UInt8] = []
    /// Where each value begins in `buffer`; -1 is NULL.
    private var offsets: [Int] = []
    private var lengths: [CInt] = []
    private var formats: [CInt] = []

    /// - Throws: `StoreError.fault` for text with a zero byte, which PostgreSQL does not keep.
    init(_ values: [SQLValue]) throws {
        offsets.reserveCapacity(values.count)
        for value in values {
            let start = buffer.count
            switch value {
            case .null: break
            case .integer(let number): Self.append(UInt64(bitPattern: number), to: &buffer)
            case .real(let number): Self.append(number.bitPattern, to: &buffer)
            case .text(let text):
                try Self.append(text, to: &buffer)
                buffer.append(0)
            case .bytes(let bytes): buffer += bytes
            }
            offsets.append(value == .null ? -1 : start)
            lengths.append(CInt(buffer.count - start))
            if case .text = value { formats.append(0) } else { formats.append(1) }
        }
    }

    var count: Int { offsets.count }

    /// The type that a value declares, nil for NULL.
    static func type(of value: SQLValue) -> Oid? {
        switch value {
        case .null: nil
        case .integer: PostgresType.int8
        case .real: PostgresType.float8
        case .text: PostgresType.undecided
        case .bytes: PostgresType.bytea
        }
    }

    /// Lends values, lengths and formats as libpq takes them.
    func withPointers<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<CInt>?, UnsafePointer<CInt>?) -> T
    ) -> T {
        // An empty buffer may have no address, and a null pointer would mean NULL: hence one byte more.
        (buffer + [0]).withUnsafeBufferPointer { bytes in
            let start = UnsafeRawPointer(bytes.baseAddress)
            let values = offsets.map { offset in
                offset < 0 ? nil : start.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
            }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { body(values.baseAddress, lengths.baseAddress, $0.baseAddress) }
                }
            }
        }
    }

    /// Appends the UTF-8 of a text.
    static func append(_ text: String, to buffer: inout [UInt8]) throws {
        let start = buffer.count
        buffer.append(contentsOf: text.utf8)
        if buffer[start...].contains(0) {
            throw StoreError(.fault, "a text holds a zero byte, which the database cannot keep; nothing of it was sent")
        }
    }

    /// Appends a number, most significant byte first.
    static func append(_ number: some FixedWidthInteger, to buffer: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { buffer.append(contentsOf: $0) }
    }
}
