import CreditCatalogue
import CreditIntake
import CreditModel
import CreditResolution

/// Files a delivery: every row to its subject, as a new record, a new revision, or nothing new.
public struct Delivery {
    private let intake: Intake
    private let content: RecordContent
    private let resolver: Resolver
    private let actor: Actor
    private let source: String

    /// - Parameters:
    ///   - actor: who delivers, for the audit.
    ///   - source: where from: `command line`, or a network address.
    public init(intake: Intake, by actor: Actor, source: String) {
        self.intake = intake
        self.actor = actor
        self.source = source
        resolver = Resolver(divisions: intake.catalogue.divisions)
        content = RecordContent(item: intake.item, catalogue: intake.catalogue)
    }

    /// Takes a whole file in one transaction: an interrupted or unreadable file leaves nothing behind.
    /// - Throws: `TableError`, `IntakeError`, and the store's faults; the caller rolls back.
    public func file(
        _ reader: inout any TableReader, as batch: NewBatch, clock: () -> Instant = Instant.now,
        in transaction: some RegistryTransaction,
        progress: (_ bytesRead: Int, _ rows: Int) throws -> Void = { _, _ in },
        rejected: (Reject) throws -> Void = { _ in }
    ) throws -> BatchReceipt {
        let number = try transaction.insertBatch(batch)
        var totals = BatchTotals()
        var rejects: Int64 = 0
        func keep(_ reject: Reject) throws {
            rejects += 1
            try transaction.insertReject(batch: number, ordinal: rejects, reject)
            try rejected(reject)
        }
        // Records this delivery already spoke of, with the line, so that one file cannot state two things about one record.
        var spoken = SpokenRows()
        var punctuality = Punctuality(item: intake.item, calendar: intake.catalogue.calendar, today: transaction.now.day)
        let started = clock()
        func take(_ row: CheckedRows.Row) throws {
            switch row {
            case .rejected(let reasons):
                totals.rejected += 1
                for reason in reasons { try keep(reason) }
            case .checked(let row):
                let draft = row.draft
                let resolved = try resolver.resolve(draft, in: transaction)
                switch try file(resolved, row, batch: number, spoken: &spoken, in: transaction) {
                case .accepted:
                    totals.accepted += 1
                    if let isLate = punctuality.isLate(draft.values) {
                        totals.judged += 1
                        totals.late += isLate ? 1 : 0
                    }
                case .updated: totals.updated += 1
                case .unchanged: totals.unchanged += 1
                case .waiting: totals.waiting += 1
                case .repeated(let line):
                    totals.rejected += 1
                    try keep(
                        Reject(
                            line: draft.line, column: nil, field: nil, code: .repeatedInFile, other: String(line),
                            original: ""))
                }
            }
        }
        // Some rows are gathered, so that what they will ask can be asked at once.
        var ahead: [CheckedRows.Row] = []
        func takeAhead() throws {
            let rows = ahead
            ahead = []
            ahead.reserveCapacity(Self.mostAhead)
            try transaction.expect(rows.flatMap(\.identifiers), of: intake.item.id)
            for row in rows { try take(row) }
        }
        let summary: Intake.Summary
        do {
            summary = try CheckedRows(intake: intake, content: content).run(&reader, progress: progress) { row in
                ahead.append(row)
                if ahead.count == Self.mostAhead { try takeAhead() }
            }
        } catch {
            // Rows before a fault are heard first: their own faults are told, too.
            try takeAhead()
            throw error
        }
        try takeAhead()
        let finished = clock()
        totals.rows = summary.rows
        totals.seconds = max(0, Double(finished.milliseconds - started.milliseconds) / 1000)
        totals.finishedAt = finished
        totals.format = summary.facts.format.rawValue
        totals.encoding = summary.facts.encoding
        totals.layout = summary.layout
        totals.columns = Self.columnsJSON(summary.columns)
        totals.changes = Self.changesJSON(summary.changes)
        totals.notes = Self.notesJSON(summary.facts.notes)
        try transaction.finishBatch(number, totals)
        try transaction.insertAudit(
            AuditNote(
                .delivery, by: actor, object: batch.receipt, source: source,
                basis: batch.department.map { "delivered by \($0)" }))
        return BatchReceipt(number: number, receipt: batch.receipt, totals: totals, summary: summary)
    }

    /// As many as reading hands over at once.
    private static let mostAhead = 256

    private enum Filing {
        case accepted, updated, unchanged, waiting
        case repeated(line: Int)
    }

