import CreditModel
import CZlib

/// The status of every report ever issued, two bits each, as a signed token (IETF Token Status List): whoever holds a report
/// can ask for the whole list, and the platform does not learn which report is looked at.
public struct StatusList: Sendable {
    /// What the two bits say. 0 and 1 as the standard registers them; 3 is left to the application.
    public enum Status: UInt8, Sendable, CaseIterable {
        case valid = 0
        case invalid = 1
        /// A record that it states was changed, withdrawn or ended since; for a certificate also a violation that came later.
        case superseded = 3
    }
    static let type = "statuslist+jwt"
    static let bits: Int64 = 2
    /// Seconds for which a copy may be used.
    static let life: Int64 = 300

    private var bytes: [UInt8] = []

    public init() {}

    /// Sets the status at an index; the list grows as needed.
    public mutating func set(_ status: Status, at index: Int64) {
        guard index >= 0, let index = Int(exactly: index) else { return }
        if index / 4 >= bytes.count { bytes += [UInt8](repeating: 0, count: index / 4 - bytes.count + 1) }
        let shift = UInt8(index % 4 * 2)
        bytes[index / 4] = bytes[index / 4] & ~(3 << shift) | status.rawValue << shift
    }

    public func status(at index: Int64) -> Status? {
        guard let index = Int(exactly: index), index >= 0, index / 4 < bytes.count else { return nil }
        return Status(rawValue: bytes[index / 4] >> UInt8(index % 4 * 2) & 3)
    }

    /// The signed token.
    /// - Parameter address: its own public address, which reports name.
    public func token(address: String, at now: Instant, signer: ReportSigner) throws -> String {
        let payload = JSONValue.object([
            "exp": .number(now.seconds + Self.life), "iat": .number(now.seconds),
            "status_list": .object(["bits": .number(Self.bits), "lst": .text(Base64URL.encode(try Zlib.pack(bytes)))]),
            "sub": .text(address), "ttl": .number(Self.life),
        ])
        return try JWS(payload.canonical, type: Self.type, signer: signer).compact
    }

    /// Reads a token.
    /// - Parameter address: the list that a report names; another one is refused.
    /// - Throws: `DocumentError.invalid`.
    public init(token: String, address: String, keys: ReportKeySet, at now: Instant) throws {
        let signed = try JWS(compact: token).verify(type: Self.type, keys: keys)
        let payload = try JSONValue(signed.payload)
        guard payload["sub"]?.text == address, payload["status_list"]?["bits"]?.number == Self.bits,
            let packed = payload["status_list"]?["lst"]?.text.flatMap({ Base64URL.decode($0) }),
            let made = payload["iat"]?.number
        else { throw DocumentError(.invalid, "the status list is of another address or form") }
        try JWS.check(signed.key, at: Instant(seconds: made))
        if let end = payload["exp"]?.number, end < now.seconds {
            throw DocumentError(.invalid, "the status list is out of date; fetch it again")
        }
        bytes = try Zlib.unpack(packed, limit: 16 << 20)
    }
}

/// The zlib form of DEFLATE (RFC 1950).
enum Zlib {
    static func pack(_ bytes: [UInt8]) throws -> [UInt8] {
        var length = compressBound(UInt(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        guard compress2(&packed, &length, bytes, UInt(bytes.count), 6) == Z_OK else {
            throw DocumentError(.notDrawn, "zlib could not pack \(bytes.count) bytes")
        }
        return Array(packed.prefix(Int(length)))
    }

    /// - Parameter limit: the most bytes that may come out, so that a small file cannot fill the memory.
    static func unpack(_ packed: [UInt8], limit: Int) throws -> [UInt8] {
        var size = max(256, min(packed.count * 4, limit))
        while true {
            var bytes = [UInt8](repeating: 0, count: size)
            var length = UInt(size)
            switch uncompress(&bytes, &length, packed, UInt(packed.count)) {
            case Z_OK: return Array(bytes.prefix(Int(length)))
            case Z_BUF_ERROR where size < limit: size = min(size * 4, limit)
            default: throw DocumentError(.invalid, "packed data is damaged or too long")
            }
        }
    }
}
