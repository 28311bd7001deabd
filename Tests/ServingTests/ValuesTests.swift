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
        #expect(text("a", values) == "3")
        #expect(text("b", values) == nil)
        #expect(text("c", values) == "4")
    }

    @Test("values are found in whatever way they were written down")
    func forms() {
        let values: Values = [
            "typed": ["a": "1"] as Values, "texts": ["a": "1"], "mixed": ["a": "1", "b": true] as Values, "list": ["1"],
            "number": 1, "flag": true,
        ]
        for name in ["typed", "texts", "mixed"] {
            guard case .values(let inner)? = values[Values.Name(name)] else {
                Issue.record("\(name) is no group of values")
                continue
            }
            #expect(text("a", inner) == "1")
        }
        guard case .list(let list)? = values[Values.Name("list")], case .flag(true)? = values[Values.Name("flag")] else {
            Issue.record("a list or a flag is taken for something else")
            return
        }
        #expect(list.map(\.text) == ["1"])
        #expect(text("number", values) == "1")
    }

    private func text(_ name: String, _ values: Values) -> String? { values[Values.Name(name)]?.text }
}
