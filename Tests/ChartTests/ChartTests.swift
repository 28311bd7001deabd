import CreditModel
import Foundation
#if canImport(FoundationXML)
    import FoundationXML
#endif
import TestSupport
import Testing

@testable import CreditServer

/// Charts are XML that stands by itself and say nothing that their tables do not.
@Suite("charts")
struct ChartTests {
    private static let start = Month(year: 2024, month: 12)

    private static func chart(
        _ form: Chart.Form, _ values: [[Int?]], english: Bool = false, scale: Int = 1, labels: [String]? = nil
    ) -> Chart {
        let count = values.first?.count ?? 0
        let numbers = ChartNumbers(isEnglish: english, scale: scale)
        return Chart(
            id: "c-1", form: form, title: "每月 <处罚> & \"更正\"", sentence: "共 \(count) 个月。", heading: "月份",
            categories: (0..<count).map { index in
                let month = start.adding(index)
                return Chart.Category(
                    labels?[index] ?? numbers.month(month), month: month, tile: (index / 4 + 1, index % 4 + 1, "区\(index)"))
            }, series: values.enumerated().map { Chart.Series(name: "系列\($0)", values: $1) }, numbers: numbers)
    }

    /// The picture as elements with their attributes and text.
    private final class Reader: NSObject, XMLParserDelegate {
        struct Element { var name: String, attributes: [String: String], text = "" }
        var elements: [Element] = []
        private var open: [Int] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            open.append(elements.count)
            elements.append(Element(name: name, attributes: attributes))
        }
        func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
            open.removeLast()
        }
        func parser(_ parser: XMLParser, foundCharacters text: String) {
            if let last = open.last { elements[last].text += text }
        }
    }

    private func read(_ chart: Chart) throws -> [Reader.Element] {
        let parser = XMLParser(data: Data(chart.svg.utf8))
        let reader = Reader()
        parser.delegate = reader
        try #require(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") in \(chart.svg)")
        return reader.elements
    }

    private func number(_ text: String?) -> Double { Double((text ?? "").replacing("%", with: "")) ?? .nan }

    static let cases: [Chart] = [
        chart(.bars, [[3, 0, 12, nil]]), chart(.bars, [[1]]), chart(.bars, [[9_000_000_000_000_000, 1]]),
        chart(.bars, [[3, 4], [5, 0], [0, 1], [2, 2]]), chart(.columns, [[0, 0, 1]]), chart(.columns, [[1]]),
        chart(.columns, [Array(repeating: 7, count: 12), Array(repeating: 2, count: 12)]),
        chart(.columns, [(0..<120).map { $0 * 9_999_991 }], english: true), chart(.lines, [[1, nil, 3, 4], [0, 0, 0, 0]]),
        chart(.lines, [[5], [5], [5]], english: true), chart(.tiles, [[1205, nil, 0, 77, 2849]], scale: 10),
        chart(.columns, [[]]), chart(.bars, [[]]),
    ]

    @Test("every chart is well-formed, named and told in a sentence, and holds no style of its own", arguments: cases.indices)
    func wellFormed(index: Int) throws {
        let chart = Self.cases[index]
        let elements = try read(chart)
        let root = try #require(elements.first)
        #expect(root.name == "svg" && root.attributes["role"] == "img")
        let names = try #require(root.attributes["aria-labelledby"]).split(separator: " ").map(String.init)
        let texts = names.map { name in elements.first { $0.attributes["id"] == name }?.text }
        #expect(texts == [chart.title, chart.sentence])
        #expect(elements.allSatisfy { $0.attributes["style"] == nil })
        let ids = elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for element in elements {
            let values = ["x", "y", "width", "height", "cx", "cy"].compactMap { element.attributes[$0] }.map(number)
            #expect(values.allSatisfy { $0.isFinite && $0 >= -0.01 }, "\(element)")
            let (x, width) = (element.attributes["x"] ?? "", element.attributes["width"] ?? "")
            if element.name == "rect", x.hasSuffix("%"), width.hasSuffix("%") {
                #expect(number(x) + number(width) <= 100.05, "\(element) leaves the picture")
            }
            if let pattern = element.attributes["fill"] {
                #expect(pattern.hasPrefix("url(#") && ids.contains(String(pattern.dropFirst(5).dropLast())))
            }
        }
    }

    @Test("bars are as long as their values, and carry them in words", arguments: [1, 2, 3, 5, 8] as [UInt64])
    func bars(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let values = (0..<9).map { _ in Int.random(in: 0...5000, using: &random) }
        let chart = Self.chart(.bars, [values])
        let elements = try read(chart)
        let lengths = elements.filter { $0.name == "rect" && $0.attributes["class"] == "c0" }.map { number($0.attributes["width"]) }
        let most = Double(values.max() ?? 1)
        for (length, value) in zip(lengths, values.filter { $0 > 0 }) {
            #expect(abs(length - Double(value) / most * 100) < 0.01)
        }
        #expect(lengths.count == values.filter { $0 > 0 }.count)
        let words = elements.filter { $0.attributes["class"] == "cn" }.map(\.text)
        #expect(words == values.map { chart.numbers.text($0) })
    }

    @Test("columns are as high as the marks of their axis say", arguments: [1, 2, 3, 5, 8] as [UInt64])
    func columns(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let most = [4, 30, 900, 70_000, 3_000_000].randomElement(using: &random) ?? 4
        let values = (0..<12).map { _ in Int.random(in: 1...most, using: &random) }
        let chart = Self.chart(.columns, [values])
        let axis = Axis(most: values.max() ?? 1)
        let heights = try read(chart).filter { $0.name == "rect" }.map { number($0.attributes["height"]) }
        #expect(heights.count == values.count)
        for (height, value) in zip(heights, values) {
            #expect(abs(height - max(TimeAxis.plot * Double(value) / Double(axis.top), 0.5)) < 0.02)
        }
    }

    @Test("an axis begins at zero, reaches over the highest value, and has two to six marks at round numbers")
    func axes() {
        for most in [0, 1, 2, 3, 5, 7, 9, 10, 11, 17, 50, 99, 101, 999, 12_345, 999_999, 10_000_000, 9_000_000_000_000_000] {
            let axis = Axis(most: most)
            #expect(axis.marks.first == 0 && (axis.marks.last ?? 0) >= most, "\(most)")
            #expect((2...6).contains(axis.marks.count), "\(most): \(axis.marks)")
            var step = axis.step
            while step % 10 == 0 { step /= 10 }
            #expect([1, 2, 5].contains(step), "\(most): \(axis.step)")
        }
    }

    @Test("labels along the months keep apart on a phone and are not cut", arguments: [1, 2, 6, 12, 13, 24, 36, 60, 120])
    func months(count: Int) throws {
        let base = TimeAxis.top + TimeAxis.plot + 18
        for english in [false, true] {
            let chart = Self.chart(.columns, [Array(repeating: 3, count: count)], english: english)
            let labels = try read(chart).filter { $0.name == "text" && number($0.attributes["y"]) == base }
            #expect(!labels.isEmpty && labels.count <= 8, "\(labels.count)")
            let ends = labels.map { label -> (Double, Double) in
                let width = SVG.width(label.text) * 13 / 14
                let x = number(label.attributes["x"]) / 100 * SVG.phone
                return label.attributes["text-anchor"] == "end" ? (x - width, x) : (x - width / 2, x + width / 2)
            }.sorted { $0.0 < $1.0 }
            for (left, right) in zip(ends, ends.dropFirst()) { #expect(left.1 <= right.0, "\(count) \(english): \(ends)") }
            #expect(ends.allSatisfy { $0.0 >= 0 && $0.1 <= SVG.phone + 0.5 }, "\(count) \(english): \(ends)")
        }
    }

    @Test("long labels are broken into lines and never cut")
    func lines() {
        let label = "Public administration and social bodies of every kind, wherever they may be"
        let lines = SVG.lines(label, width: 200)
        #expect(lines.count > 1 && lines.joined(separator: " ") == label)
        #expect(lines.allSatisfy { SVG.width($0) <= 200 })
        let chinese = String(repeating: "公共管理、社会保障和社会组织", count: 3)
        #expect(SVG.lines(chinese, width: 200).joined() == chinese)
    }

    @Test("numbers are short along an axis and whole in words")
    func numbers() {
        let (zh, en) = (ChartNumbers(isEnglish: false), ChartNumbers(isEnglish: true))
        #expect(zh.text(1_234_567) == "1,234,567" && zh.text(nil) == "–")
        #expect([9_999, 12_000, 1_250_000, 300_000_000].map(zh.short) == ["9,999", "1.2万", "125万", "3亿"])
        #expect([9_999, 12_000, 1_250_000, 3_000_000_000].map(en.short) == ["9,999", "12k", "1.2m", "3bn"])
        #expect(ChartNumbers(isEnglish: false, scale: 10).text(1205) == "120.5")
        #expect(zh.month(Month(year: 2026, month: 3)) == "2026年3月" && en.month(Month(year: 2026, month: 3)) == "Mar 2026")
    }
}
