import CreditCatalogue
import CreditModel
import CreditRegistry
import CreditServices

/// One round of telling: what is due goes out, and it is written down how far each watch has been told.
///
/// Before a message leaves, the stretch of the log that it covers is written down. If we crash between sending and noting, the
/// next round sends the same stretch under the same ids: at least once, and a receiver that remembers ids sees it once.
public struct WatchRound: Sendable {
    /// What a round did.
    public struct Outcome: Sendable, Hashable {
        public var ended = 0
        public var messages = 0
        public var events = 0
        public var failed = 0
        public var asleep = 0
        /// Nothing was left over that could have been told.
        public var isDone = true

        public init() {}
    }

    let catalogue: Catalogue
    let store: any ServiceStore
    let right: WatchRight
    let webhooks: WebhookSender
    let mail: MailRoute
    let secrets: WatchSecrets
    /// Under which the public reaches the portal.
    let address: String
    /// The day and hour by which terms end and digests are due.
    let clock: @Sendable () -> Instant
    /// The moment by which pauses are counted.
    let moment: @Sendable () -> Instant

    /// Pauses after each failure; after the last the watch is failing. Three and a half days in all, so that a weekend does not end it.
    public static let pausesInSeconds: [Int64] = [5, 60, 600, 3600, 14_400, 43_200, 86_400, 86_400, 86_400]
    /// Changes that one message looks at: at most some hundred kilobytes.
    public static let changesPerMessage = 100
    /// Watches looked at in one go, and receivers talked to at a time.
    static let portion = 500
    static let receiversAtATime = 32
    /// How long one receiver may be talked to before the others' next turn.
    static let secondsPerReceiver: Int64 = 5
    static let leavesPerLook = 5000

    public init(
        catalogue: Catalogue, store: any ServiceStore, right: @escaping WatchRight, rules: ReceiverRules, mail: MailRoute,
        secrets: WatchSecrets, address: String, clock: @escaping @Sendable () -> Instant,
        moment: @escaping @Sendable () -> Instant
    ) {
        self.catalogue = catalogue
        self.store = store
        self.right = right
        webhooks = WebhookSender(rules: rules)
        self.mail = mail
        self.secrets = secrets
        self.address = address
        self.clock = clock
        self.moment = moment
    }

