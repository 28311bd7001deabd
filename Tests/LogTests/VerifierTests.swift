import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Verifying a log", .timeLimit(.minutes(20)))
struct VerifierTests {
    /// A log with partial tiles of three earlier checkpoints.
    private static func log(_ sizes: [Int]) async throws -> MemoryStorage {
        let entries = Fixture.entries(sizes.last ?? 0)
        let (ledger, storage) = (MemoryLedger(), MemoryStorage())
        let publisher = LogPublisher(ledger: ledger, storage: storage, signer: try Fixture.signer())
        try await publisher.create(now: 1)
        var start = 0
        for size in sizes {
            ledger.append(entries[start..<size])
            start = size
            _ = try await publisher.publish(now: Int64(size + 1))
        }
        return storage
    }

    @Test(
        "one flipped bit anywhere in any file is reported with that file, and no other",
        arguments: [[700], [5, 300, 530], [256, 512]])
    func flips(sizes: [Int]) async throws {
        let storage = try await Self.log(sizes)
        let good = storage.files
        #expect(try Fixture.verify(storage).isSound)
        var random = SplitMix64(UInt64(sizes.count))
        for (path, bytes) in good.sorted(by: { $0.key < $1.key }) {
            // Every byte of small files, a sample of large ones.
            let positions =
                bytes.count <= 300
                ? Array(bytes.indices)
                : (0..<60).map { _ in
                    Int.random(in: bytes.indices, using: &random)
                }
            for position in positions {
                storage.files[path]?[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
                let report = try Fixture.verify(storage)
                #expect(report.damages.map(\.path) == [path], "byte \(position)")
                storage.files[path] = bytes
            }
        }
    }

    @Test("a file that is missing, cut or too long is named")
    func missing() async throws {
        let storage = try await Self.log([5, 300, 530])
        let required = try Set(Fixture.tiles(Fixture.entries(530)).keys).union(["checkpoint"])
        let good = storage.files
        for (path, bytes) in good {
            if required.contains(path) {
                storage.files[path] = nil
                #expect(try Fixture.verify(storage).damages.map(\.path) == [path])
            }
            for other in [Array(bytes.dropLast()), bytes + [0], []] {
                storage.files[path] = other
                #expect(try Fixture.verify(storage).damages.map(\.path) == [path])
            }
            storage.files[path] = bytes
        }
    }

    @Test("an entry that was exchanged together with its leaf hash is found by the tile above")
    func forged() async throws {
        let storage = try await Self.log([66_000])
        let good = storage.files
        var entries = Fixture.entries(66_000)
        entries[300] = Array("forged".utf8)
        let forged = try Fixture.tiles(entries)
        for path in ["tile/0/001", "tile/entries/001"] { storage.files[path] = forged[path] }
        #expect(Set(try Fixture.verify(storage).damages.map(\.path)) == ["tile/0/001", "tile/entries/001"])
        // With all tiles exchanged, only the signature is left to tell.
        storage.files = good.merging(forged) { $1 }
        #expect(try Fixture.verify(storage).damages.map(\.path) == ["checkpoint"])
    }

    @Test("a checkpoint of an unknown key is named and nothing is derived from it")
    func unknownKey() async throws {
        let storage = try await Self.log([10])
        var verifier = LogVerifier(storage: storage, keys: [try Fixture.signer(seed: 8).verifier])
        let report = try verifier.verify()
        #expect(!report.isSound)
        #expect(report.checkpoint == nil)
        #expect(report.damages.map(\.path) == ["checkpoint"])
    }

    @Test("the caller sees every proved entry once, in order, and damaged bundles not at all")
    func callbacks() async throws {
        let storage = try await Self.log([100, 700])
        storage.files["tile/entries/001"]?[100] ^= 1
        var verifier = LogVerifier(storage: storage, keys: [try Fixture.signer().verifier])
        var seen: [[UInt8]] = []
        var starts: [UInt64] = []
        var progress: [UInt64] = []
        _ = try verifier.verify { done, size in
            #expect(size == 700)
            progress.append(done)
        } entries: { start, bundle in
            starts.append(start)
            seen += bundle.map { Array($0) }
        }
        let entries = Fixture.entries(700)
        #expect(starts == [0, 512])
        #expect(progress == [256, 512, 700])
        #expect(seen == Array(entries[..<256] + entries[512...]))
    }

    @Test("all faults are counted and the first thousand listed")
    func limit() async throws {
        let storage = try await Self.log([256 * 600])
        storage.files = storage.files.filter { $0.key == "checkpoint" }
        let report = try Fixture.verify(storage)
        #expect(report.damages.count == LogReport.maximumListed)
        #expect(report.damageCount >= 1200)
    }
}
