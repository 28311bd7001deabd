/// Markup that this program wrote itself, such as a chart, and that is taken into a page as it is.
struct Markup: Sendable {
    let text: String
}

/// A page template, compiled once: the part of the Mustache language that pages use (variables, sections, inverted sections,
/// partials; mustache(5)), filled by walking a flat list of steps and appending bytes.
///
/// Every text is escaped. `{{{x}}}` writes a value as it is, and only a `Markup`, which no text becomes by chance. Partials are taken in when compiling, so a page names
/// all that it needs at start or the server does not start.
struct Template: Sendable {
    /// What is to be done, in order. Sections know where they end, so that filling needs no tree.
    private enum Step: Sendable {
        case text([UInt8])
        case value(Path)
        case markup(Path)
        /// Filled once for each element, once for a value, not at all for nothing, false or an empty list; ends before `end`.
        case section(Path, end: Int)
        /// Filled where the section of the same name would not be.
        case inverted(Path, end: Int)
    }

    /// `a.b.c`: the first is looked for in the innermost values that have it, the rest inside of what was found. Empty = `.`.
    private struct Path: Sendable {
        let first: Values.Name?
        let rest: [Values.Name]

        init(_ text: Substring) {
            let names = text == "." ? [] : text.split(separator: ".").map { Values.Name(String($0)) }
            (first, rest) = (names.first, Array(names.dropFirst()))
        }
    }

    private var steps: [Step] = []

    // MARK: compiling

    /// - Parameter sources: all templates by name, for partials.
    /// - Throws: `PortalFault.template` naming the template and what is wrong.
    init(_ name: String, of sources: [String: String]) throws {
        var compiler = Compiler(sources: sources)
        try compiler.add(name, within: [])
        steps = compiler.steps
    }

    private struct Compiler {
        let sources: [String: String]
        var steps: [Step] = []
        private var names: [Values.Name: String] = [:]

        init(sources: [String: String]) { self.sources = sources }

        mutating func add(_ name: String, within outer: [String]) throws {
            guard let source = sources[name] else { throw PortalFault.template("there is no template \(name)") }
            guard !outer.contains(name) else { throw PortalFault.template("\(name) contains itself") }
            let bytes = Array(source.utf8)
            var (place, open): (Int, [(name: Substring, step: Int)]) = (0, [])
            while let tag = try Tag(in: bytes, from: place, name) {
                text(bytes[place..<tag.textEnd])
                place = tag.end
                try distinguish(tag.name)
                let path = Path(tag.name)
                switch tag.kind {
                case .value: steps.append(.value(path))
                case .markup: steps.append(.markup(path))
                case .section, .inverted:
                    open.append((tag.name, steps.count))
                    steps.append(tag.kind == .section ? .section(path, end: 0) : .inverted(path, end: 0))
                case .end:
                    guard let last = open.popLast(), last.name == tag.name else {
                        throw PortalFault.template("\(name): {{/\(tag.name)}} ends nothing")
                    }
                    switch steps[last.step] {
                    case .section(let path, _): steps[last.step] = .section(path, end: steps.count)
                    case .inverted(let path, _): steps[last.step] = .inverted(path, end: steps.count)
                    default: break
                    }
                case .partial: try add(String(tag.name), within: outer + [name])
                }
            }
            text(bytes[place...])
            if let last = open.last { throw PortalFault.template("\(name): {{#\(last.name)}} has no end") }
        }

        /// - Throws: where two names have one number.
        private mutating func distinguish(_ path: Substring) throws {
            for part in path.split(separator: ".") {
                let text = String(part)
                guard names.updateValue(text, forKey: Values.Name(text)) ?? text == text else {
                    throw PortalFault.template("{{\(text)}} cannot be told from another name; call it otherwise")
                }
            }
        }

        private mutating func text(_ bytes: ArraySlice<UInt8>) {
            if !bytes.isEmpty { steps.append(.text(Array(bytes))) }
        }
    }

    /// A tag in a template. A section's tag or a partial alone on its line takes the whole line with it.
    private struct Tag {
        enum Kind { case value, markup, section, inverted, end, partial }
        let kind: Kind
        let name: Substring
        /// Where the text before it ends and the text after it begins.
        let textEnd: Int
        let end: Int

