/// The two languages of every page and message.
public enum Language: String, Sendable, Hashable, CaseIterable {
    case chinese = "zh"
    case english = "en"
}

/// A text in both languages. Chinese first, as the law is written in it.
public struct Bilingual: Hashable, Sendable {
    public let zh: String
    public let en: String

    public init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    public subscript(language: Language) -> String { language == .chinese ? zh : en }

    /// Both texts with `{name}` replaced by a value.
    public func filling(_ values: [String: String]) -> Bilingual {
        Bilingual(zh: Self.fill(zh, values), en: Self.fill(en, values))
    }

    /// The text with `{name}` replaced by a value.
    public static func fill(_ text: String, _ values: [String: String]) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        var result = ""
        var rest = text[...]
        while let open = rest.utf8.firstIndex(of: UInt8(ascii: "{")) {
            result += rest[..<open]
            guard let close = rest[open...].utf8.firstIndex(of: UInt8(ascii: "}")) else {
                return result + rest[open...]
            }
            let name = String(rest[rest.utf8.index(after: open)..<close])
            result += values[name] ?? ""
            rest = rest[rest.utf8.index(after: close)...]
        }
        return result + rest
    }
}
