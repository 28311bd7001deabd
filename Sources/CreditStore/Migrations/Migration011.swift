/// Who takes data in bulk with a key of their own, what they agreed to, and how far they have come.
enum Migration011 {
    static let tables: [Migration002.Table] = [
        // A row without `until` is a key that is used without a contract on file.
        Migration002.Table(
            name: "data_consumer",
            definition: """
                name TEXT PRIMARY KEY, who TEXT, purpose TEXT, until INTEGER, agreed_at INTEGER, acknowledged INTEGER,
                acknowledged_at INTEGER, CHECK ((who IS NULL) = (until IS NULL)), CHECK ((purpose IS NULL) = (until IS NULL))
                ) {clustered}
                """)
    ]

    @Sendable static func statements(_ engine: Engine) -> [String] {
        tables.map { "CREATE TABLE \($0.name) (\($0.definition)" } + order(engine)
    }

    /// The stream reads revisions by their place. SQLite keeps them in that order; PostgreSQL appends them in it, part by part, so that
    /// a summary of each block of pages finds a stretch and costs a delivery next to nothing.
    private static func order(_ engine: Engine) -> [String] {
        switch engine {
        case .sqlite: []
        case .postgres:
            ["CREATE INDEX revision_place ON revision USING brin (leaf) WITH (pages_per_range = 32, autosummarize = on)"]
        }
    }
}
