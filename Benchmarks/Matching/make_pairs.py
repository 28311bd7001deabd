#!/usr/bin/env python3
"""Makes pairs.csv: labelled pairs of Chinese organisation names, all invented.

    python3 make_pairs.py            writes pairs.csv beside this file
    python3 make_pairs.py --check    makes the set again and compares it with the file

Standard library only. The seed is fixed, so the file is the same every time. Every word table is below. Real cities and
districts occur as places only; the words in front of a trade are put together by chance, and a list keeps out well-known
names. README.md says what each kind means.
"""
import csv
import io
import os
import random
import sys

SEED = 20260301
SAME_PER_KIND = {"tuning": 140, "held-out": 60}
OTHER_PER_KIND = {"tuning": 105, "held-out": 45}
PARTS = ("tuning", "held-out")
R = random.Random(SEED)

# ---------------------------------------------------------------------------------------------------------------- places

# province, city, districts. 示例市 is invented and lies in no province.
PLACES = [
    ("浙江", "宁波", "海曙 江北 镇海 北仑 鄞州 奉化"),
    ("浙江", "杭州", "上城 拱墅 西湖 滨江 萧山 余杭 临平 富阳"),
    ("浙江", "温州", "鹿城 龙湾 瓯海 洞头"),
    ("浙江", "绍兴", "越城 柯桥 上虞"),
    ("浙江", "湖州", "吴兴 南浔"),
    ("江苏", "南京", "玄武 秦淮 建邺 鼓楼 栖霞 江宁 浦口 六合"),
    ("江苏", "苏州", "姑苏 吴中 相城 吴江"),
    ("江苏", "无锡", "梁溪 滨湖 惠山 锡山"),
    ("江苏", "常州", "天宁 钟楼 新北 武进 金坛"),
    ("安徽", "合肥", "瑶海 庐阳 蜀山 包河"),
    ("福建", "泉州", "鲤城 丰泽 洛江 泉港"),
    ("福建", "厦门", "思明 湖里 集美 海沧 同安 翔安"),
    ("山东", "济南", "历下 市中 槐荫 天桥 历城 长清"),
    ("山东", "青岛", "市南 市北 崂山 李沧 城阳 黄岛"),
    ("河南", "郑州", "中原 二七 管城 金水 惠济"),
    ("湖北", "武汉", "江岸 江汉 硚口 汉阳 武昌 青山 洪山"),
    ("湖南", "长沙", "芙蓉 天心 岳麓 开福 雨花 望城"),
    ("广东", "佛山", "禅城 南海 顺德 三水 高明"),
    ("广东", "惠州", "惠城 惠阳"),
    ("四川", "成都", "锦江 青羊 金牛 武侯 成华 郫都 温江"),
    ("四川", "绵阳", "涪城 游仙 安州"),
    ("陕西", "西安", "新城 碑林 莲湖 灞桥 未央 雁塔"),
    ("辽宁", "大连", "中山 西岗 沙河口 甘井子 旅顺口 金州"),
    ("", "示例", "城东 城西 滨河 高新 北山 南湖"),
    ("", "示例", "城东 城西 滨河 高新 北山 南湖"),
]
PLACES = [(p, c, d.split()) for p, c, d in PLACES]

# ----------------------------------------------------------------------------------------------------- distinctive words

# Characters firms like, by sound (the tone may differ). A character stands in one group only.
SOUNDS = [line.split(":")[1].strip() for line in """
xin: 信鑫欣新馨昕
hua: 华骅桦
tai: 泰太
heng: 恒衡亨
sheng: 盛胜晟升
hong: 宏鸿洪弘虹
da: 达大
jia: 佳嘉加
yuan: 源元远缘圆
yi: 益义亿毅怡宜逸翊
fu: 富福孚馥
feng: 丰峰锋枫凤
jin: 金锦晋进瑾
cheng: 诚成承程澄
de: 德得
xiang: 祥翔
rui: 瑞锐睿
tong: 通同桐彤
li: 利力立丽励
long: 隆龙珑
yong: 永勇咏
chang: 昌畅常
kang: 康
an: 安
he: 和合禾荷
mao: 茂懋
xing: 兴星杏
qi: 奇启琪祺齐琦
jing: 精晶景璟
yu: 裕宇玉誉羽钰
bo: 博柏铂
han: 瀚翰涵
ming: 明铭茗
lian: 联连莲
zhong: 中众忠
guang: 广光
jian: 建健坚
shun: 顺舜
tian: 天添
bao: 宝保葆
dong: 东栋
chuang: 创
lan: 兰岚澜
qing: 清青庆晴
xu: 旭煦
hao: 浩豪昊皓
ze: 泽
wei: 伟威维唯
run: 润
zheng: 正
jun: 骏俊钧
ying: 盈颖莹
yang: 洋阳扬
shi: 世仕
lin: 霖琳麟
wan: 万
bai: 百
qian: 千谦
ou: 欧
mei: 美梅
xi: 喜禧熙
chun: 春纯
ya: 雅亚
zhi: 智志致
yun: 云韵
ji: 吉集
rong: 荣融容
peng: 鹏朋
shuo: 硕
hui: 汇辉惠慧
ding: 鼎
shang: 尚
ke: 可珂
zhuo: 卓
xuan: 轩炫
""".strip().splitlines()]
GROUP = {}
for number, characters in enumerate(SOUNDS):
    for character in characters:
        assert character not in GROUP, character
        GROUP[character] = number
LUCKY = [c for s in SOUNDS for c in s]
WITH_TWIN = [c for s in SOUNDS if len(s) > 1 for c in s]
TAILS = list("达源隆泰丰祥盛通顺和昌兴")

# Characters that look like each other and are not the same word.
LOOK_ALIKES = [tuple(p) for p in (
    "未末 士土 己已 泰秦 天夫 大太 千干 亨享 宇字 元无 永水 万方 正止 玉王 金全 合台 田由 田甲 申甲 明朋 佳住 瑞端 锦绵 晴睛 今令 东乐 昊吴 治冶 禾未 木本 "
    "恒桓 昌冒 博搏 亿忆 嘉喜 华毕 卓早 晶品 众从 沐沭 旭旦 晟晨 云去 丰半 立丘 鸟乌 人入 力刀 兰三 晋普 宏宠 康庚 祥样 祺棋 铭铬 浩洁 欣欧 凤风").split()]
