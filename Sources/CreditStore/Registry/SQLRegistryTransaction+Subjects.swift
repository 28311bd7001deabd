import CreditModel
import CreditRegistry
import CreditResolution

// Subjects, their numbers and names.
extension SQLRegistryTransaction {
    func subject(identifiedBy identifier: Identifier) throws -> SubjectID? {
        if let known = memory.subject(identifier) { return known }
        if memory.knowsAllNumbers || absent.contains(identifier) { return nil }
        let subject = try connection.first(
            "SELECT subject_id FROM identifier WHERE value = $1 AND scheme = $2",
            [.text(identifier.value), .text(identifier.scheme.rawValue)]
        ) { SubjectID($0.integer(0)) }
        if let subject {
            try makeRoomForNumbers()
            memory.keep(identifier, subject)
        }
        return subject
    }

    /// Numbers of bodies on their way are known by the memory alone, so these are sent before it lets go of any: else the next row
    /// about one would open a second file.
    func makeRoomForNumbers() throws {
        guard memory.isFull else { return }
        try flushSubjects()
        memory.dropNumbers()
    }

    func isNamed(_ subject: SubjectID, key: String) throws -> Bool {
        try settle(subject)
        return try connection.first(
            "SELECT 1 FROM subject_name WHERE subject_id = $1 AND name_key = $2 LIMIT 1",
            [.integer(subject.value), .text(key)]
        ) { _ in true } ?? false
    }

    func createSubject(_ subject: SubjectState) throws -> SubjectID {
        if pending.subjects.isEmpty {
            // One writer at a time, and no row of a subject is ever removed: numbers are given once.
            pending.firstSubject =
                try connection.first("SELECT coalesce(max(subject_id), 0) + 1 FROM subject") { $0.integer(0) } ?? 1
        } else if pending.subjects.count >= PendingRows.mostSubjects {
            try flushSubjects()
            return try createSubject(subject)
        }
        let id = SubjectID(pending.firstSubject + Int64(pending.subjects.count))
        pending.subjects.append(PendingRows.Subject(state: subject))
        remember(subject, of: id)
        journal.note(id)
        tally.add(subject.kind)
        if subject.kind == .organisation { statistics.addOrganisation(place(of: subject)) }
        known.raise(0, of: id)
        return id
    }

    func subject(_ id: SubjectID) throws -> SubjectState? {
        if pending.isNew(id) { return pending.subjects[pending.place(id)].state }
        if let known = memory.state(id) { return known }
        let state = try connection.first(
            "SELECT kind, code, name, status, division, established_on, registered, sector FROM subject WHERE subject_id = $1",
            [.integer(id.value)]
        ) { row in
            var state = Self.state(row)
            state.sector = row.optionalText(7)
            return state
        }
        if let state { remember(state, of: id) }
        return state
    }

    func brief(_ id: SubjectID) throws -> SubjectBrief? {
        if let brief = memory.brief(id) { return brief }
        guard let state = try subject(id) else { return nil }
        remember(state, of: id)
        return memory.brief(id)
    }

    func remember(_ state: SubjectState, of id: SubjectID) { memory.keep(state, at: place(of: state), of: id) }

    func place(of state: SubjectState) -> Int32 { statistics.number(of: StatisticsTally.Place(state)) }

    /// Where statistics count a subject.
    func place(of id: SubjectID) throws -> Int32 {
        if let place = memory.place(id) { return place }
        _ = try brief(id)
        return memory.place(id) ?? place(of: SubjectState(kind: .organisation, code: "", name: "", isRegistered: false))
    }

    /// Takes an organisation and its records from one place of the statistics to another.
    func move(_ id: SubjectID, from start: Int32, to end: Int32) throws {
        statistics.addOrganisation(start, -1)
        statistics.addOrganisation(end)
        // Most subjects move while they are filed, before they have a record.
        if known.lastOrdinal(id) == 0 { return }
        if pending.touches(id) { try flush() }
        try connection.query(
            "SELECT item, day FROM record WHERE subject_id = $1 AND published_until IS NOT NULL AND standing = 0",
            [.integer(id.value)]
        ) { row in
            let (item, day) = (row.integer(0), Int32(truncatingIfNeeded: row.integer(1)))
            statistics.add(item: item, day: day, at: start, -1)
            statistics.add(item: item, day: day, at: end, 1)
            return true
        }
    }

