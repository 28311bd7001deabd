import CreditCatalogue
import CreditModel

/// A file as a whole could not be taken in. Rows never cause this; they are rejected one by one.
public struct IntakeError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        public let name: String
        public static let unknownFeed = Code(name: "unknown-feed")
        public static let headerNotFound = Code(name: "header-not-found")
        public static let wrongFeed = Code(name: "wrong-feed")
        public static let missingColumn = Code(name: "missing-column")
        public static let noRows = Code(name: "no-rows")
    }
    public let code: Code
    public let message: Bilingual
    public var description: String { message.en }
}

/// Runs one delivered file through reading and checking, row by row. Memory does not grow with the file.
public struct Intake: Sendable {
    public let catalogue: Catalogue
    public let feed: Feed
    public let item: Item
    /// Codes whose check character is wrong and that an officer accepted with a reason.
    public let pilots: Set<String>
    public let today: Day

    /// - Throws: `IntakeError.unknownFeed`.
    public init(catalogue: Catalogue, feed id: String, today: Day, pilots: Set<String> = []) throws {
        guard let feed = catalogue.feed(id), let item = catalogue.item(feed.item) else {
            let known = catalogue.feeds.map(\.id).joined(separator: ", ")
            throw IntakeError(
                code: .unknownFeed,
                message: Bilingual(
                    zh: "没有名为“\(id)”的报送表。可用的有：\(known)。", en: "There is no feed `\(id)`. There are: \(known)."))
        }
        (self.catalogue, self.feed, self.item, self.today, self.pilots) = (catalogue, feed, item, today, pilots)
    }

    /// What happened to one row.
    public enum Outcome {
        case draft(Draft)
        case rejected([Reject])
    }

    /// What is known of the file once it has been read.
    public struct Summary: Sendable {
        public let facts: TableFacts
        public let columns: [ColumnMap.Column]
        public let layout: String?
        public var rows = 0
        public var blankRows = 0
        public var rejectedRows = 0
        /// How often each kind of cleaning was done.
        public var changes: [ChangeCode: Int] = [:]
    }

    /// Reads the table to its end and hands each row to `handle`.
    /// - Throws: `TableError` and `IntakeError` when the file is not what it should be: what was handed out must then not
    ///   be kept; whatever `handle` throws, untouched.
    public func run(
        _ reader: inout any TableReader, progress: (_ bytesRead: Int, _ rows: Int) throws -> Void = { _, _ in },
        handle: (Outcome) throws -> Void
    ) throws -> Summary {
        var row = RawRow()
        var state: State
        var held: [RawRow] = []
        if reader.keys != nil {
            guard try reader.next(into: &row) else { throw noRows() }
            state = State(map: try map(keys: reader.keys ?? [], line: row.line), owner: self)
            held = [row]
        } else {
            // Hold the first rows until one of them turns out to be the header.
            while held.count < HeaderFinder.rowsSearched, try reader.next(into: &row) { held.append(row) }
            let rows = held.map { held in (line: held.line, cells: (0..<held.count).map { held.text($0) }) }
            let finder = HeaderFinder(feed: feed, item: item, catalogue: catalogue)
            guard let (index, map) = finder.best(of: rows) else { throw headerNotFound(rows.map(\.cells)) }
            try requireColumns(map)
            held.removeFirst(index + 1)
            state = State(map: map, owner: self)
        }
        var summary = Summary(facts: reader.facts, columns: state.map.columns, layout: state.map.layoutID)
        func take(_ row: RawRow) throws {
            if state.isHeaderAgain(row) { return }
            switch state.checker.check(row) {
            case .blank: summary.blankRows += 1
            case .draft(let draft):
                summary.rows += 1
                for change in draft.changes { for code in change.codes { summary.changes[code, default: 0] += 1 } }
                try handle(.draft(draft))
            case .rejected(let rejects):
                summary.rows += 1
                summary.rejectedRows += 1
                try handle(.rejected(rejects))
            }
        }
        for row in held { try take(row) }
        held = []
        while try reader.next(into: &row) {
            if let keys = reader.keys, keys.count != state.map.columns.count {
                state = State(map: try map(keys: keys, line: row.line, requireAll: false), owner: self)
            }
            try take(row)
            if summary.rows & 0xFFF == 0 { try progress(reader.bytesRead, summary.rows) }
        }
        guard summary.rows > 0 else { throw noRows() }
        try progress(reader.bytesTotal, summary.rows)
        var final = Summary(facts: reader.facts, columns: state.map.columns, layout: state.map.layoutID)
        (final.rows, final.blankRows, final.rejectedRows, final.changes) =
            (summary.rows, summary.blankRows, summary.rejectedRows, summary.changes)
        return final
    }

