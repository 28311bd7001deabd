import TestSupport
import Testing

@testable import CreditContent

@Suite("Markdown of content")
struct MarkdownTests {
    private func read(_ source: String) -> (page: MarkdownPage, faults: [String]) {
        var faults: [String] = []
        let page = MarkdownPage(source) { faults.append("\($0): \($1)") }
        return (page, faults)
    }

    @Test("headings go one down, so that the page keeps its only h1")
    func headings() {
        let (page, faults) = read("# 一\n\n## 二\n\n###### 六\n\n正文\n")
        #expect(faults.isEmpty)
        #expect(page.html == "<h2>一</h2>\n<h3>二</h3>\n<h6>六</h6>\n<p>正文</p>\n")
    }

    @Test("a table carries its headings in its cells, for phones")
    func tables() {
        let html = read("| 类别 | 最长 |\n| --- | --- |\n| 一般 & 其他 | **1年** |\n").page.html
        #expect(html.contains("<th role=\"columnheader\" scope=\"col\">类别</th>"))
        #expect(html.contains("<td role=\"cell\" data-label=\"类别\">一般 &amp; 其他</td>"))
        #expect(html.contains("<td role=\"cell\" data-label=\"最长\"><strong>1年</strong></td>"))
        #expect(html.contains("</tr>\n</tbody>\n</table>\n</div>\n"))
        #expect(read("| a |\n| --- |\n").page.html.contains("</thead>\n</table>"))
    }

    @Test("a link to another site says where it leads; one inside does not")
    func links() {
        #expect(
            read("[条文](https://www.gov.cn/x?a=1&b=2)").page.html
                == "<p><a href=\"https://www.gov.cn/x?a=1&amp;b=2\" rel=\"external\">条文</a> <span class=\"outside\">(www.gov.cn)</span></p>\n")
        #expect(read("[名单](/lists)").page.html == "<p><a href=\"/lists\">名单</a></p>\n")
        #expect(read("[写信](mailto:a@example.org) [电话](tel:12345)").faults.isEmpty)
        #expect(read("[查](/s?q=示例)").page.html.contains("href=\"/s?q=%E7%A4%BA%E4%BE%8B\""))
    }

    @Test(
        "what could run or mislead is a fault with its line",
        arguments: [
            "<script>alert(1)</script>", "好<img src=x onerror=alert(1)>", "<iframe src=\"https://evil.example\"></iframe>",
            "<!-- 注释 -->", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:x)", "[x](file:///etc/passwd)", "[x](//evil.example/)",
            "[x](/\\evil.example)", "[x](https://gov.cn@evil.example/)", "[x](https://)", "[x](other.md)", "[x]()",
            "[x](&#106;avascript:alert(1))", "[x](java&#10;script:alert(1))", "<javascript:alert(1)>", "![图](https://evil.example/a.png)",
            "![图](/assets/emblem.svg)", "[x]: javascript:alert(1)\n\n[x]", "[x][y]\n\n[y]: data:text/html,x",
        ])
    func hostile(_ text: String) {
        let (page, faults) = read("第一行\n\n" + text + "\n")
        #expect(!faults.isEmpty, "\(page.html)")
        #expect(faults.allSatisfy { $0.hasPrefix("3: ") || text.contains("\n") }, "\(faults)")
        for mark in ["<script", "<img", "<iframe", "<svg", "<!--", "href=\"javascript", "href=\"data"] {
            #expect(!page.html.lowercased().contains(mark), "\(page.html)")
        }
    }

    @Test("what only looks like markup is text")
    func escaped() {
        let (page, faults) = read("<svg/onload=alert(1)> `<script>alert(1)</script>` \\<b> {{page.title}} &lt;i&gt; \"'\n\n    <b>\n")
        #expect(faults.isEmpty)
        #expect(page.html.contains("<code>&lt;script&gt;alert(1)&lt;/script&gt;</code> &lt;b&gt; {{page.title}} &lt;i&gt; &quot;'"))
        #expect(page.html.contains("<pre><code>&lt;b&gt;\n</code></pre>"))
    }

    @Test("a line break between Chinese characters is no space; between Latin words it is")
    func softBreaks() {
        #expect(read("公示\n期满，\n到期").page.html == "<p>公示期满，到期</p>\n")
        #expect(read("one\ntwo").page.html == "<p>one\ntwo</p>\n")
        #expect(read("公示\n**期满**").page.html.contains("公示<strong>期满"))
    }

    @Test("nesting without end is refused, in time", arguments: [">", "- ", "1. "])
    func deep(_ mark: String) {
        let (_, faults) = read(String(repeating: mark, count: 20_000) + "x\n")
        #expect(faults == ["1: nested more than 18 deep"])
    }

    @Test(
        "texts made to keep a parser busy end in time",
        arguments: ["[", "*a_ ", "![[]()", "`", "a](", "**x ", "<", "|", "[a](<b", "&", "\\", "_a*", "~"])
    func slow(_ part: String) {
        let source = String(repeating: part, count: ContentFile.mostBytes / part.utf8.count)
        let took = ContinuousClock().measure { _ = read(source) }
        #expect(took < .seconds(10), "\(part): \(took)")
    }

    @Test("whatever the bytes, the tags that are written are balanced and known", arguments: UInt64(1)...40)
    func random(_ seed: UInt64) throws {
        var generator = SplitMix64(seed)
        let parts = [
            "# ", "**", "*", "_", "`", "[", "](", ")", "<b>", "<", ">", "\n", "\n\n", "- ", "1. ", "> ", "| a | b |\n| - | - |\n", "| x |", "示例",
            "word ", "&amp;", "\\", "```\n", "    ", "https://a.example/", "javascript:", "\"", "'", "---\n", "\u{202E}", "!",
        ]
        let source = (0..<120).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
        let (page, faults) = read(source)
        guard faults.isEmpty else { return }
        var open: [Substring] = []
        for match in page.html.matches(of: /<(\/?)([a-z0-9]+)((?: [a-z-]+="[^"<>]*")*)>/) {
            let name = match.2
            if ["br", "hr"].contains(name) { continue }
            if match.1.isEmpty { open.append(name) } else { #expect(open.popLast() == name, "\(page.html)") }
        }
        #expect(open.isEmpty, "\(page.html)")
        #expect(page.html.replacing(/<(\/?)([a-z0-9]+)((?: [a-z-]+="[^"<>]*")*)>/, with: "").contains("<") == false)
    }
}
