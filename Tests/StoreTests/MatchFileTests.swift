import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import Foundation
import TestSupport
import Testing

@testable import CreditStore

@Suite("the names that rows without a number are matched by, as a file of the platform", .onBothEngines)
struct MatchFileTests {
    private func fill(_ store: Store, _ numbers: ClosedRange<Int> = 1...6000) async throws {
        try await store.transact(at: City.now) { transaction in
            let batch = try transaction.insertBatch(
                NewBatch(
                    receipt: NewBatch.makeReceipt(), feed: "registration", item: "registration", fileName: "x", department: nil,
                    catalogueDigest: "test", startedAt: City.now))
            for number in numbers {
                let name = Self.name(number)
                let subject = try transaction.createSubject(
                    SubjectState(kind: .organisation, code: "示\(number)", name: name, isRegistered: true))
                try transaction.addName(name, kind: .current, of: subject, batch: batch)
            }
            try transaction.insertAudit(AuditNote(.delivery, by: Actor(.operator, "test"), object: "x", source: "test"))
        }
    }

    /// Invented names, each of one body.
    private static func name(_ number: Int) -> String {
        let signs = Array("云锦远山湖滨德丰恒泰华信瑞和长青安宁")
        let own = (0..<4).map { signs[(number / [1, 18, 324, 5832][$0] + $0 * 5) % 18] }
        return "示例市\(String(own))丝绸有限公司"
    }

    private func accepted(_ city: City, _ number: Int, by store: Store, place: Int) async throws -> Int {
        let row = Rows.penalty(Self.name(number), "", document: "示例〔2026〕\(place)号")
        return try await city.deliver("penalty", [Rows.penalty, row], to: store).totals.accepted
    }

    @Test("a delivery that asks for a name leaves the file; later processes start from it and know what came since")
    func kept() async throws {
        let city = try await City()
        let file = city.directory.file("match.index")
        func open(_ location: Store.Location? = nil) async throws -> Store {
            try await Store.open(location ?? city.location, matching: MatchSnapshot(path: file))
        }
        try await fill(city.store)
        #expect(try await accepted(city, 17, by: open(), place: 1) == 1)
        let made = try Data(contentsOf: URL(filePath: file))
        try await fill(city.store, 6001...6003)
        #expect(try await accepted(city, 6002, by: open(), place: 2) == 1, "what came since is known")
        #expect(try Data(contentsOf: URL(filePath: file)) == made, "a few names are not worth a new file")

        var changed = made
        changed[changed.count / 2] ^= 1
        try changed.write(to: URL(filePath: file))
        #expect(try await accepted(city, 6003, by: open(), place: 3) == 1)
        #expect(try Data(contentsOf: URL(filePath: file)) != changed, "a damaged one is made anew")

        // Another platform must not take it for its own.
        let other = try await City()
        try await fill(other.store, 1...3)
        try made.write(to: URL(filePath: file))
        let receipt = try await other.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.name(17), "", document: "示例〔2026〕4号")], to: try await open(other.location))
        #expect(receipt.totals.waiting == 1)
    }

    @Test("a file with a name that is no longer in the registry is not taken")
    func erased() async throws {
        let city = try await City()
        let file = city.directory.file("match.index")
        func open() async throws -> Store { try await Store.open(city.location, matching: MatchSnapshot(path: file)) }
        try await fill(city.store)
        #expect(try await accepted(city, 17, by: open(), place: 1) == 1)
        #expect(FileManager.default.fileExists(atPath: file))
        _ = try await city.store.database.write { connection in
            try connection.run("DELETE FROM subject_name WHERE name = $1", [.text(Self.name(18))])
        }
        let receipt = try await city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.name(18), "", document: "示例〔2026〕2号")], to: try await open())
        #expect(receipt.totals.accepted == 0)
    }

    @Test("names that a delivery took before others were erased are not given back after it")
    func erasedMeanwhile() async throws {
        let city = try await City()
        try await fill(city.store, 1...20)
        let cache = city.store.matching
        let reader = NameReader.shared(city.catalogue.divisions)
        try await city.store.database.read { connection in
            var taken = try cache.take(reader, connection)
            try taken.refresh(connection)
            cache.clear()
            try cache.adopt(taken, connection)
            #expect(try cache.take(reader, connection).index.nameCount == 0)
            var later = try cache.take(reader, connection)
            try later.refresh(connection)
            try cache.adopt(later, connection)
            #expect(try cache.take(reader, connection).index.nameCount == 20)
        }
    }

    @Test("what a delivery that was undone had named is in no one's index")
    func undone() async throws {
        let city = try await City()
        let file = city.directory.file("match.index")
        try await fill(city.store)
        let store = try await Store.open(city.location, matching: MatchSnapshot(path: file))
        struct Stopped: Error {}
        let rows = [Rows.penalty, Rows.penalty(Self.name(17), "", document: "示例〔2026〕1号")]
        await #expect(throws: Stopped.self) {
            try await city.deliver("penalty", bytes: CSVText.bytes(rows), to: store) { _ in throw Stopped() }
        }
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(try await city.deliver("penalty", rows, to: store).totals.accepted == 1)
    }
}
