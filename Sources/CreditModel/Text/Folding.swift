/// Folding of text that agencies write in many widths. Works on Unicode scalars; every function returns the input's own
/// storage where nothing changes.
public enum Folding {
    /// Full-width ASCII (Ａ１（，) and the ideographic space become their ASCII forms.
    public static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
        case 0x3000: " "
        default: scalar
        }
    }

    /// Spaces, tabs, line ends, no-break and zero-width blanks, BOM.
    public static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x180E, 0x2000...0x200D, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060,
            0x3000, 0xFEFF:
            true
        default: false
        }
    }

    /// A code as it would be typed by a careful hand: narrow, upper case, without blanks.
    public static func code(_ text: String) -> String {
        // The usual code is typed properly already. C2, E1–E3 and EF lead to odd blanks and full-width forms.
        let isPlain = text.utf8.allSatisfy { byte in
            byte < 0x80
                ? byte > 0x20 && !(byte >= 97 && byte <= 122)
                : byte != 0xC2 && !(0xE1...0xE3).contains(byte) && byte != 0xEF
        }
        if isPlain { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isBlank(scalar) {
            let narrowed = narrow(scalar)
            if narrowed.value >= 97, narrowed.value <= 122, let upper = Unicode.Scalar(narrowed.value - 32) {
                result.append(upper)
            } else {
                result.append(narrowed)
            }
        }
        return String(result)
    }

    /// A heading of a table for comparison: narrow, lower case, no blanks, no stars, marks or trailing bracketed notes.
    public static func heading(_ text: String) -> String {
        var scalars: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars where !isBlank(scalar) {
            var folded = narrow(scalar)
            if "【［〔〖".unicodeScalars.contains(folded) { folded = "[" }
            if "】］〕〗".unicodeScalars.contains(folded) { folded = "]" }
            if "*:;\"'`＊：".unicodeScalars.contains(folded) { continue }
            if folded.value >= 65, folded.value <= 90, let lower = Unicode.Scalar(folded.value + 32) { folded = lower }
            scalars.append(folded)
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// A heading without its bracketed notes: `罚款金额(万元)` → `罚款金额`, `行业[…]` → `行业`.
    public static func headingStem(_ folded: String) -> String {
        var depth = 0
        var stem = ""
        for character in folded {
            switch character {
            case "(", "[": depth += 1
            case ")", "]": depth = max(0, depth - 1)
            default: if depth == 0 { stem.append(character) }
            }
        }
        return stem
    }
}
