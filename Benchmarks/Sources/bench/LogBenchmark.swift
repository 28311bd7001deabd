import CreditModel
import CreditRegistry
import CreditStore
import Glibc
import TransparencyLog

/// P11: leaves that are stored in the SQLite store, made through the registry's own transaction, and published from there
/// into a directory of tiles.
///
/// A transaction of n leaves seals n - 1 revisions of ordinary size and one row of the audit, without which the registry
/// keeps nothing. It ought to be durable when it returns; the report compares it with what the disk can synchronise. The age
/// of a checkpoint is that of the oldest leaf when the checkpoint that covers it is public: from before the transaction
/// until after the publication that follows it.
struct LogBenchmark {
    let folder: String
    let runs: Int
    let largest: Int

    private struct Batch {
        let leaves: Int
        let transactions: Int
        var name: String { leaves == 1 ? "1 leaf" : "\(leaves) leaves" }
    }

    private var batches: [Batch] {
        [
            Batch(leaves: 1, transactions: 200), Batch(leaves: 100, transactions: 100),
            Batch(leaves: 10_000, transactions: 10), Batch(leaves: largest, transactions: 1),
        ]
    }

    func run() async throws {
        var results: [Measurement] = []
        func add(_ work: String, _ unit: String, _ value: Double) {
            if let place = results.firstIndex(where: { $0.work == work }) {
                results[place].runs.append(value)
            } else {
                results.append(Measurement(goal: "P11", work: work, unit: unit, runs: [value]))
            }
        }
        for run in 1...runs {
            let place = "\(folder)/run\(run)"
            guard mkdir(place, 0o755) == 0 else { throw Failure(reason: "cannot create \(place)") }
            try await measure(place, add)
        }
        for result in results { print(result.line) }
    }

    private func measure(_ place: String, _ add: (String, String, Double) -> Void) async throws {
        let signer = try NoteSigner(generating: "bench.example/log")
        let storage = DirectoryStorage(path: "\(place)/log")
        let store = try await Store.create(
            .sqlite(path: "\(place)/store.sqlite"), origin: "bench.example/log",
            verifierKey: signer.verifier.description, at: Instant.now())
        let publisher = LogPublisher(ledger: store.ledger, storage: storage, signer: signer)
        try await publisher.create(now: Instant.now().milliseconds)
        _ = try await publisher.publish(now: Instant.now().milliseconds)
        let limits = try Limits(folder: place)

        for batch in batches {
            let total = Double(batch.leaves * batch.transactions)
            var (storing, publishing, oldest) = (0.0, 0.0, 0.0)
            for _ in 0..<batch.transactions {
                let stored = try await Measurement.seconds { try await append(batch.leaves, to: store) }
                let published = try await Measurement.seconds {
                    _ = try await publisher.publish(now: Instant.now().milliseconds)
                }
                storing += stored
                publishing += published
                oldest = max(oldest, stored + published)
            }
            add("\(batch.name) a transaction, stored", "leaves/s", total / storing)
            add("\(batch.name) a transaction, stored and public", "leaves/s", total / (storing + publishing))
            add("\(batch.name): age of the checkpoint at most", "ms", oldest * 1000)
            let rows = try await Measurement.seconds {
                for _ in 0..<batch.transactions { try limits.insert(batch.leaves) }
            }
            add("\(batch.name), limit: bare SQLite, a row of 32 bytes each", "leaves/s", total / rows)
            let bytes = try await Measurement.seconds {
                for _ in 0..<batch.transactions { try limits.append(batch.leaves) }
            }
            add("\(batch.name), limit: append to a file, fdatasync", "leaves/s", total / bytes)
        }
        try await verify(storage, signer, add)
    }

    private func verify(
        _ storage: DirectoryStorage, _ signer: NoteSigner, _ add: (String, String, Double) -> Void
    ) async throws {
        var verifier = LogVerifier(storage: storage, keys: [signer.verifier])
        var found: LogReport?
        let seconds = try await Measurement.seconds { found = try verifier.verify() }
        guard let report = found, report.isSound else { throw Failure(reason: "the log is not sound") }
        add("verify log", "leaves/s", Double(report.entries) / seconds)
        // A leaf of the tree costs two hashes of one and two blocks; what reads faster than this is not hashing.
        let hashing = await Measurement.seconds { Limits.hash(Int(report.entries)) }
        add("verify log, limit: two SHA-256 a leaf", "leaves/s", Double(report.entries) / hashing)
    }

    /// One transaction of the registry.
    private func append(_ leaves: Int, to store: Store) async throws {
        let now = Instant.now()
        try await store.transact(at: now) { transaction in
            // Rows of the audit: the one act that is a leaf and needs no subject.
            for _ in 0..<max(leaves, 1) {
                try transaction.insertAudit(
                    AuditNote(.delivery, by: Actor(.operator, "bench"), object: "bench", source: "command line"))
            }
        }
    }
}

struct Failure: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
