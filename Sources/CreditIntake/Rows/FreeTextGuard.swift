import CreditCatalogue
import CreditModel

/// Looks for what no text may bring in (RIGHTS 5). One scan decides whether a closer look is worth it.
enum FreeTextGuard {
    static func fault(in value: String, isProse: Bool, forbidden: Forbidden) -> CheckCode? {
        var value = value
        return value.withUTF8 { fault(in: $0, isProse: isProse, forbidden: forbidden) }
    }

    static func fault(in bytes: UnsafeBufferPointer<UInt8>, isProse: Bool, forbidden: Forbidden) -> CheckCode? {
        var digits = 0
        var hasMark = false
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 48...57: digits += 1
            case 0x3A, 0x3D: hasMark = true
            // Full-width digits and the two marks; other full-width signs stand in every sentence.
            case 0xEF where index + 2 < bytes.count && bytes[index + 1] == 0xBC:
                switch bytes[index + 2] {
                case 0x90...0x99: digits += 1
                case 0x9A, 0x9D: hasMark = true
                default: break
                }
            // 为
            case 0xE4: if index + 2 < bytes.count, bytes[index + 1] == 0xB8, bytes[index + 2] == 0xBA { hasMark = true }
            default: break
            }
            index += 1
        }
        guard digits >= 16 || hasMark else { return nil }
        let value = String(decoding: bytes, as: UTF8.self)
        // 17 digits and X, or 18 digits; bank cards have 16 or more.
        if digits >= 16 {
            let numbers = numbers(in: value)
            if CitizenNumber.occurs(in: numbers) { return .citizenNumberInText }
            // Serial numbers may look like cards by chance; prose does not.
            if isProse, BankCardNumber.occurs(in: numbers) { return .bankCardInText }
        }
        return hasMark && forbidden.group(labelledIn: value) != nil ? .forbiddenContent : nil
    }

    /// Whatever looks like a hyphen, the one that is never broken, dashes and the minus sign among them.
    private static func isHyphen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2D, 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63, 0xFF0D: true
        default: false
        }
    }

    /// The text with digits narrow, and with blanks and hyphens between digits taken out: 110105 19491231-002X.
    static func numbers(in value: String) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(value.utf8.count)
        var pending = false
        for scalar in value.unicodeScalars {
            let narrow = Folding.narrow(scalar)
            if Folding.isBlank(scalar) || isHyphen(narrow) {
                pending = true
                continue
            }
            let isDigit = (48...57).contains(narrow.value) || narrow == "X" || narrow == "x"
            if pending, !(isDigit && (result.last.map { (48...57).contains($0) } ?? false)) { result.append(0x20) }
            pending = false
            result.append(narrow.isASCII ? UInt8(narrow.value) : 0x3F)
        }
        return result
    }
}

extension CitizenNumber {
    /// Whether a citizen's number stands in a text, however its digits are written: `110105 19491231-002X`, full width.
    public static func occurs(inText text: String) -> Bool {
        text.utf8.count >= 18 && occurs(in: FreeTextGuard.numbers(in: text))
    }
}
