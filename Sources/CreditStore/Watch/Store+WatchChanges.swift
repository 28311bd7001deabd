import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// What changed, and whom it concerns.
extension Store {
    public func noticeChanges(
        leaves: Int, now: Instant, sector: @Sendable @escaping (_ registration: [String: String]) -> String?
    ) async throws -> Bool {
        let isNeeded = try await database.glance { connection in
            try Self.noticed(connection) < Self.head(connection)
                && connection.first("SELECT 1 FROM watch LIMIT 1", [], { _ in true }) != nil
        }
        guard isNeeded else { return false }
        return try await database.write { [self] connection in
            let (from, head) = (try Self.noticed(connection), try Self.head(connection))
            let end = min(head, from + Int64(leaves))
            let first =
                try connection.first(
                    "SELECT min(recorded_at) FROM revision WHERE leaf > $1 AND leaf <= $2",
                    [.integer(from), .integer(end)]
                ) { $0.optionalInteger(0) } ?? nil
            if let first {
                // A digest counts from when the change came in, also where nobody looked for a while.
                let touched = SQLValue.integer(min(now.milliseconds, first))
                try touchOrganisations(touched, from, end, connection)
                try touchLists(touched, from, end, connection)
                try touchSectors(touched, from, end, sector, connection)
            }
            try connection.run("UPDATE watch_notice SET noticed_to = $1 WHERE id = 1", [.integer(end)])
            return end < head
        }
    }

    /// Whoever watches an organisation is told of those that were merged with it as well.
    private func touchOrganisations(_ touched: SQLValue, _ from: Int64, _ end: Int64, _ connection: any Connection)
        throws
    {
        try connection.run(
            """
            WITH changed AS (
                SELECT DISTINCT coalesce(d.subject_id, v.subject_id) AS subject_id FROM revision v
                LEFT JOIN identity_decision d ON d.other_id = v.subject_id AND d.kind = 'same' AND d.undone_at IS NULL
                WHERE v.leaf > $1 AND v.leaf <= $2)
            UPDATE watch SET touched_at = $3
            WHERE touched_at IS NULL AND target_kind = 'organisation' AND channel <> 'feed' AND subject_id IN (
                SELECT subject_id FROM changed
                UNION
                SELECT d.other_id FROM identity_decision d JOIN changed c ON c.subject_id = d.subject_id
                WHERE d.kind = 'same' AND d.undone_at IS NULL)
            """, [.integer(from), .integer(end), touched])
    }

    private func touchLists(_ touched: SQLValue, _ from: Int64, _ end: Int64, _ connection: any Connection) throws {
        guard try Self.isAny("list", connection) else { return }
        try connection.run(
            """
            UPDATE watch SET touched_at = $1
            WHERE touched_at IS NULL AND target_kind = 'list' AND channel <> 'feed' AND target IN (
                SELECT w.text FROM revision v
                JOIN record r ON r.subject_id = v.subject_id AND r.ordinal = v.ordinal JOIN word w ON w.word_id = r.item
                WHERE v.leaf > $2 AND v.leaf <= $3)
            """, [touched, .integer(from), .integer(end)])
    }

    private func touchSectors(
        _ touched: SQLValue, _ from: Int64, _ end: Int64, _ sector: ([String: String]) -> String?,
        _ connection: any Connection
    ) throws {
        guard try Self.isAny("sector", connection) else { return }
        let subjects = try connection.rows(
            "SELECT DISTINCT subject_id FROM revision WHERE leaf > $1 AND leaf <= $2", [.integer(from), .integer(end)]
        ) { SubjectID($0.integer(0)) }
        var sectors: Set<String> = []
        for subject in subjects {
            if let found = try registration(of: subject, connection).flatMap(sector) { sectors.insert(found) }
        }
        for sector in sectors.sorted() {
            try connection.run(
                """
                UPDATE watch SET touched_at = $1
                WHERE touched_at IS NULL AND target_kind = 'sector' AND channel <> 'feed' AND target = $2
                """, [touched, .text(sector)])
        }
    }

