import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// Makes a report's content from what one audience may see.
struct ReportBuilder {
    let catalogue: Catalogue
    let request: ReportRequest
    let purpose: ReportRules.Purpose
    let file: SubjectFile
    let delivered: [String: Instant]
    let queries: [IssuedReport]
    let issuedAt: Instant
    let today: Day

    private var language: Language { request.language }
    private var format: FieldFormat { FieldFormat(catalogue: catalogue, language: language) }
    private var rules: ReportRules { catalogue.reports }

    private func word(_ key: String, _ values: [String: String] = [:]) -> String {
        catalogue.wording[key]?.filling(values)[language] ?? key
    }

    /// What may still be disclosed to this audience. A withdrawn, shielded or archived record is in no report, whoever asks.
    private var records: [RecordView] {
        file.records.filter { record in
            switch record.state {
            case .shown: true
            case .ended: request.asker.standing != .public
            case .notPublic: request.asker.standing != .public && record.item.publicity != .none
            case .archived, .withdrawn, .shielded, .erased: false
            }
        }
    }

    func build(number: String) -> CreditReport {
        let state = file.profile.state
        let isCertificate = request.kind == .noViolation
        let (sections, scope) = isCertificate ? certificate() : (full(), nil)
        let registration = records.first { isBasic($0) }
        let facts = registration.map { self.facts($0, leavingOutSubject: false) } ?? []
        let searched = isCertificate ? rules.certificate.items : rules.sections.flatMap(\.items)
        return CreditReport(
            number: number, kind: request.kind, language: language, issuedAt: issuedAt, today: today,
            issuer: word("reportIssuer", ["city": catalogue.edition.city[language]]),
            edition: catalogue.edition.id, layout: rules.version,
            subject: CreditReport.Subject(
                id: file.profile.id, kind: state.kind, code: state.code, name: state.name, labels: labels(state)),
            asked: CreditReport.Asked(
                by: asker(request.asker.actor), audience: request.asker.audience, purpose: purpose.id,
                purposeTitle: purpose.title[language], purposeBasis: format.bases(purpose.basis),
                basis: request.asker.basis),
            facts: facts.isEmpty ? [nameFact(state)] : facts,
            counters: sections.map { CreditReport.Counter(id: $0.id, title: $0.title, count: $0.total) },
            sections: sections, scope: scope, sources: sources(searched), notCovered: notCovered(searched),
            queries: request.asker.standing == .subject ? queries.map(query) : nil)
    }

    // MARK: head

    private func isBasic(_ record: RecordView) -> Bool {
        record.item.category == "registration" || record.item.category == "profession"
    }

    private func nameFact(_ state: SubjectState) -> CreditReport.Fact {
        CreditReport.Fact(name: "subjectName", label: word("factName"), value: state.name, text: state.name)
    }

    /// Status and list memberships. A natural person is given no label (RIGHTS 7).
    private func labels(_ state: SubjectState) -> [String] {
        guard state.kind == .organisation else { return [] }
        let status = state.status.map { [format.code($0, "registration-status")] } ?? []
        return status
            + rules.labels.filter { label in records.contains { label.items.contains($0.item.id) } }.map {
                $0.title[language]
            }
    }

    private func asker(_ actor: Actor) -> String {
        switch (actor.kind, actor.id) {
        case (.account, "public"): word("reportAskerPublic")
        case (.operator, _): word("reportAskerOperator")
        default: actor.id
        }
    }

    private func query(_ report: IssuedReport) -> CreditReport.Query {
        CreditReport.Query(
            at: report.issuedAt, by: asker(report.asker),
            purpose: rules.purpose(report.purpose)?.title[language] ?? report.purpose)
    }

    // MARK: sections

    private func full() -> [CreditReport.Section] {
        rules.sections.map { section in
            let found = records.filter { section.items.contains($0.item.id) }
            return CreditReport.Section(
                id: section.id, title: section.title[language], total: found.count,
                entries: newest(found).map { entry($0) })
        }
    }

    private func newest(_ records: [RecordView]) -> [RecordView] {
        let sorted = records.sorted { left, right in
            (left.row.day ?? "", left.row.id.ordinal) > (right.row.day ?? "", right.row.id.ordinal)
        }
        return Array(sorted.prefix(rules.rowsPerSection))
    }

