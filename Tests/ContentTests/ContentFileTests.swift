import CreditModel
import Foundation
import TestSupport
import Testing

@testable import CreditContent

@Suite("Content files")
struct ContentFileTests {
    static let good = """
        ---
        title: 标题
        date: 2026-03-05
        source: 示例市信用管理办公室
        ---

        正文。

        """

    private func read(_ text: String, at path: String = "news/2026-03-05-a.zh.md") -> (ContentFile?, [String]) {
        let read = ContentFile.read(path, Array(text.utf8))
        return (read.file, read.problems.map { "\($0.line ?? 0): \($0.message)" })
    }

    @Test("the smallest file is read, its first paragraph is its summary")
    func smallest() throws {
        for text in [Self.good, "\u{FEFF}" + Self.good, Self.good.replacing("\n", with: "\r\n")] {
            let (file, problems) = read(text)
            #expect(problems.isEmpty)
            let edition = try #require(file).edition
            #expect(edition.title == "标题" && edition.summary == "正文。" && edition.html == "<p>正文。</p>\n")
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let replace: String
        let with: String
        let says: String
        var testDescription: String { says }
    }

    @Test(
        "each fault of a front matter is named with its line",
        arguments: [
            Case(replace: "title: 标题\n", with: "", says: "1: `title` is missing"),
            Case(replace: "date: 2026-03-05\n", with: "", says: "1: `date` is missing"),
            Case(replace: "source: 示例市信用管理办公室\n", with: "", says: "1: `source` is missing"),
            Case(replace: "title: 标题", with: "title:", says: "2: `title` is text"),
            Case(replace: "title: 标题", with: "title: [a, b]", says: "2: `title` is text"),
            Case(replace: "title: 标题", with: "title: \"a\\nb\"", says: "2: `title` is one line without control characters"),
            Case(replace: "标题", with: String(repeating: "长", count: 121), says: "2: `title` has more than 120 characters"),
            Case(replace: "date: 2026-03-05", with: "date: 2026-02-30", says: "3: `date` is a day written YYYY-MM-DD"),
            Case(replace: "date: 2026-03-05", with: "date: 5 March", says: "3: `date` is a day written YYYY-MM-DD"),
            Case(replace: "date: 2026-03-05", with: "date: 2026-03-06", says: "3: `date` is not the day in the file's name"),
            Case(replace: "source:", with: "kind: law\nsource:", says: "4: `kind` in news/ is one of notice, report"),
            Case(replace: "source:", with: "author: x\nsource:", says: "4: there is no key `author`"),
            Case(replace: "source:", with: "expires: 2026-03-04\nsource:", says: "4: `expires` is before `date`"),
            Case(replace: "source:", with: "end: 2026-03-04\nsource:", says: "4: `end` needs a `start`"),
            Case(replace: "source:", with: "start: 2026-04-02\nend: 2026-04-01\nsource:", says: "5: `end` is before `start`"),
            Case(replace: "source:", with: "basis: 行政处罚法\nsource:", says: "4: `basis` is a list of at most 20"),
            Case(replace: "source:", with: "title: 又一个\nsource:", says: "a key stands twice: title"),
            Case(replace: "source:", with: "x: [\nsource:", says: "not readable as YAML"),
            Case(replace: "---\ntitle", with: "title", says: "1: the file begins with a front matter"),
            Case(replace: "办公室\n---", with: "办公室", says: "1: the file begins with a front matter"),
            Case(replace: "正文。", with: "", says: "5: the body is empty"),
            Case(replace: "正文。", with: "正文。\n\n<b>粗</b>", says: "9: HTML is not taken; write Markdown"),
            Case(replace: "正文。", with: "正\u{202E}文", says: "7: an invisible control character, U+202E"),
            Case(replace: "正文。", with: "正\u{0}文", says: "7: an invisible control character, U+0"),
            Case(replace: "正文。", with: String(repeating: "字", count: 22_000), says: "0: over 64 kB"),
            Case(replace: "正文。", with: String(repeating: "&\n\n", count: 4000), says: "0: the page would be over 44 kB"),
        ])
    func faults(_ fault: Case) {
        let text = Self.good.replacing(fault.replace, with: fault.with, maxReplacements: 1)
        #expect(text != Self.good)
        let (file, problems) = read(text)
        #expect(file == nil)
        #expect(problems.contains { $0.contains(fault.says) }, "\(problems)")
    }

    @Test("all faults of a file are named at once")
    func together() {
        let (_, problems) = read("---\ntitel: x\ndate: x\n---\n\n<b>\n\n[x](javascript:1)\n")
        #expect(problems.count == 6, "\(problems)")
    }

    @Test("a file in another encoding says so, with the first line that is not UTF-8")
    func encoding() {
        let gb18030: [UInt8] = [0xB1, 0xEA, 0xCC, 0xE2]
        let read = ContentFile.read("news/2026-03-05-a.zh.md", Array("---\ntitle: ".utf8) + gb18030 + [0x0A])
        #expect(read.file == nil && read.problems.map(\.description) == ["news/2026-03-05-a.zh.md:2: not UTF-8; save the file as UTF-8"])
        #expect(ContentFile.read("news/2026-03-05-a.zh.md", [0xFF, 0xFE, 0x2D, 0x00]).file == nil)
    }

    @Test(
        "a name that is no plain slug is refused",
        arguments: [
            "news/2026-03-05-a.md", "news/2026-03-05-a.fr.md", "news/2026-03-05.zh.md", "news/2026-3-5-a.zh.md", "news/2026-02-30-a.zh.md",
            "news/2026-03-05-A.zh.md", "news/2026-03-05-..zh.md", "news/2026-03-05-../../x.zh.md", "news/2026-03-05-a%2f.zh.md",
            "news/2026-03-05--a.zh.md", "news/2026-03-05-a-.zh.md", "news/2026-03-05-中.zh.md", "other/2026-03-05-a.zh.md",
            "news/sub/2026-03-05-a.zh.md", "news/2026-03-05-a.zh.html", "../news/2026-03-05-a.zh.md",
            "news/2026-03-05-\(String(repeating: "a", count: 61)).zh.md",
        ])
    func names(_ path: String) {
        #expect(ContentFileName(path) == nil)
        #expect(read(Self.good, at: path).0 == nil)
    }

    @Test("a calendar file needs its day")
    func calendar() {
        #expect(read(Self.good, at: "calendar/2026-03-05-a.zh.md").1 == ["1: `start` is missing: the calendar needs the day"])
    }
}

@Suite("The content folder")
struct ContentFolderTests {
    private func folder(_ files: [String: String]) throws -> (TemporaryDirectory, ContentFolder) {
        let directory = try TemporaryDirectory()
        for (path, text) in files { try Self.write(path, text, directory) }
        return (directory, ContentFolder.read(directory.path))
    }

