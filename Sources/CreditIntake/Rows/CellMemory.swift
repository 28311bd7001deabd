import CreditCatalogue
import CreditModel

#if canImport(Glibc)
    import Glibc
#endif

/// What cells of a column became, so that a cell delivered again is not read again: authorities, kinds, bases and days repeat
/// from row to row.
///
/// Reading a cell depends on its bytes and on what the whole file has in common, so the answer is the same every time. Only
/// plain answers are kept: a value without a remark and without a fault, which the guard of free text has let through. Of each
/// column so many answers are kept as there are places; a later one takes the place of an earlier. One task reads one file, so
/// nothing is locked.
final class CellMemory {
    /// A class, so that an answer is handed out as one reference.
    final class Entry {
        fileprivate let bytes: [UInt8]
        /// Nil where it is the cell as it was delivered.
        private let value: [UInt8]?
        let changes: [ChangeCode]
        let delivered: String
        let identifier: Identifier?

        fileprivate init(
            bytes: [UInt8], value: UnsafeBufferPointer<UInt8>, changes: [ChangeCode], delivered: String,
            identifier: Identifier?
        ) {
            self.bytes = bytes
            self.value = value.elementsEqual(bytes) ? nil : Array(value)
            self.changes = changes
            self.delivered = delivered
            self.identifier = identifier
        }

        /// What the cell states.
        func state(at position: Int, in values: inout StatedValues) {
            (value ?? bytes).withUnsafeBufferPointer { values.set(position, $0) }
        }

        fileprivate func isOf(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
            bytes.withUnsafeBufferPointer { own in
                own.count == other.count
                    && (own.count == 0 || memcmp(own.baseAddress!, other.baseAddress!, own.count) == 0)
            }
        }
    }

    private static let placeBits = 10
    private static let places = 1 << placeBits
    /// Longer cells are prose, which does not repeat.
    private static let longest = 96
    /// A column that keeps saying something new is not asked any more.
    private static let patience = 4096

    private final class Column {
        var entries: [Entry?] = []
        var asked = 0
        var found = 0
        var isFutile: Bool { asked >= CellMemory.patience && found * 8 < asked }
    }
    private let columns: [Column]

    init(columns count: Int) { columns = (0..<count).map { _ in Column() } }

    func recall(_ column: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Entry? {
        let column = columns[column]
        guard bytes.count <= Self.longest, !column.isFutile else { return nil }
        column.asked += 1
        guard !column.entries.isEmpty, let entry = column.entries[Self.place(bytes)],
            entry.isOf(bytes)
        else { return nil }
        column.found += 1
        return entry
    }

    /// Whether an answer for this cell would be kept.
    func keeps(_ column: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.count <= Self.longest && !columns[column].isFutile
    }

    func keep(
        _ column: Int, _ bytes: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, changes: [ChangeCode],
        delivered: String, identifier: Identifier?
    ) {
        guard keeps(column, bytes) else { return }
        let column = columns[column]
        if column.entries.isEmpty { column.entries = Array(repeating: nil, count: Self.places) }
        column.entries[Self.place(bytes)] = Entry(
            bytes: Array(bytes), value: value, changes: changes, delivered: delivered, identifier: identifier)
    }

    /// Eight bytes in one step, the last of them twice where the length asks for it. A file made to collide only makes its own
    /// reading as slow as it would be without a memory.
    private static func place(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let bytes = UnsafeRawBufferPointer(bytes)
        var hash = UInt64(bytes.count)
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
        }
        if bytes.count >= 8 {
            var place = 0
            while place + 8 < bytes.count {
                mix(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                place += 8
            }
            mix(bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
        } else {
            mix(bytes.reduce(0) { $0 << 8 | UInt64($1) })
        }
        // Every byte of the cell reaches the uppermost bits of a product; those below know only of the bytes before their own.
        return Int(hash >> (64 - placeBits))
    }
}
