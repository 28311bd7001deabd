/// Watches: who is told of what, how, and up to where.
enum Migration012 {
    static let tables: [Migration002.Table] = [
        // `told_to` is a place of the log; everything up to it has been told. `pending_to` is the end of a message on its way.
        // `touched_at` is when the first change was noticed that has not been told.
        Migration002.Table(
            name: "watch",
            definition: """
                watch_id TEXT PRIMARY KEY, holder TEXT NOT NULL, target_kind TEXT NOT NULL, target TEXT NOT NULL,
                subject_id INTEGER, channel TEXT NOT NULL, address TEXT NOT NULL, frequency TEXT NOT NULL, last_day INTEGER,
                created_at INTEGER NOT NULL, start INTEGER NOT NULL, told_to INTEGER NOT NULL, pending_to INTEGER,
                attempts INTEGER NOT NULL, next_at INTEGER, touched_at INTEGER, failing_since INTEGER, failing_reason TEXT,
                last_told_at INTEGER,
                UNIQUE (holder, target_kind, target, channel, address),
                CHECK (target_kind IN ('organisation', 'list', 'sector')),
                CHECK (channel IN ('webhook', 'mail', 'feed')), CHECK ((channel = 'feed') = (address = '')),
                CHECK ((failing_since IS NULL) = (failing_reason IS NULL))
                ) {table}
                """),
        // When each stretch of the log was told, so that a withdrawal can say when what it withdraws was told. Goes with its watch.
        Migration002.Table(
            name: "watch_message",
            definition: """
                watch_id TEXT NOT NULL, through INTEGER NOT NULL, told_at INTEGER NOT NULL, PRIMARY KEY (watch_id, through)
                ) {clustered}
                """),
        // One row once there is a watch: up to where the log has been looked at for watches.
        Migration002.Table(
            name: "watch_notice",
            definition: "id INTEGER NOT NULL UNIQUE CHECK (id = 1), noticed_to INTEGER NOT NULL) {table}"),
    ]

    @Sendable static func statements(_ engine: Engine) -> [String] {
        tables.map { "CREATE TABLE \($0.name) (\($0.definition)" } + [
            "CREATE INDEX watch_subject ON watch (subject_id)",
            "CREATE INDEX watch_touched ON watch (touched_at) WHERE touched_at IS NOT NULL",
        ] + (engine == .postgres
            // Leaves are appended in their order, so a few bytes for every 128 pages find a stretch of the log.
            ? ["CREATE INDEX revision_leaf ON revision USING brin (leaf)"] : [])
    }
}
