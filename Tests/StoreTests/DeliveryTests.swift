import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices
import FoundationEssentials
import TestSupport
import Testing

@testable import CreditStore

@Suite("deliveries into the store", .onBothEngines)
struct DeliveryTests {
    static let code = "91990102MACX000176"
    static let name = "示例市云锦丝绸有限公司"

    @Test("a first delivery opens the file, adds the records and keeps its receipt")
    func first() async throws {
        let city = try await City()
        let receipt = try await city.deliver(
            "penalty",
            [
                Rows.penalty, Rows.penalty(Self.name, Self.code), Rows.penalty("示例市湖东精密机械有限公司", "91990103MACX00025F"),
                Rows.penalty(Self.name, Self.code, document: "示市监罚〔2025〕221号"),
            ])
        #expect(receipt.totals.accepted == 3)
        #expect(receipt.totals.rows == 3)
        let file = try #require(try await city.file(Self.code, for: .public))
        #expect(file.profile.state.name == Self.name)
        #expect(file.profile.state.code == Self.code)
        #expect(!file.profile.state.isRegistered)
        #expect(file.profile.state.division == "990102")
        #expect(
            file.records.map(\.documentNumber).sorted { ($0 ?? "") < ($1 ?? "") } == [
                "示市监罚〔2025〕220号", "示市监罚〔2025〕221号",
            ])
        let batch = try #require(try await city.store.batch(receipt: receipt.receipt))
        #expect(batch.totals.accepted == 3)
        #expect(batch.totals.format == "csv")
        #expect(try await city.store.batch(receipt: "nonsense") == nil)
        #expect(try await city.store.lastDeliveries()["penalty"] == City.now)
        #expect(
            try await city.store.deliveryDays(limit: 5) == [
                DeliveryDay(day: City.today, feed: "penalty", batches: 1, rows: 3, accepted: 3, rejected: 0, waiting: 0)
            ])
    }

    @Test("the same file again changes nothing")
    func again() async throws {
        let city = try await City()
        let rows = [
            Rows.penalty, Rows.penalty(Self.name, Self.code), Rows.penalty("示例市湖东精密机械有限公司", "91990103MACX00025F"),
        ]
        try await city.deliver("penalty", rows)
        let second = try await city.deliver("penalty", rows)
        #expect(second.totals.unchanged == 2)
        #expect(second.totals.accepted + second.totals.updated + second.totals.rejected + second.totals.waiting == 0)
        #expect(try await city.store.totals(shownOn: City.today).organisations == 2)
        let record = try #require(try await city.file(Self.code, for: .officer)?.records.first)
        #expect(record.row.revision == 1)
    }

    @Test("a changed row is a second revision, and the first can still be read")
    func revised() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code)])
        let later = Instant(milliseconds: City.now.milliseconds + 86_400_000)
        let second = try await city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code, content: "罚款人民币3000元", fine: "0.3")], at: later
        )
        #expect(second.totals.updated == 1)
        let record = try #require(try await city.file(Self.code, for: .public)?.records.first)
        #expect(record.row.revision == 2)
        #expect(record.row.values["fine"] == "3000.00")
        let revisions = try await city.store.revisions(of: record.row.id)
        #expect(revisions.map(\.number) == [2, 1])
        #expect(revisions.map(\.act) == [.correct, .accept])
        #expect(revisions.map(\.recordedAt) == [later, City.now])
        // Back to what it was: a third statement, nothing is undone.
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code)], at: later)
        #expect(
            try await city.store.history(of: record.row.id).map { $0.statement?.values["fine"] } == [
                "2000.00", "3000.00", "2000.00",
            ])
    }

    @Test("a row twice in one file counts once; two statements about one record in one file are not both taken")
    func repeated() async throws {
        let city = try await City()
        let same = try await city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code), Rows.penalty(Self.name, Self.code)])
        #expect(same.totals.accepted == 1)
        #expect(same.totals.unchanged == 1)
        let other = try await city.deliver(
            "penalty",
            [
                Rows.penalty, Rows.penalty(Self.name, Self.code, document: "示市监罚〔2025〕9号"),
                Rows.penalty(Self.name, Self.code, document: "示市监罚〔2025〕9号", content: "罚款人民币3000元", fine: "0.3"),
            ])
        #expect(other.totals.accepted == 1)
        #expect(other.totals.rejected == 1)
        let reject = try #require(try await city.store.rejects(batch: other.number, after: 0, limit: 10).first)
        #expect(reject.code == "repeated-in-file")
        #expect(reject.line == 3)
        #expect(reject.other == "2")
    }

    @Test("a row that names nobody for certain waits once, however often it is sent")
    func waiting() async throws {
        let city = try await City()
        let rows = [Rows.penalty, Rows.penalty("示例市老桥机械厂", ""), Rows.penalty("示例市老桥机械厂", "")]
        let first = try await city.deliver("penalty", rows)
        #expect(first.totals.waiting == 1)
        #expect(first.totals.unchanged == 1)
        let second = try await city.deliver("penalty", rows)
        #expect(second.totals.waiting == 0)
        #expect(second.totals.unchanged == 2)
        let waiting = try await city.store.waiting(batch: nil, limit: 10)
        #expect(waiting.map(\.reason) == ["no-identifier"])
        #expect(waiting.map(\.name) == ["示例市老桥机械厂"])
        #expect(try await city.store.waiting(batch: first.number, limit: 10).count == 1)
        #expect(try await city.store.waiting(batch: second.number, limit: 10).isEmpty)
        #expect(try await city.store.totals(shownOn: City.today).waiting == 1)
    }

    @Test("counts of a delivery add up to its rows, and its rejects read back in order, page by page")
    func rejects() async throws {
        let city = try await City()
        var rows = [Rows.penalty]
        for number in 0..<10 {
            rows.append(Rows.penalty(Self.name, Self.code, document: "示市监罚〔2025〕\(number)号"))
            rows.append(
                Rows.penalty(Self.name, Self.code, document: "示市监罚〔2024〕\(number)号", kinds: "类别示例", on: "2024-13-01"))
        }
        rows.append(Rows.penalty("示例市老桥机械厂", ""))
        let receipt = try await city.deliver("penalty", rows)
        let totals = receipt.totals
        #expect(totals.rows == 21)
        #expect(totals.accepted + totals.updated + totals.unchanged + totals.rejected + totals.waiting == totals.rows)
        #expect((totals.accepted, totals.rejected, totals.waiting) == (10, 10, 1))
        var read: [RejectRow] = []
        while true {
            let page = try await city.store.rejects(batch: receipt.number, after: read.last?.ordinal ?? 0, limit: 7)
            if page.isEmpty { break }
            read += page
        }
        #expect(read.map(\.ordinal) == Array(1...20))
        #expect(try await city.store.rejectCount(batch: receipt.number) == 20)
        let badLines: [Int] = (0..<10).flatMap { (row: Int) -> [Int] in [3 + 2 * row, 3 + 2 * row] }
        #expect(read.map(\.line) == badLines)
        #expect(
            read.filter { $0.field == "decidedOn" }.allSatisfy {
                $0.code == "day-impossible" && $0.original == "2024-13-01"
            })
        #expect(read.filter { $0.field == "decidedOn" }.count == 10)
    }

    private struct Broken: Error {}

    @Test("an error behind the last row leaves nothing of the delivery")
    func rollback() async throws {
        let city = try await City()
        await #expect(throws: Broken.self) {
            try await city.deliver(
                "penalty",
                bytes: CSVText.bytes([Rows.penalty, Rows.penalty(Self.name, Self.code), Rows.penalty("示例市老桥机械厂", "")])
            ) { _ in throw Broken() }
        }
        #expect(try await city.store.profile(code: Self.code) == nil)
        #expect(try await city.store.batches(limit: 10).isEmpty)
        #expect(try await city.store.waiting(batch: nil, limit: 10).isEmpty)
        #expect(try await city.store.totals(shownOn: City.today).organisations == 0)
        #expect(try await city.store.search(SearchQuery(text: "云锦")).total == 0)
        #expect(
            try await city.deliver("penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code)]).totals.accepted == 1,
            "the platform goes on")
    }

    @Test("a file that cannot be read to its end leaves nothing")
    func truncated() async throws {
        let city = try await City()
        let row = zip(Rows.penalty, Rows.penalty(Self.name, Self.code)).map { "\"\($0)\":\"\($1)\"" }.joined(
            separator: ",")
        await #expect(throws: (any Error).self) {
            try await city.deliver("penalty", bytes: Array("[{\(row)},{\"行政相对人名称\":\"示".utf8), name: "rows.json")
        }
        #expect(try await city.store.profile(code: Self.code) == nil)
        #expect(try await city.store.batches(limit: 10).isEmpty)
    }

    @Test("a revision cannot be rewritten, not even by a mistaken statement")
    func final() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code)])
        await #expect(throws: StoreError.self) {
            try await city.store.database.write { connection in
                try connection.run("UPDATE revision SET payload = $1", [.bytes(Array("{}".utf8))])
            }
        }
        #expect(try await city.file(Self.code, for: .officer)?.records.first?.row.values["fine"] == "2000.00")
    }

    @Test("deliveries at the same moment wait for each other and open one file")
    func concurrent() async throws {
        let city = try await City()
        let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await city.deliver(
                        "penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code, document: "示市监罚〔2025〕\(number)号")]
                    ).totals.accepted
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(accepted == 8)
        #expect(try await city.store.totals(shownOn: City.today).organisations == 1)
        let records = try #require(try await city.file(Self.code, for: .public)?.records)
        #expect(Set(records.map(\.row.id.ordinal)) == Set(1...8))
    }

    @Test("what cleaning did and what was remarked goes with the record")
    func remarks() async throws {
        let city = try await City()
        try await city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.name, Self.code.lowercased(), fine: "0.3", on: "2025/5/20")])
        let record = try #require(try await city.file(Self.code, for: .public)?.records.first)
        #expect(
            record.changes.contains {
                $0.field.name == "decidedOn" && $0.codes == ["date-form"] && $0.delivered == "2025/5/20"
            })
        #expect(record.changes.contains { $0.field.name == "subjectUscc" && $0.codes == ["case-raised"] })
        #expect(record.notes.contains("amount-differs-from-text"))
    }
}
