import CreditDocuments
import CreditModel
import CreditRegistry
import CreditStore
import CreditWatch
import Logging
import ServiceLifecycle
import TransparencyLog

/// A fault that may last: said once, not at every try.
private struct LastingFault {
    private let logger: Logger
    private var last = ""

    init(_ logger: Logger) { self.logger = logger }

    mutating func say(_ message: Logger.Message, _ error: any Error) {
        let words = (error as? LogError)?.detail ?? "\(error)"
        if words != last { logger.error(message, metadata: ["error": "\(words)"]) }
        last = words
    }

    mutating func end() { last = "" }
}

/// A service that goes by the name of its type. A group of services names each by printing it, and one that holds the platform would be
/// printed with every law and division that it knows: three quarters of the time in which a server starts.
protocol NamedService: Service, CustomStringConvertible {}

extension NamedService {
    var description: String { "\(Self.self)" }
}

/// Keeps the public log at most a second behind the database.
struct PublishingService: NamedService {
    let log: PlatformLog
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var fault = LastingFault(logger)
            while !Task.isCancelled {
                do {
                    try await log.publish()
                    fault.end()
                } catch is CancellationError {
                    return
                } catch {
                    // The portal goes on: what is public stays right, only no new tree head appears.
                    fault.say("log not published", error)
                }
                try? await Task.sleep(for: .milliseconds(800))
            }
        }
    }
}

/// Makes the fonts of reports ready, so that the first report is made as fast as the others.
struct PrinterService: NamedService {
    let reports: ReportIssuer
    let logger: Logger

    func run() async throws {
        do { try await reports.pool.warm() } catch {
            // The portal goes on without reports; whoever asks for one is told the same.
            logger.error("reports cannot be drawn", metadata: ["error": "\(error)"])
        }
        // A service that returns would end all others.
        try await gracefulShutdown()
    }
}

/// Keeps the search index up to date, so that readers need not wait for it, and a copy of it for the next start.
struct SearchService: NamedService {
    let store: Store
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var fault = LastingFault(logger)
            while !Task.isCancelled {
                do {
                    try await store.refreshSearch()
                    fault.end()
                } catch is CancellationError {
                    break
                } catch {
                    // Searches try by themselves and say what is wrong.
                    fault.say("search index not refreshed", error)
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
        store.keepSearchSnapshot()
    }
}

/// Moves records whose term is over: at the start, which makes up for any downtime, and then soon after each midnight.
struct TermsService: NamedService {
    let platform: Platform
    let today: @Sendable () -> Day
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var done: Day?
            while !Task.isCancelled {
                let day = today()
                if day != done {
                    do {
                        let moved = try await platform.store.runTerms(today: day, at: Instant.now())
                        if moved.total > 0 {
                            logger.notice(
                                "terms over",
                                metadata: [
                                    "terms.publication": "\(moved.publication)",
                                    "terms.disclosure": "\(moved.disclosure)", "terms.erased": "\(moved.erased)",
                                ])
                        }
                        done = day
                    } catch is CancellationError {
                        return
                    } catch {
                        logger.error("terms not moved, tried again in a minute", metadata: ["error": "\(error)"])
                    }
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}

/// Tells watchers what changed: soon after it is known, or in digests at their hour.
struct WatchService: NamedService {
    let watches: PlatformWatch
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var fault = LastingFault(logger)
            while !Task.isCancelled {
                var isDone = true
                do {
                    let round = try await watches.round()
                    let outcome = try await round.run()
                    isDone = outcome.isDone
                    if outcome.failed > 0 {
                        // Whose and where stands with the watch, for its holder; the log counts only.
                        logger.notice("watchers not reached", metadata: ["watch.failed": "\(outcome.failed)"])
                    }
                    fault.end()
                } catch is CancellationError {
                    return
                } catch {
                    fault.say("watchers not told", error)
                }
                // What is left over goes on at once; otherwise a look every second costs next to nothing.
                try? await Task.sleep(for: .milliseconds(isDone ? 1000 : 50))
            }
        }
    }
}