LOOKS_LIKE = {frozenset(p) for p in LOOK_ALIKES}

# Other shapes of one character.
VARIANTS = [tuple(p) for p in (
    "峰峯 群羣 村邨 盐塩 高髙 强強 启啓 启啟 德徳 恒恆 清淸 青靑 黄黃 真眞 温溫 柏栢 梅楳 晋晉 韵韻 珍珎 宝寳 宝寶 杰傑 秋秌 松枩 寿壽 郎郞 果菓 雁鴈 游遊 "
    "志誌 桥槗 杯盃 辉煇 线綫 绵緜 明朙 春萅 吉𠮷 录録 众眾 卫衞 汇匯 栖棲 丰豐").split()]

# Compatibility characters, and radicals as they come out of copied PDF text; Unicode's own folding leaves the last three.
COMPATIBILITY = [
    ("利", "\uf9dd"), ("立", "\uf9f7"), ("福", "\ufa1b"), ("祥", "\ufa1a"), ("精", "\ufa1d"), ("羽", "\ufa1e"),
    ("益", "\ufa17"), ("晴", "\ufa12"), ("金", "\uf90a"), ("隆", "\uf9dc"), ("林", "\uf9f4"), ("金", "\u2fa6"),
    ("高", "\u2fbc"), ("大", "\u2f24"), ("玉", "\u2f5f"), ("立", "\u2f74"), ("力", "\u2f12"), ("羽", "\u2f7b"),
    ("禾", "\u2f72"), ("生", "\u2f63"), ("香", "\u2fb9"), ("山", "\u2f2d"), ("石", "\u2f6f"), ("田", "\u2f65"),
    ("龙", "\u2ef0"), ("长", "\u2ed3"), ("齐", "\u2eec"),
]

# Well-known names, places and everyday words that must not come out by chance.
AVOID = """
华为 中兴 万科 恒大 万达 海尔 格力 美的 联想 腾讯 京东 德邦 顺丰 永辉 苏宁 国美 吉利 长城 长安 宝钢 金龙 安踏 海信 中信 华润 招商 平安
泰康 新华 太平 华泰 国泰 海通 广发 光大 民生 华夏 兴业 浦发 金地 保利 绿地 融创 龙湖 同仁 恒瑞 复星 正泰 德力 方太 万向 蒙牛 伊利 光明
双汇 雨润 鲁花 福临 美团 百度 宏达 荣耀 达利 康恩 天合 晶科 隆基 通威 阳光 宁德 亿纬 立讯 欧菲 汇川 汇顶 华联 联华 百联 大润 大洋 众泰
大众 亚美 宝马 奇瑞 瑞幸 喜茶 永和 永大 大华 宇通 福田 江淮 金杯 东风 中通 圆通 申通 韵达 百世 天猫 当当 唯品 美丽 亿达 万通 富力 合生
华发 荣盛 金科 中梁 新城 旭辉 正荣 世茂 龙光 佳兆 奥园 雅居 融信 金辉 中骏 宝龙 禹洲 新希 正大 光华 立信 天健 大信 瑞华 致同 信永 安永
德勤 毕马 金杜 中伦 君合 盈科 大成 锦天 海德 亚信 用友 金蝶 东软 中软 浪潮 中金 华安 大成 嘉实 易方 富国 汇添 中欧 兴全 鹏华 景顺 华宝
天弘 泰达 万家 长信 国联 中泰 东兴 信达 华融 东方 长盛 益海 中粮 金威 青春 中山 大连 新安 中美 中欧 大兴 嘉兴 德清 永康 长兴 兴化 安吉
泰安 福清 永嘉 泰兴 宜兴 嘉善 金华 丽水 昌吉 保康 天水 吉安 太和 兴安 大同 大庆 大丰 东阳 东海 海安 海阳 德阳 阳春 保定 广元 广安 安庆
安康 宝安 东莞 保亭 昌乐 常德 成安 承德 德安 德兴 东平 东光 丰润 富阳 广德 广丰 广饶 和龙 洪泽 惠安 惠东 集安 吉林 晋中 晋安 景德 康平
利川 连云 龙泉 隆昌 隆安 美兰 普安 清丰 瑞安 瑞昌 瑞丽 瑞金 顺昌 顺德 泰和 天台 同安 通化 万安 万荣 新兴 新丰 信丰 信阳 兴隆 永安 永春
永丰 永福 永新 永兴 永德 元阳 裕安 云安 正安 中阳 忠县 庆阳 庆元 庆安 同江 宜春 宜章 宜丰 益阳 翔安 富源 富康 马 同德 永昌 志丹 洪洞
金融 通信 联合 集合 健康 信誉 光荣 精美 精致 精明 立志 美德 天真 大力 大方 新春 新年 中和 中元 中正 正中 正宗 正义 正常 可可 卓尚 广大
世界 天下 千万 万一 百合 春天 庆祝 祥和 和谐 大学 太阳 明天 天天 元旦 早晨 从前 从中 水利 水力 无力 无为 无信 全力 全新 全部 全国 方正
方便 早春 本田 由于 住宅 住房 台湾 干净 人民 人才 王府 止水 字号 夫妻 末日 品牌 令人 秦皇 吴江 半导 刀具 乐园 甲方 乙方 国际 中国 中华
中亚 东亚 欧美 美亚 亚欧 亚太 欧亚 龙凤 凤凰 麒麟 琳琅 博士 本土 木材 林业 生产 山东 石家 香港 田径 高新 高级 水产 乌鲁 入口 原料 风险
""".split()

# ---------------------------------------------------------------------------------------------------- trades and forms

