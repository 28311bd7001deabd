import CreditCatalogue
import CreditModel
import Crypto

#if canImport(Glibc)
    import Glibc
#endif

/// What stands in the log for a revision or an audit row: 32 bytes that bind it and, without its salt, say nothing.
///
/// `seal = SHA-256(domain ‖ SHA-256(s₁ ‖ published) ‖ SHA-256(s₂ ‖ internal))` with `s₁`, `s₂` derived from one salt of 128
/// random bits. Whoever is shown the published part with s₁ and the digest of the rest can compute the seal; s₁ tells
/// nothing about s₂. When payload and salt are erased, the seal in the log can no longer be tied to anything (RIGHTS 14).
public struct Seal: Sendable, Hashable {
    public let bytes: [UInt8]
    /// Salt of the published part, which a proof hands out.
    public let publishedSalt: [UInt8]
    /// Digest of the part that a proof does not show.
    public let internalDigest: [UInt8]

    public enum Domain: String, Sendable {
        case revision = "chengxin/revision/v1\n"
        case audit = "chengxin/audit/v1\n"
    }

    public init(_ domain: Domain, published: [UInt8], internal: [UInt8], salt: [UInt8]) {
        publishedSalt = Self.derived("published", salt)
        internalDigest = Self.digest(Self.derived("internal", salt), `internal`)
        bytes = Self.seal(domain, Self.digest(publishedSalt, published), internalDigest)
    }

    /// The seal as whoever has only the published part computes it.
    public static func of(
        _ domain: Domain, published: [UInt8], publishedSalt: [UInt8], internalDigest: [UInt8]
    ) -> [UInt8] {
        seal(domain, digest(publishedSalt, published), internalDigest)
    }

    private static func seal(_ domain: Domain, _ published: [UInt8], _ rest: [UInt8]) -> [UInt8] {
        var name = domain.rawValue
        return name.withUTF8 { name in
            published.withUnsafeBytes { published in
                rest.withUnsafeBytes { digest(UnsafeRawBufferPointer(name), published, $0) }
            }
        }
    }

    private static func derived(_ part: String, _ salt: [UInt8]) -> [UInt8] {
        var part = part
        let derived = part.withUTF8 { part in salt.withUnsafeBytes { digest(UnsafeRawBufferPointer(part), $0) } }
        return Array(derived[..<16])
    }

    private static func digest(_ salt: [UInt8], _ content: [UInt8]) -> [UInt8] {
        salt.withUnsafeBytes { salt in content.withUnsafeBytes { digest(salt, $0) } }
    }

    private static func digest(_ parts: UnsafeRawBufferPointer...) -> [UInt8] {
        var hash = SHA256()
        for part in parts { hash.update(bufferPointer: part) }
        return hash.finalize().withUnsafeBytes { Array($0) }
    }
}

/// Random salts, drawn from the system in blocks, since one call to the system a record would cost more than the seal.
public struct SaltSource {
    private var block: [UInt8] = []
    private var next = 0

    public init() {}

    public mutating func make() -> [UInt8] {
        if next + 16 > block.count {
            // The generator of the standard library asks the system for every eight bytes; this asks for 256, the most at once.
            block = [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
                precondition(getentropy(buffer.baseAddress, 256) == 0, "the system gives no random bytes")
                count = 256
            }
            next = 0
        }
        defer { next += 16 }
        return Array(block[next..<next + 16])
    }
}

extension Revision {
    /// The part of a revision that everybody may read: canonical JSON, fields in order of their names.
    public var publishedForm: [UInt8] {
        var json = JSONWriter(capacity: 1536)
        json.object { json in
            json.field("act", act.rawValue)
            json.field("archivedUntil", clocks?.archivedUntil)
            json.field("basis", basis)
            json.field("batch", batch)
            json.key("content")
            if let statement { json.raw(statement.published) } else { json.null() }
            json.field("disclosedUntil", clocks?.disclosedUntil)
            json.field("effectiveOn", effectiveOn)
            json.field("item", item)
            json.field("number", number)
            json.field("publishedUntil", clocks?.publishedUntil)
            json.field("reason", reason?.rawValue)
            json.field("record", id.description)
            json.field("recordedAt", recordedAt.description)
            json.field("repairableFrom", clocks?.repairableFrom)
            json.field("ruleSet", clocks?.ruleSet)
            json.field("severity", clocks?.severity?.rawValue)
        }
        return json.bytes
    }

    /// The rest: who acted, fields that are not public, what cleaning did.
    public var internalForm: [UInt8] {
        var json = JSONWriter(capacity: 256)
        func optional(_ name: String, _ bytes: [UInt8]?, _ json: inout JSONWriter) {
            json.key(name)
            if let bytes { json.raw(bytes) } else { json.null() }
        }
        json.object { json in
            json.field("actor", actor?.description)
            optional("changes", changes, &json)
            optional("content", statement?.internal, &json)
            json.field("line", line.map { Int64($0) })
            optional("notes", notes, &json)
        }
        return json.bytes
    }

    /// The seal under a salt.
    public func seal(salt: [UInt8]) -> Seal {
        Seal(.revision, published: publishedForm, internal: internalForm, salt: salt)
    }
}
