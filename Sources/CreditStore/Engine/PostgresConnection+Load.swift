import CPostgres

extension PostgresConnection {
    /// `COPY … FROM STDIN` in binary: a signature, per row a count and per value a length and bytes, a last word of -1
    /// (PostgreSQL documentation, COPY, "Binary Format"). The server converts nothing here, so values are written in
    /// the types of the columns, which an empty question tells.
    func load(_ table: String, _ columns: [String], next: () throws -> [SQLValue]?) throws {
        try inTurn { try loadAlone(table, columns, next: next) }
    }

    /// The same in a turn that the caller has.
    func loadAlone(_ table: String, _ columns: [String], next: () throws -> [SQLValue]?) throws {
        try copy(table, columns, as: try types(table, columns)) { buffer, types in
            guard let row = try next() else { return false }
            precondition(row.count == types.count, "a row and the columns to load do not fit each other")
            PostgresArguments.append(Int16(row.count), to: &buffer)
            for (value, type) in zip(row, types) { try Self.append(value, as: type, to: &buffer) }
            return true
        }
    }

    func load(_ table: String, _ columns: [String], count: Int, _ write: (Int, any RowWriter) throws -> Void) throws {
        let writer = PostgresRowWriter()
        var index = 0
        try inTurn {
            try copy(table, columns, as: try types(table, columns)) { buffer, types in
                if index == count { return false }
                writer.begin(types)
                try write(index, writer)
                precondition(writer.isFull, "a row and the columns to load do not fit each other")
                buffer += writer.buffer
                index += 1
                return true
            }
        }
    }

    /// Copies rows into a table until `fill` has no more to append. In a turn that the caller has.
    func copy(_ table: String, _ columns: [String], as types: [Oid], _ fill: (inout [UInt8], [Oid]) throws -> Bool) throws {
        let target = Self.quoted(table)
        let names = columns.map { Self.quoted($0) }.joined(separator: ", ")
        try checkUsable()
        let start = PQexec(handle, "COPY \(target) (\(names)) FROM STDIN (FORMAT binary)")
        defer { PQclear(start) }
        guard PQresultStatus(start) == PGRES_COPY_IN else { throw failed(start) }
        isBusy = true
        defer { isBusy = false }
        var ending: (any Error)?
        do {
            var buffer = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            while try fill(&buffer, types) {
                if buffer.count >= 1 << 16 {
                    try send(&buffer)
                    try checkCancellation()
                }
            }
            PostgresArguments.append(Int16(-1), to: &buffer)
            try send(&buffer)
        } catch { ending = error }
        // Even a load given up is ended in order, else the connection takes no other statement.
        let isEnded = PQputCopyEnd(handle, ending == nil ? nil : "given up") == 1
        if let ending {
            drain()
            error = error ?? ending
            throw ending
        }
        guard isEnded else { throw failed(nil) }
        let result = PQgetResult(handle)
        defer {
            PQclear(result)
            drain()
        }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failed(result) }
    }

    private func send(_ buffer: inout [UInt8]) throws {
        let isSent = buffer.withUnsafeBytes { bytes in
            PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(bytes.count)) == 1
        }
        guard isSent else { throw failed(nil) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func checkUsable() throws {
        precondition(!isBusy, "a statement inside the rows of another: gather the rows first")
        if let error { throw error }
        try checkCancellation()
    }

    /// The types of a table's columns, asked without rows. In a turn that the caller has.
    func types(_ table: String, _ columns: [String]) throws -> [Oid] {
        try checkUsable()
        let names = columns.map { Self.quoted($0) }.joined(separator: ", ")
        let result = PQexec(handle, "SELECT \(names) FROM \(Self.quoted(table)) LIMIT 0")
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else { throw failed(result) }
        return (0..<PQnfields(result)).map { PQftype(result, $0) }
    }

    /// Appends one value in the binary form of a column's type.
    private static func append(_ value: SQLValue, as type: Oid, to buffer: inout [UInt8]) throws {
        func fixed(_ number: some FixedWidthInteger) {
            PostgresArguments.append(Int32(number.bitWidth / 8), to: &buffer)
            PostgresArguments.append(number, to: &buffer)
        }
        switch (value, type) {
        case (.null, _): PostgresArguments.append(Int32(-1), to: &buffer)
        case (.integer(let number), PostgresType.int8): fixed(number)
        case (.integer(let number), PostgresType.int4): fixed(try narrowed(number) as Int32)
        case (.integer(let number), PostgresType.int2): fixed(try narrowed(number) as Int16)
        case (.integer(let number), PostgresType.bool): fixed(number == 0 ? 0 : 1 as UInt8)
        case (.integer(let number), PostgresType.float8): fixed(Double(number).bitPattern)
        case (.real(let number), PostgresType.float8): fixed(number.bitPattern)
        case (.real(let number), PostgresType.float4): fixed(Float(number).bitPattern)
        case (.text(let text), PostgresType.text), (.text(let text), PostgresType.varchar),
            (.text(let text), PostgresType.bpchar):
            PostgresArguments.append(Int32(text.utf8.count), to: &buffer)
            try PostgresArguments.append(text, to: &buffer)
        case (.bytes(let bytes), PostgresType.bytea):
            PostgresArguments.append(Int32(bytes.count), to: &buffer)
            buffer += bytes
        default: preconditionFailure("a value does not load into a column of the PostgreSQL type \(type)")
        }
    }

    private static func narrowed<T: FixedWidthInteger>(_ number: Int64) throws -> T {
        guard let narrow = T(exactly: number) else {
            throw StoreError(.fault, "the database refused an operation (code 22003)")
        }
        return narrow
    }
}

/// Writes rows in the binary form of COPY. Numbers go into `bigint`, bytes into `bytea`, text into `text`.
final class PostgresRowWriter: RowWriter {
    private(set) var buffer: [UInt8] = []
    private var types: [Oid] = []
    private var column = 0

    var isFull: Bool { column == types.count }

    func begin(_ types: [Oid]) {
        self.types = types
        column = 0
        buffer.removeAll(keepingCapacity: true)
        PostgresArguments.append(Int16(types.count), to: &buffer)
    }

    private func take(_ accepted: Oid...) {
        precondition(column < types.count && accepted.contains(types[column]), "a value does not load into this column")
        column += 1
    }

    func null() {
        column += 1
        PostgresArguments.append(Int32(-1), to: &buffer)
    }

    func integer(_ value: Int64) {
        take(PostgresType.int8)
        PostgresArguments.append(Int32(8), to: &buffer)
        PostgresArguments.append(value, to: &buffer)
    }

    func bytes(_ value: UnsafeRawBufferPointer) {
        take(PostgresType.bytea)
        append(value)
    }

    func text(_ value: UnsafeRawBufferPointer) {
        take(PostgresType.text, PostgresType.varchar)
        append(value)
    }

    private func append(_ value: UnsafeRawBufferPointer) {
        PostgresArguments.append(Int32(value.count), to: &buffer)
        buffer.append(contentsOf: value)
    }
}
