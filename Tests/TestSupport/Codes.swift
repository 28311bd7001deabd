import CreditModel

/// Codes of organisations that do not exist: division 990000 and below, which GB/T 2260 does not assign.
public enum Codes {
    /// Valid unified codes of sample organisations, all different for different numbers below 31^4.
    public static func unified(_ number: Int, division: String = "990102", kind: String = "91") -> String {
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
        var rest = number
        var serial: [UInt8] = []
        for _ in 0..<4 {
            serial.append(alphabet[rest % 31])
            rest /= 31
        }
        let inner = Array("MAT".utf8) + serial.reversed() + [UInt8(ascii: "7")]
        let organisation = inner + [OrganisationCode.checkCharacter(of: inner) ?? 0]
        let body = Array((kind + division).utf8) + organisation
        return String(decoding: body + [UnifiedCode.checkCharacter(of: body) ?? 0], as: UTF8.self)
    }

    /// The organisation code inside a unified code.
    public static func organisation(of unified: String) -> String { String(unified.dropFirst(8).prefix(9)) }

    /// Valid 15-digit registration numbers of division 990101.
    public static func registration(_ number: Int) -> String {
        let digits = String(number)
        let body = Array("990101\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)".utf8)
        return String(decoding: body + [RegistrationNumber.checkDigit(of: body) ?? 0], as: UTF8.self)
    }
}

/// The specimens that GB 11643 prints. No other identity number stands in any test.
public enum CitizenSpecimen {
    public static let first = "11010519491231002X"
    public static let second = "440524188001010014"
}
