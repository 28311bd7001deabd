/// One square a division. The value stands in it as a number and as a bar along its foot, so nothing depends on shades.
struct TileDrawing {
    let chart: Chart

    private static let height = 96.0

    var svg: String {
        let tiles = chart.categories.enumerated().compactMap { index, category in category.tile.map { (index, $0) } }
        let columns = Double(tiles.map(\.1.column).max() ?? 1)
        let rows = Double(tiles.map(\.1.row).max() ?? 1)
        let values = chart.series.first?.values ?? []
        let most = max(values.compactMap { $0 }.max() ?? 0, 1)
        var drawing = SVG(id: chart.id)
        let width = 100 / columns - 1.5
        for (index, tile) in tiles {
            let x = Double(tile.column - 1) * 100 / columns
            let y = Double(tile.row - 1) * Self.height
            let middle = SVG.percent(x + width / 2)
            drawing.raw(
                "<rect x=\"\(SVG.percent(x))\" y=\"\(SVG.number(y + 1))\" width=\"\(SVG.percent(width))\" height=\"\(SVG.number(Self.height - 8))\" class=\"ct\"/>"
            )
            let names = SVG.lines(tile.name, width: SVG.phone / columns - 10)
            for (line, words) in names.prefix(2).enumerated() {
                drawing.label(words, x: middle, y: y + 20 + Double(line) * 17, "", anchor: "middle")
            }
            let value = values[index]
            drawing.label(chart.numbers.text(value), x: middle, y: y + 64, "cv", anchor: "middle")
            if let value, value > 0 {
                drawing.box(
                    x: SVG.percent(x), y: y + Self.height - 19, width: SVG.percent(width * Double(value) / Double(most)),
                    height: 12, series: 0)
            }
        }
        return drawing.element(
            height: rows * Self.height, title: chart.title, sentence: chart.sentence, series: 1, style: "tiles")
    }
}