# Groups of trades; two trades of different groups are really different.
TRADES = [s.split() for s in """建筑工程 建设工程 市政工程 安装工程
信息科技 网络科技 软件 数据服务
商贸 日用品 进出口
物流 货运代理 仓储
餐饮管理 餐饮服务
医疗器械 医药
机械制造 机电设备 数控机床
环保科技 环境工程
装饰设计 装饰工程
人力资源 劳务派遣
文化传媒 广告 影视文化
电子 电子元件
房地产开发 置业
农业发展 生态农业
汽车销售 汽车维修
物业服务 保洁服务
教育咨询 培训
化工 涂料
食品 粮油
纺织 服饰
五金制品 模具
包装材料 纸业
酒店管理 旅游开发
园林绿化 苗木
家具制造 木业
塑料制品 橡塑
水产养殖 饲料
印务 图文制作
新能源 电力设备
检测技术 计量服务
会展服务 体育发展
生物技术 生物工程""".splitlines()]
TRADE_GROUP = {t: n for n, g in enumerate(TRADES) for t in g}
ALL_TRADES = list(TRADE_GROUP)

# Really different trades that share half their letters.
CLOSE_TRADES = [tuple(s.split("/")) for s in (
    "信息科技/生物科技 电子科技/环保科技 汽车销售/汽车租赁 教育咨询/工程咨询 物业服务/家政服务 旅游开发/房地产开发 机械制造/家具制造 "
    "建筑工程/园林工程 建筑劳务/建筑设计 食品机械/食品销售 医疗器械/体育器械 塑料制品/橡胶制品 包装材料/建筑材料 餐饮管理/物业管理 "
    "酒店管理/酒店用品 网络科技/农业科技 服装设计/装饰设计 水产养殖/水产品加工 电力设备/制冷设备 文化传媒/文化用品 检测技术/节能技术 "
    "纺织机械/纺织品 化工机械/化工原料 货运代理/税务代理 船舶修造/船舶管理 汽车配件/摩托车配件 粮油贸易/粮油机械 保安服务/保洁服务").split()]

# What agencies write for each other, or a weak word left out.
TRADE_WORDS = [tuple(s.split("/")) for s in (
    "商贸/贸易 装饰/装潢 机械制造/机械 科技发展/科技 信息技术/信息科技 餐饮管理/餐饮 物业管理/物业服务 建筑工程/建筑 广告传媒/广告 "
    "文化传播/文化传媒 教育咨询/教育 环保科技/环保 电子科技/电子 汽车销售/汽车销售服务 服装/服饰 农业科技/农业 农业发展/农业 家具制造/家具 "
    "酒店管理/酒店 园林绿化/园林 塑料制品/塑料 五金制品/五金 化工原料/化工 房地产开发/房地产 人力资源服务/人力资源 网络科技/网络技术 "
    "旅游开发/旅游 印务/印刷 包装材料/包装 模具制造/模具 纺织品/纺织 进出口/进出口贸易 企业管理咨询/企业管理 汽车维修/汽修 货物运输/货运 "
    "保洁服务/保洁 水产养殖/水产 家政服务/家政 生物技术/生物科技 会展服务/会展 仓储服务/仓储 装饰工程/装饰 装饰设计工程/装饰设计 "
    "医药销售/医药 建材贸易/建材 物流运输/物流 食品加工/食品 实业发展/实业 投资管理/投资 软件开发/软件 电力设备制造/电力设备 "
    "图文设计制作/图文制作 广告装潢/广告装饰 百货贸易/百货").split()]

COMPANY = "有限公司"
FACTORY_GOODS = "机械 纸箱 服装 食品 塑料 五金 家具 印刷 水泥制品 针织 电器配件 粮油加工 竹木制品 包装 模具 铸造".split()
SHOP_GOODS = "食品店 面馆 理发店 五金店 超市 水果店 服装店 药房 便利店 茶叶店 早餐店 建材经营部 副食商行 摩托车修理部 窗帘店 文具店".split()
COOP_GOODS = "果蔬 水产 茶叶 粮食 畜禽 农机 蔬菜 花卉 食用菌 柑橘 蜂业 稻米".split()
FUND_GOODS = "股权投资 企业管理 创业投资 企业管理咨询 投资管理 商务咨询".split()
OFFICES = "会计师事务所 税务师事务所 资产评估事务所 建筑设计事务所 专利代理事务所".split()
BRANCH_KINDS = "分公司 分公司 分公司 分公司 营业部 办事处 分店 分厂 服务部 项目部 经营部 门市部".split()

# ---------------------------------------------------------------------------------------------- simplified to traditional

