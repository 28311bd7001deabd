/// Lying bars. The label stands above its bar, so that it has the whole width; the value stands at the end of the label's line.
struct BarDrawing {
    let chart: Chart

    private static let line = 20.0
    private static let bar = 14.0
    private static let gap = 14.0

    var svg: String {
        var drawing = SVG(id: chart.id)
        let totals = chart.categories.indices.map { chart.total($0) }
        let most = max(totals.compactMap { $0 }.max() ?? 0, 1)
        var y = 0.0
        for (index, category) in chart.categories.enumerated() {
            let value = chart.numbers.text(totals[index])
            for line in SVG.lines(category.label, width: SVG.phone - SVG.width(value) - 24) {
                y += Self.line
                drawing.label(line, x: "0", y: y - 5)
            }
            drawing.label(value, x: "100%", y: y - 5, "cn", anchor: "end")
            var start = 0.0
            for (number, series) in chart.series.enumerated() {
                guard let part = series.values[index], part > 0 else { continue }
                let width = Double(part) / Double(most) * 100
                drawing.box(x: SVG.percent(start), y: y, width: SVG.percent(width), height: Self.bar, series: number)
                start += width
            }
            // Where there is nothing, the foot of the bar shows that it was looked for.
            drawing.raw("<line x1=\"0\" x2=\"0\" y1=\"\(SVG.number(y))\" y2=\"\(SVG.number(y + Self.bar))\" class=\"ca\"/>")
            y += Self.bar
            if chart.series.count > 1 {
                for line in SVG.lines(parts(index), width: SVG.phone) {
                    y += Self.line
                    drawing.label(line, x: "0", y: y - 5, "cq")
                }
            }
            y += Self.gap
        }
        return drawing.element(
            height: y, title: chart.title, sentence: chart.sentence, series: chart.series.count, style: "bars")
    }

    /// The parts of a bar in words, so that nobody has to tell patterns apart.
    private func parts(_ index: Int) -> String {
        chart.series.compactMap { series in
            series.values[index].flatMap { $0 > 0 ? "\(series.name) \(chart.numbers.text($0))" : nil }
        }.joined(separator: " · ")
    }
}
