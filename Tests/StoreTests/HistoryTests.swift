import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import TestSupport
import Testing

@Suite("what officers do to records", .onBothEngines)
struct HistoryTests {
    let code = "91990102MACX000176"
    let name = "示例市云锦丝绸有限公司"

    private func penalty(_ city: City) async throws -> RecordID {
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code)])
        return try #require(try await city.file(code, for: .officer)?.records.first).row.id
    }

    private func act(
        _ act: Act, _ reason: Reason, on day: Day? = nil, edits: [String: String] = [:],
        basis: String = "示市监撤〔2026〕9号", officer: String = "clerk"
    ) -> Amendment {
        Amendment(
            act, reason: reason, basis: basis, officer: Actor(.account, officer), effectiveOn: day, edits: edits)
    }

    private func amend(_ city: City, _ id: RecordID, _ amendment: Amendment, after hours: Int64 = 1) async throws
        -> RecordState
    {
        try await city.store.amend(
            id, amendment, catalogue: city.catalogue, source: "test",
            at: Instant(milliseconds: City.now.milliseconds + hours * 3_600_000))
    }

    @Test("a withdrawn record is gone from every public view at once, and restored it is back")
    func withdraw() async throws {
        let city = try await City()
        let id = try await penalty(city)
        #expect(try await amend(city, id, act(.withdraw, .decisionRevoked)).standing == .withdrawn)
        #expect(try await city.file(code, for: .public)?.records.isEmpty == true)
        let query = ListQuery(item: "administrative-penalty", shownOn: City.today)
        #expect(try await city.store.list(query).total == 0)
        #expect(try await city.store.totals(shownOn: City.today).shownByItem["administrative-penalty"] == nil)
        #expect(try await city.file(code, for: .own)?.records.first?.state == .withdrawn)
        _ = try await amend(city, id, act(.restore, .withdrawalRevoked), after: 2)
        #expect(try await city.file(code, for: .public)?.records.count == 1)
        #expect(try await city.store.list(query).total == 1)
        #expect(try await city.store.revisions(of: id).map(\.act) == [.restore, .withdraw, .accept])
    }

    @Test("a correction holds from the record's first day; a withdrawal only from its own")
    func twoTimes() async throws {
        let city = try await City()
        let id = try await penalty(city)
        _ = try await amend(city, id, act(.correct, .providerCorrection, edits: ["fine": "3000"]), after: 1)
        let revoked = try #require(Day(iso: "2026-11-01"))
        _ = try await amend(city, id, act(.withdraw, .decisionRevoked, on: revoked), after: 2)
        let item = try #require(city.catalogue.item("administrative-penalty"))
        let history = RecordHistory(
            content: RecordContent(item: item, catalogue: city.catalogue),
            revisions: try await city.store.history(of: id))
        let decided = try #require(Day(iso: "2025-05-20"))
        func hours(_ count: Int64) -> Instant { Instant(milliseconds: City.now.milliseconds + count * 3_600_000) }
        let cases: [(asOf: Day?, knownAt: Instant?, stated: Int64?, standing: Standing?)] = [
            (decided.adding(days: -1), nil, nil, nil), (decided, hours(0), 1, .standing),
            (decided, hours(1), 2, .standing), (revoked.adding(days: -1), hours(2), 2, .standing),
            (revoked, hours(1), 2, .standing), (revoked, hours(2), 2, .withdrawn), (nil, nil, 2, .withdrawn),
            (nil, Instant(milliseconds: City.now.milliseconds - 1), nil, nil),
        ]
        for entry in cases {
            let state = history.state(asOf: entry.asOf, knownAt: entry.knownAt)
            #expect(state?.stated == entry.stated, "\(entry)")
            #expect(state?.standing == entry.standing, "\(entry)")
        }
    }

    @Test("a mark is seen by everybody until it is taken off, and outlives a correction")
    func mark() async throws {
        let city = try await City()
        let id = try await penalty(city)
        _ = try await amend(city, id, act(.mark, .objection))
        _ = try await amend(city, id, act(.correct, .providerCorrection, edits: ["fine": "3000"]), after: 2)
        #expect(try await city.file(code, for: .public)?.records.first?.row.mark == .objection)
        _ = try await amend(city, id, act(.unmark, .answered), after: 3)
        #expect(try await city.file(code, for: .public)?.records.first?.row.mark == nil)
    }

    @Test("what is not allowed is refused, changes nothing, and stands in the audit as refused")
    func refusals() async throws {
        let city = try await City()
        let id = try await penalty(city)
        let tomorrow = City.today.adding(days: 1)
        let refused: [(Amendment, RegistryError.Code)] = [
            (act(.restore, .withdrawalRevoked), .illegalAct), (act(.unmark, .answered), .illegalAct),
            (act(.withdraw, .objection), .unfitReason), (act(.withdraw, .decisionRevoked, basis: "无"), .basisMissing),
            (act(.withdraw, .decisionRevoked, officer: ""), .actorMissing),
            (act(.withdraw, .decisionRevoked, on: tomorrow), .unfitDay),
            (act(.correct, .providerCorrection, edits: ["nothing": "1"]), .unknownField),
            (act(.correct, .providerCorrection, edits: ["subjectUscc": "1"]), .unknownField),
            (act(.correct, .providerCorrection, edits: ["decidedOn": "2026-02-30"]), .invalidValue),
            (act(.correct, .providerCorrection, edits: ["fine": "2000"]), .nothingChanges),
            (act(.correct, .providerCorrection, edits: ["remarks": CitizenSpecimen.first]), .invalidValue),
            (act(.supplement, .providerCorrection, edits: ["fine": "1"]), .illegalAct),
            (act(.endPublication, .answered), .illegalAct),
        ]
        for (amendment, code) in refused {
            let error = try await #require(throws: RegistryError.self, "\(amendment)") {
                try await amend(city, id, amendment)
            }
            #expect(error.code == code, "\(amendment)")
        }
        #expect(try await city.store.revisions(of: id).count == 1)
        let nobody = RecordID(subject: SubjectID(99), ordinal: 1)
        await #expect(throws: RegistryError(.recordNotFound, "")) {
            _ = try await amend(city, nobody, act(.withdraw, .decisionRevoked))
        }
        let report = try await city.verify()
        #expect(report.findings.isEmpty)
        // Created, delivered, and one row for each refusal but the last, which is of no officer's act.
        #expect(report.audits == 2 + refused.count)
    }

    @Test("any row of acts, in any order of the allowed ones, ends in the state that its history comes to", arguments: Seeds.standard)
    func anyOrder(_ seed: UInt64) async throws {
        let city = try await City()
        let id = try await penalty(city)
        var random = SplitMix64(seed)
        var done = 0
        for hour in 1...30 as ClosedRange<Int64> {
            let rule = AmendmentRule.table.randomElement(using: &random) ?? AmendmentRule.table[0]
            let reason = Reason.fitting(rule.act)[0]
            let edits: [String: String] =
                switch rule.act {
                case .correct: ["fine": String(Int.random(in: 1...5000, using: &random))]
                case .supplement: ["caseName": "示例案\(hour)"]
                default: [:]
                }
            let day = Bool.random(using: &random) ? City.today.adding(days: -Int.random(in: 0...400, using: &random)) : nil
            do {
                _ = try await amend(city, id, act(rule.act, reason, on: day, edits: edits), after: hour)
                done += 1
            } catch is RegistryError {}
        }
        #expect(done > 3)
        let report = try await city.verify()
        #expect(report.findings.isEmpty, "\(report.findings)")
        #expect(report.revisions == done + 1)
    }
}
