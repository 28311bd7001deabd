import Foundation
import TestSupport
import Testing

/// A table as a department would send it. All of it is invented: names hold 示例, codes lie in division 990000.
struct Delivery {
    var headings: [String]
    var rows: [[String]]

    var csv: String {
        ([headings] + rows).map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        text.contains { ",\"\r\n".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }

    /// The cells of one column set to another text.
    func setting(_ heading: String, _ text: String, rows wanted: Range<Int>? = nil) -> Delivery {
        guard let column = headings.firstIndex(of: heading) else { return self }
        var copy = self
        for row in wanted ?? 0..<rows.count { copy.rows[row][column] = text }
        return copy
    }

    func without(_ heading: String) -> Delivery {
        guard let column = headings.firstIndex(of: heading) else { return self }
        var copy = self
        copy.headings.remove(at: column)
        for row in copy.rows.indices { copy.rows[row].remove(at: column) }
        return copy
    }
}

enum Invented {
    static let authority = "示例市应急管理局"
    static let authorityCode = Codes.unified(900, division: "990000", kind: "11")

    static func code(_ number: Int) -> String { Codes.unified(number) }
    static func name(_ number: Int) -> String { "示例市试验第\(number)机械有限公司" }

    /// The one who may be seen: on the registration.
    static let registeredRepresentative = "示例登记负责人甲"
    /// The one who may not: on a penalty.
    static let hiddenRepresentative = "示例处罚负责人乙"
    static let hiddenRemark = "示例内部备注丙"
    /// Number of a regulator's decision about a practitioner, which is internal though other items publish such numbers.
    static let hiddenDecision = "示司内〔2026〕7号"
    static let hiddenTaxNumber = "990102000123456"

    static func registrations(_ numbers: some Sequence<Int>) -> Delivery {
        Delivery(
            headings: [
                "企业名称", "曾用名", "统一社会信用代码", "企业类型", "法定代表人", "注册资本", "成立日期", "登记状态", "行政区划", "经营范围", "登记机关", "备注",
            ],
            rows: numbers.map { number in
                [
                    name(number), number == 1 ? "示例市旧名机械厂" : "", code(number), "有限责任公司", registeredRepresentative,
                    "500万元人民币",
                    "2015-03-01", "存续", "990102", "机械零件加工。", "示例市市场监督管理局", hiddenRemark,
                ]
            })
    }

    /// - Parameter decided: the day of each row's decision.
    static func penalties(
        _ numbers: some Sequence<Int>, about subject: (Int) -> Int = { $0 }, decided: String = "2026-01-05"
    ) -> Delivery {
        Delivery(
            headings: [
                "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_FRDB", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB",
                "CF_NR", "CF_NR_FK",
                "CF_JDRQ", "CF_CFJG", "CF_CFJGDM", "CF_BZ",
            ],
            rows: numbers.map { number in
                [
                    name(subject(number)), "法人及非法人组织", code(subject(number)), hiddenRepresentative,
                    "示应急罚〔2026〕\(number)号", "未按规定开展安全生产教育培训",
                    "当事人未如实记录安全生产教育和培训情况。", "《中华人民共和国安全生产法》第九十七条", "罚款", "罚款人民币\(number)000元", "\(Double(number) / 10)",
                    decided,
                    authority, authorityCode, hiddenRemark,
                ]
            })
    }
}

/// A platform in a folder of one test.
struct Platform {
    let folder: Folder
    var data: String { folder.path("data") }

    init() async throws {
        folder = try Folder()
        let outcome = try await Program.run("init", "--data", "data", in: folder)
        guard outcome.code == 0 else { throw Unexpected(what: "init failed: \(outcome.err)") }
    }

    /// On PostgreSQL; the address is noted by init, so that no later command need name it.
    init(database url: String) async throws {
        folder = try Folder()
        let outcome = try await Program.run("init", "--data", "data", "--database", url, in: folder)
        guard outcome.code == 0 else { throw Unexpected(what: "init failed: \(outcome.err)") }
    }

    func ingest(_ file: String, feed: String, _ more: String..., today: String = Program.today) async throws
        -> Program.Outcome
    {
        try await Program.start(
            ["ingest", file, "--feed", feed, "--data", data, "--json"] + more, in: folder, today: today
        ).end()
    }

    func show(_ code: String, as audience: String = "officer") async throws -> [String: Any] {
        try await Program.run("show", code, "--data", data, "--as", audience, "--json", in: folder).json()
    }

    /// Nothing of any delivery is there: no subject, no waiting row.
    func isEmpty() async throws -> Bool {
        let found = try await Program.run("search", "示例", "--data", data, "--json", in: folder).json()
        let waiting = try await Program.run("waiting", "--data", data, "--json", in: folder).json()
        return found["total"] as? Int == 0 && waiting["total"] as? Int == 0
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}

/// The counts of one delivery.
struct Counts: Equatable, CustomStringConvertible {
    let rows, accepted, updated, unchanged, rejected, unresolved: Int

    init(_ json: [String: Any]) {
        func number(_ key: String) -> Int { json[key] as? Int ?? -1 }
        (rows, accepted, updated) = (number("rows"), number("accepted"), number("updated"))
        (unchanged, rejected, unresolved) = (number("unchanged"), number("rejected"), number("unresolved"))
    }

    init(rows: Int, accepted: Int = 0, updated: Int = 0, unchanged: Int = 0, rejected: Int = 0, unresolved: Int = 0) {
        (self.rows, self.accepted, self.updated) = (rows, accepted, updated)
        (self.unchanged, self.rejected, self.unresolved) = (unchanged, rejected, unresolved)
    }

    var addUp: Bool { rows >= 0 && rows == accepted + updated + unchanged + rejected + unresolved }

    var description: String {
        "rows \(rows) = accepted \(accepted) + updated \(updated) + unchanged \(unchanged) + rejected \(rejected) + unresolved \(unresolved)"
    }
}

/// Reads CSV back: our own few lines, so that the program does not judge its own files.
enum CSVReader {
    static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var quoted = false
        var wasQuote = false
        for scalar in text.unicodeScalars {
            if quoted {
                if scalar == "\"" {
                    quoted = false
                    wasQuote = true
                } else {
                    cell.unicodeScalars.append(scalar)
                }
                continue
            }
            switch scalar {
            case "\"":
                if wasQuote { cell.unicodeScalars.append(scalar) }
                quoted = true
            case ",":
                row.append(cell)
                cell = ""
            case "\n":
                row.append(cell)
                rows.append(row)
                (row, cell) = ([], "")
            case "\r": break
            default: cell.unicodeScalars.append(scalar)
            }
            wasQuote = false
        }
        if !cell.isEmpty || !row.isEmpty { rows.append(row + [cell]) }
        return rows
    }
}
