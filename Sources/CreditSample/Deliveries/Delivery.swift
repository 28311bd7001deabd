/// One layout of one feed: its headings, where its telling cells are, and how a row is filled.
protocol Delivery: Sendable {
    var layout: Layout { get }
    /// Rows of this feed in all files together.
    var rows: Int { get }
    /// Fills an empty row. The same number always gives the same row.
    func fill(_ row: inout Row, number: Int, rng: inout SplitMix64) -> RowFacts
}

/// What flaws need to know of a row.
struct RowFacts {
    /// Whom it is about; nil for practitioners.
    var organisation: Organisation?
    /// In yuan; 0 where there is none.
    var fine = 0
}
