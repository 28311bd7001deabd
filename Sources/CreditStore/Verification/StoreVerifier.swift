import CreditCatalogue
import CreditModel
import CreditRegistry

/// Reads the whole store and proves it: every revision and audit row against its leaf, every record and subject against its
/// revisions, every leaf against an owner.
///
/// Nothing of what is read is trusted but the leaves, which the log's own verification has proved.
public struct StoreVerifier: Sendable {
    /// Something that is not as it must be, named so that an operator finds it.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        public enum Kind: String, Sendable, CaseIterable {
            /// A stored byte of a revision or an audit row is not what was sealed.
            case changed
            /// Numbers or moments do not follow each other.
            case order
            /// The current state is not what the revisions come to; `--rebuild` writes it anew.
            case projection
            /// A leaf that nothing owns: a row was removed.
            case orphan
            /// A row whose leaf is not in the log.
            case unsealed
            /// A row that the program cannot read at all.
            case unreadable
        }
        public let kind: Kind
        /// `record 84-11 revision 2`, `audit 17`, `leaf 4711`.
        public let place: String

        public var description: String { "\(kind.rawValue): \(place)" }
    }

    public struct Report: Sendable {
        public var subjects = 0
        public var records = 0
        public var revisions = 0
        /// Revisions whose payload is gone by their term; their leaves stand.
        public var erased = 0
        public var audits = 0
        public var leaves = 0
        /// The first thousand; `findingCount` counts all.
        public var findings: [Finding] = []
        public var findingCount = 0
        public var rebuilt = 0
        /// Kept counts that differ from a recount.
        public var tallies = 0

        mutating func add(_ kind: Finding.Kind, _ place: String) {
            findingCount += 1
            if findings.count < 1000 { findings.append(Finding(kind: kind, place: place)) }
        }
    }

    private let contents: [String: RecordContent]

    public init(catalogue: Catalogue) {
        contents = Dictionary(
            uniqueKeysWithValues: catalogue.items.map { ($0.id, RecordContent(item: $0, catalogue: catalogue)) })
    }

    /// - Parameters:
    ///   - leaves: all leaves of the log by place, 32 bytes each; 13 million take 425 MB.
    ///   - differing: called for each record whose stored state differs from what its revisions come to.
    func verify(
        _ connection: any Connection, leaves: [UInt8], differing: (RecordState) throws -> Void,
        progress: (Int) -> Void
    ) throws -> Report {
        var report = Report()
        var owners = LeafOwners(leaves: leaves)
        report.leaves = owners.count
        try verifyRecords(connection, &owners, &report, differing, progress)
        try verifyAudit(connection, &owners, &report)
        for place in owners.orphans(limit: 1000) { report.add(.orphan, "leaf \(place)") }
        let bare = try connection.rows(
            """
            SELECT subject_id, ordinal FROM record r WHERE NOT EXISTS (
                SELECT 1 FROM revision v WHERE v.subject_id = r.subject_id AND v.ordinal = r.ordinal)
            """
        ) { "record \($0.integer(0))-\($0.integer(1))" }
        for place in bare { report.add(.projection, place) }
        report.tallies = try Tally.differences(connection)
        if report.tallies > 0 { report.add(.projection, "\(report.tallies) counts of records or subjects") }
        return report
    }

    // MARK: records

    private struct Group {
        let id: RecordID
        let stored: RecordState?
        var revisions: [Revision] = []
        var isReadable = true
    }

    private func verifyRecords(
        _ connection: any Connection, _ owners: inout LeafOwners, _ report: inout Report,
        _ differing: (RecordState) throws -> Void, _ progress: (Int) -> Void
    ) throws {
        let revisionColumns = Self.prefixed("v", RecordMapping.revisionColumns)
        let recordColumns = Self.prefixed("r", RecordMapping.recordColumns)
        var group: Group?
        var subject = SubjectFold()
        var subjects: [SubjectID: SubjectState] = [:]
        try connection.query("SELECT subject_id, kind, code, name, status, division, established_on, registered FROM subject", []) {
            subjects[SubjectID($0.integer(0))] = SQLRegistryTransaction.state($0, from: 1)
            return true
        }
        report.subjects = subjects.count
        try connection.query(
            """
            SELECT \(revisionColumns), \(recordColumns) FROM revision v
            JOIN record r ON r.subject_id = v.subject_id AND r.ordinal = v.ordinal
            ORDER BY v.subject_id, v.ordinal, v.number
            """, []
        ) { row in
            let id = RecordID(subject: SubjectID(row.integer(0)), ordinal: row.integer(1))
            if group?.id != id {
                if let group { try finish(group, &subject, subjects, &report, differing) }
                let stored = try? RecordMapping.record(row, from: 23)
                group = Group(id: id, stored: stored)
                report.records += 1
            }
            report.revisions += 1
            if report.revisions % 10_000 == 0 { progress(report.revisions) }
            guard let item = group?.stored?.item, let revision = try? RecordMapping.revision(row, item: item) else {
                report.add(.unreadable, "record \(id) revision \(row.integer(2))")
                group?.isReadable = false
                return true
            }
            check(revision, &owners, &report)
            group?.revisions.append(revision)
            return true
        }
        if let group { try finish(group, &subject, subjects, &report, differing) }
        subject.finish(subjects, &report)
    }

    private func check(_ revision: Revision, _ owners: inout LeafOwners, _ report: inout Report) {
        let place = "record \(revision.id) revision \(revision.number)"
        guard let leaf = owners.take(revision.leaf) else { return report.add(.unsealed, place) }
        guard let salt = revision.salt else {
            report.erased += 1
            if revision.statement != nil { report.add(.changed, place) }
            return
        }
        if revision.seal(salt: salt).bytes != leaf { report.add(.changed, place) }
    }

    private func finish(
        _ group: Group, _ subject: inout SubjectFold, _ subjects: [SubjectID: SubjectState], _ report: inout Report,
        _ differing: (RecordState) throws -> Void
    ) throws {
        let place = "record \(group.id)"
        let numbers = group.revisions.map(\.number)
        let moments = group.revisions.map(\.recordedAt)
        if group.isReadable, numbers != Array(1...Int64(max(1, numbers.count))) || moments != moments.sorted() {
            report.add(.order, place)
        }
        guard group.isReadable, let stored = group.stored, let content = contents[stored.item] else {
            return report.add(.projection, place)
        }
        if stored.circle == .erased {
            if group.revisions.last?.act != .erase { report.add(.projection, place) }
            return subject.add(group.revisions, content, subjects, &report)
        }
        guard let state = RecordHistory(content: content, revisions: group.revisions).state() else {
            return report.add(.projection, place)
        }
        if state != stored {
            report.add(.projection, place)
            try differing(state)
        }
        subject.add(group.revisions, content, subjects, &report)
    }

    // MARK: audit

    private func verifyAudit(_ connection: any Connection, _ owners: inout LeafOwners, _ report: inout Report) throws {
        var expected: Int64 = 0
        try connection.query("SELECT \(AuditMapping.columns) FROM audit ORDER BY audit_number", []) { row in
            expected += 1
            report.audits += 1
            let place = "audit \(row.integer(0))"
            if row.integer(0) != expected {
                report.add(.order, place)
                expected = row.integer(0)
            }
            let leaf = owners.take(row.integer(12))
            guard let entry = AuditMapping.entry(row) else {
                report.add(.unreadable, place)
                return true
            }
            if let leaf {
                if entry.seal.bytes != leaf { report.add(.changed, place) }
            } else {
                report.add(.unsealed, place)
            }
            return true
        }
    }

    private static func prefixed(_ table: String, _ columns: String) -> String {
        columns.split(whereSeparator: { ", \n".contains($0) }).map { "\(table).\($0)" }.joined(separator: ", ")
    }
}

/// Which leaves somebody owns.
private struct LeafOwners {
    private let leaves: [UInt8]
    private var isOwned: [Bool]

    init(leaves: [UInt8]) {
        self.leaves = leaves
        isOwned = Array(repeating: false, count: leaves.count / 32)
    }

    var count: Int { isOwned.count }

    /// The leaf at a place; nil where there is none or somebody has it already.
    mutating func take(_ place: Int64) -> [UInt8]? {
        guard place >= 0, place < isOwned.count, !isOwned[Int(place)] else { return nil }
        isOwned[Int(place)] = true
        return Array(leaves[Int(place) * 32..<Int(place) * 32 + 32])
    }

    func orphans(limit: Int) -> [Int] { Array(isOwned.indices.lazy.filter { !isOwned[$0] }.prefix(limit)) }
}
