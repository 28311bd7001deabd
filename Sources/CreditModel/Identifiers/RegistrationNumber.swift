/// A business registration number (工商注册号) from before the unified code.
///
/// Fifteen digits carry an ISO 7064 MOD 11,10 check (GS15-2006). Older forms (13 digits; co-operatives' 320584NA000155X; words
/// such as 企独苏办字第0037号) cannot be checked: they are kept as `isVerifiable == false` and say so wherever they are shown.
public struct RegistrationNumber: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public let isVerifiable: Bool

    public init(_ text: some StringProtocol) throws(CodeFault) {
        let bytes = Array(text.utf8)
        let digitsOnly = bytes.allSatisfy { $0 >= 48 && $0 <= 57 }
        switch (digitsOnly, bytes.count) {
        case (true, 15):
            guard Self.passesCheck(bytes) else { throw .checkDigit }
            (self.text, isVerifiable) = (String(text), true)
        case (true, 13):
            (self.text, isVerifiable) = (String(text), false)
        case (false, 15) where Self.isCooperativeForm(bytes):
            (self.text, isVerifiable) = (String(text), false)
        case (false, _) where Self.isWordForm(text):
            (self.text, isVerifiable) = (String(text), false)
        case (true, _): throw .length
        case (false, _): throw bytes.count == 15 || bytes.count == 13 ? .character : .length
        }
    }

    /// ISO 7064 MOD 11,10 over all fifteen digits.
    public static func passesCheck(_ digits: some BidirectionalCollection<UInt8>) -> Bool {
        guard digits.count == 15 else { return false }
        return checkDigit(of: digits.dropLast()) == digits.last
    }

    /// The fifteenth digit for the first fourteen.
    public static func checkDigit(of body: some Collection<UInt8>) -> UInt8? {
        guard body.count == 14 else { return nil }
        var product = 10
        for byte in body {
            guard byte >= 48, byte <= 57 else { return nil }
            let sum = (Int(byte) - 48 + product) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return UInt8(48 + (11 - product) % 10)
    }

    /// 320584NA000155X: farmers' co-operatives before 2015; six digits of division, NA, six digits, X.
    private static func isCooperativeForm(_ bytes: [UInt8]) -> Bool {
        bytes[0..<6].allSatisfy { $0 >= 48 && $0 <= 57 } && bytes[6] == UInt8(ascii: "N")
            && bytes[7] == UInt8(ascii: "A")
            && bytes[8..<14].allSatisfy { $0 >= 48 && $0 <= 57 }
            && (bytes[14] == UInt8(ascii: "X") || (48...57).contains(bytes[14]))
    }

    /// 企合/企独/企作/企外 … 字第 … (号): the numbers of foreign-invested firms and offices before 2006.
    private static func isWordForm(_ text: some StringProtocol) -> Bool {
        guard text.hasPrefix("企"), let mark = text.firstRange(of: "字第") else { return false }
        let rest = text[mark.upperBound...].trimmingSuffix("号")
        return (2...12).contains(rest.utf8.count) && rest.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == 45 }
    }

    public var description: String { text }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(_ suffix: Character) -> SubSequence {
        last == suffix ? dropLast() : self[...]
    }

    fileprivate func firstRange(of word: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
            start = index(after: start)
        }
        return nil
    }
}