    static func write(_ path: String, _ text: String, _ directory: TemporaryDirectory) throws {
        let url = URL(filePath: directory.file(path))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    static func text(_ title: String, date: String = "2026-03-05", more: String = "", body: String = "正文。") -> String {
        "---\ntitle: \(title)\ndate: \(date)\nsource: 示例办\n\(more)---\n\n\(body)\n"
    }

    private let today = Day(iso: "2026-11-23") ?? .openEnd

    @Test("the content of the invented city has no problem, both languages, and says nothing after its term")
    func shipped() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = ContentFolder.read(root.path + "/Content")
        #expect(folder.problems.isEmpty, "\(folder.problems)")
        #expect(folder.items.count >= 10)
        #expect(folder.items.allSatisfy { $0.languages.count == 2 })
        #expect(Set(folder.items.map(\.section)) == Set(ContentSection.allCases))
        #expect(folder.events(on: today).count >= 3)
    }

    @Test("a bad file is left out and stops no other")
    func leftOut() throws {
        let (_, folder) = try folder([
            "news/2026-03-05-a.zh.md": Self.text("好"), "news/2026-03-05-b.zh.md": "没有抬头", "news/.2026-03-05-c.zh.md.swp": "x",
            "news/2026-03-05-a.zh.md~": "x", "README.md": "# 说明", "notes/x.md": "x", "news/readme.txt": "x",
        ])
        #expect(folder.items.map(\.slug) == ["a"])
        #expect(folder.problems.map(\.file) == ["news/2026-03-05-b.zh.md", "news/readme.txt", "notes"])
    }

    @Test("a file of five megabytes, a folder and a link in the place of a file are named and not read")
    func notFiles() throws {
        let directory = try TemporaryDirectory()
        try Self.write("news/2026-03-05-big.zh.md", String(repeating: "x", count: 5 << 20), directory)
        try FileManager.default.createDirectory(
            atPath: directory.file("news/2026-03-05-dir.zh.md"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("news/2026-03-05-link.zh.md"), withDestinationPath: "/etc/passwd")
        let folder = ContentFolder.read(directory.path)
        #expect(folder.items.isEmpty)
        #expect(
            folder.problems.map(\.message) == [
                "over 64 kB; divide it, or link to a document", "not a plain file", "not a plain file",
            ])
    }