    private func file(
        _ resolved: ResolvedDraft, _ row: CheckedRow, batch: Int64, spoken: inout SpokenRows,
        in transaction: some RegistryTransaction
    ) throws -> Filing {
        let draft = resolved.draft
        let subject: SubjectID
        var saysMore = true
        switch resolved.decision {
        case .waiting(let reason): return try wait(draft, reason, batch: batch, in: transaction)
        case .new:
            guard let name = draft.subject.name, let first = draft.subject.identifiers.first else { return .waiting }
            subject = try transaction.createSubject(
                SubjectState(kind: draft.subject.kind, code: first.value, name: name, isRegistered: false))
        case .known(let id):
            subject = id
            saysMore = try !isKnown(draft.subject, of: id, in: transaction)
            if saysMore, try disagrees(draft, with: id, in: transaction) {
                return try wait(draft, .nameDisagrees, batch: batch, in: transaction)
            }
        }
        let line = spoken.add(subject, row.key, line: draft.line)
        let stored =
            line == nil
            ? try transaction.earlierRecord(of: subject, key: row.key, item: draft.item)
            : try transaction.record(of: subject, key: row.key)
        if let line, let stored { return stored.contentHash == row.hash ? .unchanged : .repeated(line: line) }
        if saysMore {
            try file(subject: subject, draft: draft, isNew: resolved.decision == .new, batch: batch, in: transaction)
        }
        let isByName = resolved.answer != nil
        guard let stored else {
            let id = RecordID(subject: subject, ordinal: try transaction.nextOrdinal(of: subject))
            let (record, revision) = try revise(row, id, .accept, 1, batch: batch, isByName: isByName, in: transaction)
            try transaction.insert(record, key: row.key, revision)
            return .accepted
        }
        if stored.contentHash == row.hash { return .unchanged }
        let id = RecordID(subject: subject, ordinal: stored.ordinal)
        guard let before = try transaction.record(id) else { return .unchanged }
        let act = try act(id, draft.values, in: transaction)
        var (next, revision) = try revise(
            row, id, act, stored.revision + 1, batch: batch, isByName: isByName, in: transaction)
        // What was withdrawn or contested stays so when its text is delivered anew.
        (next.standing, next.mark) = (before.standing, before.mark)
        try transaction.update(next, revision)
        return .updated
    }

    /// Whether a row names its subject as it is known and brings no other number, so that nothing but its record is new. This is
    /// what nearly every row is like, and it is found without reading the subject.
    private func isKnown(_ claim: SubjectClaim, of id: SubjectID, in transaction: some RegistryTransaction) throws -> Bool {
        guard claim.kind == .organisation, !claim.isRegistration, claim.formerNames.isEmpty,
            let number = claim.identifiers.first, number.scheme == .unifiedCode, let brief = try transaction.brief(id),
            brief.kind == .organisation, brief.hasDivision, brief.hasCode(number.value),
            claim.name.map({ brief.isNamed($0) }) ?? true
        else { return false }
        return try claim.identifiers.dropFirst().allSatisfy { try transaction.subject(identifiedBy: $0) != nil }
    }

    /// The same row delivered again is the same waiting row.
    private func wait(
        _ draft: Draft, _ reason: WaitingReason, batch: Int64, in transaction: some RegistryTransaction
    ) throws -> Filing {
        let bytes = content.whole(draft.values)
        let inserted = try transaction.insertWaiting(
            WaitingRow(
                batch: batch, line: draft.line, item: draft.item, reason: reason, name: draft.subject.name,
                identifiers: draft.subject.identifiers, content: bytes,
                digest: RecordContent.digest(Array(draft.feed.utf8) + [0] + bytes)))
        return inserted ? .waiting : .unchanged
    }

    /// Whether the number is one subject's and the name another's altogether: a penalty on the wrong firm costs it a contract,
    /// so a person looks first. A registration may say what it will, for it is what names a subject.
    private func disagrees(
        _ draft: Draft, with id: SubjectID, in transaction: some RegistryTransaction
    ) throws -> Bool {
        let claim = draft.subject
        guard claim.kind == .organisation, !claim.isRegistration, let name = claim.name,
            let state = try transaction.subject(id), state.name != name
        else { return false }
        let reader = NameReader.shared(intake.catalogue.divisions)
        let delivered = reader.read(name)
        return try transaction.names(of: id).allSatisfy { reader.compare(delivered, reader.read($0)).isOther }
    }

    /// Files a row that waited, as an officer decided.
    /// - Returns: the record that states it, new or known.
    func file(_ row: KeptRow, under subject: SubjectID, in transaction: some RegistryTransaction) throws -> RecordID {
        let stated = FlatObject.decode(row.content) ?? [:]
        let values = StatedValues(intake.item.fields.map { stated[$0.name] })
        let draft = Draft.kept(
            feed: row.feed, item: row.item, line: row.line, values: values, name: row.name, identifiers: row.identifiers)
        let checked = CheckedRow(draft, feed: intake.feed, content: content)
        if let stored = try transaction.record(of: subject, key: checked.key) {
            throw RegistryError(
                .illegalAct,
                "the subject has this record already (\(RecordID(subject: subject, ordinal: stored.ordinal))); give the row back or correct the record"
            )
        }
        let id = RecordID(subject: subject, ordinal: try transaction.nextOrdinal(of: subject))
        let (record, revision) = try revise(checked, id, .accept, 1, batch: row.batch, in: transaction)
        try transaction.insert(record, key: checked.key, revision)
        return id
    }

