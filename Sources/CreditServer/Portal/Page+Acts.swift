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

extension Portal {
    /// The act that marked each contested record, by the record's id. Records without a mark cost nothing.
    func marks(of records: [RecordView]) async throws -> [RecordID: RevisionRow] {
        var marks: [RecordID: RevisionRow] = [:]
        for record in records where record.row.mark != nil {
            marks[record.row.id] = try await store.revisions(of: record.row.id).first { $0.act == .mark }
        }
        return marks
    }
}

extension Page {
    /// What was done to a record, in a sentence.
    func deed(_ revision: RevisionRow) -> String {
        let act = portal.catalogue.words("act", revision.act.rawValue)[language]
        guard let reason = revision.reason else { return act }
        return act + (isEnglish ? ": " : "：") + portal.catalogue.words("reason", reason.rawValue)[language]
    }

    /// What happened to a record, newest first: what, from which day where that is another day, by whom, on what basis.
    func history(_ revisions: [RevisionRow]) -> [Values] {
        revisions.map { revision in
            let recordedOn = revision.recordedAt.day
            let effective =
                revision.effectiveOn == recordedOn
                ? nil : say("sayEffective", ["date": format.day(revision.effectiveOn)])
            var notes: [String] = []
            if let feed = revision.feed.flatMap({ portal.catalogue.feed($0) }) {
                notes.append(say("sayDeliveredBy", ["source": feed.provider[language]]))
            } else {
                notes.append(word(revision.basis == nil ? "actByRule" : "actByOfficer"))
            }
            if let basis = revision.basis { notes.append(say("sayActBasis", ["basis": basis])) }
            notes.append(say("sayLeaf", ["leaf": number(Int(revision.leaf))]))
            return values([
                "at": when(recordedOn.description),
                "what": deed(revision) + (effective.map { (isEnglish ? "; " : "，") + $0 } ?? "")
                    + (isEnglish ? "." : "。"),
                "who": notes.joined(separator: isEnglish ? "; " : "；"),
            ])
        }
    }

    /// Since when and why a record is contested.
    func contested(_ mark: RevisionRow) -> String {
        let reason =
            mark.reason.map { portal.catalogue.words("reason", $0.rawValue)[language] } ?? word("stateContested")
        return say("sayContested", ["date": format.day(mark.recordedAt.day), "reason": reason])
    }

    /// The notice above a contested record.
    func notice(of mark: RevisionRow) -> Values {
        values([
            "tone": "plain", "heading": contested(mark),
            "paragraphs": [
                say("sayMarkBasis", ["basis": mark.basis ?? word("wordNotStated")]), word("markMeans"),
            ],
        ])
    }
}
