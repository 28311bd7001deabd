import CreditCatalogue
import CreditModel
import Foundation

/// What a cell became, or why it could not.
enum CellOutcome {
    case value(String)
    case empty
    case fault(CheckCode, suggestion: String? = nil, other: String? = nil)
}

/// The first steps that every cell goes through: blanks, control characters, spellings of "nothing".
struct CellText {
    var text: String
    var changes: [ChangeCode] = []

    /// Prepares delivered bytes. The usual cell needs no change and costs one scan and one copy.
    init(_ bytes: UnsafeBufferPointer<UInt8>, keepsLines: Bool) {
        if Self.isClean(bytes) {
            text = String(decoding: bytes, as: UTF8.self)
            return
        }
        var scalars: [Unicode.Scalar] = []
        var sawControl = false
        var sawLine = false
        var combining = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
                sawLine = true
                if keepsLines {
                    if scalars.last != "\n" { scalars.append("\n") }
                } else if scalars.last != " " {
                    scalars.append(" ")
                }
            case 0x09: scalars.append(" ")
            case 0x00...0x1F, 0x7F, 0x80...0x9F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
                0xFFF9...0xFFFB:
                sawControl = true
            default:
                if (0x300...0x36F).contains(scalar.value) { combining = true }
                scalars.append(scalar)
            }
        }
        let trimmed = scalars.trimmingBlanks()
        var view = String.UnicodeScalarView()
        view.append(contentsOf: trimmed)
        text = String(view)
        // One form for one letter, since stores and hashes compare bytes.
        if combining { text = text.precomposedStringWithCanonicalMapping }
        if sawControl { changes.append(.controlCharactersRemoved) }
        if trimmed.count != scalars.count { changes.append(.trimmed) }
        if sawLine, !keepsLines, trimmed.contains(" ") { changes.append(.lineBreaksFolded) }
    }

    /// No outer blank, no control character, nothing that could be an odd blank or a combining mark.
    static func isClean(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return true }
        if first <= 0x20 || last <= 0x20 { return false }
        var suspicious: UInt8 = 0
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            // Control characters; C2 80–A0; CC/CD combining; E2 80/81 odd blanks; E3 80 80 and EF BB BF decided below.
            if byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xCC || byte == 0xCD { suspicious |= 1 }
            index += 1
        }
        if suspicious != 0 { return false }
        if first == 0xE2 || first == 0xE3 || first == 0xEF { return false }
        if count >= 3, last == 0x80, bytes[count - 2] == 0x80 { return false }
        return !bytes.contains(pair: 0xE2, 0x80) && !bytes.contains(pair: 0xE2, 0x81)
            && !bytes.contains(pair: 0xEF, 0xBB)
    }

    mutating func note(_ change: ChangeCode) {
        if !changes.contains(change) { changes.append(change) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func contains(pair first: UInt8, _ second: UInt8) -> Bool {
        guard count > 1 else { return false }
        var index = 0
        while index < count - 1 {
            if self[index] == first, self[index + 1] == second { return true }
            index += 1
        }
        return false
    }
}

extension [Unicode.Scalar] {
    fileprivate func trimmingBlanks() -> ArraySlice<Unicode.Scalar> {
        var slice = self[...]
        while let first = slice.first, Folding.isBlank(first) { slice.removeFirst() }
        while let last = slice.last, Folding.isBlank(last) { slice.removeLast() }
        return slice
    }
}
