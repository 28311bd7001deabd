import CreditCatalogue
import CreditIntake
import CreditModel

/// An officer's act upon one record: who, why, on what basis, from which day.
public struct Amendment: Sendable, Hashable {
    public let act: Act
    public let reason: Reason
    /// The document on which it rests, such as the number of the revoking decision. Public.
    public let basis: String
    public let officer: Actor
    /// The day from which it is so; nil = the usual one: a correction holds from the record's first day, everything else
    /// from today.
    public let effectiveOn: Day?
    /// New values by field name; an empty text takes the field away. For corrections and supplements.
    public let edits: [String: String]

    public init(
        _ act: Act, reason: Reason, basis: String, officer: Actor, effectiveOn: Day? = nil, edits: [String: String] = [:]
    ) {
        self.act = act
        self.reason = reason
        self.basis = basis
        self.officer = officer
        self.effectiveOn = effectiveOn
        self.edits = edits
    }
}

/// Which act may follow on which state. The whole of what officers can do to a record is this table.
public struct AmendmentRule: Sendable, Hashable {
    public let act: Act
    public let standing: Set<Standing>
    /// nil = either.
    public let isMarked: Bool?
    public let event: AuditEvent

    public static let table: [AmendmentRule] = [
        .init(act: .correct, standing: [.standing, .withdrawn, .shielded], isMarked: nil, event: .recordCorrected),
        .init(act: .supplement, standing: [.standing, .shielded], isMarked: nil, event: .recordSupplemented),
        .init(act: .withdraw, standing: [.standing, .shielded], isMarked: nil, event: .recordWithdrawn),
        .init(act: .mark, standing: [.standing, .shielded], isMarked: false, event: .recordMarked),
        .init(act: .unmark, standing: [.standing, .withdrawn, .shielded], isMarked: true, event: .recordUnmarked),
        .init(act: .shield, standing: [.standing], isMarked: nil, event: .recordShielded),
        .init(act: .restore, standing: [.withdrawn, .shielded], isMarked: nil, event: .recordRestored),
    ]

    static func of(_ act: Act) -> AmendmentRule? { table.first { $0.act == act } }
}

extension Amendment {
    /// Does the act, with its audit row, in the transaction.
    /// - Parameter source: where the officer works, for the audit.
    /// - Returns: the record's new state.
    /// - Throws: `RegistryError`; nothing of the transaction may then be kept.
    public func perform(
        on id: RecordID, catalogue: Catalogue, source: String, in transaction: some RegistryTransaction
    ) throws -> RecordState {
        guard let before = try transaction.record(id), before.circle != .erased,
            let item = catalogue.item(before.item)
        else { throw RegistryError(.recordNotFound, "there is no record \(id)") }
        guard let rule = AmendmentRule.of(act) else {
            throw RegistryError(.illegalAct, "\(act.rawValue) is not an act of an officer")
        }
        try check(rule, before, transaction.now.day)
        let content = RecordContent(item: item, catalogue: catalogue)
        let history = RecordHistory(content: content, revisions: try transaction.revisions(of: id))
        let number = before.revision + 1
        func revision(_ day: Day, _ clocks: Clocks?, _ statement: Statement?) -> (([UInt8], Int64) -> Revision) {
            { salt, leaf in
                Revision(
                    id: id, item: item.id, number: number, act: act, reason: reason, effectiveOn: day,
                    recordedAt: transaction.now, basis: basis, actor: officer, clocks: clocks, statement: statement,
                    salt: salt, leaf: leaf)
            }
        }
        let make: ([UInt8], Int64) -> Revision
        if act.isStatement {
            let values = try edited(history, content, catalogue, transaction.now.day)
            let statement = content.statement(values)
            if RecordContent.hash(statement) == before.contentHash {
                throw RegistryError(.nothingChanges, "the record says this already")
            }
            // The clocks are judged as on the day on which the record first came, not anew by the day of the correction.
            let received = history.revisions.first?.recordedAt.day ?? transaction.now.day
            let first = history.revisions.first?.effectiveOn ?? transaction.now.day
            make = revision(
                effectiveOn ?? min(first, content.effectiveOn(values, receivedOn: received)),
                content.clocks(values, receivedOn: received), statement)
        } else {
            if !edits.isEmpty { throw RegistryError(.unknownField, "\(act.rawValue) takes no new values") }
            make = revision(effectiveOn ?? transaction.now.day, nil, nil)
        }
        let next = RecordHistory(content: content, revisions: history.revisions + [make([], 0)]).state()
        guard let next else { throw RegistryError(.illegalAct, "the record has no present state") }
        try transaction.update(next, make)
        if act.isStatement, var subject = try transaction.subject(id.subject) {
            let statement = make([], 0).statement
            content.apply(statement.map { content.values($0) } ?? [], to: &subject)
            try transaction.updateSubject(id.subject, subject)
        }
        try transaction.insertAudit(
            AuditNote(
                rule.event, by: officer, object: id.description, source: source, purpose: reason.rawValue, basis: basis,
                before: Self.hexadecimal(before.contentHash), after: Self.hexadecimal(next.contentHash)))
        return next
    }

    private func check(_ rule: AmendmentRule, _ record: RecordState, _ today: Day) throws {
        guard rule.standing.contains(record.standing) else {
            throw RegistryError(.illegalAct, "\(act.rawValue) cannot follow: the record is \(record.standing.rawValue)")
        }
        if let isMarked = rule.isMarked, isMarked != (record.mark != nil) {
            throw RegistryError(.illegalAct, isMarked ? "the record is not marked" : "the record is marked already")
        }
        guard Reason.fitting(act).contains(reason) else {
            let fitting = Reason.fitting(act).map(\.rawValue).joined(separator: ", ")
            throw RegistryError(.unfitReason, "reasons for \(act.rawValue) are: \(fitting)")
        }
        guard basis.unicodeScalars.count >= 5 else {
            throw RegistryError(.basisMissing, "say on what document the act rests (5 characters at least)")
        }
        guard !officer.id.isEmpty else { throw RegistryError(.actorMissing, "say who acts") }
        if let effectiveOn, effectiveOn > today {
            throw RegistryError(.unfitDay, "an act takes effect today at the latest; record it when its day has come")
        }
    }

    private func edited(_ history: RecordHistory, _ content: RecordContent, _ catalogue: Catalogue, _ today: Day) throws
        -> StatedValues
    {
        guard let statement = history.revisions.last(where: { $0.statement != nil })?.statement else {
            throw RegistryError(.recordNotFound, "the record's content is erased")
        }
        var values = content.values(statement)
        if edits.isEmpty { throw RegistryError(.nothingChanges, "say which fields change: field=value") }
        let edit = FieldEdit(catalogue: catalogue, item: content.item, today: today)
        for (name, text) in edits.sorted(by: { $0.key < $1.key }) {
            guard let position = content.item.position(of: name), edit.canEdit(position) else {
                throw RegistryError(
                    .unknownField, "`\(name)` is no field that an officer can change in \(content.item.id)")
            }
            switch edit.read(text, at: position) {
            case .fault(let code):
                throw RegistryError(
                    .invalidValue, "`\(name)`: \(catalogue.checks[code.rawValue]?.message.en ?? code.rawValue)")
            case .value(let value):
                if act == .supplement, values[position] != nil {
                    throw RegistryError(.illegalAct, "`\(name)` is stated already; use correct to change it")
                }
                values[position] = value
            }
        }
        return values
    }

    /// Nothing for a content that is gone.
    private static func hexadecimal(_ digest: Digest128?) -> String? { digest.map { Hexadecimal.text($0.bytes) } }
}
