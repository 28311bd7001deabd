import CreditCatalogue
import CreditModel
import CreditRegistry

/// Turns an organisation's file into what a check tells of it. Holds what it would otherwise look up for each record anew; a reference,
/// since each of ten thousand files is given to it.
final class CheckedRecords: Sendable {
    /// Public items whose records are told one by one.
    let read: [String]
    /// Public items whose records are only counted.
    let counted: [String]
    private let groups: [CheckRules.Group]
    private let publisher: Publisher
    private let format: FieldFormat
    private let since: Day
    private let stillListed: String
    private let marks: @Sendable (Reason) -> String
    private let bases: [String: String]

    init(
        catalogue: Catalogue, format: FieldFormat, since: Day, today: Day, stillListed: String,
        marks: @Sendable @escaping (Reason) -> String
    ) {
        groups = catalogue.reports.check.groups
        let grouped = Set(groups.flatMap(\.items))
        let items = catalogue.items.filter { $0.publicity == .public && $0.category != "registration" }.map(\.id)
        (read, counted) = (items.filter(grouped.contains), items.filter { !grouped.contains($0) })
        publisher = Publisher(catalogue: catalogue, today: today)
        self.format = format
        self.since = since
        self.stillListed = stillListed
        self.marks = marks
        bases = Dictionary(uniqueKeysWithValues: catalogue.items.map { ($0.id, format.bases($0.basis)) })
    }

    static func address(_ state: SubjectState) -> String { "/o/\(state.code)" }

    /// What a check tells of an organisation; nil for a person.
    func subject(_ file: CheckFile) -> CheckResult.Subject? {
        guard file.state.kind == .organisation else { return nil }
        var found = [[RecordView]](repeating: [], count: groups.count)
        var count = 0
        var newest: String?
        func tally(_ day: String?) {
            count += 1
            if let day, day > newest ?? "" { newest = day }
        }
        for head in file.heads where publisher.item(of: head, seenBy: .public) != nil { tally(head.day) }
        for row in file.records {
            guard let item = publisher.item(of: row, seenBy: .public) else { continue }
            tally(row.day)
            for (place, group) in groups.enumerated() where group.items.contains(item.id) {
                if let field = group.field, !(row.values[field].map(group.values.contains) ?? false) { continue }
                if let view = publisher.view(row, for: .public), isWithin(view) { found[place].append(view) }
            }
        }
        return CheckResult.Subject(
            id: file.subject, name: file.state.name, code: file.state.code,
            status: file.state.status.map { format.code($0, "registration-status") } ?? "",
            address: Self.address(file.state),
            found: found.map { group in
                group.sorted { ($0.row.day ?? "", $0.row.id.ordinal) > ($1.row.day ?? "", $1.row.id.ordinal) }.map(entry)
            },
            records: count, newest: newest)
    }

    private func value(_ role: Role, _ view: RecordView) -> String? {
        guard let position = view.item.position(of: role), view.item.fields[position].publicity == .public else { return nil }
        return view.row.values[view.item.fields[position].name]
    }

    private func isList(_ item: Item) -> Bool { item.position(of: .removedOn) != nil }

    /// Any day from the first to the last in the look-back. What has no day cannot be told to lie outside.
    private func isWithin(_ view: RecordView) -> Bool {
        guard let day = view.row.day.flatMap({ Day(iso: $0) }) else { return true }
        if day >= since { return true }
        let last = (value(.removedOn, view) ?? value(.validUntil, view)).flatMap { Day(iso: $0) }
        return last.map { $0 >= since } ?? isList(view.item)
    }

    private func entry(_ view: RecordView) -> CheckResult.Entry {
        let kind = view.item.position(of: .kind).flatMap { position -> String? in
            let field = view.item.fields[position]
            guard field.publicity == .public else { return nil }
            return view.row.values[field.name].map { format.text($0, of: field) }
        }
        var last = value(.removedOn, view) ?? value(.validUntil, view)
        if last == nil, isList(view.item) { last = stillListed }
        if let day = last.flatMap({ Day(iso: $0) }), day.isOpenEnd { last = format.day(day) }
        return CheckResult.Entry(
            record: view.row.id, item: view.item.id, itemTitle: view.item.title[format.language],
            what: [kind, view.title].compactMap { $0 }.first ?? view.item.title[format.language],
            authority: view.authority, documentNumber: view.documentNumber, day: view.row.day, lastDay: last,
            shownUntil: view.row.clocks.publishedUntil.flatMap { $0.isOpenEnd ? nil : $0 },
            basis: value(.legalBasis, view) ?? bases[view.item.id] ?? "", mark: view.row.mark.map(marks))
    }
}
