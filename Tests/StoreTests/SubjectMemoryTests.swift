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
    @Test("opens one file for each, however often its rows come back to it", arguments: [1, 3, 7])
    func oneFile(mostNumbers: Int) async throws {
        let city = try await City()
        let rows = (0..<36).map { place in
            Rows.penalty("示例\(place % 12)号店", Codes.unified(place % 12), document: "示市监罚〔2026〕\(place)号")
        }
        let intake = try Intake(catalogue: city.catalogue, feed: "penalty", today: City.today)
        let totals = try await city.store.transact(at: City.now) { transaction in
            let registry = try #require(transaction as? SQLRegistryTransaction)
            registry.memory = SubjectMemory(mostNumbers: mostNumbers)
            var reader = try Table.open(bytes: CSVText.bytes([Rows.penalty] + rows), name: "rows.csv")
            let batch = NewBatch(
                receipt: NewBatch.makeReceipt(), feed: "penalty", item: intake.item.id, fileName: "rows.csv", department: nil,
                catalogueDigest: "test", startedAt: City.now)
            return try Delivery(intake: intake, by: Actor(.operator, "test"), source: "test").file(
                &reader, as: batch, clock: { City.now }, in: transaction
            ).totals
        }
        #expect((totals.accepted, totals.rejected) == (36, 0))
        #expect(try await city.store.totals(shownOn: City.today).organisations == 12)
        for number in 0..<12 { #expect(try await city.file(Codes.unified(number), for: .public)?.records.count == 3) }
    }
}