# Longer entries first. Covers the characters used by the kind `traditional`; a character not named has one shape.
TRADITIONAL_WORDS = {"制造": "製造", "制品": "製品", "制作": "製作", "面馆": "麵館", "咨询": "諮詢", "合伙": "合夥", "余杭": "餘杭"}
TRADITIONAL = dict(p.split("/") for p in (
    "宁/寧 镇/鎮 滨/濱 萧/蕭 临/臨 阳/陽 龙/龍 湾/灣 瓯/甌 头/頭 绍/紹 兴/興 桥/橋 吴/吳 浔/潯 苏/蘇 邺/鄴 栖/棲 锡/錫 惠/惠 "
    "钟/鐘 进/進 坛/壇 庐/廬 鲤/鯉 丰/豐 厦/廈 里/里 济/濟 历/歷 荫/蔭 长/長 岛/島 崂/嶗 郑/鄭 汉/漢 武/武 岳/岳 开/開 禅/禪 "
    "顺/順 广/廣 东/東 锦/錦 华/華 绵/綿 陕/陝 莲/蓮 辽/遼 连/連 岗/崗 顺/順 温/溫 "
    "骅/驊 桦/樺 胜/勝 鸿/鴻 达/達 远/遠 缘/緣 圆/圓 义/義 亿/億 锋/鋒 枫/楓 凤/鳳 诚/誠 锐/銳 丽/麗 励/勵 珑/瓏 畅/暢 启/啟 "
    "齐/齊 誉/譽 钰/鈺 铂/鉑 铭/銘 联/聯 众/眾 坚/堅 宝/寶 栋/棟 创/創 兰/蘭 岚/嵐 澜/瀾 庆/慶 泽/澤 伟/偉 维/維 润/潤 骏/駿 "
    "钧/鈞 颖/穎 莹/瑩 扬/揚 万/萬 谦/謙 欧/歐 纯/純 亚/亞 云/雲 韵/韻 荣/榮 鹏/鵬 硕/碩 汇/匯 辉/輝 轩/軒 "
    "责/責 厂/廠 业/業 专/專 个/個 体/體 务/務 师/師 评/評 产/產 筑/築 设/設 计/計 "
    "工/工 网/網 络/絡 软/軟 数/數 据/據 商/商 贸/貿 货/貨 运/運 储/儲 仓/倉 饮/飲 疗/療 医/醫 药/藥 机/機 电/電 备/備 控/控 "
    "环/環 保/保 装/裝 饰/飾 资/資 劳/勞 传/傳 告/告 视/視 发/發 农/農 态/態 车/車 销/銷 维/維 务/務 洁/潔 涂/塗 "
    "粮/糧 纺/紡 织/織 纸/紙 园/園 绿/綠 树/樹 养/養 饲/飼 图/圖 检/檢 测/測 术/術 会/會 层/層 现/現 实/實 "
    "馆/館 发/發 摩/摩 帘/簾 营/營 针/針 铸/鑄 禽/禽 权/權 门/門 处/處 项/項 区/區 县/縣 总/總 际/際 团/團 号/號 "
    "蜂/蜂 艺/藝 标/標 术/術 员/員 贵/貴 鲜/鮮 阀/閥 轮/輪 钢/鋼 铁/鐵 铝/鋁 铜/銅 线/線 缆/纜 灯/燈 显/顯 经/經 "
    "证/證 处/處 书/書 报/報 乐/樂 游/遊 剧/劇 场/場 酿/釀 茶/茶 叶/葉 档/檔 软/軟 规/規 划/劃 理/理 输/輸 "
    "协/協 议/議 构/構 桥/橋 隧/隧 热/熱 泵/泵 扫/掃 厨/廚 银/銀 饼/餅 气/氣 压/壓 罐/罐 锅/鍋 炉/爐 "
    "东/東 鑫/鑫 构/構 咏/詠 晋/晉 强/強 户/戶 竞/競 价/價 费/費 录/錄 认/認 归/歸 训/訓 无/無 税/稅 沧/滄 楼/樓").split())
TRADITIONAL = {s: t for s, t in TRADITIONAL.items() if s != t}
TRADITIONAL["游"] = "遊"


def traditional(text):
    for short, long in TRADITIONAL_WORDS.items():
        text = text.replace(short, long)
    return "".join(TRADITIONAL.get(c, c) for c in text)


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def half_width(text):
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


# ---------------------------------------------------------------------------------------------------------------- words

words = {p: {} for p in PARTS}      # every distinctive word in use, in order of arrival
texts = {p: [] for p in PARTS}      # every name written so far
blob = {p: "" for p in PARTS}


def other(part):
    return PARTS[1 - PARTS.index(part)]


def claim(part, *new):
    """Gives the words to this part; false when the other part has them, contains them or wrote them."""
    for word in new:
        if any(a in word for a in AVOID):
            return False
        if len(set(word)) < len(word):
            return False
        if any(word in w or w in word for w in words[other(part)]) or word in blob[other(part)]:
            return False
    for word in new:
        words[part][word] = True
    return True


def compose(length, must=None):
    """A word of the length; `must` is a character it has to contain."""
    while True:
        if length == 3:
            w = [R.choice(LUCKY), R.choice(LUCKY), R.choice(TAILS)]
        else:
            w = [R.choice(LUCKY) for _ in range(length)]
        if must:
            w[R.randrange(length)] = must
        groups = [GROUP.get(c, c) for c in w]
        if len(set(groups)) == length:
            return "".join(w)


def word_length():
    return R.choice((2, 2, 2, 2, 2, 2, 2, 3, 3, 4))


# The two tables names take their words from. Kinds that need a certain character make more, claimed the same way.
TABLE_SIZE = {"tuning": 630, "held-out": 270}
TABLE = {p: [] for p in PARTS}
for part_ in PARTS:
    while len(TABLE[part_]) < TABLE_SIZE[part_]:
        w_ = compose(word_length())
        if w_ not in words[part_] and claim(part_, w_):
            TABLE[part_].append(w_)


def pick_word(part, test=lambda w: True):
    while True:
        w = R.choice(TABLE[part])
        if test(w):
            return w


# ---------------------------------------------------------------------------------------------------------------- names

class Name:
    """One organisation's name in pieces; `str` puts it together."""

    def __init__(self, word, trade, form, place=None, district=None):
        self.word, self.trade, self.form = word, trade, form
        self.province, self.city, districts = place or R.choice(PLACES)
        self.districts = districts
        self.district = district
        self.with_province = ""          # "", 省 (浙江省) or short (浙江)
        self.suffix = R.random() < 0.5 if not district else True      # 宁波市 or 宁波
        self.area = True                 # 海曙区 or 海曙
        self.where = "front"             # front, middle (华信（宁波）科技) or end (华信科技（宁波）)
        self.brackets = "（）"
        self.tail = ""

    def copy(self, **changes):
        n = object.__new__(Name)
        n.__dict__.update(self.__dict__)
        n.__dict__.update(changes)
        return n

    def place(self):
        p = ""
        if self.with_province and self.province:
            p = self.province + ("省" if self.with_province == "省" else "")
        p += self.city + ("市" if self.suffix else "")
        if self.district:
            p += self.district + ("区" if self.area else "")
        return p

    def __str__(self):
        l, r = self.brackets
        if self.where == "middle":
            return f"{self.word}{l}{self.city}{r}{self.trade}{self.form}{self.tail}"
        if self.where == "end":
            return f"{self.word}{self.trade}{l}{self.city}{r}{self.form}{self.tail}"
        return f"{self.place()}{self.word}{self.trade}{self.form}{self.tail}"


