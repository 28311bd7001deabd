/// Standing columns over months. Each column carries its value where there is room, otherwise the highest and the newest do.
struct ColumnDrawing {
    let chart: Chart

    var svg: String {
        let totals = chart.categories.indices.map { chart.total($0) }
        let plane = TimeAxis(chart: chart, most: totals.compactMap { $0 }.max() ?? 0)
        var drawing = SVG(id: chart.id)
        plane.draw(into: &drawing)
        let width = plane.pitch * (chart.categories.count > 30 ? 0.9 : 0.7)
        for index in chart.categories.indices {
            var below = 0
            for (number, series) in chart.series.enumerated() {
                guard let value = series.values[index], value > 0 else { continue }
                let (top, foot) = (plane.y(below + value), plane.y(below))
                drawing.box(
                    x: SVG.percent(plane.x(index) - width / 2), y: top, width: SVG.percent(width), height: max(foot - top, 0.5),
                    series: number)
                below += value
            }
        }
        for index in labelled(totals, plane) {
            guard let total = totals[index] else { continue }
            let half = SVG.width(chart.numbers.short(total)) / 2
            let isLast = plane.x(index) + 100 * half / SVG.phone > 100
            drawing.label(
                chart.numbers.short(total), x: isLast ? "100%" : SVG.percent(plane.x(index)), y: plane.y(total) - 6, "cn",
                anchor: isLast ? "end" : "middle")
        }
        return drawing.element(
            height: TimeAxis.height, title: chart.title, sentence: chart.sentence, series: chart.series.count, style: "columns")
    }

    private func labelled(_ totals: [Int?], _ plane: TimeAxis) -> [Int] {
        func pixels(_ index: Int) -> Double { SVG.width(chart.numbers.short(totals[index] ?? 0)) }
        let pitch = plane.pitch / 100 * SVG.phone
        let known = totals.indices.filter { totals[$0] != nil }
        if known.allSatisfy({ pixels($0) <= pitch }) { return known }
        let last = known.last { totals[$0] != 0 }
        let highest = known.max { (totals[$0] ?? 0) < (totals[$1] ?? 0) }
        guard let last, let highest, last != highest else { return [highest].compactMap { $0 } }
        return Double(last - highest) * pitch > (pixels(last) + pixels(highest)) / 2 + 8 ? [highest, last] : [highest]
    }
}
