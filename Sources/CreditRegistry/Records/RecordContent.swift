import CreditCatalogue
import CreditIntake
import CreditModel
import Crypto

/// What is computed from the fields of an item's records: canonical bytes, key, summary, clocks. Positions are worked out
/// once per item.
public struct RecordContent: Sendable {
    public let item: Item
    private let clockRules: ClockRules
    private let sectors: Sectors
    /// Field positions in order of their names, those that are published and the others.
    private let published: [Int]
    private let `internal`: [Int]
    private let dayPositions: [Int]
    /// `"name":` of all fields in one block, with the place of each by position.
    private let keys: [UInt8]
    private let keyPlaces: [Range<Int>]

    public init(item: Item, catalogue: Catalogue) {
        self.item = item
        (keys, keyPlaces) = JSONWriter.written(item.fields.map(\.name))
        clockRules = ClockRules(item: item, catalogue: catalogue)
        sectors = catalogue.sectors
        let order = item.fields.indices.sorted {
            item.fields[$0].name.utf8.lexicographicallyPrecedes(item.fields[$1].name.utf8)
        }
        published = order.filter { item.fields[$0].publicity == .public }
        `internal` = order.filter { item.fields[$0].publicity != .public }
        dayPositions = [Role.decidedOn, .listedOn, .publishedOn, .validFrom, .establishedOn].compactMap {
            item.position(of: $0)
        }
    }

    /// Whether the item's record is a standing state of its subject, such as a registration, and no single event.
    var isStanding: Bool { item.key == ["subject"] }

    /// Two objects `{"authority":"…","decidedOn":"2026-03-05",…}` of the fields that are stated, by name, no blanks. Equal
    /// values, equal bytes.
    public func statement(_ values: StatedValues) -> Statement {
        let rest = `internal`.contains { values.states($0) } ? canonical(`internal`, values) : nil
        return Statement(published: canonical(published, values), internal: rest)
    }

    /// One object of all stated fields, for rows that wait and belong to nobody yet.
    func whole(_ values: StatedValues) -> [UInt8] { canonical((published + `internal`).sorted(by: byName), values) }

    func whole(_ statement: Statement) -> [UInt8] { whole(values(statement)) }

    private func byName(_ left: Int, _ right: Int) -> Bool {
        item.fields[left].name.utf8.lexicographicallyPrecedes(item.fields[right].name.utf8)
    }

    private func canonical(_ positions: [Int], _ values: StatedValues) -> [UInt8] {
        values.withBlock { block, place in
            // Braces, and of each value its quotes and a comma.
            var room = 2
            var toEscape: UInt8 = 0
            for position in positions {
                guard let place = place(position) else { continue }
                room += keyPlaces[position].count + place.count + 3
                // Without an early end, so that many bytes are looked at in one step.
                for byte in block[place] { toEscape |= JSONWriter.needsEscape(byte) ? 1 : 0 }
            }
            if toEscape != 0 { return escaped(positions, values) }
            return keys.withUnsafeBufferPointer { keys in
                [UInt8](unsafeUninitializedCapacity: room) { output, count in
                    func append(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
                        // unsafe: the room was counted above from the same ranges.
                        guard let from = bytes.baseAddress, let to = output.baseAddress else { return }
                        (to + count).update(from: from + range.lowerBound, count: range.count)
                        count += range.count
                    }
                    output[0] = UInt8(ascii: "{")
                    count = 1
                    for position in positions {
                        guard let place = place(position) else { continue }
                        if count > 1 {
                            output[count] = UInt8(ascii: ",")
                            count += 1
                        }
                        append(keys, keyPlaces[position])
                        output[count] = UInt8(ascii: "\"")
                        count += 1
                        append(block, place)
                        output[count] = UInt8(ascii: "\"")
                        count += 1
                    }
                    output[count] = UInt8(ascii: "}")
                    count += 1
                }
            }
        }
    }

