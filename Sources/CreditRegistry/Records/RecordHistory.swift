import CreditCatalogue
import CreditModel

/// All revisions of one record, and what they come to at any two times: a day in the world, and a moment of our knowledge.
///
/// A revision counts where it was known by then and had taken effect by then. Those that count apply in the order in which
/// they were made, so a correction reaches back to the record's first day, while a withdrawal leaves the days before it as
/// they were.
public struct RecordHistory: Sendable {
    public let content: RecordContent
    /// By number.
    public let revisions: [Revision]

    public init(content: RecordContent, revisions: [Revision]) {
        self.content = content
        self.revisions = revisions.sorted { $0.number < $1.number }
    }

    /// Nil where the record was not known or not so yet.
    /// - Parameters:
    ///   - asOf: the day in the world; nil counts every act that is known.
    ///   - knownAt: the moment of knowledge; nil = everything known now.
    public func state(asOf: Day? = nil, knownAt: Instant? = nil) -> RecordState? {
        var state: RecordState?
        for revision in revisions {
            if let knownAt, revision.recordedAt > knownAt { break }
            if let asOf, revision.effectiveOn > asOf { continue }
            state = applying(revision, to: state)
        }
        return state
    }

    private func applying(_ revision: Revision, to state: RecordState?) -> RecordState? {
        if revision.act.isStatement {
            // Without payload nothing is known of the record any more but that its number was given.
            guard let statement = revision.statement, let clocks = revision.clocks else { return nil }
            let values = content.values(statement)
            var next = content.state(revision, values, hash: RecordContent.hash(statement), clocks: clocks)
            // What was withdrawn or contested stays so when its text is put right.
            if let state { (next.standing, next.mark) = (state.standing, state.mark) }
            return next
        }
        guard var next = state else { return nil }
        next.revision = revision.number
        switch revision.act {
        case .withdraw: next.standing = .withdrawn
        case .shield: next.standing = .shielded
        case .restore: next.standing = .standing
        case .mark: next.mark = revision.reason
        case .unmark: next.mark = nil
        case .endPublication: next.circle = .disclosed
        case .endDisclosure: next.circle = .archived
        case .erase: next.circle = .erased
        case .accept, .supplement, .correct, .change: break
        }
        return next
    }
}
