import CreditCatalogue
import CreditModel
import CreditRegistry

/// Counts of one transaction, written at its end in one statement for each count that moved.
struct Tally {
    /// Item and authority by the numbers of their words, so that counting a row hashes numbers only.
    private struct Place: Hashable {
        let item: Int64
        let kind: SubjectKind
        let authority: Int32?
        let until: Int32
    }
    private var records: [Place: Int64] = [:]
    private var subjects: [SubjectKind: Int64] = [:]

    mutating func add(_ kind: SubjectKind) { subjects[kind, default: 0] += 1 }

    /// Counts a state in or, with -1, out. Only what the public may see until some day counts.
    mutating func add(_ record: StoredState, of kind: SubjectKind, _ count: Int64 = 1) {
        guard record.standing == 0, let until = record.publishedUntil else { return }
        records[Place(item: record.item, kind: kind, authority: record.authority, until: until), default: 0] += count
    }

    func store(_ connection: any Connection, _ coding: RecordCoding) throws {
        // In a fixed order, so that the same delivery writes the same pages.
        for (kind, count) in subjects.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try connection.run(
                """
                INSERT INTO subject_tally (kind, subject_count) VALUES ($1, $2)
                ON CONFLICT (kind) DO UPDATE SET subject_count = subject_tally.subject_count + excluded.subject_count
                """, [.text(kind.rawValue), .integer(count)])
        }
        let moved = try records.filter { $0.value != 0 }.map { place, count in
            (
                item: try coding.word(place.item, connection), kind: place.kind.rawValue,
                authority: try coding.word(place.authority.map { Int64($0) }, connection) ?? "", until: place.until, count: count
            )
        }
        for (item, kind, authority, until, count) in moved.sorted(by: {
            ($0.item, $0.authority, $0.until) < ($1.item, $1.authority, $1.until)
        }) {
            let key: [SQLValue] = [.text(item), .text(kind), .text(authority), .integer(Int64(until))]
            // An upsert would check the count of the new row alone, which may be less than none.
            let updated = try connection.run(
                """
                UPDATE record_tally SET record_count = record_count + $1
                WHERE item = $2 AND kind = $3 AND authority = $4 AND published_until = $5
                """, [.integer(count)] + key)
            if updated == 0 {
                try connection.run(
                    """
                    INSERT INTO record_tally (item, kind, authority, published_until, record_count)
                    VALUES ($1, $2, $3, $4, $5)
                    """, key + [.integer(count)])
            }
        }
    }

    // MARK: counting anew

    private static let countedRecords = """
        SELECT i.text, s.kind, coalesce(a.text, ''), r.published_until, count(*)
        FROM record r JOIN subject s ON s.subject_id = r.subject_id JOIN word i ON i.word_id = r.item
        LEFT JOIN word a ON a.word_id = r.authority
        WHERE r.published_until IS NOT NULL AND r.standing = 0
        GROUP BY i.text, s.kind, coalesce(a.text, ''), r.published_until
        """
    private static let countedSubjects = "SELECT kind, count(*) FROM subject GROUP BY kind"

    /// Fills empty tables from what is stored.
    private static let fill = [
        "INSERT INTO record_tally (item, kind, authority, published_until, record_count) \(countedRecords)",
        "INSERT INTO subject_tally (kind, subject_count) \(countedSubjects)",
    ]

    /// How many counts differ from what is stored.
    static func differences(_ connection: any Connection) throws -> Int {
        let stored = [
            "SELECT item, kind, authority, published_until, record_count FROM record_tally WHERE record_count > 0",
            "SELECT kind, subject_count FROM subject_tally WHERE subject_count > 0",
        ]
        var count = 0
        for (kept, counted) in zip(stored, [countedRecords, countedSubjects]) {
            for (left, right) in [(kept, counted), (counted, kept)] {
                count +=
                    try connection.first("SELECT count(*) FROM (SELECT * FROM (\(left)) a EXCEPT SELECT * FROM (\(right)) b) c") {
                        Int($0.integer(0))
                    } ?? 0
            }
        }
        for table in CountTable.all { count += try table.differences(connection) }
        return count
    }

    /// Counts everything anew.
    static func rebuild(_ connection: any Connection) throws {
        for table in ["record_tally", "subject_tally"] { try connection.run("DELETE FROM \(table)", []) }
        for statement in fill { try connection.run(statement, []) }
        for table in CountTable.all { try table.rebuild(connection) }
    }
}
