import CreditCatalogue
import CreditModel
import CreditRegistry
import Foundation
import HTTPTypes
import Hummingbird

/// What a key may be for. `chengxin account add --scope` takes these words.
public enum KeyScope: String, CaseIterable, Sendable {
    /// Work at the desk.
    case desk
    /// Reports with what may still be disclosed.
    case report
    /// Checks of many organisations at once.
    case check
    /// Watching organisations, lists and sectors.
    case watch
    /// Open data in bulk: snapshots and the stream, with a quota of its own.
    case data

    public static let ownPrefix = "own:"

    /// Whether a word is a scope, among them `own:CODE`.
    public static func isScope(_ word: String) -> Bool {
        KeyScope(rawValue: word) != nil || (word.hasPrefix(ownPrefix) && word.utf8.count > 12)
    }
}

/// What a key allows.
public struct KeyGrant: Sendable {
    public let scopes: Set<KeyScope>
    /// The one organisation that the key belongs to.
    public let ownCode: String?

    /// - Parameter words: scopes as `chengxin account` writes them; a word that is none counts for nothing.
    public init(words: [String]) {
        scopes = Set(words.compactMap(KeyScope.init))
        ownCode = words.first { $0.hasPrefix(KeyScope.ownPrefix) }.map { String($0.dropFirst(KeyScope.ownPrefix.count)) }
    }

    public func allows(_ scope: KeyScope) -> Bool { scopes.contains(scope) }
}

/// Somebody who showed a key that counts.
struct KeyHolder: Sendable {
    let name: String
    let grant: KeyGrant
    var actor: Actor { Actor(.account, name) }
}

/// Finds out who asks: the public, or the holder of a key, sent as HTTP basic authentication.
struct KeyHolders: Sendable {
    /// What a name and a key allow; nil where the key is not that name's, was taken back or is past its last day.
    let grant: @Sendable (_ name: String, _ key: String) -> KeyGrant?

    /// - Returns: nil for a request without a key.
    /// - Throws: `Problem` 401 for a key that does not count.
    func holder(of request: Request) throws(Problem) -> KeyHolder? {
        guard let header = request.headers[.authorization] else { return nil }
        guard header.lowercased().hasPrefix("basic "), let data = Data(base64Encoded: String(header.dropFirst(6))),
            let colon = data.firstIndex(of: UInt8(ascii: ":"))
        else { throw Self.signIn }
        let name = String(decoding: data[..<colon], as: UTF8.self)
        let key = String(decoding: data[data.index(after: colon)...], as: UTF8.self)
        guard let grant = grant(name, key) else { throw Self.signIn }
        return KeyHolder(name: name, grant: grant)
    }

    static let signIn = Problem(
        code: "sign-in", status: .unauthorized,
        detail: Bilingual(
            zh: "密钥不对、已收回或者已过期。请联系平台窗口。", en: "The key is wrong, was taken back or has run out. Please ask the platform’s counter."))
}
