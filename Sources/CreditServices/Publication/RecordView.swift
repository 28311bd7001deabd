import CreditCatalogue
import CreditModel
import CreditRegistry

/// Who is asking. What each may see follows from the catalogue's publicity and the record's dates.
public enum Audience: String, Sendable, CaseIterable {
    /// Anybody: public items in their term, public fields.
    case `public`
    /// The subject itself: everything about it, in full (RIGHTS 13).
    case own = "self"
    /// An officer. Accounts, purposes and the log of looks come with the console.
    case officer
}

/// Whether a record is seen, and if not, why.
public enum Visibility: String, Sendable, CaseIterable {
    case shown
    /// The term of publication is over. Kept, no longer shown.
    case ended = "publication-ended"
    /// The term of disclosure is over too: neither queries nor shares hand it out.
    case archived = "disclosure-ended"
    /// The item is not public, or its rules do not publish this class.
    case notPublic = "not-public"
    /// The decision was revoked or changed; see the reason of the act.
    case withdrawn
    /// Out of sight for a time, as during a reorganisation.
    case shielded
    /// Payload and salts are gone.
    case erased
}

/// A record as one audience may see it.
public struct RecordView: Sendable {
    public struct FieldView: Sendable {
        public let field: Field
        /// As stored.
        public let value: String
    }
    public let row: RecordRow
    public let item: Item
    public let state: Visibility
    public let title: String?
    public let authority: String?
    public let documentNumber: String?
    public let decidedOn: String?
    public let fields: [FieldView]
    /// What cleaning did, field by field.
    public let changes: [ChangeView]
    public let notes: [String]

    public struct ChangeView: Sendable {
        public let field: Field
        public let codes: [String]
        public let delivered: String
    }
}

/// Decides what an audience sees of a record on a day.
public struct Publisher: Sendable {
    public let catalogue: Catalogue
    public let today: Day

    public init(catalogue: Catalogue, today: Day) {
        self.catalogue = catalogue
        self.today = today
    }

    /// Judged by the dates of this very day, so that no page waits for a job (RIGHTS 12).
    public func state(of row: RecordRow) -> Visibility { state(row.circle, row.standing, row.clocks) }

    public func state(of head: RecordHead) -> Visibility { state(head.circle, head.standing, head.clocks) }

    private func state(_ circle: Circle, _ standing: Standing, _ clocks: Clocks) -> Visibility {
        if circle == .erased { return .erased }
        switch standing {
        case .withdrawn: return .withdrawn
        case .shielded: return .shielded
        case .standing: break
        }
        if let until = clocks.publishedUntil, until >= today { return .shown }
        if clocks.disclosedUntil < today { return .archived }
        return clocks.publishedUntil == nil ? .notPublic : .ended
    }

    /// The item of a record that an audience may see; nil where it may not see the record at all. For counting what is seen without
    /// making views. An overdue record is not shown to the public even if nothing has moved it yet (RIGHTS 12).
    func item(of row: RecordRow, seenBy audience: Audience) -> Item? {
        self.item(row.item, state(of: row), seenBy: audience)
    }

    /// The same of a record of which only the head is at hand.
    func item(of head: RecordHead, seenBy audience: Audience) -> Item? {
        self.item(head.item, state(of: head), seenBy: audience)
    }

    private func item(_ id: String, _ state: Visibility, seenBy audience: Audience) -> Item? {
        guard let item = catalogue.item(id) else { return nil }
        return audience == .public && (state != .shown || item.publicity != .public) ? nil : item
    }

    /// Nil where the audience may not see the record at all.
    public func view(_ row: RecordRow, for audience: Audience) -> RecordView? {
        guard let item = item(of: row, seenBy: audience) else { return nil }
        let state = state(of: row)
        func value(_ role: Role) -> String? { item.position(of: role).flatMap { row.values[item.fields[$0].name] } }
        func visible(_ field: Field) -> Bool { audience != .public || field.publicity == .public }
        let fields = item.fields.compactMap { field in
            visible(field) ? row.values[field.name].map { RecordView.FieldView(field: field, value: $0) } : nil
        }
        let changes = StoredRemarks.changes(row.changes).compactMap { change -> RecordView.ChangeView? in
            guard let position = item.position(of: change.field), visible(item.fields[position]) else { return nil }
            return RecordView.ChangeView(field: item.fields[position], codes: change.codes, delivered: change.delivered)
        }
        return RecordView(
            row: row, item: item, state: state, title: value(.title), authority: value(.authority),
            documentNumber: value(.documentNumber), decidedOn: value(.decidedOn) ?? row.day, fields: fields,
            changes: changes,
            notes: StoredRemarks.notes(row.notes))
    }

    public func views(_ rows: [RecordRow], for audience: Audience) -> [RecordView] {
        rows.compactMap { view($0, for: audience) }
    }
}
