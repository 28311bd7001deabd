import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore

/// A platform of one test: the shipped rules and an empty database of its own.
public struct City: Sendable {
    public let directory: TemporaryDirectory
    public let store: Store
    public let catalogue: Catalogue
    /// Dropped when the test lets go of the city.
    private let server: PostgresCluster.Database?

    /// The day on which tests take place, a Monday and a working day: 2026-11-23.
    public static let today = Day(daysSinceEpoch: 20_780)
    /// Nine in the morning of that day in China.
    public static let now = Instant(milliseconds: 20_780 * 86_400_000 + 3_600_000)

    /// A city on the engine of the running test, SQLite unless a suite says `.onBothEngines`.
    public init(clock now: Instant = Self.now) async throws {
        catalogue = try SharedCatalogue.load()
        directory = try TemporaryDirectory()
        let location: Store.Location
        switch TestEngine.current {
        case .sqlite:
            (server, location) = (nil, .sqlite(path: directory.file("chengxin.sqlite")))
        case .postgres:
            let database = try await PostgresCluster.database()
            (server, location) = (database, .postgres(url: database.url))
        }
        self.location = location
        store = try await Store.create(location, origin: "test/log", verifierKey: "test/log+0+", at: now)
    }

    public let location: Store.Location

    /// Proves the store against its leaves, none of which is public in a test.
    public func verify(rebuild: Bool = false) async throws -> StoreVerifier.Report {
        try await store.verify(
            StoreVerifier(catalogue: catalogue), published: [], rebuild: rebuild, by: Actor(.operator, "test"),
            at: Instant(milliseconds: Self.now.milliseconds + 86_400_000 * 36_500))
    }

    public var databasePath: String { directory.file("chengxin.sqlite") }

    @discardableResult
    public func deliver(
        _ feed: String, _ rows: [[String]], on today: Day = Self.today, at now: Instant = Self.now,
        to store: Store? = nil, before: @Sendable @escaping (any RegistryTransaction) throws -> Void = { _ in }
    ) async throws -> BatchReceipt {
        try await deliver(feed, bytes: CSVText.bytes(rows), on: today, at: now, to: store, before: before)
    }

    /// One delivery as the command line makes it: one file, one transaction.
    @discardableResult
    public func deliver(
        _ feed: String, bytes: [UInt8], name: String = "rows.csv", on today: Day = Self.today,
        at now: Instant = Self.now, to other: Store? = nil,
        before: @Sendable @escaping (any RegistryTransaction) throws -> Void = { _ in },
        then body: @Sendable @escaping (BatchReceipt) throws -> Void = { _ in }
    ) async throws -> BatchReceipt {
        let intake = try Intake(catalogue: catalogue, feed: feed, today: today)
        let batch = NewBatch(
            receipt: NewBatch.makeReceipt(), feed: feed, item: intake.item.id, fileName: name, department: nil,
            catalogueDigest: "test", startedAt: now)
        return try await (other ?? store).transact(at: now) { transaction in
            try before(transaction)
            var reader = try Table.open(bytes: bytes, name: name)
            let receipt = try Delivery(intake: intake, by: Actor(.operator, "test"), source: "test").file(
                &reader, as: batch, clock: { now }, in: transaction)
            try body(receipt)
            return receipt
        }
    }

    public func publisher(on day: Day = Self.today) -> Publisher { Publisher(catalogue: catalogue, today: day) }

    /// What one audience sees of a subject.
    public func file(_ code: String, for audience: Audience, on day: Day = Self.today) async throws -> SubjectFile? {
        try await SubjectFile.load(code: code, from: store, publisher: publisher(on: day), audience: audience)
    }
}

/// Rows of sample departments.
public enum Rows {
    public static let registration = ["企业名称", "统一社会信用代码", "注册号", "法定代表人", "登记状态", "行政区划", "成立日期", "曾用名"]

    public static func registration(
        _ name: String, _ code: String, number: String = "", person: String = "", status: String = "存续",
        division: String = "", former: String = ""
    ) -> [String] { [name, code, number, person, status, division, "2018-05-04", former] }

    public static let penalty = [
        "行政相对人名称", "统一社会信用代码", "工商注册号", "组织机构代码", "法定代表人", "行政处罚决定书文号", "违法事实", "处罚类别", "处罚内容", "罚款金额（万元）", "处罚决定日期",
        "处罚机关", "备注",
    ]

    public static func penalty(
        _ name: String, _ code: String, number: String = "", organisation: String = "", person: String = "",
        document: String = "示市监罚〔2025〕220号",
        facts: String = "未标明价格。", kinds: String = "罚款", content: String = "罚款人民币2000元", fine: String = "0.2",
        on day: String = "2025-05-20",
        authority: String = "示例市市场监督管理局", remarks: String = ""
    ) -> [String] {
        [name, code, number, organisation, person, document, facts, kinds, content, fine, day, authority, remarks]
    }

    public static let practitioner = ["姓名", "执业类别", "执业证号", "执业状态", "发证日期", "有效期至", "发证机关"]

    public static func practitioner(_ name: String, _ licence: String, status: String = "执业", until: String = "长期")
        -> [String]
    {
        [name, "律师", licence, status, "2024-01-15", until, "示例市司法局"]
    }
}
