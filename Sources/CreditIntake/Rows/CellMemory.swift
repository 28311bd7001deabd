import CreditCatalogue
import CreditModel

/// What cells of a column became, so that a cell delivered again is not read again: authorities, kinds, bases and days repeat
/// from row to row.
///
/// Reading a cell depends on its bytes and on what the whole file has in common, so the answer is the same every time. Only
/// plain answers are kept: a value without a remark and without a fault, which the guard of free text has let through. Of each
/// column so many answers are kept as there are places; a later one takes the place of an earlier. One task reads one file, so
/// nothing is locked.
final class CellMemory {
    struct Entry {
        fileprivate let bytes: [UInt8]
        let value: String
        let changes: [ChangeCode]
        let delivered: String
        let identifier: Identifier?
    }

    private static let places = 1024
    /// Longer cells are prose, which does not repeat.
    private static let longest = 96
    /// A column that keeps saying something new is not asked any more.
    private static let patience = 4096

    private struct Column {
        var entries: [Entry?] = []
        var asked = 0
        var found = 0
        var isFutile: Bool { asked >= CellMemory.patience && found * 8 < asked }
    }
    private var columns: [Column]

    init(columns count: Int) { columns = Array(repeating: Column(), count: count) }

    func recall(_ column: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Entry? {
        guard bytes.count <= Self.longest, !columns[column].isFutile else { return nil }
        columns[column].asked += 1
        guard !columns[column].entries.isEmpty, let entry = columns[column].entries[Self.place(bytes)],
            entry.bytes.elementsEqual(bytes)
        else { return nil }
        columns[column].found += 1
        return entry
    }

    func keep(
        _ column: Int, _ bytes: UnsafeBufferPointer<UInt8>, value: String, changes: [ChangeCode], delivered: String,
        identifier: Identifier?
    ) {
        guard bytes.count <= Self.longest, !columns[column].isFutile else { return }
        if columns[column].entries.isEmpty { columns[column].entries = Array(repeating: nil, count: Self.places) }
        columns[column].entries[Self.place(bytes)] = Entry(
            bytes: Array(bytes), value: value, changes: changes, delivered: delivered, identifier: identifier)
    }

    /// FNV-1a. A file made to collide only makes its own reading as slow as it would be without a memory.
    private static func place(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & UInt64(places - 1))
    }
}