    /// The same where a value holds a quote, a backslash or a line end.
    private func escaped(_ positions: [Int], _ values: StatedValues) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            for position in positions {
                guard let value = values[position] else { continue }
                json.field(item.fields[position].name, value)
            }
        }
        return json.bytes
    }

    /// Values by field position, as they were when the statement was made; fields that the item no longer has are left out.
    public func values(_ statement: Statement) -> StatedValues {
        let stated = statement.values
        return StatedValues(item.fields.map { stated[$0.name] })
    }

    /// Tells one content from another. Not the seal: this one is never published.
    public static func hash(_ statement: Statement) -> Digest128 {
        var hash = SHA256()
        statement.published.withUnsafeBytes { hash.update(bufferPointer: $0) }
        if let rest = statement.internal {
            withUnsafeBytes(of: UInt8(0)) { hash.update(bufferPointer: $0) }
            rest.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return hash.finalize().withUnsafeBytes { Digest128(beginning: $0) }
    }

    static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    public func day(_ values: StatedValues) -> String? {
        dayPositions.first { values.states($0) }.flatMap { values[$0] }
    }

    func value(_ role: Role, _ values: StatedValues) -> String? { item.position(of: role).flatMap { values[$0] } }

    /// The three clocks by the catalogue's rules. Erasure cannot be undone and its terms are not confirmed, so what came to us
    /// late is kept for some years after it came, however old it is: a department can still ask what became of its row.
    public func clocks(_ values: StatedValues, receivedOn: Day) -> Clocks {
        let clocks = clockRules.clocks(values, receivedOn: receivedOn)
        let earliest = receivedOn.adding(months: Self.monthsKeptAfterReceipt)
        if clocks.archivedUntil >= earliest { return clocks }
        return Clocks(
            publishedUntil: clocks.publishedUntil, disclosedUntil: clocks.disclosedUntil, archivedUntil: earliest,
            severity: clocks.severity, repairableFrom: clocks.repairableFrom, ruleSet: clocks.ruleSet)
    }

    /// As long as looks are kept (深圳经济特区社会信用条例 art. 45).
    static let monthsKeptAfterReceipt = 60

    /// The day from which a statement is so: the record's own day, and never later than the day it was received.
    func effectiveOn(_ values: StatedValues, receivedOn: Day) -> Day {
        min(dayPositions.first { values.states($0) }.flatMap { values.day($0) } ?? receivedOn, receivedOn)
    }

    /// What makes the record the same next time: a digest over the item and the key fields' values.
    func key(_ values: StatedValues, feed: Feed) -> Digest128 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: item.id.utf8)
        for part in feed.key {
            guard case .field(let position) = part else { continue }
            bytes.append(0)
            bytes.append(contentsOf: item.fields[position].name.utf8)
            bytes.append(1)
            values.withBytes(position) { bytes.append(contentsOf: $0) }
        }
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize().withUnsafeBytes { Digest128(beginning: $0) }
    }

    /// What cleaning did to the cells of a row, or nil where it did nothing.
    func changes(_ draft: Draft) -> [UInt8]? {
        if draft.changes.isEmpty { return nil }
        var json = JSONWriter()
        json.array { json in
            for change in draft.changes {
                json.object { json in
                    json.field("field", item.fields[change.field].name)
                    json.array("codes") { json in change.codes.forEach { json.value($0.rawValue) } }
                    json.field("delivered", change.delivered)
                }
            }
        }
        return json.bytes
    }

    /// What a registration says about its subject's standing; any other item says nothing about it.
    public func apply(_ values: StatedValues, to subject: inout SubjectState) {
        guard item.category == Self.registrationCategory, values.count == item.fields.count else { return }
        subject.status = value(.status, values) ?? subject.status
        subject.division = value(.division, values).flatMap { $0.utf8.count == 6 ? $0 : nil } ?? subject.division
        subject.establishedOn = value(.establishedOn, values) ?? subject.establishedOn
        subject.sector = value(.industry, values).flatMap { sectors.section(of: $0) } ?? subject.sector
    }

    static let registrationCategory = "registration"

    /// The name that a statement gives its subject.
    public func subjectName(_ values: StatedValues) -> String? { value(.subjectName, values) }

    /// Whether the item's record is what its subject is called and stands by.
    public var namesSubject: Bool { item.category == Self.registrationCategory || item.subjects == [.practitioner] }

    /// The state right after a statement.
    func state(_ revision: Revision, _ values: StatedValues, hash: Digest128, clocks: Clocks) -> RecordState {
        RecordState(
            id: revision.id, item: item.id, revision: revision.number, stated: revision.number, contentHash: hash,
            authority: value(.authority, values), kinds: value(.kind, values), day: day(values), clocks: clocks, circle: .at(clocks, on: revision.recordedAt.day), standing: .standing, mark: nil)
    }
}

extension Circle {
    /// Where a record belongs on a day by its clocks. Erasure is an act of its own and never follows from a date alone.
    static func at(_ clocks: Clocks, on day: Day) -> Circle {
        if let until = clocks.publishedUntil, until >= day { return .published }
        return clocks.disclosedUntil >= day ? .disclosed : .archived
    }
}
