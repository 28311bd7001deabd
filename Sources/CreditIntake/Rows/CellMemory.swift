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
        let value: String
        let changes: [ChangeCode]
        let delivered: String
        let identifier: Identifier?

        fileprivate init(
            bytes: [UInt8], value: String, changes: [ChangeCode], delivered: String, identifier: Identifier?
        ) {
            self.bytes = bytes
            self.value = value
            self.changes = changes
            self.delivered = delivered
            self.identifier = identifier
        }

        fileprivate func isOf(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
            bytes.withUnsafeBufferPointer { own in
                own.count == other.count
                    && (own.count == 0 || memcmp(own.baseAddress!, other.baseAddress!, own.count) == 0)
            }
        }
    }

    private static let places = 1024
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

    func keep(
        _ column: Int, _ bytes: UnsafeBufferPointer<UInt8>, value: String, changes: [ChangeCode], delivered: String,
        identifier: Identifier?
    ) {
        let column = columns[column]
        guard bytes.count <= Self.longest, !column.isFutile else { return }
        if column.entries.isEmpty { column.entries = Array(repeating: nil, count: Self.places) }
        column.entries[Self.place(bytes)] = Entry(
            bytes: Array(bytes), value: value, changes: changes, delivered: delivered, identifier: identifier)
    }

    /// FNV-1a. A file made to collide only makes its own reading as slow as it would be without a memory.
    private static func place(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & UInt64(places - 1))
    }
}
