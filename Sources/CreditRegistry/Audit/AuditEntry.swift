import CreditModel

/// One act of somebody, written in the same transaction as what it did and sealed in the same log.
///
/// Meets C1–C4 of GB/T 22239-2019 8.1.4.3: every user and job; when, who, what, with which outcome; protected against
/// change; no audit, no act.
public struct AuditEntry: Sendable, Hashable {
    /// 1, 2, 3 … without gaps, so that a missing row shows.
    public let number: Int64
    public let at: Instant
    public let actor: Actor
    public let event: AuditEvent
    /// What it was done to: a record, a receipt, a code, a file.
    public let object: String?
    public let outcome: Outcome
    /// Where it came from: the command line, or a network address.
    public let source: String
    public let purpose: String?
    public let basis: String?
    /// Digests of the content before and after, hexadecimal.
    public let before: String?
    public let after: String?
    public let salt: [UInt8]
    public let leaf: Int64

    public enum Outcome: String, Sendable, CaseIterable { case done, refused }

    public init(
        number: Int64, at: Instant, _ note: AuditNote, salt: [UInt8], leaf: Int64
    ) {
        self.number = number
        self.at = at
        actor = note.actor
        event = note.event
        object = note.object
        outcome = note.outcome
        source = note.source
        purpose = note.purpose
        basis = note.basis
        before = note.before
        after = note.after
        self.salt = salt
        self.leaf = leaf
    }

    /// Nothing of an audit row is public, so the whole row stands in the internal part of its seal.
    public var seal: Seal {
        var json = JSONWriter()
        json.object { json in
            json.field("actor", actor.description)
            json.field("after", after)
            json.field("at", at.description)
            json.field("basis", basis)
            json.field("before", before)
            json.field("event", event.rawValue)
            json.field("number", number)
            json.field("object", object)
            json.field("outcome", outcome.rawValue)
            json.field("purpose", purpose)
            json.field("source", source)
        }
        return Seal(.audit, published: [], internal: json.bytes, salt: salt)
    }
}

/// What is to be written into the audit.
public struct AuditNote: Sendable, Hashable {
    public var actor: Actor
    public var event: AuditEvent
    public var object: String?
    public var outcome: AuditEntry.Outcome
    public var source: String
    public var purpose: String?
    public var basis: String?
    public var before: String?
    public var after: String?

    public init(
        _ event: AuditEvent, by actor: Actor, object: String? = nil, outcome: AuditEntry.Outcome = .done,
        source: String, purpose: String? = nil, basis: String? = nil, before: String? = nil, after: String? = nil
    ) {
        self.actor = actor
        self.event = event
        self.object = object
        self.outcome = outcome
        self.source = source
        self.purpose = purpose
        self.basis = basis
        self.before = before
        self.after = after
    }
}

/// The closed list of what is audited. Described in docs/audit-events.md; a test compares the two.
public enum AuditEvent: String, Sendable, CaseIterable {
    case platformCreated = "platform-created"
    case catalogueLoaded = "catalogue-loaded"
    case delivery
    case codeAccepted = "code-accepted"
    case recordSupplemented = "record-supplemented"
    case recordCorrected = "record-corrected"
    case recordWithdrawn = "record-withdrawn"
    case recordMarked = "record-marked"
    case recordUnmarked = "record-unmarked"
    case recordShielded = "record-shielded"
    case recordRestored = "record-restored"
    case publicationEnded = "publication-ended"
    case disclosureEnded = "disclosure-ended"
    case recordsErased = "records-erased"
    case subjectsMerged = "subjects-merged"
    case subjectsKeptApart = "subjects-kept-apart"
    case nameDecided = "name-decided"
    case waitingFiled = "waiting-filed"
    case recordMoved = "record-moved"
    case waitingReturned = "waiting-returned"
    case identityDecisionUndone = "identity-decision-undone"
    case looked
    case exported
    case reportIssued = "report-issued"
    case organisationsChecked = "organisations-checked"
    case reportKeyMade = "report-key-made"
    case reportKeyEnded = "report-key-ended"
    case projectionRebuilt = "projection-rebuilt"
    case backupMade = "backup-made"
    case restored
    case dataAgreed = "data-agreed"
    case dataConsumerLate = "data-consumer-late"
    case witnessAdded = "witness-added"
    case watchAdded = "watch-added"
    case watchRemoved = "watch-removed"
    case watchesEnded = "watches-ended"
    case watchTold = "watch-told"
}
