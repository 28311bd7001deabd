import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

extension Store: OpenDataStore {
    /// Subjects read at a time; what is in memory is bounded by this, not by the city.
    private static let subjectsAtOnce: Int64 = 400
    /// Places of the log looked at in one query, so that an engine without an order by place still reads little.
    private static let leavesAtOnce: Int64 = 65_536
    /// Overdue records that one answer names. The job that moves them runs within a minute of midnight.
    private static let mostOverdue = 2000

    public func openSnapshot(_ portion: @Sendable @escaping (OpenPortion) throws -> Void) async throws {
        try await database.read { connection in
            try portion(.begin(timepoint: try Self.logSize(connection)))
            let last = try connection.first("SELECT coalesce(max(subject_id), 0) FROM subject") { $0.integer(0) } ?? 0
            for start in stride(from: 0, to: last, by: Int64.Stride(Self.subjectsAtOnce)) {
                let range: [SQLValue] = [.integer(start + 1), .integer(start + Self.subjectsAtOnce)]
                let rows = try recordRows(
                    """
                    WHERE r.subject_id BETWEEN $1 AND $2 AND s.kind = 'organisation' AND r.circle < 3 AND r.published_until IS NOT NULL AND r.standing = 0
                    ORDER BY r.subject_id, r.ordinal
                    """, range, connection)
                if rows.isEmpty { continue }
                let bySubject = Dictionary(grouping: rows, by: \.id.subject)
                let organisations = try Self.organisations("subject_id BETWEEN $1 AND $2", range, connection)
                try portion(
                    .subjects(
                        organisations.compactMap { known in
                            bySubject[known.id].map { OpenSubject(organisation: known, rows: $0) }
                        }))
            }
        }
    }

    static func logSize(_ connection: any Connection) throws -> Int64 {
        try connection.first("SELECT size FROM log_state WHERE id = 1") { $0.integer(0) } ?? 0
    }

    private static func organisations(_ condition: String, _ arguments: [SQLValue], _ connection: any Connection) throws
        -> [OpenOrganisation]
    {
        let former = Dictionary(
            grouping: try connection.rows(
                "SELECT subject_id, name FROM subject_name WHERE \(condition) AND kind = 1 ORDER BY subject_id, name_id",
                arguments
            ) { ($0.integer(0), $0.text(1)) }, by: \.0)
        return try connection.rows(
            """
            SELECT kind, code, name, status, division, established_on, registered, subject_id FROM subject
            WHERE \(condition) AND kind = 'organisation' ORDER BY subject_id
            """, arguments
        ) { row in
            let id = row.integer(7)
            let state = SQLRegistryTransaction.state(row)
            return OpenOrganisation(
                id: SubjectID(id), state: state, formerNames: (former[id] ?? []).map(\.1).filter { $0 != state.name })
        }
    }

    // MARK: what changed

    private struct Place {
        let leaf: Int64?
        let id: RecordID
    }

    public func openChanges(
        after: Int64, limit: Int, items: Set<String>, today: Day, isShown: @Sendable @escaping (RecordRow) -> Bool
    ) async throws -> OpenChanges {
        try await database.read { connection in
            let size = try Self.logSize(connection)
            var changes = OpenChanges(next: min(after, size), timepoint: size)
            let words = try items.compactMap { try coding.number(of: $0, connection) }
            guard !words.isEmpty else {
                changes.next = size
                return changes
            }
            let open = "r.item IN (\(words.sorted().map(String.init).joined(separator: ", ")))"
            var places: [Place] = []
            while changes.next < size, places.count < limit {
                let end = min(size, changes.next + Self.leavesAtOnce)
                let found = try connection.rows(
                    """
                    SELECT v.leaf, v.subject_id, v.ordinal FROM revision v
                    JOIN record r ON r.subject_id = v.subject_id AND r.ordinal = v.ordinal AND r.leaf = v.leaf
                    JOIN subject s ON s.subject_id = v.subject_id
                    WHERE v.leaf >= $1 AND v.leaf < $2 AND s.kind = 'organisation' AND \(open)
                    ORDER BY v.leaf LIMIT $3
                    """, [.integer(changes.next), .integer(end), .integer(Int64(limit - places.count))]
                ) { Place(leaf: $0.integer(0), id: Self.id($0, from: 1)) }
                places += found
                changes.next = places.count == limit ? (places.last?.leaf ?? end - 1) + 1 : end
            }
            if changes.next == size {
                places += try connection.rows(
                    """
                    SELECT r.subject_id, r.ordinal FROM record r JOIN subject s ON s.subject_id = r.subject_id
                    WHERE r.circle = 0 AND r.published_until < $1 AND r.published_until < 47481 AND s.kind = 'organisation'
                        AND \(open)
                    ORDER BY r.subject_id, r.ordinal LIMIT $2
                    """, [RecordMapping.day(today), .integer(Int64(Self.mostOverdue))]
                ) { Place(leaf: nil, id: Self.id($0, from: 0)) }
            }
            changes.changes = try places.compactMap { try change($0, after: after, connection) }
            try nameOrganisations(of: &changes, isShown: isShown, connection)
            return changes
        }
    }

