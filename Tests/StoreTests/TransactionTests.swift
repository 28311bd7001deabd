import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

@Suite("one transaction: change, audit row, leaf", .onBothEngines)
struct TransactionTests {
    let code = "91990102MACX000176"

    @Test("a change without an audit row is not kept")
    func notAudited() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", code)])
        let before = try await city.store.logFacts().size
        let id = try #require(try await city.file(code, for: .own)?.records.first).row.id
        await #expect(throws: RegistryError(.notAudited, "")) {
            try await city.store.transact(at: City.now) { transaction in
                var record = try #require(try transaction.record(id))
                record.revision += 1
                try transaction.update(
                    record,
                    Revision(
                        id: id, item: record.item, number: record.revision, act: .mark, effectiveOn: City.now.day,
                        recordedAt: transaction.now, salt: transaction.makeSalt(), leaf: try transaction.nextLeaf()))
            }
        }
        #expect(try await city.store.logFacts().size == before)
        #expect(try await city.verify().findings.isEmpty)
    }

    @Test("a transaction that fails leaves neither change nor leaf, and places have no gaps")
    func rolledBack() async throws {
        struct Stopped: Error {}
        let city = try await City()
        await #expect(throws: Stopped.self) {
            try await city.deliver(
                "penalty", bytes: CSVText.bytes([Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", code)]),
                then: { _ in throw Stopped() })
        }
        #expect(try await city.store.logFacts().size == 1)
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", code)])
        let report = try await city.verify()
        #expect((report.leaves, report.revisions, report.audits) == (3, 1, 2))
        #expect(report.findings.isEmpty)
    }

    @Test("writers at the same time take turns, and every leaf has one owner")
    func concurrent() async throws {
        let city = try await City()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    try await city.deliver(
                        "penalty",
                        [
                            Rows.penalty,
                            Rows.penalty("示例市云锦丝绸有限公司", code, document: "示市监罚〔2025〕\(number)号"),
                        ])
                }
            }
            try await group.waitForAll()
        }
        let report = try await city.verify()
        #expect(report.revisions == 12)
        #expect(report.findings.isEmpty, "\(report.findings)")
    }

    @Test("a clock that went back is refused beyond five seconds, and never shows in what is recorded")
    func clock() async throws {
        let city = try await City()
        func moment(_ ms: Int64) -> Instant { Instant(milliseconds: City.now.milliseconds + ms) }
        func look(_ ms: Int64) async throws {
            try await city.store.audit(
                AuditNote(.looked, by: Actor(.operator, "test"), source: "test"), at: moment(ms))
        }
        try await look(60_000)
        try await look(55_000)
        await #expect(throws: RegistryError(.clockMovedBack, "")) { try await look(54_999) }
        await #expect(throws: RegistryError(.clockMovedBack, "")) {
            try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦丝绸有限公司", code)], at: moment(0))
        }
        #expect(try await city.file(code, for: .own) == nil)
        let times = try await city.store.database.read { try $0.rows("SELECT at FROM audit ORDER BY audit_number") { $0.integer(0) } }
        #expect(times == times.sorted())
        #expect(try await city.verify().findings.isEmpty)
    }
}
