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
    /// When it was withdrawn, since the secret may be in other hands: nothing it signed is believed.
    public var withdrawnAt: Instant?
    public var isCompromised: Bool { withdrawnAt != nil }

    public init(publicKey: [UInt8], since: Instant, until: Instant? = nil, withdrawnAt: Instant? = nil) {
        self.publicKey = publicKey
        self.since = since
        self.until = until
        self.withdrawnAt = withdrawnAt
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
        if let withdrawnAt {
            members["revoked"] = .object(["reason": .text("compromised"), "revoked_at": .number(withdrawnAt.seconds)])
        }
        return .object(members)
    }

    init?(_ json: JSONValue) {
        guard json["kty"]?.text == "OKP", json["crv"]?.text == "Ed25519",
            let key = json["x"]?.text.flatMap({ Base64URL.decode($0) }), key.count == 32
        else { return nil }
        self.init(
            publicKey: key, since: Instant(seconds: json["iat"]?.number ?? 0),
            until: json["exp"]?.number.map { Instant(seconds: $0) }, 
            withdrawnAt: json["revoked"].map { Instant(seconds: $0["revoked_at"]?.number ?? 0) })
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

    /// Whether the signature of a report may still be believed.
    /// - Parameter keyID: nil where it was not kept: then it is the key in force at that moment.
    func believes(keyID: String?, at moment: Instant) -> Bool {
        if let keyID { return key(keyID).map { !$0.isCompromised } ?? false }
        let signed = keys.filter { key in
            moment.seconds >= key.since.seconds && key.until.map { moment.seconds <= $0.seconds } ?? true
        }
        return signed.isEmpty || signed.contains { !$0.isCompromised }
    }

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
                return ReportKey(
                    publicKey: key.publicKey, since: key.since, until: now, withdrawnAt: compromised ? now : nil)
            } + [current])
    }

    /// The same secret after an earlier key was withdrawn.
    /// - Throws: `DocumentError.badRequest` for the key in force, which is replaced instead, for one withdrawn already and for one
    ///   that never signed here.
    public func withdrawing(_ id: String, at now: Instant) throws -> ReportSigner {
        guard id != self.id else {
            throw DocumentError(
                .badRequest,
                Bilingual(
                    zh: "这是正在使用的密钥；请用 chengxin report-key rotate --compromised 更换。",
                    en: "this is the key in force; replace it with `chengxin report-key rotate --compromised`"))
        }
        guard let key = keys.key(id), !key.isCompromised else {
            throw DocumentError(
                .badRequest,
                Bilingual(
                    zh: "没有这个密钥，或者已经作废；用 chengxin report-key list 查看。",
                    en: "there is no such key, or it is withdrawn already; `chengxin report-key list` shows them"))
        }
        let list = ReportKeySet(
            keys.keys.map { key in
                guard key.id == id else { return key }
                var key = key
                key.withdrawnAt = Instant(seconds: now.seconds)
                return key
            })
        return ReportSigner(keys: list, secret: secret, current: current)
    }

    private init(keys: ReportKeySet, secret: Curve25519.Signing.PrivateKey, current: ReportKey) {
        (self.keys, self.secret, self.current) = (keys, secret, current)
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
