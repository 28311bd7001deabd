import CXML
import Glibc

/// Receives what a `SAXParser` finds. Names are local names; prefixes are resolved and dropped.
protocol SAXHandler: AnyObject {
    func start(_ name: SAXName, _ attributes: SAXAttributes, _ parser: SAXParser)
    func end(_ name: SAXName, _ parser: SAXParser)
    /// A piece of text; one text may come in several.
    func text(_ bytes: UnsafeBufferPointer<UInt8>, _ parser: SAXParser)
}

/// A name owned by libxml2, valid during the call.
struct SAXName {
    let pointer: UnsafePointer<UInt8>

    var length: Int { strlen(pointer) }

    static func == (name: SAXName, expected: StaticString) -> Bool {
        // Static strings end in NUL, so the whole names are compared.
        memcmp(name.pointer, expected.utf8Start, min(name.length, expected.utf8CodeUnitCount) + 1) == 0
    }
}

/// The attributes of an element, valid during the call.
struct SAXAttributes {
    // unsafe: libxml2 hands attributes over as an array of five pointers each.
    fileprivate let list: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    let count: Int

    func name(_ i: Int) -> SAXName? {
        list?[5 * i].map { SAXName(pointer: $0) }
    }

    func value(_ i: Int) -> UnsafeBufferPointer<UInt8> {
        guard let list, let from = list[5 * i + 3], let to = list[5 * i + 4] else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: from, count: to - from)
    }

    func bytes(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        for i in 0..<count {
            if let found = self.name(i), found == name { return value(i) }
        }
        return nil
    }

    func string(_ name: StaticString) -> String? {
        bytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    func integer(_ name: StaticString) -> Int? {
        bytes(name).flatMap(DecimalDigits.integer)
    }
}

/// libxml2's push parser: no network, no DTD, no entities but the five of XML; its own limits on depth, name and text
/// length stay in force, so hostile documents end in an error and not in memory.
final class SAXParser {
    private let handler: any SAXHandler
    private let context: xmlParserCtxtPtr
    private let limits: TableLimits
    private var depth = 0
    private var failure: TableError?
    private static let initialised: Void = xmlInitParser()

    /// - Parameter encodingIsUTF8: the text fed is UTF-8 whatever its declaration says.
    init(_ handler: any SAXHandler, limits: TableLimits, encodingIsUTF8: Bool) throws {
        _ = Self.initialised
        self.handler = handler
        self.limits = limits
        var sax = xmlSAXHandler()
        sax.initialized = UInt32(XML_SAX2_MAGIC)
        sax.startElementNs = { SAXParser.of($0)?.didStart($1, $6, $8) }
        sax.endElementNs = { user, name, _, _ in SAXParser.of(user)?.didEnd(name) }
        sax.characters = { SAXParser.of($0)?.didText($1, $2) }
        sax.cdataBlock = sax.characters
        sax.ignorableWhitespace = sax.characters
        sax.internalSubset = { user, _, _, _ in SAXParser.of(user)?.stop(xmlDoctype: ()) }
        sax.serror = { _, _ in }
        guard let context = xmlCreatePushParserCtxt(&sax, nil, nil, 0, nil) else {
            throw TableError(.unreadable, "libxml2 has no memory")
        }
        self.context = context
        // unsafe: libxml2 keeps a plain pointer to this object, which frees the context in deinit.
        context.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
        // NOENT only makes "&amp;" in attributes arrive as "&"; documents that declare entities are refused above.
        var options = XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue
        if encodingIsUTF8 { options |= XML_PARSE_IGNORE_ENC.rawValue }
        xmlCtxtUseOptions(context, Int32(options))
    }

    deinit {
        if let document = context.pointee.myDoc { xmlFreeDoc(document) }
        xmlFreeParserCtxt(context)
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> SAXParser? {
        user.map { Unmanaged<SAXParser>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Line the parser has reached, counted from 1.
    var line: Int { Int(xmlSAX2GetLineNumber(context)) }

    /// Parses a piece of the document.
    /// - Throws: `TableError.xmlSyntax`, or what the handler stopped with.
    func feed(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return }
        Self.silence()
        try base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
            try check(xmlParseChunk(context, $0, Int32(bytes.count), 0))
        }
    }

    /// Ends the document.
    func finish() throws {
        Self.silence()
        try check(xmlParseChunk(context, nil, 0, 1))
    }

    /// Errors of character conversion know no parser; libxml2 prints them, with bytes of the file, unless the thread
    /// has a handler. A task may go on in another thread, so each piece sets it.
    private static func silence() { xmlSetStructuredErrorFunc(nil) { _, _ in } }

    /// Lets the handler end the parsing with an error.
    func stop(_ error: TableError) {
        if failure == nil { failure = error }
        xmlStopParser(context)
    }

    private func stop(xmlDoctype: Void) {
        stop(TableError(.xmlSyntax, "DOCTYPE is not allowed", line: line))
    }

    private func check(_ code: Int32) throws {
        if let failure { throw failure }
        guard code != 0, context.pointee.wellFormed == 0 else { return }
        throw TableError(.xmlSyntax, "libxml2 error \(code)", line: line)
    }

    private func didStart(
        _ name: UnsafePointer<xmlChar>?, _ count: Int32, _ list: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    ) {
        guard failure == nil, let name else { return }
        depth += 1
        guard depth <= limits.maxDepth else {
            return stop(TableError(.xmlSyntax, "nested deeper than \(limits.maxDepth)", line: line))
        }
        handler.start(SAXName(pointer: name), SAXAttributes(list: list, count: Int(count)), self)
    }

    private func didEnd(_ name: UnsafePointer<xmlChar>?) {
        guard failure == nil, let name else { return }
        depth -= 1
        handler.end(SAXName(pointer: name), self)
    }

    private func didText(_ bytes: UnsafePointer<xmlChar>?, _ count: Int32) {
        guard failure == nil, let bytes, count > 0 else { return }
        handler.text(UnsafeBufferPointer(start: bytes, count: Int(count)), self)
    }
}
