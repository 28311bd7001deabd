import CreditCatalogue
import CreditDocuments
import CreditModel
import CreditRegistry
import CreditServices
import Foundation
import TestSupport
import Testing

@testable import CreditStore

@Suite("who gets which report")
struct IssueTests {
    @Test("a report states what the public sees, is signed, proved and counted, and its issue is audited")
    func full() async throws {
        let counter = try await Counter()
        let document = try await counter.ask()
        let report = try counter.verifier.verify(document.json)
        #expect(report.number == document.report.number)
        #expect((report.records, report.proved, report.withheld) == (2, 2, 0))
        #expect(document.report.counters.first { $0.id == "administrative" }?.count == 1)
        #expect(try await counter.issuer.standing(report.number)?.status == .valid)
        #expect(try await counter.city.store.issuedReport(number: report.number)?.digest == report.digest)
        let check = try await counter.city.verify()
        #expect(check.audits >= 4)
    }

    @Test("a record that is corrected or withdrawn afterwards makes the report superseded, without any job")
    func superseded() async throws {
        let counter = try await Counter()
        let document = try await counter.ask()
        let record = try #require(document.report.sections.first?.entries.first?.record)
        _ = try await counter.city.store.amend(
            record,
            Amendment(.withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕9号", officer: Actor(.account, "li")),
            catalogue: counter.city.catalogue, source: "test", at: Instant(milliseconds: City.now.milliseconds + 60_000))
        let standing = try #require(try await counter.issuer.standing(document.report.number))
        #expect(standing.status == .superseded)
        #expect(standing.changed.map(\.record) == [record])
        let list = try StatusList(
            token: try await counter.issuer.statusList(), address: "https://credit.example/api/v1/reports/status",
            keys: counter.signer.keys, at: City.now)
        #expect(list.status(at: document.record.index) == .superseded)
        // A new report does not state it any more.
        #expect(try await counter.ask().report.sections.allSatisfy { $0.entries.isEmpty })
    }

    @Test(
        "a purpose that is not for the asker is refused, by name of those that are",
        arguments: ["", "supervision", "own", "nothing"])
    func wrongPurpose(_ purpose: String) async throws {
        let counter = try await Counter([])
        await #expect(throws: DocumentError(.wrongPurpose, "")) { _ = try await counter.ask(purpose: purpose) }
    }

    @Test("nobody known by the code: an error, and no report")
    func unknown() async throws {
        let counter = try await Counter([])
        await #expect(throws: DocumentError(.unknownSubject, "")) { _ = try await counter.ask("91990199MACX999999") }
        #expect(try await counter.city.store.reportFlags().isEmpty)
    }

    @Test("an organisation's key opens its own report only; the public gets no certificate; an officer needs a basis")
    func limits() async throws {
        let counter = try await Counter([])
        let other = ReportAsker(actor: Actor(.account, "x"), standing: .subject, ownCode: Codes.unified(2))
        await #expect(throws: DocumentError(.notAllowed, "")) { _ = try await counter.ask(purpose: "own", asker: other) }
        await #expect(throws: DocumentError(.notAllowed, "")) { _ = try await counter.ask(kind: .noViolation) }
        let bare = ReportAsker(actor: Actor(.account, "li"), standing: .officer)
        await #expect(throws: DocumentError(.badRequest, "")) {
            _ = try await counter.ask(purpose: "supervision", asker: bare)
        }
    }

    @Test("a certificate counts by field and period; without a violation it says so; a later one supersedes it")
    func certificate() async throws {
        let counter = try await Counter()
        let today = City.today
        let found = try await counter.ask(kind: .noViolation, purpose: "listing", asker: Counter.own)
        #expect(found.report.scope?.fields.first { $0.id == "market" }?.count == 1)
        let clean = try await counter.ask(
            kind: .noViolation, purpose: "listing", asker: Counter.own, period: today.adding(months: -12)...today,
            fields: ["market", "tax"])
        #expect(clean.report.isClean)
        await #expect(throws: DocumentError(.badRequest, "")) {
            _ = try await counter.ask(
                kind: .noViolation, purpose: "listing", asker: Counter.own, period: today.adding(months: -61)...today)
        }
        #expect(try await counter.issuer.standing(clean.report.number)?.status == .valid)
        try await counter.city.deliver(
            "penalty",
            [
                Rows.penalty,
                Rows.penalty("示例市云锦丝绸有限公司", Counter.code, document: "示市监罚〔2026〕9号", on: "2026-10-20"),
            ], at: Instant(milliseconds: City.now.milliseconds + 120_000))
        #expect(try await counter.issuer.standing(clean.report.number)?.status == .superseded)
    }

    @Test("the organisation reads who asked for more than the public sees")
    func queries() async throws {
        let counter = try await Counter()
        _ = try await counter.ask(purpose: "supervision", asker: Counter.officer)
        _ = try await counter.ask()
        let own = try await counter.ask(purpose: "own", asker: Counter.own)
        #expect(own.report.queries?.map(\.by) == ["li"])
        #expect(try await counter.ask().report.queries == nil)
    }

    @Test("a report of a practitioner has no label (RIGHTS 7)")
    func practitioner() async throws {
        let counter = try await Counter([])
        try await counter.city.deliver("practitioner", [Rows.practitioner, Rows.practitioner("示例甲", "19901202610000001")])
        let report = try await counter.ask("lawyer/19901202610000001").report
        #expect(report.subject.kind == .practitioner && report.subject.labels.isEmpty)
    }

    @Test("a subject with thousands of records gets a report that counts all and states the newest, and says so")
    func thousands() async throws {
        let rows = (1...4200).map { number in
            Rows.penalty(
                "示例市云锦丝绸有限公司", Counter.code, document: "示市监罚〔2026〕\(number)号",
                on: Day(daysSinceEpoch: City.today.daysSinceEpoch - Int32(number % 900)).description)
        }
        let counter = try await Counter(rows)
        let document = try await counter.ask()
        let section = try #require(document.report.sections.first)
        #expect((section.total, section.entries.count, document.report.unlisted) == (4200, 100, 4100))
        #expect(document.report.counters.first { $0.id == "administrative" }?.count == 4200)
        // The newest day first, and of one day the last that came.
        #expect(section.entries.map(\.heading).prefix(2) == ["示市监罚〔2026〕3600号", "示市监罚〔2026〕2700号"])
        #expect(document.record.statements.count == 101 && document.json.count < 1_000_000)
        let checked = try counter.verifier.verify(document.json)
        #expect((checked.proved, checked.unlisted, checked.withheld) == (101, 4100, 0))
        #expect(try await counter.issuer.standing(document.report.number)?.status == .valid)
        let found = try await counter.ask(kind: .noViolation, purpose: "listing", asker: Counter.own, fields: ["market"])
        #expect(found.report.scope?.fields.map(\.count) == [4200])
    }

    @Test("a key that does not count leaves a trace, without a name that nobody proved")
    func wrongKey() async throws {
        let counter = try await Counter([])
        let before = try await counter.city.verify().audits
        try await counter.issuer.refuseKey(source: "portal")
        #expect(try await counter.city.verify().audits > before)
        let rows = try await counter.city.store.database.read { connection in
            try connection.rows("SELECT actor, outcome, basis FROM audit WHERE event = 'report-issued'") {
                [$0.text(0), $0.text(1), $0.text(2)]
            }
        }
        #expect(rows == [[Actor(.account, "public").description, "refused", "wrong-key"]])
    }
}
