import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

extension Store: ServiceStore {
    public func version() async throws -> StoreVersion {
        try await database.ask { connection in
            try connection.first("SELECT size, published_size FROM log_state WHERE id = 1") {
                StoreVersion(leaves: $0.integer(0), published: $0.integer(1))
            } ?? StoreVersion(leaves: 0, published: 0)
        }
    }

    public func profile(code: String) async throws -> SubjectProfile? {
        if code.utf8.contains(0) { return nil }
        return try await database.glance { connection in
            try Self.holder(of: code, connection).flatMap { try Self.profile($0, connection) }
        }
    }

    /// The subject under which the one that a number leads to is shown. The unified code is the usual question; any other number
    /// of the subject leads to it as well.
    private static func holder(of code: String, _ connection: any Connection) throws -> SubjectID? {
        try connection.first(
            """
            SELECT coalesce(d.subject_id, i.subject_id) FROM identifier i
            LEFT JOIN identity_decision d ON d.other_id = i.subject_id AND d.kind = 'same' AND d.undone_at IS NULL
            WHERE i.value = $1 LIMIT 1
            """, [.text(code)]
        ) { SubjectID($0.integer(0)) }
    }

    public func profile(id: SubjectID) async throws -> SubjectProfile? {
        try await database.glance { try Self.profile(try Self.canonical(id, $0), $0) }
    }

    static func profile(_ id: SubjectID, _ connection: any Connection) throws -> SubjectProfile? {
        try profile(id, members: try members(of: id, connection), connection)
    }

