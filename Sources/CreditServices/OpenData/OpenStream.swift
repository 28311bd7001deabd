import CreditCatalogue
import CreditModel
import CreditRegistry

/// What happened to one thing of open data.
public struct OpenEvent: Sendable {
    public enum Kind: String, Sendable { case appeared, changed, left }
    public enum Content: Sendable {
        case organisation(OpenOrganisation)
        case record(RecordView)
        case left(id: String, address: String, reason: String)
    }
    public let kind: Kind
    /// Asking on from here misses nothing.
    public let timepoint: Int64
    /// What is different, for `changed`.
    public let fields: [String]
    public let content: Content
}

/// A stretch of the stream.
public struct OpenPage: Sendable {
    public let after: Int64
    public let next: Int64
    public let timepoint: Int64
    public let events: [OpenEvent]
}

/// The stream of changes: each thing stands once, at the place of its newest act, with its content at the moment of reading, or with the
/// reason for which it left and no word more. What an old act said is not in it, so that nothing that left comes back.
///
/// Whoever applies the events in order, however often, ends with what a snapshot of the same moment holds.
public struct OpenStream: Sendable {
    private let datasets: OpenDatasets
    private let store: any OpenDataStore
    private let publisher: Publisher

    public init(datasets: OpenDatasets, store: any OpenDataStore, publisher: Publisher) {
        (self.datasets, self.store, self.publisher) = (datasets, store, publisher)
    }

    public func page(after: Int64, limit: Int) async throws -> OpenPage {
        let changes = try await store.openChanges(
            after: after, limit: limit, items: Set(datasets.datasets.map(\.id)), today: publisher.today
        ) { [datasets, publisher] in datasets.view($0, by: publisher) != nil }
        var events: [OpenEvent] = []
        var named: Set<SubjectID> = []
        for change in changes.changes {
            let place = change.leaf ?? changes.next
            // Before its record and at the place before it: a reader who stops between the two is given both again.
            // A record that is not public and never was leaves no trace here, nor does its organisation's event.
            if let known = changes.organisations[change.row.id.subject],
                change.wasPublic || datasets.view(change.row, by: publisher) != nil,
                named.insert(change.row.id.subject).inserted
            {
                events.append(organisation(known.organisation, isShown: known.isShown, change, at: place))
            }
            if let event = record(change, at: change.leaf.map { $0 + 1 } ?? changes.next) { events.append(event) }
        }
        return OpenPage(after: after, next: changes.next, timepoint: changes.timepoint, events: events)
    }

    private func organisation(
        _ organisation: OpenOrganisation, isShown: Bool, _ change: OpenChanges.Change, at place: Int64
    ) -> OpenEvent {
        guard isShown else {
            return OpenEvent(
                kind: .left, timepoint: place, fields: [],
                content: .left(id: organisation.id.description, address: organisation.address, reason: Self.nothingShown))
        }
        let isNew = change.row.id.ordinal == 1 && change.before == nil
        return OpenEvent(
            kind: isNew ? .appeared : .changed, timepoint: place,
            fields: isNew ? [] : changedFields(of: organisation, change), content: .organisation(organisation))
    }

    /// What a registration changed of its organisation; any other record changes nothing of it.
    private func changedFields(of organisation: OpenOrganisation, _ change: OpenChanges.Change) -> [String] {
        guard let item = datasets.dataset(change.row.item)?.item, let before = change.before else { return [] }
        let content = RecordContent(item: item, catalogue: datasets.catalogue)
        guard content.namesSubject else { return [] }
        let values = StatedValues(item.fields.map { before.values[$0.name] })
        var old = organisation.state
        old.name = content.subjectName(values) ?? old.name
        content.apply(values, to: &old)
        let new = organisation.state
        return [
            ("name", old.name != new.name), ("status", old.status != new.status), ("division", old.division != new.division),
            ("established_on", old.establishedOn != new.establishedOn),
        ].filter(\.1).map(\.0)
    }

