import CreditModel
import Crypto
import Foundation

/// The public key of one who signs reports, with the time in which it signed: one entry of the published key set
/// (RFC 7517, RFC 8037; `iat`, `exp` and `revoked` as in OpenID Federation's historical keys).
public struct ReportKey: Sendable, Hashable {
    public let publicKey: [UInt8]
    /// Signatures before this moment are not its own.
    public let since: Instant
    /// Signs no more from this moment on; what it signed before stays right.
    public var until: Instant?
    /// Set where the secret may be in other hands: nothing it signed is believed.
    public var isCompromised: Bool

    public init(publicKey: [UInt8], since: Instant, until: Instant? = nil, isCompromised: Bool = false) {
        self.publicKey = publicKey
        self.since = since
        self.until = until
        self.isCompromised = isCompromised
    }

    /// The key's thumbprint (RFC 7638).
    public var id: String {
        let members = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"\(Base64URL.encode(publicKey))\"}"
        return Base64URL.encode(Array(SHA256.hash(data: Array(members.utf8))))
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "alg": .text("EdDSA"), "crv": .text("Ed25519"), "iat": .number(since.seconds), "kid": .text(id),
            "kty": .text("OKP"), "use": .text("sig"), "x": .text(Base64URL.encode(publicKey)),
        ]
        if let until { members["exp"] = .number(until.seconds) }
        if isCompromised, let until {
            members["revoked"] = .object(["reason": .text("compromised"), "revoked_at": .number(until.seconds)])
        }
        return .object(members)
    }

    init?(_ json: JSONValue) {
        guard json["kty"]?.text == "OKP", json["crv"]?.text == "Ed25519",
            let key = json["x"]?.text.flatMap({ Base64URL.decode($0) }), key.count == 32
        else { return nil }
        self.init(
            publicKey: key, since: Instant(seconds: json["iat"]?.number ?? 0),
            until: json["exp"]?.number.map { Instant(seconds: $0) }, isCompromised: json["revoked"] != nil)
    }
}

extension Instant {
    init(seconds: Int64) { self.init(milliseconds: seconds &* 1000) }
    /// Whole seconds, as JOSE counts.
    var seconds: Int64 { milliseconds / 1000 }
}

/// Every key that ever signed reports here, the newest last: what `/.well-known/jwks.json` publishes.
public struct ReportKeySet: Sendable, Hashable {
    public let keys: [ReportKey]

    public init(_ keys: [ReportKey]) { self.keys = keys }

    /// - Throws: `DocumentError.malformed` where it is no key set.
    public init(_ bytes: some Sequence<UInt8>) throws {
        guard let list = try JSONValue(bytes)["keys"]?.array else {
            throw DocumentError(.malformed, "the key file holds no `keys`")
        }
        // Keys of other kinds are somebody else's and are passed over (RFC 7517 section 5).
        keys = list.compactMap { ReportKey($0) }
    }

    public func key(_ id: String) -> ReportKey? { keys.first { $0.id == id } }

    public var json: [UInt8] { JSONValue.object(["keys": .array(keys.map(\.json))]).canonical }
}

/// The secret that signs reports now, with the history of those before it. A secret that signs no more is not kept.
public struct ReportSigner: Sendable {
    public let keys: ReportKeySet
    private let secret: Curve25519.Signing.PrivateKey

    public var id: String { current.id }
    private let current: ReportKey

    /// A new key; the ones before it end at this moment.
    public init(after former: ReportKeySet = ReportKeySet([]), compromised: Bool = false, at now: Instant) {
        secret = Curve25519.Signing.PrivateKey()
        // Whole seconds, since that is what is published.
        let now = Instant(seconds: now.seconds)
        current = ReportKey(publicKey: Array(secret.publicKey.rawRepresentation), since: now)
        keys = ReportKeySet(
            former.keys.map { key in
                guard key.until == nil else { return key }
                return ReportKey(publicKey: key.publicKey, since: key.since, until: now, isCompromised: compromised)
            } + [current])
    }

    /// Reads what `file` wrote.
    /// - Throws: `DocumentError.noKey`.
    public init(file: [UInt8]) throws {
        guard let json = try? JSONValue(file), let keys = try? ReportKeySet(file),
            let seed = json["secret"]?.text.flatMap({ Base64URL.decode($0) }),
            let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: Data(seed)), let last = keys.keys.last,
            last.publicKey == Array(secret.publicKey.rawRepresentation)
        else { throw DocumentError(.noKey, "the key file of the reports is damaged; restore it from where it is kept") }
        (self.keys, self.secret, current) = (keys, secret, last)
    }

    /// The key file: the published set and, beside it, the one secret.
    public var file: [UInt8] {
        JSONValue.object([
            "keys": .array(keys.keys.map(\.json)), "secret": .text(Base64URL.encode(Array(secret.rawRepresentation))),
        ]).canonical
    }

    func signature(over bytes: [UInt8]) throws -> [UInt8] { Array(try secret.signature(for: bytes)) }
}
