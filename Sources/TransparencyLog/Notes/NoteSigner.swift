import Crypto

/// A private key that signs notes or cosigns checkpoints. Its description never shows the key.
public struct NoteSigner: Sendable, CustomStringConvertible {
    public let verifier: NoteVerifier
    private let key: Curve25519.Signing.PrivateKey

    /// A new random key.
    /// - Throws: `LogError.invalidKey` for a bad name.
    public init(generating name: String, algorithm: NoteVerifier.Algorithm = .ed25519) throws {
        try self.init(name: name, key: Curve25519.Signing.PrivateKey(), algorithm: algorithm)
    }

    /// A key from the 32 secret bytes of RFC 8032.
    /// - Throws: `LogError.invalidKey`.
    public init(name: String, seed: [UInt8], algorithm: NoteVerifier.Algorithm = .ed25519) throws {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw LogError(.invalidKey, "not an Ed25519 private key")
        }
        try self.init(name: name, key: key, algorithm: algorithm)
    }

    private init(name: String, key: Curve25519.Signing.PrivateKey, algorithm: NoteVerifier.Algorithm) throws {
        verifier = try NoteVerifier(name: name, publicKey: Array(key.publicKey.rawRepresentation), algorithm: algorithm)
        self.key = key
    }

    /// Reads `PRIVATE+KEY+<name>+<hex key ID>+<base64 (type ‖ seed)>`, the form of golang.org/x/mod/sumdb/note.
    /// - Throws: `LogError.invalidKey`, without any part of the key in it.
    public init(secret: String) throws {
        let parts = secret.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY", let keyID = Hex.word(parts[3]),
            let bytes = Base64.decode(parts[4]), let algorithm = bytes.first.flatMap(NoteVerifier.Algorithm.init)
        else { throw LogError(.invalidKey, "not a signer key") }
        try self.init(name: String(parts[2]), seed: Array(bytes.dropFirst()), algorithm: algorithm)
        guard keyID == verifier.keyID else { throw LogError(.invalidKey, "the key ID is not that of the key") }
    }

    /// The secret form that `init(secret:)` reads. To be written to a file of mode 0600 only.
    public var secret: String {
        let bytes = [verifier.algorithm.rawValue] + Array(key.rawRepresentation)
        return "PRIVATE+KEY+\(verifier.name)+\(Hex.encode(verifier.keyID))+\(Base64.encode(bytes))"
    }

    public var description: String { "NoteSigner(\(verifier.name))" }

    /// Signs a text with a key of type Ed25519.
    /// - Throws: `LogError.invalidKey` for a cosigner's key: a cosignature needs a time.
    public func sign(_ text: String) throws -> NoteSignature {
        guard verifier.algorithm == .ed25519 else { throw LogError(.invalidKey, "a cosigner's key signs with a time") }
        return try NoteSignature(
            name: verifier.name, keyID: verifier.keyID, signature: signature(over: Array(text.utf8)))
    }

    /// A note of one signature.
    public func note(_ text: String) throws -> Note { try Note(text: text, signatures: [sign(text)]) }

    func signature(over message: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: message)) }
}
