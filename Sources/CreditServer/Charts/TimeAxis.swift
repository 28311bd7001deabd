import CreditModel

/// The plane of charts over months: marks of the value axis on the left, months below.
struct TimeAxis {
    let chart: Chart
    let axis: Axis
    /// Percent of the width that the marks of the value axis take, and what is left free at the other end.
    let left = 13.0
    let right: Double

    static let top = 22.0
    static let plot = 180.0
    static let height = top + plot + 44

    init(chart: Chart, most: Int, right: Double = 0) {
        (self.chart, self.right) = (chart, right)
        axis = Axis(most: most, scale: chart.numbers.scale)
    }

    private var count: Double { Double(max(chart.categories.count, 1)) }
    /// Percent from one month to the next.
    var pitch: Double { (100 - left - right) / count }
    /// The middle of a month, in percent of the whole width.
    func x(_ index: Int) -> Double { left + pitch * (Double(index) + 0.5) }
    func y(_ value: Int) -> Double { Self.top + Self.plot * (1 - Double(value) / Double(axis.top)) }

    func draw(into drawing: inout SVG) {
        for mark in axis.marks {
            drawing.rule(x1: SVG.percent(left), x2: SVG.percent(100 - right), y: y(mark), mark == 0 ? "ca" : "cg")
            drawing.label(
                chart.numbers.short(mark), x: SVG.percent(left), y: y(mark) + 4, "cq", anchor: "end", dx: -6)
        }
        var year = 0
        for index in labelled {
            guard let month = chart.categories[index].month else { continue }
            let position = x(index)
            // The last label must not be cut by the edge.
            let isLast = position + 100 * 24 / SVG.phone > 100
            let (place, anchor) = isLast ? ("100%", "end") : (SVG.percent(position), "middle")
            let base = Self.top + Self.plot
            if step < 12 {
                drawing.label(chart.numbers.shortMonth(month), x: place, y: base + 18, "cq", anchor: anchor)
                if month.year != year { drawing.label(chart.numbers.year(month), x: place, y: base + 36, "cq", anchor: anchor) }
            } else {
                drawing.label(chart.numbers.year(month), x: place, y: base + 18, "cq", anchor: anchor)
            }
            year = month.year
        }
    }

    /// Months from one label to the next, so that labels keep apart on a phone.
    private var step: Int {
        let pixels = pitch / 100 * SVG.phone
        return [1, 2, 3, 6, 12, 24, 60].first { Double($0) * pixels >= 46 } ?? 120
    }

    /// Counted from the newest month back; whole years are named at their January.
    private var labelled: [Int] {
        let indices = chart.categories.indices
        if step < 12 { return indices.filter { (indices.count - 1 - $0) % step == 0 } }
        return indices.filter { index in
            guard let month = chart.categories[index].month else { return false }
            return month.month == 1 && month.year % (step / 12) == 0
        }
    }
}
