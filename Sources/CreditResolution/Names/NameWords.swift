/// The words by which names of Chinese organisations are taken apart. Written by us from the naming rules of the
/// registration law (企业名称登记管理规定: place + distinctive word + trade + form of organisation) and from common use.
enum NameWords {
    /// What kind of body a legal form tells. Bodies of different kinds are different bodies.
    enum Family: UInt8, Sendable {
        case company, partnership, soleProprietor, cooperative, works, shop, centre, society, school, hospital, office
        case institute
        case unknown
    }

    /// Legal form → its family. Longest first is the reader's business.
    static let forms: [(String, Family)] = [
        ("有限责任公司", .company), ("有限公司", .company), ("股份有限公司", .company), ("股份公司", .company),
        ("集团有限公司", .company), ("集团股份有限公司", .company), ("集团有限责任公司", .company), ("集团公司", .company),
        ("总公司", .company), ("公司", .company), ("有限责任", .company), ("有限", .company),
        ("控股有限公司", .company), ("责任有限公司", .company), ("有限合伙企业", .partnership),
        ("普通合伙企业", .partnership), ("特殊普通合伙", .partnership), ("普通合伙", .partnership),
        ("合伙企业有限合伙", .partnership), ("合伙企业普通合伙", .partnership),
        ("中心有限合伙", .partnership), ("中心普通合伙", .partnership), ("有限合伙", .partnership), ("合伙企业", .partnership), ("个人独资企业", .soleProprietor),
        ("个人独资", .soleProprietor), ("农民专业合作社联合社", .cooperative), ("专业合作社联合社", .cooperative),
        ("农民专业合作社", .cooperative), ("专业合作社", .cooperative), ("合作社", .cooperative),
        ("供销合作社", .cooperative), ("加工厂", .works), ("制造厂", .works), ("总厂", .works), ("工厂", .works), ("厂", .works),
        ("加工场", .works), ("养殖场", .works), ("采石场", .works), ("农场", .works), ("林场", .works), ("矿", .works),
        ("商店", .shop), ("饭店", .shop), ("酒店", .shop), ("药店", .shop), ("经营部", .shop), ("营业部", .shop),
        ("经销部", .shop), ("门市部", .shop), ("服务部", .shop), ("销售部", .shop), ("批发部", .shop), ("修理部", .shop),
        ("超市", .shop), ("商行", .shop), ("店", .shop), ("部", .shop), ("馆", .shop), ("行", .shop),
        ("服务中心", .centre), ("中心", .centre), ("协会", .society), ("商会", .society),
        ("学会", .society), ("联合会", .society), ("促进会", .society), ("基金会", .society), ("小学", .school),
        ("中学", .school), ("学校", .school), ("幼儿园", .school), ("学院", .school), ("大学", .school),
        ("卫生院", .hospital), ("医院", .hospital), ("诊所", .hospital), ("卫生室", .hospital), ("事务所", .office),
        ("研究院", .institute), ("研究所", .institute), ("设计院", .institute), ("委员会", .office), ("管理局", .office),
        ("局", .office), ("站", .works), ("所", .office), ("社", .cooperative),
    ]

    /// Endings that make the name that of a part of another body.
    static let branches = [
        "分公司", "支公司", "分行", "支行", "分理处", "分店", "分部", "分厂", "分所", "分院", "分校", "分社", "分中心",
        "办事处", "营业部", "门市部", "经营部", "营业厅", "营业所", "服务部", "销售部", "项目部", "代表处", "加油站", "店",
        "厂", "站", "部", "中心", "储蓄所", "工厂", "网点",
    ]

