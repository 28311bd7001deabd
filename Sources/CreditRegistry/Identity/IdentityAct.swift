import CreditCatalogue
import CreditIntake
import CreditModel

/// An officer's act upon who is who: with a name, a reason, and a way back.
public struct IdentityAct: Sendable, Hashable {
    public enum Deed: Sendable, Hashable {
        /// `other` is shown as part of `subject`.
        case merge(SubjectID, other: SubjectID)
        /// The two are never joined.
        case keepApart(SubjectID, SubjectID)
        case nameMeans(String, SubjectID)
        case nameMeansNot(String, SubjectID)
        /// Files a waiting row. With `remember`, later rows of the same name follow.
        case file(waiting: Int64, SubjectID, remember: Bool)
        /// States a record anew under the subject that it is really about, and withdraws it where it was.
        case move(RecordID, to: SubjectID)
        /// Gives a waiting row back to its department, which must name the number.
        case giveBack(waiting: Int64)
        case undo(decision: Int64)
    }

    public let deed: Deed
    public let reason: String
    public let officer: Actor

    public init(_ deed: Deed, reason: String, officer: Actor) {
        self.deed = deed
        self.reason = reason
        self.officer = officer
    }

    /// Does the act with its audit row. Everything that stood before can be had back by undoing it.
    /// - Parameter source: where the officer works, for the audit.
    /// - Returns: the decisions made or undone.
    /// - Throws: `RegistryError`; nothing of the transaction may then be kept.
    @discardableResult
    public func perform(
        catalogue: Catalogue, source: String, in transaction: some RegistryTransaction
    ) throws -> [Int64] {
        guard reason.unicodeScalars.count >= 5 else {
            throw RegistryError(.basisMissing, "say why, in five characters at least")
        }
        guard !officer.id.isEmpty else { throw RegistryError(.actorMissing, "say who decides") }
        switch deed {
        case .merge(let subject, let other): return [try merge(subject, other, source, transaction)]
        case .keepApart(let subject, let other):
            try requireSubjects([subject, other], transaction)
            try refuseRepeated(.different, subject, other, transaction)
            if try transaction.standingDecisions().contains(where: { $0.kind == .same && Self.joins($0, subject, other) }) {
                throw RegistryError(.illegalAct, "the two are merged; undo that first")
            }
            return [try decide(.different, subject, other: other, event: .subjectsKeptApart, source, transaction)]
        case .nameMeans(let name, let subject):
            try requireSubjects([subject], transaction)
            return [try decide(.means, subject, name: name, event: .nameDecided, source, transaction)]
        case .nameMeansNot(let name, let subject):
            try requireSubjects([subject], transaction)
            return [try decide(.meansNot, subject, name: name, event: .nameDecided, source, transaction)]
        case .file(let waiting, let subject, let remember):
            return try file(waiting, subject, remember, catalogue, source, transaction)
        case .move(let record, let subject): return [try move(record, subject, catalogue, source, transaction)]
        case .giveBack(let waiting):
            let row = try openRow(waiting, transaction)
            return [try decide(.returned, nil, waiting: row.id, event: .waitingReturned, source, transaction)]
        case .undo(let decision): return [try undo(decision, catalogue, source, transaction)]
        }
    }

    // MARK: Two subjects

    private func merge(
        _ subject: SubjectID, _ other: SubjectID, _ source: String, _ transaction: some RegistryTransaction
    ) throws -> Int64 {
        let states = try requireSubjects([subject, other], transaction)
        guard states.allSatisfy({ $0.kind == .organisation }) else {
            // RIGHTS 2: a practitioner is a licence; two licences are never one file.
            throw RegistryError(.illegalAct, "practitioners are never merged")
        }
        // A unified code is given to one body for its whole life (GB 32100): two valid ones are two bodies.
        let codes = states.map(\.code).filter { (try? UnifiedCode($0)) != nil }
        guard Set(codes).count < 2 else {
            throw RegistryError(.illegalAct, "each has a valid unified code of its own; such bodies are never merged")
        }
        let standing = try transaction.standingDecisions()
        if standing.contains(where: { $0.kind == .different && Self.joins($0, subject, other) }) {
            throw RegistryError(.illegalAct, "an officer decided that these are different; undo that first")
        }
        for decision in standing where decision.kind == .same {
            if decision.other == other || decision.other == subject || decision.subject == other {
                throw RegistryError(.illegalAct, "one of the two is part of a merger already (decision \(decision.id))")
            }
        }
        return try decide(.same, subject, other: other, event: .subjectsMerged, source, transaction)
    }

    @discardableResult
    private func requireSubjects(_ subjects: [SubjectID], _ transaction: some RegistryTransaction) throws -> [SubjectState] {
        guard Set(subjects).count == subjects.count else {
            throw RegistryError(.illegalAct, "that is one and the same subject")
        }
        return try subjects.map { id in
            guard let state = try transaction.subject(id), !state.name.isEmpty || !state.code.isEmpty else {
                throw RegistryError(.subjectNotFound, "there is no subject \(id)")
            }
            return state
        }
    }

    private func refuseRepeated(
        _ kind: IdentityDecision.Kind, _ subject: SubjectID, _ other: SubjectID, _ transaction: some RegistryTransaction
    ) throws {
        if try transaction.standingDecisions().contains(where: { $0.kind == kind && Self.joins($0, subject, other) }) {
            throw RegistryError(.nothingChanges, "this is decided already")
        }
    }

    private static func joins(_ decision: IdentityDecision, _ a: SubjectID, _ b: SubjectID) -> Bool {
        (decision.subject == a && decision.other == b) || (decision.subject == b && decision.other == a)
    }

