import Testing

@testable import CreditIntake

@Suite("JSON", .timeLimit(.minutes(5)))
struct JSONTests {
    @Test("an array of objects is a table; keys keep the order in which they came")
    func array() throws {
        let table = try ReadTable("[{\"名称\":\"甲\",\"b\":1},\n{\"c\":true,\"b\":null}]")
        #expect(table.keys == ["名称", "b", "c"])
        #expect(table.rows == [["甲", "1"], ["", "", "true"]])
        #expect(table.lines == [1, 2])
        #expect(table.facts.format == .json)
    }

    @Test(
        "an object around one list of objects gives its rows",
        arguments: [
            "{\"code\":0,\"data\":[{\"a\":1},{\"a\":2}],\"n\":2}",
            "{\"data\":{\"n\":[1,2],\"list\":[{\"a\":1},{\"a\":2}]},\"x\":{\"y\":[]}}",
        ])
    func wrapped(_ text: String) throws {
        let table = try ReadTable(text)
        #expect(table.rows == [["1"], ["2"]])
        #expect(table.facts.format == .jsonObject)
    }

    @Test("an object around two lists of objects is refused")
    func twoLists() {
        #expect(refusal(Array("{\"a\":[{\"x\":1}],\"b\":[{\"x\":1}]}".utf8)) == .notATable)
    }

    @Test("a single object is one row, an empty list is none")
    func single() throws {
        #expect(try ReadTable("{\n\"a\":1,\"b\":\"x\"}").rows == [["1", "x"]])
        #expect(try ReadTable("{\"code\":0,\"data\":[]}").rows.isEmpty)
        #expect(try ReadTable("[]").rows.isEmpty)
    }

    @Test("one object per line is read line by line; a bad line is one flawed row")
    func lines() throws {
        let table = try ReadTable("{\"a\":1}\n\n{\"a\":2,}\r\n[1]\n{\"a\":\n{\"a\":3} x\n{\"a\":\"open\n{\"a\":4}\r\n")
        #expect(table.facts.format == .jsonLines)
        #expect(table.records.map { $0["a"] } == ["1", nil, nil, nil, nil, nil, "4"])
        #expect(table.lines == [1, 3, 4, 5, 6, 7, 8])
        #expect(table.kinds == [RowFlaw.Kind](repeating: .malformedLine, count: 5))
        #expect(table.keys == ["a"])
    }

    @Test("nested objects become dotted keys")
    func nested() throws {
        let table = try ReadTable("[{\"a\":{\"b\":{\"c\":1},\"d\":{}},\"e\":2}]")
        #expect(table.keys == ["a.b.c", "a.d", "e"])
        #expect(table.rows == [["1", "", "2"]])
    }

    @Test("arrays of scalars are joined, other arrays stay JSON")
    func arrays() throws {
        let table = try ReadTable("[{\"a\":[1, \"x\", true, 1e2],\"b\":[ {\"k\" : \"v\\n\\\"\"} , [ ] ],\"c\":[]}]")
        #expect(table.rows == [["1；x；true；100", "[{\"k\":\"v\\n\\\"\"},[]]", ""]])
    }

    @Test(
        "plain numbers keep their text, exponents are written out",
        arguments: [
            ("1.50", "1.50"), ("-0", "-0"), ("913205811420595775", "913205811420595775"), ("1e3", "1000"),
            ("1.50E+1", "15"),
            ("12e-3", "0.012"), ("-1.2345E2", "-123.45"), ("0e5", "0"), ("1e999999999", "1e999999999"),
        ])
    func numbers(_ source: String, _ expected: String) throws {
        #expect(try ReadTable("[{\"a\":\(source)}]").rows == [[expected]])
    }

    @Test("a key named twice is flagged; the last value counts")
    func duplicates() throws {
        let table = try ReadTable("[{\"a\":1,\"b\":0,\"a\":2},{\"a\":3}]")
        #expect(table.rows == [["2", "0"], ["3"]])
        #expect(table.flaws == [[RowFlaw(cell: 0, kind: .duplicateKey)], []])
    }

    @Test("escapes are decoded; halves of pairs and NUL are flagged")
    func escapes() throws {
        let table = try ReadTable("[{\"a\":\"\\u82cf\\ud842\\udfb7\\/\\t\",\"b\":\"\\ud800x\",\"c\":\"\\u0000\"}]")
        #expect(table.rows == [["苏𠮷/\t", "\u{FFFD}x", "\u{FFFD}"]])
        #expect(table.kinds == [.undecodableBytes, .nulByte])
    }

    @Test("elements that are no objects are flawed rows")
    func otherElements() throws {
        #expect(try ReadTable("[1,{\"a\":2}]").flaws == [[RowFlaw(cell: nil, kind: .malformedLine)], []])
    }

    @Test("a syntax error ends the file and names its line")
    func syntax() {
        do {
            _ = try ReadTable("[{\"a\":1},\n{\"a\":2}\n{\"a\":3}]")
            Issue.record("read")
        } catch let error as TableError {
            #expect(error.code == .jsonSyntax)
            #expect(error.line == 3)
        } catch {
            Issue.record(error)
        }
    }

    @Test("nesting is bounded", arguments: ["[", "{\"a\":", "[{\"a\":", "[{\"a\":["])
    func depth(_ opening: String) {
        #expect(refusal(Array(String(repeating: opening, count: 100_000).utf8), "a.json") == .jsonSyntax)
    }

    @Test("limits cut cells, rows and keys")
    func limits() throws {
        var limits = TableLimits()
        limits.maxCellBytes = 20
        limits.maxCells = 3
        let table = try ReadTable(
            "[{\"a\":\"\(String(repeating: "长", count: 30))\","
                + "\"b\":[\(String(repeating: "1,", count: 50))1],\"c\":1,\"d\":2}]",
            limits: limits)
        #expect(table.rows[0][0] == "长长长长长长")
        #expect(table.rows[0][1].utf8.count <= 20)
        #expect(table.keys == ["a", "b", "c"])
        #expect(Set(table.kinds) == [.cellTooLong, .tooManyCells])
    }

    @Test("what is written is read back, whatever the blocks", arguments: Seeds.standard)
    func roundTrip(_ seed: UInt64) throws {
        var random = SplitMix64(seed)
        let pieces = ["甲", "\\\"", "\\n", "𠮷", "é", " ", "\\u82cf"]
        let values = ["甲", "\"", "\n", "𠮷", "é", " ", "苏"]
        var text = "["
        var expected: [[String]] = []
        for row in 0..<60 {
            let picks = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                Int.random(in: 0..<pieces.count, using: &random)
            }
            text += (row > 0 ? " ,\n" : "") + "{\"k\":\"\(picks.map { pieces[$0] }.joined())\",\"n\":\(row)}"
            expected.append([picks.map { values[$0] }.joined(), "\(row)"])
        }
        text += "]"
        for block in [16, 33, 128 << 10] {
            let stream = TextStream(
                ByteSource(bytes: Array(text.utf8), name: ""), encoding: .undecided, bomLength: 0, block: block)
            #expect(
                try ReadTable(JSONReader.open(stream, limits: TableLimits())).rows == expected,
                "seed \(seed), block \(block)")
        }
    }
}
