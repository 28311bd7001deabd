import CreditCatalogue
import CreditModel
import TestSupport
import Testing

@testable import CreditIntake

@Suite("a cell that is taken as it was delivered is what careful reading makes of it")
struct AsDeliveredTests {
    /// Pieces that cells are made of: right ones, and what each kind of cleaning looks for.
    private static let pieces = [
        "示市监罚", "环", "〔2025〕", "(2025)", "【2025】", "〔25〕", "〔", "〕", "220", "号", "第", "字", "2", "0", "A", "z", "-", "/", " ", "\u{3000}",
        "\u{200B}", "\n", "\t", "２", "Ａ", "，", "。", "：", "e\u{301}", "é", "　", "无", "不详", "暂无", "null", "N/A", "—", "长期", "2025-05-20",
        "2026-11-23", "2026-11-24", "2099-12-31", "1900-01-01", "0000-00-00", "9999-12-31", "1799-12-31", "2201-01-01", "2025-02-30",
        "2024-02-29", "20250520", "2025年5月20日", "未按规定标示价格", "\u{E000}", "𠮷", "\u{FFFD}", "\u{2028}", "\u{FEFF}", "￥", "罚款人民币2000元",
    ]

    @Test("whatever a cell holds, in every kind of field", arguments: Seeds.standard)
    func oracle(seed: UInt64) throws {
        let catalogue = try SharedCatalogue.load()
        let reading = FieldReading(catalogue: catalogue, today: Taken.today)
        var random = SplitMix64(seed)
        var taken = 0
        for item in catalogue.items {
            for field in item.fields where !FieldReading.isIdentifier(field.type) {
                let checked = CheckedField(field, type: field.type)
                for _ in 0..<60 {
                    let count = Int.random(in: 0...4, using: &random)
                    var text = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
                    // Near the longest that a field may be, now and then.
                    if Int.random(in: 0..<20, using: &random) == 0 {
                        text += String(repeating: "示", count: max(0, field.maxLength - text.count + Int.random(in: -1...1, using: &random)))
                    }
                    let bytes = Array(text.utf8)
                    let isTaken = bytes.withUnsafeBufferPointer { reading.takesAsDelivered($0, checked) }
                    guard isTaken else { continue }
                    taken += 1
                    var cell = bytes.withUnsafeBufferPointer { CellText($0, keepsLines: checked.keepsLines) }
                    let outcome = reading.read(&cell, field: field, type: field.type)
                    guard case .value(let value) = outcome else {
                        Issue.record("\(item.id).\(field.name) took \(text.debugDescription), which reads as \(outcome)")
                        continue
                    }
                    #expect(Array(value.utf8) == bytes, "\(item.id).\(field.name)")
                    #expect(cell.changes.isEmpty, "\(item.id).\(field.name) \(text.debugDescription)")
                }
            }
        }
        #expect(taken > 1000)
    }

    @Test(
        "the usual forms are taken without a string being made",
        arguments: [
            ("documentNumber", "示市监罚〔2025〕220号"), ("facts", "未按规定标示价格"), ("decidedOn", "2025-05-20"),
            ("validUntil", "2026-12-31"), ("content", "罚款人民币2000元，责令改正违法行为，限期三十日。"),
        ])
    func usual(_ name: String, _ text: String) throws {
        let catalogue = try SharedCatalogue.load()
        let item = try #require(catalogue.item("administrative-penalty"))
        let field = try #require(item.fields.first { $0.name == name }, "the item has \(item.fields.map(\.name))")
        let reading = FieldReading(catalogue: catalogue, today: Taken.today)
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBufferPointer { reading.takesAsDelivered($0, CheckedField(field, type: field.type)) })
    }
}
