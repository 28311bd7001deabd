import CXLSXWriter
import CreditModel
import Glibc

/// A workbook written row by row into a file: what was written is not held in memory.
///
/// Cells that are texts stay texts, whatever they begin with: nothing that somebody delivered becomes a formula. Not `Sendable`;
/// the library's errors are kept and thrown by `close`.
final class XLSXWriter {
    /// How a cell looks.
    enum Style: Int, CaseIterable { case plain, heading, link, title, wrapped }

    /// A sheet; rows are written from the top, cells from the left.
    struct Sheet {
        fileprivate let pointer: UnsafeMutablePointer<lxw_worksheet>
        fileprivate let links: Links
    }

    /// Excel opens no sheet with more links than this; further ones stay plain text.
    private static let mostLinks = 65_000
    private static let mostCharacters = 32_767

    fileprivate final class Links { var count = 0 }

    private let workbook: UnsafeMutablePointer<lxw_workbook>
    private let formats: [UnsafeMutablePointer<lxw_format>?]
    private var failure: lxw_error = LXW_NO_ERROR
    private var isClosed = false

    /// - Throws: `DocumentError.notDrawn` where the library cannot begin.
    init(path: String, title: String, now: Instant) throws {
        var options = lxw_workbook_options(constant_memory: 1, tmpdir: nil, use_zip64: 0)
        // unsafe: the library copies path and options before it returns; we own the workbook until workbook_close.
        guard let workbook = workbook_new_opt(path, &options) else { throw XLSXWriter.fault }
        self.workbook = workbook
        formats = Style.allCases.map { style in
            let format = workbook_add_format(workbook)
            switch style {
            case .plain: break
            case .heading:
                format_set_bold(format)
                format_set_text_wrap(format)
                format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
                format_set_bg_color(format, 0xE8EDF2)
            case .link:
                format_set_font_color(format, 0x1F4E79)
                format_set_underline(format, UInt8(LXW_UNDERLINE_SINGLE.rawValue))
            case .title:
                format_set_bold(format)
                format_set_font_size(format, 14)
            case .wrapped:
                format_set_text_wrap(format)
                format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
            }
            return format
        }
        title.withCString { text in
            var properties = lxw_doc_properties()
            properties.title = UnsafeMutablePointer(mutating: text)
            properties.created = time_t(now.milliseconds / 1000)
            // unsafe: the library copies the texts.
            keep(workbook_set_properties(workbook, &properties))
        }
    }

    deinit { if !isClosed { lxw_workbook_free(workbook) } }

    private static let fault = DocumentError(
        .notDrawn, Bilingual(zh: "表格没有写成，请检查磁盘空间和权限。", en: "The workbook could not be written; check the disk's space and permissions."))

    private func keep(_ error: lxw_error) { if failure == LXW_NO_ERROR { failure = error } }

    /// - Parameter widths: of its columns, in characters.
    func sheet(_ name: String, widths: [Int], frozenRows: Int = 0, frozenColumns: Int = 0) throws -> Sheet {
        guard let sheet = workbook_add_worksheet(workbook, name) else { throw Self.fault }
        for (column, width) in widths.enumerated() {
            keep(worksheet_set_column(sheet, UInt16(column), UInt16(column), Double(width), nil))
        }
        if frozenRows + frozenColumns > 0 { worksheet_freeze_panes(sheet, UInt32(frozenRows), UInt16(frozenColumns)) }
        return Sheet(pointer: sheet, links: Links())
    }

    func text(_ text: String, _ sheet: Sheet, _ row: Int, _ column: Int, _ style: Style = .plain) {
        if text.isEmpty { return }
        let cut = text.utf8.count > Self.mostCharacters ? String(text.prefix(Self.mostCharacters / 2)) : text
        keep(
            worksheet_write_string(
                sheet.pointer, UInt32(row), UInt16(column), cut, style == .plain ? nil : formats[style.rawValue]))
    }

    func number(_ number: Int, _ sheet: Sheet, _ row: Int, _ column: Int) {
        keep(worksheet_write_number(sheet.pointer, UInt32(row), UInt16(column), Double(number), nil))
    }

    func link(_ address: String, _ sheet: Sheet, _ row: Int, _ column: Int) {
        guard sheet.links.count < Self.mostLinks, address.utf8.count < 2000, address.hasPrefix("http") else {
            return text(address, sheet, row, column)
        }
        sheet.links.count += 1
        keep(worksheet_write_url(sheet.pointer, UInt32(row), UInt16(column), address, formats[Style.link.rawValue]))
    }

    /// A filter over the header row.
    func filter(_ sheet: Sheet, rows: Int, columns: Int) {
        keep(worksheet_autofilter(sheet.pointer, 0, 0, UInt32(max(1, rows)), UInt16(max(0, columns - 1))))
    }

    /// Finishes the file.
    /// - Throws: `DocumentError.notDrawn` where anything could not be written; the file is then of no use.
    func close() throws {
        isClosed = true
        keep(workbook_close(workbook))
        if failure != LXW_NO_ERROR { throw Self.fault }
    }
}