    /// What a body does. A longer word wins over a shorter one.
    static let trades: [String] =
        """
        建筑 工程 建设 建材 建筑材料 材料 新材料 装饰 装修 装潢 幕墙 园林 绿化 景观 市政 路桥 公路 水利 水电 安装 设备 机械 机电 \
        电气 电器 电力 电子 电缆 仪器 仪表 自动化 智能 智能装备 装备 科技 技术 信息 网络 软件 通信 通讯 数据 互联网 计算机 数码 \
        贸易 商贸 工贸 经贸 外贸 进出口 国际贸易 物资 百货 五金 交电 日用品 用品 物流 运输 货运 仓储 快递 配送 航运 汽车 车业 \
        汽车销售 汽车配件 汽车零部件 配件 零部件 汽修 维修 餐饮 食品 酒业 饮料 粮油 农业 农产品 果蔬 种植 养殖 畜牧 饲料 肥料 \
        生物 医药 药业 制药 医疗 医疗器械 器械 健康 化工 化学 原料 化纤 塑料 塑胶 塑业 橡胶 涂料 油漆 助剂 纺织 纺织品 针织 针织品 印染 服装 服饰 \
        鞋业 皮革 家纺 布业 丝绸 包装 印刷 印务 纸业 纸制品 造纸 彩印 木业 木材 家具 家居 门窗 玻璃 陶瓷 水泥 混凝土 砂石 石材 石业 \
        耐火材料 钢铁 钢管 钢结构 金属 金属制品 铸造 锻造 铝业 铜业 模具 轴承 齿轮 标准件 紧固件 阀门 泵业 管业 能源 新能源 \
        石油 燃气 天然气 煤炭 煤矿 矿业 热力 供热 光伏 太阳能 环保 环境 节能 水处理 污水处理 水务 再生资源 回收 房地产 置业 地产 \
        物业 物业管理 物业服务 租赁 投资 投资管理 投资咨询 资产管理 资本 基金 担保 小额贷款 典当 保险 银行 证券 咨询 管理咨询 \
        信息咨询 企业管理 管理 服务 中介 人力资源 劳务 劳务派遣 家政 保洁 保安 旅游 旅行 酒店 酒店管理 餐饮管理 文化 传媒 文化传媒 \
        广告 影视 艺术 体育 教育 教育咨询 培训 教育科技 会展 礼仪 摄影 图文 制品 制造 加工 生产 销售 经营 开发 发展 实业 产业 \
        工业 商业 商务 电子商务 供应链 供应链管理 集团 控股 国际 连锁 联合 设计 研发 检测 检验 认证 测绘 勘察 监理 造价 招标 \
        工程技术 信息科技 信息技术 网络科技 生物科技 电子科技 环保科技 科技发展 技术开发 技术服务 建筑工程 建设工程 装饰工程 \
        安装工程 机械制造 机械设备 房地产开发 农业发展 农业科技 日用 化妆品 珠宝 首饰 工艺品 工艺 玩具 文具 办公用品 办公 \
        茶业 茶叶 烟草 盐业 水产 水产品 海产 渔业 林业 种业 苗木 花卉 宠物 超市 便利 药房 大药房 眼镜 美容 美发 洗涤 洗浴 \
        娱乐 网吧 棋牌 冷链 冷藏 制冷 空调 暖通 消防 安防 电梯 起重 索具 液压 焊接 电镀 热处理 表面处理 涂装 喷涂 激光 \
        光电 半导体 电源 电池 照明 灯饰 线缆 电机 电动车 自行车 摩托车 船舶 航空 铁路 轨道交通 交通设施 交通 停车 城市建设 \
        市场 市场管理 商业管理 品牌 策划 营销 企划 会计 税务 税务师 会计师 律师 法律 知识产权 专利 公证 评估 拍卖 面业 面粉 米业 \
        油脂 调味品 糖业 乳业 肉类 屠宰 冷饮 糕点 烘焙 板材 板业 建陶 卫浴 洁具 厨具 电气设备 电力设备 环保设备 化工设备 包装材料 \
        保温材料 防水材料 装饰材料 防水 保温 泡沫 泡沫制品 塑料制品 橡胶制品 玻璃制品 玻璃钢 玻纤 石英 水产养殖 \
        淡水鱼养殖 食用菌 蔬菜 水果 果品 粮食 棉业 棉纺 毛纺 绳网 工业用线 手套 箱包 帽业 袜业 伞业 拉链 纽扣 印花 刺绣
        """.split(separator: " ").map(String.init)

    /// Words of a trade that add little: their coming and going alone does not make another firm.
    static let weak: Set<String> = [
        "科技", "技术", "发展", "开发", "制造", "加工", "生产", "销售", "经营", "管理", "服务", "制品", "工程",
        "绿化", "原料", "咨询", "贸易",
    ]

    /// Words of a trade that agencies use for one another.
    static let sameTrade: [(String, String)] = [
        ("科技", "技术"), ("商贸", "贸易"), ("商贸", "经贸"), ("工贸", "商贸"), ("装饰", "装潢"), ("装饰", "装修"), ("建筑", "建设"),
        ("塑料", "塑胶"), ("塑业", "塑料"), ("印刷", "印务"), ("医药", "药业"), ("木材", "木业"), ("纸制品", "纸业"),
        ("运输", "货运"), ("运输", "物流"), ("服装", "服饰"), ("通信", "通讯"),
        ("房地产", "地产"), ("管理", "服务"), ("针织", "针织品"), ("纺织", "纺织品"), ("面业", "面粉"),
    ]