        init?(in bytes: [UInt8], from start: Int, _ template: String) throws {
            var place = start
            while place + 1 < bytes.count, bytes[place] != 0x7B || bytes[place + 1] != 0x7B { place += 1 }
            guard place + 1 < bytes.count else { return nil }
            var close = place + 2
            while close + 1 < bytes.count, bytes[close] != 0x7D || bytes[close + 1] != 0x7D { close += 1 }
            guard close + 1 < bytes.count else { throw PortalFault.template("\(template): a tag has no end") }
            var inner = bytes[(place + 2)..<close]
            let isMarkup = inner.first == 0x7B && close + 2 < bytes.count && bytes[close + 2] == 0x7D
            if isMarkup {
                inner = inner.dropFirst()
                close += 1
            }
            let marks: [UInt8: Kind] = [
                UInt8(ascii: "#"): .section, UInt8(ascii: "^"): .inverted, UInt8(ascii: "/"): .end,
                UInt8(ascii: ">"): .partial,
            ]
            kind = isMarkup ? .markup : inner.first.flatMap { marks[$0] } ?? .value
            let name = String(decoding: kind == .value || isMarkup ? inner : inner.dropFirst(), as: UTF8.self).filter {
                $0 != " "
            }
            guard !name.isEmpty,
                name.utf8.allSatisfy({
                    $0 == 0x2E || $0 == 0x2D || $0 == 0x5F || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                        || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0
                })
            else {
                throw PortalFault.template(
                    "\(template): {{\(String(decoding: inner, as: UTF8.self))}} is not understood")
            }
            self.name = name[...]
            var (textEnd, end) = (place, close + 2)
            if kind != .value, kind != .markup {
                var lineStart = place
                while lineStart > 0, bytes[lineStart - 1] == 0x20 || bytes[lineStart - 1] == 0x09 { lineStart -= 1 }
                var lineEnd = end
                while lineEnd < bytes.count, bytes[lineEnd] == 0x20 || bytes[lineEnd] == 0x09 { lineEnd += 1 }
                let beginsLine = lineStart == 0 || bytes[lineStart - 1] == 0x0A
                if beginsLine, lineStart >= start, lineEnd == bytes.count || bytes[lineEnd] == 0x0A {
                    (textEnd, end) = (lineStart, min(lineEnd + 1, bytes.count))
                }
            }
            (self.textEnd, self.end) = (textEnd, end)
        }
    }

    // MARK: filling

    func fill(_ values: Values) -> [UInt8] {
        var filling = Filling(steps: steps, frames: [.values(values)])
        filling.bytes.reserveCapacity(24 << 10)
        filling.run(0, steps.count)
        return filling.bytes
    }

    private struct Filling {
        let steps: [Step]
        /// What names are looked for in, innermost last; a text, or one element of a list of texts, has none.
        var frames: [Values.Content]
        var bytes: [UInt8] = []

        init(steps: [Step], frames: [Values.Content]) { (self.steps, self.frames) = (steps, frames) }

        mutating func run(_ start: Int, _ end: Int) {
            var place = start
            while place < end {
                switch steps[place] {
                case .text(let text): bytes.append(contentsOf: text)
                case .value(let path): if let value = find(path) { append(value) }
                case .markup(let path): if case .markup(let markup)? = find(path) { bytes.append(contentsOf: markup.text.utf8) }
                case .section(let path, let last):
                    section(find(path), place + 1, last)
                    place = last - 1
                case .inverted(let path, let last):
                    if Self.isNothing(find(path)) { run(place + 1, last) }
                    place = last - 1
                }
                place += 1
            }
        }

        private mutating func section(_ value: Values.Content?, _ start: Int, _ end: Int) {
            switch value {
            case nil, .flag(false)?: return
            case .flag(true)?: run(start, end)
            case .list(let many)?: for one in many { within(one, start, end) }
            case let one?: within(one, start, end)
            }
        }

        private mutating func within(_ frame: Values.Content, _ start: Int, _ end: Int) {
            frames.append(frame)
            run(start, end)
            frames.removeLast()
        }

        private static func isNothing(_ value: Values.Content?) -> Bool {
            switch value {
            case nil, .flag(false)?: true
            case .list(let many)?: many.isEmpty
            default: false
            }
        }

        private func find(_ path: Path) -> Values.Content? {
            guard let first = path.first else { return frames.last }
            var place = frames.count
            while place > 0 {
                place -= 1
                guard case .values(let values) = frames[place], var found = values[first] else { continue }
                for name in path.rest {
                    guard case .values(let inner) = found, let next = inner[name] else { return nil }
                    found = next
                }
                return found
            }
            return nil
        }

        private mutating func append(_ value: Values.Content) {
            switch value {
            case .text(var text): text.withUTF8 { append(escaping: $0) }
            case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
            // Not one text: a page never asks for them so.
            case .values, .list, .markup: break
            }
        }

        /// What has a meaning in HTML is written as a character reference, in text and in attributes alike.
        private mutating func append(escaping text: UnsafeBufferPointer<UInt8>) {
            var start = 0
            for (place, byte) in text.enumerated() {
                let reference: StaticString
                switch byte {
                case UInt8(ascii: "<"): reference = "&lt;"
                case UInt8(ascii: ">"): reference = "&gt;"
                case UInt8(ascii: "&"): reference = "&amp;"
                case UInt8(ascii: "\""): reference = "&quot;"
                case UInt8(ascii: "'"): reference = "&#39;"
                default: continue
                }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<place]))
                bytes.append(
                    contentsOf: UnsafeBufferPointer(start: reference.utf8Start, count: reference.utf8CodeUnitCount))
                start = place + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        }
    }
}
