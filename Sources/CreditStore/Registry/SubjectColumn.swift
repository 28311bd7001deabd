import CreditModel

/// One value for each subject. Subjects are numbered from 1 on without gaps, so values lie side by side in blocks and a city's
/// million ordinals take four megabytes; a delivery about ten subjects makes ten blocks.
struct SubjectColumn<Value> {
    private let none: Value
    private var blocks: [Int64: [Value]] = [:]
    private static var blockBits: Int64 { 6 }

    /// - Parameter none: what a subject has that was given nothing.
    init(none: Value) { self.none = none }

    subscript(subject: Int64) -> Value {
        get {
            guard let block = blocks[subject >> Self.blockBits] else { return none }
            return block[Self.place(subject)]
        }
        set {
            let empty = none
            blocks[subject >> Self.blockBits, default: Array(repeating: empty, count: 1 << Self.blockBits)][Self.place(subject)] =
                newValue
        }
    }

    /// For how many subjects there is room, given or not.
    var room: Int { blocks.count << Int(Self.blockBits) }

    mutating func removeAll() { blocks.removeAll() }

    private static func place(_ subject: Int64) -> Int { Int(subject & (1 << blockBits - 1)) }
}

/// Subjects, one bit each.
struct SubjectSet {
    private var words: [UInt64] = []

    var isEmpty: Bool { words.isEmpty }
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    func contains(_ subject: Int64) -> Bool {
        Int(subject >> 6) < words.count && words[Int(subject >> 6)] >> UInt64(subject & 63) & 1 == 1
    }

    mutating func insert(_ subject: Int64) {
        let word = Int(subject >> 6)
        if word >= words.count { words += Array(repeating: 0, count: max(word + 1 - words.count, words.count)) }
        words[word] |= 1 << UInt64(subject & 63)
    }

    mutating func remove(_ subject: Int64) {
        if contains(subject) { words[Int(subject >> 6)] &= ~(1 << UInt64(subject & 63)) }
    }

    mutating func removeAll() { words.removeAll() }

    /// Lowest first.
    func forEach(_ body: (Int64) -> Void) {
        for index in words.indices {
            var rest = words[index]
            while rest != 0 {
                body(Int64(index * 64 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
    }
}
