/// A set of numbers below a bound, one bit each.
struct Bitmap: Sendable, Equatable {
    private(set) var words: [UInt64]

    /// - Parameter size: numbers are below it.
    init(size: Int) { words = Array(repeating: 0, count: (size + 63) / 64) }

    init(words: [UInt64]) { self.words = words }

    subscript(number: UInt32) -> Bool {
        @inline(__always) get { words[Int(number >> 6)] >> UInt64(number & 63) & 1 == 1 }
    }

    mutating func insert(_ number: UInt32) { words[Int(number >> 6)] |= 1 << UInt64(number & 63) }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    mutating func formIntersection(_ other: Bitmap) { combine(other) { $0 & $1 } }
    mutating func formUnion(_ other: Bitmap) { combine(other) { $0 | $1 } }
    mutating func subtract(_ other: Bitmap) { combine(other) { $0 & ~$1 } }

    @inline(__always)
    private mutating func combine(_ other: Bitmap, _ operation: (UInt64, UInt64) -> UInt64) {
        other.words.withUnsafeBufferPointer { other in
            words.withUnsafeMutableBufferPointer { own in
                for index in 0..<min(own.count, other.count) { own[index] = operation(own[index], other[index]) }
            }
        }
    }

    /// Every number in ascending order, until `body` says false.
    @inline(__always)
    func forEach(_ body: (UInt32) -> Bool) {
        words.withUnsafeBufferPointer { words in
            for index in words.indices {
                var rest = words[index]
                while rest != 0 {
                    if !body(UInt32(index * 64 + rest.trailingZeroBitCount)) { return }
                    rest &= rest - 1
                }
            }
        }
    }
}
