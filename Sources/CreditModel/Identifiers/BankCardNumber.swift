/// Recognises a bank card number (16 to 19 digits, known issuer prefix, ISO/IEC 7812 Luhn check) so that intake can
/// refuse it: accounts and deposits are never recorded (RIGHTS 5).
public enum BankCardNumber {
    public static func occurs(in text: some RandomAccessCollection<UInt8>) -> Bool {
        var run: [UInt8] = []
        for byte in text {
            if byte >= 48, byte <= 57 {
                run.append(byte)
            } else {
                if matches(run) { return true }
                run.removeAll(keepingCapacity: true)
            }
        }
        return matches(run)
    }

    /// UnionPay cards begin with 62 and have 16 to 19 digits; other schemes are too close to serial numbers to tell.
    static func matches(_ digits: [UInt8]) -> Bool {
        guard (16...19).contains(digits.count), digits[0] == 54, digits[1] == 50 else { return false }
        if digits.count == 18, (try? UnifiedCode.check(digits)) != nil { return false }
        var sum = 0
        for (index, byte) in digits.reversed().enumerated() {
            let digit = Int(byte) - 48
            sum += index % 2 == 0 ? digit : (digit > 4 ? digit * 2 - 9 : digit * 2)
        }
        return sum % 10 == 0
    }
}
