import CreditModel
import CreditServices
import Crypto
import Foundation

/// What signs webhooks and stop links. Worked out from one key outside the database and the watch's own random id, so that a
/// copy of the database tells nobody how to sign.
public struct WatchSecrets: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: 32 random bytes.
    public init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    /// The secret of a webhook, as it is shown once: `whsec_` and 32 bytes in base64 (Standard Webhooks).
    public func webhook(of id: String) -> String { "whsec_" + Data(webhookKey(of: id)).base64EncodedString() }

    /// What a stop link carries, so that whoever gets the mails can end them without a key.
    public func stop(of id: String) -> String { Hexadecimal.text(derived("stop", id).prefix(16)) }

    public func isStop(_ token: String, of id: String) -> Bool {
        let (left, right) = (Array(token.utf8), Array(stop(of: id).utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    func webhookKey(of id: String) -> [UInt8] { derived("webhook", id) }

    private func derived(_ use: String, _ id: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(use) \(id)".utf8), using: key))
    }

    /// Sixteen letters and digits of 32: 80 bits that nobody guesses.
    public static func makeID() -> String {
        let letters = Array("abcdefghjkmnpqrstvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<16).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }
}
