/// What invented names are made of. Two characters make a distinctive word: the first from nature and the study, the
/// second any other. That gives some 24,000 words and keeps known brands out, most of which begin with a word of good
/// omen. Every name also holds 示例, so nobody takes one for a real firm.
enum Words {
    private static let first = """
        云栖清绿洲松竹梅兰荷桂枫柏桐榆杉槐柳杏桃棠莲菱芷蕙菊茗禾稻麦穗溪泉涧湖汀渚湾浦澜波涛潮汐霖露霜雪虹霞岚雾晨曦暮夕晖晴皓月星辰\
        岩岭峦崖野陌阡田园圃苑亭楼阁轩榭桥堤舟帆舫渡鹭鹤雁鸥燕莺雀鹿骏鲤锦绣织缕纶素绮墨砚笺书简琴笛箫磐石玉珏琳琅瑾璟璞瓷陶
        """
    private static let onlySecond = """
        和谷泽朝朗峰麒麟驰台瑜韵律铸鼎钟铭鑫铂锐钧恒久安宁康泰祥瑞丰盈裕隆昌盛兴旺诚信德仁义礼智谦恭勤朴敏慧睿达博容宽厚嘉佳
        """
    /// Each takes three bytes of UTF-8.
    static let characters = Array((first + onlySecond).utf8)

    static let firstCount = first.utf8.count / 3
    static let characterCount = characters.count / 3
    static let count = firstCount * (characterCount - 1)

    /// Parts of the city by which small businesses call themselves.
    static let places: [StaticString] = [
        "城东", "城南", "城西", "城北", "湖滨", "古桥", "新港", "河畔", "山前", "运河", "水巷", "塔前", "书院", "渡口", "桥头", "南门",
    ]
    /// The ten stems that stand in for personal names: 示例甲12 is a role, not a person.
    static let stems: [StaticString] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"]
    static let streetKinds: [StaticString] = ["路", "街", "大道", "巷", "弄"]
    static let buildings: [StaticString] = ["", "1幢", "2幢", "3号楼", "A座", "B座", "", "5幢", "东楼", "", "产业园6幢", ""]
    /// As in Catalogue/divisions.csv, 990101 to 990111.
    static let districts: [StaticString] = [
        "示例古城区", "示例湖东区", "示例湖西区", "示例新城区", "示例高新区", "示例港口区", "示例山南区", "示例江北区", "示例水乡区", "示例园林区", "示例临空区",
    ]
}

extension ByteBuffer {
    /// The distinctive word of this number, 0 ..< `Words.count`.
    mutating func append(word: Int) {
        let first = word / (Words.characterCount - 1)
        let second = (first + 1 + word % (Words.characterCount - 1)) % Words.characterCount
        append(Words.characters, from: first * 3, count: 3)
        append(Words.characters, from: second * 3, count: 3)
    }
}
