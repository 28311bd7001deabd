import CreditModel

/// What a chart shows, apart from how it is drawn: the same numbers go into the picture and into its table.
struct Chart: Sendable {
    enum Form: Sendable {
        /// One bar a category, lying, the label above it; several series are parts of one bar.
        case bars
        /// One column a month, standing; several series are parts of one column.
        case columns
        /// A line a series over months.
        case lines
        /// A square a division, by `tiles`.
        case tiles
    }
    struct Category: Sendable {
        /// In full, for the table and for bars.
        let label: String
        /// Along a time axis.
        var month: Month?
        /// On a map: place and short name.
        var tile: (row: Int, column: Int, name: String)?
        /// Under the label, in the table and on the map.
        var note: String?

        init(_ label: String, month: Month? = nil, tile: (Int, Int, String)? = nil, note: String? = nil) {
            (self.label, self.month, self.tile, self.note) = (label, month, tile.map { ($0.0, $0.1, $0.2) }, note)
        }
    }
    struct Series: Sendable {
        let name: String
        /// One for each category; nil where there is nothing to say, which is not zero.
        let values: [Int?]
    }

    /// Unique on its page; letters, digits and hyphens.
    let id: String
    let form: Form
    let title: String
    /// What one sees, in a sentence.
    let sentence: String
    /// Heading of the categories in the table.
    let heading: String
    let categories: [Category]
    let series: [Series]
    let numbers: ChartNumbers

    /// Whether there is anything to draw.
    var isEmpty: Bool { series.allSatisfy { $0.values.allSatisfy { ($0 ?? 0) == 0 } } }

    /// Sum of the series of a category; nil where none has a value.
    func total(_ index: Int) -> Int? {
        let known = series.compactMap { $0.values[index] }
        return known.isEmpty ? nil : known.reduce(0, +)
    }

    var svg: String {
        switch form {
        case .bars: BarDrawing(chart: self).svg
        case .columns: ColumnDrawing(chart: self).svg
        case .lines: LineDrawing(chart: self).svg
        case .tiles: TileDrawing(chart: self).svg
        }
    }
}

/// How numbers and months are written in a chart.
struct ChartNumbers: Sendable {
    let isEnglish: Bool
    /// Values are so many for each unit shown: 10 for numbers with one decimal.
    var scale = 1

    /// With separators: `12,345`; with one decimal where the scale is 10.
    func text(_ value: Int) -> String {
        let whole = Self.grouped(abs(value) / scale)
        let sign = value < 0 ? "−" : ""
        return scale == 1 ? sign + whole : "\(sign)\(whole).\(abs(value) % scale * 10 / scale)"
    }

    func text(_ value: Int?) -> String { value.map(text) ?? "–" }

    /// Short enough for an axis: 12万 and 1.5亿, 120k and 150m.
    func short(_ value: Int) -> String {
        let shown = value / scale
        let units: [(Int, String)] =
            isEnglish
            ? [(1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k")] : [(100_000_000, "亿"), (10_000, "万")]
        guard shown >= 10_000, let (size, unit) = units.first(where: { shown >= $0.0 }) else { return text(value) }
        let tenths = shown / (size / 10)
        let whole = Self.grouped(tenths / 10)
        return tenths % 10 == 0 || tenths >= 1000 ? whole + unit : "\(whole).\(tenths % 10)\(unit)"
    }

    static func grouped(_ value: Int) -> String {
        var digits = Array(String(value))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return String(digits)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// 2026年3月, March 2026 shortened to Mar 2026.
    func month(_ month: Month) -> String {
        isEnglish ? "\(Self.months[month.month - 1]) \(month.year)" : "\(month.year)年\(month.month)月"
    }

    func shortMonth(_ month: Month) -> String { isEnglish ? Self.months[month.month - 1] : "\(month.month)月" }
    func year(_ month: Month) -> String { isEnglish ? String(month.year) : "\(month.year)年" }
}

/// Marks of an axis from 0 on, at 1, 2 or 5 times a power of ten, about four of them.
struct Axis: Sendable, Hashable {
    let step: Int
    let top: Int

    init(most: Int, scale: Int = 1) {
        let most = max(most, 1)
        var size = scale
        while size <= most / 10 { size *= 10 }
        // Whole things have no halves: 1 is the smallest step of a count.
        let steps = [max(size / 10, scale), max(size / 5, scale), max(size / 2, scale), size, 2 * size, 5 * size]
        let step = steps.first { $0 * 4 >= most } ?? size
        self.step = step
        top = max((most + step - 1) / step, 1) * step
    }

    var marks: [Int] { Array(stride(from: 0, through: top, by: step)) }

    /// Percent of the axis, with two decimals.
    func percent(_ value: Int) -> Double { (Double(value) / Double(top) * 10_000).rounded() / 100 }
}
