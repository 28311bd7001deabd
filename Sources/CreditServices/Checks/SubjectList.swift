import CreditModel

/// Many subjects in one short text, so that one row of the audit names all that a check looked at: sorted numbers, each as the
/// distance from the one before in groups of seven bits, written in base 64 (RFC 4648, the alphabet for addresses, no padding).
/// Ten thousand subjects of a million take some 20 kB.
public enum SubjectList {
    public static func text(_ subjects: some Sequence<SubjectID>) -> String {
        var bytes: [UInt8] = []
        var last: UInt64 = 0
        for number in Set(subjects.map { UInt64(bitPattern: $0.value) }).sorted() {
            var distance = number &- last
            last = number
            while distance >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: distance) | 0x80)
                distance >>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: distance))
        }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 4 / 3 + 4)
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> count & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << (6 - count) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a list holds one of these subjects. False as well for a text that is no list.
    public static func holds(_ text: String, anyOf subjects: Set<SubjectID>) -> Bool {
        var (bits, count): (UInt32, UInt32) = (0, 0)
        var (distance, shift, last): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for letter in text.utf8 {
            guard letter < 0x80, values[Int(letter)] < 64 else { return false }
            bits = bits << 6 | UInt32(values[Int(letter)])
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            let byte = UInt8(truncatingIfNeeded: bits >> count)
            distance |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            last = last &+ distance
            if subjects.contains(SubjectID(Int64(bitPattern: last))) { return true }
            (distance, shift) = (0, 0)
        }
        return false
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 128)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
}
