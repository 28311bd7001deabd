import Foundation
import Testing

/// Each fault of a file or a command: a message that says what to do, the documented exit code, and nothing half stored.
@Suite(.timeLimit(.minutes(20)))
struct BadInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let file: String
        let bytes: [UInt8]
        /// Words of the message, one of which must be there.
        let says: String

        init(_ description: String, _ file: String, _ bytes: some Sequence<UInt8>, says: String) {
            (testDescription, self.file, self.bytes, self.says) = (description, file, Array(bytes), says)
        }
    }

    static let files: [Case] = [
        Case("an empty file", "penalty.csv", [], says: "empty"),
        Case(
            "a header and no rows", "penalty.csv",
            Delivery(headings: Invented.penalties([1]).headings, rows: []).csv.utf8, says: "no rows"),
        Case("only line ends", "penalty.csv", "\r\n\r\n\r\n".utf8, says: "empty"),
        Case("the file of another feed", "penalty.csv", Invented.registrations([1, 2]).csv.utf8, says: "registration"),
        Case(
            "a file without a required column", "penalty.csv", Invented.penalties([1]).without("CF_JDRQ").csv.utf8,
            says: "Decided on"),
        Case(
            "a picture", "penalty.csv",
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52], says: "image"),
        Case("a PDF", "penalty.csv", "%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n".utf8, says: "PDF"),
        Case(
            "an old .xls", "penalty.xlsx",
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 2000), says: "Office"),
        Case("a zip that is no workbook", "penalty.xlsx", Workbook.archive([("a.txt", "示例")]), says: "archive"),
        Case(
            "a workbook cut short", "penalty.xlsx", Workbook(Invented.penalties([1, 2])).bytes.prefix(900),
            says: "damaged"),
        Case("a page of HTML", "penalty.csv", "<!doctype html><html><body>请先登录</body></html>".utf8, says: "HTML"),
        Case("JSON with a fault", "penalty.json", "[{\"CF_XDR_MC\": \"示例\", ".utf8, says: "JSON"),
        Case("XML with a fault", "penalty.xml", "<a><b>示例</a>".utf8, says: "XML"),
        Case(
            "random bytes", "penalty.csv", (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 >> 3) },
            says: "binary"),
        Case("prose", "penalty.txt", "各位同事：附件是本周的处罚信息，请查收。\n示例市应急管理局\n".utf8, says: "header"),
    ]

    @Test("a file that cannot be a delivery is refused whole, with exit code 2", arguments: files)
    func unusableFile(_ example: Case) async throws {
        let platform = try await Platform()
        let file = try platform.folder.write(example.file, example.bytes)
        let outcome = try await platform.ingest(file, feed: "penalty", "--rejects", "rejects.csv")
        #expect(outcome.code == 2, "\(outcome.err)")
        #expect(outcome.out.isEmpty, "a refused file must not print a result")
        #expect(outcome.err.hasPrefix("Error: "))
        #expect(outcome.err.contains(example.says), "\(outcome.err)")
        #expect(
            !outcome.err.contains("TableError") && !outcome.err.contains("IntakeError"),
            "the message must be for people: \(outcome.err)")
        #expect(try await platform.isEmpty())
    }

    @Test("a file of bad rows alone is taken in as a delivery without records, with exit code 1")
    func allRowsBad() async throws {
        let platform = try await Platform()
        let file = try platform.folder.write(
            "penalty.csv", Invented.penalties(1...40).setting("CF_XDR_SHXYM", "991234").csv)
        let outcome = try await platform.ingest(file, feed: "penalty", "--rejects", "rejects.csv")
        #expect(outcome.code == 1, "\(outcome.err)")
        #expect(Counts(try outcome.json()) == Counts(rows: 40, rejected: 40))
        #expect(try await platform.isEmpty())
        #expect(CSVReader.rows(try platform.folder.text("rejects.csv")).count >= 41)
    }

    @Test("the second run of a file changes nothing")
    func secondRun() async throws {
        let platform = try await Platform()
        let file = try platform.folder.write("penalty.csv", Invented.penalties(1...25).csv)
        let first = try await platform.ingest(file, feed: "penalty")
        #expect(first.code == 0, "\(first.err)")
        #expect(Counts(try first.json()) == Counts(rows: 25, accepted: 25))
        let before = try await platform.show(Invented.code(7))
        let second = try await platform.ingest(file, feed: "penalty")
        #expect(second.code == 0, "\(second.err)")
        #expect(Counts(try second.json()) == Counts(rows: 25, unchanged: 25))
        let after = try await platform.show(Invented.code(7))
        #expect(
            NSDictionary(dictionary: before) == NSDictionary(dictionary: after),
            "not even the origin of the record changes")
    }

    @Test("a changed row becomes a new revision of the same record")
    func changedRow() async throws {
        let platform = try await Platform()
        let rows = Invented.penalties(1...5)
        _ = try await platform.ingest(try platform.folder.write("penalty-1.csv", rows.csv), feed: "penalty")
        let id = try #require(try await platform.firstRecord(of: 3)["id"] as? String)
        let changed = rows.setting("CF_NR", "罚款人民币9000元", rows: 2..<3)
        let outcome = try await platform.ingest(
            try platform.folder.write("penalty-2.csv", changed.csv), feed: "penalty")
        #expect(Counts(try outcome.json()) == Counts(rows: 5, updated: 1, unchanged: 4))
        let record = try await platform.firstRecord(of: 3)
        #expect(record["id"] as? String == id)
        #expect(record["revision"] as? Int == 2)
        #expect((record["fields"] as? [String: String])?["content"] == "罚款人民币9000元")
    }

    @Test("a dry run says what would happen and keeps nothing")
    func dryRun() async throws {
        let platform = try await Platform()
        let rows = Invented.penalties(1...12).setting("CF_JDRQ", "见原件", rows: 3..<5)
        let file = try platform.folder.write("penalty.csv", rows.csv)
        let rehearsed = try await platform.ingest(file, feed: "penalty", "--dry-run", "--rejects", "rejects.csv")
        #expect(rehearsed.code == 1)
        #expect(Counts(try rehearsed.json()) == Counts(rows: 12, accepted: 10, rejected: 2))
        #expect(try await platform.isEmpty())
        let real = try await platform.ingest(file, feed: "penalty")
        #expect(Counts(try real.json()) == Counts(rows: 12, accepted: 10, rejected: 2))
        #expect(try real.json()["batch_number"] as? Int == 1, "a rehearsal takes no number")
    }

    @Test("validate agrees with ingest, row by row")
    func validateAgrees() async throws {
        let platform = try await Platform()
        let rows = Invented.penalties(1...30).setting("CF_JDRQ", "见原件", rows: 3..<5).setting(
            "CF_XDR_SHXYM", "991234", rows: 9..<12
        )
        .setting("CF_XDR_SHXYM", "", rows: 20..<22)
        let file = try platform.folder.write("penalty.csv", rows.csv)
        let checked = try await Program.run(
            "validate", file, "--feed", "penalty", "--rejects", "validate.csv", "--json", in: platform.folder)
        let taken = try await platform.ingest(file, feed: "penalty", "--rejects", "ingest.csv")
        #expect(checked.code == 1 && taken.code == 1)
        let (left, right) = (try checked.json(), Counts(try taken.json()))
        #expect(left["rows"] as? Int == right.rows && left["rejected"] as? Int == right.rejected)
        #expect(left["valid"] as? Int == right.rows - right.rejected)
        #expect(left["without_identifier"] as? Int == right.unresolved)
        #expect(right == Counts(rows: 30, accepted: 23, rejected: 5, unresolved: 2))
        #expect(try platform.folder.text("validate.csv") == platform.folder.text("ingest.csv"))
    }

    @Test("the reject file opens in a spreadsheet and names line, column and reason")
    func rejectFile() async throws {
        let platform = try await Platform()
        let rows = Invented.penalties(1...6).setting("CF_JDRQ", "=1+1", rows: 1..<2).setting(
            "CF_XDR_SHXYM", "99010, \"x\"", rows: 4..<5)
        _ = try await platform.ingest(
            try platform.folder.write("penalty.csv", rows.csv), feed: "penalty", "--rejects", "rejects.csv")
        let data = try Data(contentsOf: platform.folder.url.appending(component: "rejects.csv"))
        #expect(Array(data.prefix(3)) == [0xEF, 0xBB, 0xBF])
        let lines = CSVReader.rows(String(decoding: data.dropFirst(3), as: UTF8.self))
        #expect(lines.first == ["file", "line", "column", "field", "code", "message", "original"])
        #expect(lines.allSatisfy { $0.count == 7 })
        let body = lines.dropFirst()
        #expect(body.allSatisfy { $0[0] == "penalty.csv" && !$0[4].isEmpty && $0[5].contains(" / ") })
        #expect(Set(body.map { $0[1] }) == ["3", "6"])
        #expect(body.first?[2] == "CF_JDRQ" && body.first?[3] == "decidedOn")
        #expect(body.first?[6] == "'=1+1", "a cell that a spreadsheet would run is marked as text")
        #expect(body.last?[6].contains("\"x\"") == true)
    }
}

extension Platform {
    func firstRecord(of number: Int) async throws -> [String: Any] {
        let records = try await show(Invented.code(number))["records"] as? [[String: Any]] ?? []
        guard let first = records.first else { throw Unexpected(what: "no record of \(number)") }
        return first
    }
}
