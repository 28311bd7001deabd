/// Lines over months. They differ by their dashes and by the name at their end; a month without a value breaks a line.
struct LineDrawing {
    let chart: Chart

    var svg: String {
        let most = chart.series.flatMap(\.values).compactMap { $0 }.max() ?? 0
        let names = chart.series.map { SVG.width(end(of: $0)) }.max() ?? 0
        let right = min(100 * (names + 12) / SVG.phone, 40)
        let plane = TimeAxis(chart: chart, most: most, right: right)
        var drawing = SVG(id: chart.id)
        plane.draw(into: &drawing)
        // Points are in percent of a plane that is stretched; the stroke keeps its width.
        drawing.raw(
            """
            <svg x="0" y="\(SVG.number(TimeAxis.top))" width="100%" height="\(SVG.number(TimeAxis.plot))" \
            viewBox="0 0 100 100" preserveAspectRatio="none">
            """)
        for (number, series) in chart.series.enumerated() {
            for run in runs(series.values) {
                let points = run.map { index in
                    let y = (plane.y(series.values[index] ?? 0) - TimeAxis.top) / TimeAxis.plot * 100
                    return "\(SVG.number(plane.x(index))),\(SVG.number(y))"
                }
                drawing.raw("<polyline points=\"\(points.joined(separator: " "))\" class=\"cl l\(number % 4)\"/>")
            }
        }
        drawing.raw("</svg>")
        if chart.categories.count <= 36 {
            for (number, series) in chart.series.enumerated() {
                for (index, value) in series.values.enumerated() {
                    guard let value else { continue }
                    drawing.raw(
                        "<circle cx=\"\(SVG.percent(plane.x(index)))\" cy=\"\(SVG.number(plane.y(value)))\" r=\"3\" \(drawing.fill(number == 0 ? 0 : 2))/>"
                    )
                }
            }
        }
        for (name, y) in ends(plane) {
            drawing.label(name, x: SVG.percent(100 - right), y: y, "", dx: 6)
        }
        return drawing.element(
            height: TimeAxis.height, title: chart.title, sentence: chart.sentence, series: chart.series.count, style: "lines")
    }

    /// A line's name with its newest value.
    private func end(of series: Chart.Series) -> String {
        let value = series.values.last { $0 != nil }.flatMap { $0 }
        return value.map { "\(series.name) \(chart.numbers.short($0))" } ?? series.name
    }

    /// Stretches of months that have a value.
    private func runs(_ values: [Int?]) -> [[Int]] {
        values.indices.reduce(into: [[Int]]()) { runs, index in
            guard values[index] != nil else { return }
            if index > 0, values[index - 1] != nil { runs[runs.count - 1].append(index) } else { runs.append([index]) }
        }
    }

    /// Names at the ends of their lines, moved apart where lines end close together.
    private func ends(_ plane: TimeAxis) -> [(name: String, y: Double)] {
        var last = -Double.infinity
        let ends = chart.series.map { series in
            (name: end(of: series), y: plane.y(series.values.last { $0 != nil }.flatMap { $0 } ?? 0) + 5)
        }.sorted { $0.y < $1.y }.map { end in
            last = max(end.y, last + 18)
            return (name: end.name, y: last)
        }
        // Never below the foot of the plane.
        let excess = max(0, last - (TimeAxis.top + TimeAxis.plot + 5))
        return ends.map { ($0.name, $0.y - excess) }
    }
}
