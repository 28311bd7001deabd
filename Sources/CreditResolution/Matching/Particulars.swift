import CreditModel

/// What a registration says beside name and number. It confirms or weakens a candidate that the name has found; nobody is ever
/// looked up by it (RIGHTS 3).
public struct Particulars: Sendable, Hashable {
    /// Folded; empty where not said.
    let representative: [UInt32]
    let address: [UInt32]
    let established: Day?

    /// - Parameter representative: the legal representative, a role on the registration.
    public init(representative: String? = nil, address: String? = nil, established: Day? = nil) {
        let folding = CharacterFolding.standard
        self.representative = folding.scalars(String((representative ?? "").prefix(60)))
        self.address = folding.scalars(String((address ?? "").prefix(120)))
        self.established = established
    }

    public var isEmpty: Bool { representative.isEmpty && address.isEmpty && established == nil }

    /// What two registrations' particulars say of each other.
    public struct Agreement: Sendable, Hashable {
        public enum Finding: String, Sendable, CaseIterable { case same, near, different, unsaid }
        public let representative: Finding
        public let address: Finding
        public let established: Finding

        static let silent = Agreement(representative: .unsaid, address: .unsaid, established: .unsaid)

        /// Points for and against. A day in forty years or an address says about one in ten thousand; a surname and a
        /// name less; representatives change, days of establishment do not. Published in docs/matching.md.
        public var points: Int {
            Self.points(representative: representative) + Self.points(address: address)
                + Self.points(established: established)
        }

        public static func points(representative finding: Finding) -> Int {
            switch finding {
            case .same: 4
            case .near, .unsaid: 0
            case .different: -1
            }
        }
        public static func points(address finding: Finding) -> Int {
            switch finding {
            case .same: 5
            case .near: 4
            case .unsaid: 0
            case .different: -1
            }
        }
        public static func points(established finding: Finding) -> Int {
            switch finding {
            case .same: 5
            case .near, .unsaid: 0
            case .different: -4
            }
        }
    }

    /// What several registrations or rows of one subject say together: each field by the one that agrees best. One that says
    /// nothing does not take back what another contradicts.
    func agreement(withAnyOf others: [Particulars]) -> Agreement {
        let all = others.map(agreement)
        func best(_ field: (Agreement) -> Agreement.Finding) -> Agreement.Finding {
            let findings = Set(all.map(field))
            return [.same, .near, .different].first(where: findings.contains) ?? .unsaid
        }
        return Agreement(
            representative: best(\.representative), address: best(\.address), established: best(\.established))
    }

    public func agreement(with other: Particulars) -> Agreement {
        Agreement(
            representative: Self.compare(representative, other.representative) { _, _ in false },
            address: Self.compare(address, other.address, isNear: Self.isNear),
            established: established == nil || other.established == nil
                ? .unsaid : established == other.established ? .same : .different)
    }

    private static func compare(
        _ left: [UInt32], _ right: [UInt32], isNear: (ArraySlice<UInt32>, ArraySlice<UInt32>) -> Bool
    ) -> Agreement.Finding {
        if left.isEmpty || right.isEmpty { return .unsaid }
        if left == right { return .same }
        return isNear(left[...], right[...]) ? .near : .different
    }

    /// One character differs, or one of them begins later: 江苏省苏州市某路1号 and 某路1号.
    private static func isNear(_ left: ArraySlice<UInt32>, _ right: ArraySlice<UInt32>) -> Bool {
        let (short, long) = left.count < right.count ? (left, right) : (right, left)
        guard short.count >= 5 else { return false }
        return long.suffix(short.count) == short || NameReader.isOneEdit(left, right)
    }
}

/// Where a matcher asks for a subject's particulars, when a name leaves the question open.
public protocol ParticularsSource {
    /// Those of each registration or row that is known to be of this subject.
    func particulars(of subject: SubjectID) throws -> [Particulars]
}

/// Particulars that were fetched beforehand.
public struct FetchedParticulars: ParticularsSource, Sendable {
    private let bySubject: [SubjectID: [Particulars]]

    public init(_ bySubject: [SubjectID: [Particulars]]) { self.bySubject = bySubject }

    public func particulars(of subject: SubjectID) -> [Particulars] { bySubject[subject] ?? [] }
}
