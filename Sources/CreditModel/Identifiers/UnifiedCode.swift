/// A unified social credit code (统一社会信用代码, USCC) of 18 characters that passes both of its checks. GB 32100-2015.
///
/// Built as [1] registering department, [2] institution category, [3–8] division of the registering authority
/// (GB/T 2260), [9–17] organisation code (GB 11714, which has a check of its own), [18] check character.
public struct UnifiedCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 18 characters, upper case.
    public let text: String

    /// Reads a code that is already written properly: upper case ASCII, no blanks.
    /// - Throws: `CodeFault` naming the first thing that is wrong.
    public init(_ text: some StringProtocol) throws(CodeFault) {
        try self.init(utf8: Array(text.utf8))
    }

    /// The same on UTF-8 bytes.
    public init(utf8 bytes: some RandomAccessCollection<UInt8>) throws(CodeFault) {
        try Self.check(bytes)
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    private init(accepted text: String) { self.text = text }

    /// A pilot code: issued before 2015 or by mistake with a check character that does not follow the standard.
    ///
    /// Only an officer may accept one, with a reason (see the registry's code overrides); nothing else calls this.
    public static func pilot(_ text: String) throws(CodeFault) -> UnifiedCode {
        let bytes = Array(text.utf8)
        guard bytes.count == 18 else { throw .length }
        guard bytes.allSatisfy({ UnifiedCodeAlphabet.value($0) != nil }) else { throw .character }
        return UnifiedCode(accepted: text)
    }

    /// Checks the alphabet, the check character and the organisation code inside, without allocating.
    public static func check(_ bytes: some RandomAccessCollection<UInt8>) throws(CodeFault) {
        guard bytes.count == 18 else { throw .length }
        var sum = 0
        var position = 0
        var last = 0
        for byte in bytes {
            guard let value = UnifiedCodeAlphabet.value(byte) else { throw .character }
            // The division (3–8) is digits in every edition of the standard.
            if position >= 2, position < 8, value > 9 { throw .character }
            if position < 17 { sum += value * UnifiedCodeAlphabet.weights[position] } else { last = value }
            position += 1
        }
        guard (31 - sum % 31) % 31 == last else { throw .checkDigit }
        let inner = bytes.dropFirst(8).dropLast()
        guard OrganisationCode.checkCharacter(of: inner.dropLast()) == inner.last else { throw .innerCheckDigit }
    }

    /// The same on bytes that lie in an array.
    public static func check(_ bytes: [UInt8]) throws(CodeFault) { try check(bytes[...]) }

    /// The check character for the first 17 characters, or nil where one of them is outside the alphabet.
    public static func checkCharacter(of body: some Collection<UInt8>) -> UInt8? {
        guard body.count == 17 else { return nil }
        var sum = 0
        for (index, byte) in body.enumerated() {
            guard let value = UnifiedCodeAlphabet.value(byte) else { return nil }
            sum += value * UnifiedCodeAlphabet.weights[index]
        }
        return UnifiedCodeAlphabet.characters[(31 - sum % 31) % 31]
    }

    /// Characters 1 and 2: who registers (9 = market regulation, 1 = establishment office, …) and which category.
    public var registrar: Substring { text.prefix(2) }
    /// Characters 3–8: division code of the registering authority. May be withdrawn since, or in no table at all.
    public var division: Substring { text.dropFirst(2).prefix(6) }
    /// Characters 9–17: the organisation code of the same body.
    public var organisationCode: Substring { text.dropFirst(8).prefix(9) }

    public var description: String { text }
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// The 31 characters of GB 32100 (no I, O, S, V, Z) with their values and the weights 3^i mod 31.
enum UnifiedCodeAlphabet {
    static let characters = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
    static let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

    private static let values: [Int8] = {
        var table = [Int8](repeating: -1, count: 256)
        for (value, character) in characters.enumerated() { table[Int(character)] = Int8(value) }
        return table
    }()

    static func value(_ byte: UInt8) -> Int? {
        let value = values[Int(byte)]
        return value < 0 ? nil : Int(value)
    }
}
