import CPango
import CreditModel

/// Labelled facts in a ruled grid: two to a row where both are short, one where it is long.
struct FactGrid {
    private let flow: PageFlow
    private static let label = Typesetter.Style(size: 8.5, colour: .quiet)
    private static let value = Typesetter.Style(size: 9)
    private static let labelWidth = 84.0
    private static let (padding, rise) = (5.0, 3.5)

    init(_ flow: PageFlow) { self.flow = flow }

    private var half: Double { PageFlow.width / 2 }
    private var shortWidth: Double { half - Self.labelWidth - 2 * Self.padding }
    private var longWidth: Double { PageFlow.width - Self.labelWidth - 2 * Self.padding }

    func place(_ facts: [CreditReport.Fact]) {
        flow.group("Table") {
            var index = 0
            while index < facts.count {
                if index + 1 < facts.count, let left = short(facts[index]), let right = short(facts[index + 1]) {
                    pair(facts[index], left, facts[index + 1], right)
                    index += 2
                } else {
                    wide(facts[index])
                    index += 1
                }
            }
        }
    }

    /// The value on one line, if it fits into half the width.
    private func short(_ fact: CreditReport.Fact) -> Text? {
        // A character is at most as wide as the type is high, so most long texts are known without shaping them.
        guard fact.text.utf8.count <= 90, !fact.text.utf8.contains(0x0A) else { return nil }
        let text = flow.type.text(fact.text, Self.value)
        return text.width <= shortWidth ? text : nil
    }

    private func labelText(_ fact: CreditReport.Fact) -> Text {
        flow.type.text(fact.label, Self.label, width: Self.labelWidth - 2 * Self.padding)
    }

    private func pair(_ left: CreditReport.Fact, _ leftText: Text, _ right: CreditReport.Fact, _ rightText: Text) {
        let labels = (labelText(left), labelText(right))
        let height = max(labels.0.height, labels.1.height, leftText.height, rightText.height) + 2 * Self.rise
        flow.need(height)
        let y = flow.y
        let half = half
        flow.group("TR") {
            flow.draw { canvas in
                canvas.fill(PageFlow.left, y, Self.labelWidth, height, .tint)
                canvas.fill(PageFlow.left + half, y, Self.labelWidth, height, .tint)
                Self.rules(canvas, y, height, [0, Self.labelWidth, half, half + Self.labelWidth, PageFlow.width])
            }
            cell(labels.0, x: 0, tag: "TH", y)
            cell(leftText, x: Self.labelWidth, tag: "TD", y)
            cell(labels.1, x: half, tag: "TH", y)
            cell(rightText, x: half + Self.labelWidth, tag: "TD", y)
        }
        flow.skip(height)
    }

    private func cell(_ text: Text, x: Double, tag: String, _ y: Double) {
        flow.put(text, x: PageFlow.left + x + Self.padding, y: y + Self.rise, tag: tag)
    }

    private func wide(_ fact: CreditReport.Fact) {
        let label = labelText(fact)
        let value = flow.type.text(fact.text, Self.value, width: longWidth)
        let height = max(label.height, value.height) + 2 * Self.rise
        let edges = [0, Self.labelWidth, PageFlow.width]
        if height <= flow.room || height <= 120 {
            flow.need(height)
            let y = flow.y
            flow.group("TR") {
                flow.draw { canvas in
                    canvas.fill(PageFlow.left, y, Self.labelWidth, height, .tint)
                    Self.rules(canvas, y, height, edges)
                }
                cell(label, x: 0, tag: "TH", y)
                cell(value, x: Self.labelWidth, tag: "TD", y)
            }
            flow.skip(height)
            return
        }
        // Longer than what is left of the page: by lines, with the frame around each part.
        flow.need(60)
        flow.group("TR") {
            cell(label, x: 0, tag: "TH", flow.y)
            flow.skip(Self.rise)
            flow.split(value, x: PageFlow.left + Self.labelWidth + Self.padding, tag: "TD") { top, height in
                flow.draw { Self.rules($0, top - Self.rise, height + 2 * Self.rise, edges) }
            }
            flow.skip(Self.rise)
        }
    }

