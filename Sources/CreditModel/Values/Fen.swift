/// Money in fen, a hundredth of a yuan. An integer, since amounts are compared, summed and hashed.
public struct Fen: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let value: Int64

    public init(_ value: Int64) { self.value = value }

    /// Reads a plain decimal (`1234`, `1234.5`, `0.2`), multiplied by a unit given in fen (100 = yuan, 1 000 000 = 万元).
    ///
    /// Digits finer than a fen must be zeros. Nil for anything else, including signs, separators and overflow:
    /// intake's cleaning takes separators away first.
    public init?(decimal text: some StringProtocol, unitInFen: Int64) {
        self.init(decimal: String(text), unitInFen: unitInFen)
    }

    /// The same for a whole string.
    public init?(decimal text: String, unitInFen: Int64) {
        // Idle decimals are taken off first, or 82950000.000000 万元 would not fit on the way.
        let idle =
            text.utf8.contains(UInt8(ascii: "."))
            ? text.utf8.reversed().prefix(while: { $0 == UInt8(ascii: "0") }).count : 0
        var mantissa: Int64 = 0
        var scale = 0
        var point = false
        var digits = 0
        for byte in text.utf8.dropLast(idle) {
            if byte == UInt8(ascii: "."), !point {
                point = true
                continue
            }
            guard byte >= 48, byte <= 57 else { return nil }
            digits += 1
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            let (sum, overflowSum) = product.addingReportingOverflow(Int64(byte) - 48)
            if overflow || overflowSum { return nil }
            mantissa = sum
            if point { scale += 1 }
        }
        guard digits > 0 else { return nil }
        var (fen, overflow) = mantissa.multipliedReportingOverflow(by: unitInFen)
        guard !overflow else { return nil }
        while scale > 0 {
            guard fen % 10 == 0 else { return nil }
            fen /= 10
            scale -= 1
        }
        value = fen
    }

    /// `12345.60` without separators, always two decimals: the form that is stored and exported.
    public var plain: String {
        let magnitude = value.magnitude
        let cents = magnitude % 100
        return "\(value < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
    }

    /// `12,345.6` with separators, decimals only where there are any: the form that people read, in yuan.
    public var grouped: String {
        let magnitude = value.magnitude
        var digits = Array(String(magnitude / 100))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        let cents = magnitude % 100
        let tail = cents == 0 ? "" : cents % 10 == 0 ? ".\(cents / 10)" : ".\(cents < 10 ? "0" : "")\(cents)"
        return (value < 0 ? "-" : "") + String(digits) + tail
    }

    public var description: String { plain }
    public static func < (left: Fen, right: Fen) -> Bool { left.value < right.value }
}