    private static func id(_ row: any SQLRow, from column: Int) -> RecordID {
        RecordID(subject: SubjectID(row.integer(column)), ordinal: row.integer(column + 1))
    }

    private func change(_ place: Place, after: Int64, _ connection: any Connection) throws -> OpenChanges.Change? {
        let key: [SQLValue] = [.integer(place.id.subject.value), .integer(place.id.ordinal)]
        guard let row = try recordRows("WHERE r.subject_id = $1 AND r.ordinal = $2", key, connection).first else {
            return nil
        }
        if row.revision == 1, place.leaf != nil {
            return OpenChanges.Change(
                leaf: place.leaf, row: row, before: nil, wasPublic: Self.isPublic(row.clocks, on: row.receivedAt),
                acts: [.accept])
        }
        let history = try StoredRevision.chain(of: place.id, connection).map {
            try $0.revision(item: row.item, coding, connection)
        }
        var before: RecordRow?
        if let known = history.last(where: { $0.leaf < after && $0.act.isStatement }) {
            var then = row
            then.values = RecordValues(known.statement?.values ?? [:])
            then.clocks = known.clocks ?? row.clocks
            before = then
        }
        return OpenChanges.Change(
            leaf: place.leaf, row: row, before: before, wasPublic: history.contains(where: Self.wasPublic),
            acts: history.filter { $0.leaf >= after }.map(\.act).reversed())
    }

    private static func isPublic(_ clocks: Clocks?, on moment: Instant) -> Bool {
        clocks?.publishedUntil.map { $0 >= moment.day } ?? false
    }

    /// Erasure takes the clocks of a statement away; the acts that ended its publication stay.
    private static func wasPublic(_ revision: Revision) -> Bool {
        isPublic(revision.clocks, on: revision.recordedAt) || revision.act == .endPublication
    }

    /// A few records tell for nearly every organisation that something of it is shown; only where they do not, all are read.
    private func nameOrganisations(
        of changes: inout OpenChanges, isShown: (RecordRow) -> Bool, _ connection: any Connection
    ) throws {
        let visible = Set(changes.changes.filter { isShown($0.row) }.map(\.row.id.subject))
        for subject in Set(changes.changes.map(\.row.id.subject)) {
            let key: [SQLValue] = [.integer(subject.value)]
            guard let organisation = try Self.organisations("subject_id = $1", key, connection).first else { continue }
            var shown = visible.contains(subject)
            if !shown {
                shown = try recordRows(
                    "WHERE r.subject_id = $1 AND r.circle < 3 AND r.published_until IS NOT NULL AND r.standing = 0 ORDER BY r.ordinal LIMIT 4",
                    key, connection
                ).contains(where: isShown)
            }
            if !shown {
                shown = try recordRows(
                    "WHERE r.subject_id = $1 AND r.circle < 3 AND r.published_until IS NOT NULL AND r.standing = 0 ORDER BY r.ordinal",
                    key, connection
                ).contains(where: isShown)
            }
            changes.organisations[subject] = (organisation, shown)
        }
    }

    // MARK: what left

    /// Acts after which a record may be out of sight.
    private static let leaving: [Act] = [.correct, .change, .withdraw, .shield, .endPublication]
    private static let leavingCodes = leaving.compactMap { StoredCode.acts.firstIndex(of: $0) }.map(String.init)
        .joined(separator: ", ")

