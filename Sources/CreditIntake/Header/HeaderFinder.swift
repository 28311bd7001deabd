import CreditCatalogue
import CreditModel

/// What the columns of a delivered table are, for one feed.
public struct ColumnMap: Sendable {
    public struct Column: Sendable, Hashable {
        public enum Use: String, Sendable { case field, ignored, refused, unknown, repeated }
        public let heading: String
        public let use: Use
        /// Name of the field, where `use` is `field`.
        public let field: String?
    }
    public let columns: [Column]
    /// Column of each field of the item, or nil.
    let columnOfField: [Int?]
    /// Further columns of the same field: read where the first one is empty.
    let alternates: [(column: Int, field: Int)]
    /// Types of the fields in this file: a unit in the heading, 罚款金额（元）, outranks the feed's.
    let types: [FieldType]
    let layout: Feed.Layout?
    let required: [[Int]]
    /// Row number of the header in a grid; rows up to it are not data.
    let headerLine: Int

    public var layoutID: String? { layout?.id }

    init(headings: [String], feed: Feed, item: Item, catalogue: Catalogue, headerLine: Int) {
        var columns: [Column] = []
        var columnOfField = [Int?](repeating: nil, count: item.fields.count)
        var alternates: [(column: Int, field: Int)] = []
        var types = feed.types
        for (index, raw) in headings.enumerated() {
            let heading = Self.tidy(raw)
            switch feed.meaning(of: heading) {
            case .field(let field) where columnOfField[field] == nil:
                columnOfField[field] = index
                types[field] = Self.type(types[field], unitIn: heading)
                columns.append(Column(heading: heading, use: .field, field: item.fields[field].name))
            case .field(let field):
                alternates.append((index, field))
                columns.append(Column(heading: heading, use: .repeated, field: item.fields[field].name))
            case .ignored: columns.append(Column(heading: heading, use: .ignored, field: nil))
            case .refused: columns.append(Column(heading: heading, use: .refused, field: nil))
            case .unknown:
                let refused = catalogue.forbidden.group(inHeading: heading) != nil
                columns.append(Column(heading: heading, use: refused ? .refused : .unknown, field: nil))
            }
        }
        self.columns = columns
        self.columnOfField = columnOfField
        self.alternates = alternates
        self.types = types
        let present = Set(headings.map { Folding.heading($0) })
        layout = feed.layouts.first { !$0.marks.isDisjoint(with: present) }
        required = layout?.required ?? feed.required
        self.headerLine = headerLine
    }

    /// Groups of required fields none of which has a column, a constant or a derivation: such a file cannot load.
    func missingGroups(of feed: Feed) -> [[Int]] {
        required.filter { group in
            group.allSatisfy { field in
                columnOfField[field] == nil && feed.constants[field] == nil
                    && !feed.derive.contains { $0.field == field && columnOfField[$0.from] != nil }
            }
        }
    }

    private static func type(_ type: FieldType, unitIn heading: String) -> FieldType {
        guard type == .yuan || type == .wanYuan else { return type }
        let folded = Folding.heading(heading)
        if folded.contains("万元") { return .wanYuan }
        return folded.hasSuffix("(元)") || folded.hasSuffix("(人民币元)") || folded.contains("单位元)") ? .yuan : type
    }

    var recognised: Int { columns.count { $0.use == .field } }

    private static func tidy(_ heading: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in heading.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0xFEFF { continue }
            view.append(scalar)
        }
        let text = String(view)
        return String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

/// Finds the header among the first rows of a grid: titles, dates and notes may stand above it.
struct HeaderFinder {
    static let rowsSearched = 40

    let feed: Feed
    let item: Item
    let catalogue: Catalogue

    /// The row that names most fields; rows with fewer than two fields, or one where the feed has only one, do not count.
    func best(of rows: [(line: Int, cells: [String])]) -> (index: Int, map: ColumnMap)? {
        var best: (index: Int, map: ColumnMap)?
        for (index, row) in rows.enumerated() {
            let map = ColumnMap(headings: row.cells, feed: feed, item: item, catalogue: catalogue, headerLine: row.line)
            if map.recognised >= 2 || (map.recognised == 1 && row.cells.filter { !$0.isEmpty }.count == 1),
                map.recognised > (best?.map.recognised ?? 0)
            {
                best = (index, map)
            }
        }
        return best
    }

    /// Another feed that these headings fit better, for the error message.
    static func likelierFeed(for headings: [String], than feed: Feed, in catalogue: Catalogue) -> Feed? {
        func score(_ candidate: Feed) -> Int? {
            guard let item = catalogue.item(candidate.item) else { return nil }
            let map = ColumnMap(headings: headings, feed: candidate, item: item, catalogue: catalogue, headerLine: 1)
            return map.missingGroups(of: candidate).isEmpty ? map.recognised : nil
        }
        return catalogue.feeds.filter { $0.id != feed.id }.compactMap { candidate in
            score(candidate).map { (candidate, $0) }
        }
        .max { $0.1 < $1.1 }.flatMap { $0.1 >= 3 ? $0.0 : nil }
    }
}