    /// Violations by field of supervision, within the period.
    private func certificate() -> ([CreditReport.Section], CreditReport.Scope) {
        let period = request.period ?? today.adding(months: -36)...today
        let certificate = rules.certificate
        let fields = certificate.fields.filter { request.fields.isEmpty || request.fields.contains($0.id) }
        let violations = records.filter { record in
            guard certificate.items.contains(record.item.id) else { return false }
            // A record without a day cannot be told to lie outside the period.
            return record.row.day.flatMap { Day(iso: $0) }.map { period.contains($0) } ?? true
        }
        let sections = fields.map { field in
            let found = violations.filter { certificate.field(ofAuthority: $0.authority) == field }
            return CreditReport.Section(
                id: field.id, title: field.title[language], total: found.count, entries: newest(found).map { entry($0) })
        }
        return (
            sections,
            CreditReport.Scope(
                period: period,
                fields: sections.map { CreditReport.Counter(id: $0.id, title: $0.title, count: $0.total) })
        )
    }

    private func entry(_ record: RecordView) -> CreditReport.Entry {
        let item = record.item.title[language]
        let kind = record.item.position(of: .kind).flatMap { position in
            let field = record.item.fields[position]
            return record.row.values[field.name].map { format.text($0, of: field) }
        }
        let heading = [record.documentNumber ?? record.title ?? kind].compactMap { $0 }
        return CreditReport.Entry(
            record: record.row.id, revision: record.row.revision, item: record.item.id, itemTitle: item,
            heading: heading.first ?? record.authority ?? item, day: record.row.day, state: record.state,
            remarks: remarks(record), facts: facts(record, leavingOutSubject: true))
    }

    private func remarks(_ record: RecordView) -> [String] {
        var remarks: [String] = []
        if let mark = record.row.mark { remarks.append(word("mark-\(mark.rawValue)")) }
        switch record.state {
        case .ended: remarks.append(word("reportRemarkEnded"))
        case .notPublic: remarks.append(word("reportRemarkNotPublic"))
        default:
            if let until = record.row.clocks.publishedUntil, !until.isOpenEnd {
                remarks.append(word("reportRemarkUntil", ["date": format.day(until)]))
            }
        }
        return remarks
    }

    private static let ofSubject: Set<Role> = [
        .subjectName, .subjectUnifiedCode, .subjectOrganisationCode, .subjectRegistrationNumber, .subjectTaxpayerNumber,
        .subjectCode, .subjectKind, .sourceCode, .authorityCode, .sourceKey,
    ]

    /// Public fields only: a report travels further than its first reader.
    private func facts(_ record: RecordView, leavingOutSubject: Bool) -> [CreditReport.Fact] {
        record.fields.compactMap { entry in
            let field = entry.field
            guard field.publicity == .public else { return nil }
            if leavingOutSubject, let role = field.role, Self.ofSubject.contains(role) { return nil }
            return CreditReport.Fact(
                name: field.name, label: field.title[language], value: entry.value, text: format.text(entry.value, of: field))
        }
    }

    // MARK: coverage

    private func sources(_ items: [String]) -> [CreditReport.Source] {
        let basic = file.profile.state.kind == .organisation ? "registration" : "profession"
        return catalogue.feeds.filter { feed in
            items.contains(feed.item) || catalogue.item(feed.item)?.category == basic
        }.map { feed in
            CreditReport.Source(
                id: feed.id, title: feed.title[language], department: catalogue.item(feed.item)?.source[language] ?? "",
                deliveredOn: delivered[feed.id]?.day)
        }
    }

    private func notCovered(_ items: [String]) -> [String] {
        let separator = language == .chinese ? "、" : ", "
        func titles(_ items: [Item]) -> String { items.map { $0.title[language] }.joined(separator: separator) }
        let known = items.compactMap { catalogue.item($0) }
        let silent = known.filter { item in catalogue.feeds(of: item.id).allSatisfy { delivered[$0.id] == nil } }
        var sentences: [String] = []
        if !silent.isEmpty { sentences.append(word("reportNotDelivered", ["items": titles(silent)])) }
        if request.asker.standing == .public {
            let closed = known.filter { $0.publicity != .public }
            if !closed.isEmpty { sentences.append(word("reportNotPublicItems", ["items": titles(closed)])) }
            sentences.append(word("reportOnlyInTerm"))
        } else {
            sentences.append(word("reportOnlyDisclosed"))
        }
        sentences.append(word("reportOnlyHere", ["city": catalogue.edition.city[language]]))
        return sentences
    }
}
