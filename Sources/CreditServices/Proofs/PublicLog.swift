import CreditModel
import CreditRegistry
import TransparencyLog

/// The published log as readers see it: tiles and a signed tree head in a directory that any web server could serve.
///
/// Nothing here is trusted by whoever reads it: every answer can be checked against the log's public key.
public struct PublicLog: Sendable {
    public let storage: any LogStorage
    /// The key that signs tree heads; its name is the log's origin.
    public let key: NoteVerifier

    public init(storage: any LogStorage, key: NoteVerifier) {
        self.storage = storage
        self.key = key
    }

    /// The newest signed tree head, with its cosignatures.
    public func checkpoint() throws -> Note { try Note(storage.read("checkpoint")) }

    /// What a tree head says, once its signature has been checked.
    public func head() throws -> Checkpoint { try Checkpoint(verifying: checkpoint(), keys: [key]) }

    /// The file at a path of tlog-tiles, such as `tile/0/x001/234`.
    /// - Throws: `LogError.malformed` where it is no such path, `.missing` where there is no such tile.
    public func tile(_ path: String) throws -> (bytes: [UInt8], isFull: Bool) {
        let path = try TilePath(path)
        return (try storage.read(path), path.isFull)
    }

    /// The proof of one revision against the newest tree head.
    /// - Returns: nil where its leaf is not public yet (a second at most) or its payload is erased.
    public func proof(of revision: Revision) throws -> RecordProof? {
        let note = try checkpoint()
        let head = try Checkpoint(verifying: note, keys: [key])
        guard revision.leaf >= 0, UInt64(revision.leaf) < head.size else { return nil }
        var proofs = TileProofs(size: head.size) { try storage.read($0) }
        let inclusion = try proofs.inclusion(of: UInt64(revision.leaf))
        return RecordProof(revision, inclusion: inclusion, checkpoint: note)
    }
}
