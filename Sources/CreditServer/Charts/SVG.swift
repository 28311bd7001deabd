/// Writes the elements of a chart. Widths are percentages, heights pixels: a chart is as wide as its place while its words keep
/// their size. Colours come from classes only, since pages allow no style of their own.
struct SVG {
    private(set) var text = ""
    let id: String
    /// Widths that text may take are reckoned for a phone.
    static let phone = 340.0

    init(id: String) { self.id = id }

    mutating func raw(_ markup: String) { text += markup }

    mutating func label(
        _ words: String, x: String, y: Double, _ style: String = "", anchor: String? = nil, dx: Double = 0
    ) {
        text += "<text x=\"\(x)\" y=\"\(Self.number(y))\""
        if !style.isEmpty { text += " class=\"\(style)\"" }
        if let anchor { text += " text-anchor=\"\(anchor)\"" }
        if dx != 0 { text += " dx=\"\(Self.number(dx))\"" }
        text += ">\(HTML.escape(words))</text>"
    }

    mutating func box(x: String, y: Double, width: String, height: Double, series: Int) {
        text +=
            "<rect x=\"\(x)\" y=\"\(Self.number(y))\" width=\"\(width)\" height=\"\(Self.number(height))\" \(fill(series))/>"
    }

    mutating func rule(x1: String, x2: String, y: Double, _ style: String) {
        text += "<line x1=\"\(x1)\" x2=\"\(x2)\" y1=\"\(Self.number(y))\" y2=\"\(Self.number(y))\" class=\"\(style)\"/>"
    }

    /// Series differ by pattern as well: full, hatched, empty, dotted.
    func fill(_ series: Int) -> String {
        switch series % 4 {
        case 0: "class=\"c0\""
        case 1: "class=\"c1\" fill=\"url(#\(id)-a)\""
        case 2: "class=\"c2\""
        default: "class=\"c1\" fill=\"url(#\(id)-b)\""
        }
    }

    /// The whole element with its name, its sentence and the patterns it needs.
    func element(height: Double, title: String, sentence: String, series: Int, style: String) -> String {
        var result = """
            <svg class="chart \(style)" width="100%" height="\(Self.number(height))" role="img" \
            aria-labelledby="\(id)-t \(id)-d" xmlns="http://www.w3.org/2000/svg">\
            <title id="\(id)-t">\(HTML.escape(title))</title><desc id="\(id)-d">\(HTML.escape(sentence))</desc>
            """
        if series > 1 {
            result += """
                <defs><pattern id="\(id)-a" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
                <rect width="3" height="6" class="c0"/></pattern>\
                <pattern id="\(id)-b" width="6" height="6" patternUnits="userSpaceOnUse">\
                <circle cx="3" cy="3" r="1.6" class="c0"/></pattern></defs>
                """
        }
        return result + text + "</svg>"
    }

    static func percent(_ value: Double) -> String { number(value) + "%" }

    /// At most two decimals, none that say nothing.
    static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (sign, size) = (hundredths < 0 ? "-" : "", abs(hundredths))
        if size % 100 == 0 { return "\(sign)\(size / 100)" }
        let fraction = size % 10 == 0 ? "\(size % 100 / 10)" : (size % 100 < 10 ? "0" : "") + "\(size % 100)"
        return "\(sign)\(size / 100).\(fraction)"
    }

    /// How wide words are at the size of labels, with room to spare: a Chinese character 14, others 7.5.
    static func width(_ words: String) -> Double {
        words.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E7F ? 14 : 7.5) }
    }

    /// Words in lines of at most a width, cut between words or between Chinese characters; nothing is left out.
    static func lines(_ words: String, width: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        var part = ""
        func isWide(_ character: Character) -> Bool { (character.unicodeScalars.first?.value ?? 0) > 0x2E7F }
        func push() {
            if !line.isEmpty, Self.width(line + part) > width {
                // A blank at the end of a line takes no room.
                lines.append(line.last == " " ? String(line.dropLast()) : line)
                line = part
            } else {
                line += part
            }
            part = ""
        }
        for character in words {
            part.append(character)
            if character == " " || isWide(character) { push() }
        }
        push()
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
