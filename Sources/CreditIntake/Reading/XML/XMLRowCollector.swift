/// Collects rows while libxml2 passes through a document; `XMLReader` takes them out after each piece.
final class XMLRowCollector: SAXHandler {
    private struct Field {
        var name: [UInt8]
        var value: [UInt8]
    }

    /// A finished element without child elements.
    private struct Leaf {
        let name: [UInt8]
        let line: Int
        let attributes: [Field]
        let text: [UInt8]
        /// Nothing but attributes.
        var isBare: Bool { !attributes.isEmpty && text.allSatisfy { [9, 10, 13, 32].contains($0) } }
    }

    /// An open element. What it holds is kept until it is known whether it is a row, a leaf or a wrapper of rows.
    private struct Element {
        let name: [UInt8]
        let line: Int
        var attributes: [Field] = []
        var leaves: [Leaf] = []
        var isWrapper = false
        /// Its children of this name carry attributes only, and are rows.
        var bareRowName: [UInt8]?
        var flaws: [RowFlaw.Kind] = []
    }

    /// An element that looks like a row, `depth` elements below the root's surroundings.
    private struct Candidate {
        let depth: Int
        let line: Int
        let fields: [Field]
        let flaws: [RowFlaw.Kind]
    }

    private struct Row {
        let line: Int
        var cells: [(key: Int, value: [UInt8])] = []
        var flaws: [RowFlaw] = []
    }

    private static let maxNameBytes = 4096
    private static let listSeparator = Array("；".utf8)

    private let limits: TableLimits
    private(set) var keys: [String] = []
    private var indexes: [[UInt8]: Int] = [:]
    private var open: [Element] = []
    private var text: CellTextBuffer
    private var rows: [Row] = []
    /// The first candidate waits for the second: a header block in front of the rows looks like a row, too.
    private var first: Candidate?
    private var rowDepth: Int?
    /// Bytes held by open elements together; bounded by the row limit.
    private var held = 0
    /// Leaves of wrappers, which belong to no row.
    private(set) var fieldsOutside = 0
    /// The text fed since the last `drop` holds U+FFFD for bytes that could not be decoded.
    var isDamaged = false

    init(limits: TableLimits) {
        self.limits = limits
        text = CellTextBuffer(limit: limits.maxCellBytes + 4)
    }

    var count: Int { rows.count }

    func drop() { rows.removeAll(keepingCapacity: true) }

    // MARK: Elements

    func start(_ name: SAXName, _ attributes: SAXAttributes, _ parser: SAXParser) {
        if open.isEmpty, let error = Self.refusal(name) { return parser.stop(error) }
        guard name.length <= Self.maxNameBytes else {
            return parser.stop(TableError(.xmlSyntax, "a name is too long", line: parser.line))
        }
        var element = Element(name: Self.bytes(name), line: parser.line)
        for i in 0..<attributes.count {
            guard let attribute = attributes.name(i), attribute.length <= Self.maxNameBytes else { continue }
            let value = attributes.value(i)
            guard hold(attribute.length + value.count, &element) else { break }
            element.attributes.append(Field(name: Self.bytes(attribute), value: Array(value)))
        }
        open.append(element)
        text.clear()
    }

    private static func bytes(_ name: SAXName) -> [UInt8] {
        Array(UnsafeBufferPointer(start: name.pointer, count: name.length))
    }

    private func hold(_ bytes: Int, _ element: inout Element) -> Bool {
        if held + bytes > limits.maxRowBytes {
            element.flaws.append(.cellTooLong)
            return false
        }
        held += bytes
        return true
    }

    func text(_ piece: UnsafeBufferPointer<UInt8>, _ parser: SAXParser) { text.append(piece) }

    func end(_ name: SAXName, _ parser: SAXParser) {
        guard let element = open.popLast() else { return }
        if element.isWrapper {
            // Its rows have been handed on already.
        } else if element.leaves.isEmpty {
            endLeaf(element)
        } else if open.isEmpty, element.attributes.isEmpty, element.leaves.count == 1, element.leaves[0].isBare {
            // A table of one row of attributes.
            release(element)
            offer(element.leaves[0].line, element.leaves[0].attributes, element.flaws)
        } else {
            release(element)
            offer(element.line, fields(of: element), element.flaws)
            makeWrappers()
        }
        text.clear()
    }

    private func endLeaf(_ element: Element) {
        let content = text.withBytes { Array($0) }
        let leaf = Leaf(name: element.name, line: element.line, attributes: element.attributes, text: content)
        guard let parent = open.indices.last else {
            if !leaf.attributes.isEmpty { offer(leaf.line, leaf.attributes, element.flaws) }
            return
        }
        if open[parent].isWrapper {
            release(element)
            if leaf.isBare, open[parent].bareRowName == leaf.name {
                offer(leaf.line, leaf.attributes, element.flaws)
            } else {
                fieldsOutside += 1
            }
            return
        }
        guard open[parent].leaves.count < 4 * limits.maxCells else {
            if open[parent].flaws.last != .tooManyCells { open[parent].flaws.append(.tooManyCells) }
            return release(element)
        }
        guard hold(leaf.name.count + content.count, &open[parent]) else { return release(element) }
        open[parent].flaws += element.flaws
        open[parent].leaves.append(leaf)
        let leaves = open[parent].leaves
        if leaves.count == 2, leaves.allSatisfy({ $0.isBare && $0.name == leaf.name }) {
            // The second of its kind: the children are rows.
            open[parent].leaves = []
            makeWrappers()
            open[parent].bareRowName = leaf.name
            for row in leaves { offer(row.line, row.attributes, []) }
        }
    }