    private static func profile(_ id: SubjectID, members: [SubjectID], _ connection: any Connection) throws
        -> SubjectProfile?
    {
        let state = try connection.first(
            "SELECT kind, code, name, status, division, established_on, registered FROM subject WHERE subject_id = $1",
            [.integer(id.value)]
        ) { SQLRegistryTransaction.state($0) }
        guard let state else { return nil }
        var identifiers: [Identifier] = []
        var names: [SubjectProfile.Name] = []
        for member in members {
            identifiers += try connection.rows(
                "SELECT scheme, value FROM identifier WHERE subject_id = $1 ORDER BY scheme, value",
                [.integer(member.value)]
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
        try await database.glance { try records(of: try Self.members(of: subject, $0), $0) }
    }

    private func records(of members: [SubjectID], _ connection: any Connection) throws -> [RecordRow] {
        // Put in order here: a database that sorts writes down all columns of every row once more, with what it states.
        try members.flatMap { try recordRows("WHERE r.subject_id = $1", [.integer($0.value)], connection) }.sorted {
            ($0.day ?? "", $0.id.subject, $0.id.ordinal) > ($1.day ?? "", $1.id.subject, $1.id.ordinal)
        }
    }

    /// A subject with its records in one look.
    public func file(code: String) async throws -> (profile: SubjectProfile, rows: [RecordRow])? {
        if code.utf8.contains(0) { return nil }
        return try await database.glance { connection in
            guard let id = try Self.holder(of: code, connection) else { return nil }
            let members = try Self.members(of: id, connection)
            guard let profile = try Self.profile(id, members: members, connection) else { return nil }
            return (profile, try records(of: members, connection))
        }
    }

    public func record(_ id: RecordID) async throws -> RecordRow? {
        try await database.glance { connection in
            try recordRows(
                "WHERE r.subject_id = $1 AND r.ordinal = $2", [.integer(id.subject.value), .integer(id.ordinal)],
                connection
            ).first
        }
    }

    public func revisions(of id: RecordID) async throws -> [RevisionRow] {
        try await database.glance { connection in
            guard let item = try storedItem(of: id, connection) else { return [] }
            return try StoredRevision.chain(of: id, connection).reversed().map { stored in
                let revision = try stored.revision(item: item, coding, connection)
                let batch = try revision.batch.flatMap { batch in
                    try connection.first(
                        "SELECT feed, department FROM batch WHERE batch_number = $1", [.integer(batch)]
                    ) {
                        ($0.text(0), $0.optionalText(1))
                    }
                }
                return RevisionRow(
                    number: revision.number, act: revision.act, reason: revision.reason,
                    effectiveOn: revision.effectiveOn,
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
        var last: StoredRecordRow?
        let rows = try connection.rows("\(Self.recordColumns) \(condition)", arguments) { row in
            let stored = try StoredRecordRow(row, after: last)
            last = stored
            return stored
        }
        guard !rows.isEmpty else { return [] }
        let reading = coding.reading(connection)
        let sources = try deliveries.sources(of: rows.lazy.compactMap(\.batch), connection)
        return try rows.map { try $0.row(reading, sources) }
    }

    static let recordColumns = """
        SELECT r.subject_id, r.ordinal, r.item, r.revision, r.day, r.published_until, r.disclosed_until, r.archived_until,
            r.repairable_from, r.severity, r.rule_set, r.circle, r.standing, r.mark, s.name, s.code, v.payload, v.recorded_at,
            v.batch_number, v.line
        FROM record r
        JOIN revision v ON v.leaf = r.stated_leaf AND v.subject_id = r.subject_id
        JOIN subject s ON s.subject_id = r.subject_id
        """
}

/// A record with the revision that states it, as they lie in the database: what answers need of them.
private struct StoredRecordRow {
    let id: RecordID
    let item: Int64
    let revision: Int64
    let day: Day?
    /// Without the rule set, whose word is looked up once the rows are gathered.
    let clocks: Clocks
    let ruleSet: Int64?
    let circle: Circle
    let standing: Standing
    let mark: Reason?
    let subjectName: String
    let subjectCode: String
    let payload: [UInt8]?
    let receivedAt: Instant
    /// Number of the delivery that stated it, and its line there.
    let batch: Int64?
    let line: Int

    /// - Parameter last: the row before, whose texts are taken where they are the same: a subject's records share most of them.
    init(_ row: any SQLRow, after last: StoredRecordRow?) throws {
        id = RecordID(subject: SubjectID(row.integer(0)), ordinal: row.integer(1))
        (item, revision) = (row.integer(2), row.integer(3))
        day = RecordMapping.optionalDay(row, 4).flatMap { $0.daysSinceEpoch == StoredState.noDay ? nil : $0 }
        clocks = Clocks(
            publishedUntil: RecordMapping.optionalDay(row, 5),
            disclosedUntil: RecordMapping.optionalDay(row, 6) ?? .openEnd,
            archivedUntil: RecordMapping.optionalDay(row, 7) ?? .openEnd,
            severity: try row.optionalInteger(9).map { try StoredCode.value($0, in: StoredCode.severities) },
            repairableFrom: RecordMapping.optionalDay(row, 8), ruleSet: nil)
        ruleSet = row.optionalInteger(10)
        circle = try StoredCode.value(row.integer(11), in: StoredCode.circles)
        standing = try StoredCode.value(row.integer(12), in: StoredCode.standings)
        mark = row.optionalText(13).flatMap { Reason(rawValue: $0) }
        (subjectName, subjectCode) = (row.text(14, like: last?.subjectName), row.text(15, like: last?.subjectCode))
        payload = row.optionalBytes(16)
        receivedAt = Instant(milliseconds: row.integer(17))
        batch = row.optionalInteger(18)
        line = Int(row.optionalInteger(19) ?? 0)
    }

    func row(_ coding: RecordCoding.Reading, _ sources: [Int64: DeliverySources.Source]) throws -> RecordRow {
        var (values, changes, notes): (RecordValues, [UInt8]?, [UInt8]?) = (RecordValues.none, nil, nil)
        if let payload {
            let (packing, plain) = try coding.unpacked(payload)
            guard let content = packing.values(plain) else { throw RecordCoding.damaged }
            (values, changes, notes) = content
        }
        let clocks = Clocks(
            publishedUntil: clocks.publishedUntil, disclosedUntil: clocks.disclosedUntil,
            archivedUntil: clocks.archivedUntil,
            severity: clocks.severity, repairableFrom: clocks.repairableFrom,
            ruleSet: try ruleSet.map { try coding.word($0) })
        let batch = batch.flatMap { number in
            sources[number].map { BatchSource(number: number, feed: $0.feed, department: $0.department, line: line) }
        }
        return RecordRow(
            id: id, item: try coding.word(item), revision: revision, subjectName: subjectName,
            subjectCode: subjectCode,
            day: day?.description, clocks: clocks, circle: circle, standing: standing, mark: mark, values: values,
            changes: changes, notes: notes, receivedAt: receivedAt, batch: batch)
    }
}
