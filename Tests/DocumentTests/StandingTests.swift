import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import CreditStore
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CreditDocuments

@Suite("how a report stands after what happened since", .onBothEngines)
struct StandingTests {
    private static let officer = Actor(.account, "li")
    /// When counters issue reports, and when everything else happens as well: no clock tells what came first.
    private static let moment = Instant(milliseconds: City.now.milliseconds + 60_000)
    private static let silk = "示例市云锦丝绸有限公司"

    /// What page and interface say, which must be what the status list says.
    private func status(_ counter: Counter, _ document: IssuedDocument) async throws -> StatusList.Status {
        let standing = try #require(try await counter.issuer.standing(document.report.number))
        let list = try StatusList(
            token: try await counter.issuer.statusList(), address: "https://credit.example/api/v1/reports/status",
            keys: try counter.issuer.signer().keys, at: City.now)
        #expect(list.status(at: document.record.index) == standing.status)
        return standing.status
    }

    private func certificate(_ counter: Counter, months: Int32 = 12) async throws -> IssuedDocument {
        try await counter.ask(
            kind: .noViolation, purpose: "listing", asker: Counter.own,
            period: City.today.adding(months: -Int(months))...City.today)
    }

    private func later(_ seconds: Int64) -> Instant { Instant(milliseconds: City.now.milliseconds + seconds * 1000) }

