/// A witness of logs (C2SP tlog-witness): cosigns a checkpoint when it is consistent with the last one it cosigned.
///
/// A pure function: the caller keeps the last checkpoint of each origin, and must store the new one durably, by compare
/// and swap with the one given here, before it answers. Otherwise two requests at once could roll the log back.
public struct Witness: Sendable {
    /// What is kept for each origin.
    public struct Head: Hashable, Sendable {
        public let size: UInt64
        public let root: TreeHash

        public init(size: UInt64, root: TreeHash) {
            self.size = size
            self.root = root
        }
    }

    /// The answer to `add-checkpoint`.
    public enum Outcome: Hashable, Sendable {
        /// 200: store `head` in place of the one given, then answer with the line. `checkpoint` is the note with the
        /// log's signatures and ours, for the monitoring prefix.
        case cosigned(NoteSignature, head: Head, origin: String, checkpoint: Note)
        /// 400: the body is malformed, or the old size exceeds the new one.
        case malformed
        /// 403: no key trusted for the origin signed, or its signature does not verify.
        case forbidden
        /// 404: the origin is not known.
        case unknownOrigin
        /// 409: the old size is not that of the last cosigned checkpoint, which is given.
        case conflict(size: UInt64)
        /// 422: the checkpoint is not consistent with the last one.
        case inconsistent

        public var status: Int {
            switch self {
            case .cosigned: 200
            case .malformed: 400
            case .forbidden: 403
            case .unknownOrigin: 404
            case .conflict: 409
            case .inconsistent: 422
            }
        }

        /// Body of the response, with its final newline.
        public var body: String {
            switch self {
            case .cosigned(let line, _, _, _): line.line + "\n"
            case .conflict(let size): "\(size)\n"
            default: ""
            }
        }

        /// Media type of the body.
        public var contentType: String {
            if case .conflict = self { "text/x.tlog.size" } else { "text/plain; charset=utf-8" }
        }
    }

    private let signer: NoteSigner
    private let logs: [String: [NoteVerifier]]

    /// - Parameters:
    ///   - signer: a key of type cosignature.
    ///   - logs: keys trusted for each origin.
    /// - Throws: `LogError.invalidKey` when the signer's key is of another type.
    public init(signer: NoteSigner, logs: [String: [NoteVerifier]]) throws {
        guard signer.verifier.algorithm == .cosignature else { throw LogError(.invalidKey, "not a cosigner's key") }
        self.signer = signer
        self.logs = logs
    }

    public var verifier: NoteVerifier { signer.verifier }

    /// Answers a request body, in the order of checks of the specification.
    /// - Parameters:
    ///   - now: seconds since the Unix epoch, not zero.
    ///   - latest: the last checkpoint cosigned for an origin, nil when there was none.
    /// - Throws: what `latest` throws; faults of signing.
    public func add(
        _ body: some Collection<UInt8>, now: UInt64, latest: (_ origin: String) throws -> Head?
    ) throws -> Outcome {
        guard let request = try? WitnessRequest(body), let checkpoint = try? Checkpoint(text: request.note.text) else {
            return .malformed
        }
        let known = logs.first { $0.key.utf8.elementsEqual(checkpoint.origin.utf8) }
        guard let keys = known?.value else { return .unknownOrigin }
        guard (try? request.note.verify(with: keys)) != nil else { return .forbidden }
        guard request.oldSize <= checkpoint.size else { return .malformed }
        let last = try latest(checkpoint.origin)
        guard request.oldSize == last?.size ?? 0 else { return .conflict(size: last?.size ?? 0) }
        guard isConsistent(request, checkpoint, with: last) else { return .inconsistent }
        let line = try Cosignature.sign(request.note.text, at: now, with: signer)
        return .cosigned(
            line, head: Head(size: checkpoint.size, root: checkpoint.root), origin: checkpoint.origin,
            checkpoint: try Note(text: request.note.text, signatures: request.verified(by: keys) + [line]))
    }

    private func isConsistent(_ request: WitnessRequest, _ checkpoint: Checkpoint, with last: Head?) -> Bool {
        guard checkpoint.size > 0 || checkpoint.root == .empty else { return false }
        guard let last, last.size > 0 else { return request.proof.isEmpty }
        let proof = ConsistencyProof(oldSize: last.size, newSize: checkpoint.size, hashes: request.proof)
        return (try? proof.verify(old: last.root, new: checkpoint.root)) != nil
    }
}
