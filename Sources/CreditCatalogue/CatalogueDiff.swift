import CreditModel

/// What changed between two editions, one line a change, for the person who has to approve it.
public enum CatalogueDiff {
    public static func lines(_ old: Catalogue, _ new: Catalogue) -> [String] {
        var lines: [String] = []
        if old.edition.id != new.edition.id { lines.append("edition \(old.edition.id) → \(new.edition.id)") }
        let (before, after) = (described(old), described(new))
        for key in Set(before.keys).union(after.keys).sorted() {
            switch (before[key], after[key]) {
            case (let text?, nil): lines.append("- \(key): \(text)")
            case (nil, let text?): lines.append("+ \(key): \(text)")
            case (let first?, let second?) where first != second: lines.append("~ \(key): \(first) → \(second)")
            default: break
            }
        }
        let files = Dictionary(uniqueKeysWithValues: old.files.map { ($0.path, $0.bytes) })
        for file in new.files
        where files[file.path] != nil && files[file.path] != file.bytes && lines.allSatisfy({ !$0.contains(file.path) })
        {
            lines.append("~ \(file.path): wording or another detail changed")
        }
        return lines
    }

    private static func described(_ catalogue: Catalogue) -> [String: String] {
        var result: [String: String] = [:]
        for law in catalogue.laws.values { result["law \(law.id)"] = "\(law.title.en), verified \(law.verified)" }
        for item in catalogue.items {
            let key = "item \(item.id)"
            result[key] = item.title.en
            result["\(key) publicity"] = item.publicity.rawValue
            result["\(key) publication"] = "\(item.publication.term)"
            result["\(key) retention"] = item.retention.map { "\($0.years) years from \($0.from)" } ?? "not stated"
            result["\(key) delivery"] = item.delivery.map { "\($0.rhythm)" } ?? "not stated"
            result["\(key) basis"] = item.basis.map { "\($0.law) \($0.article ?? "")" }.joined(separator: ", ")
            for field in item.fields {
                result["\(key) field \(field.name)"] = "\(field.type.rawValue), \(field.publicity.rawValue)"
            }
        }
        for set in catalogue.clocks.families.flatMap(\.sets) {
            let key = "rule set \(set.id)"
            result[key] =
                "\(set.effectiveFrom?.description ?? "…") to \(set.effectiveTo?.description ?? "…"), verified \(set.verified)"
            for term in set.terms {
                result["\(key) class \(term.severity.rawValue)"] = described(term)
            }
            for classing in set.kinds + set.procedures {
                result["\(key) code \(classing.code)"] = classing.severity.rawValue
            }
            result["\(key) longer minimum"] = set.longerMinimum.map {
                "\($0.months) months for \($0.words.joined(separator: " | "))"
            }
        }
        for register in catalogue.clocks.practitioners.registers {
            result["public register \(register.profession)"] = register.basis.map(\.law).joined(separator: ", ")
        }
        for archive in catalogue.clocks.archives {
            result["archive \(archive.subject.rawValue)"] = "\(archive.years) years"
        }
        result["withdrawal"] = "\(catalogue.clocks.withdrawal.workingDays) working days"
        for feed in catalogue.feeds {
            result["feed \(feed.id)"] = feed.title.en
            for (field, spellings) in feed.headings {
                let name = catalogue.item(feed.item)?.fields[field].name ?? "?"
                result["feed \(feed.id) headings of \(name)"] = spellings.joined(separator: " | ")
            }
        }
        for table in catalogue.codeTables.values {
            for value in table.values {
                result["codes \(table.id) \(value.code)"] = value.spellings.joined(separator: " | ")
            }
        }
        return result
    }

    private static func described(_ term: RuleSet.Term) -> String {
        let months = [term.minimumMonths, term.maximumMonths].map { $0.map(String.init) ?? "–" }.joined(
            separator: " to ")
        return "\(term.isPublished ? "published" : "not published"), \(months) months"
            + (term.isRepairable ? ", early end possible" : ", no early end")
    }
}
