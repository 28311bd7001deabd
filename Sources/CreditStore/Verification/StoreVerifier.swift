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
        _ connection: any Connection, _ coding: RecordCoding, leaves: [UInt8], differing: (RecordState) throws -> Void,
        progress: (Int) -> Void
    ) throws -> Report {
        var report = Report()
        var owners = LeafOwners(leaves: leaves)
        report.leaves = owners.count
        try verifyRecords(connection, coding, &owners, &report, differing, progress)
        try verifyAudit(connection, &owners, &report)
        for place in owners.orphans(limit: 1000) { report.add(.orphan, "leaf \(place)") }
        let stored = try connection.first("SELECT count(*) FROM revision") { Int($0.integer(0)) } ?? 0
        if stored != report.revisions { report.add(.orphan, "\(stored - report.revisions) revisions that no record leads to") }
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
        /// Whether the record leads to its revisions, and each to the one before.
        var isLed = true
    }

    /// Subjects whose records are read at a time.
    private static let portion: Int64 = 256

    private func verifyRecords(
        _ connection: any Connection, _ coding: RecordCoding, _ owners: inout LeafOwners, _ report: inout Report,
        _ differing: (RecordState) throws -> Void, _ progress: (Int) -> Void
    ) throws {
        var subject = SubjectFold()
        var subjects: [SubjectID: SubjectState] = [:]
        try connection.query("SELECT subject_id, kind, code, name, status, division, established_on, registered FROM subject", []) {
            subjects[SubjectID($0.integer(0))] = SQLRegistryTransaction.state($0, from: 1)
            return true
        }
        report.subjects = subjects.count
        let last = try connection.first("SELECT coalesce(max(subject_id), 0) FROM record") { $0.integer(0) } ?? 0
        for start in stride(from: Int64(0), to: last, by: Int64.Stride(Self.portion)) {
            let records = try connection.rows(
                """
                SELECT \(RecordMapping.columns(RecordMapping.recordColumns, of: "r")),
                    \(RecordMapping.columns(RecordMapping.revisionColumns, of: "v"))
                FROM record r LEFT JOIN revision v ON v.leaf = r.leaf AND v.subject_id = r.subject_id
                WHERE r.subject_id > $1 AND r.subject_id <= $2 ORDER BY r.subject_id, r.ordinal
                """, [.integer(start), .integer(start + Self.portion)]
            ) { row in
                (
                    id: RecordID(subject: SubjectID(row.integer(0)), ordinal: row.integer(1)), state: try? StoredState(row),
                    newest: row.isNull(21) ? nil : StoredRevision(row, from: 21)
                )
            }
            for (id, state, newest) in records {
                let group = try group(id, state, newest, connection, coding, &owners, &report, progress)
                try finish(group, &subject, subjects, &report, differing)
            }
        }
        subject.finish(subjects, &report)
    }

    /// A record with its revisions, from the newest one back.
    private func group(
        _ id: RecordID, _ state: StoredState?, _ newest: StoredRevision?, _ connection: any Connection, _ coding: RecordCoding,
        _ owners: inout LeafOwners, _ report: inout Report, _ progress: (Int) -> Void
    ) throws -> Group {
        report.records += 1
        let stored = try? state?.state(coding, connection)
        var group = Group(id: id, stored: stored)
        // Most records have one revision, which has been read with them.
        var chain: [StoredRevision]
        if let newest, newest.id == id, newest.previous == nil {
            chain = [newest]
        } else {
            chain = try StoredRevision.chain(of: id, connection)
        }
        let leads = chain.last?.leaf == state?.leaf && chain.last?.number == (state?.revision).map { Int64($0) }
            && chain.contains { $0.leaf == state?.statedLeaf && $0.number == (state?.stated).map { Int64($0) } }
            && chain.first?.previous == nil && zip(chain, chain.dropFirst()).allSatisfy { $1.previous == $0.leaf }
            && chain.map(\.number) == Array(1...Int64(max(1, chain.count)))
        if !leads {
            // Whatever is there of it is looked for, so that what cannot be read is told from what only cannot be found.
            group.isLed = false
            chain = try StoredRevision.all(of: id, connection)
        }
        for row in chain {
            report.revisions += 1
            if report.revisions % 10_000 == 0 { progress(report.revisions) }
            guard let item = stored?.item, let revision = try? row.revision(item: item, coding, connection) else {
                report.add(.unreadable, "record \(id) revision \(row.number)")
                _ = owners.take(row.leaf)
                group.isReadable = false
                continue
            }
            check(revision, &owners, &report)
            group.revisions.append(revision)
        }
        return group
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
            if group.revisions.last?.act != .erase || !group.isLed { report.add(.projection, place) }
            return subject.add(group.revisions, content, subjects, &report)
        }
        guard let state = RecordHistory(content: content, revisions: group.revisions).state() else {
            return report.add(.projection, place)
        }
        if state != stored || !group.isLed {
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
