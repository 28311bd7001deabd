/// Numbers as text: reading small ones, and writing any one out without an exponent.
enum DecimalDigits {
    /// A non-negative decimal integer; nil for anything else or beyond 18 digits. Outer blanks are ignored.
    static func integer(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var value = 0
        var digits = 0
        for byte in bytes {
            if byte == 32 || byte == 10 || byte == 13 || byte == 9 { continue }
            guard (48...57).contains(byte), digits < 18 else { return nil }
            value = value * 10 + Int(byte - 48)
            digits += 1
        }
        return digits > 0 ? value : nil
    }

    /// What exponents may expand to; longer numbers keep their exponent.
    private static let maxExpanded = 400

    /// `-1.50E+2` becomes `-150`. Nil when the text is no such number or would become too long.
    /// Digits are moved, never computed, so nothing is rounded.
    static func expand(_ text: some Collection<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var rest = text[...]
        let negative = rest.first == UInt8(ascii: "-")
        if negative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        while let byte = rest.first {
            if (48...57).contains(byte) {
                digits.append(byte)
            } else if byte == UInt8(ascii: "."), point == nil {
                point = digits.count
            } else {
                break
            }
            rest = rest.dropFirst()
        }
        guard !digits.isEmpty else { return nil }
        if let byte = rest.first {
            guard byte | 0x20 == UInt8(ascii: "e") else { return nil }
            rest = rest.dropFirst()
            let down = rest.first == UInt8(ascii: "-")
            if down || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard !rest.isEmpty else { return nil }
            for byte in rest {
                guard (48...57).contains(byte) else { return nil }
                exponent = min(exponent * 10 + Int(byte - 48), 1_000_000)
            }
            if down { exponent = -exponent }
        }
        var whole = (point ?? digits.count) + exponent
        guard abs(whole) <= maxExpanded, digits.count <= maxExpanded else { return nil }
        if whole < 0 {
            digits = [UInt8](repeating: 48, count: -whole) + digits
            whole = 0
        }
        while digits.count < whole { digits.append(48) }
        var head = Array(digits[..<whole].drop { $0 == 48 })
        if head.isEmpty { head = [48] }
        var tail = Array(digits[whole...])
        if exponent != 0 { while tail.last == 48 { tail.removeLast() } }
        return (negative ? [45] : []) + head + (tail.isEmpty ? [] : [46] + tail)
    }
}
