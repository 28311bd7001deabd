/// A witness' statement that a checkpoint was the largest consistent one it had seen of a log at a time (C2SP
/// tlog-cosignature, Ed25519 form `cosignature/v1`).
public struct Cosignature: Hashable, Sendable {
    /// Seconds since the Unix epoch, below 2^63.
    public let timestamp: UInt64
    /// 64 bytes of Ed25519.
    public let signature: [UInt8]

    /// Nil unless the signature bytes are a big-endian timestamp and 64 bytes.
    public init?(_ line: NoteSignature) {
        guard line.signature.count == 72 else { return nil }
        let timestamp = line.signature[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard timestamp <= UInt64(Int64.max) else { return nil }
        self.timestamp = timestamp
        signature = Array(line.signature[8...])
    }

    func isValid(text: String, key: NoteVerifier) -> Bool {
        key.algorithm == .cosignature
            && key.isValid(signature[...], over: Self.message(text: text, timestamp: timestamp))
    }

    /// Cosigns the text of a checkpoint.
    /// - Parameter timestamp: seconds since the Unix epoch; not zero.
    /// - Throws: `LogError.invalidKey` unless the key is a cosigner's; `LogError.malformed` for a time out of range or
    ///   a text that is no checkpoint.
    public static func sign(_ text: String, at timestamp: UInt64, with signer: NoteSigner) throws -> NoteSignature {
        guard signer.verifier.algorithm == .cosignature else { throw LogError(.invalidKey, "not a cosigner's key") }
        guard (1...UInt64(Int64.max)).contains(timestamp) else { throw LogError(.malformed, "time out of range") }
        _ = try Checkpoint(text: text)
        let time = (0..<8).map { UInt8(truncatingIfNeeded: timestamp >> (56 - 8 * UInt64($0))) }
        let signature = try signer.signature(over: message(text: text, timestamp: timestamp))
        return try NoteSignature(
            name: signer.verifier.name, keyID: signer.verifier.keyID, signature: time + signature)
    }

    private static func message(text: String, timestamp: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(timestamp)\n\(text)".utf8)
    }
}