    /// A row stands below: every open element is a wrapper, and the leaves it has gathered belong to no row.
    private func makeWrappers() {
        for index in open.indices where !open[index].isWrapper {
            fieldsOutside += open[index].leaves.count
            open[index].isWrapper = true
            open[index].leaves = []
            open[index].attributes = []
        }
        held = 0
    }

    private func release(_ element: Element) {
        held -= element.attributes.reduce(0) { $0 + $1.name.count + $1.value.count }
        for leaf in element.leaves {
            held -=
                leaf.name.count + leaf.text.count + leaf.attributes.reduce(0) { $0 + $1.name.count + $1.value.count }
        }
        held = max(0, held)
    }

    // MARK: Rows

    private func fields(of element: Element) -> [Field] {
        var fields = element.attributes
        for leaf in element.leaves {
            if !leaf.isBare { fields.append(Field(name: leaf.name, value: leaf.text)) }
            for attribute in leaf.attributes {
                fields.append(Field(name: leaf.name + [UInt8(ascii: ".")] + attribute.name, value: attribute.value))
            }
        }
        return fields
    }

    /// Rows lie at one depth. What looks like a row nearer to the root is a block about the delivery.
    private func offer(_ line: Int, _ fields: [Field], _ flaws: [RowFlaw.Kind]) {
        let candidate = Candidate(depth: open.count, line: line, fields: fields, flaws: flaws)
        if let rowDepth {
            if candidate.depth < rowDepth { fieldsOutside += fields.count } else { addRow(candidate) }
        } else if let first {
            let depth = max(first.depth, candidate.depth)
            rowDepth = depth
            self.first = nil
            for one in [first, candidate] {
                if one.depth < depth { fieldsOutside += one.fields.count } else { addRow(one) }
            }
        } else {
            first = candidate
        }
    }

    /// At the end of the document: the only candidate is a row.
    func finish() {
        if let first { addRow(first) }
        first = nil
    }

    private func addRow(_ candidate: Candidate) {
        var row = Row(line: candidate.line)
        row.flaws = candidate.flaws.prefix(8).map { RowFlaw(cell: nil, kind: $0) }
        var places: [Int: Int] = [:]
        for field in candidate.fields {
            guard let key = key(field.name) else {
                row.flaws.append(RowFlaw(cell: nil, kind: .tooManyCells))
                break
            }
            if let place = places[key] {
                row.cells[place].value += Self.listSeparator + field.value
            } else {
                places[key] = row.cells.count
                row.cells.append((key, field.value))
            }
        }
        rows.append(row)
    }

    private func key(_ name: [UInt8]) -> Int? {
        if let known = indexes[name] { return known }
        guard keys.count < limits.maxCells else { return nil }
        indexes[name] = keys.count
        keys.append(String(decoding: name, as: UTF8.self))
        return keys.count - 1
    }

    func take(_ index: Int, into row: inout RawRow) {
        let pending = rows[index]
        row.reset(line: pending.line)
        for flaw in pending.flaws { row.note(flaw.kind, cell: flaw.cell) }
        for cell in pending.cells {
            let start = row.used
            cell.value.withUnsafeBufferPointer { value in
                guard let base = value.baseAddress else { return }
                if value.count > limits.maxCellBytes {
                    row.append(base, CharacterEnd.before(base, limits.maxCellBytes))
                    row.note(.cellTooLong, cell: cell.key)
                } else {
                    row.append(base, value.count)
                }
                if isDamaged, Self.hasReplacement(value) { row.note(.undecodableBytes, cell: cell.key) }
            }
            row.setCell(cell.key, from: start)
        }
    }

    private static func hasReplacement(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard value.count >= 3 else { return false }
        return (0...value.count - 3).contains { value[$0] == 0xEF && value[$0 + 1] == 0xBF && value[$0 + 2] == 0xBD }
    }

    /// Documents that are XML but no table of records.
    private static func refusal(_ name: SAXName) -> TableError? {
        if name == "html" || name == "HTML" {
            return TableError(.notATable, "XHTML", seems: .init(zh: "网页（HTML）", en: "a web page (HTML)"))
        }
        if name == "Workbook" {
            return TableError(
                .legacyExcel, "XML Spreadsheet 2003", seems: .init(zh: "XML 表格 2003", en: "an XML Spreadsheet 2003"))
        }
        return nil
    }
}
