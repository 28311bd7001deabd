import CreditModel
import CreditRegistry

/// Stores names with their cut for search. The cut is ours and the same everywhere (`NameGrams`); the index over it is the
/// engine's: FTS5, or a GIN index over tsvector, which lies with the names of each partition.
struct NameIndex {
    let engine: Engine

    func insert(
        _ name: String, _ key: String, _ kind: NameKind, of subject: SubjectID, batch: Int64,
        _ connection: any Connection
    ) throws {
        let values: [SQLValue] = [
            .integer(subject.value), .text(name), .text(key), .integer(Int64(kind.rawValue)), .integer(batch),
        ]
        switch engine {
        case .sqlite:
            let id = try connection.first(
                """
                INSERT INTO subject_name (subject_id, name, name_key, kind, batch_number) VALUES ($1, $2, $3, $4, $5)
                RETURNING name_id
                """, values
            ) { $0.integer(0) }
            guard let id else { return }
            try connection.run(
                "INSERT INTO name_index (rowid, grams) VALUES ($1, $2)", [.integer(id), .text(NameGrams.indexed(key))])
        case .postgres:
            try connection.run(
                """
                INSERT INTO subject_name (subject_id, name, name_key, kind, batch_number, grams)
                VALUES ($1, $2, $3, $4, $5, array_to_tsvector(string_to_array(rtrim($6), ' ')))
                """, values + [.text(NameGrams.indexed(key))])
        }
    }

    /// A condition on `subject_name n` with the question as its only parameter, and the question.
    func match(_ key: String) -> (condition: String, question: String)? {
        switch engine {
        case .sqlite:
            NameGrams.question(key).map {
                ("n.name_id IN (SELECT rowid FROM name_index WHERE name_index MATCH $1)", $0)
            }
        case .postgres: NameGrams.vectorQuestion(key).map { ("n.grams @@ CAST($1 AS tsquery)", $0) }
        }
    }
}

extension NameIndex {
    /// Loads names in bulk and cuts them for the index.
    func load(_ columns: [String], _ connection: any Connection, _ next: () throws -> [SQLValue]?) throws {
        guard let key = columns.firstIndex(of: "name_key") else { preconditionFailure("a name has a key") }
        switch engine {
        case .sqlite:
            try connection.load("subject_name", columns, next: next)
            try indexAll(connection)
        case .postgres:
            try connection.run(
                "CREATE TEMPORARY TABLE name_load (LIKE subject_name, cut text) ON COMMIT DROP", [])
            try connection.run("ALTER TABLE name_load ALTER COLUMN grams DROP NOT NULL", [])
            try connection.load("name_load", columns + ["cut"]) {
                guard let row = try next() else { return nil }
                if case .text(let text) = row[key] { return row + [.text(NameGrams.indexed(text))] }
                return row + [.text("")]
            }
            let list = columns.joined(separator: ", ")
            try connection.run(
                """
                INSERT INTO subject_name (\(list), grams)
                SELECT \(list), array_to_tsvector(string_to_array(rtrim(cut), ' ')) FROM name_load
                """, [])
        }
    }

    /// Fills FTS5's index from the names, portion by portion.
    private func indexAll(_ connection: any Connection) throws {
        var last: Int64 = 0
        while true {
            var portion = try connection.rows(
                "SELECT name_id, name_key FROM subject_name WHERE name_id > $1 ORDER BY name_id LIMIT 10000",
                [.integer(last)]
            ) { [SQLValue.integer($0.integer(0)), .text(NameGrams.indexed($0.text(1)))] }[...]
            guard case .integer(let end)? = portion.last?.first else { return }
            try connection.load("name_index", ["rowid", "grams"]) { portion.popFirst() }
            last = end
        }
    }
}
