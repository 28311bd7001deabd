import CreditModel
import CreditRegistry

/// Reads the section of each subject's line of business out of its registration, as far as it can be told.
///
/// The names are those of GB/T 4754—2017 at the time of this migration; a registration that is delivered later is read by the
/// catalogue of its day.
struct Conversion013 {
    let connection: any Connection
    private let coding = RecordCoding()

    init(connection: any Connection) { self.connection = connection }

    /// Subjects at a time.
    private static let portion: Int64 = 2000

    func run() throws {
        let item = try connection.first("SELECT word_id FROM word WHERE text = 'registration'") { $0.integer(0) }
        guard let item else { return }
        let last = try connection.first("SELECT coalesce(max(subject_id), 0) FROM record") { $0.integer(0) } ?? 0
        for start in stride(from: 0, to: last, by: Int64.Stride(Self.portion)) {
            let rows = try connection.rows(
                """
                SELECT r.subject_id, v.payload FROM record r
                JOIN revision v ON v.leaf = r.stated_leaf AND v.subject_id = r.subject_id
                WHERE r.subject_id > $1 AND r.subject_id <= $2 AND r.item = $3 AND v.payload IS NOT NULL
                """, [.integer(start), .integer(start + Self.portion), .integer(item)]
            ) { ($0.integer(0), $0.bytes(1)) }
            for (subject, payload) in rows {
                // What cannot be read is for `verify store` to find, not a reason to leave the platform closed.
                guard let industry = (try? coding.content(payload, connection))?.statement.values["industry"],
                    let sector = Self.sector(industry)
                else { continue }
                try connection.run(
                    "UPDATE subject SET sector = $1 WHERE subject_id = $2", [.text(sector), .integer(subject)])
            }
        }
    }

    private static func sector(_ text: String) -> String? { names[text.filter { !" 、，,".contains($0) }] }

    private static let names = [
        "农林牧渔业": "A", "采矿业": "B", "制造业": "C", "电力热力燃气及水生产和供应业": "D", "建筑业": "E", "批发和零售业": "F",
        "交通运输仓储和邮政业": "G", "住宿和餐饮业": "H", "信息传输软件和信息技术服务业": "I", "金融业": "J", "房地产业": "K",
        "租赁和商务服务业": "L", "科学研究和技术服务业": "M", "水利环境和公共设施管理业": "N", "居民服务修理和其他服务业": "O",
        "教育": "P", "卫生和社会工作": "Q", "文化体育和娱乐业": "R", "公共管理社会保障和社会组织": "S", "国际组织": "T",
    ]
}
