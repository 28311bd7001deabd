import FoundationEssentials
import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Log directory", .timeLimit(.minutes(20)))
struct DirectoryTests {
    private static func tile(_ index: UInt64, _ byte: UInt8) -> Tile {
        Tile(TilePath(.hashes(level: 0), index: index), bytes: [UInt8](repeating: byte, count: 8192))
    }

    @Test("a log on disk is published, continued and verified, byte for byte as in memory")
    func endToEnd() async throws {
        let place = try TemporaryDirectory()
        let storage = DirectoryStorage(path: place.file("log"))
        let (ledger, twin) = (MemoryLedger(), MemoryStorage())
        let publisher = LogPublisher(ledger: ledger, storage: storage, signer: try Fixture.signer())
        try await publisher.create(now: 1)
        var entries: [[UInt8]] = []
        for (time, count) in [1, 299, 70_000, 5].enumerated() {
            let more = Fixture.entries(count, seed: UInt64(count))
            ledger.append(more)
            entries += more
            _ = try await publisher.publish(now: Int64(time + 2))
            try twin.write(TreeEdge.tiles(of: entries), tornBeyond: nil)
        }
        for (path, bytes) in twin.files { #expect(try storage.read(path) == bytes, "\(path)") }
        let report = try Fixture.verify(storage)
        #expect(report.isSound, "\(report.damages)")
        #expect(report.size == 70_305)
        #expect(report.root == Reference.root(Fixture.leaves(entries)[...]))
        let names = try FileManager.default.subpathsOfDirectory(atPath: storage.path)
        #expect(!names.contains { $0.hasSuffix(".new") })
    }

    @Test("a missing directory is an error of every call and is never created")
    func missing() async throws {
        let place = try TemporaryDirectory()
        let storage = DirectoryStorage(path: place.file("log"))
        #expect(throws: LogError(.missing, "")) { try storage.acquireLock() }
        #expect(throws: LogError(.missing, "")) { try storage.read("checkpoint") }
        #expect(throws: LogError(.missing, "")) { try storage.write([Self.tile(0, 1)], tornBeyond: nil) }
        #expect(throws: LogError(.missing, "")) { try storage.replaceCheckpoint([1]) }
        #expect(throws: LogError(.missing, "")) { try storage.makeDurable() }
        let publisher = LogPublisher(ledger: MemoryLedger(), storage: storage, signer: try Fixture.signer())
        await #expect(throws: LogError(.missing, "")) { try await publisher.publish(now: 2) }
        #expect(!FileManager.default.fileExists(atPath: storage.path))
    }

    @Test("a full tile keeps its bytes; one that a crash may have torn is replaced")
    func conflict() throws {
        let place = try TemporaryDirectory()
        let storage = DirectoryStorage(path: place.path)
        try storage.write([Self.tile(1000, 1)], tornBeyond: nil)
        try storage.write([Self.tile(1000, 1)], tornBeyond: nil)
        let error = #expect(throws: LogError.self) { try storage.write([Self.tile(1000, 2)], tornBeyond: nil) }
        #expect(error?.code == .conflict)
        #expect(error?.detail.contains("tile/0/x001/000") == true)
        #expect(throws: LogError(.conflict, "")) { try storage.write([Self.tile(1000, 2)], tornBeyond: 1001 * 256) }
        #expect(try storage.read("tile/0/x001/000").first == 1)
        try storage.write([Self.tile(1000, 2)], tornBeyond: 1001 * 256 - 1)
        #expect(try storage.read("tile/0/x001/000").first == 2)
        try storage.makeDurable()
    }

    @Test("the lock keeps a second holder out until it is let go")
    func lock() throws {
        let place = try TemporaryDirectory()
        let storage = DirectoryStorage(path: place.path)
        var lock: LogLock? = try storage.acquireLock()
        #expect(throws: LogError(.locked, "")) { try storage.acquireLock() }
        withExtendedLifetime(lock) {}
        lock = nil
        _ = try storage.acquireLock()
    }

    @Test("what the system refuses is told with path and reason, without the machine's path")
    func refusal() throws {
        let place = try TemporaryDirectory()
        let storage = DirectoryStorage(path: place.path)
        try Data([1]).write(to: URL(filePath: place.file("tile")))
        let error = #expect(throws: LogError.self) { try storage.write([Self.tile(0, 1)], tornBeyond: 0) }
        #expect(error?.code == .storage)
        #expect(error?.detail.contains("tile") == true)
        #expect(error?.detail.contains("Not a directory") == true)
        #expect(error?.detail.contains(place.path) == false)
        // A full disk: every write to this device fails so.
        try FileManager.default.createSymbolicLink(
            atPath: place.file(".checkpoint.new"), withDestinationPath: "/dev/full")
        let full = #expect(throws: LogError.self) { try storage.replaceCheckpoint([1]) }
        #expect(full?.code == .storage)
        #expect(full?.detail == "cannot write checkpoint in the log: No space left on device")
        #expect(!FileManager.default.fileExists(atPath: place.file("checkpoint")))
        try storage.replaceCheckpoint([1, 2])
        #expect(try storage.read("checkpoint") == [1, 2])
    }
}

extension TreeEdge {
    /// Tiles of a tree made at once.
    fileprivate static func tiles(of entries: [[UInt8]]) throws -> [Tile] {
        var edge = TreeEdge()
        for entry in entries { try edge.append(entry) }
        return edge.takeTiles()
    }
}
