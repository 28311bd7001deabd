/// Brings the entries of a ledger into a published log, in the order of writes that sunlight established: commit the
/// signed checkpoint in the database, write tiles, publish the checkpoint. At every moment a crash leaves a log that
/// is consistent for readers and that the next run completes; no checkpoint is ever taken back.
///
/// A run reads the right edge of the tree, O(log n) tiles, and works on its caller's thread: call it from one job.
/// State lives in ledger and storage only, so an error leaves nothing stale behind: after any of them, also an uncertain
/// commit, the next run loads what truly happened.
public struct LogPublisher<Ledger: LogLedger, Storage: LogStorage>: Sendable {
    private let ledger: Ledger
    private let storage: Storage
    private let signer: NoteSigner
    private let chunkSize: UInt64

    /// - Parameters:
    ///   - signer: key of type Ed25519, named like the log's origin.
    ///   - chunkSize: entries per checkpoint at most; bounds memory. 262,144 unless told.
    public init(ledger: Ledger, storage: Storage, signer: NoteSigner, chunkSize: UInt64 = 262_144) {
        precondition(chunkSize > 0, "a chunk holds at least one entry")
        self.ledger = ledger
        self.storage = storage
        self.signer = signer
        self.chunkSize = chunkSize
    }

    /// What a run did.
    public struct Publication: Hashable, Sendable {
        /// The checkpoint that is public now.
        public let checkpoint: Checkpoint
        /// Entries that this run made public.
        public let added: UInt64
        /// Whether an earlier run had been interrupted and was completed first.
        public let recovered: Bool
    }

    /// Creates an empty log: its directory and the signed checkpoint of size 0. For set-up only. If it was interrupted
    /// it may be called again.
    /// - Throws: `LogError.exists` when ledger or directory hold a log already; `.clockMovedBack`.
    public func create(now ms: Int64) async throws {
        let state = try await ledger.state()
        guard state.published == 0 else { throw LogError(.exists, "the ledger has published a log already") }
        try storage.create()
        let lock = try storage.acquireLock()
        defer { withExtendedLifetime(lock) {} }
        let present = try storage.names(in: "").contains(Storage.checkpointPath)
        if let committed = state.checkpoint {
            // If we crashed after the commit below, the ledger has a checkpoint that the directory lacks: complete it.
            let checkpoint = try own(committed, origin: state.origin)
            guard checkpoint.size == 0, !present else { throw LogError(.exists, "the log exists already") }
            return try storage.replaceCheckpoint(committed)
        }
        guard !present else { throw LogError(.otherLog, "the log directory holds a log the ledger knows not of") }
        guard ms > state.signedMs else { throw Self.clockMovedBack }
        let note = try signer.note(Checkpoint(origin: state.origin, size: 0, root: .empty).text)
        guard try await ledger.commit(note.bytes, size: 0, at: ms, replacing: nil) else { throw Self.overtaken }
        try storage.replaceCheckpoint(note.bytes)
        try await ledger.published(0)
    }

    /// Publishes all entries the ledger has.
    ///
    /// - Parameter ms: milliseconds since the Unix epoch. Each chunk after the first is signed one millisecond later.
    /// - Throws: `LogError` with `.locked`, `.notCreated`, `.otherLog`, `.clockMovedBack`, `.conflict`, `.overtaken`,
    ///   `.missing`, `.storage`, `.entryTooLong`; and what the ledger throws.
    public func publish(now ms: Int64) async throws -> Publication {
        // If we crash while holding the lock, the system releases it with the process.
        let lock = try storage.acquireLock()
        defer { withExtendedLifetime(lock) {} }
        let state = try await ledger.state()
        guard var note = state.checkpoint else {
            throw LogError(.notCreated, "the log was not created: initialise it first")
        }
        var committed = try own(note, origin: state.origin)
        let (publicNote, publicHead) = try publicCheckpoint(of: state, committed: committed)
        guard ms >= state.signedMs else { throw Self.clockMovedBack }

        var edge = try loadEdge(size: state.published)
        if publicHead.size == state.published, edge.root() != publicHead.root {
            throw LogError(.otherLog, "the tiles of the log directory do not give the root of its checkpoint")
        }
        let recovered = committed.size > state.published
        if recovered {
            // If we crash in here, the ledger still says that less is published than committed, and the next run
            // does all of it again: the same entries give the same bytes.
            try await append(state.published..<committed.size, to: &edge)
            guard edge.root() == committed.root else {
                throw LogError(.conflict, "the entries of the ledger do not give the root of the committed checkpoint")
            }
            // A checkpoint of this size that is public already may have gained cosignatures: it stays.
            let bytes = publicHead.size == committed.size ? publicNote : note
            try await publish(edge.takeTiles(), bytes, size: committed.size, tornBeyond: publicHead.size)
        }

        var time = ms
        while edge.size < state.end {
            guard time > state.signedMs else { throw Self.clockMovedBack }
            let end = min(state.end, edge.size + chunkSize)
            try await append(edge.size..<end, to: &edge)
            let next = try Checkpoint(origin: state.origin, size: end, root: edge.root())
            let signed = try signer.note(next.text).bytes
            // If we crash before the commit, nobody has seen the signature: the chunk starts anew.
            guard try await ledger.commit(signed, size: end, at: time, replacing: note) else { throw Self.overtaken }
            (note, committed) = (signed, next)
            // If we crash from here on, or the commit failed without word whether it was stored, the next run finds
            // either the old checkpoint and starts anew, or the new one and recovers.
            try await publish(edge.takeTiles(), signed, size: end, tornBeyond: nil)
            time += 1
        }
        return Publication(checkpoint: committed, added: edge.size - publicHead.size, recovered: recovered)
    }

