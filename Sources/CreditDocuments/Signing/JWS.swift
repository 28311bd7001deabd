import CreditModel
import Crypto
import Foundation

/// A JSON Web Signature with Ed25519 (RFC 7515, RFC 8037): protected header, payload, signature.
public struct JWS: Sendable, Hashable {
    /// As signed, base64url.
    let protected: String
    let payload: String
    let signature: String

    /// - Parameter type: the header's `typ`.
    init(_ payload: [UInt8], type: String, signer: ReportSigner) throws {
        let header = JSONValue.object(["alg": .text("EdDSA"), "kid": .text(signer.id), "typ": .text(type)])
        protected = Base64URL.encode(header.canonical)
        self.payload = Base64URL.encode(payload)
        signature = Base64URL.encode(try signer.signature(over: Array("\(protected).\(self.payload)".utf8)))
    }

    init(protected: String, payload: String, signature: String) {
        (self.protected, self.payload, self.signature) = (protected, payload, signature)
    }

    /// Reads the compact form.
    init(compact text: String) throws {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { throw DocumentError(.malformed, "a signature has three parts") }
        self.init(protected: parts[0], payload: parts[1], signature: parts[2])
    }

    public var compact: String { "\(protected).\(payload).\(signature)" }

    /// What a valid signature established.
    struct Verified {
        let key: ReportKey
        let payload: [UInt8]
    }

    /// Checks the signature alone; the time of the key is for the caller, who knows when it was made.
    /// - Throws: `DocumentError.invalid` naming what does not hold.
    func verify(type: String, keys: ReportKeySet) throws -> Verified {
        guard let header = Base64URL.decode(protected), let content = Base64URL.decode(payload)
        else { throw DocumentError(.invalid, "a part of the signature is not base64url") }
        let head = try JSONValue(header)
        // The algorithm is ours to say, never the file's: `none` and others are not looked at (RFC 8725 section 3.1).
        guard head["alg"]?.text == "EdDSA", head["typ"]?.text == type, head["crit"] == nil else {
            throw DocumentError(.invalid, "the signature's header is not that of a \(type)")
        }
        guard let id = head["kid"]?.text, let key = keys.key(id) else {
            throw DocumentError(.invalid, "it is signed with a key that is not among the platform's keys")
        }
        guard fits(key) else { throw DocumentError(.invalid, "the signature does not fit the content") }
        return Verified(key: key, payload: content)
    }

    /// Whether this key made this signature over these very bytes.
    func fits(_ key: ReportKey) -> Bool {
        guard let signed = Base64URL.decode(signature),
            let verifier = try? Curve25519.Signing.PublicKey(rawRepresentation: Data(key.publicKey))
        else { return false }
        return verifier.isValidSignature(Data(signed), for: Data("\(protected).\(payload)".utf8))
    }

    /// Whether the key signed at that moment.
    /// - Throws: `DocumentError.invalid` where it did not exist yet, had ended, or is not believed any more.
    static func check(_ key: ReportKey, at moment: Instant) throws {
        if key.isCompromised {
            throw DocumentError(.invalid, "the key that signed it was withdrawn: its secret may be in other hands")
        }
        guard moment.seconds >= key.since.seconds else {
            throw DocumentError(.invalid, "it is dated before the key that signed it was made")
        }
        if let until = key.until, moment.seconds > until.seconds {
            throw DocumentError(.invalid, "it is dated after the key that signed it had ended (\(until))")
        }
    }
}
