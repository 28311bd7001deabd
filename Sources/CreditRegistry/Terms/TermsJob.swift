import CreditCatalogue
import CreditModel

/// Moves records whose term is over out of their circle: from the public pages, then from queries and shares, then for ever.
///
/// Pages compare dates themselves and never wait for this job (RIGHTS 12); the job makes the end an act with a leaf, so that
/// every copy can follow it. It looks only at dates, so it makes up for any downtime, and running it twice does nothing more.
public struct TermsJob: Sendable {
    public static let actor = Actor(.job, "terms")
    /// Records moved in one transaction: short enough that a delivery never waits long.
    public static let portion = 1000

    /// What one transaction moved.
    public struct Moved: Sendable, Hashable {
        public var publication = 0
        public var disclosure = 0
        public var erased = 0
        public var total: Int { publication + disclosure + erased }

        public init() {}
    }

    public init() {}

    /// Moves at most one portion; call it again until it moves nothing.
    /// - Parameter today: terms are over when their last day is before it.
    public func run(today: Day, in transaction: some RegistryTransaction) throws -> Moved {
        var moved = Moved()
        moved.publication = try move(.published, .endPublication, .publicationEnded, today, transaction) {
            ($0.clocks.publishedUntil, .disclosed)
        }
        moved.disclosure = try move(.disclosed, .endDisclosure, .disclosureEnded, today, transaction) {
            ($0.clocks.disclosedUntil, .archived)
        }
        moved.erased = try move(.archived, .erase, .recordsErased, today, transaction) {
            ($0.clocks.archivedUntil, .erased)
        }
        return moved
    }

    private func move(
        _ circle: Circle, _ act: Act, _ event: AuditEvent, _ today: Day, _ transaction: some RegistryTransaction,
        end: (RecordState) -> (lastDay: Day?, next: Circle)
    ) throws -> Int {
        var moved = 0
        for id in try transaction.overdue(in: circle, before: today, limit: Self.portion) {
            guard var record = try transaction.record(id) else { continue }
            let (lastDay, next) = end(record)
            let over = (lastDay ?? today.adding(days: -1)).adding(days: 1)
            let basis = record.clocks.ruleSet
            record.revision += 1
            record.circle = next
            let number = record.revision
            if act == .erase {
                // The seal of the erasure itself goes first, then payload and salts of all, in one transaction: a crash in
                // between leaves neither.
                record = record.erased
            }
            let (item, recordedAt) = (record.item, transaction.now)
            try transaction.update(record) { salt, leaf in
                Revision(
                    id: id, item: item, number: number, act: act, effectiveOn: over, recordedAt: recordedAt, basis: basis, actor: Self.actor, salt: salt, leaf: leaf)
            }
            if act == .erase {
                try transaction.erasePayload(of: id)
                // A practitioner is known by the licence alone: when that record goes, so do the name and the number.
                if try transaction.subject(id.subject)?.kind == .practitioner { try transaction.forget(id.subject) }
            }
            moved += 1
        }
        if moved > 0 {
            try transaction.insertAudit(
                AuditNote(event, by: Self.actor, object: "\(moved) records", source: "job", basis: "terms before \(today)"))
        }
        return moved
    }
}
