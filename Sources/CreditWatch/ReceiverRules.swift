import CreditModel
import CreditServices
import Foundation
import Glibc

/// Which addresses a webhook or a mail may go to.
///
/// The server posts to addresses that others name, from inside the operator's network. Without rules a holder of a key could
/// make it talk to machines that only the inside can reach (server-side request forgery). So a receiver is an `https` address
/// whose every network address is public, judged when it connects: a name may lead elsewhere tomorrow than it did when it was checked.
public struct ReceiverRules: Sendable {
    /// Whether receivers on this machine (also by plain http) and in private networks are allowed: an operator's choice.
    public let allowsPrivate: Bool

    public init(allowsPrivate: Bool = false) { self.allowsPrivate = allowsPrivate }

    static let mostBytes = 500

    /// The receiver's address as it is kept.
    /// - Throws: `WatchError.unfitAddress` with what is wrong.
    public func webhook(_ text: String) throws -> String {
        let text = text.trimmingCharacters(in: .whitespaces)
        func refuse(_ zh: String, _ en: String) -> WatchError {
            WatchError(.unfitAddress, Bilingual(zh: "接收地址：\(zh)", en: "Receiver: \(en)"))
        }
        guard (1...Self.mostBytes).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty
        else { throw refuse("请写完整地址，例如 https://example.com/hook。", "write the whole address, such as https://example.com/hook.") }
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            throw refuse("地址里不能有用户名、密码或者 #。", "no user name, password or # in the address.")
        }
        guard parts.port.map({ (1...65535).contains($0) }) ?? true else { throw refuse("端口不对。", "the port is wrong.") }
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let literal = NetworkAddress(bare)
        let isLoopback = bare.lowercased() == "localhost" || literal?.isLoopback == true
        switch scheme {
        case "https": break
        case "http" where isLoopback && allowsPrivate: break
        case "http": throw refuse("请用 https。", "use https.")
        default: throw refuse("请用 https。", "use https.")
        }
        // `localhost` and numbers are judged now; names when they are connected to.
        if isLoopback || literal?.isPublic == false || Self.isNumberAlone(bare), !allowsPrivate {
            throw refuse(
                "不能是本机或者内部网络的地址；确有需要请联系平台运维人员。",
                "not an address of this machine or a private network; ask the platform’s operator where it must be one.")
        }
        return text
    }

    /// `2130706433` or `0x7f000001`, which some resolvers take for an address.
    private static func isNumberAlone(_ host: String) -> Bool {
        NetworkAddress(host) == nil && host.split(separator: ".").last.map { $0.first?.isNumber == true } ?? false
    }

    /// One mail address, nothing else: what is kept here goes into a header.
    public static func mail(_ text: String) throws -> String {
        let text = text.trimmingCharacters(in: .whitespaces)
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        func isWord(_ part: Substring, _ marks: String) -> Bool {
            !part.isEmpty && !part.hasPrefix(".") && !part.hasSuffix(".") && !part.contains("..")
                && part.unicodeScalars.allSatisfy { scalar in
                    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || marks.unicodeScalars.contains(scalar))
                }
        }
        guard text.utf8.count <= 254, parts.count == 2, parts[0].utf8.count <= 64, isWord(parts[0], ".!#$%&'*+/=?^_`{|}~-"),
            isWord(parts[1], ".-"), !parts[0].hasPrefix("-"), parts[1].contains(".") || parts[1] == "localhost"
        else {
            throw WatchError(
                .unfitAddress,
                Bilingual(zh: "邮箱地址：请写一个，例如 credit@example.com。", en: "Mail address: write one, such as credit@example.com."))
        }
        return text
    }

    /// Whether a connection to this address may be opened.
    func allows(_ address: NetworkAddress) -> Bool { allowsPrivate || address.isPublic }
}

/// An IPv4 or IPv6 address in its bytes.
struct NetworkAddress: Hashable, Sendable {
    let bytes: [UInt8]

    /// As numbers: `192.0.2.1`, `2001:db8::1`.
    init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        bytes = withUnsafeBytes(of: six) { Array($0) }
    }

    init?(_ address: UnsafePointer<sockaddr>) {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
            }
        case AF_INET6:
            bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
            }
        default: return nil
        }
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// The IPv4 address that an IPv6 address only wraps.
    private var wrapped: NetworkAddress? {
        guard bytes.count == 16, bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else { return nil }
        return NetworkAddress(bytes: Array(bytes[12...]))
    }

    var isLoopback: Bool {
        if let wrapped { return wrapped.isLoopback }
        return bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Whether anybody on the internet may have it (IANA's special-purpose registries, RFC 6890).
    var isPublic: Bool {
        if let wrapped { return wrapped.isPublic }
        let range = bytes.count == 4 ? Self.special4 : Self.special6
        guard bytes.count == 4 || bytes[0] & 0xE0 == 0x20 else { return false }
        return !range.contains { prefix, length in Self.begins(bytes, with: prefix, length) }
    }

    private static func begins(_ bytes: [UInt8], with prefix: [UInt8], _ length: Int) -> Bool {
        (0..<length).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            let wanted = bit / 8 < prefix.count ? prefix[bit / 8] : 0
            return bytes[bit / 8] & mask == wanted & mask
        }
    }

    private static let special4: [([UInt8], Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24), ([192, 0, 2], 24),
        ([192, 88, 99], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 4), ([240], 4),
    ]
    /// Within 2000::/3: Teredo and other protocol assignments, documentation, 6to4, which wraps an IPv4 address.
    private static let special6: [([UInt8], Int)] = [
        ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x20, 0x02], 16), ([0x3F, 0xFF, 0x00], 20),
    ]
}
