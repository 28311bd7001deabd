import CreditModel

/// A family of rule sets with the positions of an item's fields and its codes as bytes.
struct CompiledFamily: Sendable {
    /// What a rule set says about one record.
    struct Judgement {
        let ruleSet: String
        let severity: Severity
        let minimumMonths: Int?
        /// Nil where the class is not published.
        let maximumMonths: Int?
        let isRepairable: Bool
    }

    /// A reference, since one is looked at for each row.
    private final class Rule: Sendable {
        let id: String
        let from: Day?
        /// The term of each class by `Severity.weight`.
        let terms: [RuleSet.Term]
        let kinds: [(code: [UInt8], severity: Severity)]
        let procedures: [(code: [UInt8], severity: Severity)]
        let longerMinimum: (months: Int, words: [[UInt8]])?

        init(_ set: RuleSet) {
            (id, from) = (set.id, set.effectiveFrom)
            terms = Severity.allCases.compactMap { set.term($0) }
            kinds = set.kinds.map { (Array($0.code.utf8), $0.severity) }
            procedures = set.procedures.map { (Array($0.code.utf8), $0.severity) }
            longerMinimum = set.longerMinimum.map { ($0.months, $0.words.map { Array($0.utf8) }) }
        }
    }

    let day: Int?
    private let kinds: Int?
    private let procedure: Int?
    private let severity: Int?
    private let legalBasis: Int?
    /// Newest first: most records are new.
    private let rules: [Rule]

    init(_ family: RuleFamily, item: Item) {
        day = item.position(of: family.fields.day)
        kinds = item.position(of: family.fields.kinds)
        procedure = item.position(of: family.fields.procedure)
        severity = item.position(of: family.fields.severity)
        legalBasis = item.position(of: family.fields.legalBasis)
        rules = family.sets.reversed().map { Rule($0) }
    }

    /// Judges a record by the set in force on its day.
    func judge(_ values: StatedValues, on day: Day) -> Judgement? {
        guard let rule = rules.first(where: { rule in rule.from.map { $0 <= day } ?? true }) else { return nil }
        let stated = severity.flatMap { values[$0] }.flatMap { Severity(rawValue: $0) }
        let found = stated ?? derived(values, rule)
        guard found.weight < rule.terms.count else { return nil }
        let term = rule.terms[found.weight]
        var minimum = term.minimumMonths
        if let longer = rule.longerMinimum, let shorter = minimum, shorter < longer.months, term.isPublished,
            let legalBasis, values.withBytes(legalBasis, { Self.contains($0, oneOf: longer.words) }) ?? false
        {
            minimum = longer.months
        }
        return Judgement(
            ruleSet: rule.id, severity: term.severity, minimumMonths: minimum,
            maximumMonths: term.isPublished ? term.maximumMonths : nil, isRepairable: term.isRepairable)
    }

    /// The heaviest class among the kinds; unknown or no kinds are general, never serious by guess. A procedure that the
    /// law keeps for small matters decides instead, unless a kind is serious: then the row contradicts itself
    /// (行政处罚法 art. 51) and the kind stands.
    private func derived(_ values: StatedValues, _ rule: Rule) -> Severity {
        let ofKinds = kinds.flatMap { values.withBytes($0) { Self.heaviest($0, rule.kinds) } ?? nil } ?? .general
        guard ofKinds < .serious, let procedure else { return ofKinds }
        let small = values.withBytes(procedure) { code in rule.procedures.first { code.elementsEqual($0.code) }?.severity }
        return (small ?? nil) ?? ofKinds
    }

    /// Reads `fine;confiscation-of-gains` without taking it apart into strings. Nil where nothing is stated.
    private static func heaviest(_ bytes: UnsafeBufferPointer<UInt8>, _ kinds: [(code: [UInt8], severity: Severity)])
        -> Severity?
    {
        var heaviest: Severity?
        var start = 0
        while start <= bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
            if end > start {
                let token = bytes[start..<end]
                let severity = kinds.first { token.elementsEqual($0.code) }?.severity ?? .general
                heaviest = max(heaviest ?? severity, severity)
            }
            start = end + 1
        }
        return heaviest
    }

    private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, oneOf words: [[UInt8]]) -> Bool {
        words.contains { word in
            guard let first = word.first, bytes.count >= word.count else { return false }
            for start in 0...(bytes.count - word.count) where bytes[start] == first {
                if bytes[start..<start + word.count].elementsEqual(word) { return true }
            }
            return false
        }
    }
}
