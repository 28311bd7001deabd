import Testing

@testable import CreditIntake

@Suite("Telling files apart", .timeLimit(.minutes(5)))
struct DetectionTests {
    @Test("an empty file, and one of blanks, is empty", arguments: ["", " ", "\n\n\r\n\t", "\u{FEFF}"])
    func empty(_ text: String) {
        #expect(refusal(Array(text.utf8), "a.csv") == .emptyFile)
    }

    @Test("files that are no tables are refused whatever their name")
    func notTables() {
        let files: [[UInt8]] = [
            Array("%PDF-1.7\n".utf8), [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0x1F, 0x8B, 8, 0],
            [0x7F, 0x45, 0x4C, 0x46, 2],
            Array("<!DOCTYPE html><html></html>".utf8), Array("\n <HTML><table><tr>".utf8),
            Array("<?xml version=\"1.0\"?><html xmlns=\"x\"><p>a</p></html>".utf8),
            (0..<4096).map { UInt8(truncatingIfNeeded: $0 * $0 * 7) },
        ]
        for file in files { #expect(refusal(file, "a.csv") == .notATable) }
    }

    @Test("an old workbook and an encrypted one are told apart")
    func compoundFiles() {
        let magic: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        func file(_ stream: String) -> [UInt8] {
            var bytes = magic + [UInt8](repeating: 0, count: 1016)
            for (index, byte) in stream.utf8.enumerated() { bytes[512 + 2 * index] = byte }
            return bytes
        }
        #expect(refusal(file("Workbook"), "a.xlsx") == .legacyExcel)
        #expect(refusal(file("Book"), "a.xlsx") == .legacyExcel)
        #expect(refusal(file("EncryptedPackage"), "a.xlsx") == .encrypted)
        #expect(refusal(file("WordDocument"), "a.xlsx") == .notATable)
    }

    @Test("the content decides, not the name")
    func content() throws {
        #expect(try ReadTable("[{\"a\":1}]", "a.csv").facts.format == .json)
        #expect(try ReadTable("<r><i><a>1</a></i></r>", "a.txt").facts.format == .xml)
        #expect(try ReadTable("a,b\n1,2\n", "a.xlsx").facts.format == .csv)
        #expect(try ReadTable(WorkbookWriter("<row><c><v>1</v></c></row>").bytes, "a.csv").facts.format == .xlsx)
    }

    @Test("brackets in a header do not make a CSV file JSON")
    func brackets() throws {
        #expect(try ReadTable("[序号],名称\n1,甲\n", "a.csv").rows == [["[序号]", "名称"], ["1", "甲"]])
        #expect(try ReadTable("{id},名称\n1,甲\n", "a.csv").rows.count == 2)
        #expect(try ReadTable("<a,b\n1,2\n", "a.csv").rows.count == 2)
    }

    @Test("archives that are no workbooks are named")
    func archives() {
        for (part, text) in [("word/document.xml", "Word"), ("content.xml", "OpenDocument"), ("a.csv", "archive")] {
            var zip = ZipWriter()
            zip.add("mimetype", [])
            zip.add(part, [])
            do {
                _ = try Table.open(bytes: zip.archive, name: "a.xlsx")
                Issue.record("read \(part)")
            } catch let error as TableError {
                #expect(error.code == .notATable)
                #expect(error.en.contains(text))
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test("a path that is no file is unreadable", arguments: ["/nonexistent-chengxin", "/", "/dev/null"])
    func paths(_ path: String) {
        #expect(code { _ = try Table.open(path: path) } == .unreadable)
    }

    @Test("every code says in both languages what happened and what to do")
    func messages() {
        for code in TableError.Code.all {
            let error = TableError(code, "detail", line: 3)
            #expect(error.zh.utf8.count > 20)
            #expect(error.en.utf8.count > 20)
            #expect(error.description == "TableError(\(code.name))")
        }
        #expect(Set(TableError.Code.all.map(\.name)).count == TableError.Code.all.count)
    }
}
