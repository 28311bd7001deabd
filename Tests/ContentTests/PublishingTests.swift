import CreditModel
import Foundation
import FoundationXML
import Synchronization
import Testing

@testable import CreditContent

/// A clock that goes when it is told.
final class StepClock: Sendable {
    private let passed = Mutex(Duration.zero)
    private let start = ContinuousClock.now
    var now: ContinuousClock.Instant { start.advanced(by: passed.withLock { $0 }) }
    func step(_ duration: Duration) { passed.withLock { $0 += duration } }
}

final class Collected: Sendable {
    private let problems = Mutex<[ContentProblem]>([])
    var all: [ContentProblem] { problems.withLock { $0 } }
    func add(_ more: [ContentProblem]) { problems.withLock { $0 += more } }
}

@Suite("Feeds and calendars")
struct PublishingTests {
    private let today = Day(iso: "2026-11-23") ?? .openEnd

    private func item(
        _ title: String, summary: String = "摘要", start: String? = nil, end: String? = nil, place: String? = nil,
        language: Language = .chinese
    ) -> ContentItem {
        ContentItem(
            section: .calendar, slug: "a", kind: .campaign, date: today, expires: nil, start: start.flatMap { Day(iso: $0) },
            end: end.flatMap { Day(iso: $0) },
            editions: [
                language: ContentEdition(
                    title: title, summary: summary, source: "示例 & 办", place: place, basis: [], keywords: [], html: "", text: "")
            ])
    }

    @Test("a feed is XML whatever the titles say, with what RFC 4287 asks for")
    func feed() throws {
        let odd = "]]> <b>&amp;\"' 标题"
        let feed = AtomFeed(
            [item(odd), item("English", language: .english)], title: "新闻 & <动态>", language: .chinese,
            address: "https://credit.example", path: "/news", author: "办", today: today)
        let document = try XMLDocument(xmlString: feed.xml)
        let root = try #require(document.rootElement())
        func texts(_ name: String, _ element: XMLElement) -> [String] {
            element.elements(forName: name).compactMap(\.stringValue)
        }
        #expect(root.name == "feed" && texts("title", root) == ["新闻 & <动态>"])
        #expect(texts("id", root) == ["https://credit.example/news"] && texts("updated", root) == ["2026-11-23T00:00:00+08:00"])
        let entries = root.elements(forName: "entry")
        #expect(entries.count == 2)
        #expect(texts("title", entries[0]) == [odd] && texts("summary", entries[0]) == ["摘要"])
        #expect(entries.allSatisfy { texts("id", $0).count == 1 && texts("updated", $0).count == 1 })
        #expect(entries[1].attribute(forName: "xml:lang")?.stringValue == "en" && entries[0].attribute(forName: "xml:lang") == nil)
        let empty = AtomFeed([], title: "x", language: .english, address: "", path: "/news", author: "y", today: today)
        #expect(try XMLDocument(xmlString: empty.xml).rootElement()?.elements(forName: "updated").count == 1)
    }

    @Test("no line of a calendar is longer than 75 octets, no character is divided, and unfolding gives the text back")
    func folding() throws {
        let title = String(repeating: "宣传周，a;b\\c 😀", count: 12)
        let text = ICalendar(
            [item(title, summary: String(repeating: "字", count: 90), start: "2027-03-09", end: "2027-03-15", place: "二楼, 大厅")],
            name: "日历", language: .chinese, address: "https://credit.example", division: "990000"
        ).text
        #expect(text.hasSuffix("\r\n") && !text.replacing("\r\n", with: "").contains { $0 == "\n" || $0 == "\r" })
        let lines = text.components(separatedBy: "\r\n").dropLast()
        #expect(lines.allSatisfy { (1...75).contains($0.utf8.count) })
        #expect(lines.contains { $0.utf8.count > 70 && $0.hasPrefix(" ") }, "something was folded")
        let unfolded = text.replacing("\r\n ", with: "")
        let escaped = title.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,")
        #expect(unfolded.contains("SUMMARY:\(escaped)\r\n"))
        #expect(unfolded.contains("LOCATION:二楼\\, 大厅\r\n"))
        #expect(unfolded.contains("DTSTART;VALUE=DATE:20270309\r\n") && unfolded.contains("DTEND;VALUE=DATE:20270316\r\n"))
        #expect(unfolded.contains("UID:calendar.a@990000.chengxin\r\n"))
    }

    @Test("a day without an end is one day; what has no day is no event")
    func days() {
        let text = ICalendar(
            [item("一天", start: "2026-12-31"), item("无")], name: "x", language: .english, address: "", division: "990000"
        ).text
        #expect(text.contains("DTEND;VALUE=DATE:20270101\r\n") && text.components(separatedBy: "BEGIN:VEVENT").count == 2)
    }

    @Test("a line of exactly 75 octets is not folded, one of 76 is")
    func edge() {
        #expect(ICalendar.fold(String(repeating: "a", count: 75)) == String(repeating: "a", count: 75) + "\r\n")
        #expect(ICalendar.fold(String(repeating: "a", count: 76)) == String(repeating: "a", count: 75) + "\r\n a\r\n")
        #expect(ICalendar.fold(String(repeating: "a", count: 73) + "字") == String(repeating: "a", count: 73) + "\r\n 字\r\n")
    }
}