def company(part, word=None, trade=None, place=None):
    return Name(word or pick_word(part), trade or R.choice(ALL_TRADES), R.choice((COMPANY,) * 8 + ("股份有限公司", "有限责任公司")), place)


def anything(part, word=None):
    """A name of any form."""
    word = word or pick_word(part)
    k = R.random()
    if k < 0.55:
        return company(part, word)
    place = R.choice(PLACES)
    district = R.choice(place[2])
    if k < 0.67:
        return Name(word, R.choice(FACTORY_GOODS), "厂", place, R.choice((None, district)))
    if k < 0.80:
        return Name(word, "", R.choice(SHOP_GOODS), place, district)
    if k < 0.87:
        return Name(word, R.choice(FUND_GOODS), "合伙企业（有限合伙）", place)
    if k < 0.94:
        return Name(word, R.choice(COOP_GOODS), "专业合作社", place, district)
    return Name(word, "", R.choice(OFFICES) + R.choice(("", "有限公司", "（普通合伙）")), place)


INVISIBLE = ["\u200b", "\ufeff", "\u200d", "\u2060", "\u00ad"]
BLANKS = [" ", "\u3000", "\u00a0", "  ", "\t"]


def insert(text, mark, at=None):
    at = R.randrange(1, len(text)) if at is None else at
    return text[:at] + mark + text[at:]


def dress(text):
    """Small surface damage that changes nobody's identity."""
    k = R.randrange(5)
    if k == 0 and "（" in text:
        return half_width(text)
    if k == 1:
        return text + R.choice("。.；，")
    if k == 2:
        return insert(text, R.choice(INVISIBLE))
    if k == 3:
        return R.choice(("“%s”", "「%s」", "\"%s\"")) % text
    return insert(text, R.choice(BLANKS))


def restyle(name, keep=""):
    """Another way to write the same organisation; `keep` names what must stay."""
    ways = []
    if name.form == COMPANY and "form" not in keep:
        ways.append(("form", "有限责任公司"))
    if not name.district and name.where == "front" and "city" not in keep:
        ways.append(("suffix", not name.suffix))
    if not ways:
        return name
    field, value = R.choice(ways)
    return name.copy(**{field: value})


# ---------------------------------------------------------------------------------------------- kinds, same organisation

def identical(part):
    s = str(anything(part))
    return s, s, "easy"


def width(part):
    k = R.randrange(5)
    word = pick_word(part)
    letters = "".join(R.choice("ABDEFGHJKLMNPRTUVWXYZ") for _ in range(R.choice((2, 3))))
    digits = str(R.choice((18, 21, 36, 51, 58, 66, 77, 88, 99, 118, 168, 198, 518, 618, 818)))
    if k == 0:
        n = Name(word, R.choice(FUND_GOODS), "合伙企业（有限合伙）")
    elif k == 1:
        n = company(part, word).copy(where=R.choice(("middle", "end")), form=COMPANY)
    elif k == 2:
        place = R.choice(PLACES)
        n = Name(letters + word, "", R.choice(SHOP_GOODS), place, R.choice(place[2]))
    elif k == 3:
        place = R.choice(PLACES)
        n = Name(word + digits, "", R.choice(SHOP_GOODS), place, R.choice(place[2]))
    else:
        n = company(part, word).copy(tail=f"第{R.randint(1, 20)}分公司")
        if R.random() < 0.5:
            n = n.copy(tail=R.choice(("（筹）", "（清算组）"))) if R.random() < 0.3 else n.copy(word=letters + word)
    s = str(n)
    a, b = half_width(s), full_width(s)
    if k >= 2 and R.random() < 0.4:      # some letters or digits wide, the rest not: as half-retyped names are
        wide = [full_width(c) if R.random() < 0.5 else c for c in a]
        b = "".join(wide)
    if R.random() < 0.25:
        return a, dress(b), "medium"
    return a, b, "easy"


BRACKET_STYLES = ["()", "〔〕", "【】", "[]", "［］", "﹙﹚", "〈〉", "「」", "{}", "<>"]


def brackets(part):
    n = company(part).copy(form=COMPANY)
    k = R.random()
    if k < 0.35:
        n = n.copy(where=R.choice(("middle", "end")))
        style = R.choice(BRACKET_STYLES)
        return str(n), str(n.copy(brackets=style)), "easy" if style in ("()", "[]", "［］", "【】") else "medium"
    if k < 0.70:
        n = n.copy(suffix=False)
        return str(n.copy(where="end")), str(n), "medium"
    if k < 0.85:
        return str(n.copy(where="middle")), str(n.copy(where="end")), "medium"
    n = n.copy(suffix=True)
    b = restyle(n)
    return str(n.copy(where=R.choice(("middle", "end")), brackets=R.choice(("()", "（）")))), dress(str(b)), "hard"


def form(part):
    k = R.random()
    n = company(part).copy(form=COMPANY)
    if k < 0.35:
        a, b, d = n, n.copy(form="有限责任公司"), "easy"
    elif k < 0.50:
        a, b, d = n, n.copy(form="公司"), "medium"
    elif k < 0.58:
        a, b, d = n.copy(form="有限责任公司"), n.copy(form="公司"), "medium"
    elif k < 0.68:
        a, b, d = n.copy(form="股份有限公司"), n.copy(form="股份公司"), "medium"
    elif k < 0.76:
        n = Name(n.word, R.choice(FUND_GOODS), "合伙企业（有限合伙）")
        a, b, d = n, n.copy(form=R.choice(("（有限合伙）", "有限合伙企业"))), "medium"
    elif k < 0.84:
        place = R.choice(PLACES)
        n = Name(n.word, R.choice(COOP_GOODS), "专业合作社", place, R.choice(place[2]))
        a, b, d = n, n.copy(form=R.choice(("农民专业合作社", "合作社"))), "medium"
    elif k < 0.92:
        a, b, d = n.copy(trade="", form="集团有限公司"), n.copy(trade="", form="集团有限责任公司"), "easy"
    else:
        place = R.choice(PLACES)
        n = Name(n.word, "", R.choice(SHOP_GOODS), place, R.choice(place[2]))
        a, b, d = n, n.copy(form=n.form + "（个体工商户）"), "medium"
    a, b = str(a), str(b)
    if R.random() < 0.2:
        return a, dress(b), "hard"
    return a, b, d


