import CreditRegistry

/// A table of counts that move in the transaction that moves what they count (docs/decisions/0030).
struct CountTable {
    let name: String
    let keys: [String]
    let counts: [String]
    /// The same rows, counted from what is stored.
    let recount: @Sendable (Engine) -> String
    private let upsert: String

    init(name: String, keys: [String], counts: [String], recount: @Sendable @escaping (Engine) -> String) {
        (self.name, self.keys, self.counts, self.recount) = (name, keys, counts, recount)
        let columns = keys + counts
        let settings = counts.map { "\($0) = \(name).\($0) + excluded.\($0)" }.joined(separator: ", ")
        upsert = """
            INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(RecordMapping.places(columns.count)))
            ON CONFLICT (\(keys.joined(separator: ", "))) DO UPDATE SET \(settings)
            """
    }

    /// Adds to the counts of one key.
    func add(_ counts: [Int64], to key: [SQLValue], _ connection: any Connection) throws {
        if counts.allSatisfy({ $0 >= 0 }) {
            try connection.run(upsert, key + counts.map { .integer($0) })
            return
        }
        // An upsert would check the counts of the new row alone, which may be less than none.
        let settings = self.counts.enumerated().map { "\($1) = \($1) + $\($0 + 1)" }.joined(separator: ", ")
        let place = keys.enumerated().map { "\($1) = $\($0 + 1 + counts.count)" }.joined(separator: " AND ")
        let updated = try connection.run(
            "UPDATE \(name) SET \(settings) WHERE \(place)", counts.map { .integer($0) } + key)
        if updated == 0 { try connection.run(upsert, key + counts.map { .integer($0) }) }
    }

    /// How many rows differ from what is stored.
    func differences(_ connection: any Connection) throws -> Int {
        let columns = (keys + counts).joined(separator: ", ")
        let isAny = counts.map { "\($0) <> 0" }.joined(separator: " OR ")
        let (kept, counted) = ("SELECT \(columns) FROM \(name) WHERE \(isAny)", recount(connection.engine))
        return try [(kept, counted), (counted, kept)].reduce(0) { sum, pair in
            try sum
                + (connection.first("SELECT count(*) FROM (SELECT * FROM (\(pair.0)) a EXCEPT SELECT * FROM (\(pair.1)) b) c") {
                    Int($0.integer(0))
                } ?? 0)
        }
    }

    /// Counts everything anew.
    func rebuild(_ connection: any Connection) throws {
        try connection.run("DELETE FROM \(name)", [])
        try connection.run(
            "INSERT INTO \(name) (\((keys + counts).joined(separator: ", "))) \(recount(connection.engine))", [])
    }
}

extension CountTable {
    static let all = [decisions, organisations, acts, answers, deliveries, faults]

    /// Standing records about organisations that the rules publish, now or once, by the month of their day and by where and in what line
    /// their subject is now. What was withdrawn or erased is not among them.
    static let decisions = CountTable(
        name: "decision_tally", keys: ["item", "month", "division", "sector"], counts: ["record_count"]
    ) { engine in
        """
        SELECT i.text, CASE WHEN r.day = \(StoredState.noDay) THEN 0 ELSE \(month(of: "r.day", engine)) END,
            coalesce(s.division, ''), coalesce(s.sector, ''), count(*)
        FROM record r JOIN subject s ON s.subject_id = r.subject_id JOIN word i ON i.word_id = r.item
        WHERE r.published_until IS NOT NULL AND r.standing = 0 AND s.kind = 'organisation' GROUP BY 1, 2, 3, 4
        """
    }

    static let organisations = CountTable(
        name: "organisation_tally", keys: ["division", "sector"], counts: ["subject_count"]
    ) { _ in
        """
        SELECT coalesce(division, ''), coalesce(sector, ''), count(*) FROM subject WHERE kind = 'organisation' GROUP BY 1, 2
        """
    }

    /// Every act upon a record, by the month in which it was recorded.
    static let acts = CountTable(
        name: "act_tally", keys: ["item", "act", "reason", "month"], counts: ["act_count"]
    ) { engine in
        """
        SELECT i.text, v.act, coalesce(v.reason, ''), \(month(of: day(of: "v.recorded_at"), engine)), count(*)
        FROM revision v JOIN record r ON r.subject_id = v.subject_id AND r.ordinal = v.ordinal
            JOIN word i ON i.word_id = r.item GROUP BY 1, 2, 3, 4
        """
    }

    /// Marks of contested records: from which day to which; 0 while they stand.
    static let answers = CountTable(
        name: "answer_tally", keys: ["reason", "marked_on", "ended_on"], counts: ["mark_count"]
    ) { _ in
        """
        SELECT reason, marked_on, ended_on, count(*) FROM (
            SELECT act, coalesce(reason, '') AS reason, \(day(of: "recorded_at")) AS marked_on,
                coalesce(lead(\(day(of: "recorded_at"))) OVER (PARTITION BY subject_id, ordinal ORDER BY number), 0) AS ended_on
            FROM revision WHERE act IN (\(StoredCode.number(.mark)), \(StoredCode.number(.unmark)))) m
        WHERE act = \(StoredCode.number(.mark)) GROUP BY 1, 2, 3
        """
    }

    static let deliveries = CountTable(
        name: "delivery_tally", keys: ["department", "feed", "month"],
        counts: [
            "batch_count", "row_count", "accepted", "updated", "unchanged", "rejected", "waiting", "judged", "late",
        ]
    ) { engine in
        let sums = ["row_count", "accepted", "updated", "unchanged", "rejected", "waiting", "judged", "late"].map {
            "CAST(coalesce(sum(\($0)), 0) AS BIGINT)"
        }.joined(separator: ", ")
        return """
            SELECT coalesce(department, ''), feed, \(month(of: day(of: "finished_at"), engine)), count(*), \(sums)
            FROM batch WHERE finished_at IS NOT NULL GROUP BY 1, 2, 3
            """
    }

    static let faults = CountTable(
        name: "fault_tally", keys: ["department", "feed", "month", "code"], counts: ["fault_count"]
    ) { engine in
        """
        SELECT coalesce(b.department, ''), b.feed, \(month(of: day(of: "b.finished_at"), engine)), j.code, count(*)
        FROM batch_reject j JOIN batch b ON b.batch_number = j.batch_number
        WHERE b.finished_at IS NOT NULL GROUP BY 1, 2, 3, 4
        """
    }

    /// Days in China's time: +08:00, 28 800 000 ms.
    static func day(of moment: String) -> String { "((\(moment) + 28800000) / 86400000)" }

    /// `Month.number` of a day.
    static func month(of day: String, _ engine: Engine) -> String {
        switch engine {
        case .sqlite:
            """
            (CAST(strftime('%Y', (\(day)) * 86400, 'unixepoch') AS INTEGER) * 12
                + CAST(strftime('%m', (\(day)) * 86400, 'unixepoch') AS INTEGER) - 1)
            """
        case .postgres:
            """
            CAST(extract(year FROM date '1970-01-01' + CAST(\(day) AS integer)) * 12
                + extract(month FROM date '1970-01-01' + CAST(\(day) AS integer)) - 1 AS BIGINT)
            """
        }
    }
}

extension StoredCode {
    static func number(_ act: Act) -> Int64 { Int64(acts.firstIndex(of: act) ?? 0) }
}
