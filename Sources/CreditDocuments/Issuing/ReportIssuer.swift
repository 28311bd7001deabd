import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Crypto
import TransparencyLog

/// A report as it is handed over.
public struct IssuedDocument: Sendable {
    public let report: CreditReport
    public let record: IssuedReport
    public let json: [UInt8]
    public let signed: SignedReport
    /// Where it is checked.
    public let address: String
    /// Signed the JSON, and signs the pages: the key in force may have changed in between.
    let signer: ReportSigner
}

/// The counter where reports are asked for: looks who asks and for what, makes the report, signs it, and keeps what it stated
/// together with a row of the audit before it hands anything over.
public struct ReportIssuer: Sendable {
    public let catalogue: Catalogue
    public let store: any ServiceStore
    public let log: PublicLog
    /// The key in force; asked for each time, so that a new one counts at once.
    public let signer: @Sendable () throws -> ReportSigner
    /// Public address of the platform, without a slash at the end.
    public let address: String
    /// By whose day records are judged.
    public let clock: @Sendable () -> Instant
    /// The moment that the store stamps; apart from `clock` only where a demonstration takes place on another day.
    public let moment: @Sendable () -> Instant
    public let pool: RenderPool
    let statuses = StatusCache()

    public init(
        catalogue: Catalogue, store: any ServiceStore, log: PublicLog, signer: @escaping @Sendable () throws -> ReportSigner,
        address: String, pool: RenderPool = RenderPool(), clock: @escaping @Sendable () -> Instant,
        moment: @escaping @Sendable () -> Instant
    ) {
        self.catalogue = catalogue
        self.store = store
        self.log = log
        self.signer = signer
        self.address = address
        self.pool = pool
        self.clock = clock
        self.moment = moment
    }

    public static let statusPath = "/api/v1/reports/status"
    var statusAddress: String { address + Self.statusPath }
    public func checkAddress(_ number: String) -> String { "\(address)/verify/\(number)" }

    // MARK: asking

    /// Makes and signs a report.
    /// - Throws: `DocumentError` with what the asker can do; nothing is handed over where the audit could not be written.
    public func issue(_ request: ReportRequest) async throws -> IssuedDocument {
        let purpose = try await purpose(request)
        try check(request)
        // Asked for once, and before the moment is taken: a key never signs what is dated before it was made.
        let signer = try signer()
        let (now, today) = (moment(), clock().day)
        let scope = ReportScope(
            catalogue: catalogue, kind: request.kind, audience: request.asker.audience, period: request.period,
            fields: request.fields, today: today)
        guard
            let selection = try await store.selection(
                code: request.subject, most: catalogue.reports.rowsPerSection, groups: { scope.groups($0) })
        else { throw Self.unknownSubject }
        if request.asker.standing == .subject, let own = request.asker.ownCode, !Self.isOwn(own, selection.profile) {
            try await refuse(request, "own-only")
            throw Self.notOwn
        }
        // The whole seconds that are signed, so that report, JSON and store say the same moment.
        let issuedAt = Instant(milliseconds: now.milliseconds / 1000 * 1000)
        let number = ReportNumber.make(at: issuedAt)
        let report = ReportBuilder(
            catalogue: catalogue, request: request, purpose: purpose, scope: scope, selection: selection,
            delivered: try await store.lastDeliveries(),
            queries: request.asker.standing == .subject
                ? try await store.queries(about: selection.profile.id, limit: 50) : [],
            checks: request.asker.standing == .subject ? try await store.checks(about: selection.profile.id, limit: 50) : [],
            issuedAt: issuedAt, today: today
        ).build(number: number)
        let proofs = try await proofs(of: report)
        return try await sign(report, request, selection, proofs, by: signer, at: now)
    }

    private static func isOwn(_ code: String, _ profile: SubjectProfile) -> Bool {
        let own = SubjectFile.spellings(of: code)
        return own.contains(profile.state.code) || profile.identifiers.contains { own.contains($0.value) }
    }

    /// A report together with its pages. Where too many wait to be drawn, nothing is issued and nothing written down.
    public func issuePages(_ request: ReportRequest) async throws -> (document: IssuedDocument, pdf: [UInt8]) {
        let place = try pool.place()
        let document = try await issue(request)
        return (document, try await draw(document, in: place))
    }

    /// Whether a report would be issued, without issuing one.
    /// - Throws: what `issue` throws.
    public func preview(_ request: ReportRequest) async throws {
        _ = try named(request)
        try check(request)
        for spelling in SubjectFile.spellings(of: request.subject) {
            guard let profile = try await store.profile(code: spelling) else { continue }
            if request.asker.standing == .subject, let own = request.asker.ownCode, !Self.isOwn(own, profile) {
                throw Self.notOwn
            }
            return
        }
        throw Self.unknownSubject
    }

    private static let unknownSubject = DocumentError(
        .unknownSubject,
        Bilingual(zh: "这里没有这个代码的单位。没有查到不等于没有问题。", en: "Nobody here has this code. Not found is not the same as nothing wrong."))
    private static let notOwn = DocumentError(
        .notAllowed, Bilingual(zh: "这个密钥只能查询本单位。", en: "This key is for the organisation’s own report only."))

    private func purpose(_ request: ReportRequest) async throws -> ReportRules.Purpose {
        do { return try named(request) } catch {
            if request.asker.standing != .public { try await refuse(request, "wrong-purpose") }
            throw error
        }
    }

