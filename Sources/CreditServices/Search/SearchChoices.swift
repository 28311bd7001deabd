import CreditCatalogue
import CreditModel

/// What results can be narrowed down by, in the catalogue's words.
public struct SearchChoices: Sendable {
    public struct Choice: Sendable {
        public let id: String
        public let title: Bilingual
        /// First two characters of a unified code, or items: what the index knows.
        public let values: [String]
    }
    /// Kinds of organisations (GB 32100).
    public let kinds: [Choice]
    /// Categories of the catalogue with records on public pages of organisations. Registration is left out: everyone has one.
    public let categories: [Choice]
    public let statuses: [Choice]
    /// Sections of GB/T 4754 by their letters.
    public let sectors: [Choice]

    public init(_ catalogue: Catalogue) {
        kinds = (catalogue.codeTables["organisation-kind"]?.values ?? []).map { value in
            Choice(id: value.code, title: value.title, values: value.spellings.filter { $0.utf8.count == 2 })
        }
        categories = catalogue.categories.map { category in
            Choice(
                id: category.id, title: category.title,
                values: catalogue.items.filter {
                    $0.category == category.id && $0.publicity == .public && $0.subjects.contains(.organisation)
                }.map(\.id))
        }.filter { !$0.values.isEmpty && $0.id != "registration" }
        statuses = (catalogue.codeTables["registration-status"]?.values ?? []).map {
            Choice(id: $0.code, title: $0.title, values: [$0.code])
        }
        let known = catalogue.sectors
        sectors = known.sections.compactMap { letter in
            known.title(letter).map { Choice(id: letter, title: $0, values: [letter]) }
        }
    }

    /// Narrows a question down. What the catalogue does not know finds nobody.
    public func narrow(_ query: inout SearchQuery, kind: String?, category: String?) {
        if let kind { query.forms = kinds.first { $0.id == kind }?.values ?? ["-"] }
        if let category { query.items = categories.first { $0.id == category }?.values ?? ["-"] }
    }
}
