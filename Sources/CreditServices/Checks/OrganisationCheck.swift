import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditResolution

/// Checks many organisations at once: whom each row means, what is public about them, and the audit before any of it is told.
public struct OrganisationCheck: Sendable {
    public let catalogue: Catalogue
    public let store: any ServiceStore
    /// By whose day records are judged.
    public let clock: @Sendable () -> Instant
    /// The moment that the store stamps.
    public let moment: @Sendable () -> Instant

    public init(
        catalogue: Catalogue, store: any ServiceStore, clock: @escaping @Sendable () -> Instant,
        moment: @escaping @Sendable () -> Instant
    ) {
        self.catalogue = catalogue
        self.store = store
        self.clock = clock
        self.moment = moment
    }

    private var rules: CheckRules { catalogue.reports.check }

    /// Reads a table for a check.
    /// - Throws: `CheckError` for a file that is no table or has no column to go by.
    public func sheet(
        _ open: () throws -> any TableReader, asker: CheckAsker, given: [MatchColumns.Part: String] = [:]
    ) throws -> CheckSheet {
        do {
            return try CheckSheet(
                try open(), mostRows: asker.mostRows(rules), given: given, catalogue: catalogue)
        } catch let error as TableError {
            throw CheckError(.notATable, Bilingual(zh: error.zh, en: error.en))
        } catch let error as MatchColumnsError {
            throw CheckError(.notATable, error.message)
        }
    }

    /// The same for a file that was sent.
    public func sheet(bytes: [UInt8], name: String, asker: CheckAsker) throws -> CheckSheet {
        try sheet({ try Table.open(bytes: bytes, name: name) }, asker: asker)
    }

    /// First day of a look-back of so many years.
    public func since(years: Int?) throws -> Day {
        let years = years ?? rules.years
        guard (1...rules.mostYears).contains(years) else { throw wrongPeriod }
        return clock().day.adding(months: -12 * years)
    }

    /// - Throws: `CheckError` with what the asker can do. Nothing is told where the audit could not be written (RIGHTS 15).
    public func perform(_ request: CheckRequest) async throws -> CheckResult {
        let purpose = try await purpose(request)
        try check(request)
        let asked = request.sheet.rows.indices.filter { request.sheet.rows[$0].query != nil }
        let answers = try await store.match(asked.compactMap { request.sheet.rows[$0].query }, divisions: catalogue.divisions)
        var answer = [MatchAnswer?](repeating: nil, count: request.sheet.rows.count)
        for (place, found) in zip(asked, answers) { answer[place] = found }
        let sure = Set(answers.compactMap { $0.decision == .match ? $0.subject : nil })
        let candidates = Set(answers.flatMap { $0.decision == .review ? $0.candidates.map(\.subject) : [] })

        let now = moment()
        var note = note(request)
        note.object = "\(request.sheet.rows.count) rows, \(sure.count) organisations"
        note.before = SubjectList.text(sure)
        // Of a list that named a person not even a digest is kept: that of a short list tells what it said (RIGHTS 6).
        note.after = request.sheet.rows.contains { $0.query == nil || $0.isBlanked } ? nil : request.digest
        try await store.audit(note, at: now)

        let (today, language, wording) = (clock().day, request.language, catalogue.wording)
        let reader = CheckedRecords(
            catalogue: catalogue, format: FieldFormat(catalogue: catalogue, language: language), since: request.since,
            today: today, stillListed: wording["checkStillListed"]?[language] ?? "checkStillListed",
            marks: { wording["mark-\($0.rawValue)"]?[language] ?? "mark-\($0.rawValue)" })
        async let known = store.files(of: Array(sure), read: reader.read, counted: reader.counted, reader.subject)
        async let states = store.states(of: Array(candidates))
        async let delivered = store.lastDeliveries()
        return CheckBuilder(
            catalogue: catalogue, request: request, purpose: purpose, answers: answer,
            known: try await known.compactMapValues { $0 }, states: try await states, delivered: try await delivered, now: now,
            today: today
        ).build()
    }

    private func purpose(_ request: CheckRequest) async throws -> ReportRules.Purpose {
        let purposes = request.asker.purposes(catalogue.reports)
        if let purpose = purposes.first(where: { $0.id == request.purpose }) { return purpose }
        if !request.asker.isPublic {
            // What somebody with a name asked for and may not have is kept as well.
            var note = note(request)
            note.outcome = .refused
            note.purpose = String(request.purpose.unicodeScalars.prefix(60))
            note.basis = CheckError.Code.wrongPurpose.name
            try await store.audit(note, at: moment())
        }
        throw CheckError(
            .wrongPurpose,
            Bilingual(
                zh: "查询目的应为下列之一：\(purposes.map { "\($0.id)（\($0.title.zh)）" }.joined(separator: "、"))。",
                en: "The purpose is one of: \(purposes.map { "\($0.id) (\($0.title.en))" }.joined(separator: ", "))."))
    }

    private func note(_ request: CheckRequest) -> AuditNote {
        // What a stranger writes is nobody's basis, and a citizen's number is none.
        let basis = request.basis.flatMap { request.asker.isPublic || CitizenNumber.occurs(inText: $0) ? nil : $0 }
        return AuditNote(
            .organisationsChecked, by: request.asker.actor, source: request.source, purpose: request.purpose, basis: basis)
    }

    private func check(_ request: CheckRequest) throws {
        let today = clock().day
        if request.since > today || request.since < today.adding(months: -12 * rules.mostYears) { throw wrongPeriod }
        if request.sheet.isCut {
            let most = request.asker.mostRows(rules)
            throw CheckError(
                .tooManyRows,
                request.asker.isPublic
                    ? Bilingual(
                        zh: "一次最多 \(most) 行。请分成几份；经常需要查很多单位的，请向平台窗口申请密钥，一次可查 \(rules.mostRows) 行。",
                        en: "At most \(most) rows at a time. Split the file; whoever checks many organisations often can ask the platform’s counter for a key, for \(rules.mostRows) rows at a time.")
                    : Bilingual(zh: "一次最多 \(most) 行，请分成几份。", en: "At most \(most) rows at a time; please split the file."))
        }
        if request.sheet.rows.isEmpty {
            throw CheckError(
                .noRows,
                Bilingual(
                    zh: "没有可以核对的行：请在表头下面每行写一个单位的名称或者统一社会信用代码。",
                    en: "There is no row to check: write the name or the code of one organisation in each row below the headings."))
        }
    }

    private var wrongPeriod: CheckError {
        CheckError(
            .wrongPeriod,
            Bilingual(
                zh: "回看期为 1 到 \(rules.mostYears) 年，起始日不能晚于今天。",
                en: "The look-back is 1 to \(rules.mostYears) years and begins today at the latest."))
    }
}
