import CreditModel

/// Numbers of reports: 14 digits of the moment in China's time and 7 characters that nobody can guess, as the national report
/// has them. Letters that are easily misread (I, L, O, U) are left out.
enum ReportNumber {
    private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    static func make(at moment: Instant) -> String {
        let shifted = Instant(milliseconds: moment.milliseconds + 8 * 3_600_000).description
        let digits = shifted.utf8.filter { $0 >= 48 && $0 <= 57 }.prefix(14)
        var generator = SystemRandomNumberGenerator()
        let rest = (0..<7).map { _ in letters[Int.random(in: 0..<32, using: &generator)] }
        return String(decoding: Array(digits) + rest, as: UTF8.self)
    }

    /// A number as typed or read by a camera: narrow, upper case, without blanks and dashes, misread letters put right; also
    /// taken out of the address that the QR code holds.
    static func read(_ text: String) -> String? {
        let last = text.split(separator: "/").last.map(String.init) ?? text
        let folded = Folding.code(last).filter { $0 != "-" }
        let mended = folded.map { letter -> Character in
            switch letter {
            case "I", "L": "1"
            case "O": "0"
            default: letter
            }
        }
        let number = String(mended)
        guard number.utf8.count == 21, number.utf8.prefix(14).allSatisfy({ $0 >= 48 && $0 <= 57 }),
            number.utf8.allSatisfy({ letters.contains($0) })
        else { return nil }
        return number
    }
}
