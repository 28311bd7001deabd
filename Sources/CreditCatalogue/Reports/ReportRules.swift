import CreditModel

/// What a credit report and a no-violation certificate hold, who may ask for one, and for what: `reports.yaml`.
///
/// The order of sections is that of the national report (全国公共信用信息报告标准, see `basis`).
public struct ReportRules: Sendable {
    /// Version of the layout, printed on every report.
    public let version: String
    /// Rows of one section that a report states; the counters always say how many there are.
    public let rowsPerSection: Int
    public let basis: [Basis]
    public let purposes: [Purpose]
    public let sections: [Section]
    public let labels: [Label]
    public let certificate: Certificate
    public let check: CheckRules

    /// Who stands before the counter.
    public enum Asker: String, Sendable, CaseIterable {
        /// Anybody, unnamed. Gets what the public pages show.
        case `public`
        /// The organisation itself. Gets its own file.
        case subject
        /// An officer with a case. Gets what may still be disclosed.
        case officer
    }

    /// What a report is for; a closed list, so that nobody asks for no reason (RIGHTS 15).
    public struct Purpose: Sendable, Hashable {
        public let id: String
        public let title: Bilingual
        public let askers: Set<Asker>
        public let basis: [Basis]
    }

    /// One part of the report.
    public struct Section: Sendable, Hashable {
        public let id: String
        public let title: Bilingual
        public let items: [String]
    }

    /// What the head of a report calls an organisation while it has a record of one of these items. Organisations only (RIGHTS 7).
    public struct Label: Sendable, Hashable {
        public let title: Bilingual
        public let items: [String]
    }

    public struct Certificate: Sendable {
        /// The longest period that may be asked for, back from today.
        public let maximumMonths: Int
        /// Records of these items are violations.
        public let items: [String]
        public let basis: [Basis]
        public let fields: [Field]

        /// A field of supervision, told by words in the name of the authority.
        public struct Field: Sendable, Hashable {
            public let id: String
            public let title: Bilingual
            /// Empty: whatever no other field takes.
            public let authorities: [String]
        }

        /// The field to which the records of an authority belong: the first that has a word of its name.
        public func field(ofAuthority name: String?) -> Field? {
            let named = name.flatMap { name in
                fields.first { field in field.authorities.contains { name.contains($0) } }
            }
            return named ?? fields.first { $0.authorities.isEmpty }
        }
    }

    public func purpose(_ id: String) -> Purpose? { purposes.first { $0.id == id } }
}
