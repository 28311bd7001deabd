import CreditCatalogue
import CreditIntake
import CreditModel
import CreditResolution

/// The rows that somebody wants checked: whom each is about, and everything else it says, to be handed back with the answer.
public struct CheckSheet: Sendable {
    public struct Row: Sendable {
        /// Line of the file, counted from 1.
        public let line: Int
        /// As delivered; empty where the row is about a natural person, and without any cell that holds a citizen's number (RIGHTS 6).
        public let cells: [String]
        /// Nil where the row is about a natural person and is refused (RIGHTS 3).
        public let query: MatchQuery?
        /// Whether a cell was left out because it holds a citizen's number.
        public let isBlanked: Bool
    }

    public let headings: [String]
    public private(set) var rows: [Row] = []
    /// Whether there were more rows than may be asked for; those are not read.
    public private(set) var isCut = false

    private init(headings: [String]) { self.headings = headings }

    /// Reads any table that intake reads; name and code are found as `MatchColumns` finds them.
    /// - Throws: `TableError`, `MatchColumnsError`.
    public init(
        _ reader: any TableReader, mostRows: Int, given: [MatchColumns.Part: String] = [:], catalogue: Catalogue
    ) throws {
        var table = try MatchTable(reader, given: given, added: CheckColumns.headings(catalogue), catalogue: catalogue)
        self.init(headings: table.headings)
        while let (line, cells, query) = try table.nextTexts() {
            guard add(line, cells, query, mostRows) else { break }
        }
    }

    /// Names and codes as a program sends them.
    public init(rows: [(name: String?, code: String?)], mostRows: Int, language: Language) {
        self.init(headings: language == .chinese ? ["名称", "统一社会信用代码"] : ["name", "uscc"])
        for (place, row) in rows.enumerated() {
            let query = MatchQuery(name: Self.text(row.name), code: Self.text(row.code))
            guard add(place + 1, [row.name ?? "", row.code ?? ""], query, mostRows) else { break }
        }
    }

    /// Lines as somebody pastes them: a name, a code, or both with a comma or a tab between.
    public init(lines text: String, mostRows: Int, language: Language) {
        var rows: [(name: String?, code: String?)] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(whereSeparator: { "\t,，;；".contains($0) }).map {
                String($0).trimmingSpaces
            }.filter { !$0.isEmpty }
            guard !parts.isEmpty else { continue }
            let code = parts.first(where: Self.isNumber)
            rows.append((parts.first { $0 != code }, code))
        }
        self.init(rows: rows, mostRows: mostRows, language: language)
    }

    /// - Returns: false where the sheet is full.
    private mutating func add(_ line: Int, _ cells: [String], _ query: MatchQuery, _ most: Int) -> Bool {
        guard rows.count < most else {
            isCut = true
            return false
        }
        let isPerson = Self.isPerson(query)
        let kept = cells.map { isPerson || Self.holdsCitizenNumber($0) ? "" : $0 }
        rows.append(Row(line: line, cells: kept, query: isPerson ? nil : query, isBlanked: kept != cells))
        return true
    }

    /// A person's name without an organisation's number, or a citizen's number anywhere in what names the subject.
    private static func isPerson(_ query: MatchQuery) -> Bool {
        if let code = query.faultyCode, CitizenNumber.occurs(inText: code) { return true }
        guard let name = query.name else { return false }
        if CitizenNumber.occurs(inText: name) { return true }
        return query.identifiers.isEmpty && OrganisationName.looksPersonal(OrganisationName.tidy(name))
    }

    /// Some unified codes look like one; those are not meant.
    private static func holdsCitizenNumber(_ cell: String) -> Bool {
        CitizenNumber.occurs(inText: cell) && (try? UnifiedCode.check(Array(cell.utf8))) == nil
    }

    private static func isNumber(_ text: String) -> Bool {
        let folded = Folding.code(text).utf8.filter { $0 != 0x2D }
        return (8...20).contains(folded.count)
            && folded.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
            && folded.contains { (0x30...0x39).contains($0) }
    }

    private static func text(_ text: String?) -> String? {
        guard let text = text?.trimmingSpaces, !text.isEmpty else { return nil }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(1000)))
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var view = self[...]
        while view.first?.isWhitespace == true { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view)
    }
}
