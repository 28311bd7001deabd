import FoundationEssentials
import Testing

@testable import CreditIntake

/// Public test suites, read where they lie beside the repository; only file names, outcomes and digests are kept here.
///
/// Each file has its outcome in `Outcomes/<suite>.tsv`: an error code, or `rows N cells M flaws K` and a digest of all
/// cells, checked once against another reader. `CHENGXIN_RECORD=1` writes the tables anew, to be reviewed like code.
@Suite("Public suites", .timeLimit(.minutes(5)))
struct SuiteTests {
    enum Source: String, CaseIterable, Sendable {
        case csvSpectrum = "csv-spectrum"
        case csvFrictionless = "csv-frictionless"
        case csvDuckDB = "csv-duckdb"
        case csvw = "csvw-tests"
        case xlsxCalamine = "xlsx-calamine"
        case xlsxCore = "xlsx-corexlsx"
        case json = "json-testsuite"

        var extensions: [String] {
            switch self {
            case .csvw: ["csv"]
            case .json: ["json"]
            default: ["csv", "tsv", "gz", "zip", "xls", "xlsx", "xlsm", "xlsb", "ods"]
            }
        }
    }

    private static let here = String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))

    /// `CHENGXIN_SHARED`, or the folder `shared` beside the repository.
    static let suites: String? = {
        let shared = ProcessInfo.processInfo.environment["CHENGXIN_SHARED"] ?? here + "/../../../shared"
        return FileManager.default.fileExists(atPath: shared + "/data/suites") ? shared + "/data/suites" : nil
    }()

    @Test("the suites are there")
    func present() {
        if Self.suites == nil {
            Issue.record(
                "public suites not found: set CHENGXIN_SHARED; the tests over them were skipped", severity: .warning)
        }
    }

    @Test("every file has its documented outcome", .enabled(if: suites != nil), arguments: Source.allCases)
    func outcomes(_ source: Source) throws {
        let root = try #require(Self.suites) + "/" + source.rawValue
        let files = try FileManager.default.subpathsOfDirectory(atPath: root).filter { name in
            source.extensions.contains { name.hasSuffix("." + $0) }
        }.sorted()
        #expect(!files.isEmpty)
        let found = files.map { ($0, Self.outcome(root + "/" + $0)) }
        let path = Self.here + "/Outcomes/" + source.rawValue + ".tsv"
        if ProcessInfo.processInfo.environment["CHENGXIN_RECORD"] != nil {
            let text = found.map { "\($0)\t\($1)\n" }.joined()
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        var expected: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            if parts.count == 2 { expected[parts[0]] = parts[1] }
        }
        for (name, outcome) in found { #expect(outcome == expected[name], "\(source.rawValue)/\(name)") }
    }

    static func outcome(_ path: String) -> String {
        do {
            var reader = try Table.open(path: path)
            var row = RawRow()
            var (rows, cells, flaws) = (0, 0, 0)
            var digest: UInt64 = 0xCBF2_9CE4_8422_2325
            func add(_ byte: UInt8) { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
            while try reader.next(into: &row) {
                rows += 1
                cells += row.count
                flaws += row.flaws.count
                for cell in 0..<row.count {
                    row.withCell(cell) { $0.forEach(add) }
                    add(0)
                }
                add(1)
            }
            return "rows \(rows) cells \(cells) flaws \(flaws) digest \(String(digest, radix: 16))"
        } catch let error as TableError {
            return error.code.name
        } catch {
            return "\(error)"
        }
    }

    @Test("csv-spectrum says what its own answers say", .enabled(if: suites != nil))
    func spectrum() throws {
        let root = try #require(Self.suites) + "/csv-spectrum"
        // Two answers of the suite are not about the file beside them: other line ends, another telephone number.
        let unlike = ["newlines_crlf.csv", "location_coordinates.csv"]
        for name in try FileManager.default.contentsOfDirectory(atPath: root + "/csvs").sorted()
        where !unlike.contains(name) {
            let grid = try ReadTable(Table.open(path: root + "/csvs/" + name))
            let answer = try ReadTable(Table.open(path: root + "/json/" + name.dropLast(4) + ".json"))
            let header = try #require(grid.rows.first)
            let records = grid.rows.dropFirst().map { row in
                Dictionary(uniqueKeysWithValues: zip(header, row).filter { !$1.isEmpty })
            }
            #expect(records == answer.records, "\(name)")
        }
    }

    @Test("JSON that must be refused is, JSON that must be read is, except lone values", .enabled(if: suites != nil))
    func jsonVerdicts() throws {
        let root = try #require(Self.suites) + "/json-testsuite/test_parsing"
        for name in try FileManager.default.contentsOfDirectory(atPath: root) {
            let outcome = Self.outcome(root + "/" + name)
            if name.hasPrefix("n_") {
                #expect(["json-syntax", "empty-file"].contains(outcome), "\(name): \(outcome)")
            } else if name.hasPrefix("y_structure_lonely")
                || ["y_structure_string_empty.json", "y_string_space.json"].contains(name)
            {
                #expect(outcome == "not-a-table", "\(name): \(outcome)")
            } else if name.hasPrefix("y_") {
                #expect(outcome.hasPrefix("rows"), "\(name): \(outcome)")
            }
        }
    }

    @Test("naughty strings pass through every format", .enabled(if: suites != nil))
    func naughtyStrings() throws {
        let path = try #require(Self.suites) + "/blns/blns.txt"
        let content = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let strings = content.split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("#") && !$0.unicodeScalars.contains("\0")
        }
        #expect(strings.count > 400)
        let rows = strings.map { ["x", $0, "y"] }

        let csv = "a,b,c\n" + strings.map { "x,\"\(Self.doubled($0))\",y\n" }.joined()
        #expect(try Self.bytes(ReadTable(csv, "a.csv")).dropFirst() == Self.bytes(rows)[...])

        let objects = strings.map { "{\"a\":\"x\",\"b\":\(Self.quoted($0)),\"c\":\"y\"}" }
        #expect(try Self.bytes(ReadTable("[" + objects.joined(separator: ",") + "]")) == Self.bytes(rows))
        #expect(try Self.bytes(ReadTable(objects.joined(separator: "\n"))) == Self.bytes(rows))

        let legal = strings.filter { string in
            string.unicodeScalars.allSatisfy {
                ($0.value >= 0x20 || $0 == "\t") && $0.value != 0xFFFE && $0.value != 0xFFFF
            }
        }
        #expect(legal.count > 400)
        let legalRows = Self.bytes(legal.map { ["x", $0, "y"] })
        let records = legal.map { "<r><a>x</a><b>\(escapedXML($0))</b><c>y</c></r>" }.joined()
        #expect(try Self.bytes(ReadTable("<t>" + records + "</t>")) == legalRows)

        var book = WorkbookWriter("")
        book.sharedStrings = legal.map { "<si><t xml:space=\"preserve\">\(escapedXML($0))</t></si>" }
        book.sheets[0].data = legal.indices.map { index in
            "<row><c t=\"str\"><v>x</v></c><c t=\"s\"><v>\(index)</v></c><c t=\"str\"><v>y</v></c></row>"
        }.joined()
        #expect(try Self.bytes(book.read()) == legalRows)
    }

    // Compared as bytes: Swift strings are equal when they only look alike.
    private static func bytes(_ table: ReadTable) -> [[[UInt8]]] { bytes(table.rows) }
    private static func bytes(_ rows: [[String]]) -> [[[UInt8]]] { rows.map { $0.map { Array($0.utf8) } } }

    private static func doubled(_ text: String) -> String {
        String(decoding: text.utf8.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] as [UInt8] }, as: UTF8.self)
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONText(limit: .max)
        json.appendQuoted(Array(text.utf8))
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