def city(part):
    n = company(part)
    while not n.province and R.random() < 0.7:
        n = company(part)
    if R.random() < 0.35:
        n = n.copy(district=R.choice(n.districts))
    forms = [n.copy(suffix=s, with_province=p, area=a) for s in (True, False)
             for p in (("", "省", "short") if n.province else ("",)) for a in ((True, False) if n.district else (True,))]
    a, b = R.choice(forms), R.choice(forms)
    steps = (a.suffix != b.suffix) + (a.with_province != b.with_province) + (a.area != b.area)
    if steps == 0:
        return None
    return str(a), str(b), {1: "easy", 2: "medium", 3: "hard"}[steps]


def traditional_kind(part):
    n = anything(part)
    a = str(n)
    b = traditional(a)
    changed = sum(x != y for x, y in zip(a, b))
    if changed < 3:
        return None
    if R.random() < 0.2:
        m = restyle(n)
        if str(m) == a:
            return None
        return a, traditional(str(m)), "hard"
    return a, b, "medium" if changed < 7 else "hard"


def variant_characters(part):
    table = COMPATIBILITY if R.random() < 0.3 else VARIANTS
    plain, odd = R.choice(table)
    word = compose(R.choice((2, 2, 2, 3, 4)), plain)
    if any(a in word for a in AVOID) or not claim(part, word):
        return None
    odd_word = word.replace(plain, odd)
    if not claim(part, odd_word):
        return None
    n = anything(part, word)
    level = "easy" if table is COMPATIBILITY and odd not in "\u2ef0\u2ed3\u2eec" else "medium"
    b = n.copy(word=odd_word)
    if R.random() < 0.2:
        b2 = restyle(b)
        if str(b2) != str(b):
            return str(n), str(b2), "hard"
    return str(n), str(b), level


def trade_abbreviation(part):
    a, b = R.choice(TRADE_WORDS)
    n = company(part, trade=a)
    m = n.copy(trade=b)
    if R.random() < 0.25:
        m = restyle(m)
        return str(n), str(m), "hard"
    return str(n), str(m), "medium" if a.startswith(b) or b.startswith(a) else "hard"


def noise(part):
    n = anything(part)
    s = str(n)
    k = R.randrange(9)
    if k == 0:
        return s, insert(s, R.choice(BLANKS)), "easy"
    if k == 1:
        return s, R.choice(BLANKS[:3]).join(s) if R.random() < 0.4 else insert(insert(s, " "), " "), "easy"
    if k == 2:
        return s, s + R.choice(("。", ".", "；", ";", "，", "、")), "easy"
    if k == 3:
        return s, R.choice(("“%s”", "\"%s\"", "「%s」", "《%s》", "'%s'")) % s, "easy"
    if k == 4:
        return s, insert(s, R.choice(("\n", "\r\n", "\n "))), "easy"
    if k == 5:
        t = s
        for _ in range(R.choice((1, 2, 3))):
            t = insert(t, R.choice(INVISIBLE))
        return s, t, "medium"
    if k == 6:
        old = n.copy(word=pick_word(part, lambda w: w != n.word))
        return s, s + R.choice(("（原名：%s）", "（曾用名：%s）", "(原名:%s)", "（原%s）")) % old, "hard"
    if k == 7:
        return s, s + R.choice(("（盖章）", "（公章）", "（签章）")), "medium"
    return s, dress(dress(s)), "medium"


# --------------------------------------------------------------------------------------------- kinds, other organisation

def finish(a, b, level, keep="", odds=0.2):
    """Some different pairs carry harmless damage too, so that damage alone says nothing."""
    if R.random() < odds:
        if isinstance(b, Name):
            b = restyle(b, keep)
        b = str(b)
        if R.random() < 0.5:
            b = dress(b)
    return str(a), str(b), level


def replaced(word, new):
    """The word with one character changed by `new(character)`, or nothing."""
    places = list(range(len(word)))
    R.shuffle(places)
    for i in places:
        c = new(word[i])
        if c and c not in word:
            return word[:i] + c + word[i + 1:]
    return None


def near_homophone(part):
    n = anything(part)

    def twin(c):
        same = [x for x in SOUNDS[GROUP[c]] if x != c] if c in GROUP else []
        same = [x for x in same if frozenset((x, c)) not in LOOKS_LIKE]
        return R.choice(same) if same else None
    w = replaced(n.word, twin)
    if not w or not claim(part, w):
        return None
    return finish(n, n.copy(word=w), "hard")


def one_character(part):
    n = anything(part)

    def stranger(c):
        x = R.choice(LUCKY)
        return x if GROUP[x] != GROUP.get(c) and frozenset((x, c)) not in LOOKS_LIKE else None
    w = replaced(n.word, stranger)
    if not w or not claim(part, w):
        return None
    return finish(n, n.copy(word=w), "medium" if len(n.word) == 2 else "hard")


def look_alike(part):
    a, b = R.choice(LOOK_ALIKES)
    if R.random() < 0.5:
        a, b = b, a
    word = compose(R.choice((2, 2, 2, 3)), a)
    if b in word:
        return None
    w = word.replace(a, b)
    if not claim(part, word) or not claim(part, w):
        return None
    n = anything(part, word)
    return finish(n, n.copy(word=w), "hard")


def move(name, place):
    return name.copy(province=place[0], city=place[1], districts=place[2])


