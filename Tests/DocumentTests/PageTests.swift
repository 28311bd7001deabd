import CreditModel
import Foundation
import TestSupport
import Testing

@testable import CreditDocuments

@Suite("pages of a report, read back by other programs")
struct PageTests {
    private func write(_ counter: Counter, _ document: IssuedDocument) async throws -> String {
        let path = counter.city.directory.file("report.pdf")
        try Data(try await counter.issuer.pdf(of: document)).write(to: URL(filePath: path))
        return path
    }

    @Test("text, title, page numbers, attachments and the QR code are what they should be")
    func readBack() async throws {
        let counter = try await Counter()
        let document = try await counter.ask(purpose: "bidding")
        let path = try await write(counter, document)
        guard let text = try tool(["pdftotext", "-layout", path, "-"]), let info = try tool(["pdfinfo", path]),
            let list = try tool(["pdfdetach", "-list", path])
        else {
            Issue.record("poppler-utils is not installed: the PDF was not read back", severity: .warning)
            return
        }
        for words in [
            "公共信用信息报告", "示例市云锦丝绸有限公司", Counter.code, document.report.number, "招标投标、政府采购", "示市监罚〔2025〕220号",
            "行政管理信息", "严重失信信息", "社会公众（未具名）", "本报告只陈述",
        ] { #expect(text.contains(words), "\(words)") }
        #expect(text.filter { $0 != " " }.contains("第1页共"))
        for line in ["Tagged:          yes", "Page size:       595", "Creator:         Chengxin"] {
            #expect(info.contains(line), "\(line)\n\(info)")
        }
        #expect(list.contains("credit-report.json") && list.contains("credit-report.pages.jws"))
        if let structure = try tool(["pdfinfo", "-struct-text", path]) {
            #expect(structure.contains("Figure") && structure.contains("Table") && structure.contains("H2"))
        }
        let file = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let alternative = "二维码，核验这份报告的网址：https://credit.example/verify/\(document.report.number)"
        let digits = alternative.utf16.map { String(format: "%04X", Int($0)) }.joined()
        #expect(String(decoding: file.suffix(8192), as: UTF8.self).contains("/Alt <FEFF\(digits)>"))
        let folder = counter.city.directory.path
        _ = try tool(["pdfdetach", "-save", "1", "-o", folder + "/inside.json", path])
        #expect(FileManager.default.contents(atPath: folder + "/inside.json").map { Array($0) } == document.json)
        _ = try tool(["pdftoppm", "-r", "110", "-png", "-f", "1", "-l", "1", "-singlefile", path, folder + "/page"])
        guard let code = try tool(["zbarimg", "-q", "--raw", folder + "/page.png"]) else {
            Issue.record("zbar-tools is not installed: the QR code was not read back", severity: .warning)
            return
        }
        #expect(code.trimmingCharacters(in: .whitespacesAndNewlines) == "https://credit.example/verify/\(document.report.number)")
    }

    @Test("headings are letters of the font cut for them; a heading with a letter beyond it carries no font of its own")
    func headings() throws {
        let font = WorkingFont.display
        #expect(!font.covers("示例市\u{20BB7}祥绸厂"))
        guard !font.families.isEmpty else {
            Issue.record("Noto Serif CJK SC is not installed: headings were not read back", severity: .warning)
            return
        }
        for (words, isCarried) in [("示例市吉祥绸厂", true), ("示例市喆祥绸厂", true), ("示例市\u{20BB7}祥绸厂", false)] {
            let canvas = try PDFCanvas(
                title: words, author: words, subject: words, created: Instant(milliseconds: 0), language: .chinese)
            let flow = PageFlow(try Typesetter())
            _ = flow.heading(words, Typesetter.Style(size: 15, face: .display), x: 60, y: 60, tag: "H2")
            for draw in flow.pages[0] { draw(canvas) }
            try canvas.endPage()
            let file = FileManager.default.temporaryDirectory.appending(path: "heading-\(UInt64.random(in: 0 ... .max)).pdf")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data(try canvas.finish()).write(to: file)
            guard let text = try tool(["pdftotext", file.path(), "-"]), let fonts = try tool(["pdffonts", file.path()]) else { return }
            #expect(text.contains(words), "\(text)")
            #expect(fonts.contains("NotoSerifCJKsc-Bold") == isCarried, "\(fonts)")
        }
    }

    @Test("a report without records says what was searched, in both languages", arguments: Language.allCases)
    func empty(_ language: Language) async throws {
        let counter = try await Counter([])
        let path = try await write(counter, try await counter.ask(language: language))
        guard let text = try tool(["pdftotext", path, "-"]) else { return }
        #expect(text.contains(language == .chinese ? "没有记录不等于没有问题" : "not the same as nothing wrong"))
    }

    @Test("a character that no font has is marked, named, and kept in the JSON")
    func rare() async throws {
        let counter = try await Counter([Rows.penalty("示例市云锦丝绸有限公司", Counter.code, facts: "未标明\u{323AF}价格。")])
        let document = try await counter.ask()
        #expect(String(decoding: document.json, as: UTF8.self).contains("\u{323AF}"))
        let path = try await write(counter, document)
        guard let text = try tool(["pdftotext", path, "-"]) else { return }
        #expect(text.contains("〓") && text.contains("U+323AF"))
        // Again, on a lane that has drawn the same words before.
        for _ in 0..<2 {
            let again = try await write(counter, try await counter.ask())
            #expect(try tool(["pdftotext", again, "-"])?.contains("U+323AF") == true)
        }
    }

    @Test("many records and long texts run over pages, newest first, with a cap that is stated")
    func many() async throws {
        let long = String(repeating: "未按规定标明商品价格，经查证属实。", count: 200)
        let rows = (1...130).map { number in
            Rows.penalty(
                "示例市云锦丝绸有限公司", Counter.code, document: "示市监罚〔2026〕\(number)号", facts: number == 130 ? long : "未标明价格。",
                on: Day(daysSinceEpoch: City.today.daysSinceEpoch - 200 + Int32(number)).description)
        }
        let counter = try await Counter(rows)
        let document = try await counter.ask()
        let section = try #require(document.report.sections.first)
        #expect((section.total, section.entries.count) == (130, 100))
        #expect(section.entries.first?.heading == "示市监罚〔2026〕130号")
        #expect(try counter.verifier.verify(document.json).proved == 101)
        let path = try await write(counter, document)
        guard let text = try tool(["pdftotext", path, "-"]) else { return }
        #expect(text.contains("共 130 条"))
    }
}
