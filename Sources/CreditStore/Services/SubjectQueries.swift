import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

extension Store: ServiceStore {
    public func version() async throws -> StoreVersion {
        try await database.glance { connection in
            try connection.first("SELECT size, published_size FROM log_state WHERE id = 1") {
                StoreVersion(leaves: $0.integer(0), published: $0.integer(1))
            } ?? StoreVersion(leaves: 0, published: 0)
        }
    }

    public func profile(code: String) async throws -> SubjectProfile? {
        if code.utf8.contains(0) { return nil }
        return try await database.glance { connection in
            // The unified code is the usual question; any other number of the subject leads to it as well.
            let id = try connection.first("SELECT subject_id FROM identifier WHERE value = $1 LIMIT 1", [.text(code)]) {
                SubjectID($0.integer(0))
            }
            return try id.flatMap { try Self.profile(try Self.canonical($0, connection), connection) }
        }
    }

    public func profile(id: SubjectID) async throws -> SubjectProfile? {
        try await database.glance { try Self.profile(try Self.canonical(id, $0), $0) }
    }

    static func profile(_ id: SubjectID, _ connection: any Connection) throws -> SubjectProfile? {
        let state = try connection.first(
            "SELECT kind, code, name, status, division, established_on, registered FROM subject WHERE subject_id = $1",
            [.integer(id.value)]
        ) { SQLRegistryTransaction.state($0) }
        guard let state else { return nil }
        var identifiers: [Identifier] = []
        var names: [SubjectProfile.Name] = []
        for member in try members(of: id, connection) {
            identifiers += try connection.rows(
                "SELECT scheme, value FROM identifier WHERE subject_id = $1 ORDER BY scheme, value", [.integer(member.value)]
            ) { row in IdentifierScheme(rawValue: row.text(0)).map { Identifier($0, row.text(1)) } }.compactMap { $0 }
            let borne = try connection.rows(
                "SELECT name, kind FROM subject_name WHERE subject_id = $1 ORDER BY kind DESC, name_id",
                [.integer(member.value)]
            ) { SubjectProfile.Name(text: $0.text(0), kind: NameKind(rawValue: Int($0.integer(1))) ?? .delivered) }
            names += borne.filter { name in !names.contains { $0.text == name.text } }
        }
        return SubjectProfile(id: id, state: state, identifiers: identifiers, names: names)
    }

    /// The subject under which another is shown since an officer merged the two.
    static func canonical(_ id: SubjectID, _ connection: any Connection) throws -> SubjectID {
        try connection.first(
            "SELECT subject_id FROM identity_decision WHERE other_id = $1 AND kind = 'same' AND undone_at IS NULL",
            [.integer(id.value)]
        ) { SubjectID($0.integer(0)) } ?? id
    }

    /// A subject with those that were merged into it. Records stay where they are, so that undoing a merger moves nothing.
    static func members(of id: SubjectID, _ connection: any Connection) throws -> [SubjectID] {
        try [id]
            + connection.rows(
                """
                SELECT other_id FROM identity_decision WHERE subject_id = $1 AND kind = 'same' AND undone_at IS NULL
                ORDER BY other_id
                """, [.integer(id.value)]
            ) { SubjectID($0.integer(0)) }
    }

    public func records(of subject: SubjectID) async throws -> [RecordRow] {
        try await database.glance { try records(of: subject, $0) }
    }

    private func records(of subject: SubjectID, _ connection: any Connection) throws -> [RecordRow] {
        let members = try Self.members(of: subject, connection)
        let rows = try members.flatMap { member in
            try recordRows("WHERE r.subject_id = $1 ORDER BY r.day DESC, r.ordinal DESC", [.integer(member.value)], connection)
        }
        guard members.count > 1 else { return rows }
        return rows.sorted { ($0.day ?? "", $0.id.subject, $0.id.ordinal) > ($1.day ?? "", $1.id.subject, $1.id.ordinal) }
    }

    /// A subject with its records in one look.
    public func file(code: String) async throws -> (profile: SubjectProfile, rows: [RecordRow])? {
        if code.utf8.contains(0) { return nil }
        return try await database.glance { connection in
            let id = try connection.first("SELECT subject_id FROM identifier WHERE value = $1 LIMIT 1", [.text(code)]) {
                SubjectID($0.integer(0))
            }
            guard let id, let profile = try Self.profile(try Self.canonical(id, connection), connection) else { return nil }
            return (profile, try records(of: profile.id, connection))
        }
    }

