import CreditModel
import Glibc

/// Penalties in 18 columns of the double-publicity layout, about 450 bytes a row, none of them wrong: the file that peers can
/// load too. Everything is invented: names hold 示例, codes lie in division 990000, which no standard assigns.
///
/// The same seed and count give the same bytes. One organisation for ten rows; documents have different numbers.
struct PenaltyRows {
    private let seed: UInt64
    private let count: Int

    init(seed: UInt64, count: Int) {
        self.seed = seed
        self.count = count
    }

    private static let headings = [
        "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_FRDB", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR",
        "CF_NR_FK", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM",
    ]
    private static let words = ["云锦", "湖东", "湖西", "老桥", "青禾", "明川", "启航", "恒泰", "东篱", "南岭", "嘉木", "远山"]
    private static let trades = ["丝绸", "精密机械", "食品", "信息科技", "建筑工程", "物流", "环保科技", "纺织", "商贸", "装饰"]
    private static let authorities = ["示例市市场监督管理局", "示例市生态环境局", "示例市应急管理局", "示例市交通运输局"]
    private static let violations: [(kind: String, facts: String, basis: String)] = [
        ("未按规定标示价格", "当事人销售的商品未标明价格，经责令改正后仍未改正", "《示例市价格管理办法（示例）》第十条第一款"),
        ("超过标准排放污染物", "当事人排放的污染物超过规定的排放标准，现场有监测报告为证", "《示例市环境保护办法（示例）》第二十二条"),
        ("未落实安全生产责任", "当事人未建立安全生产责任制，未对从业人员进行教育和培训", "《示例市安全生产办法（示例）》第三十一条"),
        ("使用不合格计量器具", "当事人使用的计量器具检定不合格，影响贸易结算的准确", "《示例市计量管理办法（示例）》第十五条"),
    ]
    private static let characters = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    /// Writes all rows to stdout.
    func write() {
        var random = Random(state: seed)
        var out = Self.headings.joined(separator: ",") + "\n"
        for number in 0..<count {
            append(number, to: &out, &random)
            if out.utf8.count > 1 << 20 || number == count - 1 {
                Output.write(out, to: STDOUT_FILENO)
                out.removeAll(keepingCapacity: true)
            }
        }
    }

    private func append(_ number: Int, to out: inout String, _ random: inout Random) {
        let organisation = random.below(max(1, count / 10))
        let violation = Self.violations[random.below(Self.violations.count)]
        let authority = random.below(Self.authorities.count)
        let fine = (1 + random.below(500)) * 100
        let day = Day(daysSinceEpoch: Int32(19_800 + random.below(900)))
        let end = Day(daysSinceEpoch: day.daysSinceEpoch + 365)
        let office = Self.authorities[authority]
        let officeCode = Self.code("11", authority)
        let word = Self.words[organisation % Self.words.count]
        let trade = Self.trades[organisation / Self.words.count % Self.trades.count]
        let cells = [
            "示例市\(word)\(organisation)\(trade)有限公司", "法人及非法人组织", Self.code("91", organisation), "示例甲\(organisation)",
            "示执罚〔2025〕\(number + 1)号", violation.kind,
            "\(2020 + random.below(6))年\(1 + random.below(12))月\(1 + random.below(28))日，\(violation.facts)。",
            violation.basis, "罚款", "责令改正违法行为，罚款人民币\(fine)元", Self.wanYuan(fine), "\(day)", "\(end)", "\(end)",
            office, officeCode, office, officeCode,
        ]
        out += cells.joined(separator: ",")
        out += "\n"
    }

    /// 200 yuan are 0.02 ten thousands; fines are whole hundreds.
    private static func wanYuan(_ yuan: Int) -> String {
        let rest = yuan % 10_000 / 100
        return rest == 0 ? "\(yuan / 10_000)" : "\(yuan / 10_000).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// A code with right check characters (GB 32100-2015, GB 11714-1997) of the `index`-th invented body.
    private static func code(_ registrar: String, _ index: Int) -> String {
        var inner = Array("MA".utf8)
        var rest = index
        var digits: [UInt8] = []
        for _ in 0..<6 {
            digits.append(characters[rest % 31])
            rest /= 31
        }
        inner += digits.reversed()
        let weights = [3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(inner, weights).reduce(0) { $0 + Int($1.0 < 65 ? $1.0 - 48 : $1.0 - 55) * $1.1 }
        let check = 11 - sum % 11
        inner.append(check == 10 ? UInt8(ascii: "X") : check == 11 ? UInt8(ascii: "0") : UInt8(48 + check))
        let body = Array("\(registrar)990000".utf8) + inner
        guard let last = UnifiedCode.checkCharacter(of: body) else { preconditionFailure("a code of 17 characters") }
        return String(decoding: body + [last], as: UTF8.self)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere.
struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
