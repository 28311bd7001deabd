import CCommonMark

/// A body in Markdown (CommonMark with tables), turned into HTML.
///
/// The text is parsed by cmark-gfm; what is written out is only what `MarkdownWriter` knows, so nothing of a file can become
/// markup of its own. Raw HTML, images and addresses of other kinds are problems with their line, never dropped silently.
public struct MarkdownPage: Sendable {
    public let html: String
    /// The words alone, for search and summaries.
    public let text: String
    /// The first paragraph's words.
    public let lead: String

    /// Lists in quotations in lists … deeper than this is a mistake or an attack.
    static let deepest = 20

    /// - Parameter problem: told of each fault with its line, counted from 1 in `source`.
    init(_ source: String, problem: (_ line: Int, _ message: String) -> Void) {
        _ = Self.register
        guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8) else {
            fatalError("cmark gave no parser: it does so only where there is no memory for a few hundred bytes")
        }
        defer { cmark_parser_free(parser) }
        if let tables = cmark_find_syntax_extension("table") { cmark_parser_attach_syntax_extension(parser, tables) }
        var source = source
        source.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        }
        let root = cmark_parser_finish(parser)
        defer { cmark_node_free(root) }
        var writer = MarkdownWriter()
        let iterator = cmark_iter_new(root)
        defer { cmark_iter_free(iterator) }
        var depth = 0
        while true {
            let event = cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { break }
            let isEntering = event == CMARK_EVENT_ENTER
            if isEntering {
                let isLeaf = cmark_node_first_child(node) == nil
                if !isLeaf { depth += 1 }
                if depth == Self.deepest {
                    problem(Int(cmark_node_get_start_line(node)), "nested more than \(Self.deepest - 2) deep")
                    break
                }
            } else {
                depth -= 1
            }
            if let fault = writer.take(node, isEntering: isEntering) {
                problem(Self.line(of: node), fault)
            }
        }
        (html, text, lead) = (writer.html, writer.text, writer.lead)
    }

    /// Once a process: the extension's types get their numbers.
    private static let register: Void = cmark_gfm_core_extensions_ensure_registered()

    /// An inline node knows no line of its own in some places: its block's line then.
    private static func line(of node: OpaquePointer?) -> Int {
        var node = node
        while let current = node {
            let line = Int(cmark_node_get_start_line(current))
            if line > 0 { return line }
            node = cmark_node_parent(current)
        }
        return 1
    }
}
