import CPango
import CreditModel

/// Shapes text with Pango. Belongs to one lane of the pool: Pango's font maps must not be used by two threads at once.
final class Typesetter {
    /// How a text looks. Sizes in points.
    struct Style: Hashable {
        enum Face: Hashable { case text, display }
        var size: Double
        var face: Face = .text
        var colour = Colour.ink
    }

    struct Colour: Hashable {
        var red: Double
        var green: Double
        var blue: Double

        static let ink = Colour(red: 0.11, green: 0.13, blue: 0.16)
        static let quiet = Colour(red: 0.38, green: 0.41, blue: 0.45)
        static let seal = Colour(red: 0.588, green: 0.102, blue: 0.075)
        static let deep = Colour(red: 0.09, green: 0.247, blue: 0.451)
        static let rule = Colour(red: 0.80, green: 0.82, blue: 0.84)
        static let tint = Colour(red: 0.955, green: 0.96, blue: 0.965)
        static let faint = Colour(red: 0.94, green: 0.944, blue: 0.95)
        static let paper = Colour(red: 1, green: 1, blue: 1)
    }

    private let fontMap: UnsafeMutablePointer<PangoFontMap>
    private let context: OpaquePointer
    private let families: [Style.Face: String]
    private var fonts: [Style.Face: [Double: OpaquePointer]] = [:]
    private var cache: [Key: Shaped] = [:]
    private var known: [Unicode.Scalar: Bool] = [:]
    /// Characters that no installed font has, met since `begin`.
    private(set) var missing: [Unicode.Scalar] = []

    /// A text with the characters of it that no font has: whoever uses it again must name them again.
    private struct Shaped {
        let text: Text
        let missing: [Unicode.Scalar]
    }

    private struct Key: Hashable {
        let text: String
        let style: Style
        let width: Double?
        let isCentred: Bool
    }

    /// - Throws: `DocumentError.notDrawn` where Pango has no fonts at all.
    init() throws {
        // Before the map, which looks once at what there is.
        families = [
            .text: (WorkingFont.text.families + ["Noto Sans CJK SC, sans-serif"]).joined(separator: ", "),
            .display: (WorkingFont.display.families + ["Noto Serif CJK SC, serif Bold"]).joined(separator: ", "),
        ]
        guard let map = pango_cairo_font_map_new() else {
            throw DocumentError(.notDrawn, "Pango found no fonts; install fonts-noto-cjk")
        }
        fontMap = map
        chengxin_font_map_resolution(map, 72)
        guard let context = pango_font_map_create_context(map) else {
            throw DocumentError(.notDrawn, "Pango made no context")
        }
        self.context = context
        // Chinese forms of characters that Japan and Taiwan write otherwise.
        pango_context_set_language(context, pango_language_from_string("zh-cn"))
    }

    deinit {
        cache = [:]
        for fonts in fonts.values { for font in fonts.values { pango_font_description_free(font) } }
        chengxin_unref(UnsafeMutableRawPointer(context))
        chengxin_unref(UnsafeMutableRawPointer(fontMap))
    }

    /// Forgets what was met in the document before. Shaped texts are kept while they are few.
    func begin() {
        missing = []
        if cache.count > 4096 { cache = [:] }
    }

    private func font(_ style: Style) -> OpaquePointer? {
        if let font = fonts[style.face]?[style.size] { return font }
        let font = pango_font_description_from_string(families[style.face])
        pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
        fonts[style.face, default: [:]][style.size] = font
        return font
    }

    /// A shaped text. What no font can show is replaced by 〓 and noted.
    /// - Parameter width: in points; nil = one line, as wide as it is.
    func text(_ text: String, _ style: Style, width: Double? = nil, centred: Bool = false) -> Text {
        let key = Key(text: text, style: style, width: width, isCentred: centred)
        if let known = cache[key] {
            note(known.missing)
            return known.text
        }
        var shaped = shape(text, style, width, centred)
        var missing: [Unicode.Scalar] = []
        if shaped.unknownGlyphs > 0 {
            let marked = marking(text, style)
            shaped = shape(marked.text, style, width, centred)
            missing = marked.missing
        }
        cache[key] = Shaped(text: shaped, missing: missing)
        note(missing)
        return shaped
    }

