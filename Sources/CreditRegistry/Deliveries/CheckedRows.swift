import CreditCatalogue
import CreditIntake
import CreditModel
import Dispatch
import Synchronization

/// A draft with what follows from its fields alone: key, statement and its hash, what cleaning did.
final class CheckedRow: Sendable {
    let draft: Draft
    let key: Digest128
    let statement: Statement
    let hash: Digest128
    let changes: [UInt8]?

    init(_ draft: Draft, feed: Feed, content: RecordContent) {
        self.draft = draft
        key = content.key(draft.values, feed: feed)
        statement = content.statement(draft.values)
        hash = RecordContent.hash(statement)
        changes = content.changes(draft)
    }
}

/// Reads and checks a file on a thread of its own, while the caller's thread, which has the transaction, files what is ready.
///
/// Rows are handed over in blocks, in the order of the file. At most `mostWaiting` blocks wait, so memory does not grow with the
/// file however slow the database is.
struct CheckedRows {
    let intake: Intake
    let content: RecordContent

    enum Row: Sendable {
        case rejected([Reject])
        case checked(CheckedRow)
    }

    private static let blockRows = 256
    /// As many rows as the store gathers before it sends them, so that reading goes on while it does; some 20 MB.
    private static let mostWaiting = 32

    /// - Throws: what reading throws, once every row before it was handled; what `handle` throws, once reading has stopped.
    func run(
        _ reader: inout any TableReader, progress: (_ bytesRead: Int, _ rows: Int) throws -> Void,
        handle: (Row) throws -> Void
    ) throws -> Intake.Summary {
        let queue = BlockQueue(mostWaiting: Self.mostWaiting)
        let outcome = ReadingOutcome()
        let bytesTotal = reader.bytesTotal
        // unsafe: the reader is handed to one other thread and back; this thread touches it again only once that has ended.
        nonisolated(unsafe) var lent = reader
        DispatchQueue(label: "reading").async {
            outcome.result = Result { try read(&lent, into: queue) }
            queue.finish()
        }
        var failure: (any Error)?
        var rows = 0
        while let block = queue.take() {
            // After a failure the queue is only emptied until reading has noticed.
            if failure != nil { continue }
            do {
                for row in block.rows { try handle(row) }
                rows += block.rows.count
                try progress(block.bytesRead, rows)
            } catch {
                failure = error
                queue.cancel()
            }
        }
        reader = lent
        if let failure { throw failure }
        guard let result = outcome.result else { preconditionFailure("reading has ended") }
        let summary = try result.get()
        try progress(bytesTotal, summary.rows)
        return summary
    }

    private func read(_ reader: inout any TableReader, into queue: BlockQueue) throws -> Intake.Summary {
        var rows: [Row] = []
        var bytesRead = 0
        func hand() throws {
            guard queue.put(BlockQueue.Block(rows: rows, bytesRead: bytesRead)) else { throw CancellationError() }
            rows = []
            rows.reserveCapacity(Self.blockRows)
        }
        // What was read before a fault is handed over first, so that the fault comes at the same row as in one thread.
        defer { if !rows.isEmpty { _ = queue.put(BlockQueue.Block(rows: rows, bytesRead: bytesRead)) } }
        // Taken out once: they hold a dozen references each.
        let (feed, content) = (intake.feed, content)
        return try intake.run(&reader, progress: { bytes, _ in bytesRead = bytes }) { outcome in
            switch outcome {
            case .rejected(let reasons): rows.append(.rejected(reasons))
            case .draft(let draft): rows.append(.checked(CheckedRow(draft, feed: feed, content: content)))
            }
            if rows.count == Self.blockRows { try hand() }
        }
    }
}

/// How reading ended. Written by the reading thread before it finishes the queue, read after the queue's end was seen.
private final class ReadingOutcome: @unchecked Sendable {
    var result: Result<Intake.Summary, any Error>?
}

/// Blocks of rows between two threads, with a bound.
private final class BlockQueue: Sendable {
    struct Block: Sendable {
        let rows: [CheckedRows.Row]
        let bytesRead: Int
    }
    private struct State {
        var blocks: [Block] = []
        var isCancelled = false
    }

    private let state = Mutex(State())
    /// Counts the places that are free, and the blocks that wait; the end counts as one.
    private let room: DispatchSemaphore
    private let waiting = DispatchSemaphore(value: 0)

    init(mostWaiting: Int) { room = DispatchSemaphore(value: mostWaiting) }

    /// Waits for room. False where nobody wants more.
    func put(_ block: Block) -> Bool {
        room.wait()
        let isWanted = state.withLock { state in
            if !state.isCancelled { state.blocks.append(block) }
            return !state.isCancelled
        }
        if isWanted { waiting.signal() } else { room.signal() }
        return isWanted
    }

    /// Waits for a block. Nil after the last one.
    func take() -> Block? {
        waiting.wait()
        let block = state.withLock { $0.blocks.isEmpty ? nil : $0.blocks.removeFirst() }
        if block != nil { room.signal() }
        return block
    }

    func finish() { waiting.signal() }

    func cancel() {
        state.withLock { $0.isCancelled = true }
        room.signal()
    }
}
