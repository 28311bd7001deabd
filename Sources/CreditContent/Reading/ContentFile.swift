import CreditModel
import Yams

/// One file of the content folder: `<section>/<date>-<slug>.<zh|en>.md`, a front matter in YAML, a body in Markdown.
struct ContentFile {
    let path: String
    let section: ContentSection
    let slug: String
    let language: Language
    let kind: ContentKind
    let date: Day
    let expires: Day?
    let start: Day?
    let end: Day?
    let edition: ContentEdition

    /// A page stays under 60 kB with its frame and styles, so a body cannot be longer than this.
    static let mostBytes = 64 << 10
    static let mostHTML = 44 << 10

    /// - Returns: The file, or nil where it has problems.
    static func read(_ path: String, _ bytes: [UInt8]) -> (file: ContentFile?, problems: [ContentProblem]) {
        let faults = FileFaults(path)
        return (read(path, bytes, faults), faults.problems)
    }

    private static func read(_ path: String, _ bytes: [UInt8], _ faults: FileFaults) -> ContentFile? {
        let report = faults.add
        guard let name = ContentFileName(path) else {
            report(nil, "a file is named <section>/YYYY-MM-DD-<slug>.zh.md or .en.md, the slug in a–z, 0–9 and hyphens, at most 60")
            return nil
        }
        guard let lines = lines(of: bytes, report) else { return nil }
        guard lines.first == "---", let close = lines.dropFirst().firstIndex(of: "---") else {
            report(1, "the file begins with a front matter: a line `---`, keys, a line `---`")
            return nil
        }
        let front = FrontMatter(lines[1..<close].joined(separator: "\n"), report: report)
        let title = front.text("title", most: 120)
        let date = front.day("date")
        let source = front.text("source", most: 80)
        let summary = front.optionalText("summary", most: 300)
        let place = front.optionalText("place", most: 80)
        let (expires, start, end) = (front.optionalDay("expires"), front.optionalDay("start"), front.optionalDay("end"))
        let kinds = name.section.kinds
        let kindName = front.optionalText("kind", most: 20) ?? kinds[0].rawValue
        let kind = kinds.first { $0.rawValue == kindName }
        if kind == nil {
            report(
                front.line("kind"),
                "`kind` in \(name.section.rawValue)/ is one of \(kinds.map(\.rawValue).joined(separator: ", "))")
        }
        let (basis, keywords) = (front.texts("basis", most: 200), front.texts("keywords", most: 40))
        front.finish()
        if let date, date != name.date { report(front.line("date"), "`date` is not the day in the file's name") }
        if let date, let expires, expires < date { report(front.line("expires"), "`expires` is before `date`") }
        if end != nil, start == nil { report(front.line("end"), "`end` needs a `start`") }
        if let start, let end, end < start { report(front.line("end"), "`end` is before `start`") }
        if name.section == .calendar, start == nil { report(1, "`start` is missing: the calendar needs the day") }

        // Lines before the body stay as empty lines, so that the parser counts as the editor does.
        let body = String(repeating: "\n", count: close + 1) + lines[(close + 1)...].joined(separator: "\n") + "\n"
        let page = MarkdownPage(body, problem: report)
        if page.text.isEmpty, faults.isEmpty { report(close + 1, "the body is empty") }
        if page.html.utf8.count > mostHTML {
            report(nil, "the page would be over \(mostHTML / 1024) kB; divide it, or link to a document")
        }
        guard faults.isEmpty, let title, let date, let source, let kind else { return nil }
        return ContentFile(
            path: path, section: name.section, slug: name.slug, language: name.language, kind: kind, date: date,
            expires: expires, start: start, end: end,
            edition: ContentEdition(
                title: title, summary: summary ?? Self.shortened(page.lead), source: source, place: place, basis: basis,
                keywords: keywords, html: page.html, text: page.text))
    }

    private static func shortened(_ text: String) -> String {
        text.count <= 160 ? text : text.prefix(159) + "…"
    }

    /// The lines of a text in UTF-8, or nil with the line that is none.
    private static func lines(of bytes: [UInt8], _ report: (Int?, String) -> Void) -> [String]? {
        guard bytes.count <= mostBytes else {
            report(nil, "over \(mostBytes / 1024) kB; divide it, or link to a document")
            return nil
        }
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        var lines: [String] = []
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = line.last == 0x0D ? line.dropLast() : line
            guard let text = String(validating: line, as: UTF8.self) else {
                report(lines.count + 1, "not UTF-8; save the file as UTF-8")
                return nil
            }
            lines.append(text)
            // Marks that turn the direction of text can make a line read as it is not.
            let bad = text.unicodeScalars.first {
                ($0.value < 0x20 && $0 != "\t") || (0x7F...0x9F).contains($0.value) || (0x202A...0x202E).contains($0.value)
                    || (0x2066...0x2069).contains($0.value) || (0xFFFE...0xFFFF).contains($0.value)
            }
            if let bad { report(lines.count, "an invisible control character, U+\(String(bad.value, radix: 16, uppercase: true))") }
        }
        return lines
    }
}

/// The problems of one file, in the order in which they are found.
final class FileFaults {
    private let path: String
    private(set) var problems: [ContentProblem] = []
    /// A file of another kind would have a fault on every line.
    private static let most = 20

    init(_ path: String) { self.path = path }

    var isEmpty: Bool { problems.isEmpty }

    func add(_ line: Int?, _ message: String) {
        if problems.count < Self.most { problems.append(ContentProblem(file: path, line: line, message: message)) }
    }
}

/// What a file's place and name say.
struct ContentFileName {
    let section: ContentSection
    let date: Day
    let slug: String
    let language: Language

    init?(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let section = ContentSection(rawValue: String(parts[0])) else { return nil }
        let name = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard name.count == 3, name[2] == "md", let language = Language(rawValue: String(name[1])) else { return nil }
        guard name[0].utf8.count > 11, let date = Day(iso: name[0].prefix(10)) else { return nil }
        let slug = name[0].dropFirst(10)
        guard slug.hasPrefix("-"), Self.isSlug(slug.dropFirst()) else { return nil }
        (self.section, self.date, self.slug, self.language) = (section, date, String(slug.dropFirst()), language)
    }

    static func isSlug(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        return (1...60).contains(bytes.count) && bytes.first != 45 && bytes.last != 45
            && bytes.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
    }
}
