import CPango
import CreditModel

/// Draws pages into a PDF held in memory. Lengths in points, y downwards.
///
/// cairo reports errors late, so its status is asked after every page and at the end.
final class PDFCanvas {
    static let width = 595.276
    static let height = 841.89

    private let sink: Sink
    private let surface: OpaquePointer?
    let cairo: OpaquePointer?

    /// Where cairo's bytes go. Kept alive by the canvas for as long as cairo may write.
    private final class Sink {
        var bytes: [UInt8] = []
    }

    /// - Parameter created: written into the file in place of the clock's time, so that a report gives the same pages whenever it is drawn.
    init(title: String, author: String, subject: String, created: Instant, language: Language) throws {
        let sink = Sink()
        sink.bytes.reserveCapacity(1 << 17)
        self.sink = sink
        surface = cairo_pdf_surface_create_for_stream(
            { closure, data, length in
                guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
                Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue().bytes.append(
                    contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(sink).toOpaque(), Self.width, Self.height)
        cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4)
        let date = created.description.prefix(19) + "Z"
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, author)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, subject)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Chengxin")
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, String(date))
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, String(date))
        cairo = cairo_create(surface)
        try check()
    }

    deinit {
        cairo_destroy(cairo)
        cairo_surface_destroy(surface)
    }

    private func check() throws {
        let status = cairo_status(cairo)
        guard status == CAIRO_STATUS_SUCCESS else {
            throw DocumentError(.notDrawn, "the page could not be drawn: \(String(cString: cairo_status_to_string(status)))")
        }
    }

    /// Draws within a structure tag, so that the page can be read aloud in order. `tag` nil: decoration.
    func tagged(_ tag: String?, _ body: () -> Void) {
        guard let tag else { return body() }
        cairo_tag_begin(cairo, tag, "")
        body()
        cairo_tag_end(cairo, tag)
    }

    func colour(_ colour: Typesetter.Colour) { cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue) }

    func fill(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: Typesetter.Colour) {
        self.colour(colour)
        cairo_rectangle(cairo, x, y, width, height)
        cairo_fill(cairo)
    }

    func rule(_ x: Double, _ y: Double, _ width: Double, _ colour: Typesetter.Colour = .rule, weight: Double = 0.5) {
        fill(x, y - weight / 2, width, weight, colour)
    }

    func frame(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: Typesetter.Colour, weight: Double) {
        self.colour(colour)
        cairo_set_line_width(cairo, weight)
        cairo_rectangle(cairo, x, y, width, height)
        cairo_stroke(cairo)
    }

    func endPage() throws {
        cairo_show_page(cairo)
        try check()
    }

    /// The finished file.
    func finish() throws -> [UInt8] {
        try check()
        cairo_surface_finish(surface)
        let status = cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS else {
            throw DocumentError(.notDrawn, "the PDF could not be written: \(String(cString: cairo_status_to_string(status)))")
        }
        return sink.bytes
    }
}
