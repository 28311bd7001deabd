import Testing

@testable import CreditServer

@Suite("What templates are filled with")
struct ValuesTests {
    @Test("a name that is set again has its last value, and one that is set to nothing has none")
    func setting() {
        var values: Values = ["a": "1", "b": "2"]
        values["a"] = "3"
        values["b"] = nil
        values["c"] = "4"
        #expect(values["a"] as? String == "3")
        #expect(values["b"] == nil)
        #expect(values["c"] as? String == "4")
    }

    @Test("values are found in whatever way they were written down")
    func forms() {
        #expect(Values(["a": "1"] as [String: String])?["a"] as? String == "1")
        #expect(Values(["a": "1", "b": true] as [String: Any])?["b"] as? Bool == true)
        #expect(Values("a") == nil)
        #expect(Values(["a"]) == nil)
    }
}
