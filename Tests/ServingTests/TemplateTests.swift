import Testing

@testable import CreditServer

@Suite struct TemplateTests {
    private func filled(_ source: String, _ values: Values, partials: [String: String] = [:]) throws -> String {
        var sources = partials
        sources["page"] = source
        return String(decoding: try Template("page", of: sources).fill(values), as: UTF8.self)
    }

    @Test("What has a meaning in HTML is escaped wherever a value stands")
    func escaping() throws {
        let hostile = "</a><script>alert('1')</script> \"&\" 𠮷'"
        let expected = "&lt;/a&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &quot;&amp;&quot; 𠮷&#39;"
        #expect(try filled("<a href=\"{{x}}\">{{ x }}</a>", ["x": hostile]) == "<a href=\"\(expected)\">\(expected)</a>")
        #expect(try filled("{{#x}}{{.}}{{/x}}", ["x": [hostile, hostile]]) == expected + expected)
    }

    @Test("A section is filled for each element, for a value, and for true; not for nothing, false or an empty list")
    func sections() throws {
        let cases: [(Values, String)] = [
            (["x": ["a": "1"] as Values], "[1]"), (["x": [["a": "1"], ["a": "2"]] as [Values]], "[1][2]"), (["x": "text"], "[outer]"),
            (["x": true], "[outer]"), (["x": false], "none"), ([:], "none"), (["x": [Values]()], "none"), (["x": [String]()], "none"),
            (["x": ["u", "v"]], "[outer][outer]"), (["x": ""], "[outer]"), (["x": [Values()]], "[outer]"),
        ]
        for (values, expected) in cases {
            var outer = values
            outer["a"] = "outer"
            #expect(try filled("{{#x}}[{{a}}]{{/x}}{{^x}}none{{/x}}", outer) == expected, "\(values)")
        }
    }

    @Test("Names are looked for from the innermost values outwards, and inside of what was found no further")
    func names() throws {
        let values: Values = ["a": "1", "b": ["a": "2", "c": ["d": "3"] as Values] as Values]
        #expect(try filled("{{a}}{{#b}}{{a}}{{c.d}}{{a.x}}{{#c}}{{a}}{{d}}{{/c}}{{/b}}{{b.c.d}}{{b.x.d}}{{nowhere}}", values) == "1232" + "33")
    }

    @Test("Markup of our own is taken in as it is; a text in its place is not")
    func markup() throws {
        let values: Values = ["own": Markup(text: "<b>&amp;</b>"), "text": "<b>"]
        #expect(try filled("{{{own}}}|{{{text}}}|{{text}}|{{{nowhere}}}", values) == "<b>&amp;</b>||&lt;b&gt;|")
    }

    @Test("A section's tag or a partial alone on its line leaves no line behind; beside text it does")
    func lines() throws {
        let source = "<ul>\n  {{#x}}\n<li>{{.}}</li>\n{{/x}}  \n{{> foot}}\n</ul> {{#x}}\n{{/x}}\n"
        #expect(try filled(source, ["x": ["1", "2"]], partials: ["foot": "<hr>\n"]) == "<ul>\n<li>1</li>\n<li>2</li>\n<hr>\n</ul> \n\n")
    }

    @Test("Partials take in partials and see what is around them")
    func partials() throws {
        let partials = ["card": "{{name}}:{{> part}};", "part": "{{city}}"]
        #expect(
            try filled("{{#cards}}{{> card}}{{/cards}}", ["city": "示例市", "cards": [["name": "a"], ["name": "b"]] as [Values]], partials: partials)
                == "a:示例市;b:示例市;")
    }

    @Test(
        "A template that is wrong is refused with its name and what is wrong",
        arguments: [
            ("{{#a}}x", "{{#a}} has no end"), ("x{{/a}}", "{{/a}} ends nothing"), ("{{#a}}{{#b}}{{/a}}{{/b}}", "{{/a}} ends nothing"),
            ("{{a", "a tag has no end"), ("{{> nowhere}}", "there is no template nowhere"), ("{{> page}}", "page contains itself"),
            ("{{> ring}}", "contains itself"), ("{{{a}}", "is not understood"), ("{{{}}}", "is not understood"), ("{{&a}}", "is not understood"), ("{{}}", "is not understood"),
            ("{{=<% %>=}}", "is not understood"), ("{{! note}}", "is not understood"),
        ])
    func wrong(source: String, expected: String) {
        let error = #expect(throws: PortalFault.self) {
            _ = try Template("page", of: ["page": source, "ring": "{{> stone}}", "stone": "{{> ring}}"])
        }
        #expect("\(String(describing: error))".contains(expected))
    }
}
