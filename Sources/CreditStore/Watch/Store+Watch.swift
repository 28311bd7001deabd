import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

extension Store: WatchStore {
    // MARK: watches

    public func add(_ watch: Watch, most: Int, source: String, at instant: Instant) async throws -> (watch: Watch, isNew: Bool) {
        try await database.write { [matching, coding] connection in
            let existing = try connection.first(
                """
                SELECT \(Self.watchColumns) FROM watch
                WHERE holder = $1 AND target_kind = $2 AND target = $3 AND channel = $4 AND address = $5
                """, Self.identity(watch), Self.watch)
            if let existing { return (existing, false) }
            let count = try connection.first("SELECT count(*) FROM watch WHERE holder = $1", [.text(watch.holder)]) {
                $0.integer(0)
            }
            guard (count ?? 0) < Int64(most) else {
                throw WatchError(
                    .tooMany,
                    Bilingual(
                        zh: "一个密钥最多设 \(most) 个关注。请先取消不用的，或者改为关注名单、行业。",
                        en: "One key may have \(most) watches at most. Remove some, or watch a list or a sector instead."))
            }
            let head = try Self.head(connection)
            // Nothing was looked at while nobody watched.
            if try connection.first("SELECT 1 FROM watch LIMIT 1", [], { _ in true }) == nil {
                try connection.run(
                    """
                    INSERT INTO watch_notice (id, noticed_to) VALUES (1, $1)
                    ON CONFLICT (id) DO UPDATE SET noticed_to = excluded.noticed_to
                    """, [.integer(head)])
            }
            try connection.run(
                """
                INSERT INTO watch (holder, target_kind, target, channel, address, watch_id, subject_id, frequency, last_day,
                    created_at, start, told_to, attempts)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)
                """,
                Self.identity(watch) + [
                    .text(watch.id), watch.subject.map { .integer($0.value) } ?? .null, .text(watch.frequency.rawValue),
                    RecordMapping.day(watch.until), .integer(watch.createdAt.milliseconds), .integer(head), .integer(head),
                ])
            let transaction = try SQLRegistryTransaction(connection: connection, at: instant, matching: matching, coding: coding)
            try transaction.insertAudit(
                AuditNote(
                    .watchAdded, by: Actor(.account, watch.holder),
                    object: "watch \(watch.id): \(watch.target.kind) \(watch.target.value)", source: source))
            try transaction.finish()
            let added = try connection.first(
                "SELECT \(Self.watchColumns) FROM watch WHERE watch_id = $1", [.text(watch.id)], Self.watch)
            return (added ?? watch, true)
        }
    }

    public func removeWatch(_ id: String, of holder: String?, by actor: Actor, source: String, at instant: Instant) async throws
        -> Bool
    {
        try await database.write { [matching, coding] connection in
            guard try Self.isHeld(id, by: holder, connection) else { return false }
            try connection.run("DELETE FROM watch_message WHERE watch_id = $1", [.text(id)])
            try connection.run("DELETE FROM watch WHERE watch_id = $1", [.text(id)])
            let transaction = try SQLRegistryTransaction(connection: connection, at: instant, matching: matching, coding: coding)
            try transaction.insertAudit(AuditNote(.watchRemoved, by: actor, object: "watch \(id)", source: source))
            try transaction.finish()
            return true
        }
    }

    public func watch(_ id: String) async throws -> Watch? {
        if id.utf8.contains(0) { return nil }
        return try await database.glance { connection in
            try connection.first("SELECT \(Self.watchColumns) FROM watch WHERE watch_id = $1", [.text(id)], Self.watch)
        }
    }

    public func watches(of holder: String?, offset: Int, limit: Int) async throws -> (total: Int, watches: [Watch]) {
        try await database.read { connection in
            let condition = holder == nil ? "" : "WHERE holder = $1"
            let arguments: [SQLValue] = holder.map { [.text($0)] } ?? []
            let total = try connection.first("SELECT count(*) FROM watch \(condition)", arguments) { Int($0.integer(0)) }
            let watches = try connection.rows(
                """
                SELECT \(Self.watchColumns) FROM watch \(condition) ORDER BY created_at, watch_id
                LIMIT $\(arguments.count + 1) OFFSET $\(arguments.count + 2)
                """, arguments + [.integer(Int64(limit)), .integer(Int64(offset))], Self.watch)
            return (total ?? 0, watches)
        }
    }

