import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

extension Catalogue {
    /// Words for a value of a closed list, from the portal's wording: `act-withdraw`, `reason-objection`.
    func words(_ list: String, _ value: String) -> Bilingual {
        wording["\(list)-\(value)"] ?? Bilingual(zh: value, en: value)
    }
}

extension Page {
    /// What was done to a record, in a sentence.
    func deed(_ revision: RevisionRow) -> String {
        let act = portal.catalogue.words("act", revision.act.rawValue)[language]
        guard let reason = revision.reason else { return act }
        return act + (isEnglish ? ": " : "：") + portal.catalogue.words("reason", reason.rawValue)[language]
    }

    /// By which rule a term was judged, and from when its end may be asked for.
    func judged(_ clocks: Clocks) -> String {
        var parts: [String] = []
        if let set = clocks.ruleSet.flatMap({ portal.catalogue.ruleSet($0) }) {
            parts.append(set.title[language] + (set.verified ? "" : isEnglish ? " (to be confirmed)" : "（待核实）"))
        }
        if let severity = clocks.severity {
            parts.append(portal.catalogue.words("severity", severity.rawValue)[language])
        }
        if let day = clocks.repairableFrom {
            parts.append(
                isEnglish ? "Repair may be asked for from \(format.day(day))" : "自\(format.day(day))起可以申请信用修复")
        }
        return parts.joined(separator: isEnglish ? ". " : "；") + (parts.isEmpty ? "" : isEnglish ? "." : "。")
    }
}
