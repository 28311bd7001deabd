/// The database beside the log: it orders entries, keeps them until they are published, and decides by compare and
/// swap which checkpoint is the next one. Entries it counts are durable.
public protocol LogLedger: Sendable {
    func state() async throws -> LedgerState

    /// Entries of a range within `published..<end`, in order.
    func entries(_ range: Range<UInt64>) async throws -> [[UInt8]]

    /// Makes `checkpoint` the committed one if the committed one is still `replacing`. Durable when it returns true;
    /// unknown when it throws.
    /// - Parameter ms: time of the signature, in milliseconds since the Unix epoch.
    func commit(_ checkpoint: [UInt8], size: UInt64, at ms: Int64, replacing: [UInt8]?) async throws -> Bool

    /// Tiles and checkpoint of this size are public and durable; entries below may be dropped from staging.
    func published(_ size: UInt64) async throws
}

/// What the ledger knows of the log.
public struct LedgerState: Hashable, Sendable {
    /// Name of the log.
    public let origin: String
    /// Signed note of the committed checkpoint, without cosignatures; nil before the log was created.
    public let checkpoint: [UInt8]?
    /// Size up to which tiles and checkpoint are public.
    public let published: UInt64
    /// Time of the committed checkpoint's signature, in milliseconds since the Unix epoch; 0 before the first.
    public let signedMs: Int64
    /// Entries appended so far.
    public let end: UInt64

    public init(origin: String, checkpoint: [UInt8]?, published: UInt64, signedMs: Int64, end: UInt64) {
        self.origin = origin
        self.checkpoint = checkpoint
        self.published = published
        self.signedMs = signedMs
        self.end = end
    }
}
