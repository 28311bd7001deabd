/// What a revision does to a record. A record's life is a row of acts; none is ever changed or removed.
///
/// Raw values are stored and are part of what the log seals.
public enum Act: String, Sendable, Hashable, CaseIterable {
    /// First statement of the record.
    case accept
    /// The same statement with more fields stated.
    case supplement
    /// A statement that was wrong from the beginning, put right from the beginning.
    case correct
    /// A standing fact, such as a registration, that is different from a day on.
    case change
    /// The decision was revoked, changed, or held unlawful: the record leaves every circle but the archive
    /// (行政处罚法 art. 48).
    case withdraw
    /// Somebody contests the record; readers see that (深圳经济特区社会信用条例 art. 43, 50).
    case mark
    case unmark
    /// Kept out of sight for a time, as while a company reorganises under a court's ruling.
    case shield
    /// Ends a withdrawal or a shield.
    case restore
    /// The publication term is over.
    case endPublication = "end-publication"
    /// The disclosure term is over.
    case endDisclosure = "end-disclosure"
    /// The archive term is over: payload and salts are gone, the log's leaf stays and says nothing.
    case erase

    /// Whether the revision carries a whole statement of the record's fields.
    public var isStatement: Bool {
        switch self {
        case .accept, .supplement, .correct, .change: true
        default: false
        }
    }
}

/// Why an act was done, from a closed list, so that reasons can be counted and put into words in two languages.
public enum Reason: String, Sendable, Hashable, CaseIterable {
    case decisionRevoked = "decision-revoked"
    case decisionChanged = "decision-changed"
    case decisionUnlawful = "decision-unlawful"
    case decisionVoid = "decision-void"
    case deliveredInError = "delivered-in-error"
    case providerCorrection = "provider-correction"
    case platformError = "platform-error"
    case objectionUpheld = "objection-upheld"
    case objection
    case reconsideration
    case litigation
    case answered
    case reorganisation
    case settlement
    case shieldEnded = "shield-ended"
    case withdrawalRevoked = "withdrawal-revoked"

    /// The reasons that fit an act; the first is the usual one.
    public static func fitting(_ act: Act) -> [Reason] {
        switch act {
        case .supplement, .correct: [.providerCorrection, .platformError, .objectionUpheld]
        case .withdraw:
            [.decisionRevoked, .decisionChanged, .decisionUnlawful, .decisionVoid, .deliveredInError, .objectionUpheld]
        case .mark: [.objection, .reconsideration, .litigation]
        case .unmark: [.answered]
        case .shield: [.reorganisation, .settlement]
        case .restore: [.shieldEnded, .withdrawalRevoked, .platformError]
        case .accept, .change, .endPublication, .endDisclosure, .erase: []
        }
    }
}

/// Whether a record counts.
public enum Standing: String, Sendable, Hashable, CaseIterable { case standing, withdrawn, shielded }

/// The widest circle that a record still belongs to. A record only moves outwards, unless a correction of its days moves it.
public enum Circle: String, Sendable, Hashable, CaseIterable {
    case published, disclosed, archived, erased
}