    private func named(_ request: ReportRequest) throws -> ReportRules.Purpose {
        if let purpose = catalogue.reports.purpose(request.purpose), purpose.askers.contains(request.asker.standing) {
            return purpose
        }
        let list = catalogue.reports.purposes.filter { $0.askers.contains(request.asker.standing) }
        throw DocumentError(
            .wrongPurpose,
            Bilingual(
                zh: "查询目的应为下列之一：\(list.map { "\($0.id)（\($0.title.zh)）" }.joined(separator: "、"))。",
                en: "The purpose is one of: \(list.map { "\($0.id) (\($0.title.en))" }.joined(separator: ", "))."))
    }

    private func check(_ request: ReportRequest) throws {
        if request.asker.standing == .officer, (request.asker.basis ?? "").utf8.count < 4 {
            throw DocumentError(
                .badRequest,
                Bilingual(zh: "查询不公开的信息需要写明依据（案件或者文件）。", en: "Asking for what is not public needs a basis: a case or a document."))
        }
        guard request.kind == .noViolation else { return }
        if request.asker.standing == .public {
            throw DocumentError(
                .notAllowed,
                Bilingual(zh: "信用代证由单位用自己的密钥申请。", en: "A certificate is asked for by the organisation itself, with its key."))
        }
        let certificate = catalogue.reports.certificate
        if let period = request.period {
            try CertificatePeriod(today: clock().day, maximumMonths: certificate.maximumMonths).check(period)
        }
        for field in request.fields where !certificate.fields.contains(where: { $0.id == field }) {
            throw DocumentError(
                .badRequest,
                Bilingual(
                    zh: "没有领域 \(field)；可选：\(certificate.fields.map { "\($0.id)（\($0.title.zh)）" }.joined(separator: "、"))。",
                    en: "There is no field \(field); there are: \(certificate.fields.map(\.id).joined(separator: ", "))."))
        }
    }

    private func note(_ request: ReportRequest) -> AuditNote {
        AuditNote(
            .reportIssued, by: request.asker.actor, source: request.source, purpose: request.purpose,
            basis: request.asker.basis)
    }

    /// Somebody came with a key that does not count. Who, is not known: a name without its key is nobody's.
    public func refuseKey(source: String) async throws {
        var note = AuditNote(.reportIssued, by: ReportAsker.anybody.actor, source: source, basis: "wrong-key")
        note.outcome = .refused
        try await store.audit(note, at: moment())
    }

    /// What somebody with a key asked for and may not have is kept as well.
    private func refuse(_ request: ReportRequest, _ code: String) async throws {
        var note = note(request)
        note.outcome = .refused
        note.purpose = String(request.purpose.unicodeScalars.prefix(60))
        note.basis = code
        try await store.audit(note, at: moment())
    }

    // MARK: making

    /// Proofs of the stated records by id; a record whose leaf is not public yet has none.
    private func proofs(of report: CreditReport) async throws -> [String: String] {
        let stated = report.statements.map(\.record)
        if stated.isEmpty { return [:] }
        let revisions = try await store.statements(of: stated)
        let note = try log.checkpoint()
        let head = try Checkpoint(verifying: note, keys: [log.key])
        var tiles = TileProofs(size: head.size) { try log.storage.read($0) }
        var proofs: [String: String] = [:]
        for revision in revisions where revision.leaf >= 0 && UInt64(revision.leaf) < head.size {
            let inclusion = try tiles.inclusion(of: UInt64(revision.leaf))
            guard let proof = RecordProof(revision, inclusion: inclusion, checkpoint: note) else { continue }
            proofs[revision.id.description] = String(decoding: proof.proof.bytes, as: UTF8.self)
        }
        return proofs
    }

    private func sign(
        _ report: CreditReport, _ request: ReportRequest, _ selection: SubjectSelection, _ proofs: [String: String],
        by signer: ReportSigner, at now: Instant
    ) async throws -> IssuedDocument {
        var note = note(request)
        note.before = report.subject.id.description
        let (issuer, statusList) = (address, statusAddress)
        let made = Made()
        let issued = try await store.issue(note, at: now) { index in
            let signed = try SignedReport(
                report, issuer: issuer, statusList: statusList, index: index, proofs: proofs, signer: signer)
            let json = try signed.bytes()
            made.keep(signed, json)
            return IssuedReport(
                number: report.number, index: index, subject: report.subject.id, kind: report.kind,
                language: report.language, issuedAt: now, purpose: report.asked.purpose,
                audience: report.asked.audience, asker: request.asker.actor, digest: Array(SHA256.hash(data: json)),
                lastOrdinal: selection.lastOrdinal, ground: selection.ground, keyID: signer.id, unlisted: report.unlisted,
                period: report.scope?.period, fields: report.scope?.fields.map(\.id) ?? [], statements: report.statements)
        }
        guard let (signed, json) = made.value else {
            throw DocumentError(.notDrawn, "the report was not signed")
        }
        return IssuedDocument(
            report: report, record: issued, json: json, signed: signed, address: checkAddress(report.number),
            signer: signer)
    }

    /// What was made inside the transaction, carried out of it.
    private final class Made: @unchecked Sendable {
        // Written once by the transaction, read after it has ended.
        private(set) var value: (SignedReport, [UInt8])?
        func keep(_ signed: SignedReport, _ json: [UInt8]) { value = (signed, json) }
    }

    /// The PDF of an issued report, with the JSON inside.
    public func pdf(of document: IssuedDocument) async throws -> [UInt8] { try await draw(document, in: try pool.place()) }

    private func draw(_ document: IssuedDocument, in place: RenderPool.Place) async throws -> [UInt8] {
        let pages = ReportPages(
            report: document.report, catalogue: catalogue, checkAddress: document.address,
            digest: Hexadecimal.text(document.record.digest))
        return try await pool.run(in: place) { type in
            try SealedPDF(
                pages: try pages.pdf(type), json: document.json, number: document.report.number, signer: document.signer
            ).bytes()
        }
    }
}
