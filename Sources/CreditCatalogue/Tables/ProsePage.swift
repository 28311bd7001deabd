import CreditModel

/// A page of text in both languages, such as the charter.
public struct ProsePage: Sendable {
    public struct Link: Sendable, Hashable {
        public let href: String
        public let text: Bilingual
    }
    public struct Section: Sendable {
        public let id: String
        public let heading: Bilingual
        public let paragraphs: [Bilingual]
        public let points: [Bilingual]
        public let links: [Link]
    }
    public let title: Bilingual
    public let intro: Bilingual
    public let isNumbered: Bool
    public let isSealed: Bool
    public let sections: [Section]
}
