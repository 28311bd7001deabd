import Foundation
import Testing

/// What is stored depends on the rows, never on the file that carried them.
@Suite(.timeLimit(.minutes(20)))
struct FormTests {
    /// Awkward on purpose: quotes, a line break, brackets of both widths, blanks around, a repair of a date and of a code.
    static let rows: Delivery = {
        var rows = Invented.penalties(1...4)
        rows.rows[0][6] = "当事人称：“已培训”（无记录）& 签名<空白>。"
        rows.rows[1][2] = rows.rows[1][2].lowercased()
        rows.rows[2][11] = "2026年1月5日"
        rows.rows[3][0] = " 示例市试验第4机械有限公司 "
        return rows
    }()

    /// A record without what differs from delivery to delivery.
    static func essence(_ file: [String: Any]) -> NSDictionary {
        func clean(_ record: [String: Any]) -> [String: Any] {
            var record = record
            for key in ["id", "received_at", "source"] { record[key] = nil }
            return record
        }
        var subject = file["subject"] as? [String: Any] ?? [:]
        subject["id"] = nil
        return ["subject": subject, "records": (file["records"] as? [[String: Any]] ?? []).map(clean)]
    }

    private static let stored = Stored()

    /// The essence of what the plain CSV file stores, made once.
    private actor Stored {
        private var task: Task<[String: Data], any Error>?

        func value() async throws -> [String: Data] {
            if let task { return try await task.value }
            let task = Task { try await FormTests.load(.utf8).files }
            self.task = task
            return try await task.value
        }
    }

    /// Each subject's essence as canonical JSON, by code.
    private static func load(_ form: Form) async throws -> (files: [String: Data], json: Data) {
        let platform = try await Platform()
        let file = try await form.write(rows, to: platform.folder)
        let outcome = try await platform.ingest(file, feed: "penalty")
        #expect(outcome.code == 0, "\(form.rawValue): \(outcome.err)")
        #expect(Counts(try outcome.json()) == Counts(rows: 4, accepted: 4))
        var files: [String: Data] = [:]
        for number in 1...4 {
            let code = Invented.code(number)
            files[code] = try JSONSerialization.data(
                withJSONObject: essence(try await platform.show(code)), options: .sortedKeys)
        }
        return (files, outcome.out)
    }

    @Test("the same rows give the same records in every form", arguments: Form.allCases)
    func sameRecords(_ form: Form) async throws {
        let expected = try await Self.stored.value()
        let found = try await Self.load(form)
        for (code, data) in found.files {
            #expect(
                String(decoding: data, as: UTF8.self) == String(decoding: expected[code] ?? Data(), as: UTF8.self),
                "\(form.rawValue), \(code)")
        }
        let result = try JSONSerialization.jsonObject(with: found.json) as? [String: Any] ?? [:]
        switch form {
        case .gb18030: #expect(result["encoding"] as? String == "GB18030")
        case .utf16: #expect((result["encoding"] as? String)?.hasPrefix("UTF-16") == true)
        case .xlsx: #expect(result["format"] as? String == "xlsx")
        case .json: #expect(result["format"] as? String == "json")
        case .jsonLines: #expect(result["format"] as? String == "json-lines")
        case .xml: #expect(result["format"] as? String == "xml")
        case .utf8, .bom, .semicolons, .tabs: #expect(result["format"] as? String == "csv")
        }
    }

    @Test("a file sent again in another form is all unchanged")
    func sentAgain() async throws {
        let platform = try await Platform()
        _ = try await platform.ingest(try await Form.utf8.write(Self.rows, to: platform.folder), feed: "penalty")
        for form in [Form.gb18030, .xlsx, .xml] {
            let outcome = try await platform.ingest(
                try await form.write(Self.rows, to: platform.folder), feed: "penalty")
            #expect(outcome.code == 0, "\(outcome.err)")
            #expect(Counts(try outcome.json()) == Counts(rows: 4, unchanged: 4), "\(form.rawValue)")
        }
    }

    @Test("the order of columns and unknown columns do not matter; unknown columns are named")
    func columns() async throws {
        let platform = try await Platform()
        _ = try await platform.ingest(try platform.folder.write("penalty-1.csv", Self.rows.csv), feed: "penalty")
        let shuffled = Delivery(
            headings: Array(Self.rows.headings.reversed()) + ["本表说明栏"],
            rows: Self.rows.rows.map { Array($0.reversed()) + ["示例"] })
        let outcome = try await platform.ingest(
            try platform.folder.write("penalty-2.csv", shuffled.csv), feed: "penalty")
        #expect(Counts(try outcome.json()) == Counts(rows: 4, unchanged: 4))
        let columns = try outcome.json()["columns"] as? [[String: Any]] ?? []
        #expect(columns.contains { $0["heading"] as? String == "本表说明栏" && $0["use"] as? String == "unknown" })
    }
}
