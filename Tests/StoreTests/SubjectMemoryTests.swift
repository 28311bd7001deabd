import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

@Suite("a delivery that speaks of more bodies than are remembered", .onBothEngines)
struct SubjectMemoryTests {
    @Test(
        "opens one file for each, however often its rows come back to it, into an empty city or not",
        arguments: [1, 3, 7, 1000], [false, true])
    func oneFile(mostNumbers: Int, knowsAllNumbers: Bool) async throws {
        let city = try await City()
        let rows = (0..<36).map { place in
            Rows.penalty("示例\(place % 12)号店", Codes.unified(place % 12), document: "示市监罚〔2026〕\(place)号")
        }
        let intake = try Intake(catalogue: city.catalogue, feed: "penalty", today: City.today)
        let totals = try await deliver(rows, intake, to: city) {
            $0.memory = SubjectMemory(mostNumbers: mostNumbers, knowsAllNumbers: knowsAllNumbers)
        }
        #expect((totals.accepted, totals.rejected) == (36, 0))
        #expect(try await city.store.totals(shownOn: City.today).organisations == 12)
        for number in 0..<12 { #expect(try await city.file(Codes.unified(number), for: .public)?.records.count == 3) }
    }

    /// Few: whether every key of the item is read at once. Most: how many records of subjects are remembered.
    @Test(
        "tells new, unchanged, changed and repeated rows alike, however much of what is stored it remembers",
        arguments: [(few: 0, most: 1), (few: 0, most: 5), (few: 0, most: 1000), (few: 1000, most: 1)])
    func sameAnswers(few: Int, most: Int) async throws {
        let city = try await City()
        func row(_ number: Int, fine: String = "0.5") -> [String] { Self.row(number, ofBodies: 7, fine: fine) }
        let intake = try Intake(catalogue: city.catalogue, feed: "penalty", today: City.today)
        try await city.deliver("penalty", [Rows.penalty] + (0..<30).map { row($0) })
        // Ten unchanged, five changed, new ones between them, one repeated as it was and two otherwise.
        var rows = (0..<10).map { row($0) } + (10..<15).map { row($0, fine: "0.7") }
        for number in 30..<50 { rows.insert(row(number), at: (number - 30) * 7 % rows.count) }
        rows += [row(31), row(32, fine: "0.9"), row(3, fine: "0.9")]
        let totals = try await deliver(rows, intake, to: city) { $0.known = KnownRecords(fewRecords: few, mostRecords: most) }
        #expect([totals.accepted, totals.updated, totals.unchanged, totals.rejected] == [20, 5, 11, 2])
        var records = 0
        for number in 0..<7 { records += try await city.file(Codes.unified(number), for: .public)?.records.count ?? 0 }
        #expect(records == 50)
        #expect(try await city.verify().findings.isEmpty)
    }

    @Test("and of more records than the search index follows: who has one is found all the same")
    func gap() async throws {
        let city = try await City()
        func row(_ number: Int) -> [String] {
            Rows.penalty("示例\(number)号店", Codes.unified(number), document: "示市监罚〔2026〕\(number)号")
        }
        func found() async throws -> Int {
            var query = SearchQuery(text: "示例", limit: 100)
            (query.items, query.shownOn) = (["administrative-penalty"], City.today)
            return try await city.store.search(query).hits.count
        }
        let intake = try Intake(catalogue: city.catalogue, feed: "penalty", today: City.today)
        try await city.deliver("penalty", [Rows.penalty, row(0)])
        #expect(try await found() == 1)
        _ = try await deliver((1..<8).map { row($0) }, intake, to: city) { $0.journal = SubjectJournal(mostShown: 3) }
        #expect(try await found() == 8)
        try await city.deliver("penalty", [Rows.penalty, row(8)])
        #expect(try await found() == 9)
    }

    @Test(
        "and however often what was gathered is handed over to be stored while it goes on", arguments: [1, 2, 5, 100], [1, 3, 7])
    func handedOver(mostRevisions: Int, mostRecords: Int) async throws {
        let city = try await City()
        func row(_ number: Int, fine: String = "0.5") -> [String] { Self.row(number, ofBodies: 7, fine: fine) }
        let intake = try Intake(catalogue: city.catalogue, feed: "penalty", today: City.today)
        try await city.deliver("penalty", [Rows.penalty] + (0..<30).map { row($0) })
        // New, changed, unchanged and repeated ones, one of each after the other, and bodies that nobody knows yet.
        var rows: [[String]] = []
        for number in 0..<30 {
            rows += [row(number + 30), row(number, fine: number < 10 ? "0.7" : "0.5"), row(number / 2 + 30)]
            let name = "示例\(number % 4 + 10)号店"
            rows.append(Rows.penalty(name, Codes.unified(number % 4 + 10), document: "示市监罚〔2026〕\(number)号"))
        }
        let totals = try await deliver(rows, intake, to: city) {
            $0.pending = PendingRows(mostRevisions: mostRevisions, mostRecords: mostRecords, recordsInPortion: 2)
            $0.known = KnownRecords(fewRecords: 0, mostRecords: 1)
        }
        #expect([totals.accepted, totals.updated, totals.unchanged, totals.rejected] == [60, 10, 50, 0])
        for number in 0..<7 {
            let records = (0..<60).filter { $0 % 7 == number }.count
            #expect(try await city.file(Codes.unified(number), for: .public)?.records.count == records)
        }
        let report = try await city.verify()
        #expect(report.findings.isEmpty)
        #expect(report.revisions == 100)
    }

    @Test("and a row that the file repeats is told apart without sending what is on its way")
    func repeatedRow() async throws {
        let city = try await City()
        func row(_ number: Int, fine: String = "0.5") -> [String] { Self.row(number, ofBodies: 3, fine: fine) }
        let intake = try Intake(catalogue: city.catalogue, feed: "penalty", today: City.today)
        try await city.deliver("penalty", [Rows.penalty] + (0..<6).map { row($0) })
        // New ones, three of them said again as they were, three otherwise, and one that is stored said twice.
        let rows = (6..<30).map { row($0) } + [6, 7, 8, 1, 1].map { row($0) } + [9, 10, 11].map { row($0, fine: "0.9") }
        let totals = try await deliver(rows, intake, to: city, { _ in }) { #expect($0.pending.records.count == 24) }
        #expect([totals.accepted, totals.updated, totals.unchanged, totals.rejected] == [24, 0, 5, 3])
        #expect(try await city.verify().findings.isEmpty)
    }

    /// A penalty of one of so many bodies.
    private static func row(_ number: Int, ofBodies bodies: Int, fine: String) -> [String] {
        Rows.penalty(
            "示例\(number % bodies)号店", Codes.unified(number % bodies), document: "示市监罚〔2026〕\(number)号", fine: fine)
    }

    private func deliver(
        _ rows: [[String]], _ intake: Intake, to city: City,
        _ remember: @Sendable @escaping (SQLRegistryTransaction) -> Void,
        then look: @Sendable @escaping (SQLRegistryTransaction) -> Void = { _ in }
    ) async throws -> BatchTotals {
        try await city.store.transact(at: City.now) { transaction in
            let own = try #require(transaction as? SQLRegistryTransaction)
            remember(own)
            defer { look(own) }
            var reader = try Table.open(bytes: CSVText.bytes([Rows.penalty] + rows), name: "rows.csv")
            let batch = NewBatch(
                receipt: NewBatch.makeReceipt(), feed: "penalty", item: intake.item.id, fileName: "rows.csv", department: nil,
                catalogueDigest: "test", startedAt: City.now)
            return try Delivery(intake: intake, by: Actor(.operator, "test"), source: "test").file(
                &reader, as: batch, clock: { City.now }, in: transaction
            ).totals
        }
    }
}