    public func endWatches(before day: Day, at instant: Instant) async throws -> Int {
        let limit = SQLValue.integer(Int64(day.daysSinceEpoch))
        let isAny = try await database.read { connection in
            try connection.first("SELECT 1 FROM watch WHERE last_day < $1 LIMIT 1", [limit]) { _ in true }
        }
        if isAny == nil { return 0 }
        return try await database.write { [matching, coding] connection in
            try connection.run(
                "DELETE FROM watch_message WHERE watch_id IN (SELECT watch_id FROM watch WHERE last_day < $1)", [limit])
            let count = try connection.run("DELETE FROM watch WHERE last_day < $1", [limit])
            if count == 0 { return 0 }
            let transaction = try SQLRegistryTransaction(connection: connection, at: instant, matching: matching, coding: coding)
            try transaction.insertAudit(
                AuditNote(
                    .watchesEnded, by: Actor(.job, "watch"), object: "\(count) watches", source: "job",
                    basis: "last days before \(day)"))
            try transaction.finish()
            return count
        }
    }

    // MARK: being told

    public func noticedTo() async throws -> Int64 {
        try await database.glance { try Self.noticed($0) }
    }

    public func dueWatches(now: Instant, moment: Instant, limit: Int) async throws -> [Watch] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT \(Self.watchColumns) FROM watch
                WHERE touched_at IS NOT NULL AND failing_since IS NULL AND channel <> 'feed'
                    AND (next_at IS NULL OR next_at <= $1)
                    AND (pending_to IS NOT NULL OR frequency = 'immediately'
                        OR (frequency = 'daily' AND touched_at < $2) OR (frequency = 'weekly' AND touched_at < $3))
                ORDER BY coalesce(next_at, touched_at), watch_id LIMIT $4
                """,
                [
                    .integer(moment.milliseconds), .integer(WatchFrequency.daily.lastHour(before: now).milliseconds),
                    .integer(WatchFrequency.weekly.lastHour(before: now).milliseconds), .integer(Int64(limit)),
                ], Self.watch)
        }
    }

    public func postponeWatches(_ ids: [String], until moment: Instant) async throws {
        try await database.write { connection in
            for id in ids {
                try connection.run(
                    "UPDATE watch SET next_at = $1 WHERE watch_id = $2", [.integer(moment.milliseconds), .text(id)])
            }
        }
    }

    public func noteSending(_ id: String, through end: Int64) async throws {
        try await database.write { connection in
            _ = try connection.run("UPDATE watch SET pending_to = $1 WHERE watch_id = $2", [.integer(end), .text(id)])
        }
    }

    public func noteTold(_ id: String, through end: Int64, isTold: Bool, hasMore: Bool, at instant: Instant) async throws {
        try await database.write { connection in
            let noticed = try Self.noticed(connection)
            // What was noticed meanwhile keeps its place in the queue; a digest of it is for the next day.
            let before: Int64? = try connection.first("SELECT touched_at FROM watch WHERE watch_id = $1", [.text(id)]) {
                $0.optionalInteger(0)
            } ?? nil
            let touched: Int64? = end >= noticed ? nil : hasMore ? before : instant.milliseconds
            let count = try connection.run(
                """
                UPDATE watch SET told_to = $1, pending_to = NULL, attempts = 0, next_at = NULL,
                    failing_since = NULL, failing_reason = NULL, touched_at = $2 WHERE watch_id = $3
                """, [.integer(end), .integer(touched), .text(id)])
            guard isTold, count > 0 else { return }
            try connection.run(
                "UPDATE watch SET last_told_at = $1 WHERE watch_id = $2", [.integer(instant.milliseconds), .text(id)])
            try Self.insertMessage(id, end, instant, connection)
        }
    }

    public func noteAsked(_ id: String, through end: Int64, at instant: Instant) async throws {
        try await database.write { connection in
            let count = try connection.run(
                """
                UPDATE watch SET last_told_at = $1, told_to = CASE WHEN channel = 'feed' AND told_to < $2 THEN $2 ELSE told_to END
                WHERE watch_id = $3
                """, [.integer(instant.milliseconds), .integer(end), .text(id)])
            if count > 0 { try Self.insertMessage(id, end, instant, connection) }
        }
    }

    private static func insertMessage(_ id: String, _ end: Int64, _ instant: Instant, _ connection: any Connection) throws {
        try connection.run(
            "INSERT INTO watch_message (watch_id, through, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [.text(id), .integer(end), .integer(instant.milliseconds)])
    }

    public func noteFailure(_ id: String, attempts: Int, nextAt: Instant?, failing: Watch.Failing?) async throws {
        try await database.write { connection in
            _ = try connection.run(
                """
                UPDATE watch SET attempts = $1, next_at = $2, failing_since = $3, failing_reason = $4 WHERE watch_id = $5
                """,
                [
                    .integer(Int64(attempts)), .integer(nextAt?.milliseconds), .integer(failing?.since.milliseconds),
                    .text(failing?.reason), .text(id),
                ])
        }
    }

    public func resumeWatch(_ id: String, of holder: String?) async throws -> Bool {
        try await database.write { connection in
            guard try Self.isHeld(id, by: holder, connection) else { return false }
            try connection.run(
                """
                UPDATE watch SET attempts = 0, next_at = NULL, failing_since = NULL, failing_reason = NULL
                WHERE watch_id = $1
                """, [.text(id)])
            return true
        }
    }

    public func toldAt(_ id: String, leaf: Int64) async throws -> Instant? {
        try await database.glance { connection in
            let start = try connection.first("SELECT start FROM watch WHERE watch_id = $1", [.text(id)]) { $0.integer(0) }
            guard let start, leaf > start else { return nil }
            return try connection.first(
                "SELECT told_at FROM watch_message WHERE watch_id = $1 AND through >= $2 ORDER BY through LIMIT 1",
                [.text(id), .integer(leaf)]
            ) { Instant(milliseconds: $0.integer(0)) }
        }
    }

    // MARK: rows

    static let watchColumns = """
        watch_id, holder, target_kind, target, subject_id, channel, address, frequency, last_day, created_at, start, told_to,
        pending_to, attempts, next_at, failing_since, failing_reason, last_told_at
        """

    private static func identity(_ watch: Watch) -> [SQLValue] {
        [
            .text(watch.holder), .text(watch.target.kind), .text(watch.target.value), .text(watch.channel.kind),
            .text(watch.channel.address),
        ]
    }

    static func watch(_ row: any SQLRow) throws -> Watch {
        guard let target = WatchTarget(kind: row.text(2), value: row.text(3)),
            let channel = WatchChannel(kind: row.text(5), address: row.text(6)),
            let frequency = WatchFrequency(rawValue: row.text(7))
        else { throw StoreError(.damaged, "watch \(row.text(0)) holds a word that this program does not know") }
        var watch = Watch(
            id: row.text(0), holder: row.text(1), target: target, subject: row.optionalInteger(4).map { SubjectID($0) },
            channel: channel, frequency: frequency, until: RecordMapping.optionalDay(row, 8),
            createdAt: Instant(milliseconds: row.integer(9)), start: row.integer(10))
        watch.toldTo = row.integer(11)
        watch.pendingTo = row.optionalInteger(12)
        watch.attempts = Int(row.integer(13))
        watch.nextAt = row.optionalInteger(14).map { Instant(milliseconds: $0) }
        if let since = row.optionalInteger(15), let reason = row.optionalText(16) {
            watch.failing = Watch.Failing(since: Instant(milliseconds: since), reason: reason)
        }
        watch.lastToldAt = row.optionalInteger(17).map { Instant(milliseconds: $0) }
        return watch
    }

    private static func isHeld(_ id: String, by holder: String?, _ connection: any Connection) throws -> Bool {
        if id.utf8.contains(0) { return false }
        let owner = try connection.first("SELECT holder FROM watch WHERE watch_id = $1", [.text(id)]) { $0.text(0) }
        return owner != nil && (holder == nil || owner == holder)
    }

    static func noticed(_ connection: any Connection) throws -> Int64 {
        try connection.first("SELECT noticed_to FROM watch_notice WHERE id = 1") { $0.integer(0) } ?? 0
    }

    /// The last place of the log that is taken.
    static func head(_ connection: any Connection) throws -> Int64 {
        (try connection.first("SELECT size FROM log_state WHERE id = 1") { $0.integer(0) } ?? 0) - 1
    }
}