    private func record(_ change: OpenChanges.Change, at place: Int64) -> OpenEvent? {
        guard let view = datasets.view(change.row, by: publisher) else {
            // A record that was never public is nobody's to be told of, not even that it left.
            guard change.wasPublic else { return nil }
            let id = change.row.id.description
            return OpenEvent(
                kind: .left, timepoint: place, fields: [],
                content: .left(id: id, address: "/r/\(id)", reason: reason(change.row)))
        }
        let isNew = change.before == nil || change.acts.contains(.restore)
        return OpenEvent(
            kind: isNew ? .appeared : .changed, timepoint: place,
            fields: isNew ? [] : changedFields(view, change), content: .record(view))
    }

    /// Names only, and only of what is shown now.
    private func changedFields(_ view: RecordView, _ change: OpenChanges.Change) -> [String] {
        guard let before = change.before, let dataset = datasets.dataset(view.item.id) else { return [] }
        var names: [String] = []
        if before.clocks.publishedUntil != view.row.clocks.publishedUntil { names.append("published_until") }
        if before.clocks.severity != view.row.clocks.severity { names.append("severity") }
        if !Set(change.acts).isDisjoint(with: [.mark, .unmark]) { names.append("mark") }
        return names + dataset.fields.map(\.name).filter { before.values[$0] != view.row.values[$0] }
    }

    /// Nothing of an organisation is shown any more.
    public static let nothingShown = "nothing-shown"

    /// Says no more than the record's own page: that it was withdrawn while it would still be shown, that its last day is past, which
    /// every reader of the record knew, or nothing. A page does not tell a shield from a correction, so an event does not either.
    private func reason(_ row: RecordRow) -> String {
        let isOver = row.circle == .erased || row.clocks.publishedUntil.map { $0 < publisher.today } ?? false
        if isOver { return "term-ended" }
        return publisher.state(of: row) == .withdrawn ? "withdrawn" : "not-shown"
    }

    /// Every reason that an event may give.
    public static let reasons = ["withdrawn", "term-ended", "not-shown", nothingShown]
}

extension OpenPage {
    public func write(_ event: OpenEvent, _ line: OpenLine, into json: inout JSONWriter) {
        json.object { json in
            json.field("timepoint", event.timepoint)
            json.field("kind", event.kind.rawValue)
            switch event.content {
            case .left(let id, let address, let reason):
                json.field("id", id)
                json.field("address", address)
                json.field("reason", reason)
            case .organisation(let organisation):
                json.field("dataset", OpenDatasets.organisations)
                json.field("id", organisation.id.description)
                json.field("address", organisation.address)
                if event.kind == .changed { json.array("fields") { json in event.fields.forEach { json.value($0) } } }
                json.key("content")
                line.json(organisation, into: &json)
            case .record(let view):
                json.field("dataset", view.item.id)
                json.field("id", view.row.id.description)
                json.field("address", "/r/\(view.row.id)")
                if event.kind == .changed { json.array("fields") { json in event.fields.forEach { json.value($0) } } }
                json.key("content")
                line.json(view, into: &json)
            }
        }
    }

    /// One event a line, and at the end a line that says from where to ask on; without it the answer was cut off.
    public func lines(_ line: OpenLine) -> [UInt8] {
        var bytes: [UInt8] = []
        for event in events {
            var json = JSONWriter(capacity: 1024)
            write(event, line, into: &json)
            bytes += json.bytes
            bytes.append(0x0A)
        }
        var json = JSONWriter()
        json.object { json in
            json.field("timepoint", next)
            json.field("kind", "end")
            json.field("more", next < timepoint)
        }
        return bytes + json.bytes + [0x0A]
    }

    public func json(_ line: OpenLine) -> JSONWriter {
        var json = JSONWriter(capacity: 8192)
        json.object { json in
            json.field("after", after)
            json.field("next", next)
            json.field("timepoint", timepoint)
            json.array("events") { json in for event in events { write(event, line, into: &json) } }
        }
        return json
    }
}
