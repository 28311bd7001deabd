import CreditCatalogue
import CreditModel

/// Looks for what no free text may bring in (RIGHTS 5). One scan decides whether a closer look is worth it.
enum FreeTextGuard {
    static func fault(in value: String, forbidden: Forbidden) -> CheckCode? {
        var longestRun = 0
        var run = 0
        var hasMark = false
        for byte in value.utf8 {
            if byte >= 48, byte <= 57 {
                run += 1
                if run > longestRun { longestRun = run }
            } else {
                run = 0
                // `:` and `=`, or the first byte of their full-width forms and of 为.
                if byte == 0x3A || byte == 0x3D || byte == 0xEF || byte == 0xE4 { hasMark = true }
            }
        }
        guard longestRun >= 15 || hasMark else { return nil }
        let bytes = Array(value.utf8)
        // 17 digits and X, or 18 digits; bank cards have 16 or more.
        if longestRun >= 15 {
            if CitizenNumber.occurs(in: bytes) { return .citizenNumberInText }
            if BankCardNumber.occurs(in: bytes) { return .bankCardInText }
        }
        return hasMark && forbidden.group(labelledIn: bytes) != nil ? .forbiddenContent : nil
    }
}