    public func openLeft(
        since timepoint: Int64, from: Int64, today: Day, isShown: @Sendable @escaping (RecordRow) -> Bool
    ) async throws -> OpenLeft {
        try await database.read { connection in
            let size = try Self.logSize(connection)
            var left = OpenLeft(timepoint: size)
            var gone: [RecordID] = []
            var start = max(from, timepoint)
            while start < size {
                let end = min(size, start + Self.leavesAtOnce)
                gone += try connection.rows(
                    """
                    SELECT DISTINCT v.subject_id, v.ordinal FROM revision v JOIN subject s ON s.subject_id = v.subject_id
                    WHERE v.leaf >= $1 AND v.leaf < $2 AND v.act IN (\(Self.leavingCodes)) AND s.kind = 'organisation'
                    """, [.integer(start), .integer(end)]
                ) { Self.id($0, from: 0) }
                start = end
            }
            // Whatever is over its last day withholds its whole dataset until the job has moved it: there may be very many.
            let overdue = try connection.rows(
                """
                SELECT DISTINCT r.item FROM record r JOIN subject s ON s.subject_id = r.subject_id
                WHERE r.circle = 0 AND r.standing = 0 AND r.published_until < $1 AND r.published_until < 47481
                    AND s.kind = 'organisation'
                """, [RecordMapping.day(today)]
            ) { $0.integer(0) }
            for item in overdue { left.items.insert(try coding.word(item, connection)) }
            if !overdue.isEmpty { left.organisations = true }
            for id in gone {
                let key: [SQLValue] = [.integer(id.subject.value), .integer(id.ordinal)]
                guard let row = try recordRows("WHERE r.subject_id = $1 AND r.ordinal = $2", key, connection).first,
                    !isShown(row), !left.items.contains(row.item) || !left.organisations
                else { continue }
                left.items.insert(row.item)
                if !left.organisations {
                    left.organisations = try !recordRows(
                        "WHERE r.subject_id = $1 AND r.circle < 3 AND r.published_until IS NOT NULL AND r.standing = 0",
                        [.integer(id.subject.value)], connection
                    ).contains(where: isShown)
                }
            }
            return left
        }
    }

    // MARK: consumers

    public func agree(_ contract: DataContract, by actor: Actor, at instant: Instant) async throws {
        try await database.write { [matching, coding] connection in
            let transaction = try SQLRegistryTransaction(
                connection: connection, at: instant, matching: matching, coding: coding)
            try connection.run(
                """
                INSERT INTO data_consumer (name, who, purpose, until, agreed_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (name) DO UPDATE SET who = $2, purpose = $3, until = $4, agreed_at = $5
                """,
                [
                    .text(contract.name), .text(contract.who), .text(contract.purpose),
                    RecordMapping.day(contract.until),
                    .integer(instant.milliseconds),
                ])
            try transaction.insertAudit(
                AuditNote(
                    .dataAgreed, by: actor, object: contract.name, source: "command line", purpose: contract.purpose,
                    basis: "until \(contract.until)"))
            try transaction.finish()
        }
    }

    public func acknowledge(_ timepoint: Int64, by consumer: String, at instant: Instant) async throws {
        let known = try await database.glance { connection in
            try connection.first("SELECT acknowledged FROM data_consumer WHERE name = $1", [.text(consumer)]) {
                $0.optionalInteger(0) ?? -1
            }
        }
        if let known, known >= timepoint { return }
        try await database.write { connection in
            _ = try connection.run(
                """
                INSERT INTO data_consumer (name, acknowledged, acknowledged_at) VALUES ($1, $2, $3)
                ON CONFLICT (name) DO UPDATE SET acknowledged = $2, acknowledged_at = $3
                WHERE data_consumer.acknowledged IS NULL OR data_consumer.acknowledged < $2
                """, [.text(consumer), .integer(timepoint), .integer(instant.milliseconds)])
        }
    }

    public func dataConsumers() async throws -> [DataConsumer] {
        try await database.read { connection in
            struct Row {
                let name: String
                let contract: DataContract?
                let acknowledged: Int64?
                let at: Instant?
            }
            let rows = try connection.rows(
                "SELECT name, who, purpose, until, acknowledged, acknowledged_at FROM data_consumer ORDER BY name"
            ) { row in
                let name = row.text(0)
                return Row(
                    name: name,
                    contract: RecordMapping.optionalDay(row, 3).map {
                        DataContract(name: name, who: row.text(1), purpose: row.text(2), until: $0)
                    },
                    acknowledged: row.optionalInteger(4), at: row.optionalInteger(5).map { Instant(milliseconds: $0) })
            }
            return try rows.map { row in
                let pending = try row.acknowledged.flatMap { place in
                    try connection.first(
                        """
                        SELECT count(*), min(v.recorded_at) FROM revision v JOIN subject s ON s.subject_id = v.subject_id
                        WHERE v.leaf >= $1 AND v.act IN (\(Self.leavingCodes)) AND s.kind = 'organisation'
                        """, [.integer(place)]
                    ) { (Int($0.integer(0)), $0.optionalInteger(1).map { Instant(milliseconds: $0) }) }
                }
                return DataConsumer(
                    name: row.name, contract: row.contract, acknowledged: row.acknowledged, acknowledgedAt: row.at,
                    pending: pending?.0 ?? 0, pendingSince: pending?.1)
            }
        }
    }
}
