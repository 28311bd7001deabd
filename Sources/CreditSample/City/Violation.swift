/// A slip that authorities punish, with the article that covers it. The laws are real and cited by article; what
/// happened is invented, ordinary and calmly put.
struct Violation: Sendable {
    let department: Department
    let kind: StaticString
    let facts: StaticString
    let basis: StaticString
    /// Usual fines, in hundreds of yuan.
    let fine: ClosedRange<Int>

    init(
        _ department: Department, _ fine: ClosedRange<Int>, _ kind: StaticString, _ facts: StaticString,
        _ basis: StaticString
    ) {
        (self.department, self.fine, self.kind, self.facts, self.basis) = (department, fine, kind, facts, basis)
    }

    static let all: [Violation] = [
        Violation(.market, 2...50, "未按规定明码标价", "当事人销售的部分商品未标明价格，经检查发现后当场改正。", "《中华人民共和国价格法》第四十二条"),
        Violation(.market, 5...30, "未将营业执照置于醒目位置", "当事人未将营业执照置于住所的醒目位置，责令改正后逾期未改。", "《中华人民共和国市场主体登记管理条例》第四十八条"),
        Violation(.market, 500...1000, "经营超过保质期的食品", "当事人货架上有超过保质期的预包装食品，数量较少，尚未售出。", "《中华人民共和国食品安全法》第一百二十四条"),
        Violation(.market, 50...300, "未建立进货查验记录制度", "当事人采购食品时未查验供货者的许可证和产品合格证明，责令改正后逾期未改。", "《中华人民共和国食品安全法》第一百二十六条"),
        Violation(.market, 10...200, "产品标识不符合规定", "当事人销售的产品包装上没有中文标明的厂名和厂址。", "《中华人民共和国产品质量法》第五十四条"),
        Violation(.market, 50...600, "发布违反规定的广告", "当事人发布的广告中，对服务内容的表示不够准确、清楚、明白。", "《中华人民共和国广告法》第五十九条"),
        Violation(.fire, 50...300, "消防设施未保持完好有效", "检查时发现室内消火栓水压不足，部分应急照明灯损坏。", "《中华人民共和国消防法》第六十条"),
        Violation(.fire, 50...200, "占用疏散通道", "检查时发现疏散通道内堆放货物，经责令后已清理。", "《中华人民共和国消防法》第六十条"),
        Violation(.emergency, 50...600, "未按规定开展安全生产教育培训", "当事人未如实记录安全生产教育和培训情况。", "《中华人民共和国安全生产法》第九十七条"),
        Violation(.emergency, 20...400, "未设置安全警示标志", "当事人未在有较大危险因素的场所和设备上设置明显的安全警示标志。", "《中华人民共和国安全生产法》第九十九条"),
        Violation(
            .environment, 200...1200, "废气未在密闭空间内收集处理", "当事人喷涂工序产生的含挥发性有机物废气未在密闭空间中收集处理。", "《中华人民共和国大气污染防治法》第一百零八条"),
        Violation(.environment, 1000...4000, "超过标准排放水污染物", "经监测，当事人排放口化学需氧量浓度超过排放标准。", "《中华人民共和国水污染防治法》第八十三条"),
        Violation(
            .environment, 1000...3000, "危险废物未按规定设置识别标志", "当事人贮存危险废物的场所未按照规定设置危险废物识别标志。", "《中华人民共和国固体废物污染环境防治法》第一百一十二条"),
        Violation(.culture, 20...200, "未经许可复制他人作品", "当事人承接印制业务时未查验授权，复制了少量他人图册，经检查后已停止。", "《中华人民共和国著作权法》第五十三条"),
        Violation(.market, 100...500, "未依法办理变更登记", "当事人住所发生变化，未依法办理变更登记，责令改正后逾期未改。", "《中华人民共和国市场主体登记管理条例》第四十六条"),
        Violation(.transport, 2...60, "车辆超过公路限定标准行驶", "当事人的车辆装载后总质量超过公路限定标准，在公路上行驶。", "《公路安全保护条例》第六十四条"),
        Violation(.housing, 100...1000, "施工现场安全防护不到位", "检查时发现施工现场临边洞口未按规定设置安全防护设施。", "《建设工程安全生产管理条例》第六十二条"),
        Violation(.cityManagement, 2...50, "未按规定处置建筑垃圾", "当事人未按照规定的时间和地点堆放建筑垃圾，经责令后已清运。", "《城市市容和环境卫生管理条例》第三十四条"),
        Violation(.health, 5...20, "未按规定开展公共场所卫生检测", "当事人未按照规定对公共场所的空气、用品用具进行卫生检测。", "《公共场所卫生管理条例实施细则》第三十七条"),
        Violation(.labour, 20...200, "未按要求报送劳动保障书面材料", "当事人未按照劳动保障行政部门的要求报送书面材料，经责令后逾期未改。", "《劳动保障监察条例》第三十条"),
        Violation(.market, 5...50, "未在网店首页公示营业执照信息", "当事人未在网店首页显著位置公示营业执照信息，经责令后已改正。", "《中华人民共和国电子商务法》第七十六条"),
    ]

    /// Slips in the layout of the environment agency, whose fines are in yuan.
    static let environmental = [10, 11, 12]
}
