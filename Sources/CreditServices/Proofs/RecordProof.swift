import CreditModel
import CreditRegistry
import Foundation
import TransparencyLog

/// That one revision of a record stands in the log: the published part, what is needed to compute its seal, and the way from
/// the leaf to a signed tree head.
///
/// As a file it is a C2SP `tlog-proof`; its `extra` line carries the published part, so that the file proves itself offline
/// against nothing but the log's public key.
public struct RecordProof: Sendable {
    /// Canonical JSON, `Revision.publishedForm`.
    public let published: [UInt8]
    public let publishedSalt: [UInt8]
    /// Digest of what is not shown.
    public let internalDigest: [UInt8]
    public let proof: LogProof

    /// What stands in the log: the entry of the leaf.
    public var seal: [UInt8] {
        Seal.of(.revision, published: published, publishedSalt: publishedSalt, internalDigest: internalDigest)
    }

    /// - Parameter inclusion: of the revision's leaf in the tree of `checkpoint`.
    /// - Returns: nil where the revision's payload is erased.
    public init?(_ revision: Revision, inclusion: InclusionProof, checkpoint: Note) {
        guard let salt = revision.salt else { return nil }
        let seal = revision.seal(salt: salt)
        let form = revision.publishedForm
        var json = JSONWriter(capacity: form.count + 256)
        json.object { json in
            json.field("internal_digest", Self.base64(seal.internalDigest))
            json.field("published", String(decoding: form, as: UTF8.self))
            json.field("published_salt", Self.base64(seal.publishedSalt))
        }
        published = form
        publishedSalt = seal.publishedSalt
        internalDigest = seal.internalDigest
        proof = LogProof(extra: json.bytes, inclusion: inclusion, checkpoint: checkpoint)
    }

    /// Reads a proof file.
    /// - Throws: `LogError.malformed` where it is no proof of a record.
    public init(_ bytes: [UInt8]) throws {
        struct Extra: Decodable {
            let internal_digest: Data
            let published: String
            let published_salt: Data
        }
        proof = try LogProof(bytes)
        guard let extra = proof.extra, let parts = try? JSONDecoder().decode(Extra.self, from: Data(extra)) else {
            throw LogError(.malformed, "the file proves something, but it carries no record of this platform")
        }
        published = Array(parts.published.utf8)
        publishedSalt = Array(parts.published_salt)
        internalDigest = Array(parts.internal_digest)
    }

    /// Checks everything that can be checked offline.
    /// - Throws: `LogError` that names what does not hold.
    public func verify(log: NoteVerifier, witnesses: [NoteVerifier] = [], quorum: Int = 0) throws -> LogProof.Verified {
        try proof.verify(
            leaf: TreeHash.leaf(seal), origin: log.name, log: [log], witnesses: witnesses, quorum: quorum)
    }

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
