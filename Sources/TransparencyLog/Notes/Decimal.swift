/// Decimal numbers as the tlog formats write them: ASCII digits, no leading zero but in `0` itself.
enum Decimal {
    /// Nil unless `text` is the one form of a number below 2^63.
    static func value(_ text: some StringProtocol) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != 0x30, let value = UInt64(text), value <= UInt64(Int64.max)
        else { return nil }
        return value
    }
}
