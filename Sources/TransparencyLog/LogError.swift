/// Why an operation on a transparency log was refused. The code is stable; the detail is a sentence for operators and
/// names files by their path inside the log, never by the machine's.
public struct LogError: Error, Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Open set of reasons: a new code breaks no caller.
    public struct Code: Hashable, Sendable {
        public let name: String

        /// A Merkle proof does not lead to the given root, or has the wrong shape.
        public static let invalidProof = Code(name: "invalid-proof")
        /// Text is not what its format says: note, checkpoint, proof, tile path, base64.
        public static let malformed = Code(name: "malformed")
        /// A verifier or signer key cannot be read.
        public static let invalidKey = Code(name: "invalid-key")
        /// A signature that claims to be of a known key does not verify.
        public static let invalidSignature = Code(name: "invalid-signature")
        /// No signature of a known key is there.
        public static let unsigned = Code(name: "unsigned")
        /// Fewer witnesses than asked for signed the checkpoint.
        public static let quorumMissed = Code(name: "quorum-missed")
        /// An entry is longer than an entry bundle can hold (65,535 bytes).
        public static let entryTooLong = Code(name: "entry-too-long")
        /// A file or directory of the log is not there.
        public static let missing = Code(name: "missing")
        /// A full tile exists with other bytes, or the ledger contradicts what was committed.
        public static let conflict = Code(name: "conflict")
        /// The operating system refused to read or write.
        public static let storage = Code(name: "storage")
        /// Another process holds the log.
        public static let locked = Code(name: "locked")
        /// The log directory of another log, or of another state of this one.
        public static let otherLog = Code(name: "other-log")
        /// The log exists already.
        public static let exists = Code(name: "exists")
        /// The log was not created yet.
        public static let notCreated = Code(name: "not-created")
        /// The clock stands at or before the last signature.
        public static let clockMovedBack = Code(name: "clock-moved-back")
        /// Another publisher committed first.
        public static let overtaken = Code(name: "overtaken")
    }

    public let code: Code
    /// One sentence for operators; no personal data.
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
    public var description: String { "LogError(\(code.name))" }
    public var debugDescription: String { "LogError(\(code.name)): \(detail)" }
}
