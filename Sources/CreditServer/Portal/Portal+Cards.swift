import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices
import Foundation

extension Page {
    /// What a record is called in lists: its own title, else its kinds, else the item.
    func title(of record: RecordView) -> String { format.title(of: record) }

    /// A field that plays a role, written for people.
    func value(of role: Role, in record: RecordView) -> String? { format.value(of: role, in: record) }

    /// Where the record stands, in a word.
    func state(of record: RecordView) -> Values? {
        if let mark = record.row.mark {
            let label = word("mark-\(mark.rawValue)")
            return ["label": label, "tone": "contested"]
        }
        if record.state == .ended { return ["label": word("stateExpired"), "tone": "ended"] }
        let validUntil = record.item.position(of: .validUntil).flatMap {
            record.row.values[record.item.fields[$0].name]
        }
        if record.item.nature == .adverse { return ["label": word("stateInTerm"), "tone": "plain"] }
        if let validUntil {
            return validUntil < today.description
                ? ["label": word("stateExpired"), "tone": "ended"] : ["label": word("stateInForce"), "tone": "jade"]
        }
        return nil
    }

    func shownUntil(_ record: RecordView) -> Values? {
        guard let until = record.row.publishedUntil, until != Day.openEnd.description else { return nil }
        return when(until)
    }

    /// The law the record itself names, else the item's.
    func basis(of record: RecordView) -> (text: String, isPending: Bool) {
        if let own = value(of: .legalBasis, in: record) {
            return (Self.beginning(own, 120), false)
        }
        guard let first = record.item.basis.first else { return ("", true) }
        let law = portal.catalogue.laws[first.law]?.title[language] ?? first.law
        let article = first.article.map { isEnglish ? ", art. \($0)" : "第\($0)条" } ?? ""
        return ((isEnglish ? law : "《\(law)》") + article, !first.verified)
    }

    /// The first characters of a text, with a mark where more follow.
    private static func beginning(_ text: String, _ most: Int) -> String {
        // Never more characters than scalars, which are counted much faster.
        if text.unicodeScalars.count <= most || text.count <= most { return text }
        return text.prefix(most) + "…"
    }

    /// The context of the partial `record-card`.
    /// - Parameter mark: the act that marked the record as contested, if one did.
    func card(_ record: RecordView, mark: RevisionRow? = nil) -> Values {
        let (basis, until) = (basis(of: record), shownUntil(record))
        var lines: [Values] = []
        for (role, label) in [
            (Role.facts, isEnglish ? "Facts" : "事由"), (.content, word("cardContent")),
            (.amount, isEnglish ? "Amount" : "金额"),
        ] {
            guard let text = value(of: role, in: record) else { continue }
            lines.append(zh(["label": label, "text": Self.beginning(text, 160)]))
        }
        return values([
            "href": "/r/\(record.row.id)", "title": title(of: record), "state": state(of: record),
            "contested": mark.map { contested($0) }, "lines": lines,
            "authority": record.authority ?? (isEnglish ? "not stated" : "未注明"), "documentNo": record.documentNumber,
            "decided": when(record.decidedOn), "basis": basis.text, "basisPending": basis.isPending ? true : nil,
            "shownUntil": until, "shownNote": until == nil ? word("shownWhileValid") : nil,
        ])
    }

    /// Marks text that stays Chinese on an English page.
    func zh(_ values: Values) -> Values {
        guard isEnglish else { return values }
        var values = values
        values["zh"] = true
        return values
    }

    func fact(_ field: RecordView.FieldView) -> Values {
        values([
            "label": field.field.title[language], "text": format.text(field.value, of: field.field),
            "note": field.field.note?[language],
            "zh": isEnglish && field.field.type != .day ? true : nil,
        ])
    }

    /// The address of a subject's page, by its best number.
    func subjectAddress(_ state: SubjectState) -> String {
        state.kind == .practitioner ? "/p/\(Self.encode(state.code))" : "/o/\(Self.encode(state.code))"
    }

    func status(_ state: SubjectState) -> Values {
        guard let code = state.status else {
            return [
                "label": state.isRegistered
                    ? (isEnglish ? "registered" : "已登记") : (isEnglish ? "registration not delivered" : "未收到登记信息"),
                "tone": "plain",
            ]
        }
        let table = state.kind == .practitioner ? "practice-status" : "registration-status"
        return ["label": format.code(code, table), "tone": Self.endedStatuses.contains(code) ? "ended" : "plain"]
    }

    static let endedStatuses: Set<String> = [
        "deregistered", "revoked", "registration-withdrawn", "moved-out", "closed", "expired", "not-practising",
    ]

    /// Kind of organisation from the first characters of its unified code (GB 32100).
    func kind(_ state: SubjectState) -> String {
        if state.kind == .practitioner { return format.code(String(state.code.prefix { $0 != "/" }), "profession") }
        guard state.code.utf8.count == 18 else { return isEnglish ? "organisation" : "单位" }
        let pair = String(state.code.prefix(2))
        return portal.catalogue.codeTables["organisation-kind"]?.value(spelled: pair)?.title[language]
            ?? (isEnglish ? "organisation" : "单位")
    }

    func division(_ state: SubjectState) -> String {
        if state.kind == .practitioner { return "" }
        return state.division.flatMap { portal.catalogue.divisions.fullName($0) ?? $0 }
            ?? (isEnglish ? "not stated" : "未注明")
    }

    /// How to contest a record of an item: the same for a record's page and the item's.
    func contest(_ item: Item, authority: String?) -> Values {
        let to = authority ?? item.source[language]
        let steps =
            isEnglish
            ? [
                "Say which record, what is wrong and what it should be; attach what shows it.",
                "Hand it to \(to), or to this platform, which passes it on.",
                "You are told the result with reasons. If you disagree with the decision itself, reconsideration or litigation stays open.",
            ]
            : [
                "写明哪一条、哪一处不对、应该是什么，附上能证明的材料。", "交给\(to)，或交给本平台转办。", "办完书面告诉您结果和理由；对决定本身不服的，仍可依法复议、诉讼。",
            ]
        return ["who": item.objection[language], "steps": steps, "deadline": ""]
    }

    func bases(_ list: [Basis], use: String) -> [Values] {
        list.map { basis in
            let law = portal.catalogue.laws[basis.law]?.title[language] ?? basis.law
            return values([
                "law": isEnglish ? law : "《\(law)》",
                "article": basis.article.map { isEnglish ? "art. \($0)" : "第\($0)条" } ?? "",
                "confirmed": basis.verified ? true : nil, "use": use,
            ])
        }
    }
}
