import CreditCatalogue
import CreditIntake
import CreditModel
import TestSupport

/// A delivery as intake sees it: every row's outcome.
struct Taken {
    let item: Item
    let summary: Intake.Summary
    let drafts: [Draft]
    let rejects: [Reject]
    /// In the order of the file.
    let outcomes: [Intake.Outcome]

    /// The day on which all tests take place, a Monday and a working day.
    static let today = Day(year: 2026, month: 11, day: 23) ?? .openEnd

    init(_ feed: String, bytes: [UInt8], name: String = "rows.csv", pilots: Set<String> = []) throws {
        let intake = try Intake(catalogue: try SharedCatalogue.load(), feed: feed, today: Self.today, pilots: pilots)
        var reader = try Table.open(bytes: bytes, name: name)
        var drafts: [Draft] = []
        var rejects: [Reject] = []
        var outcomes: [Intake.Outcome] = []
        summary = try intake.run(&reader) { outcome in
            outcomes.append(outcome)
            switch outcome {
            case .draft(let draft): drafts.append(draft)
            case .rejected(let reasons): rejects += reasons
            }
        }
        (item, self.drafts, self.rejects, self.outcomes) = (intake.item, drafts, rejects, outcomes)
    }

    init(_ feed: String, _ rows: [[String]], pilots: Set<String> = []) throws {
        try self.init(feed, bytes: CSVText.bytes(rows), pilots: pilots)
    }

    func value(_ field: String, row: Int = 0) -> String? {
        guard drafts.indices.contains(row) else { return nil }
        return item.position(of: field).flatMap { drafts[row].values[$0] }
    }

    func changes(_ field: String, row: Int = 0) -> [ChangeCode] {
        guard drafts.indices.contains(row) else { return [] }
        return drafts[row].changes.filter { $0.field == item.position(of: field) }.flatMap(\.codes)
    }

    func notes(_ field: String, row: Int = 0) -> [CheckCode] {
        guard drafts.indices.contains(row) else { return [] }
        return drafts[row].notes.filter { $0.field == item.position(of: field) }.map(\.code)
    }

    /// `code field` of each reject, such as `day-order validUntil`.
    var faults: [String] { rejects.map { "\($0.code.rawValue) \($0.field ?? "-")" } }
}

/// One penalty, right in every cell; a test spoils or changes what it is about.
enum PenaltyRow {
    static let cells: [(heading: String, value: String)] = [
        ("CF_XDR_MC", "示例市云锦丝绸有限公司"), ("CF_XDR_LB", "法人及非法人组织"), ("CF_XDR_SHXYM", "91990102MACX000176"),
        ("CF_XDR_GSZC", ""),
        ("CF_XDR_ZZJG", ""), ("CF_XDR_SWDJ", ""), ("CF_FRDB", "示例甲"), ("CF_WSH", "示市监罚〔2025〕220号"),
        ("CF_WFXW", "未按规定标示价格"), ("CF_SY", "未标明价格。"),
        ("CF_YJ", "《示例办法》第十条"), ("CF_CFLB", "罚款"), ("CF_NR", "罚款人民币2000元"), ("CF_NR_FK", "0.2"), ("CF_NR_WFFF", ""),
        ("CF_JDRQ", "2025-05-20"),
        ("CF_YXQ", ""), ("CF_CFJG", "示例市市场监督管理局"), ("CF_SJLY", "示例市市场监督管理局"), ("公示日期", ""), ("期限", ""), ("案件程序", ""),
        ("公布网址", ""),
        ("序列", ""), ("行政区划", ""), ("备注", ""),
    ]

    /// Header and one row, with some cells replaced.
    static func rows(_ changes: [String: String] = [:]) -> [[String]] {
        precondition(changes.keys.allSatisfy { key in cells.contains { $0.heading == key } }, "no such column")
        return [cells.map(\.heading), cells.map { changes[$0.heading] ?? $0.value }]
    }

    static func take(_ changes: [String: String] = [:], pilots: Set<String> = []) throws -> Taken {
        try Taken("penalty", rows(changes), pilots: pilots)
    }
}
