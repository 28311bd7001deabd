import CreditModel

/// Reads `clocks.yaml`.
enum ClockReader {
    static func read(_ map: YAMLMap) -> ClockTable {
        let families = map.list("rules", family)
        let practitioners = map.map("practitioners").map(practitioners)
        let archives = map.list("archive") { entry -> ClockTable.Archive? in
            let years = entry.int("years")
            let (basis, verified) = (entry.basis(), entry.bool("verified"))
            guard let subject = entry.choice("subject", SubjectKind.self) else { return nil }
            return ClockTable.Archive(subject: subject, years: years, basis: basis, verified: verified)
        }
        let withdrawal = map.map("withdrawal").map { entry in
            defer { entry.finish("`withdrawal`") }
            return WithdrawalRule(
                workingDays: entry.int("workingDays"), basis: entry.basis(), verified: entry.bool("verified"))
        }
        return ClockTable(
            families: families,
            practitioners: practitioners ?? .init(registers: [], endedStatuses: [], decisions: []), archives: archives,
            withdrawal: withdrawal ?? WithdrawalRule(workingDays: 0, basis: [], verified: false))
    }

    private static func practitioners(_ map: YAMLMap) -> ClockTable.Practitioners {
        defer { map.finish("`practitioners`") }
        return ClockTable.Practitioners(
            registers: map.list("publicRegisters") { entry in
                ClockTable.PublicRegister(
                    profession: entry.text("profession"), basis: entry.basis(), verified: entry.bool("verified"))
            },
            endedStatuses: map.texts("endedStatuses"), decisions: map.basis("decisions"))
    }

    private static func family(_ map: YAMLMap) -> RuleFamily {
        let fields = map.map("fields").map { fields in
            defer { fields.finish("`fields`") }
            return RuleFamily.Fields(
                day: fields.text("day"), kinds: fields.text("kinds"), procedure: fields.text("procedure"),
                severity: fields.text("severity"), legalBasis: fields.text("legalBasis"))
        }
        let sets = map.list("sets", ruleSet)
        return RuleFamily(
            id: map.text("id"), title: map.bilingual("title"), items: map.texts("items"),
            fields: fields ?? .init(day: "", kinds: "", procedure: "", severity: "", legalBasis: ""),
            // The earliest set has no first day.
            sets: sets.sorted {
                ($0.effectiveFrom?.daysSinceEpoch ?? .min) < ($1.effectiveFrom?.daysSinceEpoch ?? .min)
            })
    }

    private static func ruleSet(_ map: YAMLMap) -> RuleSet {
        let terms = map.list("classes", term)
        for (index, term) in terms.enumerated() where terms[..<index].contains(where: { $0.severity == term.severity })
        {
            map.problem("the class `\(term.severity.rawValue)` stands twice")
        }
        return RuleSet(
            id: map.text("id"), title: map.bilingual("title"), effectiveFrom: map.optionalDay("effectiveFrom"),
            effectiveTo: map.optionalDay("effectiveTo"), basis: map.basis(), verified: map.bool("verified"),
            words: map.bilingual("words"), terms: terms.sorted { $0.severity < $1.severity },
            kinds: map.list("kinds", classing), procedures: map.optionalList("procedures", classing),
            longerMinimum: map.optionalMap("longerMinimum").map { longer in
                defer { longer.finish("`longerMinimum`") }
                return RuleSet.LongerMinimum(
                    months: longer.int("months"), words: longer.texts("words"), basis: longer.basis(),
                    verified: longer.bool("verified"))
            })
    }

    private static func term(_ map: YAMLMap) -> RuleSet.Term? {
        let isPublished = map.bool("published")
        let (minimum, maximum) = (map.optionalInt("minimumMonths"), map.optionalInt("maximumMonths"))
        let (isRepairable, verified, words) = (map.bool("repairable"), map.bool("verified"), map.bilingual("words"))
        guard let severity = map.choice("class", Severity.self) else { return nil }
        return RuleSet.Term(
            severity: severity, isPublished: isPublished, minimumMonths: minimum, maximumMonths: maximum,
            isRepairable: isRepairable, verified: verified, words: words)
    }

    private static func classing(_ map: YAMLMap) -> RuleSet.Classing? {
        let (code, verified) = (map.text("code"), map.bool("verified"))
        guard let severity = map.choice("class", Severity.self) else { return nil }
        return RuleSet.Classing(code: code, severity: severity, verified: verified)
    }
}
