import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// The three clocks in words: until when a record is shown, may be given out on request, and is kept.
extension Page {
    // MARK: one record

    func term(_ record: RecordView) -> Values {
        let clocks = record.row.clocks
        let until = clocks.publishedUntil.flatMap { $0.isOpenEnd ? nil : $0 }
        var facts: [Values] = []
        if let set = clocks.ruleSet.flatMap({ portal.catalogue.ruleSet($0) }), let severity = clocks.severity {
            facts += judged(record, set, severity)
        } else {
            facts.append(
                labelled("termRule", publicationText(record.item), pending: !record.item.publication.verified))
        }
        if let until { facts.append(labelled("termShown", format.day(until), note: word("termShownNote"))) }
        if let repair = repair(clocks) { facts.append(repair) }
        facts.append(labelled("termDisclosed", end(clocks.disclosedUntil), note: word("termDisclosedNote")))
        facts.append(
            labelled(
                "termArchived", end(clocks.archivedUntil), pending: !(archive(record.item)?.verified ?? true),
                note: word("termArchivedNote")))
        return [
            "lead": until.map { say("sayTermShown", ["date": format.day($0)]) } ?? word("shownWhileValid"),
            "facts": facts,
        ]
    }

    private func end(_ day: Day) -> String { day.isOpenEnd ? word("termOpen") : format.day(day) }

    /// The class of a record, how it was found, and the rule that held on its day.
    private func judged(_ record: RecordView, _ set: RuleSet, _ severity: Severity) -> [Values] {
        let family = portal.catalogue.clocks.families.first { $0.sets.contains(set) }
        func codes(_ field: String?) -> [String] {
            field.flatMap { record.row.values[$0] }?.split(separator: ";").map(String.init) ?? []
        }
        let isStated = !codes(family?.fields.severity).isEmpty
        let classings =
            set.kinds.filter { codes(family?.fields.kinds).contains($0.code) }
            + set.procedures.filter { codes(family?.fields.procedure).contains($0.code) }
        let isDoubtful = !isStated && classings.contains { $0.severity == severity && !$0.verified }
        let term = set.term(severity)
        return [
            labelled(
                "termClass", portal.catalogue.words("severity", severity.rawValue)[language], pending: isDoubtful,
                note: word(isStated ? "termClassStated" : "termClassDerived")),
            labelled(
                "termRule", set.title[language] + (isEnglish ? " (" : "（") + decided(set) + (isEnglish ? ")" : "）"),
                pending: !(set.verified && term?.verified ?? true), note: term?.words[language]),
        ]
    }

    /// When an early end may be asked for; nil where no rule says anything about it.
    private func repair(_ clocks: Clocks) -> Values? {
        if let day = clocks.repairableFrom {
            return labelled(
                "termRepair", say(day <= today ? "sayRepairOpen" : "sayRepairFrom", ["date": format.day(day)]),
                note: word("termRepairNote"))
        }
        guard let set = clocks.ruleSet.flatMap({ portal.catalogue.ruleSet($0) }),
            let term = clocks.severity.flatMap({ set.term($0) })
        else { return nil }
        return labelled("termRepair", word(term.isRepairable ? "termRepairOver" : "termRepairNone"))
    }

    // MARK: an item of the catalogue

    /// How long records of an item are shown, in a line.
    func publicationText(_ item: Item) -> String {
        switch item.publication.term {
        case .months(let months, let from):
            say("sayTermMonths", ["field": title(of: from, in: item), "span": span(months)])
        case .until(let field): say("sayTermUntil", ["field": title(of: field, in: item)])
        case .rules(let id):
            portal.catalogue.clocks.family(id)?.sets.last.map { set in
                set.terms.map { classLine($0) }.joined(separator: isEnglish ? "; " : "；")
            } ?? word("notPublished")
        case .always: word("termWhileHolds")
        case .never: word("notPublished")
        }
    }

    /// The three clocks of an item in a few words, for a list of items.
    func clocksLine(_ item: Item) -> String {
        let text = say(
            "sayClocks",
            [
                "shown": publicationText(item), "disclosed": item.retention.map { years($0.years) } ?? word("termOpen"),
                "archived": archive(item).map { years($0.years) } ?? word("termOpen"),
            ])
        let isVerified =
            item.publication.verified && item.retention?.verified ?? true && archive(item)?.verified ?? true
        return doubted(text, isVerified)
    }