def other_city(part):
    n = anything(part)
    place = R.choice(PLACES)
    if place[1] == n.city:
        return None
    level = "medium"
    if n.district:
        if R.random() < 0.5:
            n = n.copy(district=None)
        else:
            n = n.copy(district=R.choice(n.districts))
    m = move(n, place)
    if m.district:
        m = m.copy(district=R.choice(place[2]))
    if n.form == COMPANY and R.random() < 0.3:
        where = R.choice(("middle", "end"))
        m = m.copy(where=where)
        if R.random() < 0.5:
            n = n.copy(where=where)
        level = "hard"
    elif not n.district and R.random() < 0.3:
        n, m = n.copy(suffix=True), m.copy(suffix=False)
        level = "hard"
    elif n.province and n.province == m.province:
        n, m = n.copy(with_province="省", suffix=True), m.copy(with_province="省", suffix=True)
        level = "hard"
    return finish(n, m, level)


def other_district(part):
    n = anything(part)
    if n.where != "front":
        return None
    n = n.copy(district=R.choice(n.districts), suffix=True)
    d = R.choice(n.districts)
    if d == n.district:
        return None
    m = n.copy(district=d)
    k = R.random()
    level = "medium"
    if k < 0.25:
        n, m = n.copy(suffix=False, area=False), m.copy(suffix=False, area=False)
        level = "hard"
    elif k < 0.45:
        m = m.copy(suffix=False, area=False)
        level = "hard"
    return finish(n, m, level, keep="city")


def branch_tail(n):
    kind = R.choice(BRANCH_KINDS)
    k = R.random()
    if k < 0.4:
        where = R.choice(n.districts)
    elif k < 0.7:
        where = R.choice([p[1] for p in PLACES if p[1] != n.city])
    elif k < 0.9:
        where = "第" + R.choice("一二三四五六七八九十")
    else:
        where = R.choice(("城东", "城西", "城南", "城北", "开发区", "新区"))
    return where + kind


def branch(part):
    n = company(part)
    a = branch_tail(n)
    if R.random() < 0.6:
        return finish(n, n.copy(tail=a), "medium", keep="form")
    b = branch_tail(n)
    if a == b:
        return None
    return finish(n.copy(tail=a), n.copy(tail=b), "hard", keep="form")


def trade(part):
    if R.random() < 0.35:
        a, b = R.choice(CLOSE_TRADES)
        level = "hard"
    else:
        a, b = R.choice(ALL_TRADES), R.choice(ALL_TRADES)
        if TRADE_GROUP[a] == TRADE_GROUP[b] or set(a) & set(b):
            return None
        level = "easy" if R.random() < 0.6 else "medium"
    n = company(part, trade=a)
    return finish(n, n.copy(trade=b), level, odds=0.0 if level == "easy" else 0.4)


def form_kind(part):
    place = R.choice(PLACES)
    district = R.choice(place[2] + [None] * 3)
    goods = R.choice(("食品", "服装", "五金", "家具", "塑料", "印刷", "机械", "粮油", "茶叶", "水产", "花卉", "农机", "果蔬", "投资", "商务咨询"))
    word = pick_word(part)
    forms = [COMPANY, "厂", "店", "合伙企业（普通合伙）", "专业合作社", "经营部", "商行", "股份有限公司"]
    if goods in ("投资", "商务咨询"):
        forms = [COMPANY, "合伙企业（有限合伙）", "工作室", "服务部"]
    elif goods in ("茶叶", "水产", "花卉", "农机", "果蔬", "粮油"):
        forms += ["专业合作社", "专业合作社", "家庭农场"]
    a, b = R.choice(forms), R.choice(forms)
    pair = {a, b}
    if a == b or pair == {COMPANY, "股份有限公司"} or not pair & {COMPANY, "股份有限公司"} and R.random() < 0.8:
        return None
    shops = {"店", "经营部", "商行", "服务部", "工作室"}
    if pair <= shops or "专业合作社" in pair and "家庭农场" in pair and R.random() < 0.5:
        return None
    n = Name(word, goods, a, place, district)
    return finish(n, n.copy(form=b), "medium", keep="form")


def subsidiary(part):
    n = company(part).copy(form=COMPANY)
    k = R.randrange(6)
    group = n.copy(trade="", form="集团有限公司")
    if k == 0:
        return finish(group, n.copy(trade="集团" + n.trade), "hard")
    if k == 1:
        return finish(n, n.copy(trade=R.choice(("投资", "控股", "实业投资", "投资管理"))), "medium")
    if k == 2:
        return finish(group, n, "medium")
    if k == 3:
        g = Name(n.word, "", "集团有限公司", n_place(n))
        return finish(g, n.copy(trade="集团财务" if R.random() < 0.3 else "集团" + n.trade), "hard")
    if k == 4:
        return finish(n.copy(trade="控股集团"), n, "medium")
    t = R.choice([t for t in ALL_TRADES if TRADE_GROUP[t] != TRADE_GROUP[n.trade]])
    return finish(n.copy(trade="集团" + n.trade), n.copy(trade="集团" + t), "hard")


def n_place(n):
    return next(p for p in PLACES if p[1] == n.city)


CHINESE = "一二三四五六七八九十"
FORMAL = "壹贰叁肆伍陆柒捌玖"


def number(part):
    i, j = R.randrange(9), R.randrange(9)
    if i == j:
        return None
    place = R.choice(PLACES)
    district = R.choice(place[2] + [None] * 3)
    word = pick_word(part)
    goods = R.choice(FACTORY_GOODS)
    k = R.randrange(7)
    mixed = False
    if k == 0:
        make = lambda x: (f"第{x}{goods}", "厂")
    elif k == 1:
        make = lambda x: (goods, f"{x}厂")
    elif k == 2:
        what = R.choice(("幼儿园", "小学", "加油站", "门诊部", "农贸市场", "老年公寓", "供水站", "粮库"))
        make = lambda x: (f"第{x}", what)
    elif k == 3:
        t = R.choice(ALL_TRADES)
        make = lambda x: (f"第{x}{t}", COMPANY)
    elif k == 4:
        i, j = i % 5, j % 5
        fund = R.choice(("股权投资", "创业投资", "投资"))
        make = lambda x: (f"{x}期{fund}", "合伙企业（有限合伙）")
    elif k == 5:
        fund = R.choice(("股权投资", "企业管理", "投资"))
        make = lambda x: (f"{x}号{fund}", "合伙企业（有限合伙）")
    else:
        shop = R.choice(("水果", "便利", "五金", "服装", "茶叶", "早餐", "文具", "窗帘", "面包", "花艺"))
        make = lambda x: ("", f"{shop}{x}号店")
    if i == j:
        return None
    digits = FORMAL if k == 5 and R.random() < 0.7 else CHINESE if k != 6 else "123456789"
    a, b = digits[i], digits[j]
    if R.random() < 0.2:
        b = str(j + 1) if digits is not FORMAL else CHINESE[j]
        if digits == "123456789":
            b = CHINESE[j]
        mixed = True
    if k in (4, 5):
        district = None
    n = Name(word, *make(a), place, district)
    t, f = make(b)
    return finish(n, n.copy(trade=t, form=f), "hard" if mixed or k in (4, 5) else "medium", keep="form")


