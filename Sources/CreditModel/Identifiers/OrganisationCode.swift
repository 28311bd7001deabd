/// An organisation code (组织机构代码) of 8 characters and a check character, kept without its hyphen. GB 11714-1997.
public struct OrganisationCode: Hashable, Sendable, CustomStringConvertible {
    /// Nine characters, upper case, no hyphen.
    public let text: String

    public init(_ text: some StringProtocol) throws(CodeFault) {
        try self.init(utf8: Array(text.utf8))
    }

    public init(utf8 bytes: [UInt8]) throws(CodeFault) {
        guard bytes.count == 9 else { throw .length }
        guard let check = Self.checkCharacter(of: bytes.dropLast()), Self.value(bytes[8]) != nil else {
            throw .character
        }
        guard check == bytes[8] else { throw .checkDigit }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// The check character for the first 8: 11 − Σ(value × weight) mod 11, where 10 is written X and 11 is written 0.
    public static func checkCharacter(of body: some Collection<UInt8>) -> UInt8? {
        guard body.count == 8 else { return nil }
        var sum = 0
        for (index, byte) in body.enumerated() {
            guard let value = value(byte) else { return nil }
            sum += value * weights[index]
        }
        switch 11 - sum % 11 {
        case 10: return UInt8(ascii: "X")
        case 11: return UInt8(ascii: "0")
        case let digit: return UInt8(ascii: "0") + UInt8(digit)
        }
    }

    private static let weights = [3, 7, 9, 10, 5, 8, 4, 2]

    private static func value(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 48
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 55
        default: nil
        }
    }

    public var description: String { text }
}
