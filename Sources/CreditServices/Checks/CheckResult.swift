import CreditCatalogue
import CreditModel
import CreditRegistry

/// What a check found, in one language: facts and where they come from. No score and no verdict on anybody (RIGHTS 7, 8).
///
/// Only `OrganisationCheck` makes one, from views of the public, after the audit has its row.
public struct CheckResult: Sendable {
    public let language: Language
    public let asked: Asked
    /// Headings of the columns that came with the rows.
    public let headings: [String]
    public let groups: [CheckRules.Group]
    /// In the order of the file.
    public let rows: [Row]
    /// The organisations of the sure rows, each once.
    public let subjects: [Subject]
    public let sources: [Source]
    /// What was not searched, in sentences.
    public let notCovered: [String]
    public let nothingFoundMeans: String

    public struct Asked: Sendable {
        public let at: Instant
        public let purpose: String
        public let purposeTitle: String
        public let purposeBasis: String
        public let basis: String?
        public let by: Actor
        public let since: Day
        public let today: Day
        public let digest: String
    }

    public enum Outcome: String, Sendable, CaseIterable {
        case sure
        /// A person must look; the candidates are named and nothing is said about any of them.
        case unsure
        case notFound = "not-found"
        /// About a natural person.
        case refused
    }

    public struct Row: Sendable {
        public let line: Int
        public let cells: [String]
        /// The name and the number by which it was looked for; empty for a refused row.
        public let given: String
        public let outcome: Outcome
        public let confidence: Double
        public let reasonCode: String
        public let reason: String
        /// What the asker can do; nil where nothing is to be done.
        public let advice: String?
        /// Place in `subjects`.
        public let subject: Int?
        /// Line of the first row about the same organisation.
        public let sameAs: Int?
        public let candidates: [Candidate]
    }

    public struct Candidate: Sendable, Hashable {
        public let name: String
        public let code: String
        public let address: String
    }

    public struct Subject: Sendable {
        public let id: SubjectID
        public let name: String
        public let code: String
        public let status: String
        /// Path of its permanent address.
        public let address: String
        /// Records in the look-back by group, in the order of `groups`; newest first.
        public let found: [[Entry]]
        /// All public records, of whatever kind and age, without the registration.
        public let records: Int
        public let newest: String?
    }

    /// One record that was found.
    public struct Entry: Sendable {
        public let record: RecordID
        public let item: String
        public let itemTitle: String
        /// What it is: title, kind, or the item itself.
        public let what: String
        public let authority: String?
        public let documentNumber: String?
        /// First day, as `2026-03-05`.
        public let day: String?
        /// Last day of a list or of what was decided, as `2026-03-05`, or in words.
        public let lastDay: String?
        /// Last day on the public page; nil where there is no end.
        public let shownUntil: Day?
        public let basis: String
        /// That it is contested, and why.
        public let mark: String?

        public var address: String { "/r/\(record)" }
    }

    /// One feed and the day it was last delivered; nil = never.
    public struct Source: Sendable {
        public let id: String
        public let title: String
        public let department: String
        public let deliveredOn: Day?
    }

    public func count(_ outcome: Outcome) -> Int { rows.count { $0.outcome == outcome } }
}
