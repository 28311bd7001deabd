import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// The words of a mail: Chinese first, then the same in English.
///
/// Of each fact: who decided, on what basis, until when it is shown, how to contest it, its permanent address. Never a verdict on
/// the organisation, and of what left no word but that it must be deleted.
struct WatchMail: Sendable {
    let catalogue: Catalogue
    let address: String
    let stop: String

    func text(_ page: WatchPage, of watch: Watch) -> (subject: String, body: String) {
        let left = page.events.count { $0.kind == .left }
        let subject = Language.allCases.map { language in
            say(left == 0 ? "sayWatchSubject" : "sayWatchSubjectLeft",
                ["count": String(page.events.count), "left": String(left), "target": target(watch, language)], language)
        }.joined(separator: " / ")
        let body = Language.allCases.map { part(page, of: watch, $0) }.joined(separator: "\n\n————————\n\n")
        return (subject, body + "\n")
    }

    private func part(_ page: WatchPage, of watch: Watch, _ language: Language) -> String {
        var lines = [say("sayWatchLead", ["target": target(watch, language)], language), ""]
        for event in page.events { lines += block(event, language) + [""] }
        if page.hasMore { lines += [word("watchMailMore", language), ""] }
        lines += [word("watchMailNoScore", language), say("sayWatchStop", ["stop": stop, "list": "\(address)/me/watch"], language)]
        return lines.joined(separator: "\n")
    }

    private func block(_ event: WatchEvent, _ language: Language) -> [String] {
        let link = "\(address)/r/\(event.record)"
        guard let view = event.view else { return left(event, link, language) }
        let format = FieldFormat(catalogue: catalogue, language: language)
        func line(_ key: String, _ text: String?) -> String? {
            text.map { "\(word(key, language))\(language == .chinese ? "：" : ": ")\($0)" }
        }
        let heading = say(
            "sayWatch" + pascal(event.kind.rawValue), ["name": view.row.subjectName, "code": view.row.subjectCode], language)
        var until = view.row.clocks.publishedUntil.map(format.day)
        if view.row.clocks.publishedUntil?.isOpenEnd == true { until = word("shownWhileValid", language) }
        let changed = event.changed.map { name in
            view.item.position(of: name).map { view.item.fields[$0].title[language] } ?? word("watchMarkGone", language)
        }
        return [
            "■ " + heading, "\(view.item.title[language])\(language == .chinese ? "：" : ": ")\(format.title(of: view))",
            changed.isEmpty ? nil : line("watchChanged", changed.joined(separator: language == .chinese ? "、" : ", ")),
            line("colAuthority", view.authority ?? word("watchNotStated", language)), line("colDocumentNo", view.documentNumber),
            line("colDecided", view.decidedOn.map(format.day)), line("watchBasis", format.basis(of: view)),
            line("colShownUntil", until ?? word("watchNotPublished", language)),
            view.row.mark == nil ? nil : word("watchContestedNote", language),
            line("watchContest", view.item.objection[language]), line("watchLink", link),
        ].compactMap { $0 }
    }

    private func left(_ event: WatchEvent, _ link: String, _ language: Language) -> [String] {
        let format = FieldFormat(catalogue: catalogue, language: language)
        let why = event.reason.map { word("reason-\($0.rawValue)", language) }
        let leaving = word("watchLeft" + (event.leaving.map { pascal($0.rawValue) } ?? ""), language)
        return [
            "■ " + say("sayWatchLeft", ["record": event.record.description], language),
            leaving + (why.map { language == .chinese ? "（\($0)）" : " (\($0))" } ?? ""),
            event.toldAt.map { say("sayWatchDelete", ["date": format.day($0.day)], language) } ?? word("watchDelete", language),
            word("watchLink", language) + (language == .chinese ? "：" : ": ") + link,
        ]
    }

    private func pascal(_ text: String) -> String {
        text.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// Of an organisation its code alone: its name may change, and a subject line is no place for facts.
    private func target(_ watch: Watch, _ language: Language) -> String {
        switch watch.target {
        case .organisation(let code): code
        case .list(let item): catalogue.item(item)?.title[language] ?? item
        case .sector(let section): catalogue.sectors.title(section)?[language] ?? section
        }
    }

    private func word(_ key: String, _ language: Language) -> String { catalogue.wording[key]?[language] ?? key }

    private func say(_ key: String, _ values: [String: String], _ language: Language) -> String {
        catalogue.wording[key]?.filling(values)[language] ?? key
    }
}