    /// The rows of an item's table of deadlines: what, within, basis.
    func clockRows(_ item: Item) -> [(what: String, within: String, basis: [Basis])] {
        var rows: [(what: String, within: String, basis: [Basis])] = []
        let shown = word("clockShown")
        if case .rules(let id) = item.publication.term, let family = portal.catalogue.clocks.family(id) {
            for (index, set) in family.sets.reversed().enumerated() {
                let days = decided(set)
                guard index == 0 else {
                    rows.append(("\(shown) · \(days)", doubted(set.words[language], set.verified), set.basis))
                    continue
                }
                for term in set.terms {
                    let name = portal.catalogue.words("severity", term.severity.rawValue)[language]
                    rows.append(
                        ("\(shown) · \(name) · \(days)", doubted(term.words[language], term.verified), set.basis))
                }
            }
            let rule = portal.catalogue.clocks.withdrawal
            rows.append(
                (word("clockWithdrawn"), say("sayWithin", ["days": number(rule.workingDays)]), rule.basis))
        } else {
            let text = doubted(publicationText(item), item.publication.verified)
            rows.append((shown, text, item.publication.basis))
        }
        if let retention = item.retention {
            let text = say(
                item.position(of: .listedOn) == nil ? "sayDisclosed" : "sayDisclosedList",
                ["field": title(of: retention.from, in: item), "span": years(retention.years)])
            rows.append((word("clockDisclosed"), doubted(text, retention.verified), retention.basis))
        }
        if let archive = archive(item) {
            let text = say("sayArchived", ["span": years(archive.years)])
            rows.append((word("clockArchived"), doubted(text, archive.verified), archive.basis))
        }
        return rows
    }

    private func archive(_ item: Item) -> ClockTable.Archive? {
        let subject: SubjectKind = item.subjects.contains(.practitioner) ? .practitioner : .organisation
        return portal.catalogue.clocks.archives.first { $0.subject == subject }
    }

    /// General: 3 months to 1 year.
    private func classLine(_ term: RuleSet.Term) -> String {
        let name = portal.catalogue.words("severity", term.severity.rawValue)[language]
        let text: String
        switch (term.isPublished, term.minimumMonths, term.maximumMonths) {
        case (false, _, _): text = word("notPublished")
        case (true, let least?, let most?): text = say("sayFromTo", ["from": span(least), "to": span(most)])
        case (true, nil, let most?): text = say("sayUpTo", ["to": span(most)])
        case (true, _, nil): text = word("shownWhileValid")
        }
        return name + (isEnglish ? ": " : "：") + text.lowercasedFirst(isEnglish)
    }

    /// Which decisions a rule set judges.
    func decided(_ set: RuleSet) -> String {
        switch (set.effectiveFrom, set.effectiveTo) {
        case (let from?, let to?): say("sayDecidedFromTo", ["from": format.day(from), "to": format.day(to)])
        case (let from?, nil): say("sayDecidedFrom", ["from": format.day(from)])
        case (nil, let to?): say("sayDecidedTo", ["to": format.day(to)])
        case (nil, nil): word("decidedAny")
        }
    }

    private func span(_ months: Int) -> String {
        months % 12 == 0 ? years(months / 12) : isEnglish ? "\(months) months" : "\(months) 个月"
    }

    private func years(_ count: Int) -> String { isEnglish ? count == 1 ? "1 year" : "\(count) years" : "\(count) 年" }

    private func doubted(_ text: String, _ verified: Bool) -> String {
        verified || text.contains("待核实") || text.contains("to be confirmed")
            ? text : text + (isEnglish ? " (to be confirmed)" : "（待核实）")
    }

    private func title(of field: String, in item: Item) -> String {
        let title = item.position(of: field).map { item.fields[$0].title[language] } ?? field
        return isEnglish ? title.lowercasedFirst(true) : title
    }
}

extension String {
    /// For a phrase that moves into the middle of an English sentence.
    fileprivate func lowercasedFirst(_ isEnglish: Bool) -> String {
        isEnglish ? prefix(1).lowercased() + dropFirst() : self
    }
}
