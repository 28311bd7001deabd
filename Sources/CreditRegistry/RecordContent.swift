import CreditCatalogue
import CreditIntake
import CreditModel
import Crypto

/// The canonical bytes of a draft and what is computed from them.
struct RecordContent {
    let item: Item
    /// Field positions in order of their names, worked out once per delivery.
    private let order: [Int]
    private let dayPosition: [Int]
    private let publicationFrom: Int?
    private let earlierEnds: [Int]

    init(item: Item) {
        self.item = item
        order = item.fields.indices.sorted {
            item.fields[$0].name.utf8.lexicographicallyPrecedes(item.fields[$1].name.utf8)
        }
        dayPosition = [Role.decidedOn, .listedOn, .publishedOn, .validFrom, .establishedOn].compactMap {
            item.position(of: $0)
        }
        let isList = item.position(of: .listedOn) != nil
        earlierEnds = [item.position(of: .removedOn), isList ? item.position(of: .validUntil) : nil].compactMap { $0 }
        publicationFrom =
            switch item.publication.term {
            case .months(_, let from): item.position(of: from)
            case .until(let field): item.position(of: field)
            case .always, .never: nil
            }
    }

    /// `{"authority":"…","decidedOn":"2026-03-05",…}`: fields that are stated, by name, no blanks. Equal values, equal bytes.
    func canonical(_ values: [String?]) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.object { json in
            for position in order { if let value = values[position] { json.field(item.fields[position].name, value) } }
        }
        return json.bytes
    }

    func day(_ values: [String?]) -> String? {
        for position in dayPosition { if let value = values[position] { return value } }
        return nil
    }

    func value(_ role: Role, _ values: [String?]) -> String? { item.position(of: role).flatMap { values[$0] } }

    /// Last day on the public page. Where the day that starts the term is missing, the record's day stands for it: a
    /// decision is never later than its publication, so the term may only come out longer by that gap, never open.
    func publishedUntil(_ values: [String?]) -> String? {
        guard item.publicity == .public else { return nil }
        switch item.publication.term {
        case .never: return nil
        case .always: return Day.openEnd.description
        case .until: return publicationFrom.flatMap { values[$0] } ?? Day.openEnd.description
        case .months(let months, _):
            guard let start = (publicationFrom.flatMap { values[$0] } ?? day(values)).flatMap({ Day(iso: $0) }) else {
                return nil
            }
            // A removal, or the end that a list's own decision states, comes before the longest term.
            let earlier = earlierEnds.compactMap { values[$0].flatMap { Day(iso: $0) } }
            return ([start.adding(months: months)] + earlier).min()?.description
        }
    }

    /// What makes the record the same next time: a digest over the item and the key fields' values.
    func key(_ values: [String?], feed: Feed) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: Array(item.id.utf8))
        for part in feed.key {
            guard case .field(let position) = part else { continue }
            hash.update(data: [0])
            hash.update(data: Array(item.fields[position].name.utf8))
            hash.update(data: [1])
            if let value = values[position] { hash.update(data: Array(value.utf8)) }
        }
        return Array(hash.finalize().prefix(16))
    }

    static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
}
