import Testing

@testable import CreditIntake

@Suite("XML", .timeLimit(.minutes(5)))
struct XMLTests {
    @Test("elements whose children are all leaves are rows, elements around them are not")
    func rows() throws {
        let table = try ReadTable(
            "<?xml version=\"1.0\"?>\n<a><b><row><名称>甲</名称><n>1</n></row>\n<row><n>2</n><x/></row></b></a>")
        #expect(table.keys == ["名称", "n", "x"])
        #expect(table.rows == [["甲", "1"], ["", "2", ""]])
        #expect(table.lines == [2, 3])
        #expect(table.facts.format == .xml)
    }

    @Test("attributes count as fields")
    func attributes() throws {
        let table = try ReadTable("<a><row id=\"1\"><n lang=\"zh\">x &amp; y</n></row><row id=\"2\"><n>z</n></row></a>")
        #expect(table.records == [["id": "1", "n": "x & y", "n.lang": "zh"], ["id": "2", "n": "z"]])
    }

    @Test("children that carry only attributes and repeat are the rows")
    func bareRows() throws {
        #expect(
            try ReadTable("<a><row n=\"1\" m=\"&amp;\"/><row n=\"2\"/><row n=\"3\"/></a>").rows == [
                ["1", "&"], ["2"], ["3"],
            ])
        #expect(try ReadTable("<a><row n=\"1\"/></a>").records == [["n": "1"]])
    }

    @Test("a block about the delivery is no row, before or behind the rows")
    func blocks() throws {
        let table = try ReadTable(
            "<a><head><code>0</code></head><list><rows><row><n>1</n></row><row><n>2</n></row></rows></list>"
                + "<sum><n>2</n></sum></a>"
        )
        #expect(table.rows == [["1"], ["2"]])
        #expect(table.keys == ["n"])
        #expect(table.facts.notes.map(\.kind) == [.fieldsOutsideRows])
    }

    @Test("a repeated child is joined")
    func repeated() throws {
        #expect(try ReadTable("<a><r><t>x</t><t>y</t><t>z</t></r><r><t>x</t></r></a>").rows == [["x；y；z"], ["x"]])
    }

    @Test("fields are named by local name; CDATA is text")
    func namespaces() throws {
        #expect(
            try ReadTable("<p:a xmlns:p=\"u\"><p:r><p:n><![CDATA[<x>]]></p:n></p:r></p:a>").records == [["n": "<x>"]])
    }

    @Test("declared encodings are honoured")
    func encodings() throws {
        let head = Array("<?xml version=\"1.0\" encoding=\"GB2312\"?><a><r><n>".utf8)
        let tail = Array("</n></r></a>".utf8)
        #expect(try ReadTable(head + [0xCB, 0xD5, 0xD6, 0xDD] + tail).rows == [["苏州"]])
        let wide = "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-16\"?><a><r><n>苏州</n></r></a>".utf16.flatMap {
            [UInt8($0 & 0xFF), UInt8($0 >> 8)]
        }
        #expect(try ReadTable(wide).rows == [["苏州"]])
        let latin = Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><r><n>caf".utf8) + [0xE9] + tail
        #expect(try ReadTable(latin).rows == [["café"]])
    }

    @Test("documents that declare types or entities are refused")
    func doctype() {
        let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;&b;\">]><a><r><n>&c;</n></r></a>"
        let outside = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a><r><n>1</n></r></a>"
        for text in [laughs, outside] { #expect(refusal(Array(text.utf8)) == .xmlSyntax) }
        #expect(refusal(Array("<a><r><n>&unknown;</n></r></a>".utf8)) == .xmlSyntax)
    }

    @Test("malformed documents are refused with their line")
    func malformed() {
        for text in ["<a>\n<r><n>1</m></r></a>", "<a>\n<r><n>1</n></r>", "<a>\n<r n=1/></a>"] {
            do {
                _ = try ReadTable(text)
                Issue.record("read")
            } catch let error as TableError {
                #expect(error.code == .xmlSyntax)
                #expect(error.line == 2)
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test("nesting is bounded")
    func depth() {
        #expect(refusal(Array(String(repeating: "<a>", count: 100_000).utf8)) == .xmlSyntax)
    }

    @Test("a row that never ends is cut, not collected")
    func endlessRow() throws {
        let table = try ReadTable("<a>" + String(repeating: "<n>0123456789</n>", count: 300_000) + "</a>")
        #expect(table.rows.count == 1)
        #expect(table.rows[0][0].utf8.count <= TableLimits().maxCellBytes)
        #expect(!table.kinds.isEmpty)
    }

    @Test("an XML Spreadsheet of 2003 is called by its name")
    func spreadsheet2003() {
        #expect(refusal(Array("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:x\"><a/></Workbook>".utf8)) == .legacyExcel)
    }
}