    /// Short words of a trade and the words they stand for.
    static let shortTrades: [(String, [String])] = [
        ("汽修", ["汽车", "维修"]), ("货运", ["货物", "运输"]), ("小贷", ["小额", "贷款"]), ("物管", ["物业", "管理"]),
        ("环卫", ["环境", "卫生"]), ("外贸", ["对外", "贸易"]),
    ]

    /// By these, sister firms and sites are told apart.
    static let ordinals = "零一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾甲乙丙丁戊己庚辛东西南北中新老大小上下左右前后内外0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    /// In brackets behind a name, and no part of it.
    static let notes = ["个体工商户", "个体", "公章", "盖章", "签章", "印章", "盖公章", "签字", "在营", "存续", "开业", "注销", "吊销", "筹"]

    /// Zones that stand in names beside divisions and have no code of their own.
    static let zones = [
        "经济技术开发区", "高新技术产业开发区", "高新技术开发区", "经济开发区", "高新区", "开发区", "保税区", "自贸区", "工业园区", "工业区",
        "工业园", "产业园", "新区", "示范区",
    ]

    /// Variant forms of one character that the traditional table does not hold, each with the character it stands for.
    static let variants: [(Unicode.Scalar, Unicode.Scalar)] =
        """
        峯峰 羣群 菴庵 昇升 甦苏 髙高 姸妍 碁棋 邨村 塲场 喦岩 嵒岩 巖岩 巗岩 堦阶 痳麻 栢柏 咊和 \
        龢和 勛勋 勳勋 彜彝 畧略 畝亩 牀床 裏里 裡里 麵面 麪面 鷄鸡 雞鸡 磘窑 窰窑 窯窑 煇辉 秌秋 \
        槗桥 淸清 鴈雁 衞卫 黒黑 戸户 桒桑 凖准 冨富 徳德 恵惠 栄荣 歩步 毎每 眞真 県县 荘庄 蔵藏 \
        薬药 鉄铁 関关 髪发 呉吴 ⻰龙 ⻢马 ⻥鱼 ⻩黄 ⻋车 ⻜飞 ⻝食 ⻁虎 ⻅见 ⻉贝 ⻓长 ⻔门 ⻘青 \
        ⻛风 ⻦鸟 ⻨麦 ⻬齐 ⻆角 砲炮 煙烟 菸烟 塩盐 兎兔 闆板 〇零 寳宝 珎珍 郞郎 萅春 靑青 緜绵 \
        朙明 枩松 𠮷吉 囯国 圀国 敍叙 敘叙 凃涂 凴凭 氷冰 汚污 涙泪 濶阔 濬浚 湻淳 渕渊 烱炯 煕熙 \
        熈熙 爕燮 疎疏 皐皋 矦侯 硏研 礮炮 秊年 稉粳 窻窗 筦管 粧妆 糉粽 緐繁 繍绣 纎纤 罇樽 羢绒 \
        翺翱 聨联 脃脆 艸草 苺莓 菓果 蔴麻 蘓苏 裠裙 覇霸 詠咏 豓艳 輭软 逰游 鄊乡 酧酬 鋭锐 鎔熔 \
        鐡铁 鑛矿 閙闹 闗关 隄堤 隣邻 霛灵 霊灵 鞵鞋 韮韭 餧喂 鳬凫 鴬莺 鵞鹅 麐麟 黙默 斉齐 斎斋 \
        歳岁 気气 済济 渓溪 満满 発发 経经 続续 総总 縄绳 聴听 舎舍 蛍萤 覚觉 観观 読读 変变 豊丰 \
        賛赞 転转 軽轻 辺边 釈释 鋳铸 錬炼 険险 雑杂 顕显 駅驿 験验 鶏鸡 増增 壌壤 売卖 実实 寛宽 \
        対对 専专 嶋岛 巣巢 帯带 帰归 広广 庁厅 弾弹 従从 悪恶 懐怀 戦战 拡扩 挙举 捜搜 揺摇 撃击 \
        晩晚 暁晓 暦历 桜樱 検检 楽乐 様样 権权 歓欢 沢泽 浄净 瀬濑 焼烧 猟猎 畳叠 砕碎 穂穗 竜龙 \
        粛肃 糸丝 絵绘 継继 緑绿 縁缘 繊纤 艶艳 薫熏
        """.split(separator: " ").compactMap { pair in
            let scalars = Array(pair.unicodeScalars)
            return scalars.count == 2 ? (scalars[0], scalars[1]) : nil
        }
}
