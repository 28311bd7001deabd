import CreditModel

/// One of the categories of the national basic catalogue (全国公共信用信息基础目录).
public struct Category: Sendable, Hashable {
    public let id: String
    public let number: Int
    public let title: Bilingual
    public let subjects: Bilingual
    public let covers: Bilingual
    public let basis: [Basis]
    public let verified: Bool
}

/// A kind of fact that may be recorded: what conduct, on what basis, about whom, shown to whom, for how long.
///
/// The attributes are those that a local supplementary catalogue must state (深圳经济特区社会信用条例 art. 31–35).
public final class Item: Sendable {
    public enum Nature: String, Sendable, CaseIterable { case adverse, favourable, neutral }
    public enum Publicity: String, Sendable, CaseIterable {
        case `public`
        case onRequest = "on-request"
        case shared
        case none
    }
    public enum Sharing: String, Sendable, CaseIterable { case open, government, conditional, none }

    public let id: String
    public let category: String
    public let title: Bilingual
    public let conduct: Bilingual
    public let nature: Nature
    public let subjects: Set<SubjectKind>
    public let source: Bilingual
    public let basis: [Basis]
    public let verified: Bool
    public let publicity: Publicity
    public let sharing: Sharing
    public let retention: Retention?
    public let publication: Publication
    public let delivery: Delivery?
    public let objection: Bilingual
    /// What makes a record the same one when it is delivered again; `subject` stands for whom it is about.
    public let key: [String]
    public let fields: [Field]
    public let note: Bilingual?

    /// Position of a field by its name.
    public func position(of name: String) -> Int? { positions[name] }
    /// Position of the field that plays a role, if the item has one.
    public func position(of role: Role) -> Int? { roles[role] }

    let positions: [String: Int]
    let roles: [Role: Int]

    init(
        id: String, category: String, title: Bilingual, conduct: Bilingual, nature: Nature,
        subjects: Set<SubjectKind>, source: Bilingual, basis: [Basis], verified: Bool, publicity: Publicity,
        sharing: Sharing, retention: Retention?, publication: Publication, delivery: Delivery?, objection: Bilingual,
        key: [String], fields: [Field], note: Bilingual?, positions: [String: Int], roles: [Role: Int]
    ) {
        self.id = id
        self.category = category
        self.title = title
        self.conduct = conduct
        self.nature = nature
        self.subjects = subjects
        self.source = source
        self.basis = basis
        self.verified = verified
        self.publicity = publicity
        self.sharing = sharing
        self.retention = retention
        self.publication = publication
        self.delivery = delivery
        self.objection = objection
        self.key = key
        self.fields = fields
        self.note = note
        self.positions = positions
        self.roles = roles
    }
}

/// How long a record may be disclosed at all.
public struct Retention: Sendable, Hashable {
    public let years: Int
    public let from: String
    public let basis: [Basis]
    public let verified: Bool
}

/// How long a record is shown to the public.
public struct Publication: Sendable, Hashable {
    public enum Term: Sendable, Hashable {
        /// So many months from a day of the record.
        case months(Int, from: String)
        /// Until a day of the record, such as the end of a licence.
        case until(field: String)
        /// As long as the record may be disclosed; without end while what it says still holds.
        case always
        case never
        /// By the rule sets of that name in `clocks.yaml`.
        case rules(String)
    }
    public let term: Term
    public let basis: [Basis]
    public let verified: Bool
}

/// When a department must deliver.
public struct Delivery: Sendable, Hashable {
    public enum Rhythm: Sendable, Hashable {
        case workingDays(Int, from: String)
        case each(String)
    }
    public let rhythm: Rhythm
    public let basis: [Basis]
    public let verified: Bool
}
