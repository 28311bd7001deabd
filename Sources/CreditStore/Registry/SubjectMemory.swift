import CreditModel
import CreditRegistry

/// What one transaction knows of subjects already, so that a delivery with ten rows about one body asks the database once.
///
/// There is one writer at a time, so nobody else changes what is remembered here; the transaction itself keeps it in step with
/// everything it writes. Bounded, since a delivery may speak of every body of a city. A reference, since it is asked for each row and
/// holds a dozen others.
final class SubjectMemory {
    private var identified = NumberedTable<IdentifierKey, Int64>()
    private var longIdentified: [Identifier: SubjectID] = [:]
    private var states: [SubjectID: SubjectState] = [:]
    private var briefs = SubjectColumn<(brief: SubjectBrief, place: Int32)?>(none: nil)

    /// Whether every number that is stored or on its way is here, as at the first delivery into a new platform.
    private(set) var knowsAllNumbers: Bool

    /// About 40 bytes each.
    private let mostNumbers: Int
    /// Some hundred bytes each.
    private static let mostStates = 20_000

    /// - Parameter knowsAllNumbers: where none is stored.
    init(mostNumbers: Int = 2_000_000, knowsAllNumbers: Bool = false) {
        (self.mostNumbers, self.knowsAllNumbers) = (mostNumbers, knowsAllNumbers)
    }

    /// Whether no further number has room. Whoever keeps one makes room first, by `dropNumbers`, once no number is known here alone.
    var isFull: Bool { identified.count >= mostNumbers || longIdentified.count >= min(mostNumbers, Self.mostStates) }

    func dropNumbers() {
        knowsAllNumbers = false
        identified.removeAll()
        longIdentified.removeAll()
    }

    func forget(_ subject: SubjectID) {
        states[subject] = nil
        briefs[subject.value] = nil
        dropNumbers()
    }

    func subject(_ identifier: Identifier) -> SubjectID? {
        if let key = IdentifierKey(identifier) { return identified[key].map { SubjectID($0) } }
        return longIdentified[identifier]
    }

    func keep(_ identifier: Identifier, _ subject: SubjectID) {
        guard let key = IdentifierKey(identifier) else {
            longIdentified[identifier] = subject
            return
        }
        identified.set(key, to: subject.value)
    }

    func state(_ subject: SubjectID) -> SubjectState? { states[subject] }
    func brief(_ subject: SubjectID) -> SubjectBrief? { briefs[subject.value]?.brief }
    /// Where statistics count the subject, as `StatisticsTally` numbers places.
    func place(_ subject: SubjectID) -> Int32? { briefs[subject.value]?.place }

    func keep(_ state: SubjectState, at place: Int32, of subject: SubjectID) {
        if states.count >= Self.mostStates { states.removeAll(keepingCapacity: true) }
        if briefs.room >= max(mostNumbers, 64) { briefs.removeAll() }
        states[subject] = state
        briefs[subject.value] = (SubjectBrief(state), place)
    }
}

/// A number of up to 23 bytes with its scheme, in three words.
private struct IdentifierKey: Hashable {
    private let words: (UInt64, UInt64, UInt64)

    init?(_ identifier: Identifier) {
        guard identifier.value.utf8.count <= 23 else { return nil }
        let scheme: UInt64 =
            switch identifier.scheme {
            case .unifiedCode: 1
            case .organisationCode: 2
            case .registrationNumber: 3
            case .licence: 4
            case .legacyRegistration: 5
            }
        var words: (UInt64, UInt64, UInt64) = (0, 0, scheme << 56)
        withUnsafeMutableBytes(of: &words) { bytes in
            var value = identifier.value
            value.withUTF8 { bytes.copyMemory(from: UnsafeRawBufferPointer($0)) }
        }
        self.words = words
    }

    static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}
