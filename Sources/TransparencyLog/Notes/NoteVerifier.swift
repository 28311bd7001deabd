import Crypto

/// A public key that verifies note signatures (C2SP signed-note, "vkey").
public struct NoteVerifier: Hashable, Sendable, CustomStringConvertible {
    /// Signature type byte of a key.
    public enum Algorithm: UInt8, Sendable {
        /// Ed25519 over the note text.
        case ed25519 = 0x01
        /// Timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature).
        case cosignature = 0x04
    }

    public let name: String
    public let keyID: UInt32
    public let algorithm: Algorithm
    /// 32 bytes of RFC 8032.
    public let publicKey: [UInt8]
    private let key: Curve25519.Signing.PublicKey

    /// - Throws: `LogError.invalidKey`.
    public init(name: String, publicKey: [UInt8], algorithm: Algorithm = .ed25519) throws {
        guard NoteSignature.isKeyName(name) else { throw LogError(.invalidKey, "not a key name") }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
            throw LogError(.invalidKey, "not an Ed25519 public key")
        }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        self.key = key
        let digest = SHA256.hash(data: Array(name.utf8) + [0x0A, algorithm.rawValue] + publicKey)
        keyID = digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads `<name>+<hex key ID>+<base64 (type ‖ public key)>`.
    /// - Throws: `LogError.invalidKey`; also when the key ID is not that of the key.
    public init(_ vkey: String) throws {
        let parts = vkey.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let keyID = Hex.word(parts[1]), let bytes = Base64.decode(parts[2]),
            let algorithm = bytes.first.flatMap(Algorithm.init(rawValue:))
        else { throw LogError(.invalidKey, "not a verifier key, or of an algorithm that is not supported") }
        try self.init(name: String(parts[0]), publicKey: Array(bytes.dropFirst()), algorithm: algorithm)
        guard keyID == self.keyID else { throw LogError(.invalidKey, "the key ID is not that of the key") }
    }

    public var description: String {
        "\(name)+\(Hex.encode(keyID))+\(Base64.encode([algorithm.rawValue] + publicKey))"
    }

    /// Whether a signature claims to be of this key.
    public func matches(_ signature: NoteSignature) -> Bool {
        signature.keyID == keyID && signature.name.utf8.elementsEqual(name.utf8)
    }

    func verifies(_ signature: NoteSignature, of text: String) -> Bool {
        switch algorithm {
        case .ed25519: isValid(signature.signature[...], over: Array(text.utf8))
        case .cosignature: Cosignature(signature)?.isValid(text: text, key: self) ?? false
        }
    }

    func isValid(_ signature: ArraySlice<UInt8>, over message: [UInt8]) -> Bool {
        signature.count == 64 && key.isValidSignature(Array(signature), for: message)
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.algorithm == right.algorithm && left.publicKey == right.publicKey
            && left.name.utf8.elementsEqual(right.name.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(algorithm)
        hasher.combine(publicKey)
    }
}