    public func record(_ id: RecordID) async throws -> RecordRow? {
        try await database.glance { connection in
            try recordRows(
                "WHERE r.subject_id = $1 AND r.ordinal = $2", [.integer(id.subject.value), .integer(id.ordinal)], connection
            ).first
        }
    }

    public func revisions(of id: RecordID) async throws -> [RevisionRow] {
        try await database.glance { connection in
            guard let item = try storedItem(of: id, connection) else { return [] }
            return try StoredRevision.chain(of: id, connection).reversed().map { stored in
                let revision = try stored.revision(item: item, coding, connection)
                let batch = try revision.batch.flatMap { batch in
                    try connection.first("SELECT feed, department FROM batch WHERE batch_number = $1", [.integer(batch)]) {
                        ($0.text(0), $0.optionalText(1))
                    }
                }
                return RevisionRow(
                    number: revision.number, act: revision.act, reason: revision.reason, effectiveOn: revision.effectiveOn,
                    recordedAt: revision.recordedAt, basis: revision.basis, feed: batch?.0, department: batch?.1,
                    leaf: revision.leaf)
            }
        }
    }

    public func history(of id: RecordID) async throws -> [Revision] {
        try await database.glance { connection in
            guard let item = try storedItem(of: id, connection) else { return [] }
            return try StoredRevision.chain(of: id, connection).map { try $0.revision(item: item, coding, connection) }
        }
    }

    private func storedItem(of id: RecordID, _ connection: any Connection) throws -> String? {
        let item = try connection.first(
            "SELECT item FROM record WHERE subject_id = $1 AND ordinal = $2",
            [.integer(id.subject.value), .integer(id.ordinal)]
        ) { $0.integer(0) }
        return try coding.word(item, connection)
    }

    /// Records with the revisions that state them, for a condition on `record r`. Every join names the subject, so one partition
    /// answers.
    func recordRows(_ condition: String, _ arguments: [SQLValue], _ connection: any Connection) throws -> [RecordRow] {
        let rows = try connection.rows("\(Self.recordColumns) \(condition)", arguments) { try StoredRecordRow($0) }
        return try rows.map { try $0.row(coding, connection) }
    }

    static let recordColumns = """
        SELECT \(RecordMapping.columns(RecordMapping.recordColumns, of: "r")), s.name, s.code, v.payload, v.recorded_at,
            v.batch_number, b.feed, b.department, v.line
        FROM record r
        JOIN revision v ON v.leaf = r.stated_leaf AND v.subject_id = r.subject_id
        JOIN subject s ON s.subject_id = r.subject_id
        LEFT JOIN batch b ON b.batch_number = v.batch_number
        """
}

/// A record with the revision that states it, as they lie in the database.
private struct StoredRecordRow {
    let state: StoredState
    let subjectName: String
    let subjectCode: String
    let payload: [UInt8]?
    let receivedAt: Instant
    let batch: BatchSource?

    init(_ row: any SQLRow) throws {
        state = try StoredState(row)
        (subjectName, subjectCode) = (row.text(21), row.text(22))
        payload = row.optionalBytes(23)
        receivedAt = Instant(milliseconds: row.integer(24))
        batch = row.optionalInteger(25).map {
            BatchSource(
                number: $0, feed: row.text(26), department: row.optionalText(27), line: Int(row.optionalInteger(28) ?? 0))
        }
    }

    func row(_ coding: RecordCoding, _ connection: any Connection) throws -> RecordRow {
        var values: [String: String] = [:]
        var (changes, notes): ([UInt8]?, [UInt8]?) = (nil, nil)
        if let payload {
            let (packing, plain) = try coding.unpacked(payload, connection)
            let (published, count) = (packing.published.count, packing.published.count + packing.internal.count)
            values.reserveCapacity(count)
            let isWhole = packing.forEach(plain) { position, value in
                guard let value else { return }
                switch position {
                case ..<published: values[packing.published[position]] = Packing.text(value)
                case ..<count: values[packing.internal[position - published]] = Packing.text(value)
                case count: changes = Array(value)
                case count + 1: notes = Array(value)
                default: break
                }
            }
            guard isWhole else { throw RecordCoding.damaged }
        }
        return RecordRow(
            id: state.id, item: try coding.word(state.item, connection), revision: state.revision, subjectName: subjectName,
            subjectCode: subjectCode, day: state.isoDay,
            clocks: try state.clocks(coding, connection),
            circle: try StoredCode.value(Int64(state.circle), in: StoredCode.circles),
            standing: try StoredCode.value(Int64(state.standing), in: StoredCode.standings), mark: state.mark,
            values: values, changes: changes, notes: notes, receivedAt: receivedAt, batch: batch)
    }
}