    private struct State {
        let map: ColumnMap
        let checker: RowChecker

        init(map: ColumnMap, owner: Intake) {
            self.map = map
            checker = RowChecker(
                catalogue: owner.catalogue, feed: owner.feed, item: owner.item, map: map, today: owner.today,
                pilots: owner.pilots)
        }

        /// Exports joined from several files repeat the header in the middle.
        func isHeaderAgain(_ row: RawRow) -> Bool {
            guard row.flaws.isEmpty, row.count == map.columns.count,
                let first = map.columns.firstIndex(where: { $0.use == .field }),
                row[first].elementsEqual(map.columns[first].heading.utf8)
            else { return false }
            return map.columns.indices.allSatisfy { row[$0].elementsEqual(map.columns[$0].heading.utf8) }
        }
    }

    private func map(keys: [String], line: Int, requireAll: Bool = true) throws -> ColumnMap {
        let map = ColumnMap(headings: keys, feed: feed, item: item, catalogue: catalogue, headerLine: 0)
        if requireAll {
            if map.recognised == 0 { throw headerNotFound([keys]) }
            // Objects may leave out empty keys, so a missing key is a row's fault, not the file's.
        }
        return map
    }

    private func requireColumns(_ map: ColumnMap) throws {
        let missing = map.missingGroups(of: feed)
        guard !missing.isEmpty else { return }
        if let other = HeaderFinder.likelierFeed(for: map.columns.map(\.heading), than: feed, in: catalogue) {
            throw wrongFeed(other)
        }
        func names(_ language: Language) -> String {
            missing.map { group in
                group.map { item.fields[$0].title[language] }.joined(separator: language == .chinese ? "或" : " or ")
            }.joined(separator: language == .chinese ? "；" : "; ")
        }
        throw IntakeError(
            code: .missingColumn,
            message: Bilingual(
                zh: "表头在第 \(map.headerLine) 行，但缺少必需的列：\(names(.chinese))。请补上这些列，或核对报送表是否选对（现为“\(feed.title.zh)”）。",
                en:
                    "The header is in line \(map.headerLine), but required columns are missing: \(names(.english)). Add them, or check that `\(feed.id)` is the right feed."
            ))
    }

    private func headerNotFound(_ rows: [[String]]) -> IntakeError {
        for row in rows.prefix(HeaderFinder.rowsSearched) {
            if let other = HeaderFinder.likelierFeed(for: row, than: feed, in: catalogue) { return wrongFeed(other) }
        }
        let expected = feed.headings.prefix(5).compactMap { item.fields[$0.field].title.zh }.joined(separator: "、")
        let expectedEnglish = feed.headings.prefix(5).compactMap { item.fields[$0.field].title.en }.joined(
            separator: ", ")
        return IntakeError(
            code: .headerNotFound,
            message: Bilingual(
                zh: "在前 \(HeaderFinder.rowsSearched) 行里找不到“\(feed.title.zh)”的表头。表头应有这样的列名：\(expected)等。",
                en:
                    "No header of `\(feed.id)` was found in the first \(HeaderFinder.rowsSearched) rows. Its columns are named like: \(expectedEnglish)."
            ))
    }

    private func wrongFeed(_ other: Feed) -> IntakeError {
        IntakeError(
            code: .wrongFeed,
            message: Bilingual(
                zh: "这个文件的表头像是“\(other.title.zh)”（\(other.id)），不是“\(feed.title.zh)”（\(feed.id)）。请改选报送表后重新报送。",
                en:
                    "The headings of this file look like the feed `\(other.id)`, not `\(feed.id)`. Choose that feed and send it again."
            ))
    }

    private func noRows() -> IntakeError {
        IntakeError(
            code: .noRows,
            message: Bilingual(
                zh: "文件只有表头，没有数据行，未存入任何内容。", en: "The file holds a header and no rows. Nothing was stored."))
    }
}
