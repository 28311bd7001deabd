import CreditCatalogue
import CreditModel
import CreditRegistry

/// What became of one record between two places of the log, as far as one watcher may know it.
public struct WatchEvent: Sendable {
    public enum Kind: String, Sendable, CaseIterable { case appeared, changed, contested, left }

    /// Why a record left. Nothing else is said of it.
    public enum Leaving: String, Sendable, CaseIterable {
        case withdrawn
        case termOver = "term-over"
        /// Out of sight for another reason; the public page does not say which either.
        case notShown = "not-shown"
    }

    /// Stays the same however often the event is sent.
    public let id: String
    public let kind: Kind
    public let record: RecordID
    /// Place in the log of the last act that it rests on.
    public let leaf: Int64
    /// What is seen now; nil where it left.
    public let view: RecordView?
    /// Names of the fields that differ, `contested` where only the mark was taken away.
    public let changed: [String]
    public let leaving: Leaving?
    /// Why it was withdrawn.
    public let reason: Reason?
    /// When the watcher was told of what no longer stands.
    public let toldAt: Instant?
}

/// Events of one stretch of the log.
public struct WatchPage: Sendable {
    public let events: [WatchEvent]
    /// Everything up to this place of the log is told with them.
    public let through: Int64
    public let hasMore: Bool
}

/// Works out what a watcher is to be told.
///
/// A record is compared as it was at the place up to which the watcher has been told with how it stands at this moment. What
/// came and went in between is not told, and nothing that was withdrawn a second ago is sent because it once was in a queue.
public struct WatchReader: Sendable {
    let store: any ServiceStore
    let publisher: Publisher
    let audience: Audience

    public init(store: any ServiceStore, publisher: Publisher, audience: Audience) {
        (self.store, self.publisher, self.audience) = (store, publisher, audience)
    }

    /// - Parameters:
    ///   - end: the last place of the log that counts.
    ///   - limit: how many changes are looked at.
    public func page(of watch: Watch, after: Int64, through end: Int64, limit: Int) async throws -> WatchPage {
        guard end > after else { return WatchPage(events: [], through: max(after, end), hasMore: false) }
        let sectors = publisher.catalogue.sectors
        let changes = try await store.changes(
            of: watch.target, subject: watch.subject, after: after, through: end, limit: limit,
            sector: { sectors.section(of: $0) })
        let isCut = changes.count == limit
        let through = isCut ? changes[changes.count - 1].leaf : end
        var last: [RecordID: Int64] = [:]
        for change in changes { last[change.record] = change.leaf }
        var events: [WatchEvent] = []
        for (record, leaf) in last.sorted(by: { $0.value < $1.value }) {
            if let event = try await event(record, after: after, leaf: leaf, of: watch) { events.append(event) }
        }
        return WatchPage(events: events, through: through, hasMore: isCut)
    }

    private func event(_ id: RecordID, after: Int64, leaf: Int64, of watch: Watch) async throws -> WatchEvent? {
        guard let row = try await store.record(id), let item = publisher.catalogue.item(row.item) else { return nil }
        let revisions = try await store.history(of: id)
        let content = RecordContent(item: item, catalogue: publisher.catalogue)
        let known = revisions.filter { $0.leaf <= after }
        let before = RecordHistory(content: content, revisions: known).state()
        let wasSeen = before.map { isSeen($0, item) } ?? false
        let view = isSeen(row) ? publisher.view(row, for: audience) : nil
        func event(_ kind: WatchEvent.Kind, changed: [String] = []) -> WatchEvent {
            WatchEvent(
                id: "\(watch.id)-\(leaf)", kind: kind, record: id, leaf: leaf, view: view, changed: changed, leaving: nil,
                reason: nil, toldAt: nil)
        }
        switch (wasSeen, view) {
        case (false, nil): return nil
        case (false, _?): return event(.appeared)
        case (true, nil):
            let told = known.last { $0.act.isStatement }.map(\.leaf) ?? 0
            return try await left(row, revisions, leaf, watch, toldLeaf: told)
        case (true, let view?):
            let former = known.last { $0.number == before?.stated }?.statement?.values
            let fields = former.map { differing($0, view) } ?? []
            if let mark = row.mark, mark != before?.mark { return event(.contested, changed: fields) }
            if row.mark == nil, before?.mark != nil { return event(.changed, changed: fields + ["contested"]) }
            return fields.isEmpty ? nil : event(.changed, changed: fields)
        }
    }

    private func left(_ row: RecordRow, _ revisions: [Revision], _ leaf: Int64, _ watch: Watch, toldLeaf: Int64) async throws
        -> WatchEvent
    {
        let leaving: WatchEvent.Leaving =
            switch publisher.state(of: row) {
            case .withdrawn: .withdrawn
            case .ended, .archived, .erased: .termOver
            case .shown, .notPublic, .shielded: .notShown
            }
        return WatchEvent(
            id: "\(watch.id)-\(leaf)", kind: .left, record: row.id, leaf: leaf, view: nil, changed: [], leaving: leaving,
            reason: leaving == .withdrawn ? revisions.last { $0.act == .withdraw }?.reason : nil,
            toldAt: try await store.toldAt(watch.id, leaf: toldLeaf))
    }

    /// Fields that the watcher sees now or saw before, and that are not what they were.
    private func differing(_ former: [String: String], _ view: RecordView) -> [String] {
        view.item.fields.filter { audience != .public || $0.publicity == .public }.map(\.name).filter {
            former[$0] != view.row.values[$0]
        }
    }

    /// Whether a record is before this audience today.
    private func isSeen(_ row: RecordRow) -> Bool {
        guard publisher.view(row, for: audience) != nil else { return false }
        // The subject sees all that was ever said of it; it is told of what is in force.
        let state = publisher.state(of: row)
        return state == .shown || state == .notPublic
    }

    /// The same of an earlier state. Its circle says whether the term ran: the end of each is an act of its own.
    private func isSeen(_ state: RecordState, _ item: Item) -> Bool {
        guard state.standing == .standing else { return false }
        switch state.circle {
        case .published: return audience != .public || item.publicity == .public
        case .disclosed: return audience != .public && state.clocks.publishedUntil == nil
        case .archived, .erased: return false
        }
    }
}
