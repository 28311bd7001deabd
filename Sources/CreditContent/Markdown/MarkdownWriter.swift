import CCommonMark

/// Writes a parsed tree as HTML, element by element.
///
/// Headings go one down, since the page has the h1. Tables carry each column's heading in their cells, as all tables of the
/// portal do, so that a phone can show them as labelled rows. A link to another site says where it leads.
struct MarkdownWriter {
    private(set) var html = ""
    private(set) var text = ""
    private(set) var lead = ""
    private var headings: [String] = []
    private var column = 0
    private var inHead = false
    private var cellStart = 0
    private var paragraphStart = 0
    /// A line break in the source that is a space between Latin words and nothing between Chinese characters.
    private var breakDue = false

    /// - Returns: What is wrong with this node, or nil.
    mutating func take(_ node: OpaquePointer, isEntering: Bool) -> String? {
        let kind = String(cString: cmark_node_get_type_string(node))
        switch kind {
        case "document": break
        case "paragraph": paragraph(node, isEntering)
        case "heading":
            let level = min(Int(cmark_node_get_heading_level(node)) + 1, 6)
            block(isEntering ? "<h\(level)>" : "</h\(level)>\n")
        case "block_quote": block(isEntering ? "<blockquote>\n" : "</blockquote>\n")
        case "list":
            let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
            let start = cmark_node_get_list_start(node)
            let open = isOrdered && start != 1 ? "<ol start=\"\(start)\">" : isOrdered ? "<ol>" : "<ul>"
            block(isEntering ? "\(open)\n" : isOrdered ? "</ol>\n" : "</ul>\n")
        case "item": block(isEntering ? "<li>" : "</li>\n")
        case "thematic_break": block("<hr>\n")
        case "code_block":
            block("<pre><code>")
            write(literal(node))
            block("</code></pre>\n")
        case "code":
            tag("<code>")
            write(literal(node))
            html += "</code>"
        case "text": write(literal(node))
        case "softbreak": breakDue = true
        case "linebreak": html += "<br>"
        case "emph": tag(isEntering ? "<em>" : "</em>")
        case "strong": tag(isEntering ? "<strong>" : "</strong>")
        case "link": return link(node, isEntering)
        case "table", "table_header", "table_row", "table_cell": table(kind, node, isEntering)
        case "html_block", "html_inline": return "HTML is not taken; write Markdown"
        case "image": return isEntering ? "images are not taken; describe in words, or link to a file" : nil
        default: return "`\(kind)` is not taken"
        }
        return nil
    }

    private mutating func block(_ markup: String) {
        breakDue = false
        html += markup
        if text.last != "\n", !text.isEmpty { text += "\n" }
    }

    private mutating func tag(_ markup: String) { html += markup }

    private mutating func paragraph(_ node: OpaquePointer, _ isEntering: Bool) {
        // The paragraphs of a tight list are its items' own text.
        let grandparent = cmark_node_parent(cmark_node_parent(node))
        let isTight = grandparent != nil && cmark_node_get_list_tight(grandparent) != 0
        if !isEntering, lead.isEmpty { lead = String(decoding: text.utf8.dropFirst(paragraphStart), as: UTF8.self) }
        block(isTight ? "" : isEntering ? "<p>" : "</p>\n")
        if isEntering { paragraphStart = text.utf8.count }
    }

    private mutating func write(_ words: String) {
        if breakDue, let last = text.unicodeScalars.last, let first = words.unicodeScalars.first {
            if !(Words.isHan(last) || Words.isHanPunctuation(last)) || !(Words.isHan(first) || Words.isHanPunctuation(first)) {
                html += "\n"
                text += " "
            }
            breakDue = false
        }
        html += Markup.escape(words)
        text += words
    }

    private func literal(_ node: OpaquePointer) -> String {
        cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
    }

    // MARK: links

    private mutating func link(_ node: OpaquePointer, _ isEntering: Bool) -> String? {
        let address = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
        guard let target = LinkTarget(address) else {
            return isEntering
                ? "this address is not linked to; write https://, mailto:, tel:, or a path of this site that begins with /" : nil
        }
        if isEntering {
            tag("<a href=\"\(Markup.escape(target.href))\"\(target.host == nil ? "" : " rel=\"external\"")>")
        } else {
            tag("</a>")
            if let host = target.host, !text.hasSuffix(host) { html += " <span class=\"outside\">(\(Markup.escape(host)))</span>" }
        }
        return nil
    }

    // MARK: tables

    private mutating func table(_ kind: String, _ node: OpaquePointer, _ isEntering: Bool) {
        switch (kind, isEntering) {
        case ("table", true):
            headings = []
            block("<div class=\"table-box\">\n<table role=\"table\">\n")
        case ("table", false):
            // A table always has a head; its body may be missing.
            block(inHead ? "</table>\n</div>\n" : "</tbody>\n</table>\n</div>\n")
        case ("table_header", true):
            (inHead, column) = (true, 0)
            block("<thead role=\"rowgroup\"><tr role=\"row\">")
        case ("table_header", false): block("</tr></thead>\n")
        case ("table_row", true):
            if inHead { block("<tbody role=\"rowgroup\">\n") }
            (inHead, column) = (false, 0)
            block("<tr role=\"row\">")
        case ("table_row", false): block("</tr>\n")
        case (_, true):
            cellStart = text.utf8.count
            if inHead {
                tag("<th role=\"columnheader\" scope=\"col\">")
            } else {
                let label = column < headings.count ? headings[column] : ""
                tag(label.isEmpty ? "<td role=\"cell\">" : "<td role=\"cell\" data-label=\"\(Markup.escape(label))\">")
            }
        default:
            if inHead { headings.append(String(decoding: text.utf8.dropFirst(cellStart), as: UTF8.self)) }
            tag(inHead ? "</th>" : "</td>")
            text += "\n"
            column += 1
        }
    }
}

/// An address that a page may link to.
struct LinkTarget {
    let href: String
    /// Host of another site; nil for this one, mail and telephone.
    let host: String?

    init?(_ address: String) {
        guard !address.isEmpty, address.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && $0 != "\\" }) else {
            return nil
        }
        // Whatever is not an address's own character is written as its bytes.
        var href = ""
        for byte in address.utf8 {
            if byte < 0x80, !"\"<>`{}|^".utf8.contains(byte) {
                href.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                href += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        self.href = href
        let lower = address.lowercased()
        if address.hasPrefix("#") || (address.hasPrefix("/") && !address.hasPrefix("//")) || lower.hasPrefix("mailto:")
            || lower.hasPrefix("tel:")
        {
            host = nil
            return
        }
        guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        let authority = lower.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // A name before the host would make one site look like another.
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        host = String(authority)
    }
}

enum Markup {
    /// For HTML and XML alike.
    static func escape(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
