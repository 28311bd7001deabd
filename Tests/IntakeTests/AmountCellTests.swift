import CreditCatalogue
import CreditModel
import TestSupport
import Testing

@testable import CreditIntake

@Suite("amounts as departments write them")
struct AmountCellTests {
    @Test(
        "an amount in a column of 10 000 yuan is stored in yuan, and a unit in the cell outranks the column's",
        arguments: [
            ("0.2", "2000.00"), ("1", "10000.00"), ("0.000001", "0.01"), ("2000元", "2000.00"), ("2,000.50元", "2000.50"),
            ("0.2万元", "2000.00"), ("￥2000元", "2000.00"),
            ("人民币2000元整", "2000.00"), ("壹万元", "10000.00"), ("贰仟元整", "2000.00"), ("人民币叁拾万元整", "300000.00"),
            ("壹万陆仟贰佰贰拾元", "16220.00"),
            ("肆仟叁佰捌拾伍元叁角肆分", "4385.34"), ("壹佰元零伍分", "100.05"), ("一万元", "10000.00"), ("两千元", "2000.00"),
            ("1.5亿元", "150000000.00"), ("1.5E2", "1500000.00"), ("０．２", "2000.00"),
            ("1万", "10000.00"), ("0", "0.00"), ("十", "100000.00"),
        ])
    func reads(_ text: String, _ yuan: String) throws {
        let taken = try PenaltyRow.take(["CF_NR_FK": text, "CF_NR": "见决定书"])
        #expect(taken.faults == [])
        #expect(taken.value("fine") == yuan)
    }

    @Test(
        "what is no amount is refused",
        arguments: [
            ("约两千", "amount-unreadable"), ("2万余元", "amount-unreadable"), ("0.0000001", "amount-unreadable"),
            ("1.2.3", "amount-unreadable"), ("罚款", "amount-unreadable"),
            ("-0.2", "amount-negative"), ("－0.2", "amount-negative"), ("负0.2", "amount-negative"),
            ("-2000元", "amount-negative"), ("1e400", "amount-unreadable"), ("NaN元", "amount-unreadable"),
            ("99999999999999999999", "amount-unreadable"),
        ])
    func refuses(_ text: String, _ code: String) throws {
        #expect(try PenaltyRow.take(["CF_NR_FK": text]).faults == ["\(code) fine"])
    }

    @Test(
        "words that say that nothing was stated are no amount and no fault",
        arguments: ["未标明", "不详", "/", "—", "无", "NULL"])
    func notStated(_ text: String) throws {
        let taken = try PenaltyRow.take(["CF_NR_FK": text, "CF_NR": "警告"])
        #expect(taken.faults == [])
        #expect(taken.value("fine") == nil)
    }