    public func run() async throws -> Outcome {
        var outcome = Outcome()
        outcome.ended = try await store.endWatches(before: clock().day, at: moment())
        let sectors = catalogue.sectors
        while try await store.noticeChanges(
            leaves: Self.leavesPerLook, now: clock(), sector: { sectors.section(of: $0) })
        {
            try Task.checkCancellation()
        }
        let due = try await store.dueWatches(now: clock(), moment: moment(), limit: Self.portion)
        // Each receiver has a queue of its own: a slow one holds up nobody but itself.
        let queues = Dictionary(grouping: due, by: Self.receiver).values.map { $0 }
        outcome.isDone = due.count < Self.portion
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for (place, queue) in queues.enumerated() {
                if place >= Self.receiversAtATime, let part = try await group.next() { outcome.add(part) }
                group.addTask { try await tell(queue) }
            }
            for try await part in group { outcome.add(part) }
        }
        return outcome
    }

    /// Who is talked to: a host, or the mail program.
    private static func receiver(_ watch: Watch) -> String {
        guard case .webhook(let address) = watch.channel else { return "mail" }
        let rest = address.drop { $0 != ":" }.dropFirst(3)
        return rest.prefix { !"/?".contains($0) }.lowercased()
    }

    private func tell(_ queue: [Watch]) async throws -> Outcome {
        var outcome = Outcome()
        let end = moment().adding(seconds: Self.secondsPerReceiver)
        for (place, watch) in queue.enumerated() {
            guard moment() < end else {
                // The rest makes room, so that the next look finds other receivers too.
                let rest = queue[place...].map(\.id)
                try await store.postponeWatches(rest, until: moment().adding(seconds: Self.secondsPerReceiver))
                outcome.isDone = false
                break
            }
            do { outcome.add(try await tell(watch)) } catch is CancellationError { throw CancellationError() } catch {
                // One that cannot be told, for whatever reason, holds up nobody else. It is tried again, under the same id.
                try await store.postponeWatches([watch.id], until: moment().adding(seconds: 600))
                outcome.failed += 1
            }
        }
        return outcome
    }

    private func tell(_ watch: Watch) async throws -> Outcome {
        var outcome = Outcome()
        guard let audience = right(watch.holder, watch.target) else {
            // The key was taken back or has run out. What happens meanwhile is told when it counts again.
            try await store.postponeWatches([watch.id], until: moment().adding(seconds: 3600))
            outcome.asleep = 1
            return outcome
        }
        let reader = WatchReader(
            store: store, publisher: Publisher(catalogue: catalogue, today: clock().day), audience: audience)
        let end: Int64
        if let pending = watch.pendingTo { end = pending } else { end = try await store.noticedTo() }
        let page = try await reader.page(of: watch, after: watch.toldTo, through: end, limit: Self.changesPerMessage)
        if page.events.isEmpty {
            try await store.noteTold(watch.id, through: page.through, isTold: false, hasMore: page.hasMore, at: clock())
            outcome.isDone = !page.hasMore
            return outcome
        }
        if audience != .public {
            // What the public does not see is told to nobody before it is written down (RIGHTS 15).
            var note = AuditNote(.watchTold, by: Actor(.account, watch.holder), source: "watch", purpose: "own")
            note.object = "watch \(watch.id): \(watch.toldTo)–\(page.through)"
            try await store.audit(note, at: moment())
        }
        if watch.pendingTo == nil { try await store.noteSending(watch.id, through: page.through) }
        // If we crash here, the next round finds the same stretch pending and sends it under the same id.
        do {
            try await send(page, of: watch)
            // If we crash here, the receiver gets it again under the same id.
            try await store.noteTold(watch.id, through: page.through, isTold: true, hasMore: page.hasMore, at: clock())
            outcome.messages = 1
            outcome.events = page.events.count
            outcome.isDone = !page.hasMore
        } catch let fault as DeliveryFault {
            try await note(fault, watch)
            outcome.failed = 1
        }
        return outcome
    }

    private func send(_ page: WatchPage, of watch: Watch) async throws {
        let id = "\(watch.id)-\(watch.toldTo)-\(page.through)"
        switch watch.channel {
        case .webhook(let receiver):
            let body = WatchJSON(catalogue: catalogue, address: address).message(page, of: watch, after: watch.toldTo, at: clock())
            let webhook = Webhook(address: receiver, id: id, sentAt: moment(), body: body)
            try await webhooks.send(webhook, headers: webhook.headers(watch.id, secrets))
        case .mail(let receiver):
            let stop = "\(address)/watch/stop/\(watch.id)-\(secrets.stop(of: watch.id))"
            let text = WatchMail(catalogue: catalogue, address: address, stop: stop).text(page, of: watch)
            try await mail.send(
                MailMessage(
                    id: id, from: mail.from, to: receiver, subject: text.subject, text: text.body, stop: stop,
                    sentAt: moment()))
        case .feed: break
        }
    }

    private func note(_ fault: DeliveryFault, _ watch: Watch) async throws {
        let attempts = watch.attempts + 1
        let isOver = fault.isFinal || attempts > Self.pausesInSeconds.count
        try await store.noteFailure(
            watch.id, attempts: attempts,
            nextAt: isOver ? nil : moment().adding(seconds: Self.pausesInSeconds[attempts - 1]),
            failing: isOver ? Watch.Failing(since: clock(), reason: fault.code) : nil)
    }
}

extension WatchRound.Outcome {
    public mutating func add(_ other: Self) {
        ended += other.ended
        messages += other.messages
        events += other.events
        failed += other.failed
        asleep += other.asleep
        isDone = isDone && other.isDone
    }
}

extension Instant {
    func adding(seconds: Int64) -> Instant { Instant(milliseconds: milliseconds + seconds * 1000) }
}
