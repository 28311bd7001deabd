/// A part of the site that holds content. The raw value is its folder and its address.
public enum ContentSection: String, CaseIterable, Sendable, Hashable {
    case news
    case policies
    case cases = "cases-library"
    case calendar
    case training
    case honours

    /// What an item of this section may be; the first is meant where the file does not say.
    public var kinds: [ContentKind] {
        switch self {
        case .news: [.notice, .report]
        case .policies: [.law, .policy, .standard]
        case .cases: [.typicalCase]
        case .calendar: [.campaign, .course]
        case .training: [.course, .guide]
        case .honours: [.honour, .guide]
        }
    }
}

/// What an item is. The raw value is what a file writes under `kind`.
public enum ContentKind: String, CaseIterable, Sendable, Hashable {
    case notice, report, law, policy, standard
    case typicalCase = "case"
    case campaign, course, guide, honour
}
