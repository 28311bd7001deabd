import CreditModel

/// A feed of items as RFC 4287 has it.
public struct AtomFeed: Sendable {
    public let xml: String

    /// - Parameters:
    ///   - address: the platform's address, without a slash at the end.
    ///   - path: of the page that the feed follows.
    ///   - today: stands for a feed without entries.
    public init(
        _ items: [ContentItem], title: String, language: Language, address: String, path: String, author: String, today: Day
    ) {
        func element(_ name: String, _ text: String) -> String { "<\(name)>\(Markup.escape(text))</\(name)>\n" }
        let mark = language == .chinese ? "zh-CN" : "en"
        let page = Markup.escape(address + path)
        var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"\(mark)\">\n"
        xml += element("title", title)
        xml += element("id", address + path)
        xml += element("updated", Self.moment(items.map(\.date).max() ?? today))
        xml += "<author><name>\(Markup.escape(author))</name></author>\n"
        xml += "<link rel=\"alternate\" type=\"text/html\" href=\"\(page)?lang=\(language.rawValue)\"/>\n"
        xml += "<link rel=\"self\" type=\"application/atom+xml\" href=\"\(page)/feed.atom?lang=\(language.rawValue)\"/>\n"
        for item in items {
            let (edition, written) = item.edition(language)
            let lang = written == language ? "" : " xml:lang=\"\(written == .chinese ? "zh-CN" : "en")\""
            xml += "<entry\(lang)>\n"
            xml += element("title", edition.title)
            xml += element("id", address + item.address)
            xml += "<link rel=\"alternate\" type=\"text/html\" href=\"\(Markup.escape(address + item.address))?lang=\(language.rawValue)\"/>\n"
            xml += element("updated", Self.moment(item.date))
            xml += element("published", Self.moment(item.date))
            xml += "<author><name>\(Markup.escape(edition.source))</name></author>\n"
            xml += "<category term=\"\(item.kind.rawValue)\"/>\n"
            xml += "<summary type=\"text\">\(Markup.escape(edition.summary))</summary>\n</entry>\n"
        }
        self.xml = xml + "</feed>\n"
    }

    /// The beginning of a day in China.
    private static func moment(_ day: Day) -> String { "\(day)T00:00:00+08:00" }
}
