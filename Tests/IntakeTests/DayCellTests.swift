import CreditCatalogue
import CreditIntake
import CreditModel
import TestSupport
import Testing

@Suite("days as departments write them")
struct DayCellTests {
    @Test(
        "every usual spelling of one day is read as that day",
        arguments: [
            "2018-06-21", "2018/6/21", "2018/06/21", "2018.6.21", "2018.06.21", "20180621", "2018年6月21日", "2018年06月21日",
            "2018 年 6 月 21 日", "2018年6月21号",
            "二〇一八年六月二十一日", "二零一八年六月二十一日", "2018-06-21 00:00:00", "2018-06-21 00:00:00.000", "2018-06-21T00:00:00Z",
            "2018-06-21T08:30:00+08:00",
            "2018/6/21 10:30", "2018/6/21 0:00", "2018年6月21日 10时30分", "2018年6月21日 10:30:00", "20180621103000", "43272",
            "２０１８－０６－２１", "２０１８年６月２１日",
            " 2018-06-21 ", "\u{FEFF}2018-06-21", "2018·6·21", "2018-6-21", "2018年6月21日止",
        ])
    func spellings(_ text: String) throws {
        let taken = try PenaltyRow.take(["CF_JDRQ": text])
        #expect(taken.faults == [])
        #expect(taken.value("decidedOn") == "2018-06-21")
        #expect(
            taken.changes("decidedOn").isEmpty == (text == "2018-06-21"),
            "what was changed is remarked, and nothing else")
    }

    @Test(
        "a day that cannot be is refused and says why",
        arguments: [
            ("2018-02-30", "day-impossible"), ("2018年2月30日", "day-impossible"), ("2018-13-01", "day-impossible"),
            ("20181301", "day-impossible"),
            ("1799-12-31", "day-impossible"), ("2026-11-24", "day-in-future"), ("2126-05-01", "day-in-future"),
            ("2026年11月24日", "day-in-future"),
            ("46350", "day-in-future"), ("9999-12-31", "day-in-future"), ("见决定书第3页", "day-unreadable"),
            ("2018-06", "day-unreadable"), ("2018年6月", "day-unreadable"), ("18-06-21", "day-unreadable"),
            ("21/6/2018", "day-unreadable"), ("6/21/2018", "day-unreadable"), ("201806", "day-unreadable"),
            ("99999", "day-unreadable"), ("长期", "day-unreadable"),
            ("2018-06-21至2019-06-20", "day-unreadable"), ("六月二十一日2018年", "day-unreadable"),
        ])
    func faults(_ text: String, _ code: String) throws {
        let taken = try PenaltyRow.take(["CF_JDRQ": text])
        #expect(taken.faults == ["\(code) decidedOn"])
        #expect(taken.rejects.first?.original == text)
        #expect(taken.rejects.first?.column == "CF_JDRQ")
    }

    @Test("today is not the future")
    func today() throws { #expect(try PenaltyRow.take(["CF_JDRQ": "2026-11-23"]).value("decidedOn") == "2026-11-23") }

    @Test(
        "days that systems put where there is none are empty",
        arguments: ["0000-00-00", "1899-12-31 00:00:00", "1900-01-01", "1970-01-01", "1753-01-01", "— —", "不详"])
    func noDates(_ text: String) throws {
        let taken = try PenaltyRow.take(["公示日期": text])
        #expect(taken.faults == [])
        #expect(taken.value("publishedOn") == nil)
        #expect(taken.changes("publishedOn") == [.nullSpelling])
    }

    @Test(
        "an open end in any spelling is 2099-12-31",
        arguments: [
            "长期", "长期有效", "永久", "无固定期限", "2099-12-31", "2099-01-31", "9999-12-31", "2999/12/31", "3000-01-01", " 长 期 ",
        ])
    func openEnds(_ text: String) throws {
        let taken = try PenaltyRow.take(["CF_YXQ": text])
        #expect(taken.value("validUntil") == "2099-12-31")
        #expect(taken.changes("validUntil").contains(.openEnd) == (text != "2099-12-31"))
    }

    @Test("an end before its start is refused and names the other column; the same day is right")
    func order() throws {
        let wrong = try PenaltyRow.take(["CF_YXQ": "2025-05-19"])
        #expect(wrong.faults == ["day-order validUntil"])
        #expect(wrong.rejects.first?.other == "处罚决定日期")
        #expect(try PenaltyRow.take(["CF_YXQ": "2025-05-20"]).faults == [])
    }

    @Test("an end of a term may lie in the future")
    func futureEnd() throws {
        #expect(try PenaltyRow.take(["CF_YXQ": "2045-05-19"]).value("validUntil") == "2045-05-19")
    }
}