    @Test("a violation that is filed while a certificate is made supersedes it, whatever the clocks say")
    func during() async throws {
        let counter = try await Counter([])
        let clean = try await certificate(counter)
        #expect(clean.report.isClean)
        #expect(try await status(counter, clean) == .valid)
        try await counter.city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.silk, Counter.code, on: "2026-10-20")], at: Self.moment)
        #expect(try await status(counter, clean) == .superseded)
    }

    @Test("a violation of another period, another field or no violation at all leaves a certificate as it is")
    func outside() async throws {
        let counter = try await Counter([])
        let clean = try await counter.ask(
            kind: .noViolation, purpose: "listing", asker: Counter.own, period: City.today.adding(months: -12)...City.today,
            fields: ["tax"])
        try await counter.city.deliver(
            "penalty",
            [
                Rows.penalty, Rows.penalty(Self.silk, Counter.code, on: "2026-10-20"),
                Rows.penalty(Self.silk, Counter.code, document: "示税罚〔2025〕1号", on: "2025-01-20", authority: "国家税务总局示例市税务局"),
            ], at: Self.moment)
        #expect(try await status(counter, clean) == .valid)
    }

    @Test("a violation that is restored, or whose day is corrected into the period, supersedes a certificate")
    func restored() async throws {
        let rows = [Rows.penalty(Self.silk, Counter.code, on: "2026-10-20"), Rows.penalty(Self.silk, Counter.code, document: "示市监罚〔2024〕7号", on: "2024-10-20")]
        let counter = try await Counter(rows)
        let record = try #require(try await counter.ask().report.sections.flatMap(\.entries).first { $0.day == "2026-10-20" }?.record)
        _ = try await counter.city.store.amend(
            record, Amendment(.withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕9号", officer: Self.officer),
            catalogue: counter.city.catalogue, source: "test", at: Self.moment)
        let clean = try await certificate(counter)
        #expect(clean.report.isClean)
        _ = try await counter.city.store.amend(
            record, Amendment(.restore, reason: .withdrawalRevoked, basis: "示市监复〔2026〕9号", officer: Self.officer),
            catalogue: counter.city.catalogue, source: "test", at: Self.moment)
        #expect(try await status(counter, clean) == .superseded)
        _ = try await counter.city.store.amend(
            record, Amendment(.withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕10号", officer: Self.officer),
            catalogue: counter.city.catalogue, source: "test", at: Self.moment)
        let again = try await certificate(counter)
        #expect(try await status(counter, again) == .valid)
        try await counter.city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.silk, Counter.code, document: "示市监罚〔2024〕7号", on: "2026-09-20")], at: Self.moment)
        #expect(try await status(counter, again) == .superseded)
    }

    @Test("records of a subject that is merged in count from then on; where the merger is undone, they do not")
    func merged() async throws {
        let counter = try await Counter([])
        let other = "示例市云锦丝绸厂"
        let number = Codes.registration(7)
        try await counter.city.deliver(
            "registration", [Rows.registration, Rows.registration(other, "", number: number)], at: Self.moment)
        try await counter.city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(other, "", number: number, on: "2026-10-20")], at: Self.moment)
        let store = counter.city.store
        let subject = try #require(try await store.profile(code: Counter.code)).id
        let part = try #require(try await store.profile(code: number)).id
        let clean = try await certificate(counter)
        let ofPart = try await counter.ask(number)
        #expect(clean.report.isClean && subject != part)
        func perform(_ deed: IdentityAct.Deed) async throws -> [Int64] {
            let catalogue = counter.city.catalogue
            return try await store.transact(at: Self.moment) { transaction in
                try IdentityAct(deed, reason: "登记档案显示为同一单位", officer: Self.officer).perform(
                    catalogue: catalogue, source: "test", in: transaction)
            }
        }
        let decision = try #require(try await perform(.merge(subject, other: part)).first)
        #expect(try await status(counter, clean) == .superseded)
        #expect(try await status(counter, ofPart) == .valid)
        let found = try await certificate(counter)
        #expect(!found.report.isClean)
        #expect(try await status(counter, found) == .valid)
        _ = try await perform(.undo(decision: decision))
        #expect(try await status(counter, clean) == .valid)
        #expect(try await status(counter, found) == .superseded)
    }

    @Test("a corrected registration or licence supersedes, and both carry their proof")
    func basic() async throws {
        let counter = try await Counter([])
        try await counter.city.deliver("practitioner", [Rows.practitioner, Rows.practitioner("示例甲", "19901202610000001")])
        let organisation = try await counter.ask()
        let practitioner = try await counter.ask("lawyer/19901202610000001")
        #expect(try counter.verifier.verify(organisation.json).proved == 1)
        #expect(organisation.record.statements.count == 1 && practitioner.record.statements.count == 1)
        #expect(try await status(counter, organisation) == .valid)
        #expect(try await status(counter, practitioner) == .valid)
        try await counter.city.deliver(
            "registration", [Rows.registration, Rows.registration(Self.silk, Counter.code, status: "注销")], at: Self.moment)
        try await counter.city.deliver(
            "practitioner", [Rows.practitioner, Rows.practitioner("示例甲", "19901202610000001", status: "注销")], at: Self.moment)
        #expect(try await status(counter, organisation) == .superseded)
        #expect(try await status(counter, practitioner) == .superseded)
    }

    @Test("a record that is only counted, since there are too many, supersedes when it changes; a new one does not")
    func unlisted() async throws {
        let rows = (1...103).map { number in
            Rows.penalty(
                Self.silk, Counter.code, document: "示市监罚〔2026〕\(number)号",
                on: Day(daysSinceEpoch: City.today.daysSinceEpoch - 200 + Int32(number)).description)
        }
        let counter = try await Counter(rows)
        let document = try await counter.ask()
        #expect((document.record.unlisted, document.record.statements.count) == (3, 101))
        try await counter.city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.silk, Counter.code, document: "示市监罚〔2026〕999号", on: "2026-11-20")], at: Self.moment)
        #expect(try await status(counter, document) == .valid)
        #expect(try await counter.issuer.standing(document.report.number)?.newer.count == 1)
        let stated = Set(document.record.statements.map(\.record))
        let subject = document.report.subject.id
        let oldest = try #require(
            (1...103).map { RecordID(subject: subject, ordinal: $0) }.first { !stated.contains($0) })
        _ = try await counter.city.store.amend(
            oldest, Amendment(.withdraw, reason: .decisionRevoked, basis: "示市监撤〔2026〕9号", officer: Self.officer),
            catalogue: counter.city.catalogue, source: "test", at: Self.moment)
        #expect(try await status(counter, document) == .superseded)
    }

    /// A key that can be changed while the counter is open.
    private final class Keys: Sendable {
        let signer: Mutex<ReportSigner>
        let asked = Mutex(0)
        init(_ signer: ReportSigner) { self.signer = Mutex(signer) }
    }

    private func counter(_ keys: Keys, _ counter: Counter, pool: RenderPool = RenderPool(lanes: 1)) -> ReportIssuer {
        ReportIssuer(
            catalogue: counter.city.catalogue, store: counter.city.store, log: counter.issuer.log,
            signer: {
                keys.asked.withLock { $0 += 1 }
                return keys.signer.withLock { $0 }
            }, address: "https://credit.example", pool: pool, clock: { City.now }, moment: { Self.moment })
    }

    private static let question = ReportRequest(
        subject: Counter.code, purpose: "information", asker: .anybody, source: "test")

    @Test("what a withdrawn key signed is not valid, whether it was withdrawn at once or long after")
    func withdrawn() async throws {
        let base = try await Counter([])
        let keys = Keys(base.signer)
        let issuer = counter(keys, base)
        func status(_ number: String) async throws -> [StatusList.Status?] {
            let standing = try #require(try await issuer.standing(number))
            let list = try StatusList(
                token: try await issuer.statusList(), address: "https://credit.example/api/v1/reports/status",
                keys: keys.signer.withLock { $0 }.keys, at: City.now)
            return [standing.status, list.status(at: standing.report.index)]
        }
        let first = try await issuer.issue(Self.question)
        #expect(try await status(first.report.number) == [.valid, .valid])
        keys.signer.withLock { $0 = ReportSigner(after: $0.keys, at: Self.moment) }
        let second = try await issuer.issue(Self.question)
        #expect(try await status(first.report.number) == [.valid, .valid])
        let early = base.signer.id
        try keys.signer.withLock { $0 = try $0.withdrawing(early, at: later(3600)) }
        #expect(try await status(first.report.number) == [.invalid, .invalid])
        #expect(try await status(second.report.number) == [.valid, .valid])
        let set = keys.signer.withLock { $0 }.keys
        #expect(throws: DocumentError(.invalid, "")) { _ = try ReportVerifier(keys: set, log: nil).verify(first.json) }
        #expect(throws: DocumentError(.badRequest, "")) { _ = try keys.signer.withLock { try $0.withdrawing($0.id, at: City.now) } }
        #expect(throws: DocumentError(.badRequest, "")) { _ = try keys.signer.withLock { try $0.withdrawing(early, at: City.now) } }
        keys.signer.withLock { $0 = ReportSigner(after: $0.keys, compromised: true, at: Self.moment) }
        #expect(try await status(second.report.number) == [.invalid, .invalid])
    }

    @Test("one report is signed by one key, even where it is replaced before the pages are drawn")
    func rotated() async throws {
        let base = try await Counter([])
        let keys = Keys(base.signer)
        let issuer = counter(keys, base)
        let document = try await issuer.issue(Self.question)
        #expect(keys.asked.withLock { $0 } == 1)
        keys.signer.withLock { $0 = ReportSigner(after: $0.keys, at: later(61)) }
        let pdf = try await issuer.pdf(of: document)
        let verifier = ReportVerifier(keys: keys.signer.withLock { $0 }.keys, log: nil)
        #expect(try verifier.verify(document: pdf).pagesChecked)
    }

    @Test("where no more can be drawn, nothing is issued and nothing is written down")
    func busy() async throws {
        let base = try await Counter([])
        let issuer = counter(Keys(base.signer), base, pool: RenderPool(lanes: 1, mostWaiting: 0))
        await #expect(throws: DocumentError(.busy, "")) { _ = try await issuer.issuePages(Self.question) }
        #expect(try await base.city.store.reportFlags().isEmpty)
    }

    @Test("reports from before grounds were kept are judged by what they state")
    func older() async throws {
        let counter = try await Counter([])
        let clean = try await certificate(counter)
        // As schema 8 left it.
        let other = IssuedReport(
            number: "2026112309000000000AB", index: 0, subject: clean.record.subject, kind: .noViolation, language: .chinese,
            issuedAt: City.now, purpose: "listing", audience: .own, asker: Self.officer, digest: clean.record.digest,
            lastOrdinal: 0, ground: nil, keyID: nil, unlisted: 0, period: clean.record.period, fields: clean.record.fields,
            statements: clean.record.statements)
        _ = try await counter.city.store.issue(
            AuditNote(.reportIssued, by: Self.officer, source: "test"), at: Self.moment
        ) { index in other.placed(at: index) }
        #expect(try await counter.issuer.standing(other.number)?.status == .valid)
        try await counter.city.deliver(
            "penalty", [Rows.penalty, Rows.penalty(Self.silk, Counter.code, on: "2026-10-20")], at: Self.moment)
        #expect(try await counter.issuer.standing(other.number)?.status == .superseded)
        #expect(try await counter.city.store.reportFlags().map(\.isDoubtful) == [true, true])
    }
}

