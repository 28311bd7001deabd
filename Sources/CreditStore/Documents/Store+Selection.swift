import CreditModel
import CreditRegistry
import CreditServices

/// What a report needs of a subject that may have any number of records.
extension Store {
    /// Records that are looked at before the next ones are fetched: bounds the memory, whatever a subject has.
    private static let stride: Int64 = 4096

    public func selection(
        code: String, most: Int, groups: @Sendable @escaping (RecordHead) -> [String]
    ) async throws -> SubjectSelection? {
        let spellings = SubjectFile.spellings(of: code).filter { !$0.utf8.contains(0) }
        return try await database.read { [coding] connection in
            for spelling in spellings {
                let id = try connection.first("SELECT subject_id FROM identifier WHERE value = $1 LIMIT 1", [.text(spelling)]) {
                    SubjectID($0.integer(0))
                }
                guard let id, let profile = try Self.profile(try Self.canonical(id, connection), connection) else { continue }
                return try select(profile, most, groups, coding, connection)
            }
            return nil
        }
    }

    private func select(
        _ profile: SubjectProfile, _ most: Int, _ groups: (RecordHead) -> [String], _ coding: RecordCoding,
        _ connection: any Connection
    ) throws -> SubjectSelection {
        // In the same snapshot as the records, so that whatever comes later has a later place.
        let ground = try connection.first(
            "SELECT size, (SELECT coalesce(max(decision_id), 0) FROM identity_decision) FROM log_state WHERE id = 1"
        ) { ReportGround(leaves: $0.integer(0), decision: $0.integer(1)) }
        var counts: [String: Int] = [:]
        var newest: [String: Newest] = [:]
        var lastOrdinal: Int64 = 0
        for member in try Self.members(of: profile.id, connection) {
            var after: Int64 = 0
            while true {
                let states = try connection.rows(
                    "SELECT \(RecordMapping.recordColumns) FROM record WHERE subject_id = $1 AND ordinal > $2 ORDER BY ordinal LIMIT $3",
                    [.integer(member.value), .integer(after), .integer(Self.stride)]
                ) { try StoredState($0) }
                for state in states {
                    let head = try state.head(coding, connection)
                    for group in groups(head) {
                        counts[group, default: 0] += 1
                        newest[group, default: Newest(most: most)].add(head)
                    }
                }
                guard let last = states.last else { break }
                after = last.ordinal
                if Int64(states.count) < Self.stride { break }
            }
            if member == profile.id { lastOrdinal = after }
        }
        let wanted = Set(newest.values.flatMap { $0.ids })
        let rows = Dictionary(
            uniqueKeysWithValues: try recordRows(wanted, connection).map { ($0.id, $0) })
        return SubjectSelection(
            profile: profile, ground: ground ?? ReportGround(leaves: 0, decision: 0), lastOrdinal: lastOrdinal, counts: counts,
            rows: newest.mapValues { $0.ids.compactMap { rows[$0] } })
    }

    /// The newest records of a group.
    private struct Newest {
        let most: Int
        private var heads: [(day: String, id: RecordID)] = []

        init(most: Int) { self.most = most }

        mutating func add(_ head: RecordHead) {
            heads.append((head.day ?? "", head.id))
            // Cut now and then, so that adding stays cheap and the room bounded.
            if heads.count >= 4 * max(most, 64) { cut() }
        }

        private mutating func cut() {
            heads.sort { ($0.day, $0.id.ordinal, $0.id.subject.value) > ($1.day, $1.id.ordinal, $1.id.subject.value) }
            heads.removeLast(max(0, heads.count - most))
        }

        var ids: [RecordID] {
            var copy = self
            copy.cut()
            return copy.heads.map(\.id)
        }
    }

    private func recordRows(_ ids: Set<RecordID>, _ connection: any Connection) throws -> [RecordRow] {
        try Self.bySubject(ids).flatMap { subject, ordinals in
            try recordRows("WHERE r.subject_id = $1 AND r.ordinal IN (\(ordinals))", [.integer(subject.value)], connection)
        }
    }

    public func statements(of records: [RecordID]) async throws -> [Revision] {
        try await database.read { [coding] connection in
            try Self.bySubject(Set(records)).flatMap { subject, ordinals in
                let stored = try connection.rows(
                    """
                    SELECT \(RecordMapping.columns(RecordMapping.revisionColumns, of: "v")), r.item FROM record r
                    JOIN revision v ON v.leaf = r.stated_leaf AND v.subject_id = r.subject_id
                    WHERE r.subject_id = $1 AND r.ordinal IN (\(ordinals))
                    """, [.integer(subject.value)]
                ) { row in (StoredRevision(row), row.integer(20)) }
                return try stored.map { revision, item in
                    try revision.revision(item: try coding.word(item, connection), coding, connection)
                }
            }
        }
    }

    /// Ordinals of each subject as lists for SQL, which has numbers only: some hundred at a time.
    private static func bySubject(_ ids: Set<RecordID>) -> [(SubjectID, String)] {
        Dictionary(grouping: ids, by: \.subject).flatMap { subject, ids in
            let ordinals = ids.map(\.ordinal).sorted()
            return Swift.stride(from: 0, to: ordinals.count, by: 500).map { start in
                (subject, ordinals[start..<min(start + 500, ordinals.count)].map(String.init).joined(separator: ", "))
            }
        }
    }
}
