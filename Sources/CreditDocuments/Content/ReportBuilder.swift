import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// Makes a report's content from what one audience may see.
struct ReportBuilder {
    let catalogue: Catalogue
    let request: ReportRequest
    let purpose: ReportRules.Purpose
    let scope: ReportScope
    let selection: SubjectSelection
    let delivered: [String: Instant]
    let queries: [IssuedReport]
    let checks: [CheckLook]
    let issuedAt: Instant
    let today: Day

    private var language: Language { request.language }
    private var format: FieldFormat { FieldFormat(catalogue: catalogue, language: language) }
    private var rules: ReportRules { catalogue.reports }

    private func word(_ key: String, _ values: [String: String] = [:]) -> String {
        catalogue.wording[key]?.filling(values)[language] ?? key
    }

    /// The newest records of a group, as the audience sees them.
    private func views(_ group: String) -> [RecordView] {
        (selection.rows[group] ?? []).compactMap { scope.publisher.view($0, for: scope.audience) }
    }

    func build(number: String) -> CreditReport {
        let state = selection.profile.state
        let sections = request.kind == .noViolation ? certificate() : full()
        let registration = views(ReportScope.basic).first
        let facts = registration.map { self.facts($0, leavingOutSubject: false) } ?? []
        let searched = scope.items
        return CreditReport(
            number: number, kind: request.kind, language: language, issuedAt: issuedAt, today: today,
            issuer: word("reportIssuer", ["city": catalogue.edition.city[language]]),
            edition: catalogue.edition.id, layout: rules.version,
            subject: CreditReport.Subject(
                id: selection.profile.id, kind: state.kind, code: state.code, name: state.name, labels: labels(state),
                registered: registration.map {
                    CreditReport.Registered(record: $0.row.id, revision: $0.row.revision, item: $0.item.id)
                }),
            asked: CreditReport.Asked(
                by: asker(request.asker.actor), audience: request.asker.audience, purpose: purpose.id,
                purposeTitle: purpose.title[language], purposeBasis: format.bases(purpose.basis),
                basis: request.asker.basis),
            facts: facts.isEmpty ? [nameFact(state)] : facts,
            counters: sections.map { CreditReport.Counter(id: $0.id, title: $0.title, count: $0.total) },
            sections: sections,
            scope: scope.period.map { period in
                CreditReport.Scope(
                    period: period,
                    fields: sections.map { CreditReport.Counter(id: $0.id, title: $0.title, count: $0.total) })
            }, sources: sources(searched), notCovered: notCovered(searched),
            queries: request.asker.standing == .subject ? looks : nil)
    }

    // MARK: head

    private func nameFact(_ state: SubjectState) -> CreditReport.Fact {
        CreditReport.Fact(name: "subjectName", label: word("factName"), value: state.name, text: state.name)
    }

    /// Status and list memberships. A natural person is given no label (RIGHTS 7).
    private func labels(_ state: SubjectState) -> [String] {
        guard state.kind == .organisation else { return [] }
        let status = state.status.map { [format.code($0, "registration-status")] } ?? []
        return status
            + rules.labels.filter { label in
                label.items.contains { selection.counts[ReportScope.item($0)] != nil }
            }.map { $0.title[language] }
    }

    private func asker(_ actor: Actor) -> String {
        switch (actor.kind, actor.id) {
        case (.account, "public"): word("reportAskerPublic")
        case (.operator, _): word("reportAskerOperator")
        default: actor.id
        }
    }

    /// Reports and batch checks, newest first.
    private var looks: [CreditReport.Query] {
        let looks = queries.map { (at: $0.issuedAt, by: $0.asker, purpose: $0.purpose) }
            + checks.map { (at: $0.at, by: $0.actor, purpose: $0.purpose) }
        return looks.sorted { $0.at.milliseconds > $1.at.milliseconds }.map { look in
            CreditReport.Query(
                at: look.at, by: asker(look.by), purpose: rules.purpose(look.purpose)?.title[language] ?? look.purpose)
        }
    }

    // MARK: sections

    private func full() -> [CreditReport.Section] {
        rules.sections.map { section($0.id, $0.title) }
    }

    /// Violations by field of supervision, within the period.
    private func certificate() -> [CreditReport.Section] {
        rules.certificate.fields.filter { request.fields.isEmpty || request.fields.contains($0.id) }.map {
            section($0.id, $0.title)
        }
    }

    private func section(_ id: String, _ title: Bilingual) -> CreditReport.Section {
        let group = ReportScope.section(id)
        return CreditReport.Section(
            id: id, title: title[language], total: selection.counts[group] ?? 0, entries: views(group).map { entry($0) })
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
        let basic = selection.profile.state.kind == .organisation ? "registration" : "profession"
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
