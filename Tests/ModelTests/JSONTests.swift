import CreditModel
import FoundationEssentials
import TestSupport
import Testing

@Suite("JSON as bytes")
struct JSONTests {
    @Test("objects, arrays and values are separated as JSON wants")
    func shape() {
        var json = JSONWriter()
        json.object { json in
            json.field("text", "a\"b\\c\n")
            json.field("none", nil as String?)
            json.field("number", 12)
            json.field("flag", true)
            json.field("decimal", number: "1.50")
            json.array("list") { json in
                json.value("x")
                json.value(Int64(-1))
                json.value(false)
                json.null()
                json.object { _ in }
                json.array { _ in }
            }
            json.key("raw")
            json.raw("{}".utf8)
            json.object("inner") { $0.field("k", "v") }
        }
        #expect(
            json.text
                == #"{"text":"a\"b\\c\n","none":null,"number":12,"flag":true,"decimal":1.50,"list":["x",-1,false,null,{},[]],"raw":{},"inner":{"k":"v"}}"#
        )
    }

    @Test("what is written reads back as the same values, control characters included", arguments: Seeds.standard)
    func roundTrip(seed: UInt64) throws {
        var rng = SplitMix64(seed)
        let alphabet =
            (0..<0x20).compactMap { Unicode.Scalar($0) }.map { Character($0) }
            + Array("\"\\/{}[]:,u0é示例公司𠮷😀 \u{7F}\u{2028}aB9")
        for _ in 0..<60 {
            var values: [String: String] = [:]
            for _ in 0..<Int.random(in: 0...6, using: &rng) {
                values[rng.text(alphabet, count: Int.random(in: 1...4, using: &rng))] = rng.text(
                    alphabet, count: Int.random(in: 0...30, using: &rng))
            }
            var json = JSONWriter()
            json.object { json in for (key, value) in values.sorted(by: { $0.key < $1.key }) { json.field(key, value) }
            }
            let read = try #require(FlatObject.decode(json.bytes), "seed \(seed): \(json.text)")
            #expect(read.count == values.count, "seed \(seed)")
            for (key, value) in values {
                #expect(read[key].map { Array($0.utf8) } == Array(value.utf8), "seed \(seed): \(json.text)")
            }
            // A foreign reader agrees.
            let foreign = try JSONDecoder().decode([String: String].self, from: Data(json.bytes))
            #expect(foreign == values, "seed \(seed): \(json.text)")
        }
    }

    @Test(
        "bytes that are no flat object of strings are refused",
        arguments: [
            "", "{", "[]", #"{"a":1}"#, #"{"a":"b""#, #"{"a" :"b"}"#, #"{"a":"b",}"#, #"{"a":"\"#, #"{"a":"\u00"}"#,
            #"{"a":"b"}}"#,
        ])
    func refuses(_ text: String) { #expect(FlatObject.decode(Array(text.utf8)) == nil) }

    @Test("nothing may stand behind an empty object")
    func trailing() {
        #expect(FlatObject.decode(Array("{}x".utf8)) == nil)
    }

    @Test("words in braces are filled in, in both languages")
    func filling() {
        let text = Bilingual(zh: "“{field}”应为{other}{missing}。{", en: "\"{field}\" should be {other}.")
        let filled = text.filling(["field": "罚款", "other": "5"])
        #expect(filled.zh == "“罚款”应为5。{")
        #expect(filled.en == "\"罚款\" should be 5.")
        #expect(filled[.chinese] == filled.zh)
    }
}
