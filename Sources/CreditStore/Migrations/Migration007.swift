/// Search has an index of its own, in memory (docs/decisions/0024): the engines' indexes of names go, and what changes the
/// index is noted for those who hold one.
enum Migration007 {
    /// What one transaction changed of names and of records on public pages. Made anew from nothing: it is in no backup, and old
    /// rows are let go.
    static let changes = Migration002.Table(
        name: "subject_change",
        definition: "change_number INTEGER PRIMARY KEY, names BLOB NOT NULL, records BLOB NOT NULL) {table}")

    @Sendable static func statements(_ engine: Engine) -> [String] {
        let dropped =
            switch engine {
            case .sqlite: ["DROP TABLE name_index"]
            case .postgres: ["ALTER TABLE subject_name DROP COLUMN grams"]
            }
        return dropped + ["DROP INDEX subject_name_key", "CREATE TABLE \(changes.name) (\(changes.definition)"]
    }
}
