import Synchronization
import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Publishing", .timeLimit(.minutes(20)))
struct PublisherTests {
    private typealias Publisher = LogPublisher<MemoryLedger, MemoryStorage>

    private static func publisher(
        _ ledger: MemoryLedger, _ storage: MemoryStorage, chunk: UInt64 = 262_144, seed: UInt8 = 7
    ) throws -> Publisher {
        LogPublisher(ledger: ledger, storage: storage, signer: try Fixture.signer(seed: seed), chunkSize: chunk)
    }

    private static func created(_ entries: [[UInt8]] = []) async throws -> (MemoryLedger, MemoryStorage) {
        let (ledger, storage) = (MemoryLedger(entries), MemoryStorage())
        try await publisher(ledger, storage).create(now: 1)
        return (ledger, storage)
    }

    private static func code(_ body: () async throws -> Void) async -> LogError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? LogError)?.code }
    }

    @Test("publishing in random chunks gives the files of publishing at once", arguments: Seeds.standard)
    func chunks(seed: UInt64) async throws {
        var random = SplitMix64(seed)
        let entries = Fixture.entries(Int.random(in: 1...5_000, using: &random), seed: seed)
        let (ledger, storage) = try await Self.created()
        var time: Int64 = 10
        var start = 0
        while start < entries.count {
            let end = min(entries.count, start + Int.random(in: 1...1_000, using: &random))
            ledger.append(entries[start..<end])
            let publisher = try Self.publisher(ledger, storage, chunk: UInt64.random(in: 100...700, using: &random))
            let done = try await publisher.publish(now: time)
            #expect(done.checkpoint.size == UInt64(end))
            #expect(done.added == UInt64(end - start))
            #expect(!done.recovered)
            time += 100
            start = end
        }
        let files = storage.files
        for (path, bytes) in try Fixture.tiles(entries) { #expect(files[path] == bytes, "\(path)") }
        let report = try Fixture.verify(storage)
        #expect(report.isSound, "\(report.damages)")
        #expect(report.root == Reference.root(Fixture.leaves(entries)[...]))
        #expect(report.entries == UInt64(entries.count))
    }

    @Test("each chunk is committed, then its tiles written and made durable, then its checkpoint shown, then marked")
    func order() async throws {
        let faults = Faults()
        let (ledger, storage) = (MemoryLedger(Fixture.entries(600), faults: faults), MemoryStorage(faults: faults))
        try await Self.publisher(ledger, storage).create(now: 1)
        faults.disarm()
        _ = try await Self.publisher(ledger, storage, chunk: 300).publish(now: 2)
        let steps = faults.calls.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        let chunk = ["entries", "commit", "tile", "sync", "checkpoint", "published"]
        #expect(steps == ["state"] + chunk + chunk)
    }

    @Test("a run reads the right edge only, and no entry below what is published")
    func rightEdge() async throws {
        let (ledger, storage) = try await Self.created(Fixture.entries(66_000))
        _ = try await Self.publisher(ledger, storage).publish(now: 2)
        storage.content.withLock { $0.reads = [] }
        ledger.content.withLock { $0.lowest = .max }
        ledger.append(Fixture.entries(10))
        _ = try await Self.publisher(ledger, storage).publish(now: 3)
        // Checkpoint, a partial tile of three levels, the partial bundle; nothing of the 257 tiles on the left.
        #expect(storage.content.withLock { $0.reads.count } <= 6)
        #expect(ledger.content.withLock { $0.lowest } == 66_000)
    }

    @Test("nothing new: nothing is signed or written")
    func nothingNew() async throws {
        let (ledger, storage) = try await Self.created(Fixture.entries(5))
        let publisher = try Self.publisher(ledger, storage)
        _ = try await publisher.publish(now: 2)
        let (files, commits) = (storage.files, ledger.content.withLock { $0.commits.count })
        let again = try await publisher.publish(now: 2)
        #expect((again.added, again.recovered) == (0, false))
        #expect(storage.files == files)
        #expect(ledger.content.withLock { $0.commits.count } == commits)
    }

    @Test("no signature without a later time")
    func clock() async throws {
        let (ledger, storage) = try await Self.created(Fixture.entries(5))
        let publisher = try Self.publisher(ledger, storage)
        #expect(await Self.code { _ = try await publisher.publish(now: 1) } == .clockMovedBack)
        #expect(await Self.code { _ = try await publisher.publish(now: 0) } == .clockMovedBack)
        _ = try await publisher.publish(now: 2)
        #expect(await Self.code { _ = try await publisher.publish(now: 1) } == .clockMovedBack)
        #expect(await Self.code { _ = try await publisher.publish(now: 2) } == nil)
    }

    @Test("a log is created once, and only by create")
    func creation() async throws {
        let (ledger, storage) = (MemoryLedger(), MemoryStorage())
        let publisher = try Self.publisher(ledger, storage)
        #expect(await Self.code { _ = try await publisher.publish(now: 1) } == .notCreated)
        try await publisher.create(now: 1)
        #expect(await Self.code { try await publisher.create(now: 2) } == .exists)
        #expect(try Fixture.verify(storage).isSound)
        #expect(await Self.code { try await Self.publisher(MemoryLedger(), storage).create(now: 2) } == .otherLog)
        ledger.append(Fixture.entries(1))
        _ = try await publisher.publish(now: 3)
        #expect(await Self.code { try await Self.publisher(ledger, MemoryStorage()).create(now: 4) } == .exists)
    }

    @Test("a directory of another log, key, size or content is refused before anything is written")
    func otherLog() async throws {
        let (ledger, storage) = try await Self.created(Fixture.entries(300))
        _ = try await Self.publisher(ledger, storage).publish(now: 2)
        ledger.append(Fixture.entries(3))
        let good = storage.files
        func refusal(_ change: (inout [String: [UInt8]]) throws -> Void, seed: UInt8 = 7) async throws -> LogError.Code?
        {
            var files = good
            try change(&files)
            storage.files = files
            let publisher = try Self.publisher(ledger, storage, seed: seed)
            let code = await Self.code { _ = try await publisher.publish(now: 3) }
            #expect(storage.files == files)
            return code
        }
        func signed(_ origin: String, _ size: UInt64, _ root: TreeHash) throws -> [UInt8] {
            try Fixture.signer().note(Checkpoint(origin: origin, size: size, root: root).text).bytes
        }
        let root = Reference.root(Fixture.leaves(Fixture.entries(300))[...])
        #expect(try await refusal({ _ in }, seed: 8) == .otherLog)
        #expect(try await refusal { $0["checkpoint"] = try signed("other.example", 300, root) } == .otherLog)
        #expect(try await refusal { $0["checkpoint"] = try signed(Fixture.origin, 301, root) } == .otherLog)
        #expect(try await refusal { $0["checkpoint"] = try signed(Fixture.origin, 299, root) } == .otherLog)
        #expect(try await refusal { $0["checkpoint"] = try signed(Fixture.origin, 300, .empty) } == .otherLog)
        #expect(try await refusal { $0["checkpoint"] = [] } == .otherLog)
        #expect(try await refusal { $0["checkpoint"] = nil } == .missing)
        #expect(try await refusal { $0["tile/0/001.p/44"]?[0] ^= 1 } == .otherLog)
        #expect(try await refusal { $0["tile/1/000.p/1"]?[0] ^= 1 } == .otherLog)
        #expect(try await refusal { $0["tile/entries/001.p/44"]?[2] ^= 1 } == .otherLog)
        #expect(try await refusal { $0["tile/0/001.p/44"] = nil } == .missing)
    }

    @Test("a full tile with other bytes is a conflict that names it")
    func conflict() async throws {
        let (ledger, storage) = try await Self.created(Fixture.entries(300))
        storage.files["tile/0/000"] = [1]
        await #expect(throws: LogError(.conflict, "")) { try await Self.publisher(ledger, storage).publish(now: 2) }
        #expect(storage.files["tile/0/000"] == [1])
    }

    @Test("two publishers at once: the second is kept out, or overtaken")
    func twoAtOnce() async throws {
        let (ledger, storage) = try await Self.created(Fixture.entries(5))
        let publisher = try Self.publisher(ledger, storage)
        let lock = try storage.acquireLock()
        #expect(await Self.code { _ = try await publisher.publish(now: 2) } == .locked)
        withExtendedLifetime(lock) {}
    }

    @Test("an entry that no bundle can hold stops publishing and harms nothing")
    func tooLong() async throws {
        let (ledger, storage) = try await Self.created(Fixture.entries(5) + [[UInt8](repeating: 0, count: 65_536)])
        #expect(await Self.code { _ = try await Self.publisher(ledger, storage).publish(now: 2) } == .entryTooLong)
        #expect(try Fixture.verify(storage).isSound)
    }

    /// Every call of ledger and storage fails once, with its effect and without; then a fresh publisher goes on.
    @Test(
        "after a fault of any call the next run completes the log, and no checkpoint is taken back",
        arguments: Fault.allCases)
    func faults(fault: Fault) async throws {
        var call = 0
        var broke = true
        while broke {
            let faults = Faults()
            let ledger = MemoryLedger(Fixture.entries(100), faults: faults)
            let storage = MemoryStorage(faults: faults)
            try await Self.publisher(ledger, storage).create(now: 1)
            _ = try await Self.publisher(ledger, storage).publish(now: 2)
            ledger.append(Fixture.entries(700, seed: 2))

            faults.arm(call, fault)
            do {
                _ = try await Self.publisher(ledger, storage, chunk: 400).publish(now: 3)
                broke = false
            } catch is Broken {}
            // What readers see meanwhile is a sound log, whatever was interrupted.
            #expect(try Fixture.verify(storage).isSound, "call \(call)")

            faults.disarm()
            let done = try await Self.publisher(ledger, storage, chunk: 400).publish(now: 10)
            #expect(done.checkpoint.size == 800)
            let report = try Fixture.verify(storage)
            #expect(report.isSound, "call \(call): \(report.damages)")
            #expect(report.root == Reference.root(Fixture.leaves(ledger.content.withLock { $0.entries })[...]))
            try Self.checkHistory(ledger, storage)
            call += 1
        }
        // State, entries, commit, tiles, sync, checkpoint and mark of two chunks: the table has all of them.
        #expect(call > 20)
    }

    @Test("a log whose creation was interrupted is created by the second try or exists", arguments: Fault.allCases)
    func interruptedCreation(fault: Fault) async throws {
        for call in 0..<4 {
            let faults = Faults()
            let (ledger, storage) = (MemoryLedger(Fixture.entries(3), faults: faults), MemoryStorage(faults: faults))
            faults.arm(call, fault)
            await #expect(throws: Broken.self) { try await Self.publisher(ledger, storage).create(now: 1) }
            faults.disarm()
            let code = await Self.code { try await Self.publisher(ledger, storage).create(now: 2) }
            #expect(code == nil || code == .exists)
            _ = try await Self.publisher(ledger, storage).publish(now: 3)
            #expect(try Fixture.verify(storage).isSound)
            try Self.checkHistory(ledger, storage)
        }
    }

    @Test("tiles that a power cut tore are healed by recovery")
    func torn() async throws {
        let faults = Faults()
        let ledger = MemoryLedger(Fixture.entries(100), faults: faults)
        let storage = MemoryStorage(faults: faults)
        try await Self.publisher(ledger, storage).create(now: 1)
        _ = try await Self.publisher(ledger, storage).publish(now: 2)
        ledger.append(Fixture.entries(700))
        // Let one call after the other break until the second full tile was written.
        var call = 0
        while !storage.files.keys.contains("tile/0/001") {
            faults.arm(call, .stored)
            _ = try? await Self.publisher(ledger, storage).publish(now: 3)
            call += 1
        }
        faults.disarm()
        #expect(ledger.content.withLock { $0.published } == 100)
        storage.files["tile/0/000"] = []
        storage.files["tile/0/001"] = [UInt8](repeating: 0, count: 8192)
        let done = try await Self.publisher(ledger, storage).publish(now: 4)
        #expect(done.recovered)
        #expect(try Fixture.verify(storage).isSound)
    }

    @Test("recovery writes nothing when the ledger no longer gives the committed root")
    func changedLedger() async throws {
        let faults = Faults()
        let ledger = MemoryLedger(Fixture.entries(5), faults: faults)
        let storage = MemoryStorage(faults: faults)
        try await Self.publisher(ledger, storage).create(now: 1)
        // Calls: state, entries, commit.
        faults.arm(2, .stored)
        await #expect(throws: Broken.self) { try await Self.publisher(ledger, storage).publish(now: 2) }
        faults.disarm()
        ledger.content.withLock { $0.entries[3] = Array("another".utf8) }
        let files = storage.files
        #expect(await Self.code { _ = try await Self.publisher(ledger, storage).publish(now: 3) } == .conflict)
        #expect(storage.files == files)
    }

    @Test("recovery keeps the cosignatures of a checkpoint that is public already")
    func keepsCosignatures() async throws {
        let (ledger, storage) = try await Self.created(Fixture.entries(5))
        _ = try await Self.publisher(ledger, storage).publish(now: 2)
        ledger.content.withLock { $0.published = 0 }
        let witness = try Fixture.signer("witness.example", seed: 9, .cosignature)
        let note = try Note(#require(storage.files["checkpoint"]))
        let line = try Cosignature.sign(note.text, at: 5, with: witness).line + "\n"
        try CosignatureBox(log: Fixture.signer().verifier, witnesses: [witness.verifier]).accept(line, storage: storage)
        let done = try await Self.publisher(ledger, storage).publish(now: 3)
        #expect(done.recovered)
        #expect(try Note(#require(storage.files["checkpoint"])).signatures.count == 2)
    }

    /// Every checkpoint that was ever public had been committed before, sizes never fall, and each is consistent with
    /// the entries of today.
    private static func checkHistory(_ ledger: MemoryLedger, _ storage: MemoryStorage) throws {
        let (commits, entries) = ledger.content.withLock { ($0.commits, $0.entries) }
        let leaves = Fixture.leaves(entries)
        var last: UInt64 = 0
        for bytes in storage.content.withLock({ $0.checkpoints }) {
            #expect(commits.contains(bytes))
            let checkpoint = try Checkpoint(verifying: Note(bytes), keys: [Fixture.signer().verifier])
            #expect(checkpoint.size >= last)
            #expect(checkpoint.root == Reference.root(leaves[..<Int(checkpoint.size)]))
            last = checkpoint.size
        }
        for bytes in commits {
            let checkpoint = try Checkpoint(text: Note(bytes).text)
            #expect(checkpoint.root == Reference.root(leaves[..<Int(checkpoint.size)]))
        }
    }
}