    /// Lines above, below, and at the edges.
    private static func rules(_ canvas: PDFCanvas, _ y: Double, _ height: Double, _ edges: [Double]) {
        canvas.rule(PageFlow.left, y, PageFlow.width)
        canvas.rule(PageFlow.left, y + height, PageFlow.width)
        for edge in edges { canvas.fill(PageFlow.left + edge - 0.25, y, 0.5, height, .rule) }
    }
}

/// A table with a head that is repeated on every page.
struct PlainTable {
    private let flow: PageFlow
    private let widths: [Double]
    private static let head = Typesetter.Style(size: 8.5, colour: .quiet)
    private static let value = Typesetter.Style(size: 9)
    private static let (padding, rise) = (5.0, 3.5)

    /// - Parameter widths: of the columns, as parts of the full width.
    init(_ flow: PageFlow, widths: [Double]) {
        self.flow = flow
        self.widths = widths.map { $0 * PageFlow.width }
    }

    func place(heads: [String], _ rows: [[String]]) {
        flow.need(48)
        flow.group("Table") {
            row(heads, Self.head, tag: "TH", isHead: true)
            for cells in rows {
                let height = self.height(texts(cells, Self.value))
                if height > flow.room {
                    flow.breakPage()
                    row(heads, Self.head, tag: "TH", isHead: true)
                }
                row(cells, Self.value, tag: "TD", isHead: false)
            }
        }
    }

    private func texts(_ cells: [String], _ style: Typesetter.Style) -> [Text] {
        zip(cells, widths).map { flow.type.text($0, style, width: $1 - 2 * Self.padding) }
    }

    private func height(_ texts: [Text]) -> Double { (texts.map(\.height).max() ?? 0) + 2 * Self.rise }

    private func row(_ cells: [String], _ style: Typesetter.Style, tag: String, isHead: Bool) {
        let texts = texts(cells, style)
        let height = height(texts)
        let y = flow.y
        flow.group("TR") {
            flow.draw { canvas in
                if isHead { canvas.fill(PageFlow.left, y, PageFlow.width, height, .tint) }
                canvas.rule(PageFlow.left, y, PageFlow.width)
                canvas.rule(PageFlow.left, y + height, PageFlow.width)
            }
            var x = PageFlow.left
            for (text, width) in zip(texts, widths) {
                flow.put(text, x: x + Self.padding, y: y + Self.rise, tag: tag)
                x += width
            }
        }
        flow.skip(height)
    }
}

/// The purpose, faint across every page, so that a copy for one purpose is not taken for another. Drawn as shapes once and
/// repeated; it is not text, so that it is neither read aloud nor copied.
struct Watermark {
    private let pattern: OpaquePointer
    private static let size = 260.0

    init?(_ type: Typesetter, _ words: String) {
        let text = type.text(words, Typesetter.Style(size: 17, face: .text, colour: .faint))
        var extent = cairo_rectangle_t(x: 0, y: 0, width: text.width + 4, height: text.height + 4)
        guard let surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extent) else { return nil }
        let cairo = cairo_create(surface)
        let colour = Typesetter.Colour.faint
        cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue)
        text.drawOutlines(cairo, x: 2, y: 2)
        cairo_destroy(cairo)
        pattern = surface
        width = text.width
    }

    private let width: Double

    func paint(_ canvas: PDFCanvas) {
        let cairo = canvas.cairo
        for (row, y) in stride(from: 160.0, to: PDFCanvas.height + 120, by: 250).enumerated() {
            for x in stride(from: row % 2 == 0 ? 40.0 : -90, to: PDFCanvas.width, by: max(Self.size, width + 60)) {
                cairo_save(cairo)
                cairo_translate(cairo, x, y)
                cairo_rotate(cairo, -0.42)
                cairo_set_source_surface(cairo, pattern, 0, 0)
                cairo_paint(cairo)
                cairo_restore(cairo)
            }
        }
    }

    func release() { cairo_surface_destroy(pattern) }
}
