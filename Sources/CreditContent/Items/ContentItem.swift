import CreditModel

/// Something the credit office wrote for readers, in one language or both.
public struct ContentItem: Sendable, Hashable {
    public let section: ContentSection
    /// Its name in addresses, the same in both languages, unique in its section.
    public let slug: String
    public let kind: ContentKind
    /// The day from which it is shown.
    public let date: Day
    /// The last day on which it is shown; nil for as long as the file is there.
    public let expires: Day?
    /// First and last day of what it announces; nil where it announces nothing. What has a start is in the calendar.
    public let start: Day?
    public let end: Day?
    let editions: [Language: ContentEdition]

    public func isShown(on day: Day) -> Bool { date <= day && (expires.map { day <= $0 } ?? true) }

    /// The edition of a language, or the other where this one was not written.
    public func edition(_ language: Language) -> (edition: ContentEdition, language: Language) {
        if let edition = editions[language] { return (edition, language) }
        let other: Language = language == .chinese ? .english : .chinese
        // An item is only made from at least one file.
        return (editions[other] ?? ContentEdition.none, other)
    }

    public var address: String { "/\(section.rawValue)/\(slug)" }
    public var languages: Set<Language> { Set(editions.keys) }
}

/// An item in one language.
public struct ContentEdition: Sendable, Hashable {
    public let title: String
    /// One or two sentences for lists, feeds and calendars.
    public let summary: String
    /// Who says it.
    public let source: String
    public let place: String?
    /// Laws and documents it rests on, each with its article.
    public let basis: [String]
    public let keywords: [String]
    /// The body as HTML: only elements that `MarkdownPage` writes.
    public let html: String
    /// The body's words, for the index.
    public let text: String

    static let none = ContentEdition(
        title: "", summary: "", source: "", place: nil, basis: [], keywords: [], html: "", text: "")
}

/// One fault of a content file, for the person who edits it.
public struct ContentProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Path below the content folder.
    public let file: String
    public let line: Int?
    public let message: String

    public var description: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
}