    /// What a second delivery of a record does to it.
    private func act(_ id: RecordID, _ values: StatedValues, in transaction: some RegistryTransaction) throws -> Act {
        if content.isStanding { return .change }
        let revisions = try transaction.revisions(of: id)
        guard let last = revisions.last(where: { $0.statement != nil })?.statement else { return .correct }
        let before = content.values(last)
        let keepsAll = before.indices.allSatisfy { before[$0] == nil || before[$0] == values[$0] }
        return keepsAll ? .supplement : .correct
    }

    /// The revision by which the row states its record, with the state that it brings about.
    private func revise(
        _ row: CheckedRow, _ id: RecordID, _ act: Act, _ number: Int64, batch: Int64, isByName: Bool = false,
        in transaction: some RegistryTransaction
    ) throws -> (RecordState, Revision) {
        let draft = row.draft
        let today = transaction.now.day
        let clocks = content.clocks(draft.values, receivedOn: today)
        let effectiveOn = act == .change ? today : content.effectiveOn(draft.values, receivedOn: today)
        let revision = Revision(
            id: id, item: draft.item, number: number, act: act, effectiveOn: effectiveOn, recordedAt: transaction.now,
            batch: batch, line: draft.line, clocks: clocks, statement: row.statement,
            changes: row.changes, notes: notesJSON(draft, isByName: isByName),
            salt: transaction.makeSalt(), leaf: try transaction.nextLeaf())
        return (content.state(revision, draft.values, hash: row.hash, clocks: clocks), revision)
    }

    /// What the row says about the subject itself: its numbers, its names, and with a registration its standing.
    private func file(
        subject: SubjectID, draft: Draft, isNew: Bool, batch: Int64, in transaction: some RegistryTransaction
    ) throws {
        let claim = draft.subject
        for identifier in claim.identifiers {
            // Nobody has a definite number of a new body, or it would not be one. A number that nobody can check may be another's.
            if try isNew && identifier.scheme.isDefinite || transaction.subject(identifiedBy: identifier) == nil {
                try transaction.link(identifier, to: subject, batch: batch)
            }
        }
        guard var state = try transaction.subject(subject) else { return }
        let before = state
        if let best = claim.identifiers.first, best.scheme == .unifiedCode { state.code = best.value }
        if claim.kind == .practitioner {
            // A practitioner is found by licence. Names are kept out of the name index, so that nobody looks people up by name.
            state.name = claim.name ?? state.name
            state.isRegistered = true
        } else if let name = claim.name {
            if claim.isRegistration {
                // A registration that was delivered again unchanged must not turn back a later change of name, and an
                // unchanged record never gets here with another name, so the newest registration names the subject.
                if state.name != name, state.isRegistered || !isNew {
                    try transaction.addName(
                        state.name, kind: state.isRegistered ? .former : .delivered, of: subject, batch: batch)
                }
                state.name = name
                state.isRegistered = true
                try transaction.addName(name, kind: .current, of: subject, batch: batch)
            } else if isNew || state.name != name {
                try transaction.addName(name, kind: .delivered, of: subject, batch: batch)
            }
            for former in claim.formerNames {
                try transaction.addName(former, kind: .former, of: subject, batch: batch)
            }
        }
        content.apply(draft.values, to: &state)
        if state.division == nil, claim.kind == .organisation,
            let code = claim.identifiers.first(where: { $0.scheme == .unifiedCode })
        {
            state.division = String(code.value.dropFirst(2).prefix(6))
        }
        if state != before { try transaction.updateSubject(subject, state) }
    }

    private func notesJSON(_ draft: Draft, isByName: Bool) -> [UInt8]? {
        if draft.notes.isEmpty, !isByName { return nil }
        var json = JSONWriter()
        json.array { json in
            if isByName {
                json.object { json in
                    json.field("field", nil as String?)
                    json.field("code", CheckCode.subjectByName.rawValue)
                }
            }
            for note in draft.notes {
                json.object { json in
                    json.field("field", note.field.map { intake.item.fields[$0].name })
                    json.field("code", note.code.rawValue)
                }
            }
        }
        return json.bytes
    }

    private static func columnsJSON(_ columns: [ColumnMap.Column]) -> [UInt8] {
        var json = JSONWriter()
        json.array { json in
            for column in columns {
                json.object { json in
                    json.field("heading", column.heading)
                    json.field("use", column.use.rawValue)
                    if let field = column.field { json.field("field", field) }
                }
            }
        }
        return json.bytes
    }

    private static func changesJSON(_ changes: [ChangeCode: Int]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            for (code, count) in changes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                json.field(code.rawValue, count)
            }
        }
        return json.bytes
    }

    private static func notesJSON(_ notes: [TableNote]) -> [UInt8] {
        var json = JSONWriter()
        json.array { json in
            for note in notes {
                json.object { json in
                    json.field("zh", note.zh)
                    json.field("en", note.en)
                }
            }
        }
        return json.bytes
    }
}

extension CheckedRows.Row {
    fileprivate var identifiers: [Identifier] {
        if case .checked(let row) = self { row.draft.subject.identifiers } else { [] }
    }
}
