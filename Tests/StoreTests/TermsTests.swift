import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

@Suite("terms that end", .onBothEngines)
struct TermsTests {
    let code = "91990102MACX000176"
    let name = "示例市云锦丝绸有限公司"

    private func later(_ day: Day) -> Instant {
        Instant(milliseconds: Int64(day.daysSinceEpoch) * 86_400_000 + 3_600_000)
    }

    @Test(
        "who looks for terms that are over walks to the day and not through the city",
        arguments: [("published_until", 0), ("disclosed_until", 1), ("archived_until", 2)])
    func walk(column: String, circle: Int) async throws {
        let city = try await City()
        guard TestEngine.current == .sqlite else { return }
        // The program that SQLite makes of the question: the walk over the index ends (IdxGE) at what register, and what was put there.
        let steps = try await city.store.database.read { connection in
            try connection.rows("EXPLAIN " + SQLRegistryTransaction.overdue(column, circle), [.integer(20_000), .integer(1000)]) {
                (code: $0.text(1), first: $0.integer(2), second: $0.integer(3), third: $0.integer(4))
            }
        }
        let end = try #require(steps.first { $0.code.hasPrefix("IdxG") })
        #expect(steps.contains { $0.code == "Variable" && $0.first == 1 && $0.second == end.third })
    }

    @Test("a record leaves circle after circle on the day after each end, however late the job comes")
    func circles() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, remarks: "内部备注")])
        let record = try #require(try await city.file(code, for: .own)?.records.first)
        let id = record.row.id
        let clocks = record.row.clocks
        let published = try #require(clocks.publishedUntil)
        var moved = try await city.store.runTerms(today: published, at: later(published))
        #expect(moved.total == 0, "the last day is still shown")
        moved = try await city.store.runTerms(today: published.adding(days: 1), at: later(published.adding(days: 1)))
        #expect(moved.publication == 1)
        #expect(try await city.store.revisions(of: id).first?.effectiveOn == published.adding(days: 1))
        // Years without the job: both further ends are made up for, each with its own day.
        let end = clocks.archivedUntil.adding(days: 400)
        moved = try await city.store.runTerms(today: end, at: later(end))
        #expect((moved.publication, moved.disclosure, moved.erased) == (0, 1, 1))
        #expect(try await city.store.runTerms(today: end, at: later(end)).total == 0, "twice does nothing more")
        let history = try await city.store.history(of: id)
        #expect(history.map(\.act) == [.accept, .endPublication, .endDisclosure, .erase])
        #expect(history.map(\.effectiveOn).dropFirst(2) == [
            clocks.disclosedUntil.adding(days: 1), clocks.archivedUntil.adding(days: 1),
        ])
        #expect(history.allSatisfy { $0.statement == nil && $0.salt == nil && $0.basis == nil })
        let report = try await city.verify()
        #expect(report.findings.isEmpty, "\(report.findings)")
        #expect(report.erased == 4)
    }

    @Test("a record whose term was over when it came is never shown, and needs no job")
    func late() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, on: "2016-05-20")])
        #expect(try await city.file(code, for: .public)?.records.isEmpty == true)
        #expect(try await city.file(code, for: .own)?.records.first?.state == .archived)
        #expect(try await city.store.runTerms(today: City.today, at: City.now).total == 0)
    }

    @Test("what is older than its archive term when it comes is kept five years from then, and erased after")
    func veryOld() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, on: "1990-05-20")])
        #expect(try await city.store.runTerms(today: City.today, at: City.now).erased == 0)
        let last = City.today.adding(months: 60)
        #expect(try await city.store.runTerms(today: last, at: later(last)).erased == 0)
        #expect(try await city.store.runTerms(today: last.adding(days: 1), at: later(last.adding(days: 1))).erased == 1)
        #expect(try await city.verify().findings.isEmpty)
    }

    @Test("a correction of the day moves the record back into the circle where it belongs")
    func back() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, on: "2016-05-20")])
        let id = try #require(try await city.file(code, for: .own)?.records.first).row.id
        let correction = Amendment(
            .correct, reason: .providerCorrection, basis: "示市监更〔2026〕1号", officer: Actor(.account, "clerk"),
            edits: ["decidedOn": "2025-05-20"])
        let state = try await city.store.amend(
            id, correction, catalogue: city.catalogue, source: "test", at: City.now)
        #expect(state.circle == .published)
        #expect(try await city.file(code, for: .public)?.records.count == 1)
        #expect(try await city.verify().findings.isEmpty)
    }

    @Test("thousands that end on one day are moved in portions, and each once")
    func portions() async throws {
        let city = try await City()
        let count = TermsJob.portion * 2 + 7
        let rows = (0..<count).map { Rows.penalty(name, code, document: "示市监罚〔2025〕\($0)号") }
        try await city.deliver("penalty", [Rows.penalty] + rows)
        let end = try #require(Day(iso: "2029-01-01"))
        #expect(try await city.store.runTerms(today: end, at: later(end)).publication == count)
        #expect(try await city.verify().revisions == 2 * count)
    }

    @Test("when a practitioner's record is erased, name and licence number go with it")
    func practitioner() async throws {
        let city = try await City()
        try await city.deliver(
            "practitioner", [Rows.practitioner, Rows.practitioner("示例甲", "99010120260001", until: "2026-12-31")])
        let profile = try #require(try await city.store.profile(code: "lawyer/99010120260001"))
        let end = try #require(Day(iso: "2060-01-01"))
        #expect(try await city.store.runTerms(today: end, at: later(end)).erased == 1)
        #expect(try await city.store.profile(code: "lawyer/99010120260001") == nil)
        let left = try #require(try await city.store.profile(id: profile.id))
        #expect(left.state.name.isEmpty && left.identifiers.isEmpty)
        #expect(try await city.verify().findings.isEmpty)
    }
}
