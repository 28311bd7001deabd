/// Recognises a citizen's identity number (公民身份号码, GB 11643-1999) so that intake can refuse it.
///
/// There is no type that holds such a number: the platform has no use for one (RIGHTS 3 and 6).
public enum CitizenNumber {
    /// Whether these 18 bytes are such a number: plausible region, a real birth day, ISO 7064 MOD 11-2 check.
    public static func matches(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        guard bytes.count == 18 else { return false }
        var digits: [Int] = []
        digits.reserveCapacity(18)
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 48...57: digits.append(Int(byte) - 48)
            case UInt8(ascii: "X") where index == 17, UInt8(ascii: "x") where index == 17: digits.append(10)
            default: return false
            }
        }
        let region = digits[0] * 10 + digits[1]
        guard (11...65).contains(region) || (81...83).contains(region) else { return false }
        let year = digits[6] * 1000 + digits[7] * 100 + digits[8] * 10 + digits[9]
        guard year >= 1850, year <= 2100,
            Day(year: year, month: digits[10] * 10 + digits[11], day: digits[12] * 10 + digits[13]) != nil
        else { return false }
        var sum = 0
        for index in 0..<17 { sum += digits[index] * weights[index] }
        return (12 - sum % 11) % 11 == digits[17]
    }

    /// Whether such a number stands anywhere in a text, on its own or between other characters that are not digits.
    /// An organisation's code that happens to pass both standards counts as the organisation's.
    public static func occurs(in text: some RandomAccessCollection<UInt8>) -> Bool {
        var run: [UInt8] = []
        func isNumber(_ run: [UInt8]) -> Bool {
            guard run.count == 18, matches(run) else { return false }
            return (try? UnifiedCode.check(run)) == nil
        }
        for byte in text {
            switch byte {
            case 48...57: run.append(byte)
            case UInt8(ascii: "X") where run.count == 17, UInt8(ascii: "x") where run.count == 17:
                run.append(UInt8(ascii: "X"))
                if isNumber(run) { return true }
                run.removeAll(keepingCapacity: true)
            default:
                if isNumber(run) { return true }
                run.removeAll(keepingCapacity: true)
            }
        }
        return isNumber(run)
    }

    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
}
