/// Numbers by 64-bit keys, in two flat arrays: no allocation and no long hash on the way to an answer.
///
/// Keys are themselves hashes, so they are not hashed again. Whoever needs certainty compares what the number stands for.
struct FlatMap: Sendable {
    private(set) var keys: [UInt64]
    private(set) var values: [UInt32]
    private var mask: Int
    private(set) var count = 0

    /// - Parameter capacity: how many keys are expected; more may come.
    init(capacity: Int = 8) {
        var slots = 16
        while slots * 2 < capacity * 3 { slots *= 2 }
        keys = Array(repeating: 0, count: slots)
        values = Array(repeating: 0, count: slots)
        mask = slots - 1
    }

    /// The map whose `keys` and `values` were kept; nil where they are no map's.
    init?(keys: [UInt64], values: [UInt32]) {
        let used = keys.count { $0 != 0 }
        guard keys.count >= 16, keys.count & (keys.count - 1) == 0, values.count == keys.count, used * 3 <= keys.count * 2 else {
            return nil
        }
        (self.keys, self.values, mask, count) = (keys, values, keys.count - 1, used)
    }

    @inline(__always)
    subscript(key: UInt64) -> UInt32? {
        let key = key == 0 ? UInt64.max : key
        var slot = Self.slot(key) & mask
        while true {
            let found = keys[slot]
            if found == key { return values[slot] }
            if found == 0 { return nil }
            slot = (slot + 1) & mask
        }
    }

    mutating func set(_ key: UInt64, to value: UInt32) {
        if count * 3 >= keys.count * 2 { grow() }
        place(key == 0 ? UInt64.max : key, value)
    }

    private mutating func place(_ key: UInt64, _ value: UInt32) {
        var slot = Self.slot(key) & mask
        while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & mask }
        if keys[slot] == 0 { count += 1 }
        keys[slot] = key
        values[slot] = value
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = Array(repeating: 0, count: oldKeys.count * 2)
        values = Array(repeating: 0, count: oldKeys.count * 2)
        mask = keys.count - 1
        count = 0
        for (key, value) in zip(oldKeys, oldValues) where key != 0 { place(key, value) }
    }

    @inline(__always)
    private static func slot(_ key: UInt64) -> Int { Int(truncatingIfNeeded: ((key ^ (key >> 29)) &* 0x9E37_79B9_7F4A_7C15) >> 17) }
}

/// FNV-1a over scalars.
struct ScalarHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    init() {}
    init(_ text: some Sequence<UInt32>) { for scalar in text { add(scalar) } }

    @inline(__always)
    mutating func add(_ scalar: UInt32) { value = (value ^ UInt64(scalar)) &* 0x100_0000_01b3 }
}