    @Test(
        "digits and numerals mixed, 1万5仟, are read rightly or not at all",
        arguments: ["1万5仟", "1万5仟元", "3万5000元", "1万零500元"])
    func mixed(_ text: String) throws {
        let value = try PenaltyRow.take(["CF_NR_FK": text, "CF_NR": "见决定书"]).value("fine")
        #expect(
            value == nil
                || value
                    == ["1万5仟": "15000.00", "1万5仟元": "15000.00", "3万5000元": "35000.00", "1万零500元": "10500.00"][text]
        )
    }

    @Test("an exponent too small for its column is not read as nothing", arguments: ["5E-05", "1.5E-05"])
    func smallExponent(_ text: String) throws {
        // 0.00005 of 10 000 yuan is half a yuan.
        let value = try PenaltyRow.take(["CF_NR_FK": text, "CF_NR": "见决定书"]).value("fine")
        #expect(value != "0.00")
    }

    @Test("a unit in the heading outranks the feed's")
    func unitInHeading() throws {
        var rows = PenaltyRow.rows(["CF_NR_FK": "2000"])
        let column = try #require(rows[0].firstIndex(of: "CF_NR_FK"))
        for heading in ["罚款金额（元）", "罚款金额(人民币元)", "罚款金额（单位：元）"] {
            rows[0][column] = heading
            #expect(try Taken("penalty", rows).value("fine") == "2000.00", "\(heading)")
        }
        rows[0][column] = "罚款金额（万元）"
        rows[1][column] = "0.2"
        #expect(try Taken("penalty", rows).value("fine") == "2000.00")
    }

    @Test("a layout in yuan is stored as it is sent")
    func yuan() throws {
        let rows = [
            ["企业名称", "统一社会信用代码", "处罚公布时间", "处理情况", "罚款", "信息来源", "标题"],
            ["示例市云锦丝绸有限公司", "91990102MACX000176", "2025-03-18", "见决定书", "300000", "示例市生态环境局", "示环罚字〔2025〕20号"],
        ]
        #expect(try Taken("penalty-environment", rows).value("fine") == "300000.00")
    }

    // MARK: against the text

    @Test("an amount ten thousand times too large or too small is refused with the right one")
    func unitSlip() throws {
        let taken = try PenaltyRow.take(["CF_NR_FK": "2000"])
        #expect(taken.faults == ["amount-contradicts-text fine"])
        #expect(taken.rejects.first?.suggestion == "0.2")
        #expect(taken.rejects.first?.original == "2000")
        let small = try PenaltyRow.take(["CF_NR_FK": "0.00002"])
        #expect(small.faults == ["amount-contradicts-text fine"])
        #expect(small.rejects.first?.suggestion == "0.2")
    }

    @Test("another amount than the text's is stored with a remark")
    func differs() throws {
        let taken = try PenaltyRow.take(["CF_NR_FK": "0.3"])
        #expect(taken.faults == [])
        #expect(taken.notes("fine") == [.amountDiffersFromText])
    }

    @Test(
        "an amount that the text names, alone or as a sum, is right",
        arguments: [
            ("罚款人民币2000元", "0.2"), ("罚款1500元，没收违法所得500元", "0.2"), ("处以罚款贰仟元整", "0.2"), ("处以罚款2千元", "0.2"),
            ("依据第十条（处二万元以上十万元以下罚款），决定罚款2000元", "0.2"),
            ("罚款２０００元", "0.2"), ("罚款2,000元", "0.2"), ("警告", "0.2"), ("罚款30万元", "30"),
        ])
    func agrees(_ text: String, _ fine: String) throws {
        let taken = try PenaltyRow.take(["CF_NR": text, "CF_NR_FK": fine])
        #expect(taken.faults == [])
        #expect(taken.notes("fine") == [])
    }

    @Test(
        "a fine that only the text names is taken from it, if it names one",
        arguments: [
            ("罚款人民币2000元", "2000.00"), ("责令改正，处以罚款5万元", "50000.00"), ("罚款叁拾万元整", "300000.00"), ("没收违法所得500元", nil),
            ("罚款1000元，罚款2000元", nil), ("警告", nil),
            ("依据第十条，处二万元以上十万元以下罚款", nil), ("罚款¥20000.00", "20000.00"),
        ] as [(String, String?)])
    func derived(_ text: String, _ fine: String?) throws {
        let taken = try PenaltyRow.take(["CF_NR": text, "CF_NR_FK": ""])
        #expect(taken.value("fine") == fine)
        #expect(taken.changes("fine") == (fine == nil ? [] : [.derived]))
    }

    @Test("a fine named in numerals and again in digits is one fine")
    func derivedTwice() throws {
        let value = try PenaltyRow.take(["CF_NR": "罚款人民币叁仟元整（3000.00元）", "CF_NR_FK": ""]).value("fine")
        #expect(value == "3000.00")
    }

    @Test(
        "a fine written 1万5仟元 in the text is derived rightly or not at all",
        arguments: ["罚款1万5仟元", "罚款1万5千元", "罚款3万5000元", "罚款1万零500元"])
    func derivedMixed(_ text: String) throws {
        let value = try PenaltyRow.take(["CF_NR": text, "CF_NR_FK": ""]).value("fine")
        let right = ["罚款1万5仟元": "15000.00", "罚款1万5千元": "15000.00", "罚款3万5000元": "35000.00", "罚款1万零500元": "10500.00"][
            text]
        #expect(value == nil || value == right)
    }

    #if os(Linux)
        @Test("a row of 一 in an amount column does not stop the process")
        func dashesAsNumerals() async {
            await #expect(processExitsWith: .success) {
                _ = try? AmountReading.read("一一一一一一一一一一一一一一一一一一一一一一", columnUnit: AmountReading.fenPerYuan)
            }
        }

        @Test("an absurd number of thousands in a text does not stop the process")
        func absurdThousands() async {
            await #expect(processExitsWith: .success) { _ = AmountReading.amounts(in: "罚款9999999999999999千元") }
        }
    #endif

    // MARK: capital

    @Test(
        "capital keeps its currency and is stored in whole units",
        arguments: [
            ("100万元人民币", "1000000.00 CNY"), ("100万人民币", "1000000.00 CNY"), ("2,000(万元人民币)", "20000000.00 CNY"),
            ("3,900（万元人民币）", "39000000.00 CNY"),
            ("110(万美元)", "1100000.00 USD"), ("10.5万美元", "105000.00 USD"), ("5万元", "50000.00 CNY"),
            ("500", "5000000.00 CNY"), ("500000元", "500000.00 CNY"), ("1.2亿元", "120000000.00 CNY"),
            ("壹佰万元", "1000000.00 CNY"), ("人民币伍拾万元整", "500000.00 CNY"), ("￥500000", "500000.00 CNY"),
            ("人民币100万元", "1000000.00 CNY"), ("100万港币", "1000000.00 HKD"),
            ("50万欧元", "500000.00 EUR"), ("30000万日元", "300000000.00 JPY"), ("20万英镑", "200000.00 GBP"),
            ("100万新加坡元", "1000000.00 SGD"), ("100万新台币", "1000000.00 TWD"), ("100 万元", "1000000.00 CNY"),
        ])
    func capital(_ text: String, _ stored: String) throws {
        #expect(try registration(capital: text).value("registeredCapital") == stored)
    }

    @Test("what is no capital is refused", arguments: ["若干", "100万贝壳", "-100万元", "万元", "1.2.3万元"])
    func noCapital(_ text: String) throws {
        #expect(try registration(capital: text).faults == ["amount-unreadable registeredCapital"])
    }

    private func registration(capital: String) throws -> Taken {
        try Taken("registration", [["企业名称", "统一社会信用代码", "注册资本"], ["示例市云锦丝绸有限公司", "91990102MACX000176", capital]])
    }
}
