import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution
import CreditServices
import CreditStore
import TestSupport
import Testing

@Suite("officers decide who is who", .onBothEngines)
struct IdentityTests {
    let code = "91990102MACX000176"
    let name = "示例市云锦丝绸有限公司"
    let near = "示例市云绵丝绸有限公司"
    let officer = Actor(.account, "示例复核员")

    private func decide(_ deed: IdentityAct.Deed, _ city: City, reason: String = "与报送部门电话核对") async throws -> [Int64] {
        try await city.store.decide(
            IdentityAct(deed, reason: reason, officer: officer), catalogue: city.catalogue, source: "test",
            at: City.now)
    }

    private func registered() async throws -> City {
        let city = try await City()
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code)])
        return city
    }

    @Test("a row without a number goes where its name leads, and says so; the same row again changes nothing")
    func byName() async throws {
        let city = try await registered()
        let row = [Rows.penalty, Rows.penalty("示例市雲錦絲綢有限責任公司", "")]
        let receipt = try await city.deliver("penalty", row)
        #expect((receipt.totals.accepted, receipt.totals.waiting) == (1, 0))
        let file = try #require(try await city.file(code, for: .officer))
        let record = try #require(file.records.first { $0.row.item == "administrative-penalty" })
        #expect(String(decoding: record.row.notes ?? [], as: UTF8.self).contains("subject-by-name"))
        #expect(try await city.deliver("penalty", row).totals.unchanged == 1)
    }

    @Test("a waiting row is filed under the subject an officer names; undoing withdraws the record and the row waits again")
    func fileAndUndo() async throws {
        let city = try await registered()
        #expect(try await city.deliver("penalty", [Rows.penalty, Rows.penalty(near, "")]).totals.waiting == 1)
        let row = try #require(try await city.store.reviewQueue(after: 0, limit: 5).rows.first)
        let subject = try #require(try await city.store.profile(code: code)).id
        let made = try await decide(.file(waiting: row.row.id, subject, remember: true), city)
        #expect(made.count == 2)
        #expect(try await city.store.reviewQueue(after: 0, limit: 5).total == 0)
        #expect(try await city.store.totals(shownOn: City.today).waiting == 0)
        #expect(try await city.file(code, for: .public)?.records.count == 2)
        // A rerun files the same row under the same subject as the same record.
        let again = try await city.deliver("penalty", [Rows.penalty, Rows.penalty(near, "")])
        #expect((again.totals.unchanged, again.totals.waiting) == (1, 0))
        await #expect(throws: RegistryError(.illegalAct, "")) { _ = try await decide(.giveBack(waiting: row.row.id), city) }
        for decision in made { _ = try await decide(.undo(decision: decision), city, reason: "决定书写的是另一家") }
        #expect(try await city.store.reviewQueue(after: 0, limit: 5).rows.map(\.row.id) == [row.row.id])
        #expect(try await city.file(code, for: .public)?.records.count == 1)
        await #expect(throws: RegistryError(.nothingChanges, "")) { _ = try await decide(.undo(decision: made[0]), city) }
        let kept = try await city.store.decisions(limit: 10)
        #expect(kept.count == 2 && kept.allSatisfy { !$0.stands && $0.officer == officer.description })
        #expect(try await city.verify().findings.isEmpty)
    }

    @Test("a row that was given back waits no more, and comes back when that is undone")
    func giveBack() async throws {
        let city = try await registered()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(near, "")])
        let row = try #require(try await city.store.reviewQueue(after: 0, limit: 5).rows.first)
        let made = try await decide(.giveBack(waiting: row.row.id), city)
        #expect(try await city.store.waiting(batch: nil, limit: 5).isEmpty)
        _ = try await decide(.undo(decision: made[0]), city)
        #expect(try await city.store.waiting(batch: nil, limit: 5).count == 1)
    }

    @Test("merged subjects are shown as one under either number, keep their ids, and part again when that is undone")
    func merge() async throws {
        let city = try await registered()
        let old = "990101000000122"
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦绸厂", "", number: old)])
        let (a, b) = (
            try #require(try await city.store.profile(code: code)).id, try #require(try await city.store.profile(code: old)).id
        )
        let made = try await decide(.merge(a, other: b), city)
        #expect(try await city.store.profile(code: old)?.id == a)
        #expect(try await city.file(old, for: .public)?.records.count == 2)
        #expect(try await city.store.profile(code: code)?.identifiers.contains { $0.value == old } == true)
        // The same delivery again is the same record, under the id that it had.
        #expect(
            try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市云锦绸厂", "", number: old)]).totals.unchanged
                == 1)
        await #expect(throws: RegistryError(.illegalAct, "")) { _ = try await decide(.keepApart(a, b), city) }
        _ = try await decide(.undo(decision: made[0]), city)
        #expect(try await city.store.profile(code: old)?.id == b)
        #expect(try await city.file(code, for: .public)?.records.count == 1)
        _ = try await decide(.keepApart(a, b), city)
        await #expect(throws: RegistryError(.illegalAct, "")) { _ = try await decide(.merge(a, other: b), city) }
    }

    @Test("a file that was two bodies is split record by record, and whole again when that is undone")
    func split() async throws {
        let city = try await registered()
        let other = Codes.unified(7)
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例市远山机械厂", other)])
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code)])
        let file = try #require(try await city.file(code, for: .officer))
        let record = try #require(file.records.first { $0.row.item == "administrative-penalty" }).row.id
        let target = try #require(try await city.store.profile(code: other)).id
        let made = try await decide(.move(record, to: target), city)
        #expect(try await city.file(code, for: .public)?.records.count == 1)
        #expect(try await city.file(other, for: .public)?.records.count == 2)
        #expect(try await city.store.record(record)?.standing == .withdrawn)
        await #expect(throws: RegistryError(.recordNotFound, "")) { _ = try await decide(.move(record, to: target), city) }
        _ = try await decide(.undo(decision: made[0]), city)
        #expect(try await city.file(code, for: .public)?.records.count == 2)
        #expect(try await city.file(other, for: .public)?.records.count == 1)
        #expect(try await city.verify().findings.isEmpty)
    }

    @Test("two valid unified codes are two bodies: no officer merges them")
    func twoCodes() async throws {
        let city = try await registered()
        let other = Codes.unified(7)
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, other)])
        let (a, b) = (
            try #require(try await city.store.profile(code: code)).id,
            try #require(try await city.store.profile(code: other)).id
        )
        await #expect(throws: RegistryError(.illegalAct, "")) { _ = try await decide(.merge(a, other: b), city) }
        #expect(try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, "")]).totals.waiting == 1)
    }

    @Test("a name that never means a subject is not filed there, until that is undone")
    func never() async throws {
        let city = try await registered()
        let subject = try #require(try await city.store.profile(code: code)).id
        let made = try await decide(.nameMeansNot(name, subject), city)
        #expect(try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, "")]).totals.waiting == 1)
        _ = try await decide(.undo(decision: made[0]), city)
        let later = try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, "", document: "示市监罚〔2025〕5号")])
        #expect(later.totals.accepted == 1)
    }

    @Test("a decision needs a reason, somebody who decides, and subjects that exist; nothing of a refused one is kept")
    func refused() async throws {
        let city = try await registered()
        let subject = try #require(try await city.store.profile(code: code)).id
        await #expect(throws: RegistryError(.basisMissing, "")) {
            _ = try await decide(.nameMeans(near, subject), city, reason: "嗯")
        }
        await #expect(throws: RegistryError(.subjectNotFound, "")) {
            _ = try await decide(.nameMeans(near, SubjectID(999)), city)
        }
        await #expect(throws: RegistryError(.illegalAct, "")) { _ = try await decide(.merge(subject, other: subject), city) }
        await #expect(throws: RegistryError(.recordNotFound, "")) { _ = try await decide(.giveBack(waiting: 99), city) }
        #expect(try await city.store.decisions(limit: 5).isEmpty)
    }

    @Test("a number with another's name waits: a penalty on the wrong firm costs it a contract")
    func disagreeing() async throws {
        let city = try await registered()
        let receipt = try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市远山机械厂", code)])
        #expect(try await city.store.waiting(batch: receipt.number, limit: 5).map(\.reason) == ["name-disagrees"])
        #expect(try await city.file(code, for: .public)?.records.count == 1)
    }

    @Test("people of the same name are never joined, and never found, by name")
    func practitioners() async throws {
        let city = try await City()
        try await city.deliver(
            "practitioner",
            [
                Rows.practitioner, Rows.practitioner("示例甲", "19901202410000001"),
                Rows.practitioner("示例甲", "19901202410000002"),
            ])
        #expect(try await city.store.totals(shownOn: City.today).practitioners == 2)
        let answers = try await city.store.match([MatchQuery(name: "示例甲")], divisions: city.catalogue.divisions)
        #expect(answers.map(\.decision) == [.none])
    }

    @Test("what a delivery adds is found at once, and what was rolled back is not")
    func fresh() async throws {
        let city = try await registered()
        let divisions = city.catalogue.divisions
        func found(_ name: String) async throws -> MatchDecision? {
            let answers = try await city.store.match([MatchQuery(name: name)], divisions: divisions)
            return answers.first?.decision
        }
        #expect(try await found("示例市远山机械有限公司") == MatchDecision.none)
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例市远山机械有限公司", Codes.unified(9))])
        #expect(try await found("示例市远山机械有限公司") == .match)
        struct Rehearsed: Error {}
        try? await city.store.transact(at: City.now) { transaction in
            let id = try transaction.createSubject(
                SubjectState(kind: .organisation, code: Codes.unified(10), name: "示例市湖西食品有限公司", isRegistered: true))
            let batch = try transaction.insertBatch(
                NewBatch(
                    receipt: NewBatch.makeReceipt(), feed: "registration", item: "registration", fileName: "x", department: nil,
                    catalogueDigest: "", startedAt: City.now))
            try transaction.addName("示例市湖西食品有限公司", kind: .current, of: id, batch: batch)
            #expect(try transaction.match(MatchQuery(name: "示例市湖西食品有限公司"), divisions: divisions).decision == .match)
            throw Rehearsed()
        }
        #expect(try await found("示例市湖西食品有限公司") == MatchDecision.none)
    }
}
