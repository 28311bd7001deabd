import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditResolution

/// Puts together what a check tells, from what the public may see.
struct CheckBuilder {
    let catalogue: Catalogue
    let request: CheckRequest
    let purpose: ReportRules.Purpose
    /// One for each row; nil where the row was refused.
    let answers: [MatchAnswer?]
    /// The organisations of the rows that are sure.
    let known: [SubjectID: CheckResult.Subject]
    let states: [SubjectID: SubjectState]
    let delivered: [String: Instant]
    let now: Instant
    let today: Day

    private var language: Language { request.language }
    private var rules: CheckRules { catalogue.reports.check }

    private func word(_ key: String, _ values: [String: String] = [:]) -> String {
        catalogue.wording[key]?.filling(values)[language] ?? key
    }

    func build() -> CheckResult {
        let format = FieldFormat(catalogue: catalogue, language: language)
        var subjects: [CheckResult.Subject] = []
        var places: [SubjectID: (place: Int, line: Int)] = [:]
        var rows: [CheckResult.Row] = []
        rows.reserveCapacity(answers.count)
        for (row, answer) in zip(request.sheet.rows, answers) {
            guard let answer, let query = row.query else {
                rows.append(plain(row, .refused, "natural-person", word("checkPerson"), word("checkPersonAdvice")))
                continue
            }
            let reason = answer.reason.words[language]
            guard answer.decision == .match, let id = answer.subject, let subject = known[id] else {
                rows.append(open(row, answer, query, reason))
                continue
            }
            let earlier = places[subject.id]
            if earlier == nil {
                places[subject.id] = (subjects.count, row.line)
                subjects.append(subject)
            }
            rows.append(
                CheckResult.Row(
                    line: row.line, cells: row.cells, given: Self.given(row), outcome: .sure, confidence: answer.confidence,
                    reasonCode: answer.reason.code, reason: reason, advice: nil,
                    subject: earlier?.place ?? subjects.count - 1, sameAs: earlier?.line, candidates: []))
        }
        let items = rules.groups.flatMap(\.items).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return CheckResult(
            language: language,
            asked: CheckResult.Asked(
                at: now, purpose: purpose.id, purposeTitle: purpose.title[language],
                purposeBasis: format.bases(purpose.basis), basis: request.basis, by: request.asker.actor,
                since: request.since, today: today, digest: request.digest),
            headings: request.sheet.headings, groups: rules.groups, rows: rows, subjects: subjects,
            sources: sources(items), notCovered: notCovered(items), nothingFoundMeans: word("checkNothingMeans"))
    }

    // MARK: rows

    private func plain(
        _ row: CheckSheet.Row, _ outcome: CheckResult.Outcome, _ code: String, _ reason: String, _ advice: String?,
        _ confidence: Double = 0, _ candidates: [CheckResult.Candidate] = []
    ) -> CheckResult.Row {
        CheckResult.Row(
            line: row.line, cells: row.cells, given: Self.given(row), outcome: outcome, confidence: confidence, reasonCode: code, reason: reason,
            advice: advice, subject: nil, sameAs: nil, candidates: candidates)
    }

    private static func given(_ row: CheckSheet.Row) -> String {
        guard let query = row.query else { return "" }
        return [query.name, query.faultyCode ?? query.identifiers.first?.value].compactMap { $0 }.joined(separator: " ")
    }

    /// A row that means nobody for sure.
    private func open(_ row: CheckSheet.Row, _ answer: MatchAnswer, _ query: MatchQuery, _ reason: String) -> CheckResult.Row {
        var candidates: [CheckResult.Candidate] = []
        for candidate in answer.decision == .review ? answer.candidates : [] {
            guard let state = states[candidate.subject], state.kind == .organisation else { continue }
            let one = CheckResult.Candidate(name: state.name, code: state.code, address: CheckedRecords.address(state))
            // Two that were merged are one.
            if !candidates.contains(one) { candidates.append(one) }
        }
        let repair = query.faultyCode.map { CodeRepair.unifiedCodes(near: $0) } ?? []
        var advice = word(candidates.isEmpty ? "checkAdviceNotFound" : "checkAdviceUnsure")
        if query.faultyCode != nil {
            advice =
                repair.isEmpty
                ? word("checkAdviceFaulty")
                : word("checkAdviceRepair", ["codes": repair.joined(separator: language == .chinese ? "、" : ", ")])
        }
        return plain(
            row, candidates.isEmpty ? .notFound : .unsure, answer.reason.code, reason, advice, answer.confidence, candidates)
    }

    // MARK: coverage

    private func sources(_ items: [String]) -> [CheckResult.Source] {
        catalogue.feeds.filter { items.contains($0.item) }.map { feed in
            CheckResult.Source(
                id: feed.id, title: feed.title[language], department: catalogue.item(feed.item)?.source[language] ?? "",
                deliveredOn: delivered[feed.id]?.day)
        }
    }

    private func notCovered(_ items: [String]) -> [String] {
        func titles(_ items: [Item]) -> String {
            items.map { $0.title[language] }.joined(separator: language == .chinese ? "、" : ", ")
        }
        let known = items.compactMap { catalogue.item($0) }
        let silent = known.filter { item in catalogue.feeds(of: item.id).allSatisfy { delivered[$0.id] == nil } }
        let closed = known.filter { $0.publicity != .public }
        var sentences: [String] = []
        if !silent.isEmpty { sentences.append(word("reportNotDelivered", ["items": titles(silent)])) }
        if !closed.isEmpty { sentences.append(word("reportNotPublicItems", ["items": titles(closed)])) }
        return sentences + [
            word("checkOnlyInTerm"), word("checkOnlyThese"),
            word("reportOnlyHere", ["city": catalogue.edition.city[language]]),
        ]
    }
}
