/// A table as a backup holds it: columns with the kind of their values, the same on every engine.
struct BackupTable {
    enum Kind { case integer, real, text, bytes }
    struct Column {
        let name: String
        let kind: Kind
    }
    let name: String
    let columns: [Column]

    /// Tables of the newest schema in an order in which each comes after those it refers to, read from their definitions.
    static let all: [BackupTable] = Migrations.definitions.map { table in
        BackupTable(name: table.name, columns: columns(of: table.definition))
    }

    var names: [String] { columns.map(\.name) }

    /// `subject_id INTEGER NOT NULL …, name TEXT …`: the parts between commas that begin with a name and a type. The two keys
    /// that engines spell differently stand in braces.
    private static func columns(of definition: String) -> [Column] {
        let plain = definition.replacing("{subject key}", with: "INTEGER")
            .replacing("{name key}", with: "name_id INTEGER,").replacing("{leaf key}", with: "INTEGER")
            .replacing("{leaf unique}", with: "")
        var depth = 0
        var parts: [String] = [""]
        for character in plain {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                parts.append("")
                continue
            default: break
            }
            parts[parts.count - 1].append(character == "\n" ? " " : character)
        }
        return parts.compactMap { part in
            let words = part.split(separator: " ")
            guard words.count >= 2 else { return nil }
            let kind: Kind? =
                switch words[1] {
                case "INTEGER": .integer
                case "REAL": .real
                case "TEXT": .text
                case "BLOB": .bytes
                default: nil
                }
            return kind.map { Column(name: String(words[0]), kind: $0) }
        }
    }

    func values(_ row: any SQLRow) -> [SQLValue] {
        columns.indices.map { index in
            if row.isNull(index) { return .null }
            return switch columns[index].kind {
            case .integer: .integer(row.integer(index))
            case .real: .real(row.real(index))
            case .text: .text(row.text(index))
            case .bytes: .bytes(row.bytes(index))
            }
        }
    }

    /// Whether a row read from a backup holds what its columns hold. A backup is input: digests tell that it is whole, not
    /// that it was made by us.
    func fits(_ row: [SQLValue]) -> Bool {
        zip(columns, row).allSatisfy { column, value in
            switch (column.kind, value) {
            case (_, .null), (.integer, .integer), (.real, .real), (.text, .text), (.bytes, .bytes): true
            default: false
            }
        }
    }
}
