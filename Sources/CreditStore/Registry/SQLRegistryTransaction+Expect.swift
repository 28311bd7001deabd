import CreditModel
import CreditRegistry

// What the next rows of a delivery will ask, asked at once: a server that is asked row by row spends most of its time waiting for us,
// and we for it.
extension SQLRegistryTransaction {
    func expect(_ identifiers: @autoclosure () -> [Identifier], of item: String) throws {
        // SQLite answers within the process: a question a row costs it no more than a question for many.
        guard connection.engine == .postgres else { return }
        absent.removeAll(keepingCapacity: true)
        let identifiers = identifiers()
        if identifiers.isEmpty { return }
        try findSubjects(identifiers)
        let subjects = Set(identifiers.lazy.compactMap { self.memory.subject($0) }).filter { !pending.isNew($0) }
        try remember(subjects.filter { memory.state($0) == nil && memory.brief($0) == nil })
        // Whoever has records on their way is asked for one by one, since they must be sent before.
        let untouched = subjects.filter { !pending.touches($0) }
        if try isSmall(item) {
            try findLastOrdinals(untouched.filter { known.lastOrdinal($0) == nil })
        } else {
            try know(untouched.filter { !known.isWhole($0) })
        }
    }

    private func findSubjects(_ identifiers: [Identifier]) throws {
        let asked = Set(identifiers.lazy.filter { self.memory.subject($0) == nil })
        if asked.isEmpty { return }
        if memory.knowsAllNumbers {
            absent = asked
            return
        }
        var found: [(Identifier, SubjectID)] = []
        try connection.query(
            """
            SELECT i.value, i.scheme, i.subject_id FROM unnest(CAST($1 AS text[])) AS asked(value),
                LATERAL (SELECT value, scheme, subject_id FROM identifier WHERE value = asked.value OFFSET 0) i
            """, [Self.list(asked.map(\.value))]
        ) { row in
            if let scheme = IdentifierScheme(rawValue: row.text(1)) {
                found.append((Identifier(scheme, row.text(0)), SubjectID(row.integer(2))))
            }
            return true
        }
        absent = asked
        for (identifier, subject) in found where absent.remove(identifier) != nil {
            try makeRoomForNumbers()
            memory.keep(identifier, subject)
        }
    }

    private func remember(_ subjects: Set<SubjectID>) throws {
        if subjects.isEmpty { return }
        var states: [(SubjectID, SubjectState)] = []
        try connection.query(
            """
            SELECT s.kind, s.code, s.name, s.status, s.division, s.established_on, s.registered, s.sector, s.subject_id
            FROM unnest(CAST($1 AS bigint[])) AS asked(id),
                LATERAL (SELECT * FROM subject WHERE subject_id = asked.id OFFSET 0) s
            """, [Self.list(subjects.map { String($0.value) })]
        ) { row in
            var state = Self.state(row)
            state.sector = row.optionalText(7)
            states.append((SubjectID(row.integer(8)), state))
            return true
        }
        for (subject, state) in states { remember(state, of: subject) }
    }

    private func know(_ subjects: Set<SubjectID>) throws {
        if subjects.isEmpty { return }
        for subject in subjects { known.begin(subject) }
        try connection.query(
            """
            SELECT r.ordinal, r.revision, r.content_hash, r.record_key, r.subject_id FROM unnest(CAST($1 AS bigint[])) AS asked(id),
                LATERAL (SELECT * FROM record WHERE subject_id = asked.id OFFSET 0) r
            """, [Self.list(subjects.map { String($0.value) })]
        ) { row in
            try known.keep(row, of: SubjectID(row.integer(4)))
            return true
        }
    }

    private func findLastOrdinals(_ subjects: Set<SubjectID>) throws {
        if subjects.isEmpty { return }
        try connection.query(
            """
            SELECT asked.id, (SELECT max(ordinal) FROM record WHERE subject_id = asked.id) FROM unnest(CAST($1 AS bigint[])) AS asked(id)
            """, [Self.list(subjects.map { String($0.value) })]
        ) { row in
            known.raise(row.optionalInteger(1) ?? 0, of: SubjectID(row.integer(0)))
            return true
        }
    }

    /// An array as PostgreSQL reads it from text.
    private static func list(_ values: [String]) -> SQLValue {
        .text(
            "{"
                + values.map { "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" }.joined(separator: ",")
                + "}")
    }
}
