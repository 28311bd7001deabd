import CreditModel

/// Checks `clocks.yaml` against items, code tables and laws.
struct ClockChecks {
    let catalogue: Catalogue
    let log: ProblemLog

    func check() {
        let table = catalogue.clocks
        for family in table.families { check(family) }
        for (index, family) in table.families.enumerated()
        where table.families[..<index].contains(where: { $0.id == family.id }) {
            problem("the rules `\(family.id)` are declared twice")
        }
        var ids = Set<String>()
        for set in table.families.flatMap(\.sets) where !ids.insert(set.id).inserted {
            problem("the rule set `\(set.id)` is declared twice")
        }
        for item in catalogue.items { check(item) }
        checkPractitioners(table.practitioners)
        for subject in SubjectKind.allCases where table.archives.count(where: { $0.subject == subject }) != 1 {
            problem("`archive` needs exactly one entry for \(subject.rawValue)")
        }
        for archive in table.archives {
            if archive.years < 1 { problem("`archive` of \(archive.subject.rawValue) needs at least one year") }
            checkBasis(archive.basis, "`archive`")
        }
        if table.withdrawal.workingDays < 1 { problem("`withdrawal.workingDays` must be at least 1") }
        checkBasis(table.withdrawal.basis, "`withdrawal`")
    }

    private func problem(_ message: String, file: String = "clocks.yaml") { log.add(file, nil, message) }

    private func checkBasis(_ basis: [Basis], _ what: String) {
        if basis.isEmpty { problem("\(what) has no basis") }
        for entry in basis where catalogue.laws[entry.law] == nil {
            problem("\(what) rests on `\(entry.law)`, which is not in laws.yaml")
        }
    }

    // MARK: rule sets

    private func check(_ family: RuleFamily) {
        let name = "rules `\(family.id)`"
        if family.sets.isEmpty { problem("\(name): no rule set") }
        for item in family.items {
            guard let item = catalogue.item(item) else {
                problem("\(name) judge `\(item)`, which is not in items/")
                continue
            }
            if item.publication.term != .rules(family.id) {
                problem("\(name) judge `\(item.id)`, whose `publication` does not name them")
            }
            check(family, item)
        }
        checkDays(family, name)
        for set in family.sets { check(set, family) }
    }

    private func check(_ family: RuleFamily, _ item: Item) {
        let fields = family.fields
        let wanted: [(name: String, types: Set<FieldType>)] = [
            (fields.day, [.day]), (fields.kinds, [.codes, .code]), (fields.procedure, [.code]),
            (fields.severity, [.code]), (fields.legalBasis, [.text, .longText]),
        ]
        for (name, types) in wanted {
            guard let position = item.position(of: name) else {
                problem("rules `\(family.id)` use the field `\(name)`, which item `\(item.id)` does not declare")
                continue
            }
            if !types.contains(item.fields[position].type) {
                problem(
                    "rules `\(family.id)`: the field `\(name)` of item `\(item.id)` has a type that cannot be judged")
            }
        }
        for code in codes(of: fields.severity, in: item) where Severity(rawValue: code) == nil {
            problem("the class `\(code)` of field `\(fields.severity)` is not known to any rule")
        }
        for set in family.sets {
            checkCodes(set.kinds, of: fields.kinds, in: item, set, every: true)
            checkCodes(set.procedures, of: fields.procedure, in: item, set, every: false)
        }
    }

    private func codes(of field: String, in item: Item) -> [String] {
        guard let position = item.position(of: field), let table = item.fields[position].table else { return [] }
        return catalogue.codeTables[table]?.values.map(\.code) ?? []
    }

    /// Every code of the table must be classed: a kind that a new edition of the table adds is not classed by accident.
    private func checkCodes(
        _ classings: [RuleSet.Classing], of field: String, in item: Item, _ set: RuleSet, every: Bool
    ) {
        let codes = codes(of: field, in: item)
        var classed = Set<String>()
        for classing in classings {
            if !classed.insert(classing.code).inserted { problem("`\(set.id)` classes `\(classing.code)` twice") }
            if !codes.contains(classing.code) {
                problem("`\(set.id)` classes `\(classing.code)`, which is no code of field `\(field)`")
            }
            if !set.terms.contains(where: { $0.severity == classing.severity }) {
                problem(
                    "`\(set.id)` puts `\(classing.code)` into \(classing.severity.rawValue), a class that it does not have"
                )
            }
        }
        for code in codes where every && !classed.contains(code) {
            problem("`\(set.id)` does not class `\(code)` of field `\(field)`")
        }
    }

    /// Sets stand in order of their first days: each begins the day after the one before it ends.
    private func checkDays(_ family: RuleFamily, _ name: String) {
        for (index, set) in family.sets.enumerated() {
            if let from = set.effectiveFrom, let to = set.effectiveTo, to < from {
                problem("`\(set.id)` ends on \(to), before it begins on \(from)")
            }
            if index == 0 {
                if let from = set.effectiveFrom { problem("\(name): no rule set before \(from)") }
            } else {
                let before = family.sets[index - 1]
                guard let from = set.effectiveFrom, let end = before.effectiveTo else {
                    problem("\(name): `\(before.id)` and `\(set.id)` overlap")
                    continue
                }
                if from <= end { problem("\(name): `\(before.id)` and `\(set.id)` overlap from \(from)") }
                if from > end.adding(days: 1) {
                    problem("\(name): no rule set from \(end.adding(days: 1)) to \(from.adding(days: -1))")
                }
            }
        }
        if let last = family.sets.last, let end = last.effectiveTo {
            problem("\(name): no rule set from \(end.adding(days: 1))")
        }
    }

