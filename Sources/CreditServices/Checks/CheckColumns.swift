import CreditCatalogue
import CreditModel

/// The columns of a check's table: those that came with the rows, then what was found. One table for workbook, CSV and page.
public struct CheckColumns: Sendable {
    public enum Cell: Sendable, Hashable {
        case none
        case text(String)
        case number(Int)
        /// A path of the platform.
        case address(String)
    }

    public struct Column: Sendable {
        public let title: String
        /// In characters of a workbook.
        public let width: Int
    }

    /// Columns before those that came with the rows, and after them.
    public let leading: [Column]
    public let added: [Column]
    private let catalogue: Catalogue
    private let language: Language
    private let cutOff: String
    private let nothing: String

    /// How many records of a group are told in words in one cell; the sheet of records has them all.
    private static let told = 3

    public init(_ result: CheckResult, catalogue: Catalogue) {
        self.catalogue = catalogue
        let language = result.language
        self.language = language
        let format = FieldFormat(catalogue: catalogue, language: language)
        leading = [Column(title: catalogue.wording["checkColLine"]?[language] ?? "", width: 6)]
        added = Self.titles(catalogue, language)
        nothing = result.nothingFoundMeans
        cutOff = result.sources.map { source in
            let day =
                source.deliveredOn.map(format.day) ?? catalogue.wording["checkNeverDelivered"]?[language] ?? ""
            return "\(source.title) \(day)"
        }.joined(separator: language == .chinese ? "；" : "; ")
    }

    /// The headings that a check adds, for each language, so that a result can be checked again.
    static func headings(_ catalogue: Catalogue) -> [Set<String>] {
        Language.allCases.map { language in
            Set([catalogue.wording["checkColLine"]?[language] ?? ""] + titles(catalogue, language).map(\.title))
        }
    }

    private static func titles(_ catalogue: Catalogue, _ language: Language) -> [Column] {
        func word(_ key: String) -> String { catalogue.wording[key]?[language] ?? key }
        let groups = catalogue.reports.check.groups.flatMap { group in
            [
                Column(title: group.title[language], width: 8),
                Column(title: group.title[language] + word("checkColDetail"), width: 44),
            ]
        }
        return [
            Column(title: word("checkColOutcome"), width: 10), Column(title: word("checkColName"), width: 30),
            Column(title: word("checkColCode"), width: 21), Column(title: word("checkColStatus"), width: 10),
            Column(title: word("checkColReason"), width: 40), Column(title: word("checkColCandidates"), width: 40),
            Column(title: word("checkColAdvice"), width: 36),
        ] + groups + [
            Column(title: word("checkColRecords"), width: 10), Column(title: word("checkColNewest"), width: 12),
            Column(title: word("checkColAddress"), width: 36), Column(title: word("checkColNothing"), width: 36),
            Column(title: word("checkColCutOff"), width: 36),
        ]
    }

    private func word(_ key: String, _ values: [String: String] = [:]) -> String {
        catalogue.wording[key]?.filling(values)[language] ?? key
    }

    public func outcome(_ outcome: CheckResult.Outcome) -> String {
        switch outcome {
        case .sure: word("checkSure")
        case .unsure: word("checkUnsure")
        case .notFound: word("checkNotFound")
        case .refused: word("checkRefused")
        }
    }

    /// What was found about each organisation, in the order of `subjects`; worked out once, however many rows name it.
    public func subjectCells(_ result: CheckResult) -> [[Cell]] {
        result.subjects.map { subject in
            var cells: [Cell] = []
            cells.reserveCapacity(added.count)
            for group in subject.found {
                cells.append(.number(group.count))
                cells.append(group.isEmpty ? .none : .text(told(group)))
            }
            cells += [
                .number(subject.records), subject.newest.map { .text($0) } ?? .none, .address(subject.address),
                subject.found.allSatisfy(\.isEmpty) ? .text(nothing) : .none, .text(cutOff),
            ]
            return cells
        }
    }

    /// The cells after those that came with a row.
    public func cells(_ row: CheckResult.Row, _ result: CheckResult, _ subjects: [[Cell]]) -> [Cell] {
        var cells: [Cell] = [.text(outcome(row.outcome))]
        guard let place = row.subject else {
            cells += [.none, .none, .none, .text(row.reason), candidates(row), row.advice.map { .text($0) } ?? .none]
            return cells
        }
        let subject = result.subjects[place]
        let repeated = row.sameAs.map { word("sayCheckRepeated", ["line": String($0)]) }
        cells += [
            .text(subject.name), .text(subject.code), subject.status.isEmpty ? .none : .text(subject.status),
            .text(row.reason), .none, repeated.map { .text($0) } ?? .none,
        ]
        return cells + subjects[place]
    }

    private func candidates(_ row: CheckResult.Row) -> Cell {
        row.candidates.isEmpty
            ? .none
            : .text(row.candidates.map { "\($0.name) \($0.code)" }.joined(separator: language == .chinese ? "；" : "; "))
    }

    /// The newest records of a group in words.
    func told(_ group: [CheckResult.Entry]) -> String {
        var parts = group.prefix(Self.told).map(line)
        if group.count > Self.told { parts.append(word("sayCheckMore", ["count": String(group.count - Self.told)])) }
        return parts.joined(separator: language == .chinese ? "；" : "; ")
    }

    /// One record in a line: when, what, who, number, until when.
    public func line(_ entry: CheckResult.Entry) -> String {
        var parts: [String] = []
        switch (entry.day, entry.lastDay) {
        case (let day?, let last?): parts.append("\(day) – \(last)")
        case (let day?, nil): parts.append(day)
        case (nil, let last?): parts.append(last)
        case (nil, nil): break
        }
        parts.append(entry.what)
        if let authority = entry.authority { parts.append(authority) }
        if let number = entry.documentNumber, number != entry.what { parts.append(number) }
        if let until = entry.shownUntil { parts.append(word("sayCheckUntil", ["date": until.description])) }
        if let mark = entry.mark { parts.append(mark) }
        return parts.joined(separator: " ")
    }
}
