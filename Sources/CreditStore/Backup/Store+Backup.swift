import CreditModel
import CreditRegistry
import Foundation

/// What a backup says of itself.
public struct BackupManifest: Sendable, Hashable, Codable {
    /// RFC 3339: everything committed before is in it, nothing after.
    public var timepoint: String
    public var schema: Int64
    public var origin: String
    /// Leaves of the log at the timepoint, and how many of them are in tiles.
    public var leaves: Int64
    public var publishedLeaves: Int64
    /// Rows by table, in the last frame but one.
    public var format = 1
}

/// A file of the data directory that goes with a backup.
public struct BackupFile: Sendable {
    /// Under the data directory, such as `log/tile/0/000`.
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

extension Store {
    /// Writes everything that is committed now into a new file, while others go on reading and writing.
    /// - Parameters:
    ///   - files: given the log's facts in the backup's snapshot, hands out the files that belong to it.
    /// - Returns: the manifest, whose timepoint is the backup's recovery point.
    public func backup(
        to path: String, at instant: Instant,
        files: @Sendable @escaping (LogFacts, (BackupFile) throws -> Void) throws -> Void,
        progress: @Sendable @escaping (_ table: String, _ rows: Int) -> Void = { _, _ in }
    ) async throws -> BackupManifest {
        try await database.read { connection in
            let facts = try Self.logFacts(connection)
            let schema = try connection.first("SELECT max(version) FROM schema_version") { $0.integer(0) } ?? 0
            let manifest = BackupManifest(
                timepoint: instant.description, schema: schema, origin: facts.origin, leaves: facts.size,
                publishedLeaves: facts.publishedSize)
            let writer = try BackupWriter(path: path)
            try writer.write(.manifest, Array(JSONEncoder().encode(manifest)))
            for table in BackupTable.all { try Self.write(table, connection, writer, progress) }
            try files(facts) { file in
                try writer.write(.file, Array(file.path.utf8))
                for start in stride(from: 0, to: file.bytes.count, by: BackupFrame.portion) {
                    try writer.write(
                        .data, Array(file.bytes[start..<min(start + BackupFrame.portion, file.bytes.count)]))
                }
            }
            try writer.finish()
            return manifest
        }
    }

    private static func write(
        _ table: BackupTable, _ connection: any Connection, _ writer: BackupWriter, _ progress: (String, Int) -> Void
    ) throws {
        try writer.write(.table, Array(([table.name] + table.names).joined(separator: "\n").utf8))
        var bytes: [UInt8] = []
        var rows = 0
        try connection.query("SELECT \(table.names.joined(separator: ", ")) FROM \(table.name)", []) { row in
            for value in table.values(row) { RowCodec.append(value, to: &bytes) }
            rows += 1
            if bytes.count >= BackupFrame.portion {
                try writer.write(.rows, bytes)
                bytes.removeAll(keepingCapacity: true)
                progress(table.name, rows)
            }
            return true
        }
        if !bytes.isEmpty { try writer.write(.rows, bytes) }
        progress(table.name, rows)
    }

    /// Reads a backup to its end and checks every frame; nothing is written.
    public static func checkBackup(_ path: String) throws -> BackupManifest {
        let reader = try BackupReader(path: path)
        let manifest = try manifest(reader)
        while try reader.next() != nil {}
        return manifest
    }

    private static func manifest(_ reader: BackupReader) throws -> BackupManifest {
        guard let first = try reader.next(), first.kind == .manifest,
            let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(first.payload))
        else { throw BackupError(.notABackup, "the file is no backup of this program") }
        let known = Migrations.all.last?.number ?? 0
        guard manifest.format == 1, manifest.schema == known else {
            throw BackupError(
                .newer,
                "the backup has schema \(manifest.schema), this program knows \(known); use the program that made it, or a newer one")
        }
        return manifest
    }

    /// Makes a new platform's database from a backup that `checkBackup` has found whole.
    ///
    /// If the process dies before the end, the new database is empty and the restore can be run again.
    public static func restore(
        _ path: String, to location: Location, file: (BackupFile) throws -> Void,
        progress: @Sendable @escaping (_ table: String, _ rows: Int) -> Void = { _, _ in }
    ) async throws -> Store {
        let database: any Database =
            switch location {
            case .sqlite(let path): try SQLiteDatabase.create(path: path)
            case .postgres(let url): try await PostgresDatabase.create(url: url)
            }
        // Tables and rows come in one transaction: a restore that fails leaves nothing behind it.
        let files = try await database.write { connection in
            try Migrations.run(connection)
            let reader = try BackupReader(path: path)
            _ = try manifest(reader)
            return try Restoring(reader: reader, connection: connection, progress: progress).run()
        }
        for entry in files { try file(entry) }
        return Store(database: database)
    }
}

/// The tables of a backup on their way into a database.
private struct Restoring {
    let reader: BackupReader
    let connection: any Connection
    let progress: (String, Int) -> Void

    /// - Returns: the files that came with the backup.
    func run() throws -> [BackupFile] {
        var files: [BackupFile] = []
        var frame = try reader.next()
        while let current = frame {
            switch current.kind {
            case .table: frame = try table(current)
            case .file:
                var bytes: [UInt8] = []
                frame = try reader.next()
                while let data = frame, data.kind == .data {
                    bytes += data.payload
                    frame = try reader.next()
                }
                files.append(BackupFile(path: String(decoding: current.payload, as: UTF8.self), bytes: bytes))
            case .manifest, .rows, .data, .end:
                throw BackupError(.changed, "the backup's frames are out of order; use another backup")
            }
        }
        try NumberGenerators(connection: connection).moveOn()
        return files
    }

    private func table(_ frame: BackupFrame) throws -> BackupFrame? {
        let lines = String(decoding: frame.payload, as: UTF8.self).split(separator: "\n").map(String.init)
        guard let name = lines.first, let table = BackupTable.all.first(where: { $0.name == name }),
            Array(lines.dropFirst()) == table.names
        else { throw BackupError(.changed, "the backup holds a table that this program does not know") }
        var current: [UInt8] = []
        var position = 0
        var rows = 0
        var following: BackupFrame?
        func next() throws -> [SQLValue]? {
            if position == current.count {
                following = try reader.next()
                guard let frame = following, frame.kind == .rows else { return nil }
                (current, position) = (frame.payload, 0)
                progress(name, rows)
            }
            guard let row = RowCodec.row(current, at: &position, columns: table.columns.count), table.fits(row) else {
                throw BackupError(.changed, "the backup holds a row that cannot be read in table \(name)")
            }
            rows += 1
            return row
        }
        try connection.load(name, table.names, next: next)
        progress(name, rows)
        return following
    }
}

/// The numbers that the database gives next, after rows came in with numbers of their own. SQLite looks at its rows by itself.
struct NumberGenerators {
    let connection: any Connection

    func moveOn() throws {
        guard connection.engine == .postgres else { return }
        for (sequence, table, column) in [
            ("subject_number", "subject", "subject_id"), ("name_number", "subject_name", "name_id"),
        ] {
            _ = try connection.first(
                "SELECT setval('\(sequence)', greatest((SELECT max(\(column)) FROM \(table)), 1))") { _ in true }
        }
        for (table, column) in [("batch", "batch_number"), ("waiting", "waiting_id")] {
            _ = try connection.first(
                """
                SELECT setval(pg_get_serial_sequence('\(table)', '\(column)'),
                    greatest((SELECT max(\(column)) FROM \(table)), 1))
                """) { _ in true }
        }
    }
}
