import CreditModel
import CreditRegistry
import Foundation
import HTTPTypes
import Hummingbird

/// Who may work at the desk. Until accounts with roles come, an officer has a name and a key that the operator issued, sent as
/// HTTP basic authentication; serve the desk behind TLS only.
struct Officers: Sendable {
    /// Whether the key is that officer's, now.
    let accepts: @Sendable (_ name: String, _ key: String) -> Bool

    /// The officer who asks.
    /// - Throws: `Problem` 401 without a valid key, 403 where a form was sent from another site.
    func officer(of request: Request) throws -> Actor {
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("basic "),
            let data = Data(base64Encoded: String(header.dropFirst(6))),
            let colon = data.firstIndex(of: UInt8(ascii: ":"))
        else { throw Self.signIn }
        let name = String(decoding: data[..<colon], as: UTF8.self)
        let key = String(decoding: data[data.index(after: colon)...], as: UTF8.self)
        guard accepts(name, key) else { throw Self.signIn }
        // The browser sends the key along with any form; only our own forms count.
        if request.method == .post, let origin = request.headers[.origin], let host = request.head.authority,
            origin != "http://\(host)", origin != "https://\(host)"
        {
            throw Problem(
                code: "other-site", status: .forbidden,
                detail: Bilingual(zh: "表单来自别的网站，没有执行。", en: "The form came from another site; nothing was done."))
        }
        return Actor(.account, name)
    }

    private static let signIn = Problem(
        code: "sign-in", status: .unauthorized,
        detail: Bilingual(
            zh: "这一页只给办事的工作人员看。请用运维人员发放的账号和密钥登录。",
            en: "This page is for staff at work. Sign in with the name and key that the operator issued."))
}
