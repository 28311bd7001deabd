/// Bytes that grow. Appending is a copy of memory and nothing else: at 300,000 rows a second `String` and `Array` show.
struct ByteBuffer: ~Copyable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = max(64, capacity)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    mutating func clear() { count = 0 }

    mutating func shorten(to count: Int) { self.count = min(count, self.count) }

    private mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let larger = max(capacity * 2, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        (base, capacity) = (moved, larger)
    }

    mutating func append(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)
        (base + count).update(from: text.utf8Start, count: length)
        count += length
    }

    mutating func append(byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    mutating func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
        reserve(length)
        (base + count).update(from: start, count: length)
        count += length
    }

    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { if let start = $0.baseAddress { append(start, $0.count) } }
    }

    mutating func append(_ bytes: [UInt8], from start: Int, count length: Int) {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, start >= 0, start + length <= buffer.count else { return }
            append(base + start, length)
        }
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { if let start = $0.baseAddress { append(start, $0.count) } }
    }

    /// A whole number, with zeros in front up to `width` digits.
    mutating func append(number: Int, width: Int = 1) {
        reserve(24)
        var rest = number.magnitude
        if number < 0 {
            base[count] = UInt8(ascii: "-")
            count += 1
        }
        var digits = 1
        var bound: UInt = 10
        while digits < 19, rest >= bound {
            digits += 1
            bound *= 10
        }
        digits = max(digits, min(width, 20))
        var position = count + digits
        count = position
        for _ in 0..<digits {
            position -= 1
            base[position] = 48 + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// Yuan in 万元, without zeros at the end: 2000 → 0.2.
    mutating func append(wanYuan yuan: Int) {
        append(number: yuan / 10_000)
        var rest = yuan % 10_000
        guard rest > 0 else { return }
        append(byte: UInt8(ascii: "."))
        var unit = 1000
        while rest > 0 {
            append(byte: 48 + UInt8(rest / unit))
            rest %= unit
            unit /= 10
        }
    }
}
