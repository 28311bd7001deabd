import CreditModel
import CreditRegistry

/// One revision that a watch may have to tell of.
public struct WatchedChange: Sendable, Hashable {
    public let record: RecordID
    /// Its place in the log.
    public let leaf: Int64

    public init(record: RecordID, leaf: Int64) {
        (self.record, self.leaf) = (record, leaf)
    }
}

/// What watching needs of a database.
public protocol WatchStore: Sendable {
    /// Keeps a watch with its row of the audit. One that tells the same to the same is given back instead, and nothing is kept.
    /// - Parameter most: how many watches one holder may have.
    /// - Throws: `WatchError.tooMany`.
    func add(_ watch: Watch, most: Int, source: String, at instant: Instant) async throws -> (watch: Watch, isNew: Bool)
    /// False where there is none of this holder's; nil = any holder's.
    func removeWatch(_ id: String, of holder: String?, by actor: Actor, source: String, at instant: Instant) async throws -> Bool
    func watch(_ id: String) async throws -> Watch?
    /// In the order in which they were made; nil = everybody's.
    func watches(of holder: String?, offset: Int, limit: Int) async throws -> (total: Int, watches: [Watch])
    /// Removes watches whose last day is past, and says how many.
    func endWatches(before day: Day, at instant: Instant) async throws -> Int

    /// Looks at the next changes of the log and notes which watches they touch.
    /// - Parameters:
    ///   - leaves: how many places of the log at most.
    ///   - sector: the section of an organisation; asked only where a sector is watched.
    /// - Returns: whether there is more to look at.
    func noticeChanges(
        leaves: Int, now: Instant, sector: @Sendable @escaping (_ registration: [String: String]) -> String?
    ) async throws -> Bool
    /// Watches with something to tell that may be told now, those that wait longest first.
    /// - Parameters:
    ///   - now: by which digests are due.
    ///   - moment: by which pauses are counted.
    func dueWatches(now: Instant, moment: Instant, limit: Int) async throws -> [Watch]
    /// Not looked at again before a moment.
    func postponeWatches(_ ids: [String], until moment: Instant) async throws
    /// Changes within a target behind one place of the log up to another, in their order.
    func changes(
        of target: WatchTarget, subject: SubjectID?, after: Int64, through: Int64, limit: Int,
        sector: @Sendable @escaping (_ registration: [String: String]) -> String?
    ) async throws -> [WatchedChange]
    /// Up to where changes have been looked at.
    func noticedTo() async throws -> Int64

    /// Written before a message is sent: it covers the places behind `toldTo` up to `end`.
    func noteSending(_ id: String, through end: Int64) async throws
    /// Written after: the message arrived, or there was nothing to say.
    /// - Parameter hasMore: there is more to tell at once.
    func noteTold(_ id: String, through end: Int64, isTold: Bool, hasMore: Bool, at instant: Instant) async throws
    /// The holder asked for events and got those up to `end`.
    func noteAsked(_ id: String, through end: Int64, at instant: Instant) async throws
    /// The receiver did not take it.
    func noteFailure(_ id: String, attempts: Int, nextAt: Instant?, failing: Watch.Failing?) async throws
    /// A failing watch is tried again. False where it is not this holder's; nil = any holder's.
    func resumeWatch(_ id: String, of holder: String?) async throws -> Bool
    /// When a watch was first told of a place of the log; nil where it never was.
    func toldAt(_ id: String, leaf: Int64) async throws -> Instant?
}