extension IssuedReport {
    fileprivate func placed(at index: Int64) -> IssuedReport {
        IssuedReport(
            number: number, index: index, subject: subject, kind: kind, language: language, issuedAt: issuedAt, purpose: purpose,
            audience: audience, asker: asker, digest: digest, lastOrdinal: lastOrdinal, ground: ground, keyID: keyID,
            unlisted: unlisted, period: period, fields: fields, statements: statements)
    }
}

@Suite("the days of a certificate")
struct CertificatePeriodTests {
    private let rule = CertificatePeriod(today: City.today, maximumMonths: 60)
    private func day(_ text: String) -> Day? { Day(iso: text) }

    @Test(
        "what is left out is filled in, within what is allowed",
        arguments: [
            ("", "", ""), ("2025-01-01", "", "2025-01-01 2026-11-23"), ("", "2026-01-01", "2023-01-01 2026-01-01"),
            ("", "2023-01-01", "2021-11-23 2023-01-01"), ("2026-11-23", "2026-11-23", "2026-11-23 2026-11-23"),
        ])
    func filled(from: String, to: String, is expected: String) throws {
        let days = try rule.days(from: day(from), to: day(to))
        #expect(days.map { "\($0.lowerBound) \($0.upperBound)" } ?? "" == expected)
    }

    @Test(
        "what cannot be is blamed on the day that is wrong",
        arguments: [
            ("", "2020-01-01", "`to`"), ("2020-01-01", "", "`from`"), ("", "2026-12-01", "`to`"), ("2026-05-01", "2026-04-01", "`from`"),
            ("2019-01-01", "2020-01-01", "`to`"),
        ])
    func refused(from: String, to: String, names word: String) {
        do {
            _ = try rule.days(from: day(from), to: day(to))
            Issue.record("\(from) \(to) was taken")
        } catch {
            #expect((error as? DocumentError)?.detail.contains(word) == true, "\(error)")
        }
    }
}