def order(part):
    n = anything(part)
    w = n.word
    if len(w) == 2:
        x = w[::-1]
    elif len(w) == 4:
        x = w[2:] + w[:2] if R.random() < 0.5 else w[1] + w[0] + w[2:]
    else:
        x = w[1] + w[0] + w[2] if R.random() < 0.5 else w[::-1]
    if not claim(part, x):
        return None
    return finish(n, n.copy(word=x), "medium" if len(w) == 2 else "hard")


def random_kind(part):
    n, m = anything(part), anything(part)
    if set(n.word) & set(m.word):
        return None
    if R.random() < 0.4:
        m = n.copy(word=m.word)
        return finish(n, m, "medium")
    if n.city == m.city and n.form == m.form and n.trade == m.trade:
        return None
    return finish(n, m, "easy")


SAME = {"identical": identical, "width": width, "brackets": brackets, "form": form, "city": city, "traditional": traditional_kind,
        "variant-characters": variant_characters, "trade-abbreviation": trade_abbreviation, "noise": noise}
OTHER = {"near-homophone": near_homophone, "one-character": one_character, "look-alike": look_alike, "city": other_city,
         "district": other_district, "branch": branch, "trade": trade, "form-kind": form_kind, "subsidiary": subsidiary,
         "number": number, "order": order, "random": random_kind}


# ------------------------------------------------------------------------------------------------------------- the set

def make():
    rows, seen = [], set()
    for label, kinds, sizes in ((1, SAME, SAME_PER_KIND), (0, OTHER, OTHER_PER_KIND)):
        for kind, maker in kinds.items():
            for part in PARTS:
                made = tries = 0
                while made < sizes[part]:
                    tries += 1
                    assert tries < 100_000, (kind, part)
                    pair = maker(part)
                    if not pair:
                        continue
                    left, right, level = pair
                    key = frozenset((left, right))
                    if key in seen or (left == right) != (kind == "identical"):
                        continue
                    if any(w in left or w in right for w in words[other(part)]):
                        continue
                    if R.random() < 0.5:
                        left, right = right, left
                    seen.add(key)
                    blob[part] += left + "\n" + right + "\n"
                    rows.append([label, kind, part, left, right, level])
                    made += 1
    return rows


def check(rows):
    keys = [frozenset((left, right)) for _, _, _, left, right, _ in rows]
    assert len(set(keys)) == len(keys), "a pair occurs twice"
    assert all(left != right for label, _, _, left, right, _ in rows if label == 0), "different, yet equal"
    assert all(left == right for _, kind, _, left, right, _ in rows if kind == "identical"), "identical, yet not equal"
    assert all(left != right for _, kind, _, left, right, _ in rows if kind != "identical"), "equal outside identical"
    assert all(level in ("easy", "medium", "hard") for *_, level in rows)
    assert not set(words["tuning"]) & set(words["held-out"]), "a word in both parts"
    for part in PARTS:
        text = "\n".join(x for r in rows if r[2] == part for x in r[3:5])
        for w in words[other(part)]:
            assert w not in text, f"{w} of the other part occurs in {part}"
    names = {p: {x for r in rows if r[2] == p for x in r[3:5]} for p in PARTS}
    assert not names["tuning"] & names["held-out"], "a name in both parts"
    assert len(rows) >= 2400
    for label, kinds in ((1, SAME), (0, OTHER)):
        for kind in kinds:
            assert sum(r[0] == label and r[1] == kind for r in rows) >= 100, kind
    for part in PARTS:
        for a in AVOID:
            assert all(a not in w for w in words[part]), a


def counts(rows):
    print(f"{'kind':<20}{'label':>6}{'tuning':>8}{'held-out':>10}{'easy':>6}{'medium':>8}{'hard':>6}")
    for label, kinds in ((1, SAME), (0, OTHER)):
        for kind in kinds:
            of = [r for r in rows if r[0] == label and r[1] == kind]
            print(f"{kind:<20}{label:>6}" + f"{sum(r[2] == 'tuning' for r in of):>8}{sum(r[2] == 'held-out' for r in of):>10}"
                  + "".join(f"{sum(r[5] == d for r in of):>{w}}" for d, w in (("easy", 6), ("medium", 8), ("hard", 6))))
    for label in (1, 0):
        of = [r for r in rows if r[0] == label]
        print(f"{'all':<20}{label:>6}{sum(r[2] == 'tuning' for r in of):>8}{sum(r[2] == 'held-out' for r in of):>10}")
    print(f"{len(rows)} pairs; words: tuning {len(words['tuning'])}, held-out {len(words['held-out'])}")


def main():
    rows = make()
    check(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "left", "right", "label", "kind", "difficulty", "part"])
    for i, (label, kind, part, left, right, level) in enumerate(rows, 1):
        writer.writerow([f"{i:04d}", left, right, label, kind, level, part])
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pairs.csv")
    data = out.getvalue().encode("utf-8")
    if "--check" in sys.argv[1:]:
        assert open(path, "rb").read() == data, "pairs.csv is not what this script makes"
    else:
        with open(path, "wb") as f:
            f.write(data)
    counts(rows)


if __name__ == "__main__":
    main()