    private static func isAny(_ kind: String, _ connection: any Connection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM watch WHERE target_kind = $1 AND touched_at IS NULL LIMIT 1", [.text(kind)]
        ) { _ in true } != nil
    }

    public func changes(
        of target: WatchTarget, subject: SubjectID?, after: Int64, through: Int64, limit: Int,
        sector: @Sendable @escaping (_ registration: [String: String]) -> String?
    ) async throws -> [WatchedChange] {
        try await database.read { [self] connection in
            switch target {
            case .organisation:
                guard let subject else { return [] }
                let members = try Self.members(of: try Self.canonical(subject, connection), connection)
                let found = try members.flatMap { try changes(about: $0, after, through, limit, connection) }
                return Array(found.sorted { $0.leaf < $1.leaf }.prefix(limit))
            case .list(let item):
                return try connection.rows(
                    """
                    SELECT v.subject_id, v.ordinal, v.leaf FROM revision v
                    JOIN record r ON r.subject_id = v.subject_id AND r.ordinal = v.ordinal
                    JOIN word w ON w.word_id = r.item AND w.text = $1
                    JOIN subject s ON s.subject_id = v.subject_id AND s.kind = 'organisation'
                    WHERE v.leaf > $2 AND v.leaf <= $3 ORDER BY v.leaf LIMIT $4
                    """, [.text(item), .integer(after), .integer(through), .integer(Int64(limit))], Self.change)
            case .sector(let section):
                return try changes(in: section, after, through, limit, sector, connection)
            }
        }
    }

    /// From each changed record's newest revision back: no index over revisions is needed.
    private func changes(
        about subject: SubjectID, _ after: Int64, _ through: Int64, _ limit: Int, _ connection: any Connection
    ) throws -> [WatchedChange] {
        try connection.rows(
            """
            WITH RECURSIVE chain AS (
                SELECT v.leaf, v.ordinal, v.previous FROM record r JOIN revision v ON v.leaf = r.leaf AND v.subject_id = $1
                WHERE r.subject_id = $1 AND r.leaf > $2
                UNION ALL
                SELECT v.leaf, v.ordinal, v.previous FROM chain c
                JOIN revision v ON v.leaf = c.previous AND v.subject_id = $1 AND v.leaf < c.leaf AND v.leaf > $2)
            SELECT CAST($1 AS BIGINT), ordinal, leaf FROM chain WHERE leaf <= $3 ORDER BY leaf LIMIT $4
            """, [.integer(subject.value), .integer(after), .integer(through), .integer(Int64(limit))], Self.change)
    }

    private func changes(
        in section: String, _ after: Int64, _ through: Int64, _ limit: Int, _ sector: ([String: String]) -> String?,
        _ connection: any Connection
    ) throws -> [WatchedChange] {
        var found: [WatchedChange] = []
        var isWithin: [SubjectID: Bool] = [:]
        var last = after
        while found.count < limit {
            let rows = try connection.rows(
                """
                SELECT v.subject_id, v.ordinal, v.leaf FROM revision v
                JOIN subject s ON s.subject_id = v.subject_id AND s.kind = 'organisation'
                WHERE v.leaf > $1 AND v.leaf <= $2 ORDER BY v.leaf LIMIT 1000
                """, [.integer(last), .integer(through)], Self.change)
            for row in rows where found.count < limit {
                let subject = row.record.subject
                if isWithin[subject] == nil {
                    isWithin[subject] = try registration(of: subject, connection).flatMap(sector) == section
                }
                if isWithin[subject] == true { found.append(row) }
            }
            guard rows.count == 1000, let end = rows.last else { break }
            last = end.leaf
        }
        return found
    }

    private static func change(_ row: any SQLRow) throws -> WatchedChange {
        WatchedChange(
            record: RecordID(subject: SubjectID(row.integer(0)), ordinal: row.integer(1)), leaf: row.integer(2))
    }

    /// What the registration of a subject says now.
    private func registration(of subject: SubjectID, _ connection: any Connection) throws -> [String: String]? {
        try recordRows(
            "JOIN word w ON w.word_id = r.item WHERE r.subject_id = $1 AND w.text = 'registration'",
            [.integer(subject.value)],
            connection
        ).first?.values.all
    }
}
