/// A dictionary for millions of entries that are added and all dropped at once: entries lie side by side in the order in which they
/// came, and what is half empty, as hashing wants it, are four bytes an entry.
struct NumberedTable<Key: Hashable, Value> {
    private var keys: [Key] = []
    private var values: [Value] = []
    /// The number of an entry + 1; 0 where the slot is free.
    private var slots: [UInt32] = Array(repeating: 0, count: 16)

    var count: Int { keys.count }

    subscript(key: Key) -> Value? {
        let number = slots[slot(of: key)]
        return number == 0 ? nil : values[Int(number) - 1]
    }

    mutating func set(_ key: Key, to value: Value) {
        let place = slot(of: key)
        if slots[place] != 0 {
            values[Int(slots[place]) - 1] = value
            return
        }
        keys.append(key)
        values.append(value)
        slots[place] = UInt32(keys.count)
        if keys.count * 2 > slots.count { grow() }
    }

    mutating func removeAll() { self = Self() }

    /// Where the key is, else the free slot where it belongs.
    private func slot(of key: Key) -> Int {
        var place = key.hashValue & (slots.count - 1)
        while slots[place] != 0, keys[Int(slots[place]) - 1] != key { place = (place + 1) & (slots.count - 1) }
        return place
    }

    private mutating func grow() {
        let count = slots.count * 2
        slots = []
        slots = Array(repeating: 0, count: count)
        for (number, key) in keys.enumerated() {
            var place = key.hashValue & (count - 1)
            while slots[place] != 0 { place = (place + 1) & (count - 1) }
            slots[place] = UInt32(number + 1)
        }
    }
}
