/// An offline proof that an entry is in a log (C2SP tlog-proof v1): inclusion proof and signed checkpoint in one text.
public struct LogProof: Hashable, Sendable {
    private static let header = "c2sp.org/tlog-proof@v1"

    /// What a successful verification established.
    public struct Verified: Hashable, Sendable {
        public let checkpoint: Checkpoint
        /// Zero-based index of the entry.
        public let index: UInt64
        /// Witnesses that cosigned, with their times in seconds since the Unix epoch. Each key counts once.
        public let witnesses: [(name: String, timestamp: UInt64)]

        public static func == (left: Self, right: Self) -> Bool {
            left.checkpoint == right.checkpoint && left.index == right.index
                && left.witnesses.elementsEqual(right.witnesses, by: ==)
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(checkpoint)
            hasher.combine(index)
        }
    }

    /// Opaque data of the application; not authenticated by the proof.
    public let extra: [UInt8]?
    public let index: UInt64
    /// From the leaf's sibling up to the root's child.
    public let hashes: [TreeHash]
    /// The signed checkpoint, verbatim.
    public let checkpoint: Note

    /// - Parameter extra: nil or not empty: an empty `extra` line has no form.
    public init(extra: [UInt8]? = nil, inclusion: InclusionProof, checkpoint: Note) {
        self.extra = extra?.isEmpty == true ? nil : extra
        index = inclusion.index
        hashes = inclusion.hashes
        self.checkpoint = checkpoint
    }

    /// Reads a `.tlog-proof` file.
    /// - Throws: `LogError.malformed`.
    public init(_ bytes: some Collection<UInt8>) throws {
        guard bytes.count <= 2 * Note.maximumBytes else { throw LogError(.malformed, "the proof is too long") }
        var rest = Array(bytes)[...]
        // Takes a line without its newline. Only bytes of ASCII are valid in all lines read by this.
        func line() throws -> String {
            guard let end = rest.firstIndex(of: 0x0A), let line = String(validating: rest[..<end], as: UTF8.self)
            else { throw LogError(.malformed, "the proof ends early or is not UTF-8") }
            rest = rest[(end + 1)...]
            return line
        }
        guard try line().utf8.elementsEqual(Self.header.utf8) else {
            throw LogError(.malformed, "not a tlog-proof of version 1")
        }
        var next = try line()
        if next.hasPrefix("extra ") {
            guard let data = Base64.decode(next.dropFirst(6)), !data.isEmpty else {
                throw LogError(.malformed, "the extra line is not base64")
            }
            extra = data
            next = try line()
        } else {
            extra = nil
        }
        guard next.hasPrefix("index "), let index = Decimal.value(next.dropFirst(6)) else {
            throw LogError(.malformed, "the index line is missing")
        }
        self.index = index
        var hashes: [TreeHash] = []
        while true {
            let text = try line()
            if text.isEmpty { break }
            guard hashes.count < 63, let hash = TreeHash(base64: text) else {
                throw LogError(.malformed, "a line of the inclusion proof is not a hash, or there are too many")
            }
            hashes.append(hash)
        }
        self.hashes = hashes
        checkpoint = try Note(rest)
    }

    public var bytes: [UInt8] {
        var lines = [Self.header]
        if let extra { lines.append("extra " + Base64.encode(extra)) }
        lines.append("index \(index)")
        lines += hashes.map(\.base64)
        return Array(lines.map { $0 + "\n" }.joined().utf8) + [0x0A] + checkpoint.bytes
    }

    /// Verifies that a leaf is in the log, by the four steps of the specification.
    /// - Parameters:
    ///   - origin: the log the reader means.
    ///   - log: keys accepted for that origin.
    ///   - witnesses: cosigner keys the reader knows; those that signed must verify.
    ///   - quorum: how many different witness keys must have signed.
    /// - Throws: `LogError` with `.malformed`, `.otherLog`, `.unsigned`, `.invalidSignature`, `.quorumMissed`,
    ///   `.invalidProof`.
    @discardableResult
    public func verify(
        leaf: TreeHash, origin: String, log: [NoteVerifier], witnesses: [NoteVerifier] = [], quorum: Int = 0
    ) throws -> Verified {
        let head = try Checkpoint(verifying: checkpoint, keys: log)
        guard head.origin.utf8.elementsEqual(origin.utf8) else {
            throw LogError(.otherLog, "the checkpoint is of another log")
        }
        var signers: [(name: String, timestamp: UInt64)] = []
        var counted: Set<[UInt8]> = []
        for line in checkpoint.signatures {
            for key in witnesses where key.algorithm == .cosignature && key.matches(line) {
                guard key.verifies(line, of: checkpoint.text), let cosignature = Cosignature(line) else {
                    throw LogError(.invalidSignature, "the cosignature of \(key.name) does not verify")
                }
                // One key must not make a quorum under several names.
                if counted.insert(key.publicKey).inserted { signers.append((key.name, cosignature.timestamp)) }
            }
        }
        guard signers.count >= quorum else {
            throw LogError(.quorumMissed, "\(signers.count) witnesses signed; \(quorum) are needed")
        }
        try InclusionProof(index: index, size: head.size, hashes: hashes).verify(leaf: leaf, root: head.root)
        return Verified(checkpoint: head, index: index, witnesses: signers)
    }
}
