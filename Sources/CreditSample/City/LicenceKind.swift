/// A permit that an authority grants, with the words that stand on it.
struct LicenceKind: Sendable {
    let department: Department
    /// 食品经营许可 → …决定书 is the decision, …证 the certificate, unless named otherwise.
    let decision: StaticString
    let certificate: StaticString
    /// Letters in front of the certificate's number.
    let prefix: StaticString
    let content: StaticString
    /// As the code table `licence-kind` spells it.
    let kind: StaticString
    /// Years of validity; 0 = open-ended.
    let years: Int

    init(
        _ department: Department, _ decision: StaticString, _ certificate: StaticString, _ prefix: StaticString,
        _ kind: StaticString,
        _ years: Int, _ content: StaticString
    ) {
        (self.department, self.decision, self.certificate, self.prefix) = (department, decision, certificate, prefix)
        (self.kind, self.years, self.content) = (kind, years, content)
    }

    static let all: [LicenceKind] = [
        LicenceKind(.market, "食品经营许可决定书", "食品经营许可证", "JY", "普通", 5, "准予从事预包装食品、散装食品销售或者热食类食品制售。"),
        LicenceKind(.market, "食品生产许可决定书", "食品生产许可证", "SC", "普通", 5, "准予生产许可证副本所列类别的食品。"),
        LicenceKind(.market, "营业执照设立登记通知书", "营业执照", "YZ", "登记", 0, "准予设立登记。"),
        LicenceKind(.transport, "道路运输经营许可决定书", "道路运输经营许可证", "YS", "普通", 4, "准予从事道路普通货物运输。"),
        LicenceKind(.market, "工业产品生产许可决定书", "全国工业产品生产许可证", "XK", "普通", 5, "准予生产许可证所列产品。"),
        LicenceKind(.health, "公共场所卫生许可决定书", "公共场所卫生许可证", "WS", "普通", 4, "准予经营所申请的公共场所项目。"),
        LicenceKind(.market, "特种设备使用登记通知书", "特种设备使用登记证", "TS", "登记", 0, "准予办理特种设备使用登记。"),
        LicenceKind(.environment, "排污许可决定书", "排污许可证", "PW", "普通", 5, "准予按照许可证载明的种类、浓度和总量排放污染物。"),
        LicenceKind(.housing, "建筑工程施工许可决定书", "建筑工程施工许可证", "SG", "核准", 0, "准予所申请的建筑工程开工。"),
        LicenceKind(.housing, "建筑业企业资质许可决定书", "建筑业企业资质证书", "ZZ", "认可", 5, "核准所申请的建筑业企业资质。"),
        LicenceKind(.market, "药品经营许可决定书", "药品经营许可证", "YP", "普通", 5, "准予从事药品零售经营，经营范围以许可证所列为准。"),
        LicenceKind(.emergency, "危险化学品经营许可决定书", "危险化学品经营许可证", "WH", "普通", 3, "准予经营许可证所列品种，不带储存设施。"),
        LicenceKind(.market, "医疗器械经营许可决定书", "医疗器械经营许可证", "YL", "普通", 5, "准予从事许可证所列类别医疗器械的经营。"),
        LicenceKind(.emergency, "安全生产许可决定书", "安全生产许可证", "AQ", "普通", 3, "准予在许可证载明的范围内从事生产活动。"),
        LicenceKind(.agriculture, "动物防疫条件审查决定书", "动物防疫条件合格证", "FY", "核准", 0, "经审查，符合动物防疫条件。"),
        LicenceKind(.fire, "公众聚集场所投入使用、营业消防安全许可决定书", "消防安全检查意见书", "XF", "核准", 0, "经审查，准予投入使用、营业。"),
        LicenceKind(.culture, "旅行社业务经营许可决定书", "旅行社业务经营许可证", "LX", "普通", 0, "准予经营国内旅游业务和入境旅游业务。"),
        LicenceKind(.cityManagement, "户外招牌设置许可决定书", "户外招牌设置许可证", "HW", "普通", 2, "准予在核定位置设置户外招牌。"),
        LicenceKind(.labour, "人力资源服务许可决定书", "人力资源服务许可证", "RL", "普通", 5, "准予从事许可证所列的人力资源服务业务。"),
        LicenceKind(.water, "取水许可决定书", "取水许可证", "QS", "特许", 5, "准予在核定的取水地点和取水量内取水。"),
        LicenceKind(.culture, "印刷经营许可决定书", "印刷经营许可证", "YW", "普通", 4, "准予从事包装装潢印刷品和其他印刷品的印刷经营活动。"),
        LicenceKind(.agriculture, "农作物种子生产经营许可决定书", "农作物种子生产经营许可证", "ZZ", "普通", 5, "准予从事许可证所列作物种子的生产经营。"),
        LicenceKind(.approval, "检验检测资质认定决定书", "检验检测机构资质认定证书", "JC", "认可", 6, "准予在证书附表所列能力范围内出具检验检测数据、结果。"),
        LicenceKind(.approval, "临时占用场地许可决定书", "临时占用场地许可证", "LS", "普通", 1, "准予在核定的时间和范围内临时占用场地举办活动。"),
    ]
}
