import Foundation
import TestSupport
import Testing

@testable import CreditStore

@Suite("backups that somebody else made", .onBothEngines)
struct BackupTests {
    @Test("a row whose values are not what its columns hold is refused, and nothing is restored")
    func unfitRow() async throws {
        let city = try await City()
        let table = try #require(BackupTable.all.first { $0.name == "subject" })
        let path = city.directory.file("odd.backup")
        let writer = try BackupWriter(path: path)
        let manifest = BackupManifest(
            timepoint: "2026-11-23T00:00:00.000Z", schema: Migrations.all.last?.number ?? 0, origin: "test/log", leaves: 0,
            publishedLeaves: 0)
        try writer.write(.manifest, Array(JSONEncoder().encode(manifest)))
        try writer.write(.table, Array(([table.name] + table.names).joined(separator: "\n").utf8))
        var row: [UInt8] = []
        for _ in table.columns { RowCodec.append(.text("x"), to: &row) }
        try writer.write(.rows, row)
        try writer.finish()
        let target: Store.Location
        var server: PostgresCluster.Database?
        switch TestEngine.current {
        case .sqlite: target = .sqlite(path: city.directory.file("new.sqlite"))
        case .postgres:
            let database = try await PostgresCluster.database()
            (server, target) = (database, .postgres(url: database.url))
        }
        await #expect(throws: BackupError(.changed, "")) { try await Store.restore(path, to: target, file: { _ in }) }
        withExtendedLifetime(server) {}
    }
}
