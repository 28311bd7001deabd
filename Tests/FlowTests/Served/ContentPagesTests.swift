import Foundation
import TestSupport
import Testing

/// What the credit office wrote, as readers and their programs get it.
extension Served {
    @Test("every content page comes in both languages, safe, small, with one h1", arguments: ["zh", "en"])
    func contentPages(_ language: String) async throws {
        var targets = ["/news", "/policies", "/cases-library", "/calendar", "/training", "/honours"]
        for target in targets {
            let text = try await get("\(target)?lang=\(language)").text
            targets += text.matches(of: /href="(\/(?:news|policies|cases-library|calendar|training|honours)\/[a-z0-9-]+)"/).map { String($0.1) }
        }
        #expect(Set(targets).count >= 16)
        for target in Set(targets) {
            let answer = try await get("\(target)?lang=\(language)")
            #expect(answer.status == 200 && answer.body.count < 60_000, "\(target): \(answer.status)")
            #expect(answer.text.matches(of: /<h1/).count == 1, "\(target)")
            #expect(answer.text.contains("<html lang=\"\(language == "zh" ? "zh-CN" : "en")\""), "\(target)")
            expectSafe(answer, target)
        }
    }

    @Test("a text that was not written in the reader's language is shown in the other, with a word about it")
    func contentOtherLanguage() async throws {
        // On servers of its own: a text that comes and goes would be a dead link to other tests.
        let platform = try await Platform()
        let folder = platform.folder
        try FileManager.default.createDirectory(atPath: folder.path("data/content/news"), withIntermediateDirectories: true)
        try folder.write(
            "data/content/news/2026-11-20-only.zh.md",
            "---\ntitle: 只有中文 <b>的</b>\ndate: 2026-11-20\nsource: 示例办\nkeywords: [独一无二词]\n---\n\n正文 & {{page.title}}。\n")
        let server = try await Server.start(data: platform.data, in: folder)
        let english = try await server.get("/news/only?lang=en").text
        #expect(english.contains("not available in English") && english.contains("<div class=\"body\" lang=\"zh-CN\">"))
        #expect(english.contains("只有中文 &lt;b&gt;的&lt;/b&gt;") && english.contains("正文 &amp; {{page.title}}。"))
        #expect(!(try await server.get("/news/only?lang=zh").text.contains("这篇没有中文")))
        #expect(
            try await server.get("/s?q=%E7%8B%AC%E4%B8%80%E6%97%A0%E4%BA%8C%E8%AF%8D&lang=zh").text.contains("href=\"/news/only\""))
        try folder.write("data/content/news/2026-11-20-only.zh.md", "坏了")
        let later = try await Server.start(data: platform.data, in: folder)
        #expect(try await later.get("/news/only").status == 404)
        #expect(try await later.get("/news").status == 200, "a bad file stops nothing")
    }

    @Test(
        "an address that is no text of ours is not found",
        arguments: ["..%2F..%2Fetc%2Fpasswd", "2026-11-20-only", "a%00b", ".", "x.zh.md", "%2e%2e", "feed.rss"])
    func contentUnknown(_ slug: String) async throws {
        let answer = try await get("/news/\(slug)")
        #expect(answer.status == 404 || answer.status == 400, "\(answer.status)")
        #expect(!answer.text.contains("root:"))
    }

    @Test("feeds and the calendar are given out as what they are, and ask to be revalidated")
    func contentFiles() async throws {
        for target in ["/news/feed.atom", "/policies/feed.atom", "/calendar/feed.atom"] {
            let feed = try await get(target + "?lang=en")
            #expect(feed.header("Content-Type") == "application/atom+xml; charset=utf-8" && feed.header("ETag") != nil)
            #expect(feed.text.hasPrefix("<?xml") && feed.text.contains("<entry>"), "\(target)")
        }
        let calendar = try await get("/calendar.ics?lang=zh")
        #expect(calendar.header("Content-Type") == "text/calendar; charset=utf-8")
        #expect(calendar.text.contains("BEGIN:VEVENT\r\n"))
        let again = try await get("/calendar.ics?lang=zh", headers: ["If-None-Match": calendar.header("ETag") ?? ""])
        #expect(again.status == 304)
    }

    @Test("the front page shows what is new, and search shows texts beside organisations")
    func contentBeside() async throws {
        #expect(try await get("/?lang=zh").text.contains("href=\"/news/"))
        let text = try await get("/s?q=%E4%BF%A1%E7%94%A8%E4%BF%AE%E5%A4%8D&lang=zh").text
        #expect(text.contains("新闻和政策里也有") && text.contains("/policies/credit-repair-measures"))
        #expect(!(try await get("/s?q=%E8%AF%95%E9%AA%8C%E7%AC%AC12%E6%9C%BA%E6%A2%B0&lang=zh").text.contains("新闻和政策里也有")))
    }
}
