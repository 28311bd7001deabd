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
        let (now, today) = (moment(), clock().day)
        let publisher = Publisher(catalogue: catalogue, today: today)
        guard
            let file = try await SubjectFile.load(
                code: request.subject, from: store, publisher: publisher, audience: request.asker.audience)
        else {
            throw DocumentError(
                .unknownSubject,
                Bilingual(zh: "这里没有这个代码的单位。没有查到不等于没有问题。", en: "Nobody here has this code. Not found is not the same as nothing wrong."))
        }
        if request.asker.standing == .subject, request.asker.ownCode != file.profile.state.code {
            try await refuse(request, "own-only")
            throw DocumentError(
                .notAllowed,
                Bilingual(zh: "这个密钥只能查询本单位。", en: "This key is for the organisation’s own report only."))
        }
        // The whole seconds that are signed, so that report, JSON and store say the same moment.
        let issuedAt = Instant(milliseconds: now.milliseconds / 1000 * 1000)
        let number = ReportNumber.make(at: issuedAt)
        let report = ReportBuilder(
            catalogue: catalogue, request: request, purpose: purpose, file: file, delivered: try await store.lastDeliveries(),
            queries: request.asker.standing == .subject ? try await store.queries(about: file.profile.id, limit: 50) : [],
            issuedAt: issuedAt, today: today
        ).build(number: number)
        let proofs = try await proofs(of: report)
        return try await sign(report, request, file, proofs, at: now)
    }

    private func purpose(_ request: ReportRequest) async throws -> ReportRules.Purpose {
        if let purpose = catalogue.reports.purpose(request.purpose), purpose.askers.contains(request.asker.standing) {
            return purpose
        }
        if request.asker.standing != .public { try await refuse(request, "wrong-purpose") }
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
        let today = clock().day
        let certificate = catalogue.reports.certificate
        if let period = request.period,
            period.upperBound > today || period.lowerBound < today.adding(months: -certificate.maximumMonths)
        {
            throw DocumentError(
                .badRequest,
                Bilingual(
                    zh: "期间不能早于 \(certificate.maximumMonths) 个月前，也不能晚于今天。",
                    en: "The period begins at most \(certificate.maximumMonths) months ago and ends today at the latest."))
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
        var revisions: [Revision] = []
        for entry in report.sections.flatMap(\.entries) {
            let history = try await store.history(of: entry.record)
            if let stated = history.last(where: { $0.statement != nil }) { revisions.append(stated) }
        }
        if revisions.isEmpty { return [:] }
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
        _ report: CreditReport, _ request: ReportRequest, _ file: SubjectFile, _ proofs: [String: String], at now: Instant
    ) async throws -> IssuedDocument {
        let signer = try signer()
        var note = note(request)
        note.before = report.subject.id.description
        let (issuer, statusList) = (address, statusAddress)
        let made = Made()
        let lastOrdinal = file.records.map(\.row.id.ordinal).max() ?? 0
        let issued = try await store.issue(note, at: now) { index in
            let signed = try SignedReport(
                report, issuer: issuer, statusList: statusList, index: index, proofs: proofs, signer: signer)
            let json = try signed.bytes()
            made.keep(signed, json)
            return IssuedReport(
                number: report.number, index: index, subject: report.subject.id, kind: report.kind,
                language: report.language, issuedAt: now, purpose: report.asked.purpose,
                audience: report.asked.audience, asker: request.asker.actor, digest: Array(SHA256.hash(data: json)),
                lastOrdinal: lastOrdinal, period: report.scope?.period, fields: report.scope?.fields.map(\.id) ?? [],
                statements: report.sections.flatMap(\.entries).map {
                    IssuedReport.Statement(record: $0.record, revision: $0.revision)
                })
        }
        guard let (signed, json) = made.value else {
            throw DocumentError(.notDrawn, "the report was not signed")
        }
        return IssuedDocument(
            report: report, record: issued, json: json, signed: signed, address: checkAddress(report.number))
    }

    /// What was made inside the transaction, carried out of it.
    private final class Made: @unchecked Sendable {
        // Written once by the transaction, read after it has ended.
        private(set) var value: (SignedReport, [UInt8])?
        func keep(_ signed: SignedReport, _ json: [UInt8]) { value = (signed, json) }
    }

    /// The PDF of an issued report, with the JSON inside.
    public func pdf(of document: IssuedDocument) async throws -> [UInt8] {
        let pages = ReportPages(
            report: document.report, catalogue: catalogue, checkAddress: document.address,
            digest: Hexadecimal.text(document.record.digest))
        let signer = try signer()
        return try await pool.run { type in
            try SealedPDF(
                pages: try pages.pdf(type), json: document.json, number: document.report.number, signer: signer
            ).bytes()
        }
    }

    // MARK: status

    /// How a report stands now.
    public struct Standing: Sendable {
        public let report: IssuedReport
        public let status: StatusList.Status
        public let changed: [IssuedReport.Statement]
        /// Records that arrived later; for a certificate those that lie in its scope.
        public let newer: [RecordID]
    }

    /// - Returns: nil where no report has this number.
    public func standing(_ text: String) async throws -> Standing? {
        guard let number = ReportNumber.read(text), let report = try await store.issuedReport(number: number) else {
            return nil
        }
        let standing = try await store.standing(of: report)
        guard report.kind == .noViolation else {
            return Standing(
                report: report, status: standing.changed.isEmpty ? .valid : .superseded, changed: standing.changed,
                newer: standing.newer)
        }
        var newer: [RecordID] = []
        for record in try await store.records(of: report.subject) where standing.newer.contains(record.id) {
            if isWithin(report, record) { newer.append(record.id) }
        }
        return Standing(
            report: report, status: standing.changed.isEmpty && newer.isEmpty ? .valid : .superseded,
            changed: standing.changed, newer: newer)
    }

    /// Whether a later record would have been on a certificate.
    private func isWithin(_ report: IssuedReport, _ record: RecordRow) -> Bool {
        let rules = catalogue.reports.certificate
        guard rules.items.contains(record.item), let item = catalogue.item(record.item), record.standing == .standing else {
            return false
        }
        let authority = item.position(of: .authority).flatMap { record.values[item.fields[$0].name] }
        guard let field = rules.field(ofAuthority: authority), report.fields.contains(field.id) else { return false }
        guard let day = record.day.flatMap({ Day(iso: $0) }), let period = report.period else { return true }
        return period.contains(day)
    }

    /// The signed list of the status of every report, computed now.
    public func statusList() async throws -> String {
        var list = StatusList()
        for flag in try await store.reportFlags() {
            var status: StatusList.Status = flag.isChanged ? .superseded : .valid
            if status == .valid, flag.hasNewer, let now = try await standing(flag.number) { status = now.status }
            list.set(status, at: flag.index)
        }
        return try list.token(address: statusAddress, at: moment(), signer: try signer())
    }
}
