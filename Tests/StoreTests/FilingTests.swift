import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import TestSupport
import Testing

@Suite("filing records under the right subject", .onBothEngines)
struct FilingTests {
    let code = "91990102MACX000176"
    let name = "示例市云锦丝绸有限公司"

    @Test(
        "a unified code and the organisation code inside it lead to one subject, whichever comes first",
        arguments: [true, false])
    func organisationCode(unifiedFirst: Bool) async throws {
        let city = try await City()
        let rows = [
            Rows.penalty(name, code), Rows.penalty(name, "", organisation: "MACX0001-7", document: "示市监罚〔2025〕221号"),
        ]
        for row in unifiedFirst ? rows : rows.reversed() { try await city.deliver("penalty", [Rows.penalty, row]) }
        #expect(try await city.store.totals(shownOn: City.today).organisations == 1)
        for number in [code, "MACX00017", "macx0001-7", " 91990102 MACX000176 "] {
            let file = try #require(try await city.file(number, for: .public), "\(number)")
            #expect(file.records.count == 2)
            #expect(file.profile.state.code == code)
        }
    }

    @Test("an old number first, the unified code later, and a row with both joins them")
    func joined() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市老桥机械厂", "", number: "990101000000122")])
        #expect(try await city.store.profile(code: "990101000000122")?.state.code == "990101000000122")
        try await city.deliver(
            "registration", [Rows.registration, Rows.registration("示例市老桥机械厂", code, number: "990101000000122")])
        let profile = try #require(try await city.store.profile(code: code))
        #expect(profile.state.code == code, "the public address is the unified code now")
        #expect(try await city.store.profile(code: "990101000000122")?.id == profile.id)
        #expect(Set(profile.identifiers.map(\.scheme)) == [.unifiedCode, .organisationCode, .registrationNumber])
        #expect(try await city.store.totals(shownOn: City.today).organisations == 1)
        #expect(try await city.file(code, for: .public)?.records.count == 2)
    }

    @Test("numbers of two known subjects wait, and neither subject changes")
    func disagree() async throws {
        let city = try await City()
        try await city.deliver(
            "penalty",
            [Rows.penalty, Rows.penalty(name, code), Rows.penalty("示例市老桥机械厂", "", number: "990101000000122")])
        let receipt = try await city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(name, code, number: "990101000000122", document: "示市监罚〔2025〕9号")])
        #expect(receipt.totals.waiting == 1)
        #expect(try await city.store.waiting(batch: receipt.number, limit: 5).map(\.reason) == ["identifiers-disagree"])
        #expect(try await city.file(code, for: .officer)?.records.count == 1)
        #expect(try await city.store.profile(code: code)?.identifiers.count == 2)
    }

    @Test("a number that nobody can check files a row only under a name it is known by")
    func legacy() async throws {
        let city = try await City()
        let old = "1101082734659"
        #expect(
            try await city.deliver("penalty", [Rows.penalty, Rows.penalty("示例市老桥机械厂", "", number: old)]).totals.waiting
                == 1)
        #expect(
            try await city.deliver("registration", [Rows.registration, Rows.registration("示例市老桥机械厂", "", number: old)])
                .totals.accepted == 1)
        let second = try await city.deliver(
            "penalty",
            [
                Rows.penalty, Rows.penalty("示例市老桥机械厂", "", number: old, document: "示市监罚〔2025〕1号"),
                Rows.penalty("示例市湖西食品有限公司", "", number: old, document: "示市监罚〔2025〕2号"),
            ])
        #expect(second.totals.accepted == 1)
        #expect(second.totals.waiting == 1)
        #expect(
            try await city.store.waiting(batch: second.number, limit: 5).map(\.reason) == ["legacy-identifier-only"])
    }

    @Test("a new body may bring a number that nobody can check and that another has: it stays the other's")
    func legacyOfAnother() async throws {
        let city = try await City()
        let old = "1101082734659"
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例市老桥机械厂", "", number: old)])
        let second = try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code, number: old)])
        #expect(second.totals.accepted == 1)
        #expect(try await city.store.profile(code: code)?.state.name == name)
        #expect(try await city.store.profile(code: code)?.identifiers.contains { $0.value == old } == false)
        #expect(try await city.store.profile(code: old)?.state.name == "示例市老桥机械厂")
    }

    @Test("a number without a name opens no file")
    func nameMissing() async throws {
        let city = try await City()
        let rows = [["企业名称", "统一社会信用代码", "列入原因", "列入日期", "列入机关"], ["", code, "示例", "2024-09-10", "示例市市场监督管理局"]]
        #expect(try await city.deliver("abnormal", rows).totals.waiting == 1)
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code)])
        let later = [rows[0], ["", code, "示例", "2024-09-11", "示例市市场监督管理局"]]
        #expect(
            try await city.deliver("abnormal", later).totals.accepted == 1,
            "once the body is known, its number is enough")
    }

    @Test("a new registration renames the subject and keeps the name it had")
    func renamed() async throws {
        let city = try await City()
        try await city.deliver("registration", [Rows.registration, Rows.registration("示例市云锦丝绸厂", code)])
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code, former: "示例市丝绸一厂")])
        let profile = try #require(try await city.store.profile(code: code))
        #expect(profile.state.name == name)
        #expect(profile.state.isRegistered)
        #expect(Set(profile.names(.former)) == ["示例市云锦丝绸厂", "示例市丝绸一厂"])
        #expect(profile.names.filter { $0.kind == .current }.map(\.text) == [name])
        let hit = try #require(try await city.store.search(SearchQuery(text: "云锦丝绸厂")).hits.first)
        #expect(hit.id == profile.id)
        #expect(hit.field == .formerName)
        #expect(hit.state.name == name)
    }

    @Test("another department's spelling of the name finds the subject and does not rename it")
    func deliveredName() async throws {
        let city = try await City()
        try await city.deliver("registration", [Rows.registration, Rows.registration(name, code)])
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty("云锦丝绸公司", code)])
        let profile = try #require(try await city.store.profile(code: code))
        #expect(profile.state.name == name)
        #expect(profile.names(.delivered) == ["云锦丝绸公司"])
        #expect(try await city.store.search(SearchQuery(text: "云锦丝绸公司")).hits.first?.field == .deliveredName)
    }

    @Test("the registration says standing, division and day of establishment; before it, the division is the code's")
    func standing() async throws {
        let city = try await City()
        try await city.deliver("penalty", [Rows.penalty, Rows.penalty(name, code)])
        #expect(try await city.store.profile(code: code)?.state.division == "990102")
        try await city.deliver(
            "registration", [Rows.registration, Rows.registration(name, code, status: "注销", division: "990105")])
        let state = try #require(try await city.store.profile(code: code)?.state)
        #expect(state.status == "deregistered")
        #expect(state.division == "990105")
        #expect(state.establishedOn == "2018-05-04")
    }

    @Test("a practitioner is filed by licence and found by it")
    func practitioner() async throws {
        let city = try await City()
        try await city.deliver(
            "practitioner",
            [
                Rows.practitioner, Rows.practitioner("示例甲", "19901202410000020"),
                Rows.practitioner("示例甲", "19901202410000021"),
            ])
        #expect(
            try await city.store.totals(shownOn: City.today).practitioners == 2, "one name, two licences, two files")
        let file = try #require(try await city.file("lawyer/19901202410000020", for: .public))
        #expect(file.profile.state.kind == .practitioner)
        #expect(file.profile.state.name == "示例甲")
        #expect(file.profile.names.isEmpty)
        #expect(file.records.count == 1)
    }

    @Test("a changed status of a licence is a second revision")
    func practitionerRevised() async throws {
        let city = try await City()
        try await city.deliver("practitioner", [Rows.practitioner, Rows.practitioner("示例甲", "19901202410000020")])
        let second = try await city.deliver(
            "practitioner", [Rows.practitioner, Rows.practitioner("示例甲", "19901202410000020", status: "注销")])
        #expect(second.totals.updated == 1)
    }

    @Test("a code that an officer accepted is kept with its first reason")
    func codeOverride() async throws {
        let city = try await City()
        let override = CodeOverride(
            code: "91350203M0001QAY9B", reason: "营业执照原件已核", officer: "officer-1", acceptedAt: City.now)
        #expect(try await city.store.accept(override))
        #expect(
            try await !city.store.accept(
                CodeOverride(code: override.code, reason: "另一个理由", officer: "officer-2", acceptedAt: City.now)))
        #expect(try await city.store.codeOverrides() == [override])
        await #expect(throws: StoreError.self) {
            try await city.store.accept(
                CodeOverride(code: "X", reason: "无", officer: "officer-1", acceptedAt: City.now))
        }
    }
}
