import CreditModel
import CreditRegistry
import CreditServices
import TestSupport
import Testing

@testable import CreditStore

/// Decision 3: every table that grows lies with its subject, and every hot question names it.
@Suite("plans over 16 partitions", .enabled(if: PostgresCluster.isAvailable, "PostgreSQL is not installed"))
struct PartitionTests {
    private func city() async throws -> City {
        try await TestEngine.$current.withValue(.postgres) { try await City() }
    }

    @Test("both engines end up with the same tables and columns")
    func sameTables() async throws {
        let server = try await city()
        let file = try await City()
        let tables = Migration002.tables
        for table in tables {
            let columns = BackupTable.all.first { $0.name == table.name }?.names.sorted() ?? []
            #expect(!columns.isEmpty)
            let sqlite = try await file.store.database.read { connection in
                try connection.rows("SELECT name FROM pragma_table_info($1)", [.text(table.name)]) { $0.text(0) }.sorted()
            }
            let postgres = try await server.store.database.read { connection in
                try connection.rows(
                    """
                    SELECT column_name::text FROM information_schema.columns
                    WHERE table_schema = current_schema() AND table_name = $1
                    """, [.text(table.name)]
                ) { $0.text(0) }.sorted()
            }
            #expect(sqlite == columns, "\(table.name)")
            #expect(postgres == columns, "\(table.name)")
        }
    }

    @Test("the tables that grow with records have 16 partitions each")
    func partitions() async throws {
        let counts = try await city().store.database.read { connection in
            try connection.rows(
                """
                SELECT p.relname::text, count(*) FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                WHERE p.relkind = 'p' AND p.relnamespace = current_schema()::regnamespace GROUP BY 1 ORDER BY 1
                """
            ) { "\($0.text(0)) \($0.integer(1))" }
        }
        #expect(counts == ["record 16", "revision 16", "subject 16", "subject_name 16"])
    }

    @Test(
        "a hot question touches one partition of each table",
        arguments: [
            "SELECT name FROM subject WHERE subject_id = 5",
            "SELECT name FROM subject_name WHERE subject_id = 5 ORDER BY kind DESC, name_id",
            "SELECT ordinal, revision, content_hash, record_key FROM record WHERE subject_id = 5",
            "SELECT ordinal FROM record WHERE subject_id = 5 ORDER BY ordinal DESC LIMIT 1",
            "SELECT payload FROM revision WHERE subject_id = 5 AND leaf = 1",
            "\(Store.recordColumns) WHERE r.subject_id = 5",
            "\(Store.recordColumns) WHERE r.subject_id = 5 AND r.ordinal = 1",
        ])
    func onePartition(_ sql: String) async throws {
        let plan = try await city().store.database.read { connection in
            try connection.rows("EXPLAIN (COSTS OFF) " + sql) { $0.text(0) }
        }.joined(separator: "\n")
        for table in ["subject", "subject_name", "record", "revision"] {
            let touched = Set((0..<16).filter { plan.contains("\(table)_\($0) ") || plan.contains("\(table)_\($0)\n") })
            #expect(touched.count <= 1, "\(plan)")
        }
        #expect(plan.contains("_"), "\(plan)")
    }

    @Test("a number leads to its subject by an index alone")
    func identifier() async throws {
        let plan = try await city().store.database.write { connection in
            try connection.run("SET LOCAL enable_seqscan = off", [])
            return try connection.rows("EXPLAIN (COSTS OFF) SELECT subject_id FROM identifier WHERE value = 'x'") { $0.text(0) }
        }.joined(separator: "\n")
        #expect(plan.contains("identifier_pkey"), "\(plan)")
    }
}