    private func note(_ scalars: [Unicode.Scalar]) {
        for scalar in scalars where !missing.contains(scalar) { missing.append(scalar) }
    }

    private func shape(_ text: String, _ style: Style, _ width: Double?, _ centred: Bool) -> Text {
        let layout = pango_layout_new(context)
        pango_layout_set_font_description(layout, font(style))
        if let width {
            pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        }
        if centred { pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER) }
        pango_layout_set_spacing(layout, Int32(style.size * 0.12 * Double(PANGO_SCALE)))
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { pango_layout_set_text(layout, $0.baseAddress, Int32($0.count)) }
        }
        return Text(layout: layout, style: style)
    }

    /// The text with 〓, the printers' mark for a missing type, in place of each character that no font has.
    private func marking(_ text: String, _ style: Style) -> (text: String, missing: [Unicode.Scalar]) {
        var marked = String.UnicodeScalarView()
        var missing: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            let isKnown: Bool
            if let known = known[scalar] {
                isKnown = known
            } else {
                isKnown = shape(String(scalar), style, nil, false).unknownGlyphs == 0
                known[scalar] = isKnown
            }
            marked.append(isKnown ? scalar : "〓")
            if !isKnown, !missing.contains(scalar) { missing.append(scalar) }
        }
        return (String(marked), missing)
    }
}

/// A shaped text, drawn as often as needed.
final class Text {
    let layout: OpaquePointer?
    let style: Typesetter.Style
    let unknownGlyphs: Int
    /// In points.
    let width: Double
    let height: Double

    fileprivate init(layout: OpaquePointer?, style: Typesetter.Style) {
        self.layout = layout
        self.style = style
        var (width, height) = (Int32(0), Int32(0))
        pango_layout_get_size(layout, &width, &height)
        (self.width, self.height) = (Double(width) / Double(PANGO_SCALE), Double(height) / Double(PANGO_SCALE))
        unknownGlyphs = Int(pango_layout_get_unknown_glyphs_count(layout))
    }

    deinit { if let layout { chengxin_unref(UnsafeMutableRawPointer(layout)) } }

    /// Top and bottom of each line within the text, for texts that run over a page's end.
    var lines: [(top: Double, bottom: Double)] {
        guard let iterator = pango_layout_get_iter(layout) else { return [] }
        defer { pango_layout_iter_free(iterator) }
        var lines: [(Double, Double)] = []
        repeat {
            var (top, bottom) = (Int32(0), Int32(0))
            pango_layout_iter_get_line_yrange(iterator, &top, &bottom)
            lines.append((Double(top) / Double(PANGO_SCALE), Double(bottom) / Double(PANGO_SCALE)))
        } while pango_layout_iter_next_line(iterator) != 0
        return lines
    }

    /// Draws lines with the first one's top at `y`.
    func draw(_ cairo: OpaquePointer?, x: Double, y: Double, lines range: Range<Int>?) {
        guard let range else {
            cairo_move_to(cairo, x, y)
            pango_cairo_show_layout(cairo, layout)
            return
        }
        guard let iterator = pango_layout_get_iter(layout) else { return }
        defer { pango_layout_iter_free(iterator) }
        var (index, shift) = (0, 0.0)
        repeat {
            if index == range.lowerBound {
                var (top, bottom) = (Int32(0), Int32(0))
                pango_layout_iter_get_line_yrange(iterator, &top, &bottom)
                shift = Double(top) / Double(PANGO_SCALE)
            }
            if range.contains(index) {
                let baseline = Double(pango_layout_iter_get_baseline(iterator)) / Double(PANGO_SCALE)
                cairo_move_to(cairo, x, y + baseline - shift)
                pango_cairo_show_layout_line(cairo, pango_layout_iter_get_line_readonly(iterator))
            }
            index += 1
        } while index < range.upperBound && pango_layout_iter_next_line(iterator) != 0
    }

    /// Draws the outlines of the letters, which are then no text: neither copied nor read aloud.
    func drawOutlines(_ cairo: OpaquePointer?, x: Double, y: Double) {
        cairo_move_to(cairo, x, y)
        pango_cairo_layout_path(cairo, layout)
        cairo_fill(cairo)
    }
}
