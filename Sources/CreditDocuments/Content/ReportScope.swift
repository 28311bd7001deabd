import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// Which records a report counts, and where. The one rule for making a report and for telling later whether it still holds.
struct ReportScope: Sendable {
    let catalogue: Catalogue
    let kind: ReportKind
    let audience: Audience
    /// Certificates only.
    let period: ClosedRange<Day>?
    /// Ids of a certificate's fields; empty = all.
    let fields: [String]
    let publisher: Publisher

    init(
        catalogue: Catalogue, kind: ReportKind, audience: Audience, period: ClosedRange<Day>?, fields: [String], today: Day
    ) {
        self.catalogue = catalogue
        self.kind = kind
        self.audience = audience
        self.period = kind == .noViolation ? period ?? today.adding(months: -36)...today : nil
        self.fields = fields
        publisher = Publisher(catalogue: catalogue, today: today)
    }

    /// The scope of a report that was issued, as records are judged today.
    init(of report: IssuedReport, catalogue: Catalogue, today: Day) {
        self.init(
            catalogue: catalogue, kind: report.kind, audience: report.audience, period: report.period, fields: report.fields,
            today: today)
    }

    private var rules: ReportRules { catalogue.reports }

    /// Items whose records are counted.
    var items: [String] { kind == .noViolation ? rules.certificate.items : rules.sections.flatMap(\.items) }

    /// What may still be disclosed to this audience. A withdrawn, shielded or archived record is in no report, whoever asks.
    func admits(_ item: Item, _ state: Visibility) -> Bool {
        switch state {
        case .shown: audience != .public || item.publicity == .public
        case .ended: audience != .public
        case .notPublic: audience != .public && item.publicity != .none
        case .archived, .withdrawn, .shielded, .erased: false
        }
    }

    /// Ids of the sections or fields that count a record.
    func sections(_ head: RecordHead) -> [String] {
        guard let item = catalogue.item(head.item), admits(item, publisher.state(of: head)) else { return [] }
        guard let period else { return rules.sections.filter { $0.items.contains(item.id) }.map(\.id) }
        let certificate = rules.certificate
        guard certificate.items.contains(item.id) else { return [] }
        // A record without a day cannot be told to lie outside the period.
        if let day = head.day.flatMap({ Day(iso: $0) }), !period.contains(day) { return [] }
        guard let field = certificate.field(ofAuthority: head.authority)?.id, fields.isEmpty || fields.contains(field) else {
            return []
        }
        return [field]
    }

    // MARK: groups

    static func section(_ id: String) -> String { "section \(id)" }
    static func item(_ id: String) -> String { "item \(id)" }
    /// Registration, or a practitioner's licence.
    static let basic = "basic"

    /// All groups of a record: its sections, and what the head of the report is made of.
    func groups(_ head: RecordHead) -> [String] {
        guard let item = catalogue.item(head.item), admits(item, publisher.state(of: head)) else { return [] }
        let isBasic = item.category == "registration" || item.category == "profession"
        return sections(head).map(Self.section) + (isBasic ? [Self.basic] : []) + [Self.item(item.id)]
    }
}