    func updateSubject(_ id: SubjectID, _ state: SubjectState) throws {
        journal.note(id)
        let before = try place(of: id)
        if state.kind == .organisation, before != place(of: state) { try move(id, from: before, to: place(of: state)) }
        remember(state, of: id)
        if pending.isNew(id) {
            pending.subjects[pending.place(id)].state = state
            return
        }
        try connection.run(
            """
            UPDATE subject SET kind = $1, code = $2, name = $3, status = $4, division = $5, established_on = $6, registered = $7,
                sector = $8
            WHERE subject_id = $9
            """, Self.values(state) + [.text(state.sector), .integer(id.value)])
    }

    func link(_ identifier: Identifier, to subject: SubjectID, batch: Int64) throws {
        absent.remove(identifier)
        try makeRoomForNumbers()
        if pending.isNew(subject), memory.subject(identifier) == nil {
            memory.keep(identifier, subject)
            pending.subjects[pending.place(subject)].identifiers.append((identifier, batch))
            return
        }
        try settle(subject)
        if memory.knowsAllNumbers, memory.subject(identifier) == nil { memory.keep(identifier, subject) }
        try connection.run(
            "INSERT INTO identifier (value, scheme, subject_id, batch_number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            [.text(identifier.value), .text(identifier.scheme.rawValue), .integer(subject.value), .integer(batch)])
    }

    func addName(_ name: String, kind: NameKind, of subject: SubjectID, batch: Int64) throws {
        if pending.isNew(subject) {
            return pending.subjects[pending.place(subject)].add(PendingRows.Name(name: name, kind: kind, batch: batch))
        }
        // One name is current at a time; the one before becomes a former name.
        if kind == .current {
            // The name that a registered subject has is its current one already.
            if let state = try self.subject(subject), state.isRegistered, state.name.utf8.elementsEqual(name.utf8) { return }
            try connection.run(
                "UPDATE subject_name SET kind = 1 WHERE subject_id = $1 AND kind = 2 AND name <> $2",
                [.integer(subject.value), .text(name)])
        }
        let raised = try connection.run(
            """
            UPDATE subject_name SET kind = CASE WHEN kind < $1 THEN $1 ELSE kind END WHERE subject_id = $2 AND name = $3
            """, [.integer(Int64(kind.rawValue)), .integer(subject.value), .text(name)])
        if raised > 0 { return }
        hasNewNames = true
        journal.note(subject)
        try connection.run(
            "INSERT INTO subject_name (subject_id, name, name_key, kind, batch_number) VALUES ($1, $2, $3, $4, $5)",
            [
                .integer(subject.value), .text(name), .text(OrganisationName.key(name)), .integer(Int64(kind.rawValue)),
                .integer(batch),
            ])
    }

    /// Sends a subject's own rows where they are still on their way.
    func settle(_ subject: SubjectID) throws { if pending.isNew(subject) { try flushSubjects() } }

    func forget(_ subject: SubjectID) throws {
        try flush()
        if let state = try self.subject(subject), state.kind == .organisation {
            var nowhere = state
            (nowhere.division, nowhere.sector) = (nil, nil)
            try move(subject, from: place(of: state), to: place(of: nowhere))
        }
        memory.forget(subject)
        ownRules = nil
        journal.note(subject)
        let id: [SQLValue] = [.integer(subject.value)]
        try connection.run("DELETE FROM identifier WHERE subject_id = $1", id)
        try connection.run("UPDATE identity_decision SET name = NULL WHERE subject_id = $1", id)
        try connection.run(
            """
            UPDATE subject SET code = '', name = '', status = NULL, division = NULL, established_on = NULL,
                sector = NULL
            WHERE subject_id = $1
            """, id)
    }

    static func values(_ state: SubjectState) -> [SQLValue] {
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
