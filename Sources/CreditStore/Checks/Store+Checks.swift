import CreditModel
import CreditRegistry
import CreditServices
import Dispatch
import Synchronization

extension Store: CheckStore {
    /// Questions that name many subjects name this many at a time: few statements, and none that grows with the file.
    static let bulk = 400

    public func files<T: Sendable>(
        of subjects: [SubjectID], read: [String], counted: [String], _ body: @Sendable @escaping (CheckFile) -> T
    ) async throws -> [SubjectID: T] {
        try await database.read { [coding] connection in
            let shown = try Self.canonical(subjects, connection)
            let heads = Array(Set(shown.values)).sorted()
            let merged = try Self.merged(into: heads, connection)
            let parts = Dictionary(grouping: merged.keys.sorted(), by: { merged[$0] })
            let states = try Self.states(heads, connection)
            let (read, counted) = (try Self.words(read, coding, connection), try Self.words(counted, coding, connection))
            // What becomes of a portion is worked out beside the reading of the next one.
            let making = Making(body)
            for some in heads.chunks(of: Self.bulk) {
                var records: [SubjectID: [RecordRow]] = [:]
                var others: [SubjectID: [RecordHead]] = [:]
                for members in (some + some.flatMap { parts[$0] ?? [] }).chunks(of: Self.bulk) {
                    // The plus keeps SQLite to the key: by its index of items it would read every such record of the city.
                    let condition = "WHERE r.subject_id IN (\(RecordMapping.places(members.count)))"
                    let arguments = members.map { SQLValue.integer($0.value) }
                    if !read.isEmpty {
                        for row in try recordRows("\(condition) AND +r.item IN (\(read))", arguments, connection) {
                            records[merged[row.id.subject] ?? row.id.subject, default: []].append(row)
                        }
                    }
                    if counted.isEmpty { continue }
                    let stored = try connection.rows(
                        """
                        SELECT \(RecordMapping.columns(RecordMapping.recordColumns, of: "r")) FROM record r
                        \(condition) AND +r.item IN (\(counted))
                        """, arguments
                    ) { try StoredState($0) }
                    for state in stored {
                        let head = try state.head(coding, connection)
                        others[merged[head.id.subject] ?? head.id.subject, default: []].append(head)
                    }
                }
                making.take(
                    some.compactMap { head in
                        states[head].map {
                            CheckFile(subject: head, state: $0, records: records[head] ?? [], heads: others[head] ?? [])
                        }
                    })
            }
            let files = making.finish()
            return shown.compactMapValues { files[$0] }
        }
    }

    public func states(of subjects: [SubjectID]) async throws -> [SubjectID: SubjectState] {
        if subjects.isEmpty { return [:] }
        return try await database.read { connection in
            let shown = try Self.canonical(subjects, connection)
            let states = try Self.states(Array(Set(shown.values)).sorted(), connection)
            return shown.compactMapValues { states[$0] }
        }
    }

    /// The subject under which each is shown.
    private static func canonical(_ subjects: [SubjectID], _ connection: any Connection) throws -> [SubjectID: SubjectID] {
        Dictionary(subjects.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
            .merging(try mergers("other_id", among: subjects, connection), uniquingKeysWith: { _, merged in merged })
    }

    /// Those that were merged into subjects, with the one each is part of.
    private static func merged(into heads: [SubjectID], _ connection: any Connection) throws -> [SubjectID: SubjectID] {
        try mergers("subject_id", among: heads, connection)
    }

    /// Decisions in force that two are the same, found by one of their columns.
    private static func mergers(_ column: String, among subjects: [SubjectID], _ connection: any Connection) throws
        -> [SubjectID: SubjectID]
    {
        var mergers: [SubjectID: SubjectID] = [:]
        for some in subjects.chunks(of: bulk) {
            try connection.query(
                """
                SELECT other_id, subject_id FROM identity_decision
                WHERE \(column) IN (\(RecordMapping.places(some.count))) AND kind = 'same' AND undone_at IS NULL
                """, some.map { .integer($0.value) }
            ) { row in
                mergers[SubjectID(row.integer(0))] = SubjectID(row.integer(1))
                return true
            }
        }
        return mergers
    }

    private static func states(_ subjects: [SubjectID], _ connection: any Connection) throws -> [SubjectID: SubjectState] {
        var states: [SubjectID: SubjectState] = [:]
        for some in subjects.chunks(of: bulk) {
            try connection.query(
                """
                SELECT kind, code, name, status, division, established_on, registered, subject_id FROM subject
                WHERE subject_id IN (\(RecordMapping.places(some.count)))
                """, some.map { .integer($0.value) }
            ) { row in
                states[SubjectID(row.integer(7))] = SQLRegistryTransaction.state(row)
                return true
            }
        }
        return states
    }

    public func checks(about subject: SubjectID, limit: Int) async throws -> [CheckLook] {
        try await database.read { connection in
            let own = Set(try Self.members(of: subject, connection))
            var looks: [CheckLook] = []
            try connection.query(
                """
                SELECT at, actor, purpose, before FROM audit
                WHERE event = $1 AND outcome = $2 ORDER BY audit_number DESC
                """, [.text(AuditEvent.organisationsChecked.rawValue), .text(AuditEntry.Outcome.done.rawValue)]
            ) { row in
                // The public is nobody in particular: it saw what its pages show.
                guard let actor = Actor(row.text(1)), actor != CheckAsker.anybody.actor,
                    SubjectList.holds(row.text(3), anyOf: own)
                else { return true }
                looks.append(
                    CheckLook(at: Instant(milliseconds: row.integer(0)), actor: actor, purpose: row.text(2)))
                return looks.count < limit
            }
            return looks
        }
    }
}

extension Array {
    /// Pieces of so many, the last one shorter.
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

/// Makes something of files on a thread of its own, while others are read. A few portions wait at most, so that memory does not grow with
/// how many files are asked for.
private final class Making<T: Sendable>: Sendable {
    private let body: @Sendable (CheckFile) -> T
    private let queue = DispatchQueue(label: "chengxin.checks")
    private let room = DispatchSemaphore(value: 2)
    private let made = Mutex<[SubjectID: T]>([:])

    init(_ body: @Sendable @escaping (CheckFile) -> T) { self.body = body }

    func take(_ files: [CheckFile]) {
        room.wait()
        queue.async { [self] in
            let some = files.map { ($0.subject, body($0)) }
            made.withLock { made in for (subject, one) in some { made[subject] = one } }
            room.signal()
        }
    }

    /// Once everything was taken: what became of each.
    func finish() -> [SubjectID: T] {
        queue.sync {}
        return made.withLock { $0 }
    }
}
