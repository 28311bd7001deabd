/// Lower-case base 16.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Eight lower-case digits.
    static func encode(_ word: UInt32) -> String {
        encode([UInt8(word >> 24), UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)])
    }

    /// Exactly eight lower-case digits, else nil.
    static func word(_ text: some StringProtocol) -> UInt32? {
        guard text.utf8.count == 8 else { return nil }
        var word: UInt32 = 0
        for byte in text.utf8 {
            guard let digit = digits.firstIndex(of: byte) else { return nil }
            word = word << 4 | UInt32(digit)
        }
        return word
    }
}
