import CPango
import CreditModel

/// Fills pages from top to bottom. What is drawn is gathered first, so that every page can say how many there are.
final class PageFlow {
    typealias Draw = (PDFCanvas) -> Void

    static let left = 56.0
    static let width = PDFCanvas.width - 2 * left
    static let right = left + width
    private static let firstTop = 48.0
    private static let top = 72.0
    static let bottom = PDFCanvas.height - 64

    let type: Typesetter
    private(set) var pages: [[Draw]] = [[]]
    private(set) var y = PageFlow.firstTop
    /// Structure that is open: closed at the end of a page and opened anew on the next.
    private var open: [String] = []

    init(_ type: Typesetter) { self.type = type }

    func draw(_ body: @escaping Draw) { pages[pages.count - 1].append(body) }

    func skip(_ height: Double) { y += height }

    func move(to y: Double) { self.y = y }

    var room: Double { Self.bottom - y }

    func breakPage() {
        for tag in open.reversed() { draw { cairo_tag_end($0.cairo, tag) } }
        pages.append([])
        y = Self.top
        for tag in open { draw { cairo_tag_begin($0.cairo, tag, "") } }
    }

    /// A new page, unless so much fits on this one.
    func need(_ height: Double) { if height > room { breakPage() } }

    /// Structure around what is placed within.
    func group(_ tag: String, _ body: () -> Void) {
        open.append(tag)
        draw { cairo_tag_begin($0.cairo, tag, "") }
        body()
        draw { cairo_tag_end($0.cairo, tag) }
        open.removeLast()
    }

    /// A text at a place of its own; does not move the flow.
    func put(_ text: Text, x: Double, y: Double, tag: String? = "P", lines: Range<Int>? = nil) {
        draw { canvas in
            canvas.tagged(tag) {
                canvas.colour(text.style.colour)
                text.draw(canvas.cairo, x: x, y: y, lines: lines)
            }
        }
    }

    /// A heading in its own face. Where that face was not cut for all of its letters, carrying it would swell the file: then as
    /// outlines above the same words in the text's face and the paper's colour, so that they can still be copied and read aloud.
    func heading(
        _ words: String, _ style: Typesetter.Style, x: Double, y: Double, tag: String, width: Double? = nil, centred: Bool = false
    ) -> Double {
        let outlines = type.text(words, style, width: width, centred: centred)
        if style.face == .text || WorkingFont.display.covers(words) {
            put(outlines, x: x, y: y, tag: tag)
            return outlines.height
        }
        let beneath = type.text(
            words, Typesetter.Style(size: style.size, face: .text, colour: .paper), width: width, centred: centred)
        draw { canvas in
            canvas.tagged(tag) {
                canvas.colour(.paper)
                beneath.draw(canvas.cairo, x: x, y: y, lines: nil)
                canvas.colour(style.colour)
                outlines.drawOutlines(canvas.cairo, x: x, y: y)
            }
        }
        return outlines.height
    }

    /// A paragraph over the full width, over several pages where it must.
    func paragraph(_ words: String, _ style: Typesetter.Style, x: Double = PageFlow.left, width: Double = PageFlow.width) {
        let text = type.text(words, style, width: width)
        if text.height <= room {
            put(text, x: x, y: y)
            y += text.height
        } else {
            split(text, x: x, tag: "P") { _, _ in }
        }
    }

    /// Places a text line by line over page ends.
    /// - Parameter part: is told the top and height of each part.
    func split(_ text: Text, x: Double, tag: String, _ part: (_ top: Double, _ height: Double) -> Void) {
        let lines = text.lines
        var first = 0
        while first < lines.count {
            var end = first
            while end < lines.count, lines[end].bottom - lines[first].top <= room { end += 1 }
            if end == first {
                // Not even one line fits: on a fresh page it does, or it is drawn all the same.
                if y > Self.top + 1 {
                    breakPage()
                    continue
                }
                end = first + 1
            }
            let height = lines[end - 1].bottom - lines[first].top
            put(text, x: x, y: y, tag: tag, lines: first..<end)
            part(y, height)
            y += height
            first = end
            if first < lines.count { breakPage() }
        }
    }
}

/// The platform's seal, the same as on its pages.
enum Seal {
    static func draw(_ canvas: PDFCanvas, x: Double, y: Double, size: Double) {
        let cairo = canvas.cairo
        cairo_save(cairo)
        cairo_translate(cairo, x, y)
        cairo_scale(cairo, size / 48, size / 48)
        canvas.colour(.seal)
        cairo_set_line_width(cairo, 2.3)
        cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND)
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
        cairo_new_sub_path(cairo)
        cairo_arc(cairo, 41, 7, 4, -.pi / 2, 0)
        cairo_arc(cairo, 41, 41, 4, 0, .pi / 2)
        cairo_arc(cairo, 7, 41, 4, .pi / 2, .pi)
        cairo_arc(cairo, 7, 7, 4, .pi, .pi * 1.5)
        cairo_close_path(cairo)
        stroke(cairo, (17.5, 8), [.curve(17.5, 15, 9.5, 17, 9.5, 25.5), .line(9.5, 32)])
        stroke(cairo, (14.7, 16.2), [.curve(17.7, 18.8, 18.5, 22, 18.5, 26), .line(18.5, 40.5)])
        stroke(cairo, (25, 8.5), [.line(36.5, 8.5)])
        stroke(cairo, (22.5, 14), [.line(39, 14)])
        stroke(cairo, (24, 19), [.curve(24, 23.5, 26.2, 25.5, 30.7, 25.5), .curve(35.2, 25.5, 37.4, 23.5, 37.4, 19)])
        stroke(cairo, (30.7, 8.5), [.line(30.7, 25.5)])
        stroke(
            cairo, (24, 29.5),
            [
                .line(24, 37), .curve(24, 39.5, 25, 40.5, 27.5, 40.5), .line(34, 40.5),
                .curve(36.5, 40.5, 37.5, 39.5, 37.5, 37), .line(37.5, 29.5),
            ])
        stroke(cairo, (24, 32.8), [.line(37.5, 32.8)])
        cairo_stroke(cairo)
        cairo_restore(cairo)
    }

    private enum Step {
        case line(Double, Double)
        case curve(Double, Double, Double, Double, Double, Double)
    }

    private static func stroke(_ cairo: OpaquePointer?, _ start: (Double, Double), _ steps: [Step]) {
        cairo_move_to(cairo, start.0, start.1)
        for step in steps {
            switch step {
            case .line(let x, let y): cairo_line_to(cairo, x, y)
            case .curve(let a, let b, let c, let d, let e, let f): cairo_curve_to(cairo, a, b, c, d, e, f)
            }
        }
    }
}