    /// The last three steps, the same for a new chunk and for a recovered one.
    private func publish(_ tiles: [Tile], _ note: [UInt8], size: UInt64, tornBeyond: UInt64?) async throws {
        // If we crash here, some tiles beyond the public checkpoint exist; no reader asks for them. They are rewritten.
        try storage.write(tiles, tornBeyond: tornBeyond)
        // If we crash here, they may be torn by a power cut; likewise.
        try storage.makeDurable()
        // If we crash here, the tiles are whole and the old checkpoint stands; the next run publishes the new one.
        try storage.replaceCheckpoint(note)
        // If we crash here, the checkpoint is public but not marked so; the next run does the steps again and marks it.
        try await ledger.published(size)
    }

    /// The public checkpoint, if the directory is that of this log in the state that the ledger knows.
    private func publicCheckpoint(of state: LedgerState, committed: Checkpoint) throws -> ([UInt8], Checkpoint) {
        let bytes = try storage.read(Storage.checkpointPath)
        let head = try own(bytes, origin: state.origin)
        guard head.size <= committed.size else {
            throw LogError(
                .otherLog,
                "the log directory is at size \(head.size), ahead of the ledger at \(committed.size): it is of another "
                    + "log, or the database was restored from an older copy")
        }
        guard state.published <= committed.size, head.size == state.published || head.size == committed.size else {
            throw LogError(
                .otherLog,
                "the log directory is at size \(head.size), but \(state.published) were published: it is of another "
                    + "log, or was restored from an older copy")
        }
        guard head.size < committed.size || head.root == committed.root else {
            throw LogError(.otherLog, "the checkpoint of the log directory has another root than the ledger's")
        }
        return (bytes, head)
    }

    private func own(_ bytes: [UInt8], origin: String) throws -> Checkpoint {
        do {
            let checkpoint = try Checkpoint(verifying: Note(bytes), keys: [signer.verifier])
            guard checkpoint.origin.utf8.elementsEqual(origin.utf8) else {
                throw LogError(.otherLog, "log directory of another log: \(checkpoint.origin), not \(origin)")
            }
            return checkpoint
        } catch let error as LogError where error.code != .otherLog {
            throw LogError(.otherLog, "log directory of another log, or a damaged checkpoint: \(error.detail)")
        }
    }

    private func loadEdge(size: UInt64) throws -> TreeEdge {
        do {
            return try TreeEdge(size: size) { try storage.read($0) }
        } catch let error as LogError where error.code == .malformed {
            throw LogError(.otherLog, "the tiles of the log directory do not fit its checkpoint: \(error.detail)")
        }
    }

    private func append(_ range: Range<UInt64>, to edge: inout TreeEdge) async throws {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 16_384) {
            let part = start..<min(range.upperBound, start + 16_384)
            let entries = try await ledger.entries(part)
            guard entries.count == part.count else {
                throw LogError(.conflict, "the ledger lacks entries of \(part.lowerBound)..<\(part.upperBound)")
            }
            for entry in entries { try edge.append(entry) }
        }
    }

    private static var clockMovedBack: LogError {
        LogError(.clockMovedBack, "the clock is not later than the last signature: check the time of this machine")
    }

    private static var overtaken: LogError {
        LogError(.overtaken, "another publisher committed a checkpoint meanwhile: run again")
    }
}