    // MARK: Waiting rows

    private func openRow(_ id: Int64, _ transaction: some RegistryTransaction) throws -> KeptRow {
        guard let row = try transaction.waitingRow(id) else {
            throw RegistryError(.recordNotFound, "there is no waiting row \(id)")
        }
        if try transaction.decision(onWaiting: id) != nil {
            throw RegistryError(.illegalAct, "this row is decided already; undo that first")
        }
        return row
    }

    private func file(
        _ waiting: Int64, _ subject: SubjectID, _ remember: Bool, _ catalogue: Catalogue, _ source: String,
        _ transaction: some RegistryTransaction
    ) throws -> [Int64] {
        let row = try openRow(waiting, transaction)
        let states = try requireSubjects([subject], transaction)
        guard states.allSatisfy({ $0.kind == .organisation }) else {
            throw RegistryError(.illegalAct, "rows are filed under practitioners by their licence only")
        }
        let intake = try Intake(catalogue: catalogue, feed: row.feed, today: transaction.now.day)
        let record = try Delivery(intake: intake, by: officer, source: source).file(row, under: subject, in: transaction)
        var decisions = [
            try decide(
                .filed, subject, waiting: row.id, record: record, event: .waitingFiled, source, transaction)
        ]
        if remember, let name = row.name {
            decisions.append(try decide(.means, subject, name: name, event: .nameDecided, source, transaction))
        }
        return decisions
    }

    // MARK: Splitting

    /// Splits a file that was two bodies, record by record: nothing else of it says which body a number or a day belongs to.
    private func move(
        _ id: RecordID, _ subject: SubjectID, _ catalogue: Catalogue, _ source: String,
        _ transaction: some RegistryTransaction
    ) throws -> Int64 {
        let states = try requireSubjects([subject, id.subject], transaction)
        guard states.allSatisfy({ $0.kind == .organisation }) else {
            throw RegistryError(.illegalAct, "records of practitioners stay with their licence")
        }
        guard let record = try transaction.record(id), record.standing == .standing, record.circle != .erased,
            let last = try transaction.revisions(of: id).last(where: { $0.statement != nil }),
            let statement = last.statement
        else { throw RegistryError(.recordNotFound, "there is no standing record \(id)") }
        guard let batch = last.batch, let feed = try transaction.feed(ofBatch: batch) else {
            throw RegistryError(.illegalAct, "the record came with no delivery, so it cannot be stated anew")
        }
        let intake = try Intake(catalogue: catalogue, feed: feed, today: transaction.now.day)
        let row = KeptRow(
            id: 0, batch: batch, line: last.line ?? 0, feed: feed, item: record.item, reason: "", name: nil, identifiers: [],
            content: RecordContent(item: intake.item, catalogue: catalogue).whole(statement))
        let moved = try Delivery(intake: intake, by: officer, source: source).file(row, under: subject, in: transaction)
        _ = try Amendment(.withdraw, reason: .deliveredInError, basis: reason, officer: officer).perform(
            on: id, catalogue: catalogue, source: source, in: transaction)
        return try decide(
            .moved, subject, other: id.subject, record: moved, origin: id, event: .recordMoved, source, transaction)
    }

    // MARK: Undoing

    private func undo(
        _ id: Int64, _ catalogue: Catalogue, _ source: String, _ transaction: some RegistryTransaction
    ) throws -> Int64 {
        guard let decision = try transaction.decision(id) else {
            throw RegistryError(.recordNotFound, "there is no decision \(id)")
        }
        guard decision.stands else { throw RegistryError(.nothingChanges, "decision \(id) is undone already") }
        if let record = decision.record, let state = try transaction.record(record), state.standing != .withdrawn,
            state.circle != .erased
        {
            // The record was never this subject's: it leaves every circle but the archive, and the row waits again.
            _ = try Amendment(.withdraw, reason: .deliveredInError, basis: reason, officer: officer).perform(
                on: record, catalogue: catalogue, source: source, in: transaction)
        }
        if let origin = decision.origin {
            _ = try Amendment(.restore, reason: .withdrawalRevoked, basis: reason, officer: officer).perform(
                on: origin, catalogue: catalogue, source: source, in: transaction)
        }
        try transaction.endDecision(
            id, IdentityDecision.Undone(at: transaction.now, officer: officer.description, reason: reason))
        try transaction.insertAudit(
            AuditNote(
                .identityDecisionUndone, by: officer, object: "decision \(id)", source: source,
                purpose: decision.kind.rawValue, basis: reason))
        return id
    }

    private func decide(
        _ kind: IdentityDecision.Kind, _ subject: SubjectID?, other: SubjectID? = nil, name: String? = nil,
        waiting: Int64? = nil, record: RecordID? = nil, origin: RecordID? = nil, event: AuditEvent, _ source: String,
        _ transaction: some RegistryTransaction
    ) throws -> Int64 {
        let id = try transaction.insertDecision(
            IdentityDecision(
                kind: kind, subject: subject, other: other, name: name, waiting: waiting, record: record,
                origin: origin, officer: officer.description, reason: reason, decidedAt: transaction.now))
        // Numbers of subjects and rows only: the audit names nobody.
        let object = [subject.map { "subject \($0)" }, other.map { "subject \($0)" }, waiting.map { "waiting \($0)" }]
            .compactMap { $0 }.joined(separator: ", ")
        try transaction.insertAudit(
            AuditNote(
                event, by: officer, object: object, source: source, purpose: kind.rawValue, basis: reason))
        return id
    }
}
