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
    /// Who may see it: the fields below are those that they may see.
    public let audience: Audience

    public var title: String? { stated(.title) }
    public var authority: String? { stated(.authority) }
    public var documentNumber: String? { stated(.documentNumber) }
    public var decidedOn: String? { stated(.decidedOn) ?? row.day }

    public var fields: [FieldView] {
        item.fields.compactMap { field in
            isVisible(field) ? row.values[field.name].map { FieldView(field: field, value: $0) } : nil
        }
    }

    /// What cleaning did, field by field.
    public var changes: [ChangeView] {
        StoredRemarks.changes(row.changes).compactMap { change in
            guard let position = item.position(of: change.field), isVisible(item.fields[position]) else { return nil }
            return ChangeView(field: item.fields[position], codes: change.codes, delivered: change.delivered)
        }
    }

    public var notes: [String] { StoredRemarks.notes(row.notes) }

    /// The field that plays a role with its value, where it is stated and may be seen.
    public func field(_ role: Role) -> FieldView? {
        guard let position = item.position(of: role) else { return nil }
        let field = item.fields[position]
        return isVisible(field) ? row.values[field.name].map { FieldView(field: field, value: $0) } : nil
    }

    func isVisible(_ field: Field) -> Bool { audience != .public || field.publicity == .public }

    /// What a role makes known is a field like any other: whoever may not see the field is not told by the role either.
    private func stated(_ role: Role) -> String? { field(role)?.value }

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
        return RecordView(row: row, item: item, state: state(of: row), audience: audience)
    }

    public func views(_ rows: [RecordRow], for audience: Audience) -> [RecordView] {
        rows.compactMap { view($0, for: audience) }
    }
}
