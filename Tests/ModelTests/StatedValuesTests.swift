import TestSupport
import Testing

@testable import CreditModel

@Suite("values in one block are like an array of texts")
struct StatedValuesTests {
    private static let texts = ["", "示", "2025-05-20", "示例市市场监督管理局", "a\"b\\c\n", "𠮷", String(repeating: "长", count: 500)]

    @Test("set, set again, taken away: what is read is what was set last", arguments: Seeds.standard)
    func oracle(seed: UInt64) {
        var random = SplitMix64(seed)
        var values = StatedValues(count: 20)
        var expected = [String?](repeating: nil, count: 20)
        for _ in 0..<400 {
            let position = Int.random(in: 0..<20, using: &random)
            let text = Bool.random(using: &random) ? Self.texts.randomElement(using: &random) : nil
            if let text, Bool.random(using: &random) {
                Array(text.utf8).withUnsafeBufferPointer { values.set(position, $0) }
            } else {
                values[position] = text
            }
            expected[position] = text
            if Int.random(in: 0..<100, using: &random) == 0 {
                values.removeAll()
                expected = [String?](repeating: nil, count: 20)
            }
            #expect(values.indices.map { values[$0] } == expected)
            #expect(values.indices.map { values.states($0) } == expected.map { $0 != nil })
            #expect(values == StatedValues(expected))
            #expect(values.copy() == values)
            #expect(values.hashValue == StatedValues(expected).hashValue)
        }
    }

    @Test("a copy has a block of its own, however much room a longer row once needed, and keeps nothing that was replaced")
    func copies() {
        var values: StatedValues = [String(repeating: "长", count: 20_000), "b", nil]
        values.removeAll()
        for _ in 0..<100 { values[0] = "示例市市场监督管理局" }
        values[2] = "c"
        #expect(values.room > 60_000)
        let copy = values.copy()
        #expect(copy == values)
        #expect(copy.room < 64)
        values.removeAll()
        #expect(copy[0] == "示例市市场监督管理局" && copy[1] == nil && copy[2] == "c")
        #expect(StatedValues(count: 3).copy() == StatedValues(count: 3))
    }

    @Test("another value, a missing one and another number of fields are told apart")
    func differences() {
        let values: StatedValues = ["a", nil, "b"]
        #expect(values != ["a", nil, "c"])
        #expect(values != ["a", nil, nil])
        #expect(values != ["a", "", "b"])
        #expect(values != ["a", nil, "b", nil])
        #expect(values == ["a", nil, "b"])
        #expect(values.isStated(0, as: "a"))
        #expect(!values.isStated(0, as: "ab"))
        #expect(!values.isStated(1, as: ""))
    }

    @Test("a day is read from its bytes, and nothing else is a day", arguments: ["2025-05-20", "2024-02-29", "2099-12-31"])
    func days(_ text: String) {
        #expect(StatedValues([text]).day(0) == Day(iso: text))
        for wrong in ["", "2025-02-30", "2025-5-20", "2025-05-201", "2025/05/20", "２025-05-20"] {
            #expect(StatedValues([wrong]).day(0) == nil)
        }
        #expect(StatedValues([nil]).day(0) == nil)
    }
}
