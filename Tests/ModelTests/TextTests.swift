import CreditModel
import TestSupport
import Testing

@Suite("folding of widths, blanks and headings")
struct FoldingTests {
    @Test(
        "a code is folded to what a careful hand would have typed",
        arguments: [
            ("９１３２００００１３４７６２７６４ｋ", "91320000134762764K"),
            (" 9132 0000\u{3000}1347\u{00A0}62764K\t", "91320000134762764K"),
            ("\u{FEFF}91320000134762764k\u{200B}", "91320000134762764K"), ("企独苏办字第0037号", "企独苏办字第0037号"), ("", ""),
        ])
    func codes(_ raw: String, _ folded: String) { #expect(Folding.code(raw) == folded) }

    @Test(
        "headings that mean the same fold to the same",
        arguments: [
            ("*行政相对人名称：", "行政相对人名称"), ("CF_XDR_MC", "cf_xdr_mc"), ("罚款金额（万元）", "罚款金额(万元)"),
            ("行业［2017年版］", "行业[2017年版]"),
            ("行政处罚\n决定书文号", "行政处罚决定书文号"), ("ＵＳＣＣ ", "uscc"), ("Unified  Social Credit Code", "unifiedsocialcreditcode"),
        ])
    func headings(_ raw: String, _ folded: String) { #expect(Folding.heading(raw) == folded) }

    @Test(
        "bracketed notes of a heading can be left out",
        arguments: [
            ("罚款金额(万元)", "罚款金额"), ("行业[2017年版]", "行业"), ("(注)名称(全称)", "名称"), ("名称", "名称"), ("名称(未关", "名称"),
            ("名)称", "名称"),
        ])
    func stems(_ folded: String, _ stem: String) { #expect(Folding.headingStem(folded) == stem) }

    @Test("folding a second time changes nothing", arguments: Seeds.standard)
    func idempotent(seed: UInt64) {
        var rng = SplitMix64(seed)
        let alphabet = Array("Ａａ9９（(［[*：: \u{3000}公司有限é示例·•－-\t")
        for _ in 0..<200 {
            let text = rng.text(alphabet, count: Int.random(in: 0...20, using: &rng))
            #expect(Folding.code(Folding.code(text)) == Folding.code(text), "seed \(seed): \(text)")
            #expect(Folding.heading(Folding.heading(text)) == Folding.heading(text), "seed \(seed): \(text)")
            let tidy = OrganisationName.tidy(text)
            #expect(OrganisationName.tidy(tidy) == tidy, "seed \(seed): \(text)")
            #expect(
                OrganisationName.key(OrganisationName.key(text)) == OrganisationName.key(text), "seed \(seed): \(text)")
            #expect(OrganisationName.key(tidy) == OrganisationName.key(text), "seed \(seed): \(text)")
        }
    }
}

@Suite("names of organisations")
struct OrganisationNameTests {
    @Test(
        "a name is kept in one form",
        arguments: [
            (" 示例市云锦丝绸有限公司 ", "示例市云锦丝绸有限公司"), ("示例市 云锦 丝绸有限公司", "示例市云锦丝绸有限公司"),
            ("示例(中国)有限公司", "示例（中国）有限公司"), ("示例〔中国〕有限公司", "示例（中国）有限公司"), ("ＡＢＣ示例公司", "ABC示例公司"),
            ("Sample  Trading Ltd", "Sample Trading Ltd"), ("SAMPLE(CHINA)LTD", "SAMPLE(CHINA)LTD"),
            ("示例•甲公司", "示例·甲公司"), ("示例\u{200B}公司", "示例公司"),
            ("ABC 示例公司", "ABC示例公司"), ("", ""),
        ])
    func tidy(_ raw: String, _ kept: String) { #expect(OrganisationName.tidy(raw) == kept) }

    @Test("blanks around the brackets of a Latin name are kept single")
    func latinBrackets() {
        #expect(OrganisationName.tidy("Sample  Trading (Suzhou) Ltd") == "Sample Trading (Suzhou) Ltd")
    }

    @Test(
        "names that differ only in width, brackets, dots, blanks or case have the same key",
        arguments: [
            ("示例（中国）有限公司", "示例(中国)有限公司"), ("示例中国有限公司", "示例（中国）有限公司"), ("ABC Trading", "ａｂｃ　ｔｒａｄｉｎｇ"),
            ("示例·甲公司", "示例•甲公司"), ("示例“甲”公司", "示例甲公司"),
        ])
    func keys(_ left: String, _ right: String) { #expect(OrganisationName.key(left) == OrganisationName.key(right)) }

    @Test("different names have different keys")
    func differentKeys() { #expect(OrganisationName.key("示例市云锦丝绸有限公司") != OrganisationName.key("示例市云锦丝绸厂")) }

    @Test(
        "a former name in a bracket at the end is split off",
        arguments: [
            ("甲公司（原名：示例乙公司）", "甲公司", ["示例乙公司"]), ("甲公司（原示例乙厂）", "甲公司", ["示例乙厂"]),
            ("甲公司（曾用名：示例乙公司、示例丙公司）", "甲公司", ["示例乙公司", "示例丙公司"]), ("甲公司（更名前为示例乙公司）", "甲公司", ["示例乙公司"]),
            ("甲公司（中国）", "甲公司（中国）", []), ("上海原经房地产公司", "上海原经房地产公司", []), ("甲公司（原料）", "甲公司（原料）", []),
            ("（原示例乙厂）", "（原示例乙厂）", []),
            ("甲公司", "甲公司", []),
        ] as [(String, String, [String])])
    func former(_ name: String, _ present: String, _ former: [String]) {
        let split = OrganisationName.splitFormer(name)
        #expect(split.present == present)
        #expect(split.former == former)
    }

    @Test(
        "a name needs two letters",
        arguments: [
            ("示例", true), ("AB", true), ("A", false), ("123", false), ("——", false), ("甲1", false), ("", false),
        ])
    func readable(_ text: String, _ isName: Bool) { #expect(OrganisationName.isReadable(text) == isName) }
}

@Suite("record addresses")
struct RecordIDTests {
    @Test(
        "an address reads back as itself",
        arguments: [(Int64(1), Int64(1)), (1204, 3), (999_999_999_999_999_999, 999_999_999_999_999_999), (0, 0)])
    func roundTrip(_ subject: Int64, _ ordinal: Int64) {
        let id = RecordID(subject: SubjectID(subject), ordinal: ordinal)
        #expect(RecordID(id.description) == id)
    }

    @Test(
        "anything else is no address",
        arguments: [
            "", "1", "1-", "-1", "1-2-3", "a-1", "1-b", "１-2", " 1-2", "1 - 2", "+1-2", "1234567890123456789-1", "1--2",
        ])
    func refuses(_ text: String) { #expect(RecordID(text) == nil) }
}
