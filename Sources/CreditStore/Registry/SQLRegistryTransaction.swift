import CreditCatalogue
import CreditIntake
import CreditModel
import CreditRegistry
import CreditResolution

/// The registry's transaction in SQL.
struct SQLRegistryTransaction: RegistryTransaction {
    let connection: any Connection

    func subject(identifiedBy identifier: Identifier) throws -> SubjectID? {
        try connection.first(
            "SELECT subject_id FROM identifier WHERE value = $1 AND scheme = $2",
            [.text(identifier.value), .text(identifier.scheme.rawValue)]
        ) { SubjectID($0.integer(0)) }
    }

    func isNamed(_ subject: SubjectID, key: String) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM subject_name WHERE subject_id = $1 AND name_key = $2 LIMIT 1",
            [.integer(subject.value), .text(key)]
        ) { _ in true } ?? false
    }

    // MARK: deliveries

    func insertBatch(_ batch: NewBatch) throws -> Int64 {
        try connection.first(
            """
            INSERT INTO batch (receipt, feed, item, file_name, department, catalogue, started_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING batch_number
            """,
            [
                .text(batch.receipt), .text(batch.feed), .text(batch.item), .text(batch.fileName),
                .text(batch.department),
                .text(batch.catalogueDigest), .integer(batch.startedAt.milliseconds),
            ]
        ) { $0.integer(0) } ?? 0
    }

    func finishBatch(_ number: Int64, _ totals: BatchTotals) throws {
        try connection.run(
            """
            UPDATE batch SET finished_at = $1, row_count = $2, accepted = $3, updated = $4, unchanged = $5, rejected = $6,
                waiting = $7, seconds = $8, format = $9, encoding = $10, layout = $11, columns = $12, changes = $13, notes = $14
            WHERE batch_number = $15
            """,
            [
                .integer(totals.finishedAt.milliseconds), .integer(Int64(totals.rows)),
                .integer(Int64(totals.accepted)),
                .integer(Int64(totals.updated)), .integer(Int64(totals.unchanged)), .integer(Int64(totals.rejected)),
                .integer(Int64(totals.waiting)), .real(totals.seconds), .text(totals.format), .text(totals.encoding),
                .text(totals.layout), .bytes(totals.columns), .bytes(totals.changes), .bytes(totals.notes),
                .integer(number),
            ])
    }

    func insertReject(batch: Int64, ordinal: Int64, _ reject: Reject) throws {
        try connection.run(
            """
            INSERT INTO batch_reject (batch_number, ordinal, line, heading, field, code, suggestion, other, original)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .integer(batch), .integer(ordinal), .integer(Int64(reject.line)), .text(reject.column),
                .text(reject.field),
                .text(reject.code.rawValue), .text(reject.suggestion), .text(reject.other), .text(reject.original),
            ])
    }

    func insertWaiting(_ row: WaitingRow) throws -> Bool {
        try connection.run(
            """
            INSERT INTO waiting (batch_number, line, item, reason, name, identifiers, content, digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING
            """,
            [
                .integer(row.batch), .integer(Int64(row.line)), .text(row.item), .text(row.reason.rawValue),
                .text(row.name),
                .text(row.identifiers.map(\.description).joined(separator: " ")), .bytes(row.content),
                .bytes(row.digest),
            ]) > 0
    }

    // MARK: subjects

    func createSubject(_ subject: SubjectState, at instant: Instant) throws -> SubjectID {
        let id = try connection.first(
            """
            INSERT INTO subject (kind, code, name, status, division, established_on, registered, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING subject_id
            """,
            Self.values(subject) + [.integer(instant.milliseconds)]
        ) { $0.integer(0) }
        return SubjectID(id ?? 0)
    }

    func subject(_ id: SubjectID) throws -> SubjectState? {
        try connection.first(
            "SELECT kind, code, name, status, division, established_on, registered FROM subject WHERE subject_id = $1",
            [.integer(id.value)]
        ) { Self.state($0) }
    }

    func updateSubject(_ id: SubjectID, _ state: SubjectState) throws {
        try connection.run(
            """
            UPDATE subject SET kind = $1, code = $2, name = $3, status = $4, division = $5, established_on = $6, registered = $7
            WHERE subject_id = $8
            """, Self.values(state) + [.integer(id.value)])
    }

    func link(_ identifier: Identifier, to subject: SubjectID, batch: Int64) throws {
        try connection.run(
            "INSERT INTO identifier (value, scheme, subject_id, batch_number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            [.text(identifier.value), .text(identifier.scheme.rawValue), .integer(subject.value), .integer(batch)])
    }

    func addName(_ name: String, kind: NameKind, of subject: SubjectID, batch: Int64) throws {
        // One name is current at a time; the one before becomes a former name.
        if kind == .current {
            try connection.run(
                "UPDATE subject_name SET kind = 1 WHERE subject_id = $1 AND kind = 2 AND name <> $2",
                [.integer(subject.value), .text(name)])
        }
        let key = OrganisationName.key(name)
        let raised = try connection.run(
            "UPDATE subject_name SET kind = max(kind, $1) WHERE subject_id = $2 AND name = $3",
            [.integer(Int64(kind.rawValue)), .integer(subject.value), .text(name)])
        if raised > 0 { return }
        let id = try connection.first(
            """
            INSERT INTO subject_name (subject_id, name, name_key, kind, batch_number) VALUES ($1, $2, $3, $4, $5)
            RETURNING name_id
            """,
            [.integer(subject.value), .text(name), .text(key), .integer(Int64(kind.rawValue)), .integer(batch)]
        ) { $0.integer(0) }
        guard let id else { return }
        try connection.run(
            "INSERT INTO name_index (rowid, grams) VALUES ($1, $2)", [.integer(id), .text(NameGrams.indexed(key))])
    }

    // MARK: records

    func record(of subject: SubjectID, key: [UInt8]) throws -> StoredRecord? {
        try connection.first(
            "SELECT ordinal, revision, content_hash FROM record WHERE subject_id = $1 AND record_key = $2",
            [.integer(subject.value), .bytes(key)]
        ) { StoredRecord(ordinal: $0.integer(0), revision: $0.integer(1), contentHash: $0.bytes(2)) }
    }

    func nextOrdinal(of subject: SubjectID) throws -> Int64 {
        try connection.first(
            "SELECT ordinal FROM record WHERE subject_id = $1 ORDER BY ordinal DESC LIMIT 1", [.integer(subject.value)]
        ) { $0.integer(0) + 1 } ?? 1
    }

    func insertRecord(_ record: RecordState, key: [UInt8]) throws {
        try connection.run(
            """
            INSERT INTO record (subject_id, ordinal, record_key, item, revision, content_hash, batch_number, title, authority,
                document_number, kinds, day, published_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """,
            [
                .integer(record.id.subject.value), .integer(record.id.ordinal), .bytes(key), .text(record.item),
                .integer(record.revision), .bytes(record.contentHash), .integer(record.batch), .text(record.title),
                .text(record.authority), .text(record.documentNumber), .text(record.kinds), .text(record.day ?? ""),
                .text(record.publishedUntil),
            ])
    }

    func updateRecord(_ record: RecordState) throws {
        try connection.run(
            """
            UPDATE record SET revision = $1, content_hash = $2, batch_number = $3, title = $4, authority = $5,
                document_number = $6, kinds = $7, day = $8, published_until = $9
            WHERE subject_id = $10 AND ordinal = $11
            """,
            [
                .integer(record.revision), .bytes(record.contentHash), .integer(record.batch), .text(record.title),
                .text(record.authority), .text(record.documentNumber), .text(record.kinds), .text(record.day ?? ""),
                .text(record.publishedUntil), .integer(record.id.subject.value), .integer(record.id.ordinal),
            ])
    }

    func insertRevision(_ revision: Revision) throws {
        try connection.run(
            """
            INSERT INTO revision (subject_id, ordinal, number, batch_number, line, recorded_at, content, content_hash, changes,
                notes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .integer(revision.id.subject.value), .integer(revision.id.ordinal), .integer(revision.number),
                .integer(revision.batch), .integer(Int64(revision.line)), .integer(revision.recordedAt.milliseconds),
                .bytes(revision.content), .bytes(revision.contentHash), .bytes(revision.changes),
                .bytes(revision.notes),
            ])
    }

    // MARK: mapping

    private static func values(_ state: SubjectState) -> [SQLValue] {
        [
            .text(state.kind.rawValue), .text(state.code), .text(state.name), .text(state.status),
            .text(state.division),
            .text(state.establishedOn), .flag(state.isRegistered),
        ]
    }

    static func state(_ row: any SQLRow, from column: Int = 0) -> SubjectState {
        SubjectState(
            kind: SubjectKind(rawValue: row.text(column)) ?? .organisation, code: row.text(column + 1),
            name: row.text(column + 2), status: row.optionalText(column + 3), division: row.optionalText(column + 4),
            establishedOn: row.optionalText(column + 5), isRegistered: row.integer(column + 6) == 1)
    }
}
