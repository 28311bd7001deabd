import CreditCatalogue
import CreditResolution
import Foundation
import TestSupport
import Testing

@Suite("names taken apart")
struct NameReaderTests {
    private let reader: NameReader

    init() async throws {
        reader = NameReader(divisions: try SharedCatalogue.load().divisions)
    }

    private func parts(_ name: String) -> [String] {
        let parts = reader.read(name)
        return [parts.place, parts.distinctive, parts.trade, parts.form, parts.branch].map { slice in
            String(String.UnicodeScalarView(slice.compactMap(Unicode.Scalar.init)))
        }
    }

    @Test(
        "place, distinctive word, trade, form and branch are found",
        arguments: [
            ("示例市云锦丝绸有限公司", ["示例市", "云锦", "丝绸", "有限公司", ""]),
            ("宁波市华信建筑工程有限责任公司", ["宁波市", "华信", "建筑工程", "有限责任公司", ""]),
            ("浙江省宁波市北仑区华信食品厂", ["浙江省宁波市北仑区", "华信", "食品", "厂", ""]),
            ("宁波华信建筑工程有限公司北仑分公司", ["宁波", "华信", "建筑工程", "有限公司", "北仑分公司"]),
            ("華信科技（宁波）有限公司", ["", "华信", "科技", "有限公司", ""]),
            ("安平德丰商贸中心(有限合伙)", ["安平", "德丰", "商贸", "中心有限合伙", ""]),
            ("示例市云帆种植专业合作社", ["示例市", "云帆", "种植", "专业合作社", ""]),
        ])
    func taken(name: String, expected: [String]) {
        #expect(parts(name) == expected)
    }

    @Test("a text that is no name is read without complaint, and never at length")
    func odd() {
        for text in ["", " ", "公", "（）", "。。。", "🙂🙂", "宁波", "有限公司", "ABC Ltd.", "（宁波）"] {
            #expect(reader.read(text).text.count <= text.unicodeScalars.count)
        }
        #expect(reader.read(String(repeating: "华", count: 10_000)).text.count == NameReader.longest)
    }
}

@Suite("two names side by side")
struct NameComparisonTests {
    private let reader: NameReader

    init() async throws {
        reader = NameReader(divisions: try SharedCatalogue.load().divisions)
    }

    private func verdict(_ left: String, _ right: String) -> NameComparison.Verdict {
        reader.compare(reader.read(left), reader.read(right)).verdict
    }

    @Test(
        "one name written in two ways is one",
        arguments: [
            ("宁波华信建筑工程有限公司", "宁波华信建筑工程有限责任公司"), ("宁波华信建筑工程有限公司", "宁波华信建筑工程公司"),
            ("宁波市华信建筑工程有限公司", "宁波华信建筑工程有限公司"), ("安平德丰商贸中心（有限合伙）", "安平德丰商贸中心(有限合伙)"),
            ("張偉記食品廠", "张伟记食品厂"), ("华信科技（宁波）有限公司", "宁波华信科技有限公司"),
            ("浙江省宁波市华信机械有限公司", "宁波华信机械制造有限公司"),
        ])
    func same(left: String, right: String) {
        #expect(verdict(left, right) == .match)
        #expect(verdict(right, left) == .match)
    }

    @Test(
        "two firms are never one, however near their names",
        arguments: [
            ("宁波华信建筑工程有限公司", "宁波华鑫建筑工程有限公司"), ("宁波华信建筑工程有限公司", "宁波华信信息科技有限公司"),
            ("宁波华信建筑工程有限公司", "杭州华信建筑工程有限公司"), ("宁波华信建筑工程有限公司", "宁波华信建筑工程有限公司北仑分公司"),
            ("宁波华信食品厂", "宁波华信食品有限公司"), ("宁波华信食品第一有限公司", "宁波华信食品第二有限公司"),
            ("宁波华信商贸有限公司第一分公司", "宁波华信商贸有限公司第二分公司"), ("宁波华信汽车销售有限公司", "宁波华信汽车制造有限公司"),
            ("浙江华信机械有限公司", "宁波华信机械有限公司"),
        ])
    func different(left: String, right: String) {
        #expect(verdict(left, right) != .match)
        #expect(verdict(right, left) != .match)
    }

    @Test("a comparison is the same from both sides, and every name is itself", arguments: Seeds.standard)
    func symmetric(seed: UInt64) {
        var random = SplitMix64(seed)
        let words = ["宁波", "示例市", "华信", "华鑫", "云锦", "建筑", "科技", "（杭州）", "有限公司", "厂", "第一", "分公司", "A", "集团"]
        for _ in 0..<250 {
            func name() -> String {
                (0..<Int.random(in: 1...6, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined()
            }
            let (left, right) = (reader.read(name()), reader.read(name()))
            #expect(reader.compare(left, right) == reader.compare(right, left))
            #expect(reader.compare(left, left).verdict == .match)
        }
    }
}

@Suite("the published weights")
struct PublishedWeightsTests {
    @Test("docs/matching.md gives every finding's weight as the code has it")
    func table() throws {
        let path = SharedCatalogue.directory + "/../docs/matching.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var published: [String: Double] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count >= 3, let weight = Double(cells[2]) { published["\(cells[0]) \(cells[1])"] = weight }
        }
        var weights: [String: Double] = [:]
        for finding in NameComparison.Distinctive.allCases { weights["distinctive \(finding.rawValue)"] = NameComparison.weight(finding) }
        for finding in NameComparison.Place.allCases { weights["place \(finding.rawValue)"] = NameComparison.weight(finding) }
        for finding in NameComparison.Trade.allCases { weights["trade \(finding.rawValue)"] = NameComparison.weight(finding) }
        for finding in NameComparison.Form.allCases { weights["form \(finding.rawValue)"] = NameComparison.weight(finding) }
        for finding in NameComparison.Branch.allCases { weights["branch \(finding.rawValue)"] = NameComparison.weight(finding) }
        #expect(published == weights)
    }
}
