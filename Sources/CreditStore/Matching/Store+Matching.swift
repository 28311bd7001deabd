import CreditModel
import CreditRegistry
import CreditResolution

extension Store {
    /// Every name and number of the registry, as it is now, for matching many rows.
    public func matchIndex(_ reader: NameReader) async throws -> MatchIndex {
        try await database.read { connection in
            var index = MatchIndex(reader: reader)
            try index.load { index in
                try MatchNames.load(into: &index, after: 0, connection)
                try connection.query("SELECT subject_id, scheme, value FROM identifier", []) { row in
                    if let scheme = IdentifierScheme(rawValue: row.text(1)), scheme != .licence {
                        index.add(Identifier(scheme, row.text(2)), of: SubjectID(row.integer(0)))
                    }
                    return true
                }
            }
            return index
        }
    }

    /// Particulars of subjects, asked for one by one where a name leaves the question open.
    public func particulars(of subjects: [SubjectID]) async throws -> [SubjectID: [Particulars]] {
        try await database.read { [coding] connection in
            var result: [SubjectID: [Particulars]] = [:]
            for subject in subjects { result[subject] = try StoredParticulars.of(subject, coding, connection) }
            return result
        }
    }
}

/// Names of organisations for the index. Practitioners are found by licence alone: their names are never loaded, so nobody of
/// the same name is ever taken for them (RIGHTS 2, 6).
enum MatchNames {
    /// - Returns: the number of the last name.
    @discardableResult
    static func load(into index: inout MatchIndex, after last: Int64, _ connection: any Connection) throws -> Int64 {
        var last = last
        try connection.query(
            """
            SELECT n.name_id, n.subject_id, n.name, n.kind, s.code FROM subject_name n
            JOIN subject s ON s.subject_id = n.subject_id
            WHERE n.name_id > $1 AND s.kind = 'organisation'
            """, [.integer(last)]
        ) { row in
            let subject = SubjectID(row.integer(1))
            index.add(name: row.text(2), kind: NameKind(rawValue: Int(row.integer(3))) ?? .delivered, of: subject)
            index.add(code: row.text(4), of: subject)
            last = max(last, row.integer(0))
            return true
        }
        return last
    }

    /// The numbers under which subjects stand today.
    /// - Parameter subjects: nil = all.
    static func loadCodes(of subjects: [SubjectID]?, into index: inout MatchIndex, _ connection: any Connection) throws {
        func load(_ condition: String, _ values: [SQLValue]) throws {
            try connection.query(
                "SELECT subject_id, code FROM subject WHERE kind = 'organisation'\(condition)", values
            ) { row in
                index.add(code: row.text(1), of: SubjectID(row.integer(0)))
                return true
            }
        }
        guard let subjects else { return try load("", []) }
        try SearchLoading.inPortions(subjects) { ids, places in try load(" AND subject_id IN (\(places))", ids) }
    }
}

/// What the registration of a subject says beside its name.
enum StoredParticulars {
    static func of(_ subject: SubjectID, _ coding: RecordCoding, _ connection: any Connection) throws -> [Particulars] {
        guard let item = try coding.number(of: "registration", connection) else { return [] }
        // The plus keeps SQLite to the subject's own records: by its index of items it would read every registration.
        let payloads = try connection.rows(
            """
            SELECT v.payload FROM record r
            JOIN revision v ON v.subject_id = r.subject_id AND v.leaf = r.stated_leaf
            WHERE r.subject_id = $1 AND +r.item = $2 AND r.standing = 0 AND v.payload IS NOT NULL
            """, [.integer(subject.value), .integer(item)]
        ) { $0.bytes(0) }
        return try payloads.map { payload in
            let values = try coding.content(payload, connection).statement.values
            return Particulars(
                representative: values["legalRepresentative"], address: values["address"],
                established: values["establishedOn"].flatMap { Day(iso: $0) })
        }
    }
}
