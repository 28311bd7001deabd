import Foundation
import Testing

/// A delivery is taken in whole or not at all, whatever stops it.
@Suite(.timeLimit(.minutes(20)))
struct InterruptionTests {
    /// Long enough to be stopped: the first rows are good, so that there is something that could be half stored.
    static let rows = Invented.penalties(1...4000, about: { $0 % 500 }).setting("CF_JDRQ", "见原件", rows: 800..<2600)
    static let counts = Counts(rows: 4000, accepted: 2200, rejected: 1800)

    @Test(
        "an ingest that is killed in the middle stores nothing; the next run is complete",
        arguments: [SIGKILL, SIGINT, SIGTERM])
    func killed(_ signal: Int32) async throws {
        let platform = try await Platform()
        let folder = platform.folder
        let file = try folder.write("penalty.csv", Self.rows.csv)
        let running = try Program.start(
            ["ingest", file, "--feed", "penalty", "--data", platform.data, "--rejects", "rejects.csv"], in: folder)
        // The reject file grows while the transaction is open: then good rows are in it and the end is not.
        while running.isRunning, folder.size("rejects.csv") < 1000 { await Task.yield() }
        running.send(signal)
        let outcome = try await running.end()
        #expect(outcome.code != 0 && outcome.code != 1, "it ended before it was stopped: \(outcome.text)")
        #expect(try await platform.isEmpty())
        let again = try await platform.ingest(file, feed: "penalty", "--rejects", "rejects.csv")
        #expect(again.code == 1, "\(again.err)")
        #expect(Counts(try again.json()) == Self.counts)
        #expect(try again.json()["batch_number"] as? Int == 1, "the stopped run left no batch")
        #expect(CSVReader.rows(try folder.text("rejects.csv")).count == 1801)
    }

    @Test("in the background every thread works only with processor time that nobody else wants, and files the same")
    func background() async throws {
        let platform = try await Platform()
        let folder = platform.folder
        let file = try folder.write("penalty.csv", Self.rows.csv)
        let running = try Program.start(
            ["ingest", file, "--feed", "penalty", "--data", platform.data, "--rejects", "rejects.csv", "--json", "--background"],
            in: folder)
        while running.isRunning, folder.size("rejects.csv") < 1000 { await Task.yield() }
        let classes = running.schedulingClasses()
        let outcome = try await running.end()
        // Linux's SCHED_IDLE (sched(7)); reading and filing are threads of their own.
        #expect(classes.count >= 3 && classes.allSatisfy { $0 == 5 }, "\(classes)")
        #expect(Counts(try outcome.json()) == Self.counts, "\(outcome.err)")
    }

    @Test("a server that is asked to stop ends in order")
    func serverStops() async throws {
        let platform = try await Platform()
        let server = try await Server.start(data: platform.data, in: platform.folder)
        #expect(try await server.get("/healthz").status == 200)
        #expect(try await server.stop() == 0)
    }

    @Test("a port in use is named, with exit code 2")
    func portInUse() async throws {
        let platform = try await Platform()
        let server = try await Server.start(data: platform.data, in: platform.folder)
        let second = try await Program.run(
            "serve", "--data", platform.data, "--port", "\(server.port)", in: platform.folder)
        #expect(second.code == 2, "\(second.err)")
        #expect(second.err.contains("\(server.port)"))
        _ = try await server.stop()
    }

    @Test("a delivery is seen by a running server as soon as it is in, and not before")
    func serverSeesWholeDeliveries() async throws {
        let platform = try await Platform()
        let server = try await Server.start(data: platform.data, in: platform.folder)
        let file = try platform.folder.write("penalty.csv", Self.rows.csv)
        let running = try Program.start(
            ["ingest", file, "--feed", "penalty", "--data", platform.data, "--rejects", "rejects.csv", "--json"],
            in: platform.folder)
        while running.isRunning, platform.folder.size("rejects.csv") < 1000 { await Task.yield() }
        var seen: Set<Int> = []
        while running.isRunning {
            seen.insert(
                try await server.get("/api/v1/records?item=administrative-penalty&limit=1").json()["total"] as? Int
                    ?? -1)
        }
        #expect(try await running.end().code == 1)
        seen.insert(
            try await server.get("/api/v1/records?item=administrative-penalty&limit=1").json()["total"] as? Int ?? -1)
        #expect(seen.isSubset(of: [0, 2200]) && seen.contains(2200), "\(seen)")
        _ = try await server.stop()
    }
}
