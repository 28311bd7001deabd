/// How an organisation's name is written for keeping and how it is folded for comparing.
public enum OrganisationName {
    /// The form that is kept: trimmed, inner blanks between Chinese characters removed, blanks between Latin words single,
    /// brackets full width where they stand among Chinese characters, other full-width ASCII narrowed.
    public static func tidy(_ raw: String) -> String {
        // The usual name needs nothing: no blank, no bracket, no lead byte of odd blanks, dots and full-width forms.
        let isPlain = raw.utf8.allSatisfy { byte in
            byte < 0x80
                ? byte > 0x20 && byte != 0x28 && byte != 0x29 && byte != 0x5B && byte != 0x5D && byte != 0x7B
                    && byte != 0x7D
                : byte != 0xC2 && !(0xE1...0xE3).contains(byte) && byte != 0xEF
        }
        if isPlain { return raw }
        let scalars = Array(raw.unicodeScalars)
        // A name without any Chinese keeps its words apart and its brackets as they are.
        guard scalars.contains(where: isHan) else {
            let words = scalars.split(whereSeparator: Folding.isBlank).map { word in
                var view = String.UnicodeScalarView()
                for scalar in word { view.append(Folding.narrow(scalar)) }
                return String(view)
            }
            return words.joined(separator: " ")
        }
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        var pendingBlank = false
        for scalar in scalars {
            if Folding.isBlank(scalar) {
                pendingBlank = !result.isEmpty
                continue
            }
            var folded = Folding.narrow(scalar)
            switch folded {
            case "(", "[", "{", "〔", "【", "﹝", "〈": folded = "（"
            case ")", "]", "}", "〕", "】", "﹞", "〉": folded = "）"
            case "•", "‧", "・", "∙", "●", "．": folded = "·"
            default: break
            }
            if pendingBlank {
                if let last = result.last, isLatin(last), isLatin(folded) { result.append(" ") }
                pendingBlank = false
            }
            result.append(folded)
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: result)
        return String(view)
    }

    /// The form for exact comparison and search: tidy, lower case, without brackets, dots and blanks.
    public static func key(_ name: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in name.unicodeScalars where !Folding.isBlank(scalar) {
            let folded = Folding.narrow(scalar)
            switch folded {
            case "(", ")", "（", "）", "[", "]", "〔", "〕", "【", "】", "·", "•", "・", "‧", "-", "—", "－", "\"", "“", "”",
                "'", "‘", "’", ",", ".", "、", "。", "《", "》":
                continue
            default:
                if folded.value >= 65, folded.value <= 90, let lower = Unicode.Scalar(folded.value + 32) {
                    view.append(lower)
                } else {
                    view.append(folded)
                }
            }
        }
        return String(view)
    }

    /// Splits 甲公司（原名：乙公司） or 甲公司(原乙厂) into the present name and former names.
    ///
    /// Only a bracket at the end that begins with 原、原名、曾用名、更名前 counts: 上海原经房地产 stays whole.
    public static func splitFormer(_ tidy: String) -> (present: String, former: [String]) {
        // The bracket's last byte: most names end in no bracket at all.
        guard tidy.utf8.last == 0x89, tidy.hasSuffix("）"), let open = tidy.lastIndex(of: "（"), open != tidy.startIndex else {
            return (tidy, [])
        }
        let inner = tidy[tidy.index(after: open)...].dropLast()
        for mark in ["原名称", "原名", "曾用名", "更名前", "原", "曾名"] where inner.hasPrefix(mark) {
            let rest = inner.dropFirst(mark.count).drop { ":：为是".contains($0) }
            let names = rest.split(whereSeparator: { "、,，;；/".contains($0) }).map(String.init)
            guard !names.isEmpty, names.allSatisfy({ $0.unicodeScalars.filter(isHan).count >= 4 }) else { continue }
            return (String(tidy[..<open]), names)
        }
        return (tidy, [])
    }

    /// Whether a text can be a name at all: at least two letters or ideographs.
    public static func isReadable(_ text: String) -> Bool {
        var letters = 0
        for scalar in text.unicodeScalars where isHan(scalar) || scalar.properties.isAlphabetic {
            letters += 1
            if letters == 2 { return true }
        }
        return false
    }

    public static func isHan(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF, 0x3007: true
        default: false
        }
    }

    private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII || (scalar.value >= 0xC0 && scalar.value < 0x250)
    }

    /// Two to four ideographs without a word that an organisation's name ends in.
    public static func looksPersonal(_ name: String) -> Bool {
        let scalars = name.unicodeScalars.filter { $0 != "·" }
        guard (2...4).contains(scalars.count), scalars.allSatisfy(isHan) else { return false }
        guard let last = scalars.last else { return false }
        return !organisationEndings.contains(last)
    }

    private static let organisationEndings = Set("店厂社行院校局所部处会馆坊铺场站公司中心队组园楼阁轩居苑吧庄号室台团校学房屋城市摊点".unicodeScalars)
}
