/// Which documents hold a unit of text, and which hold two units next to each other.
///
/// A set of documents is a list of ascending numbers or, where it holds more than one document in 32 and a bitmap is
/// therefore smaller, a bitmap. A list of one lies in the slot itself, since most pairs of characters occur once.
struct Postings: Sendable {
    enum Found {
        case none
        case list(Range<Int>)
        case one(UInt32)
        case bitmap(Int)
    }

    /// Pairs that begin with a unit are at `firsts[unit]..<firsts[unit + 1]` of `seconds`, ascending, and of `slots`.
    var firsts: [UInt32] = Array(repeating: 0, count: 65537)
    var seconds: [UInt16] = []
    var slots: [UInt32] = []
    var singles: [UInt32] = Array(repeating: Self.none, count: 65536)
    /// A list is its length and then its numbers.
    var lists: [UInt32] = []
    var bitmaps: [Bitmap] = []
    var bitmapCounts: [UInt32] = []

    private static let none = UInt32.max
    private static let isOne: UInt32 = 1 << 30
    private static let isBitmap: UInt32 = 2 << 30
    private static let payload: UInt32 = (1 << 30) - 1

    /// A set larger than this is kept as a bitmap.
    static func dense(_ documents: Int) -> Int { documents / 32 }

    // MARK: looking up

    func single(_ unit: UInt16) -> Found { found(singles[Int(unit)]) }

    func pair(_ first: UInt16, _ second: UInt16) -> Found {
        guard let place = place(first, second) else { return .none }
        return found(slots[place])
    }

    private func place(_ first: UInt16, _ second: UInt16) -> Int? {
        var low = Int(firsts[Int(first)]), high = Int(firsts[Int(first) + 1])
        while low < high {
            let middle = (low + high) / 2
            if seconds[middle] < second { low = middle + 1 } else { high = middle }
        }
        return low < Int(firsts[Int(first) + 1]) && seconds[low] == second ? low : nil
    }

    private func found(_ slot: UInt32) -> Found {
        if slot == Self.none { return .none }
        if slot & Self.isBitmap != 0 { return .bitmap(Int(slot & Self.payload)) }
        if slot & Self.isOne != 0 { return .one(slot & Self.payload) }
        let start = Int(slot)
        return .list(start + 1..<start + 1 + Int(lists[start]))
    }

    func count(_ found: Found) -> Int {
        switch found {
        case .none: 0
        case .one: 1
        case .list(let range): range.count
        case .bitmap(let index): Int(bitmapCounts[index])
        }
    }

    /// Documents of the pair at a place of `seconds`.
    func count(at place: Int) -> Int { count(found(slots[place])) }

    // MARK: building

    /// - Parameters:
    ///   - names: ranges of `units`, those of one document next to each other, documents ascending.
    init(documents: Int, units: [UInt16], nameStarts: [UInt32], nameDocuments: [UInt32]) {
        guard documents > 0 else { return }
        // Every unit of every name goes to the bucket of its value, with the unit behind it (0 at a name's end, which no text
        // holds) and its document. Within a bucket documents come in ascending order.
        var starts = Array(repeating: 0, count: 65537)
        for unit in units { starts[Int(unit) + 1] += 1 }
        for unit in 0..<65536 { starts[unit + 1] += starts[unit] }
        var cursor = starts
        let entries = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: units.count)
        defer { entries.deallocate() }
        units.withUnsafeBufferPointer { units in
            cursor.withUnsafeMutableBufferPointer { cursor in
                for name in nameDocuments.indices {
                    let end = Int(nameStarts[name + 1])
                    let document = UInt64(nameDocuments[name])
                    for place in Int(nameStarts[name])..<end {
                        let next = place + 1 < end ? UInt64(units[place + 1]) : 0
                        entries[cursor[Int(units[place])]] = next << 32 | document
                        cursor[Int(units[place])] += 1
                    }
                }
            }
        }
        let dense = Self.dense(documents)
        var gathered: [UInt32] = []
        var sorter = BucketSorter()
        for unit in 0..<65536 {
            firsts[unit] = UInt32(seconds.count)
            let bucket = UnsafeMutableBufferPointer(rebasing: entries[starts[unit]..<starts[unit + 1]])
            if bucket.isEmpty { continue }
            gathered.removeAll(keepingCapacity: true)
            for entry in bucket {
                let document = UInt32(truncatingIfNeeded: entry)
                if gathered.last != document { gathered.append(document) }
            }
            singles[unit] = keep(gathered, documents, dense)
            sorter.sort(bucket)
            var place = 0
            while place < bucket.count {
                let second = bucket[place] >> 32
                gathered.removeAll(keepingCapacity: true)
                while place < bucket.count, bucket[place] >> 32 == second {
                    let document = UInt32(truncatingIfNeeded: bucket[place])
                    if gathered.last != document { gathered.append(document) }
                    place += 1
                }
                if second == 0 { continue }
                seconds.append(UInt16(second))
                slots.append(keep(gathered, documents, dense))
            }
        }
        firsts[65536] = UInt32(seconds.count)
    }

    init() {}

    private mutating func keep(_ numbers: [UInt32], _ documents: Int, _ dense: Int) -> UInt32 {
        if numbers.count == 1 { return Self.isOne | numbers[0] }
        if numbers.count > dense {
            var bitmap = Bitmap(size: documents)
            for number in numbers { bitmap.insert(number) }
            bitmaps.append(bitmap)
            bitmapCounts.append(UInt32(numbers.count))
            return Self.isBitmap | UInt32(bitmaps.count - 1)
        }
        let start = UInt32(lists.count)
        precondition(start < Self.isOne, "a segment holds fewer than a billion postings")
        lists.append(UInt32(numbers.count))
        lists += numbers
        return start
    }
}

/// Sorts the entries of a bucket by the upper half; what has the same one keeps its order.
private struct BucketSorter {
    private var counts = Array(repeating: 0, count: 65537)
    private var copy: [UInt64] = []

    mutating func sort(_ bucket: UnsafeMutableBufferPointer<UInt64>) {
        // Documents ascend already, so ordering by the whole entry is the same as a stable order by the upper half.
        var bucket = bucket
        guard bucket.count > 2000 else { return bucket.sort() }
        copy.removeAll(keepingCapacity: true)
        copy.append(contentsOf: bucket)
        for index in counts.indices { counts[index] = 0 }
        for entry in copy { counts[Int(entry >> 32) + 1] += 1 }
        for index in 0..<65536 { counts[index + 1] += counts[index] }
        for entry in copy {
            bucket[counts[Int(entry >> 32)]] = entry
            counts[Int(entry >> 32)] += 1
        }
    }
}
