import CreditModel

/// What officers decided about names: this name always means this subject, that name never means that subject.
public struct MatchRules: Sendable {
    private struct Pair: Hashable {
        let name: UInt64
        let subject: SubjectID
    }
    private var always: [UInt64: (subject: SubjectID, rule: Int64)] = [:]
    private var never: Set<Pair> = []

    private var mergedInto: [SubjectID: SubjectID] = [:]

    public init() {}

    /// The two are shown as one; whichever of them a name means, it means both.
    public mutating func merge(_ other: SubjectID, into subject: SubjectID) { mergedInto[other] = subject }

    func canonical(_ subject: SubjectID) -> SubjectID { mergedInto[subject] ?? subject }

    public mutating func always(_ name: NameParts, means subject: SubjectID, rule: Int64) {
        always[name.key] = (subject, rule)
    }

    public mutating func never(_ name: NameParts, means subject: SubjectID) {
        never.insert(Pair(name: name.key, subject: subject))
    }

    func decided(_ name: NameParts) -> (subject: SubjectID, rule: Int64)? { always[name.key] }

    func forbids(_ name: NameParts, _ subject: SubjectID) -> Bool {
        !never.isEmpty && never.contains(Pair(name: name.key, subject: subject))
    }
}
