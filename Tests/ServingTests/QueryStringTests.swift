import Foundation
import TestSupport
import Testing

@testable import CreditServer

@Suite("the query of an address is read as forms write it")
struct QueryStringTests {
    @Test(
        "a parameter's first value, decoded",
        arguments: [
            ("q=a", "a"), ("q=", ""), ("q", ""), ("x=1&q=2&q=3", "2"), ("q=a+b", "a b"), ("q=a%20b", "a b"), ("q=a%2Bb", "a+b"),
            ("q=%E7%A4%BA%E4%BE%8B", "示例"), ("q=示例", "示例"), ("%71=1", "1"), ("q=a=b", "a=b"), ("&&q=1", "1"), ("q=%e7%a4%ba", "示"),
        ])
    func values(_ query: String, _ value: String) { #expect(QueryString.value("q", inForm: query) == value) }

    @Test("what cannot be decoded is no value", arguments: ["q=%", "q=%4", "q=%zz", "q=a%+1", "q=%E7", "q=%FFa", "q=%C0%80", "x=1", ""])
    func nothing(_ query: String) { #expect(QueryString.value("q", inForm: query) == nil) }

    @Test("decodes as the library does", arguments: Seeds.standard)
    func oracle(seed: UInt64) {
        var random = SplitMix64(seed)
        for _ in 0..<2000 {
            let text = random.text("a+%2f示E7A4BA0 9", count: Int.random(in: 0...12, using: &random))
            // The library mends some of what is no UTF-8 and refuses the rest; here all of it is refused.
            let mended = text.replacing("+", with: " ").removingPercentEncoding
            let expected = mended?.contains("\u{FFFD}") == true ? nil : mended
            #expect(QueryString.value("q", inForm: "q=" + text) == expected, "\(text)")
        }
    }
}