    private func check(_ set: RuleSet, _ family: RuleFamily) {
        checkBasis(set.basis, "`\(set.id)`")
        if let longer = set.longerMinimum {
            checkBasis(longer.basis, "`\(set.id)`: `longerMinimum`")
            if longer.words.isEmpty || longer.words.contains("") {
                problem("`\(set.id)`: `longerMinimum` has no words")
            }
            for term in set.terms where term.isPublished && longer.months > (term.maximumMonths ?? 0) {
                problem(
                    "`\(set.id)`: the longer minimum of \(longer.months) months is above the maximum of "
                        + term.severity.rawValue)
            }
        }
        if !set.terms.contains(where: { $0.severity == .general }) {
            problem("`\(set.id)` needs the class general: what is not known is general, never serious by guess")
        }
        for term in set.terms {
            let name = "`\(set.id)`, class \(term.severity.rawValue)"
            switch (term.minimumMonths, term.maximumMonths) {
            case (let minimum?, let maximum?) where minimum > maximum:
                problem("\(name): the minimum of \(minimum) months is above the maximum of \(maximum)")
            case (_, nil) where term.isPublished:
                problem("\(name): what is published needs a maximum (RIGHTS 12)")
            default: break
            }
            for months in [term.minimumMonths, term.maximumMonths].compactMap({ $0 }) where !(1...60).contains(months) {
                problem("\(name): \(months) months; 1 to 60 are possible")
            }
        }
        for (lighter, heavier) in zip(set.terms, set.terms.dropFirst())
        where (lighter.isPublished && !heavier.isPublished)
            || (lighter.maximumMonths ?? 0) > (heavier.maximumMonths ?? 0)
            || (lighter.minimumMonths ?? 0) > (heavier.minimumMonths ?? .max)
        {
            problem("`\(set.id)`: \(heavier.severity.rawValue) is shorter than \(lighter.severity.rawValue)")
        }
    }

    // MARK: items

    private func check(_ item: Item) {
        let file = "items/\(item.id).yaml"
        if case .rules(let id) = item.publication.term {
            guard let family = catalogue.clocks.family(id) else {
                problem("`publication.rules` is `\(id)`, which is not in clocks.yaml", file: file)
                return
            }
            if !family.items.contains(item.id) {
                problem("`publication.rules` is `\(id)`, whose `items` do not name this item", file: file)
            }
        }
        if item.nature == .adverse, item.retention == nil {
            problem(
                "an adverse item must leave disclosure on a computed date, so it needs `retention` (RIGHTS 12)",
                file: file)
        }
        if item.subjects.contains(.practitioner) { checkPractice(item, file) }
    }

    /// What a regulator decided about a person's practice, as opposed to the licence that a register shows.
    private static let decisionRoles: Set<Role> = [.documentNumber, .content, .facts, .legalBasis, .amount]

    /// A natural person's information is not published unless a law says so.
    private func checkPractice(_ item: Item, _ file: String) {
        guard catalogue.clocks.practitioners.decisions.isEmpty, item.publicity == .public else { return }
        let why =
            "a person's information is published only where a law says so (RIGHTS 2 and 12, FACTS 1.5); name it in "
            + "`practitioners.decisions` of clocks.yaml"
        if item.nature == .adverse, item.publication.term != .never {
            problem("an adverse item about practitioners may not be published: \(why)", file: file)
        }
        for field in item.fields where field.publicity == .public {
            guard let role = field.role, Self.decisionRoles.contains(role) else { continue }
            problem("field `\(field.name)` would publish a decision on a person: \(why)", file: file)
        }
    }

    private func checkPractitioners(_ practitioners: ClockTable.Practitioners) {
        for basis in practitioners.decisions where catalogue.laws[basis.law] == nil {
            problem("`practitioners.decisions` rests on `\(basis.law)`, which is not in laws.yaml")
        }
        var seen = Set<String>()
        for register in practitioners.registers {
            let name = "the register of `\(register.profession)`"
            if !seen.insert(register.profession).inserted { problem("\(name) is declared twice") }
            checkBasis(register.basis, name)
        }
        for item in catalogue.items where item.subjects.contains(.practitioner) {
            for (role, codes) in [(Role.profession, Array(seen)), (.status, practitioners.endedStatuses)] {
                guard let position = item.position(of: role) else { continue }
                let known = self.codes(of: item.fields[position].name, in: item)
                for code in codes.sorted() where !known.contains(code) {
                    problem(
                        "`practitioners` names `\(code)`, which is no code of field `\(item.fields[position].name)`")
                }
            }
        }
    }
}