    @Test("the two languages of an item must agree, and a name is given once")
    func pairs() throws {
        let (_, folder) = try folder([
            "news/2026-03-05-a.zh.md": Self.text("一"), "news/2026-03-05-a.en.md": Self.text("One"),
            "news/2026-03-05-b.zh.md": Self.text("二", more: "expires: 2027-01-01\n"), "news/2026-03-05-b.en.md": Self.text("Two"),
            "news/2026-04-05-a.zh.md": Self.text("三", date: "2026-04-05"), "policies/2026-03-05-a.zh.md": Self.text("四"),
        ])
        #expect(
            folder.problems.map(\.description) == [
                "news/2026-03-05-b.zh.md: `expires` is not as in news/2026-03-05-b.en.md",
                "news/2026-04-05-a.zh.md: the name `a` is taken by news/2026-03-05-a.en.md",
            ])
        let item = try #require(folder.item(.news, "a", on: today))
        #expect(item.edition(.chinese).edition.title == "一" && item.edition(.english).edition.title == "One")
        let single = try #require(folder.item(.news, "b", on: today))
        #expect(single.edition(.chinese).language == .english, "the other language stands in")
    }

    @Test("an item is shown from its day to its last day")
    func terms() throws {
        let (_, folder) = try folder([
            "news/2026-11-23-now.zh.md": Self.text("今", date: "2026-11-23", more: "expires: 2026-11-23\n"),
            "news/2026-11-24-soon.zh.md": Self.text("明", date: "2026-11-24"),
            "news/2026-11-01-over.zh.md": Self.text("昨", date: "2026-11-01", more: "expires: 2026-11-22\n"),
        ])
        #expect(folder.items(in: .news, on: today).map(\.slug) == ["now"])
        #expect(folder.item(.news, "soon", on: today) == nil && folder.item(.news, "over", on: today) == nil)
        #expect(folder.search("正文", on: today, limit: 9).map(\.slug) == ["now"])
    }

    @Test("search wants every word, knows one character, and puts titles first")
    func search() throws {
        let (_, folder) = try folder([
            "news/2026-03-05-a.zh.md": Self.text("信用修复办法", body: "食品安全。"),
            "news/2026-03-06-b.zh.md": Self.text("食品安全周", date: "2026-03-06", body: "可以申请信用修复。"),
            "policies/2026-03-05-c.en.md": Self.text("Measures for Repair", body: "GB 32100 codes."),
        ])
        func found(_ text: String) -> [String] { folder.search(text, on: today, limit: 9).map(\.slug) }
        #expect(found("信用修复") == ["a", "b"])
        #expect(found("食品安全") == ["b", "a"])
        #expect(found("食品 修复").count == 2 && found("食品代码").isEmpty)
        #expect(found("修") == ["a", "b"] && found("REPAIR") == ["c"] && found("ＧＢ 32100") == ["c"])
        #expect(found("") == [] && found("！？") == [] && found("示例市青禾食品有限公司") == [])
    }

    @Test("changed files are taken in at the next look, and not before its time")
    func reload() throws {
        let directory = try TemporaryDirectory()
        try Self.write("news/2026-03-05-a.zh.md", Self.text("旧"), directory)
        let clock = StepClock()
        let problems = Collected()
        let library = ContentLibrary(
            directory: directory.path, interval: .seconds(2), now: { clock.now }, report: { problems.add($0) })
        func titles() -> [String] { library.current().folder.items.map { $0.edition(.chinese).edition.title } }
        #expect(titles() == ["旧"] && library.current().revision == 0)
        try Self.write("news/2026-03-05-b.zh.md", Self.text("新"), directory)
        clock.step(.seconds(1))
        #expect(titles() == ["旧"])
        clock.step(.seconds(1))
        #expect(titles().count == 2 && library.current().revision == 1)
        clock.step(.seconds(5))
        #expect(library.current().revision == 1, "nothing changed, nothing is read")
        try Self.write("news/2026-03-05-b.zh.md", "坏", directory)
        clock.step(.seconds(2))
        #expect(titles() == ["旧"] && problems.all.map(\.file) == ["news/2026-03-05-b.zh.md"])
        try FileManager.default.removeItem(atPath: directory.path)
        clock.step(.seconds(2))
        #expect(titles() == ["旧"], "a folder that is away for a moment does not empty the site")
    }
}
